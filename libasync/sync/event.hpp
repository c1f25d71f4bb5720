#pragma once
#include "libasync/sync/waiting_line.hpp"

namespace libasync {

/// A flag that tasks wait for.
struct event : object {
  bool set;
  waiting_line waiting;
};

/// NULL without memory.
event *event_new(loop &l) noexcept;
void event_set(event &e) noexcept;
future *event_wait(event &e) noexcept;

}  // namespace libasync
