#include "libasync/debug/watchdog.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <new>

#include "libasync/task/task.hpp"

namespace libasync {
watchdog *watchdog::start(uint64_t limit, const callback<asy_stuck_cb> &on_stuck) noexcept {
  callback<asy_stuck_cb> refused = on_stuck;
  void *block = allocate(sizeof(watchdog));
  if (!block) {
    refused.free_outside();
    return nullptr;
  }
  auto *made = new (block) watchdog(limit, on_stuck);
  const auto look = [](void *dog) { static_cast<watchdog *>(dog)->look(); };
  if (thread_start(made->thread_, look, made)) {
    made->~watchdog();
    deallocate(made);
    refused.free_outside();
    return nullptr;
  }
  return made;
}

void watchdog::stop() noexcept {
  {
    std::lock_guard guard(lock_);
    stop_ = true;
  }
  stopping_.notify_one();
  uv_thread_join(&thread_);
  on_stuck_.free_outside();
  this->~watchdog();
  deallocate(this);
}

void watchdog::begins(const char *what) noexcept {
  std::lock_guard guard(lock_);
  std::snprintf(name_, sizeof name_, "%s", what);
  ++count_;
  busy_ = true;
}

void watchdog::begins(const task &t) noexcept {
  std::lock_guard guard(lock_);
  task_label(t, name_);
  ++count_;
  busy_ = true;
}

void watchdog::ends() noexcept {
  std::lock_guard guard(lock_);
  busy_ = false;
}

/// Told once for each thing that holds the loop up.
void watchdog::look() noexcept {
  std::unique_lock guard(lock_);
  uint64_t seen = 0, since = 0, told = 0;
  const auto pause = std::chrono::nanoseconds(std::clamp(limit_ / 2, UINT64_C(1000), UINT64_C(1000000000)));
  while (!stopping_.wait_for(guard, pause, [this] { return stop_; })) {
    const uint64_t now = clock::machine();
    if (!busy_ || count_ != seen) {
      seen = count_;
      since = now;
    } else if (now - since >= limit_ && told != seen) {
      told = seen;
      char name[longest_label];
      std::memcpy(name, name_, sizeof name);
      guard.unlock();
      tell(name, now - since);
      guard.lock();
    }
  }
}

void watchdog::tell(const char *name, uint64_t stuck) noexcept {
  if (on_stuck_.run) return on_stuck_.run(name, stuck, on_stuck_.user_data);
  std::fprintf(stderr, "libasync: %s holds its loop up, for %.3f s so far\n", name, static_cast<double>(stuck) / 1e9);
}

}  // namespace libasync
