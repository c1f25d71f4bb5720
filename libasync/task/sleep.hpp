#pragma once
#include "libasync/task/future.hpp"

namespace libasync {

/// Done after `delay` ns; zero takes one trip through the ready queue.
future *sleep_new(loop &l, uint64_t delay) noexcept;
/// Whoever is about to await a turn that nobody else has seen, and behind which nothing was queued, may queue itself
/// in its place. Then this consumes the future.
bool sleep_yield_turn(future &f) noexcept;

}  // namespace libasync
