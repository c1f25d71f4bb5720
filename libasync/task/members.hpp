#pragma once
#include "libasync/task/future.hpp"

namespace libasync {

/// Gives back the futures that an operation will not wait for; the array may be missing.
void members_release(future *const *members, std::size_t count) noexcept;
/// The same, and what the operation answers then.
future *members_refuse(future *const *members, std::size_t count, asy_status status) noexcept;
/// Why futures cannot be waited for together; then each has been released. What takes members expects them checked.
asy_status members_check(const loop *l, future *const *members, std::size_t count) noexcept;

}  // namespace libasync
