#pragma once
#include "libasync/task/future.hpp"

namespace libasync {

/// The first attempt to succeed: a list of its index, its value and every attempt's error or nil. The
/// next attempt begins when the latest fails, or `delay` after it began. Consumes the callback.
future *race_new(loop &l, std::size_t count, uint64_t delay, callback<asy_start_cb> start) noexcept;

}  // namespace libasync
