#include "libasync/task/task.hpp"

#include <cstdio>
#include <cstring>
#include <utility>

#include "libasync/task/awaiter.hpp"
#include "libasync/task/shutdown.hpp"

namespace libasync {
namespace {

constexpr uint16_t longest_streak = 128;  // done futures awaited in a row before a turn is given up
constexpr uint32_t deepest_start = 64;    // eager tasks that begin inside each other

void step(task &t, const asy_value *sent, error *thrown) noexcept;

/// A request that no await raised meets the end of the body. What that fails with, or NULL.
[[gnu::noinline]] error *end_request(task &t, error *failure) noexcept {
  if (t.request == DUE && !failure) {
    failure = t.busy.reason ? error_ref(t.busy.reason) : error_of(ASY_E_CANCELLED);
  } else if (t.request == HELD && !(failure && failure->code == ASY_E_CANCELLED) &&
             !(t.busy.reason && t.busy.reason->of_scope)) {
    char what[160];
    std::snprintf(what, sizeof what, "task %s ended before its cancel request was delivered", task_name(t));
    task_report(t, t.busy.reason ? t.busy.reason : error_of(ASY_E_CANCELLED), what);
  }
  t.request = NO_REQUEST;
  return failure;
}

/// What the body leaves behind goes.
[[gnu::always_inline]] inline void leave_body(task &t) noexcept {
  task_drop_reason(t);
  if (t.context) context_unwind(t.context);
  if (t.next_task) [[likely]]
    task_delist(t);
  else --t.owner->tasks_aside;
  task_destroy_coroutine(t);
}

/// The outcome stands, and the loop's reference goes.
[[gnu::always_inline]] inline void leave_loop(task &t) noexcept {
  if (t.owner->hooks) [[unlikely]]
    hooks_finished(t);
  if (t.owner->ending) [[unlikely]]
    shutdown_task_ended(t);
  unref_counted(&t);
}

void fail(task &t, error *consumed) noexcept {
  t.phase = FINISHED;
  task_drop_awaiting(t);
  if (t.request != NO_REQUEST) [[unlikely]]
    end_request(t, consumed);
  leave_body(t);
  if (consumed->fatal && !t.owner->closing) {
    loop_leave(*t.owner, consumed);
    future_mark_read(t);
  }
  future_fail(t, consumed);
  leave_loop(t);
}

void finish(task &t, asy_value &value) noexcept {
  t.phase = FINISHED;
  task_drop_awaiting(t);
  if (t.request != NO_REQUEST) [[unlikely]] {
    if (error *failure = end_request(t, nullptr)) {
      value_clear(value);
      return fail(t, failure);
    }
  }
  leave_body(t);
  future_complete(t, value);
  leave_loop(t);
}

/// Ends one that is in no list, where it stands. The outcome comes first: foreign code may deliver a step that is out.
void cut_off(task &t, const char *reported = nullptr) noexcept {
  const owned<task> kept(ref(&t));
  const bool deferred = t.phase == DEFERRED;
  future *const awaited = std::exchange(t.busy.awaiting, nullptr);
  error *const reason = std::exchange(t.busy.reason, nullptr), *const thrown = std::exchange(t.busy.thrown, nullptr);
  if (awaited) future_forget(*awaited, t.wake);
  t.phase = FINISHED;
  t.request = NO_REQUEST;
  future_fail(t, error_of(ASY_E_CLOSED));
  t.flags |= future::quiet;
  if (reported) task_report(t, error_of(ASY_E_CLOSED), reported);
  if (awaited) unref_local(awaited);
  if (reason) error_unref(reason);
  if (thrown) error_unref(thrown);
  if (t.owner->hooks) hooks_finished(t);
  if (deferred) {  // destroyed when its step is delivered, which owns our reference now
    if (t.coroutine && t.coroutine->cancel_requested) t.coroutine->cancel_requested(t.self);
    return;
  }
  task_destroy_coroutine(t);
  unref_local(&t);
}

task &holder(waiter &w) noexcept {
  return *reinterpret_cast<task *>(reinterpret_cast<char *>(&w) - offsetof(task, wake));
}

void woken(future &done, waiter &w) noexcept {
  task &t = holder(w);
  if (t.phase != WAITING || done.owner->closing) return;
  error *const failure = done.failure();
  if (failure) [[unlikely]]
    future_mark_read(done);
  step(t, failure ? nullptr : &done.value, failure);  // the loop holds it until it is finished
}

const awaiter_rule awaits(woken, [](waiter &w) noexcept -> future * { return &holder(w); });

/// What a task must not wait for: itself, and what belongs to another loop.
bool is_barred(const task &t, const future &f) noexcept { return f.owner == t.owner ? &f == &t : f.owner != nullptr; }

/// Lets the others run once.
[[gnu::always_inline]] inline void give_way(task &t) noexcept {
  task_drop_awaiting(t);
  t.streak = 0;
  if (t.request == HELD) t.request = DUE;  // giving up a turn suspends
  task_queue_step(t);
}

/// Waits for what is pending, and of this loop. A request that was not delivered reaches it. What the last wait gave
/// goes after that: it may be foreign code, which ends this one.
[[gnu::always_inline]] inline void suspend_on(task &t, future &f) noexcept {
  future *const before = t.busy.awaiting;
  t.streak = 0;
  t.busy.awaiting = &f;
  t.phase = WAITING;
  t.wake.run = woken;
  circle<&waiter::next, &waiter::previous>::append(f.waiters, t.wake);
  if (t.request != NO_REQUEST) [[unlikely]] {
    error *reason = error_ref(t.busy.reason ? t.busy.reason : error_of(ASY_E_CANCELLED));
    task_cancel_wait(t, reason);
    error_unref(reason);
  }
  if (before) unref_local(before);
}

/// Ends in a wait, a queued step, a deferral or the end.
void take_step(task &t, asy_step &s) noexcept {
  loop &l = *t.owner;
  switch (s.kind) {
    case ASY_STEP_RETURN: return finish(t, s.value);
    case ASY_STEP_RAISE: return fail(t, s.error ? reinterpret_cast<error *>(s.error) : error_of(ASY_E_INTERNAL));
    case ASY_STEP_DEFERRED: t.phase = DEFERRED; return;
    case ASY_STEP_AWAIT: break;
    default: step_clear(s); return fail(t, error_new(ASY_E_INVALID, "a coroutine gave an unknown step"));
  }
  auto *f = reinterpret_cast<future *>(s.future);
  if (!f) return give_way(t);
  // What cannot be awaited fails at the await, on the next turn.
  if (is_barred(t, *f)) {
    const bool self = f == &t;
    object_unref(f);
    f = future_failed(&l,
                      self ? error_new(ASY_E_STATE, "a task awaits itself") : error_ref(error_of(ASY_E_WRONG_LOOP)));
  }
  if (!f->done()) return suspend_on(t, *f);
  // No wait, no turn given up, until there have been too many.
  task_drop_awaiting(t);
  t.streak = 0;
  t.busy.awaiting = f;
  task_queue_step(t);
}

/// With somebody who looks on.
[[gnu::noinline]] void resume_watched(task &t, const asy_value *sent, error *thrown, asy_step &s) noexcept {
  loop &l = *t.owner;
  task_hooks *const told = l.hooks ? hooks_entered(t) : nullptr;
  if (l.observer) l.observer->resume(t, sent, reinterpret_cast<asy_error *>(thrown), s);
  else task_resume(t, sent, reinterpret_cast<asy_error *>(thrown), s);
  if (told) hooks_left(t, told);
}

/// One call of the coroutine.
[[gnu::always_inline]] inline void enter(task &t, const asy_value *sent, error *thrown, asy_step &s) noexcept {
  loop &l = *t.owner;
  t.phase = RUNNING;
  task *const outer = std::exchange(l.current, &t);
  if (l.observer || l.hooks) [[unlikely]]
    resume_watched(t, sent, thrown, s);
  else task_resume(t, sent, reinterpret_cast<asy_error *>(thrown), s);
  l.current = outer;
  if (l.graveyard) [[unlikely]]
    objects_bury(l);  // what it dropped on a small stack
}

/// Goes on with what is done already, until there was too much of it.
[[gnu::noinline]] void go_on(task &t, asy_step &s) noexcept {
  for (; s.kind == ASY_STEP_AWAIT && t.streak < longest_streak; ++t.streak) {
    auto *f = reinterpret_cast<future *>(s.future);
    if (!f || is_barred(t, *f) || !f->done()) break;
    task_drop_awaiting(t);
    t.busy.awaiting = f;
    error *const failure = f->failure();
    if (failure) future_mark_read(*f);
    s = {};
    enter(t, failure ? nullptr : &f->value, failure, s);
  }
  take_step(t, s);
}

/// Resumes until something really suspends.
void step(task &t, const asy_value *sent, error *thrown) noexcept {
  asy_step s{};
  enter(t, sent, thrown, s);
  if (s.kind == ASY_STEP_RETURN) return finish(t, s.value);
  if (s.kind == ASY_STEP_AWAIT) [[likely]] {
    auto *f = reinterpret_cast<future *>(s.future);
    if (!f) return give_way(t);
    if (!is_barred(t, *f) && !f->done()) [[likely]]
      return suspend_on(t, *f);
  }
  go_on(t, s);
}

/// What becomes of a request that a queued step finds. True: that was the step.
[[gnu::noinline]] bool raise_request(task &t) noexcept {
  if (!t.started) t.request = DUE;
  // What is done already does not suspend: its outcome comes first, and the request stays due.
  if (t.request != RAISING && (t.request != DUE || t.busy.awaiting)) return false;
  error *reason = t.busy.reason ? t.busy.reason : error_of(ASY_E_CANCELLED);
  error_ref(reason);
  t.request = NO_REQUEST;
  task_drop_awaiting(t);
  if (!t.started) {  // a body that never began is not entered
    fail(t, reason);
    return true;
  }
  const owned<task> kept(ref(&t));
  step(t, nullptr, reason);
  if (t.phase == DEFERRED) t.busy.thrown = reason;  // in use until the step is delivered
  else error_unref(reason);
  return true;
}

/// A step that was queued: the first, one after a yield, a done future, or a cancelled wait.
void run_queued(task &t) noexcept {
  if (t.request != NO_REQUEST && raise_request(t)) [[unlikely]]
    return;
  t.started = true;
  future *const f = t.busy.awaiting;
  if (!f) return step(t, &nil, nullptr);
  error *const failure = f->failure();
  if (failure) future_mark_read(*f);
  step(t, failure ? nullptr : &f->value, failure);
}

/// Tasks that start inside each other stand on the loop's stack together.
bool may_begin(const loop &l) noexcept {
  return loop_current() == &l && l.eager_depth < deepest_start && !l.halted && !l.disposing;
}

/// The first step of a task that starts at once, on the loop's stack.
void begin(void *argument) noexcept {
  const owned<task> t(ref(static_cast<task *>(argument)));
  loop &l = *t->owner;
  ++l.eager_depth;
  t->started = true;
  step(*t, &nil, nullptr);
  --l.eager_depth;
}

}  // namespace

void task_run_step(void *argument) noexcept {
  auto *const t = static_cast<task *>(argument);
  if (t->phase != STEP_QUEUED || t->owner->closing) [[unlikely]] {
    if (t->phase == HELD_BACK) t->phase = IDLE;
    return unref_counted(t);
  }
  --t->refs;  // the loop holds it until it is finished
  run_queued(*t);
}

void task_start_specially(task &t, uint64_t flags) noexcept {
  if (t.owner->hooks) [[unlikely]] {
    hooks_created(t);
    if (t.phase == FINISHED) return;  // it closed the loop
  }
  if (flags == ASY_TASK_EAGER && t.request == NO_REQUEST && may_begin(*t.owner)) return run_outside(begin, &t);
  task_queue_step(t);
}

void step_clear(asy_step &s) noexcept {
  if (s.future) object_unref(reinterpret_cast<future *>(s.future));
  if (s.error) error_unref(reinterpret_cast<error *>(s.error));
  value_clear(s.value);
  s = {};
}

asy_status task_deliver(task &t, asy_step &consumed) noexcept {
  if (t.phase == DEFERRED) {
    asy_step s = consumed;
    consumed = {};
    future *const awaited = std::exchange(t.busy.awaiting, nullptr);
    error *const thrown = std::exchange(t.busy.thrown, nullptr);
    task_leave(t);
    t.phase = RUNNING;
    take_step(t, s);
    object_unref(awaited);  // what the step was given; may run foreign code
    if (thrown) error_unref(thrown);
    return ASY_OK;
  }
  step_clear(consumed);
  if (t.phase != FINISHED || !t.done() || !t.coroutine) return ASY_E_STATE;
  // The loop closed meanwhile and left the coroutine to us, on any thread.
  std::exchange(t.coroutine, nullptr)->destroy(t.self);
  object_unref(&t);
  return ASY_E_CLOSED;
}

void task_end_aside(task &t) noexcept {
  --t.owner->tasks_aside;
  run_outside([](void *aside) { cut_off(*static_cast<task *>(aside)); }, &t);
}

void tasks_close(loop &l) noexcept {
  while (task *t = l.tasks) {
    task_delist(*t);
    if (t->flags & future::quiet) {  // a shutdown named it already
      cut_off(*t);
      continue;
    }
    char what[160];
    std::snprintf(what, sizeof what, "task %s %s when its loop was closed", task_name(*t),
                  t->started ? "was still pending" : "had not begun");
    cut_off(*t, what);
  }
}

}  // namespace libasync
