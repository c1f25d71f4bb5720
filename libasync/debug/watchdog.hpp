#pragma once
#include <condition_variable>
#include <mutex>

#include "libasync/debug/label.hpp"
#include "libasync/loop/loop.hpp"

namespace libasync {

/// A thread that looks, every half limit, whether the loop still does what it did before, and tells while it does.
class watchdog {
 public:
  /// Something that runs, in the frame that runs it: what it runs in turn stands on top of it.
  struct stint {
    stint *outer;
    uint64_t began;
    bool told;
    char name[longest_label];
  };
  /// NULL without memory or a thread. Consumes the callback.
  static watchdog *start(uint64_t limit, const callback<asy_stuck_cb> &on_stuck) noexcept;
  /// Waits for the thread, and for a callback of its.
  void stop() noexcept;

  // On the loop's thread.
  void begins(stint &s, const char *what) noexcept;
  void begins(stint &s, const task &t) noexcept;
  /// Nothing happens when it began before this watchdog was there.
  void ends(const stint &s) noexcept;

 private:
  explicit watchdog(uint64_t limit, const callback<asy_stuck_cb> &on_stuck) noexcept
      : limit_(limit), on_stuck_(on_stuck) {}
  void push(stint &s) noexcept;
  void look() noexcept;
  void tell(const char *name, uint64_t stuck) noexcept;

  const uint64_t limit_;
  callback<asy_stuck_cb> on_stuck_;
  uv_thread_t thread_;
  // ---- shared
  std::mutex lock_;
  std::condition_variable stopping_;
  bool stop_ = false;
  stint *now_ = nullptr;  // NULL while the loop waits
};

}  // namespace libasync
