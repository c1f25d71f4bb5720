#pragma once
#include "libasync/task/future.hpp"

namespace libasync {

/// Ends as `inner` does, and keeps cancels from it. Consumes it; one that is done comes back itself.
future *shield_new(loop &l, future *inner) noexcept;

}  // namespace libasync
