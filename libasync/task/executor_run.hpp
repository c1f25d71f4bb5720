#pragma once
#include "libasync/task/executor.hpp"
#include "libasync/task/future.hpp"

namespace libasync {

/// Runs a function on a thread of the executor, or of the loop's own (NULL). Consumes the callback. Never NULL.
future *executor_run(executor *e, loop &l, callback<asy_run_cb> body) noexcept;
/// Asked by a job that runs: nobody waits for it any more.
bool executor_job_is_cancelled() noexcept;
/// Refuses new jobs; done when all have ended, or fails with a timeout.
future *executor_shutdown(executor &e, loop &l, uint64_t timeout) noexcept;

/// The loop keeps a reference, in place of the one it had.
asy_status default_executor_set(loop &l, executor &e) noexcept;
/// Later use of the default is refused.
future *default_executor_shutdown(loop &l, uint64_t timeout) noexcept;

}  // namespace libasync
