#pragma once
#include "libasync/loop/loop.hpp"

namespace libasync {

struct executor;

/// Blocking work for another thread; embedded in what it works on.
///
/// The memory belongs to the job itself: `finish` releases it, or whoever
/// withdrew the job. A job out keeps its loop's inner core alive.
struct job : letter {
  job *next_job = nullptr, *previous_job = nullptr;
  loop *home = nullptr;
  /// On a thread of the executor.
  void (*work)(job &self) noexcept = nullptr;
  /// On the loop; with `closed` on any thread: the loop is gone and nobody waits.
  void (*finish)(job &self, bool closed) noexcept = nullptr;
  bool queued = false;  // under the executor's lock
};

/// Process-wide threads that look names up: few, and apart from any other
/// pool, so that a slow name server delays nothing but names.
executor &resolver_threads() noexcept;

/// Queues a job of `l`. Fails when not even one thread can be started.
asy_status executor_submit(executor &e, loop &l, job &j) noexcept;
/// True: it had not started and never will; `finish` is not called.
bool executor_withdraw(executor &e, job &j) noexcept;

}  // namespace libasync
