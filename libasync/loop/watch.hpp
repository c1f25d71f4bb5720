#pragma once
#include "libasync/loop/context.hpp"

namespace libasync {

/// A file descriptor that somebody else owns, watched level-triggered.
///
/// An open watch holds a reference to itself: releasing its handles does not
/// close it, so that code which keeps no handle still gets its events.
struct watch : object {
  static constexpr uint32_t readable = 1, writable = 2, disconnect = 4;
  enum : uint8_t { OPEN, CLOSED };  // `state`
  uv_poll_t poll;
  callback<asy_watch_cb> on_event;
  libasync::context *context;  // owned, or NULL
  uint32_t events;
};

/// Consumes the callback.
asy_status watch_new(loop &l, int32_t fd, uint32_t events, callback<asy_watch_cb> on_event, watch *&out) noexcept;
/// Zero events keep the watch and stop its callbacks.
asy_status watch_set_events(watch &w, uint32_t events) noexcept;
/// The descriptor may be closed as soon as this returns.
void watch_close(watch &w) noexcept;

}  // namespace libasync
