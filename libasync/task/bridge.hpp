#pragma once
#include "libasync/task/future.hpp"

namespace libasync {

/// A future of `l` that ends as `source` does, whose loop may be another thread's. Consumes it, from
/// any thread. Never NULL.
future *bridge_new(loop &l, future *source) noexcept;

}  // namespace libasync
