#pragma once
#include "libasync/task/future.hpp"

namespace libasync {

/// `inner` within `delay` ns; consumes it. Its clean-up is waited for.
future *wait_for_new(loop &l, future *inner, uint64_t delay) noexcept;

}  // namespace libasync
