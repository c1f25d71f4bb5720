#pragma once
#include <cstdint>

#include "libasync/base/text.hpp"

namespace libasync {

inline constexpr uint32_t deepest_backtrace = 10;

/// The callers' return addresses, those inside the library left out. None where the platform cannot tell.
uint32_t backtrace_take(void **frames, uint32_t limit) noexcept;
/// Adds "function+0x1a (module), ...".
void backtrace_tell(void *const *frames, uint32_t count, text &out) noexcept;

}  // namespace libasync
