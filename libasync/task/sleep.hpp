#pragma once
#include "libasync/task/future.hpp"

namespace libasync {

/// Done after `delay` ns; zero takes one trip through the ready queue.
future *sleep_new(loop &l, uint64_t delay) noexcept;
/// Whoever is about to await a turn that nobody else has seen, and behind which nothing was queued, may queue itself
/// in its place. Then this consumes the future.
bool sleep_yield_place(future &f) noexcept;
extern const kind sleep_kind;
inline bool sleep_yield_turn(future &f) noexcept { return f.what == &sleep_kind && sleep_yield_place(f); }

}  // namespace libasync
