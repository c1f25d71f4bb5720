#include "libasync/loop/uv_handles.hpp"
#include "libasync/task/future.hpp"

namespace libasync {
namespace {

thread_local loop *running_here = nullptr;

constexpr uint32_t drain_limit = 64;

inline void run_entry(loop &l) noexcept {
  const ring::entry next = l.ready.pop();
  next.run(next.argument);
}

inline void run_entry_watched(loop &l) noexcept {
  if (l.observer) l.observer->run(l.ready.pop());
  else run_entry(l);
}

/// What a loop does besides when it is watched, or its order is not the usual one.
[[gnu::noinline]] void run_batch_slowly(loop &l, uint32_t count) noexcept {
  l.counters.batch(count);
  if (l.shuffle) l.ready.shuffle(count, l.shuffle);
  for (; count && !l.halted; --count) run_entry_watched(l);
  l.counters.entries -= count;
  if (!l.shuffle && !l.observer) l.counters.usual_batch = l.counters.ready_max;
}

/// Runs whole batches until the budget is spent: what a batch queues comes after it. A stop lets
/// the batch finish, also one that came before it, while the loop polled.
void run_ready(loop &l) noexcept {
  uint32_t ran = 0;
  do {
    uint32_t batch = l.ready.size();
    ran += batch;
    if (batch > l.counters.usual_batch) [[unlikely]] {
      run_batch_slowly(l, batch);
      continue;
    }
    for (; batch && !l.halted; --batch) run_entry(l);
    ran -= batch;
  } while (ran < l.ready_budget && !l.ready.empty() && !l.stopping);
  l.counters.entries += ran;
}

/// With a virtual clock nothing is waited for: time jumps when the poll brought nothing.
void poll_virtual(loop &l, uint64_t limit) noexcept {
  l.progressed = false;
  uv_poll_once(l, false, UINT64_MAX);
  if (l.progressed || !l.ready.empty() || l.stopping || !mailbox_empty(l)) return;
  uint64_t next = l.timers.next();
  if (limit < next) next = limit;
  if (l.external || next == UINT64_MAX) uv_poll_once(l, limit > l.clock.now(), UINT64_MAX);
  else l.clock.advance_to(next);
}

void iterate(loop &l, uint64_t limit) noexcept {
  const bool idle = l.ready.empty() && !l.stopping;
  if (idle) l.ready.rewind();
  if (l.clock.is_virtual()) poll_virtual(l, idle ? limit : 0);
  else uv_poll_once(l, idle && limit, limit < l.timers.next() ? limit : l.timers.next());
  timers_due(l);
  run_ready(l);
}

/// What every way of running does around its iterations.
class run_scope {
 public:
  explicit run_scope(loop &l) noexcept : l_(l), status_(loop_check(&l)) {
    if (!status_ && (l.running || loop_current())) status_ = ASY_E_STATE;
    if (status_) return;
    l.running = true;
    running_here = &l;
  }
  ~run_scope() {
    if (status_) return;
    l_.running = false;
    running_here = nullptr;
  }
  asy_status refused() const noexcept { return status_; }
  /// A report, perhaps of before the run, or a fork in it asked for its end.
  bool ended() const noexcept { return l_.halted; }
  asy_status outcome() noexcept {
    l_.stopping = false;
    if (l_.forked) return ASY_E_FORKED;
    const asy_status raised = l_.raised_status;
    l_.raised_status = ASY_OK;
    l_.halted = false;
    return raised;
  }

 private:
  loop &l_;
  asy_status status_;
};

}  // namespace

/// In the child of a fork out of a callback, its parent's loop runs no more.
loop *loop_current() noexcept { return running_here && !running_here->forked ? running_here : nullptr; }

asy_status loop_run(loop &l) noexcept {
  run_scope scope(l);
  if (scope.refused()) return scope.refused();
  if (!scope.ended()) do {
      iterate(l, UINT64_MAX);  // without a wait when it was stopped before it ran
    } while (!l.stopping);
  return scope.outcome();
}

asy_status run_until_complete(loop &l, future &awaited) noexcept {
  waiter w;
  w.run = [](future &done, waiter &) noexcept { loop_stop(*done.owner); };
  if (const asy_status refused = loop_check(&l)) return refused;
  owned<future> kept(ref(&awaited));
  future_wait(awaited, w);
  const asy_status status = loop_run(l);
  future_forget(awaited, w);
  if (status) return status;
  return awaited.done() ? ASY_OK : ASY_E_STATE;
}

asy_status loop_step(loop &l, uint64_t timeout) noexcept {
  run_scope scope(l);
  if (scope.refused()) return scope.refused();
  if (!scope.ended()) {
    l.stopping = false;
    iterate(l, deadline_after(l, timeout));
  }
  return scope.outcome();
}

uint64_t loop_next_deadline(loop &l) noexcept {
  if (!l.ready.empty() || l.halted || !mailbox_empty(l) || uv_backend_timeout(l.uv) == 0) return l.clock.now();
  return l.timers.next();
}

void loop_wake(loop &l) noexcept {
  std::lock_guard guard(l.mailbox.lock);
  if (l.mailbox.closed) return;
  l.mailbox.woken = true;
  uv_async_send(&l.wake);
}

void loop_unblock_now(loop &l) noexcept {
  l.after_block(l.block_data);  // the hooks stay while it runs
  l.blocked = false;
}

void loop_drain_now(loop &l) noexcept {
  l.draining = l.progressed = true;
  uint32_t ran = 0;
  for (uint32_t batch = 0; ran < drain_limit && !l.ready.empty() && !l.stopping; ++ran, --batch) {
    if (!batch) {
      batch = l.ready.size();
      if (l.shuffle) l.ready.shuffle(batch, l.shuffle);
    }
    run_entry_watched(l);
  }
  l.counters.entries += ran;
  l.draining = false;
}

}  // namespace libasync
