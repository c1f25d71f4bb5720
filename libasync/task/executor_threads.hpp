#pragma once
#include <condition_variable>
#include <mutex>

#include "libasync/task/executor.hpp"

namespace libasync {

struct executor {
  struct thread {
    uv_thread_t id;
    executor *pool;
    bool busy;
    bool left;  // nobody joins it
  };
  executor(const char *name, thread *threads, uint32_t most_threads, uint32_t most_queued) noexcept;

  std::mutex lock;
  std::condition_variable work_came;
  std::atomic<uint32_t> handles{1};  // the users'
  std::atomic<uint32_t> owners{1};   // the users together, threads, jobs
  char name[16];                     // what the system shows of a thread's
  uint32_t most_threads, most_queued;
  uint32_t started = 0, idle = 0, queued = 0, running = 0;
  bool refusing = false;  // shut down
  bool ending = false;    // threads without work end
  bool halted = false;    // so do those with work: the process ends
  bool ended = false;     // the threads were joined, or left
  job *first = nullptr, *last = nullptr;
  quiet_watch *watches = nullptr;
  thread *threads;
  executor *next_executor = nullptr, *previous_executor = nullptr;
};

/// Joins the threads that do nothing, and leaves the others to end with their work or, after `halt`, the process.
void executor_end_threads(executor &e, bool halt) noexcept;

/// All executors: the end of the process joins their threads, and a fork's child makes them anew.
void executor_enlist(executor &e) noexcept;
void executor_delist(executor &e) noexcept;

}  // namespace libasync
