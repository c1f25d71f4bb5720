#pragma once
#include <uv.h>

#include <atomic>
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
/// In place of the owner of a loop that closes or is closed: nobody can take it. No thread has an even, small number.
inline constexpr thread_token closed_to_all = 2;

inline thread_token this_thread() noexcept {
#if __has_builtin(__builtin_thread_pointer)
  return reinterpret_cast<thread_token>(__builtin_thread_pointer());
#else
  return std::hash<std::thread::id>{}(std::this_thread::get_id()) | 1;
#endif
}

/// Starts a thread that takes no signals: the process's are for the host's own threads. Zero or a libuv status.
int thread_start(uv_thread_t &thread, void (*run)(void *), void *argument) noexcept;

/// A flag that its owner writes and other threads may look at; orders nothing.
template <class T>
class relaxed {
 public:
  constexpr relaxed(T value) noexcept : value_(value) {}
  operator T() const noexcept { return value_.load(std::memory_order_relaxed); }
  T operator=(T value) noexcept {
    value_.store(value, std::memory_order_relaxed);
    return value;
  }

 private:
  std::atomic<T> value_;
};

}  // namespace libasync
