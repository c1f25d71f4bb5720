#pragma once
#include "libasync/task/task.hpp"

namespace libasync {

/// A loop that is made when first needed, runs one main after another, and is shut down and closed with its end.
struct runner {
  static constexpr uint32_t catch_interrupt = 1;
  std::atomic<uint32_t> refs{1};
  loop *l = nullptr;
  libasync::context *context = nullptr;  // of all mains; made with the loop, owned
  future *main = nullptr;                // borrowed while a run lasts
  uint64_t grace = UINT64_MAX;
  uint32_t flags = 0, loop_flags = 0, ready_budget = 0;
  uint64_t shuffle_seed = 0;
  bool interrupted = false, closed = false;
};

runner *runner_new() noexcept;
void runner_unref(runner *r) noexcept;
/// Makes the loop when there is none yet.
asy_status runner_prepare(runner &r) noexcept;
/// The task of a function, in the context that all mains share. Consumes the callback. Never NULL.
future *runner_main(runner &r, callback<asy_run_cb> body) noexcept;
/// Until `main` is done. ASY_E_INTERRUPTED when a SIGINT, and nothing else, cancelled it.
asy_status runner_run(runner &r, future &main) noexcept;
/// Shuts the loop down and closes it.
asy_status runner_close(runner &r) noexcept;

}  // namespace libasync
