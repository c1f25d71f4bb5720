#include "libasync/task/runner.hpp"

#include <new>

#include "libasync/loop/context.hpp"
#include "libasync/loop/interrupt.hpp"
#include "libasync/task/shutdown.hpp"
#include "libasync/task/stack.hpp"

namespace libasync {
namespace {

thread_local runner *running_here = nullptr;

void on_interrupt(loop &) noexcept {
  runner &r = *running_here;
  if (r.main->done() || !interrupt_came()) return;
  r.interrupted = true;
  error *const reason = cancel_reason("interrupted by a signal");
  future_cancel(*r.main, reason);
  error_unref(reason);
}

/// Whether our request alone ended it.
bool was_interrupted(const runner &r, future &main) noexcept {
  if (!r.interrupted || main.state != CANCELLED) return false;
  task *const t = as_task(&main);
  return !t || task_uncancel(*t) == 0;
}

/// A report or a stop ends a run, but not a shutdown.
void run_to_the_end(loop &l, future &f) noexcept {
  while (!f.done() && !l.forked) run_until_complete(l, f);
}

}  // namespace

runner *runner_new() noexcept {
  void *block = allocate(sizeof(runner));
  return block ? new (block) runner : nullptr;
}

void runner_unref(runner *r) noexcept {
  if (!r || r->refs.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  if (r->l) loop_unref(*r->l);
  context_unref(r->context);
  r->~runner();
  deallocate(r);
}

asy_status runner_prepare(runner &r) noexcept {
  if (r.closed) return ASY_E_CLOSED;
  if (r.l) return loop_check(r.l);
  if (!r.context && (!context_capture(r.context) || (!r.context && !(r.context = context_new())))) return ASY_E_NOMEM;
  return loop_new(r.loop_flags, r.ready_budget, r.shuffle_seed, r.l);
}

future *runner_main(runner &r, callback<asy_run_cb> body) noexcept {
  asy_task_options with{};
  with.name = "main";
  with.context = reinterpret_cast<asy_context *>(r.context);
  return stack_spawn(*r.l, body.run, body.user_data, body.on_free, &with);
}

asy_status runner_run(runner &r, future &main) noexcept {
  loop &l = *r.l;
  if (loop_current()) return ASY_E_STATE;
  r.refs.fetch_add(1, std::memory_order_relaxed);  // the main may let go of it
  r.main = &main;
  r.interrupted = false;
  running_here = &r;
  const bool catching = (r.flags & runner::catch_interrupt) && interrupt_catch(l, on_interrupt);
  const asy_status status = run_until_complete(l, main);
  if (catching) interrupt_release(l);
  running_here = nullptr;
  r.main = nullptr;
  const bool interrupted = !status && was_interrupted(r, main);
  runner_unref(&r);
  return interrupted ? ASY_E_INTERRUPTED : status;
}

asy_status runner_close(runner &r) noexcept {
  if (!r.l || r.closed) {
    r.closed = true;
    return ASY_OK;
  }
  loop &l = *r.l;
  if (!l.closed) {
    if (const asy_status refused = loop_check(&l)) return refused;
    if (loop_current()) return ASY_E_STATE;
    future *const ended = shutdown_start(l, r.grace);
    run_to_the_end(l, *ended);
    object_unref(ended);
  }
  r.closed = true;
  return loop_close(l);
}

}  // namespace libasync
