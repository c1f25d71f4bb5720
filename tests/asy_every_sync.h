/* Bodies of what tasks meet at; see asy_every.h. */
#ifndef ASY_EVERY_SYNC_H
#define ASY_EVERY_SYNC_H
#include "asy_every_bodies.h"

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
/* What does not wait, beside one who does. */
BODY(tries) {
  asy_queue *queue;
  asy_value value;
  TRY(asy_queue_new_lifo(loop, 1, &queue));
  asy_task *consumed = OWNING(consumer, queue, queue);
  asy_status status = await(asy_sleep(loop, 0));
  for (int i = 0; i < 4 && !status; ++i) {
    asy_value_set_int(&value, i);
    status = asy_queue_try_put(queue, &value);
    status = first(status, await(asy_sleep(loop, 1)));
  }
  asy_value_set_int(&value, 4);
  if (!status) status = asy_queue_try_put(queue, &value);
  if (!status) status = asy_queue_try_get(queue, &value);
  if (!status && asy_queue_try_get(queue, &value) != ASY_E_AGAIN) status = ASY_E_INTERNAL;
  if (status == ASY_E_AGAIN) status = ASY_E_CANCELLED; /* full of what nobody got */
  if (status) asy_queue_shutdown(queue, 1);
  asy_status ended = await(asy_wait_for(loop, consumed, ASY_SECOND));
  asy_queue_unref(queue);
  return first(status, ended == ASY_E_CLOSED ? ASY_OK : ended);
}
/* Who waits to put and who waits to get is told of the end. */
BODY(queues_shut_down) {
  asy_status status = ASY_OK;
  for (int full = 0; full < 2; ++full) {
    asy_queue *queue;
    asy_value value;
    TRY(asy_queue_new(loop, 1, &queue));
    asy_value_set_int(&value, 1);
    if (full) status = first(status, asy_queue_try_put(queue, &value));
    asy_task *waits = full ? OWNING(producer, queue, queue) : OWNING(consumer, queue, queue);
    status = first(status, await(asy_sleep(loop, 1)));
    asy_queue_shutdown(queue, full);
    asy_status ended = await(waits);
    status = first(status, ended == ASY_E_CLOSED ? ASY_OK : first(ended, ASY_E_INTERNAL));
    asy_queue_unref(queue);
  }
  return status;
}
static int32_t is_set(void *flag) { return *(int *)flag; }
BODY(predicate_waiter) {
  static int never;
  asy_lock *lock = asy_condition_lock(data);
  asy_status status = await(asy_lock_acquire(lock));
  if (!status) {
    status = await(asy_condition_wait_for(data, is_set, &never, NULL));
    if (asy_lock_is_locked(lock)) asy_lock_release(lock);
  }
  asy_lock_unref(lock);
  return status;
}
BODY(predicates) {
  static int always = 1;
  asy_condition *condition;
  TRY(asy_condition_new(loop, NULL, &condition));
  asy_lock *lock = asy_condition_lock(condition);
  asy_task *waiter = OWNING(predicate_waiter, condition, condition);
  asy_status status = await(asy_lock_acquire(lock));
  if (!status) {
    status = await(asy_condition_wait_for(condition, is_set, &always, NULL));
    asy_lock_release(lock);
  }
  status = first(status, await(asy_sleep(loop, 5)));
  asy_task_cancel(waiter, NULL);
  asy_status ended = await(waiter);
  asy_lock_unref(lock);
  asy_condition_unref(condition);
  return first(status, ended == ASY_E_CANCELLED ? ASY_OK : ended);
}
/* Who waits at an aborted one, or at one that is reset, is told. */
BODY(broken_barriers) {
  asy_barrier *barrier;
  TRY(asy_barrier_new(loop, 2, &barrier));
  asy_status status = ASY_OK;
  for (int reset = 0; reset < 2; ++reset) {
    asy_task *waits = OWNING(party, barrier, barrier);
    status = first(status, await(asy_sleep(loop, 1)));
    if (reset) asy_barrier_reset(barrier);
    else asy_barrier_abort(barrier);
    if (!reset && !asy_barrier_is_broken(barrier)) status = first(status, ASY_E_INTERNAL);
    if (reset) asy_task_cancel(waits, NULL); /* it may have come after the reset, and has no partner */
    asy_status ended = await(waits);
    if (ended == ASY_OK) ended = ASY_E_INTERNAL;
    status = first(status, ended == ASY_E_BROKEN || ended == ASY_E_CANCELLED ? ASY_OK : ended);
    if (!reset) asy_barrier_reset(barrier);
  }
  asy_barrier_unref(barrier);
  return status;
}
BODY(bounded) {
  asy_semaphore *semaphore;
  TRY(asy_semaphore_new_bounded(loop, 1, &semaphore));
  asy_future *members[] = {OWNING(holder, semaphore, semaphore), OWNING(holder, semaphore, semaphore)};
  asy_status status = await(asy_gather(loop, members, 2, ASY_GATHER_RETURN_ERRORS));
  if (!status && asy_semaphore_release(semaphore) != ASY_E_STATE) status = ASY_E_INTERNAL;
  asy_semaphore_unref(semaphore);
  return status;
}
#endif
