// What becomes of the threads at a fork and at the end of the process.
#include <cstdlib>
#include <new>

#include "libasync/task/executor_threads.hpp"

#ifndef _WIN32
#include <pthread.h>
#endif

namespace libasync {
namespace {

struct registry {
  std::mutex lock;
  executor *first = nullptr;
};

registry &all() noexcept;

template <class Act>
void for_each(Act act) noexcept {
  for (executor *e = all().first; e; e = e->next_executor) act(*e);
}

void stop_threads() noexcept {
  std::lock_guard guard(all().lock);
  for_each([](executor &e) { executor_end_threads(e, true); });
}

#ifndef _WIN32
/// The child has none of the threads, its parent's jobs are nobody's, and what they own stays. Its lock is ours.
void begin_anew(executor &e) noexcept {
  e.lock.unlock();
  new (&e.work_came) std::condition_variable;
  e.started = e.idle = e.queued = e.running = 0;
  e.first = e.last = nullptr;
  e.watches = nullptr;
}

void lock_all() noexcept {
  all().lock.lock();
  for_each([](executor &e) { e.lock.lock(); });
}
void unlock_all() noexcept {
  for_each([](executor &e) { e.lock.unlock(); });
  all().lock.unlock();
}
void begin_all_anew() noexcept {
  for_each(begin_anew);
  all().lock.unlock();
}
#endif

registry &all() noexcept {
  static registry *const made = [] {
    alignas(registry) static char storage[sizeof(registry)];
    auto *place = new (storage) registry;
    std::atexit([] { stop_threads(); });
#ifndef _WIN32
    pthread_atfork(lock_all, unlock_all, begin_all_anew);
#endif
    return place;
  }();
  return *made;
}

}  // namespace

executor &resolver_threads() noexcept {
  static executor *const made = [] {
    constexpr uint32_t most = 4;
    static executor::thread threads[most];
    alignas(executor) static char storage[sizeof(executor)];  // nobody's allocator: it stays to the end
    return new (storage) executor("asy-resolve", threads, most, 0);
  }();
  return *made;
}

void executor_enlist(executor &e) noexcept {
  std::lock_guard guard(all().lock);
  e.next_executor = all().first;
  if (e.next_executor) e.next_executor->previous_executor = &e;
  all().first = &e;
}

void executor_delist(executor &e) noexcept {
  std::lock_guard guard(all().lock);
  if (e.next_executor) e.next_executor->previous_executor = e.previous_executor;
  (e.previous_executor ? e.previous_executor->next_executor : all().first) = e.next_executor;
}

}  // namespace libasync
