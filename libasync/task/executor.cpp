#include "libasync/task/executor.hpp"

#include <uv.h>

#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <new>

#ifndef _WIN32
#include <pthread.h>
#include <signal.h>
#endif

namespace libasync {

struct executor {
  static constexpr uint32_t most_threads = 16;
  struct thread {
    uv_thread_t id;
    executor *pool;
    bool busy;
  };

  std::mutex lock;
  std::condition_variable work_came;
  const char *name;
  uint32_t limit;  // threads
  uint32_t started = 0, idle = 0, queued = 0;
  bool stopping = false;
  job *first = nullptr, *last = nullptr;
  thread threads[most_threads];
};

namespace {

void unlink(executor &e, job &j) noexcept {
  (j.previous_job ? j.previous_job->next_job : e.first) = j.next_job;
  (j.next_job ? j.next_job->previous_job : e.last) = j.previous_job;
  j.next_job = j.previous_job = nullptr;
  j.queued = false;
  --e.queued;
}

void come_home(letter &mail, bool closed) noexcept {
  auto &j = static_cast<job &>(mail);
  loop &l = *j.home;
  j.finish(j, closed);
  loop_unpin(l);
}

void name_thread([[maybe_unused]] const char *name) noexcept {
#ifdef __linux__
  pthread_setname_np(pthread_self(), name);
#endif
}

void run_thread(void *argument) noexcept {
  auto &self = *static_cast<executor::thread *>(argument);
  executor &e = *self.pool;
  name_thread(e.name);
  std::unique_lock guard(e.lock);
  for (;;) {
    while (!e.first && !e.stopping) {
      ++e.idle;
      e.work_came.wait(guard);
      --e.idle;
    }
    if (e.stopping) return;
    job &j = *e.first;
    unlink(e, j);
    self.busy = true;
    guard.unlock();
    j.work(j);
    mailbox_post(*j.home, j);
    guard.lock();
    self.busy = false;
  }
}

/// The process's signals are for the host's own threads.
int start_thread(executor::thread &t) noexcept {
#ifdef _WIN32
  return uv_thread_create(&t.id, run_thread, &t);
#else
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  const int status = uv_thread_create(&t.id, run_thread, &t);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return status;
#endif
}

executor *resolver = nullptr;

/// At the end of the process: threads that wait are ended; one inside a system
/// call is left to end with the process.
void stop_threads() noexcept {
  executor &e = *resolver;
  bool join[executor::most_threads] = {};
  {
    std::lock_guard guard(e.lock);
    e.stopping = true;
    for (uint32_t i = 0; i < e.started; ++i) join[i] = !e.threads[i].busy;
    e.work_came.notify_all();
  }
  for (uint32_t i = 0; i < executor::most_threads; ++i)
    if (join[i]) uv_thread_join(&e.threads[i].id);
}

alignas(executor) char storage[sizeof(executor)];

executor *make_resolver() noexcept {
  auto *e = new (storage) executor;
  e->name = "asy-resolve";
  e->limit = 4;
  resolver = e;
  std::atexit([] { stop_threads(); });
#ifndef _WIN32
  // The child of a fork has none of the threads: it starts anew, its parent's jobs are nobody's.
  pthread_atfork([] { resolver->lock.lock(); }, [] { resolver->lock.unlock(); },
                 [] {
                   auto *fresh = new (storage) executor;
                   fresh->name = "asy-resolve";
                   fresh->limit = 4;
                 });
#endif
  return e;
}

}  // namespace

executor &resolver_threads() noexcept {
  static executor *const made = make_resolver();
  return *made;
}

asy_status executor_submit(executor &e, loop &l, job &j) noexcept {
  std::lock_guard guard(e.lock);
  if (e.stopping) return ASY_E_CLOSED;
  if (e.queued >= e.idle && e.started < e.limit) {
    executor::thread &t = e.threads[e.started];
    t.pool = &e;
    t.busy = false;
    if (start_thread(t) == 0) ++e.started;
    else if (!e.started) return ASY_E_NOMEM;
  }
  loop_pin(l);
  j.home = &l;
  j.deliver = come_home;
  j.queued = true;
  ++e.queued;
  j.previous_job = e.last;
  (e.last ? e.last->next_job : e.first) = &j;
  e.last = &j;
  e.work_came.notify_one();
  return ASY_OK;
}

bool executor_withdraw(executor &e, job &j) noexcept {
  {
    std::lock_guard guard(e.lock);
    if (!j.queued) return false;
    unlink(e, j);
  }
  loop_unpin(*j.home);
  return true;
}

}  // namespace libasync
