#pragma once
#include <cstddef>

namespace libasync {

/// Bytes of a thread's description.
inline constexpr std::size_t longest_thread_name = 48;
/// The calling thread, as "name (number)", or what the platform knows of it.
void thread_name(char (&text)[longest_thread_name]) noexcept;

}  // namespace libasync
