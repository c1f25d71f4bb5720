#pragma once
#include <cstddef>
#include <cstdint>

namespace libasync {

inline constexpr uint32_t deepest_backtrace = 10;

/// The callers' return addresses, those inside the library left out. None where the platform cannot tell.
uint32_t backtrace_take(void **frames, uint32_t limit) noexcept;
/// "function+0x1a (module), ..." as far as it fits; its length.
std::size_t backtrace_text(void *const *frames, uint32_t count, char *text, std::size_t size) noexcept;

}  // namespace libasync
