#pragma once
#include <condition_variable>
#include <mutex>

#include "libasync/debug/label.hpp"
#include "libasync/loop/loop.hpp"

namespace libasync {

/// A thread that looks, every half limit, whether the loop still does what it did before, and tells while it does.
class watchdog {
 public:
  /// NULL without memory or a thread. Consumes the callback.
  static watchdog *start(uint64_t limit, const callback<asy_stuck_cb> &on_stuck) noexcept;
  /// Waits for the thread, and for a callback of its.
  void stop() noexcept;

  // On the loop's thread.
  void begins(const char *what) noexcept;
  void begins(const task &t) noexcept;
  void ends() noexcept;

 private:
  explicit watchdog(uint64_t limit, const callback<asy_stuck_cb> &on_stuck) noexcept
      : limit_(limit), on_stuck_(on_stuck) {}
  void look() noexcept;
  void tell(const char *name, uint64_t stuck) noexcept;

  const uint64_t limit_;
  callback<asy_stuck_cb> on_stuck_;
  uv_thread_t thread_;
  // ---- shared
  std::mutex lock_;
  std::condition_variable stopping_;
  bool stop_ = false;
  uint64_t count_ = 0;  // of what began
  bool busy_ = false;
  char name_[longest_label] = "";
};

}  // namespace libasync
