#pragma once
#include "libasync/task/future.hpp"

namespace libasync {

/// A list of the futures' values in their order; consumes each of them.
future *gather_new(loop &l, future *const *members, std::size_t count, bool return_errors) noexcept;

}  // namespace libasync
