/** @file
 * @brief Events: flags that tasks wait for. */
#include "libasync/sync/event.hpp"
#include "capi/handles.hpp"

using namespace libasync;
using namespace libasync::capi;

extern "C" {

/**
 * Make an event that is not set.
 *
 * @param[in] loop the loop; borrowed
 * @param[out] out_event receives the event, or NULL on failure
 * @return zero or a negative #asy_status
 * @retval ASY_E_INVALID an argument is NULL
 * @retval ASY_E_NOMEM memory ran out
 * @par Ownership
 * the caller owns one reference in `*out_event`
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_event_new(asy_loop *loop, asy_event **out_event) ASY_NOEXCEPT {
  if (!out_event) return ASY_E_INVALID;
  *out_event = nullptr;
  if (const asy_status refused = loop_check(core(loop))) return refused;
  *out_event = handle_of<asy_event>(event_new(*core(loop)));
  return *out_event ? ASY_OK : ASY_E_NOMEM;
}

/**
 * Set the flag and release everybody who waits.
 *
 * They are released even when asy_event_clear() follows before they run. Setting
 * it again does nothing.
 *
 * @param[in] event the event; borrowed
 * @return zero or a negative #asy_status
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_event_set(asy_event *event) ASY_NOEXCEPT {
  auto *e = core_of<libasync::event>(event);
  if (const asy_status refused = object_check(e)) return refused;
  event_set(*e);
  return ASY_OK;
}

/**
 * Clear the flag: who waits from now on waits for the next asy_event_set().
 *
 * @param[in] event the event; borrowed
 * @return zero or a negative #asy_status
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_event_clear(asy_event *event) ASY_NOEXCEPT {
  auto *e = core_of<libasync::event>(event);
  if (const asy_status refused = object_check(e)) return refused;
  e->set = false;
  return ASY_OK;
}

/**
 * Tell whether the flag is set.
 *
 * @param[in] event the event; borrowed
 * @return 1 or 0; 0 too when the event cannot be used from here
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API int32_t asy_event_is_set(const asy_event *event) ASY_NOEXCEPT {
  auto *e = core_of<libasync::event>(event);
  return !object_check(e) && e->set;
}

/**
 * Wait until the flag is set.
 *
 * When it is, the future is done already.
 *
 * @param[in] event the event; borrowed
 * @return a future without a value
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_event_wait(asy_event *event) ASY_NOEXCEPT {
  auto *e = core_of<libasync::event>(event);
  const asy_status refused = object_check(e);
  return handle(refused ? future_of(refused) : event_wait(*e));
}

/**
 * Count who waits for an event.
 *
 * @param[in] event the event; borrowed
 * @return how many; 0 too when it cannot be used from here
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API size_t asy_event_waiting(const asy_event *event) ASY_NOEXCEPT {
  auto *e = core_of<libasync::event>(event);
  return object_check(e) ? 0 : e->waiting.count();
}

/**
 * Take one more reference to an event.
 *
 * @param[in] event the event; borrowed; or NULL
 * @return `event`
 * @par Ownership
 * the caller owns one more reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_event *asy_event_ref(asy_event *event) ASY_NOEXCEPT {
  if (event) object_ref(core_of<object>(event));
  return event;
}

/**
 * Give a reference to an event back.
 *
 * Who waits holds one too: a wait goes on without the caller's.
 *
 * @param[in] event the event; consumed; or NULL
 * @par Ownership
 * one reference is taken from the caller
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API void asy_event_unref(asy_event *event) ASY_NOEXCEPT { object_unref(core_of<object>(event)); }

}  // extern "C"
