/** @file
 * @brief Streams of signals. */
#include "libasync/task/signals.hpp"
#include "capi/handles.hpp"

using namespace libasync;
using namespace libasync::capi;

namespace {

signals *core(asy_signals *s) noexcept { return core_of<signals>(s); }

}  // namespace

extern "C" {

/**
 * Listen to signals as a stream.
 *
 * Any number of streams, handlers and loops may listen to one signal; each hears it. The handler stands on an alternate
 * stack where the thread has one. With the last who listens comes back what the process did before; what the program
 * installed meanwhile stays.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] signums the signals' numbers; borrowed for the call
 * @param[in] count how many; at least one
 * @param[out] out_signals receives the stream, or NULL on failure
 * @return zero or a negative #asy_status
 * @retval ASY_E_INVALID a number is no signal, or one that cannot be caught
 * @retval ASY_E_NOMEM memory ran out
 * @par Ownership
 * the caller owns one reference in `*out_signals`; the last one closes the stream
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_signals_new(asy_loop *loop, const int32_t *signums, size_t count,
                                   asy_signals **out_signals) ASY_NOEXCEPT {
  if (!out_signals) return ASY_E_INVALID;
  *out_signals = nullptr;
  if (const asy_status refused = loop_check(capi::core(loop))) return refused;
  if (!signums || !count || count > signals::kept / 2) return ASY_E_INVALID;
  signals *made = nullptr;
  const asy_status status = signals_new(*capi::core(loop), signums, count, made);
  *out_signals = handle_of<asy_signals>(made);
  return status;
}

/**
 * Take another reference to a stream of signals.
 *
 * @param[in] signals the stream, or NULL; borrowed
 * @return `signals`
 * @par Ownership
 * the caller owns one more reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_signals *asy_signals_ref(asy_signals *signals) ASY_NOEXCEPT {
  if (signals) object_ref(core(signals));
  return signals;
}

/**
 * Give back a reference to a stream of signals.
 *
 * @param[in] signals the stream, or NULL; consumed
 * @par Ownership
 * takes one reference
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API void asy_signals_unref(asy_signals *signals) ASY_NOEXCEPT { object_unref(core(signals)); }

/**
 * Wait for the next signal.
 *
 * What arrived since the last one is kept, in order; when nobody asks for long, one of each number.
 *
 * @param[in] signals the stream; borrowed
 * @return a future of the signal's number; fails with #ASY_E_BUSY while another waits, with #ASY_E_CLOSED once the
 *   stream is closed
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_signals_next(asy_signals *signals) ASY_NOEXCEPT {
  const asy_status refused = object_check(core(signals));
  return handle(refused ? future_of(refused) : signals_next(*core(signals)));
}

/**
 * Stop listening.
 *
 * What was kept is dropped. Closing twice is allowed.
 *
 * @param[in] signals the stream; borrowed
 * @return zero or a negative #asy_status
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_signals_close(asy_signals *signals) ASY_NOEXCEPT {
  if (const asy_status refused = object_check(core(signals))) return refused;
  signals_close(*core(signals));
  return ASY_OK;
}

}  // extern "C"
