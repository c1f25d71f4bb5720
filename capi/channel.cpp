/** @file
 * @brief Channels: values from any thread into a loop. */
#include "libasync/sync/channel.hpp"
#include "capi/handles.hpp"

using namespace libasync;
using namespace libasync::capi;

namespace {

channel *core(const asy_channel *c) noexcept { return core_of<channel>(c); }

/// For what only the loop's thread may do.
asy_status check(const asy_channel *c) noexcept { return c ? loop_check(channel_loop(*core(c))) : ASY_E_INVALID; }

}  // namespace

extern "C" {

/**
 * Make a channel into a loop, first in first out.
 *
 * Any thread may hold it, send, and shut it down; the loop's thread receives.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] max_size how many values it holds before sends are refused; 0 for any number
 * @param[out] out_channel receives the channel, or NULL on failure
 * @return zero or a negative #asy_status
 * @retval ASY_E_INVALID an argument is NULL
 * @retval ASY_E_NOMEM memory ran out
 * @par Ownership
 * the caller owns one reference in `*out_channel`
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_channel_new(asy_loop *loop, size_t max_size, asy_channel **out_channel) ASY_NOEXCEPT {
  if (!out_channel) return ASY_E_INVALID;
  *out_channel = nullptr;
  if (const asy_status refused = loop_check(capi::core(loop))) return refused;
  *out_channel = handle_of<asy_channel>(channel_new(*capi::core(loop), max_size));
  return *out_channel ? ASY_OK : ASY_E_NOMEM;
}

/**
 * Take another reference to a channel.
 *
 * @param[in] channel the channel, or NULL; borrowed
 * @return `channel`
 * @par Ownership
 * the caller owns one more reference
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_channel *asy_channel_ref(asy_channel *channel) ASY_NOEXCEPT {
  channel_ref(core(channel));
  return channel;
}

/**
 * Give back a reference to a channel.
 *
 * The last one shuts it down, for those who still wait, and releases the values in it on the loop's thread.
 *
 * @param[in] channel the channel, or NULL; consumed
 * @par Ownership
 * takes one reference
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API void asy_channel_unref(asy_channel *channel) ASY_NOEXCEPT { channel_unref(core(channel)); }

/**
 * Send a value if there is room.
 *
 * Never blocks. Values of one thread are received in their order. The loop is woken only when
 * somebody waits for a value, and once for all that came until it looks.
 *
 * @param[in] channel the channel; borrowed
 * @param[in,out] value the value; consumed, also on error; or NULL for nil
 * @return zero or a negative #asy_status
 * @retval ASY_E_AGAIN the channel is full
 * @retval ASY_E_CLOSED the channel is shut down, or its loop closed
 * @retval ASY_E_NOMEM memory ran out
 * @retval ASY_E_FORKED this is the child of a fork
 * @par Ownership
 * the value belongs to the channel
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_status asy_channel_send(asy_channel *channel, asy_value *value) ASY_NOEXCEPT {
  if (!channel) return refuse(ASY_E_INVALID, value);
  asy_value taken = value_take(value);
  return channel_send(*core(channel), taken);
}

/**
 * Receive the first value, waiting while the channel is empty.
 *
 * Values are handed to those who wait in the order of their calls. Cancelling the
 * future leaves the line; a value that it got before is its result and not lost.
 *
 * @param[in] channel the channel; borrowed
 * @return a future with the value; fails with #ASY_E_CLOSED when the channel is shut down and empty
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_channel_receive(asy_channel *channel) ASY_NOEXCEPT {
  const asy_status refused = check(channel);
  return handle(refused ? future_of(refused) : channel_receive(*core(channel)));
}

/**
 * Receive the first value if there is one.
 *
 * Those who wait come first.
 *
 * @param[in] channel the channel; borrowed
 * @param[out] out_value receives the value; overwritten; nil on error
 * @return zero or a negative #asy_status
 * @retval ASY_E_AGAIN the channel is empty
 * @retval ASY_E_CLOSED the channel is shut down and empty
 * @par Ownership
 * the caller clears the value
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_channel_try_receive(asy_channel *channel, asy_value *out_value) ASY_NOEXCEPT {
  if (!out_value) return ASY_E_INVALID;
  *out_value = nil;
  const asy_status refused = check(channel);
  return refused ? refused : channel_try_receive(*core(channel), *out_value);
}

/**
 * Count the values in a channel.
 *
 * Elsewhere than on the loop's thread it may be out of date at once.
 *
 * @param[in] channel the channel; borrowed
 * @return how many; 0 too in the child of a fork
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API size_t asy_channel_size(const asy_channel *channel) ASY_NOEXCEPT {
  return channel ? channel_size(*core(channel)) : 0;
}

/**
 * Take no more values in; for ever.
 *
 * Sends fail with #ASY_E_CLOSED. What is in it is still received; then receives fail the same way, also those
 * that wait. Again, it does nothing.
 *
 * @param[in] channel the channel; borrowed
 * @return zero or a negative #asy_status
 * @retval ASY_E_FORKED this is the child of a fork
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_status asy_channel_shutdown(asy_channel *channel) ASY_NOEXCEPT {
  return channel ? channel_shutdown(*core(channel)) : ASY_E_INVALID;
}

}  // extern "C"
