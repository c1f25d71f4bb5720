#pragma once
#include "libasync/task/future.hpp"

namespace libasync {

/// Completes with the number when the signal arrives. Never NULL.
future *signal_wait(loop &l, int32_t number) noexcept;

}  // namespace libasync
