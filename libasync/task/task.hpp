#pragma once
#include "libasync/loop/context.hpp"
#include "libasync/task/future.hpp"

namespace libasync {

enum task_phase : uint8_t {
  STEP_QUEUED,  // a step is in the ready queue
  HELD_BACK,    // set aside before it began: the queued step will do nothing
  IDLE,         // the same, and that step has gone by
  WAITING,      // on `busy.awaiting`
  RUNNING,      // its step runs
  DEFERRED,     // running, but its step comes later
  FINISHED
};

/// What becomes of a cancel request that was not delivered yet.
enum task_request : uint8_t {
  NO_REQUEST,
  HELD,    // asked after the awaited result arrived: that is delivered first, and may be the last word
  DUE,     // raised at the next await that suspends, or at the end
  RAISING  // the task left what it waited for; its queued step raises
};

/// A future that drives a coroutine. What it waits for is in `busy`.
struct task : future {
  const asy_coroutine *coroutine;  // NULL once it is destroyed
  void *self;
  waiter wake;
  task *next_task, *previous_task;
  char *name;  // owned, or NULL for the number's
  uint32_t number;
  uint32_t cancelling;
  libasync::context *context;  // owned; NULL while it is empty
};
static_assert(sizeof(void *) != 8 || sizeof(task) == 160, "a million of them should not cost what nobody meant to add");

extern const kind task_kind;
using all_tasks = circle<&task::next_task, &task::previous_task>;

/// Without its first step, which task_start() takes. Consumes `self`, also on failure; NULL without memory. The options
/// may be NULL.
task *task_make(loop &l, const asy_coroutine *coroutine, void *self, const asy_task_options *with) noexcept;
/// With its first step, and without options. Never NULL.
future *task_new(loop &l, const asy_coroutine *coroutine, void *self) noexcept;
/// Takes the queued step of a task, whose reference it consumes.
void task_run_step(void *argument) noexcept;
/// Its next step goes to the back of the ready queue.
inline void task_queue_step(task &t) noexcept {
  t.phase = STEP_QUEUED;
  loop_push(*t.owner, task_run_step, ref_counted(&t));
}
void task_start_specially(task &t, uint64_t flags) noexcept;
/// Tells of the task, and queues its first step or takes it at once, as the options say.
inline void task_start(task &t, const asy_task_options *with) noexcept {
  if (with || t.owner->hooks) [[unlikely]]
    task_start_specially(t, with ? with->flags : 0);
  else task_queue_step(t);
}
/// A deferred task's own code runs on the loop: until it leaves, or its step comes, it is the current one.
asy_status task_enter(task &t) noexcept;
asy_status task_leave(task &t) noexcept;

// ---- cancelling, in cancel.cpp
/// Whoever waits for `spared` does not forward the request to it, but leaves.
bool task_cancel(task &t, error *reason, task *spared = nullptr) noexcept;
/// A request of before the wait reaches what the task waits for.
void task_cancel_wait(task &t, error *reason) noexcept;
/// How many requests were delivered and not withdrawn: what a scope compares with at its end.
inline uint32_t task_cancel_level(const task &t) noexcept {
  return t.cancelling && t.request != NO_REQUEST ? t.cancelling - 1 : t.cancelling;
}
/// Withdraws one request; at `level`, the count a scope began with, an undelivered one is forgotten.
uint32_t task_uncancel(task &t, uint32_t level = 0) noexcept;
/// Makes an undelivered request of a cancel that was withdrawn and asked again (a group's exit).
void task_rearm(task &t, error *reason) noexcept;

asy_status task_deliver(task &t, asy_step &consumed) noexcept;
/// The coroutine's own call.
inline void task_resume(task &t, const asy_value *sent, asy_error *thrown, asy_step &out) noexcept {
  t.coroutine->resume(t.self, reinterpret_cast<asy_task *>(static_cast<future *>(&t)), sent, thrown, &out);
}
/// What the coroutine's table tells; NULL too where it was built before there was such a member.
template <class T>
T told_by(const asy_coroutine &table, T asy_coroutine::*member) noexcept {
  const auto end = reinterpret_cast<const char *>(&(table.*member) + 1) - reinterpret_cast<const char *>(&table);
  return table.size < static_cast<std::size_t>(end) ? nullptr : table.*member;
}
/// Releases all that a step refers to.
void step_clear(asy_step &s) noexcept;
/// Tells where a suspended coroutine stands.
void task_describe(task &t, asy_line_cb on_line, void *user_data) noexcept;
/// A report about the task, in its context.
void task_report(task &t, error *e, const char *what) noexcept;
const char *task_name(task &t) noexcept;
asy_status task_set_name(task &t, const char *name) noexcept;
/// Of one that is done: nothing but its outcome is left to release.
inline bool task_is_bare(const task &t) noexcept { return !t.name && !t.context; }
/// Done, or about to be.
inline bool is_over(const task &t) noexcept { return t.done() || t.phase == FINISHED; }
/// NULL when the future is no task.
inline task *as_task(future *f) noexcept { return f && f->what->is_task ? static_cast<task *>(f) : nullptr; }
/// The unfinished tasks of this moment, the oldest first.
asy_status tasks_visit(loop &l, asy_task_cb on_task, void *user_data) noexcept;
/// A timeout or group is opened on the task; false when there are too many.
inline bool task_enter_scope(task &t) noexcept { return t.scopes != UINT16_MAX && ++t.scopes; }
inline void task_leave_scope(task &t) noexcept { --t.scopes; }
inline void task_delist(task &t) noexcept {
  all_tasks::remove(t.owner->tasks, t);
  --t.owner->task_count;
}
/// Out of the loop's list of unfinished tasks, for one that stands still until it is wanted. It does not begin there.
void task_set_aside(task &t) noexcept;
/// And back. The list is in the order of the numbers: it gets a new one.
void task_bring_back(task &t) noexcept;
/// Ends one that is set aside.
void task_end_aside(task &t) noexcept;
// ---- telling the loop's hooks, in hooks.cpp; there must be some
void hooks_created(task &t) noexcept;
task_hooks *hooks_entered(task &t) noexcept;
void hooks_left(task &t, task_hooks *told) noexcept;
void hooks_finished(task &t) noexcept;

inline void task_drop_awaiting(task &t) noexcept {
  if (future *f = t.busy.awaiting) {
    t.busy.awaiting = nullptr;
    unref_local(f);
  }
}
inline void task_drop_reason(task &t) noexcept {
  if (error *reason = t.busy.reason) {
    t.busy.reason = nullptr;
    error_unref(reason);
  }
}
inline void task_destroy_coroutine(task &t) noexcept {
  if (const asy_coroutine *once = t.coroutine) {
    t.coroutine = nullptr;
    once->destroy(t.self);
    if (t.owner->graveyard) objects_bury(*t.owner);
  }
}
/// Ends all; the loop closes.
void tasks_close(loop &l) noexcept;

}  // namespace libasync
