// What becomes of a cancel request; the part of a task that asks and withdraws.
#include <utility>

#include "libasync/task/task.hpp"

namespace libasync {
namespace {

void leave_wait(task &t) noexcept {
  future *const left = std::exchange(t.busy.awaiting, nullptr);
  future_forget(*left, t.wake);
  t.request = RAISING;
  task_queue_step(t);
  unref_local(left);  // may run foreign code, which finds the task as it is now
}

/// It gave its turn away: the request ends that as it would end a wait.
bool rests(const task &t) noexcept { return !t.busy.awaiting; }

/// The answer comes to `woken`. One that is there at once was on its way: it is delivered before the request.
void ask_operation(task &t, future &f, error *reason) noexcept {
  owned<future> kept(ref(&f)), asking(ref(static_cast<future *>(&t)));
  future_cancel(f, reason);
  if (!is_over(t) && t.busy.awaiting == &f && f.done() && f.state != CANCELLED) t.request = HELD;
}

/// Forwards a request to what the task waits for, or takes the task away from it. A task that is
/// waited for is handed back to be asked: chains of them may be long. One that this round asked
/// already waits for us in turn, and would never answer.
task *cancel_wait(task &t, error *reason) noexcept {
  t.request = NO_REQUEST;
  future &f = *t.busy.awaiting;
  task *const inner = as_task(&f);
  const bool in_a_circle = inner && inner->busy.cancel_round == t.owner->cancel_round;
  if (in_a_circle || future_leave(f, t.wake)) {
    leave_wait(t);
    return nullptr;
  }
  if (!inner) ask_operation(t, f, reason);
  return inner;
}

/// One request; what it is forwarded to, when that is a task.
task *request(task &t, error *reason) noexcept {
  uint32_t &round = t.busy.cancel_round;
  if (round == t.owner->cancel_round) {  // by way of others it waits for itself
    if (t.phase == WAITING && !t.busy.awaiting->done()) leave_wait(t);
    return nullptr;
  }
  round = t.owner->cancel_round;
  ++t.cancelling;
  task_drop_reason(t);
  t.busy.reason = reason ? error_ref(reason) : nullptr;
  switch (t.phase) {
    case WAITING:
      if (!t.busy.awaiting->done()) return cancel_wait(t, reason ? reason : error_of(ASY_E_CANCELLED));
      // A cancel that is on its way stands for this one too; any other answer is delivered first.
      if (t.busy.awaiting->state != CANCELLED && t.request == NO_REQUEST) t.request = HELD;
      break;
    case STEP_QUEUED:
      if (t.request == NO_REQUEST) t.request = t.started && !rests(t) ? HELD : DUE;
      break;
    case DEFERRED:
      t.request = DUE;
      // Foreign code, last: it may deliver the step.
      if (t.coroutine->cancel_requested) run_outside(t.coroutine->cancel_requested, t.self);
      break;
    default: t.request = DUE;
  }
  return nullptr;
}

/// A task and, in turn, each that a request is forwarded to.
void ask(task *at, error *reason) noexcept {
  while (at && !is_over(*at)) at = request(*at, reason);
}

struct cancel_round {
  explicit cancel_round(loop &owner) noexcept : l(owner) {
    if (l.cancel_depth++ == 0) ++l.cancel_round;
  }
  ~cancel_round() { --l.cancel_depth; }
  loop &l;
};

}  // namespace

void task_cancel_wait(task &t, error *reason) noexcept {
  cancel_round round(*t.owner);
  ask(cancel_wait(t, reason), reason);
}

bool task_cancel(task &t, error *reason, task *spared) noexcept {
  if (is_over(t)) {
    future_mark_read(t);
    return false;
  }
  cancel_round round(*t.owner);
  if (spared && !is_over(*spared)) spared->busy.cancel_round = t.owner->cancel_round;
  ask(&t, reason);
  return true;
}

uint32_t task_uncancel(task &t, uint32_t level) noexcept {
  if (t.cancelling && --t.cancelling <= level && t.request != RAISING) t.request = NO_REQUEST;
  return t.cancelling;
}

void task_rearm(task &t, error *reason) noexcept {
  if (t.done() || !t.cancelling) return;
  if (t.request != NO_REQUEST) return;
  task_drop_reason(t);
  t.busy.reason = reason ? error_ref(reason) : nullptr;
  t.request = DUE;
}

}  // namespace libasync
