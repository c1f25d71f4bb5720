#pragma once
#include "libasync/task/future.hpp"

namespace libasync {

/// What a wait ends with, by the values of asy_wait_mode: that header is above this layer.
inline constexpr uint32_t wait_all = 0, wait_first = 1, wait_first_error = 2;

/// How many of the futures are done, once as many are as the mode asks for, or after `delay`. Consumes
/// each, and does nothing to them: no cancel, no error read.
future *wait_new(loop &l, future *const *members, std::size_t count, uint32_t mode, uint64_t delay) noexcept;

}  // namespace libasync
