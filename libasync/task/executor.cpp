#include "libasync/task/executor.hpp"

#include <algorithm>
#include <cstdio>
#include <new>
#include <thread>
#include <utility>

#include "libasync/task/executor_threads.hpp"

#ifndef _WIN32
#include <pthread.h>
#endif

namespace libasync {
namespace {

void drop(executor *e) noexcept {
  if (e->owners.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  executor_delist(*e);
  deallocate(e->threads);
  e->~executor();
  deallocate(e);
}

void unlink(executor &e, job &j) noexcept {
  (j.previous_job ? j.previous_job->next_job : e.first) = j.next_job;
  (j.next_job ? j.next_job->previous_job : e.last) = j.previous_job;
  j.next_job = j.previous_job = nullptr;
  j.queued = false;
  --e.queued;
}

/// With the lock: who is to be told, when nothing is left to do.
quiet_watch *quiet_watches(executor &e) noexcept {
  return e.queued || e.running ? nullptr : std::exchange(e.watches, nullptr);
}

/// Without the lock. The results of all jobs are in their mailboxes before this.
void tell(quiet_watch *all) noexcept {
  while (quiet_watch *w = all) {
    all = w->next_watch;
    loop &l = *w->home;
    mailbox_post(l, *w);
    loop_unpin(l);
  }
}

void come_home(letter &mail, bool closed) noexcept {
  auto &j = static_cast<job &>(mail);
  loop &l = *j.home;
  executor *const pool = j.pool;
  j.finish(j, closed);
  drop(pool);
  loop_unpin(l);
}

void name_thread([[maybe_unused]] const char *name) noexcept {
#ifdef __linux__
  pthread_setname_np(pthread_self(), name);
#endif
}

void let_go([[maybe_unused]] executor::thread &t) noexcept {
#ifdef _WIN32
  CloseHandle(t.id);
#else
  pthread_detach(t.id);
#endif
}

void work(executor &e, executor::thread &self, std::unique_lock<std::mutex> &guard) noexcept {
  job &j = *e.first;
  unlink(e, j);
  self.busy = true;
  ++e.running;
  guard.unlock();
  j.work(j);
  mailbox_post(*j.home, j);
  guard.lock();
  --e.running;
  if (quiet_watch *all = quiet_watches(e)) {
    guard.unlock();
    tell(all);
    guard.lock();
  }
  self.busy = false;
}

void run_thread(void *argument) noexcept {
  auto &self = *static_cast<executor::thread *>(argument);
  executor &e = *self.pool;
  name_thread(e.name);
  std::unique_lock guard(e.lock);
  while (!e.halted) {
    if (e.first) {
      work(e, self, guard);
    } else if (e.ending) {
      break;
    } else {
      ++e.idle;
      e.work_came.wait(guard);
      --e.idle;
    }
  }
  if (self.left) let_go(self);
  guard.unlock();
  drop(&e);
}

/// With the lock, which the new thread waits for.
void grow(executor &e) noexcept {
  if (e.queued < e.idle || e.started == e.most_threads) return;
  executor::thread &t = e.threads[e.started];
  t = {};
  t.pool = &e;
  e.owners.fetch_add(1, std::memory_order_relaxed);
  if (thread_start(t.id, run_thread, &t) == 0) ++e.started;
  else e.owners.fetch_sub(1, std::memory_order_relaxed);
}

}  // namespace

executor::executor(const char *called, thread *room, uint32_t thread_limit, uint32_t queue_limit) noexcept
    : most_threads(thread_limit), most_queued(queue_limit), threads(room) {
  std::snprintf(name, sizeof name, "%s", called);
  executor_enlist(*this);
}

executor *executor_new(const char *name, uint32_t most_threads, uint32_t most_queued) noexcept {
  // As many threads as asyncio would start: most of the time they wait.
  if (!most_threads) most_threads = std::min(32u, std::thread::hardware_concurrency() + 4);
  if (!name) name = "asy-work";
  void *block = allocate(sizeof(executor));
  if (!block) return nullptr;
  auto *threads = static_cast<executor::thread *>(allocate(most_threads * sizeof(executor::thread)));
  if (!threads) {
    deallocate(block);
    return nullptr;
  }
  return new (block) executor(name, threads, most_threads, most_queued);
}

executor *executor_ref(executor *e) noexcept {
  if (e) e->handles.fetch_add(1, std::memory_order_relaxed);
  return e;
}

void executor_unref(executor *e) noexcept {
  if (!e || e->handles.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  executor_end_threads(*e, false);
  drop(e);
}

void executor_end_threads(executor &e, bool halt) noexcept {
  {
    std::lock_guard guard(e.lock);
    if (e.ended) return;
    e.ended = e.ending = true;
    e.halted = halt;
    for (uint32_t i = 0; i < e.started; ++i) e.threads[i].left = e.threads[i].busy || (e.first && !halt);
    e.work_came.notify_all();
  }
  for (uint32_t i = 0; i < e.started; ++i)
    if (!e.threads[i].left) uv_thread_join(&e.threads[i].id);
}

asy_status executor_submit(executor &e, loop &l, job &j) noexcept {
  std::lock_guard guard(e.lock);
  if (e.refusing || e.halted) return ASY_E_CLOSED;
  if (e.most_queued && e.queued >= e.most_queued) return ASY_E_AGAIN;
  grow(e);
  if (!e.started) return ASY_E_NOMEM;
  loop_pin(l);
  e.owners.fetch_add(1, std::memory_order_relaxed);
  j.home = &l;
  j.pool = &e;
  j.deliver = come_home;
  j.queued = true;
  ++e.queued;
  j.previous_job = e.last;
  (e.last ? e.last->next_job : e.first) = &j;
  e.last = &j;
  e.work_came.notify_one();
  return ASY_OK;
}

bool executor_withdraw(job &j) noexcept {
  executor &e = *j.pool;
  quiet_watch *all;
  {
    std::lock_guard guard(e.lock);
    if (!j.queued) return false;
    unlink(e, j);
    all = quiet_watches(e);
  }
  tell(all);
  loop_unpin(*j.home);
  drop(&e);
  return true;
}

bool executor_stop(executor &e, loop &l, quiet_watch &w) noexcept {
  std::lock_guard guard(e.lock);
  e.refusing = e.ending = true;
  e.work_came.notify_all();
  if (!e.queued && !e.running) return true;
  loop_pin(l);
  w.home = &l;
  w.next_watch = e.watches;
  e.watches = &w;
  return false;
}

bool executor_forget(executor &e, quiet_watch &w) noexcept {
  {
    std::lock_guard guard(e.lock);
    quiet_watch **at = &e.watches;
    while (*at && *at != &w) at = &(*at)->next_watch;
    if (!*at) return false;
    *at = w.next_watch;
  }
  loop_unpin(*w.home);
  return true;
}

}  // namespace libasync
