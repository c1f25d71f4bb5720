/** @file
 * @brief Watching file descriptors. */
#include "libasync/loop/watch.hpp"
#include "capi/handles.hpp"

using namespace libasync;
using namespace libasync::capi;

extern "C" {

/**
 * Call back whenever a file descriptor is ready.
 *
 * Level-triggered: the callback comes again as long as the condition lasts.
 * Makes the descriptor non-blocking. One watch per descriptor and loop, for
 * both directions; sockets, pipes and terminals, no regular files. The watch
 * lives until asy_watch_close() or the loop's end, whether a handle is kept or
 * not. Keep the descriptor open until then.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] fd the descriptor; borrowed
 * @param[in] events bits of #asy_watch_events; zero watches nothing yet
 * @param[in] on_event called with what was seen
 * @param[in] user_data handed to `on_event`
 * @param[in] on_free releases `user_data` after asy_watch_close(), or NULL
 * @param[out] out_watch receives the watch, or NULL on failure; or NULL
 * @return zero or a negative #asy_status
 * @retval ASY_E_INVALID `fd` is no open descriptor, or `on_event` is NULL
 * @retval ASY_E_BUSY the loop watches the descriptor already
 * @retval ASY_E_UNSUPPORTED this kind of descriptor cannot be watched
 * @par Ownership
 * the caller owns one reference in `*out_watch`; the triple is consumed, also on failure
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_watch_new(asy_loop *loop, int32_t fd, uint32_t events, asy_watch_cb on_event, void *user_data,
                                 asy_free_cb on_free, asy_watch **out_watch) ASY_NOEXCEPT {
  if (out_watch) *out_watch = nullptr;
  if (const asy_status refused = loop_check(core(loop))) return refuse(refused, user_data, on_free);
  watch *made = nullptr;
  const asy_status status = watch_new(*core(loop), fd, events, {on_event, user_data, on_free}, made);
  if (status) return status;
  if (out_watch) *out_watch = handle_of<asy_watch>(made);
  else unref_local(made);
  return ASY_OK;
}

/**
 * Change what is watched for.
 *
 * @param[in] watch the watch; borrowed
 * @param[in] events bits of #asy_watch_events; zero keeps the watch and stops its callbacks
 * @return zero or a negative #asy_status
 * @retval ASY_E_INVALID there are unknown bits in `events`
 * @retval ASY_E_CLOSED the watch is closed
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_watch_set_events(asy_watch *watch, uint32_t events) ASY_NOEXCEPT {
  auto *w = core_of<libasync::watch>(watch);
  if (const asy_status refused = object_check(w)) return refused;
  return watch_set_events(*w, events);
}

/**
 * Stop watching for good.
 *
 * No callback comes after this returns, and the descriptor may be closed. Fine
 * inside the callback; a second call does nothing. The loop calls `on_free`
 * later.
 *
 * @param[in] watch the watch; borrowed
 * @return zero or a negative #asy_status
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_watch_close(asy_watch *watch) ASY_NOEXCEPT {
  auto *w = core_of<libasync::watch>(watch);
  if (const asy_status refused = object_check(w)) return refused;
  watch_close(*w);
  return ASY_OK;
}

/**
 * Take one more reference to a watch.
 *
 * @param[in] watch the watch; borrowed; or NULL
 * @return `watch`
 * @par Ownership
 * the caller owns one more reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_watch *asy_watch_ref(asy_watch *watch) ASY_NOEXCEPT {
  if (watch) object_ref(core_of<object>(watch));
  return watch;
}

/**
 * Give a reference to a watch back; it does not close it.
 *
 * @param[in] watch the watch; consumed; or NULL
 * @par Ownership
 * one reference is taken from the caller
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API void asy_watch_unref(asy_watch *watch) ASY_NOEXCEPT { object_unref(core_of<object>(watch)); }

}  // extern "C"
