#pragma once
#include "libasync/task/future.hpp"

namespace libasync {

/// Done after `delay` ns; zero takes one trip through the ready queue.
future *sleep_new(loop &l, uint64_t delay) noexcept;

}  // namespace libasync
