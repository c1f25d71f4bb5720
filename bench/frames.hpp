// The least a coroutine can be: C++20 frames that a plain ring resumes.
#pragma once
#include <coroutine>
#include <exception>

#include "compare.hpp"

namespace compare {

struct frame {
  struct promise_type {
    frame get_return_object() { return {std::coroutine_handle<promise_type>::from_promise(*this)}; }
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };
  std::coroutine_handle<promise_type> handle;
};

/// Queues a frame that is suspended.
inline void queue(ring &ready, std::coroutine_handle<> handle) {
  ready.push([](void *address) { std::coroutine_handle<>::from_address(address).resume(); }, handle.address());
}

/// Awaited: goes once through the ring.
struct turn {
  ring &ready;
  bool await_ready() noexcept { return false; }
  void await_suspend(std::coroutine_handle<> handle) noexcept { queue(ready, handle); }
  void await_resume() noexcept {}
};

}  // namespace compare
