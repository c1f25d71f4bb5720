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

void watchdog::push(stint &s) noexcept {
  s.began = clock::machine();
  s.told = false;
  std::lock_guard guard(lock_);
  s.outer = now_;
  now_ = &s;
}

void watchdog::begins(stint &s, const char *what) noexcept {
  std::snprintf(s.name, sizeof s.name, "%s", what);
  push(s);
}

void watchdog::begins(stint &s, const task &t) noexcept {
  task_label(t, s.name);
  push(s);
}

void watchdog::ends(const stint &s) noexcept {
  std::lock_guard guard(lock_);
  if (now_ == &s) now_ = s.outer;
}

/// Told once for each thing that holds the loop up.
void watchdog::look() noexcept {
  std::unique_lock guard(lock_);
  const auto pause = std::chrono::nanoseconds(std::clamp(limit_ / 2, UINT64_C(1000), UINT64_C(1000000000)));
  while (!stopping_.wait_for(guard, pause, [this] { return stop_; })) {
    if (!now_ || now_->told) continue;
    const uint64_t took = clock::machine() - now_->began;
    if (took < limit_) continue;
    now_->told = true;
    char name[longest_label];
    std::memcpy(name, now_->name, sizeof name);
    guard.unlock();
    tell(name, took);
    guard.lock();
  }
}

void watchdog::tell(const char *name, uint64_t stuck) noexcept {
  if (on_stuck_.run) return on_stuck_.run(name, stuck, on_stuck_.user_data);
  std::fprintf(stderr, "libasync: %s holds its loop up, for %.3f s so far\n", name, static_cast<double>(stuck) / 1e9);
}

}  // namespace libasync
