#pragma once
#include <cstdint>
#ifndef __has_builtin
#define __has_builtin(name) 0
#endif
#if !__has_builtin(__builtin_thread_pointer)
#include <functional>
#include <thread>
#endif

namespace libasync {

/// Names a living thread in one word that is quick to get.
using thread_token = uintptr_t;
inline constexpr thread_token no_thread = 0;

inline thread_token this_thread() noexcept {
#if __has_builtin(__builtin_thread_pointer)
  return reinterpret_cast<thread_token>(__builtin_thread_pointer());
#else
  return std::hash<std::thread::id>{}(std::this_thread::get_id()) | 1;
#endif
}

}  // namespace libasync
