#pragma once
#include "libasync/loop/loop.hpp"

namespace libasync {

/// One signal that a loop hears of; embedded in the object that wants to know, which it keeps while libuv needs it.
struct signal_watch {
  uv_signal_t signal;
  object *owner;
  void (*arrived)(signal_watch &self) noexcept;  // within the poll that brought it
  int32_t number;
  bool open;
};

/// A negative uv status on failure. UV_EINVAL: no signal, or one that cannot be caught.
int signal_watch_open(signal_watch &w, object &owner, int32_t number,
                      void (*arrived)(signal_watch &self) noexcept) noexcept;
/// The handler is gone when this returns; libuv needs the memory a little longer.
void signal_watch_stop(signal_watch &w) noexcept;

}  // namespace libasync
