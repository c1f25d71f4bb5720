#pragma once
#include "libasync/loop/loop.hpp"

namespace libasync {

/// Threads for work that blocks, and the queue before them. Counted; for any thread.
struct executor;

/// Blocking work for another thread; embedded in what it works on.
///
/// The memory belongs to the job itself: `finish` releases it, or whoever
/// withdrew the job. A job out keeps its loop's inner core and its executor alive.
struct job : letter {
  job *next_job = nullptr, *previous_job = nullptr;
  loop *home = nullptr;
  executor *pool = nullptr;
  /// On a thread of the executor.
  void (*work)(job &self) noexcept = nullptr;
  /// On the loop; with `closed` on any thread: the loop is gone and nobody waits.
  void (*finish)(job &self, bool closed) noexcept = nullptr;
  bool queued = false;  // under the executor's lock
};

/// Told once, when no job is queued or runs any more; embedded in what waits. Keeps its loop's inner core alive.
struct quiet_watch : letter {
  quiet_watch *next_watch = nullptr;
  loop *home = nullptr;
};

/// NULL without memory. No thread is started before it has work. NULL and zeros: what is usual, and no limit of the
/// queue.
executor *executor_new(const char *name, uint32_t most_threads, uint32_t most_queued) noexcept;
executor *executor_ref(executor *e) noexcept;
/// The last one lets the threads end with the work that is queued.
void executor_unref(executor *e) noexcept;

/// Process-wide threads that look names up: few, and apart from any other
/// pool, so that a slow name server delays nothing but names.
executor &resolver_threads() noexcept;

/// Queues a job of `l`. Fails when it was shut down, too many wait, or not even one thread can be started.
asy_status executor_submit(executor &e, loop &l, job &j) noexcept;
/// True: it had not started and never will; `finish` is not called.
bool executor_withdraw(job &j) noexcept;

/// Refuses jobs from now on. True when none is left, else `w` is told, on the loop `l`.
bool executor_stop(executor &e, loop &l, quiet_watch &w) noexcept;
/// True: `w` was not told and will not be.
bool executor_forget(executor &e, quiet_watch &w) noexcept;

}  // namespace libasync
