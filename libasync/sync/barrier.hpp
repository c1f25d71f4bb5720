#pragma once
#include "libasync/sync/waiting_line.hpp"

namespace libasync {

/// Holds tasks back until so many of them are there. The last to come completes them all, so that who
/// comes next is of the next round already.
struct barrier : object {
  uint32_t parties;
  uint32_t arrived;  // at least as many as wait; some may have left
  bool broken;
  waiting_line waiting;
};

/// NULL without memory.
barrier *barrier_new(loop &l, uint32_t parties) noexcept;
future *barrier_wait(barrier &b) noexcept;
/// Those who wait fail, and the next round begins.
void barrier_reset(barrier &b) noexcept;
/// Those who wait fail, and all who come until it is reset.
void barrier_abort(barrier &b) noexcept;

}  // namespace libasync
