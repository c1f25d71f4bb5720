/* Every operation as a small body that awaits, to be run under all that may go wrong: cancelled at each suspension,
   without memory at each allocation, in every order. To add a concept, write its body and one line in `scenarios`. A
   body gives back all it took on every path, and ends with the first failure that it met. */
#ifndef ASY_EVERY_H
#define ASY_EVERY_H
#include "asy_test.h"

#include <signal.h>
#include <stdio.h>

static asy_loop *loop;

#define BODY(name) static asy_status name(asy_value *out_value UNUSED, asy_error **out_error UNUSED, void *data UNUSED)
#define TRY(call)                      \
  do {                                 \
    asy_status try_status = (call);    \
    if (try_status) return try_status; \
  } while (0)

static asy_status await(asy_future *future) { return asy_await(future, NULL, NULL); }
static asy_task *spawn(asy_run_cb body, void *data) { return asy_spawn(loop, body, data, NULL, NULL); }
/* A body that owns what it is given: it may go on when those who began it have failed. */
#define OWNING(body, handle, kind) asy_spawn(loop, body, asy_##kind##_ref(handle), drop_##kind, NULL)
static asy_status first(asy_status earlier, asy_status later) { return earlier ? earlier : later; }
static void nothing(void *data) { (void)data; }
static void done_too(asy_future *future, void *data) { (void)future, (void)data; }
static void set_done(void *future) { asy_future_set_result(future, NULL); }
static void drop(void *future) { asy_future_unref(future); }

/* ---- LOOP HND */

BODY(sleeps) {
  TRY(await(asy_sleep(loop, 0)));
  return await(asy_sleep(loop, ASY_MILLISECOND));
}
BODY(calls) {
  asy_handle *soon = NULL, *late = NULL;
  asy_future *future = asy_future_new(loop);
  asy_status status = asy_loop_call_soon(loop, nothing, NULL, NULL, &soon);
  status = first(status, asy_loop_call_at(loop, UINT64_MAX - 1, nothing, NULL, NULL, &late));
  status = first(status, asy_loop_call_later(loop, 5, set_done, asy_future_ref(future), drop, NULL));
  if (!status) status = await(asy_future_ref(future));
  if (soon) asy_handle_cancel(soon);
  if (late) asy_handle_cancel(late);
  asy_handle_unref(soon);
  asy_handle_unref(late);
  asy_future_unref(future);
  return status;
}
BODY(remote_calls) {
  asy_future *future = asy_future_new(loop);
  asy_status status = asy_loop_call_soon_threadsafe(loop, set_done, asy_future_ref(future), drop, NULL);
  if (!status) status = await(asy_future_ref(future));
  asy_future_unref(future);
  return status;
}

/* ---- FUT */

static void cancels(asy_future *future, void *data) {
  (void)data;
  asy_future_set_cancelled(future, NULL);
}
BODY(futures) {
  asy_future *future = asy_future_new_cancellable(loop, cancels, NULL, NULL);
  asy_status status = asy_future_add_done_callback(future, done_too, NULL, NULL);
  status = first(status, asy_loop_call_later(loop, 5, set_done, asy_future_ref(future), drop, NULL));
  if (!status) status = await(asy_future_ref(future));
  asy_future_unref(future);
  return status;
}
BODY(promises) {
  asy_promise *promise;
  asy_future *future = asy_promise_new(loop, NULL, NULL, NULL, &promise);
  if (promise) asy_promise_set_result(promise, NULL);
  asy_promise_unref(promise);
  return await(future);
}

/* ---- TASK */

BODY(child) {
  TRY(await(asy_sleep(loop, data ? ASY_MILLISECOND : 0)));
  return await(asy_sleep(loop, 0));
}
BODY(tasks) {
  asy_task *one = spawn(child, NULL), *other = spawn(child, loop);
  asy_task_cancel(other, "not needed");
  asy_status status = await(one), ended = await(other);
  return first(status, ended == ASY_E_CANCELLED ? ASY_OK : ended);
}

/* ---- COMB */

BODY(gathers) {
  asy_future *members[] = {spawn(child, NULL), asy_sleep(loop, 3), spawn(child, loop)};
  return await(asy_gather(loop, members, 3, 0));
}
BODY(as_completed) {
  asy_future *members[] = {spawn(child, loop), asy_sleep(loop, 3), spawn(child, NULL)};
  asy_completions *completions;
  TRY(asy_completions_new(loop, members, 3, &completions));
  asy_status status = ASY_OK;
  for (int i = 0; i < 3; ++i) status = first(status, await(asy_completions_next(completions)));
  asy_completions_unref(completions);
  return status;
}
BODY(wait_fors) {
  asy_status expired = await(asy_wait_for(loop, asy_future_new(loop), 5));
  if (expired != ASY_E_TIMEOUT) return expired;
  return await(asy_wait_for(loop, spawn(child, NULL), ASY_SECOND));
}
BODY(timeouts) {
  asy_timeout *timeout;
  asy_error *error = NULL;
  TRY(asy_timeout_enter(loop, asy_task_current(loop), 5, &timeout));
  asy_status status = asy_await(asy_sleep(loop, ASY_SECOND), NULL, &error);
  asy_error *outcome = NULL;
  asy_status left = asy_timeout_exit(timeout, status ? error : NULL, &outcome);
  asy_error_unref(outcome);
  return left == ASY_E_TIMEOUT ? ASY_OK : left;
}

/* ---- TG */

BODY(groups) {
  asy_group *group;
  TRY(asy_group_new(loop, asy_task_current(loop), &group));
  asy_status status = ASY_OK;
  for (int i = 0; i < 3 && !status; ++i) {
    asy_task *member = spawn(child, i % 2 ? loop : NULL);
    status = asy_group_add(group, member);
    if (status) asy_task_cancel(member, NULL);
    asy_future_unref(member);
  }
  asy_error *error = status ? asy_error_new(status, "no member", NULL) : NULL;
  asy_status left = await(asy_group_exit(group, error));
  asy_group_unref(group);
  return left == ASY_E_GROUP ? ASY_E_NOMEM : left;
}

/* ---- SYNC Q */

static void drop_semaphore(void *semaphore) { asy_semaphore_unref(semaphore); }
BODY(holder) {
  TRY(await(asy_semaphore_acquire(data)));
  asy_status status = await(asy_sleep(loop, 1));
  asy_semaphore_release(data);
  return status;
}
BODY(semaphores) {
  asy_semaphore *semaphore;
  TRY(asy_semaphore_new(loop, 1, &semaphore));
  asy_future *members[3];
  for (int i = 0; i < 3; ++i) members[i] = OWNING(holder, semaphore, semaphore);
  asy_status status = await(asy_gather(loop, members, 3, ASY_GATHER_RETURN_ERRORS));
  /* Whatever happened, nobody took a slot away. */
  if (!status && asy_semaphore_value(semaphore) != 1) status = ASY_E_INTERNAL;
  asy_semaphore_unref(semaphore);
  return status;
}
BODY(events) {
  asy_event *event;
  TRY(asy_event_new(loop, &event));
  asy_future *waits[] = {asy_event_wait(event), asy_event_wait(event)};
  asy_event_set(event);
  asy_status status = await(asy_gather(loop, waits, 2, 0));
  asy_event_unref(event);
  return status;
}
static void drop_queue(void *queue) { asy_queue_unref(queue); }
BODY(producer) {
  for (int i = 0; i < 4; ++i) {
    asy_value value;
    asy_value_set_int(&value, i);
    TRY(await(asy_queue_put(data, &value)));
  }
  return ASY_OK;
}
BODY(consumer) {
  for (int i = 0; i < 4; ++i) TRY(await(asy_queue_get(data)));
  return ASY_OK;
}
BODY(queues) {
  asy_queue *queue;
  TRY(asy_queue_new(loop, 2, &queue));
  asy_future *members[] = {OWNING(producer, queue, queue), OWNING(consumer, queue, queue)};
  asy_future *both = asy_gather(loop, members, 2, ASY_GATHER_RETURN_ERRORS);
  /* One that is cancelled leaves the other without a partner. */
  asy_status status = await(asy_wait_for(loop, both, ASY_SECOND));
  asy_queue_unref(queue);
  return status == ASY_E_TIMEOUT ? ASY_E_CANCELLED : status;
}

static void drop_lock(void *lock) { asy_lock_unref(lock); }
BODY(locker) {
  TRY(await(asy_lock_acquire(data)));
  asy_status status = await(asy_sleep(loop, 1));
  asy_lock_release(data);
  return status;
}
BODY(locks) {
  asy_lock *lock;
  TRY(asy_lock_new(loop, ASY_LOCK_OWNED, &lock));
  asy_future *members[3];
  for (int i = 0; i < 3; ++i) members[i] = OWNING(locker, lock, lock);
  asy_status status = await(asy_gather(loop, members, 3, ASY_GATHER_RETURN_ERRORS));
  if (!status && asy_lock_is_locked(lock)) status = ASY_E_INTERNAL;
  asy_lock_unref(lock);
  return status;
}
static void drop_condition(void *condition) { asy_condition_unref(condition); }
BODY(condition_waiter) {
  asy_lock *lock = asy_condition_lock(data);
  asy_status status = await(asy_lock_acquire(lock));
  if (!status) {
    status = await(asy_condition_wait(data));
    /* However it ended, the lock is held again, unless there was no memory to wait. */
    if (asy_lock_is_locked(lock)) asy_lock_release(lock);
    else status = first(status, ASY_E_INTERNAL);
  }
  asy_lock_unref(lock);
  return status;
}
BODY(notifier) {
  TRY(await(asy_sleep(loop, 5)));
  return asy_condition_notify_all(data) == ASY_E_STATE ? ASY_OK : ASY_E_INTERNAL; /* the lock is not held */
}
BODY(conditions) {
  asy_condition *condition;
  TRY(asy_condition_new(loop, NULL, &condition));
  asy_lock *lock = asy_condition_lock(condition);
  asy_future *members[] = {OWNING(condition_waiter, condition, condition), OWNING(notifier, condition, condition)};
  asy_future *both = asy_gather(loop, members, 2, ASY_GATHER_RETURN_ERRORS);
  asy_status status = await(asy_sleep(loop, 10));
  if (!status) status = await(asy_lock_acquire(lock));
  if (!status) {
    asy_condition_notify_all(condition);
    asy_lock_release(lock);
  }
  asy_status ended = await(asy_wait_for(loop, both, ASY_SECOND));
  asy_lock_unref(lock);
  asy_condition_unref(condition);
  return first(status, ended == ASY_E_TIMEOUT ? ASY_E_CANCELLED : ended);
}
static void drop_barrier(void *barrier) { asy_barrier_unref(barrier); }
BODY(party) { return await(asy_barrier_wait(data)); }
BODY(barriers) {
  asy_barrier *barrier;
  TRY(asy_barrier_new(loop, 2, &barrier));
  asy_future *members[] = {OWNING(party, barrier, barrier), OWNING(party, barrier, barrier)};
  asy_future *both = asy_gather(loop, members, 2, ASY_GATHER_RETURN_ERRORS);
  asy_status status = await(asy_wait_for(loop, both, ASY_SECOND));
  asy_barrier_unref(barrier);
  return status == ASY_E_TIMEOUT ? ASY_E_CANCELLED : status;
}
BODY(limiters) {
  asy_limiter *limiter;
  TRY(asy_limiter_new(loop, 10, 1, &limiter));
  asy_status status = await(asy_limiter_acquire(limiter, 1));
  if (!status) status = await(asy_limiter_acquire(limiter, 1));
  asy_limiter_unref(limiter);
  return status;
}
BODY(priorities) {
  asy_queue *queue;
  TRY(asy_queue_new_priority(loop, 0, NULL, NULL, NULL, &queue));
  asy_future *consumed = OWNING(consumer, queue, queue);
  asy_status status = await(asy_sleep(loop, 0));
  if (!status) status = producer(out_value, out_error, queue);
  status = first(status, await(asy_wait_for(loop, consumed, ASY_SECOND)));
  if (status == ASY_E_TIMEOUT) status = ASY_E_CANCELLED;
  for (int i = 0; i < 4 && !status; ++i) status = asy_queue_task_done(queue);
  if (!status) status = await(asy_queue_join(queue));
  asy_queue_shutdown(queue, 1);
  asy_queue_unref(queue);
  return status;
}

/* ---- CTX */

BODY(contexts) {
  asy_context_var *var;
  asy_context_token *token = NULL;
  asy_value value;
  TRY(asy_context_var_new("var", NULL, &var));
  asy_value_set_int(&value, 7);
  asy_status status = asy_context_set(NULL, var, &value, &token);
  if (!status) status = await(spawn(child, NULL));
  if (token) asy_context_reset(token);
  asy_context_var_unref(var);
  return status;
}

/* ---- SIG */

BODY(signals) {
  asy_future *arrival = asy_signal_wait(loop, SIGUSR2);
  if (asy_future_status(arrival) == ASY_E_AGAIN) raise(SIGUSR2);
  return await(arrival);
}

static const struct scenario {
  const char *name;
  asy_run_cb body;
} scenarios[] = {
#define SCENARIO(name) \
  { #name, name }
    SCENARIO(sleeps),  SCENARIO(calls),      SCENARIO(remote_calls), SCENARIO(futures),   SCENARIO(promises),
    SCENARIO(tasks),   SCENARIO(gathers),    SCENARIO(as_completed), SCENARIO(wait_fors), SCENARIO(timeouts),
    SCENARIO(groups),  SCENARIO(semaphores), SCENARIO(events),       SCENARIO(queues),    SCENARIO(priorities),
    SCENARIO(locks),   SCENARIO(conditions), SCENARIO(barriers),     SCENARIO(limiters),  SCENARIO(contexts),
    SCENARIO(signals),
};
enum { SCENARIOS = sizeof scenarios / sizeof *scenarios };

/* ---- running one */

/* What a run left, in words; empty when nothing. */
static char faults[300];
static void fault(const char *what, const char *more) {
  if (!*faults) snprintf(faults, sizeof faults, "%s %s", what, more);
}
/* What ended for want of memory, by a cancel or with what it used is told; any other report is a fault. */
static void on_report(asy_loop *from, asy_error *error, const char *what, void *data) {
  (void)from, (void)data;
  asy_status code = asy_error_code(error);
  if (code != ASY_E_NOMEM && code != ASY_E_CANCELLED && code != ASY_E_CLOSED && code != ASY_E_SLOW)
    fault("report:", what);
}
static void on_live(const char *kind, size_t count, void *data) {
  (void)count, (void)data;
  fault("still alive:", kind);
}
static void cancel_one(asy_task *task, void *data) {
  (void)data;
  asy_task_cancel(task, NULL);
}
static void turns(asy_future *until) {
  for (int i = 0; i < 300 && !(until ? asy_future_is_done(until) : !asy_loop_task_count(loop)); ++i)
    asy_loop_step(loop, ASY_SECOND);
}

/* Its partner is gone. Without memory it could not be found. */
static void end_what_waits_for_ever(void) {
  asy_test_fail_allocation(UINT64_MAX, 1);
  asy_loop_visit_tasks(loop, cancel_one, NULL, NULL);
  turns(NULL);
}

/* `nth` suspension is cancelled unless zero; gives how many there were. */
static asy_status run(const struct scenario *s, uint64_t seed, uint64_t nth, uint64_t *out_suspensions) {
  asy_loop_options options = {.size = sizeof options, .flags = ASY_LOOP_VIRTUAL_CLOCK, .shuffle_seed = seed};
  faults[0] = '\0';
  TRY(asy_loop_new(&options, &loop));
  asy_loop_set_report_hook(loop, on_report, NULL, NULL);
  asy_status status = out_suspensions ? asy_test_cancel_at(loop, NULL, nth) : ASY_OK;
  asy_future *main_task = spawn(s->body, NULL);
  turns(main_task);
  if (asy_future_status(main_task) == ASY_E_AGAIN) fault("hangs", "");
  turns(NULL);
  if (asy_loop_task_count(loop)) end_what_waits_for_ever();
  if (asy_loop_task_count(loop)) fault("tasks are left", "");
  status = first(status, asy_future_status(main_task));
  asy_future_unref(main_task);
  if (out_suspensions) *out_suspensions = asy_test_suspensions(loop);
  if (asy_loop_close(loop)) fault("does not close", "");
  asy_loop_visit_live(loop, on_live, NULL, NULL);
  asy_loop_unref(loop);
  return status;
}
#endif
