/* Locks, semaphores, events, queues and their like while memory runs out: no slot and no value is lost. */
#include "faults.h"

static asy_semaphore *semaphore;
static asy_event *event;
static asy_queue *queue;
static int freed;
static void count_free(void *data) { (void)data, ++freed; }

static asy_status handed_over(asy_loop *loop) {
  TRY(asy_semaphore_new(loop, 1, &semaphore));
  asy_future *mine = asy_semaphore_acquire(semaphore), *next = asy_semaphore_acquire(semaphore);
  asy_status status = complete(loop, mine);
  if (!status) {
    asy_semaphore_release(semaphore);
    status = complete(loop, next);
    if (!status) asy_semaphore_release(semaphore);
  } else {
    status = complete(loop, next) ? status : asy_semaphore_release(semaphore) ? ASY_E_INTERNAL : status;
  }
  /* Whoever got no future took no slot. */
  if (asy_semaphore_value(semaphore) != 1) status = ASY_E_INTERNAL;
  asy_semaphore_unref(semaphore);
  return status;
}

static asy_status raised(asy_loop *loop) {
  TRY(asy_event_new(loop, &event));
  asy_future *waits[3] = {asy_event_wait(event), asy_event_wait(event), asy_event_wait(event)};
  asy_status status = asy_event_set(event);
  for (int i = 0; i < 3; ++i) {
    asy_status finished = complete(loop, waits[i]);
    if (!status) status = finished;
  }
  asy_event_unref(event);
  return status;
}

/* Puts more than there is room for, and takes all out again. */
static asy_status through_a_queue(asy_loop *loop, size_t max_size, int many) {
  freed = 0;
  int taken = 0, refused = 0;
  asy_future *puts[40];
  TRY(asy_queue_new(loop, max_size, &queue));
  asy_status status = ASY_OK;
  for (int i = 0; i < many; ++i) {
    asy_value value;
    asy_value_set_pointer(&value, NULL, count_free);
    puts[i] = asy_queue_put(queue, &value);
  }
  for (int i = 0; i < many; ++i) {
    asy_future *get = asy_queue_get(queue);
    asy_status finished = asy_future_status(get);
    if (finished == ASY_OK) ++taken;
    else if (finished != ASY_E_AGAIN) status = finished;
    asy_future_unref(get);
  }
  asy_queue_shutdown(queue, 0);
  asy_value value;
  while (asy_queue_try_get(queue, &value) == ASY_OK) {
    ++taken;
    asy_value_clear(&value);
  }
  for (int i = 0; i < many; ++i) {
    asy_status finished = complete(loop, puts[i]);
    if (finished) {
      ++refused;
      if (!status || status == ASY_E_CLOSED) status = finished;
    }
  }
  asy_queue_unref(queue);
  return freed == many && taken + refused == many ? status : ASY_E_INTERNAL;
}

static asy_status unbounded(asy_loop *loop) { return through_a_queue(loop, 0, 40); }
static asy_status bounded(asy_loop *loop) { return through_a_queue(loop, 3, 20); }

static asy_status meeting(asy_loop *loop) {
  asy_value value;
  TRY(asy_queue_new(loop, 1, &queue));
  asy_future *get = asy_queue_get(queue);
  asy_status made = asy_value_set_string(&value, "met", 3);
  asy_status put = made ? made : complete(loop, asy_queue_put(queue, &value));
  if (put) asy_queue_shutdown(queue, 0);
  asy_status got = complete(loop, get);
  asy_queue_unref(queue);
  return put ? put : got;
}

static asy_lock *lock;
static asy_condition *condition;
static int ready;
static int32_t is_ready(void *data) { return (void)data, ready; }

/* Whoever got no lock has none, and the lock comes back from every wait. */
static asy_status locked(asy_loop *loop) {
  TRY(asy_lock_new(loop, ASY_LOCK_OWNED, &lock));
  asy_future *futures[3];
  for (int i = 0; i < 3; ++i) futures[i] = asy_lock_acquire(lock);
  asy_status status = ASY_OK;
  for (int i = 0; i < 3; ++i) {
    asy_status finished = complete(loop, futures[i]);
    if (!finished) asy_lock_release(lock);
    else status = finished;
  }
  if (asy_lock_is_locked(lock)) status = ASY_E_INTERNAL;
  asy_lock_unref(lock);
  return status;
}

static asy_status wait_once(asy_loop *loop, int until, int cancelled) {
  asy_status status = asy_lock_try_acquire(lock);
  if (status) return status;
  asy_future *wait =
      until ? asy_condition_wait_for(condition, is_ready, NULL, count_free) : asy_condition_wait(condition);
  ready = 1;
  if (asy_lock_try_acquire(lock) == ASY_OK) {
    asy_condition_notify_all(condition);
    if (cancelled) asy_future_cancel(wait, NULL);
    asy_lock_release(lock);
  }
  status = complete(loop, wait);
  if (asy_lock_release(lock)) return ASY_E_INTERNAL;
  return status == ASY_E_CANCELLED && cancelled ? ASY_OK : status;
}

static asy_status waited(asy_loop *loop) {
  TRY(asy_condition_new(loop, NULL, &condition));
  lock = asy_condition_lock(condition);
  freed = 0;
  asy_status status = ASY_OK;
  for (int i = 0; i < 4; ++i) {
    ready = 0;
    asy_status finished = wait_once(loop, i & 1, i & 2);
    if (finished) status = finished;
  }
  asy_condition_unref(condition);
  asy_lock_unref(lock);
  return freed == 2 ? status : ASY_E_INTERNAL;
}

static asy_status met(asy_loop *loop) {
  asy_barrier *barrier;
  TRY(asy_barrier_new(loop, 2, &barrier));
  asy_future *first = asy_barrier_wait(barrier), *second = asy_barrier_wait(barrier);
  if (asy_future_status(second) != ASY_OK) asy_barrier_abort(barrier);
  asy_status one = complete(loop, first), other = complete(loop, second);
  asy_barrier_unref(barrier);
  return one == ASY_E_NOMEM ? one : other;
}

/* Who got no future took no tokens. */
static asy_status limited(asy_loop *loop) {
  asy_limiter *limiter;
  TRY(asy_limiter_new(loop, 1, 2, &limiter));
  asy_future *futures[3];
  for (int i = 0; i < 3; ++i) futures[i] = asy_limiter_acquire(limiter, 2);
  asy_status status = ASY_OK;
  uint64_t start = asy_loop_time(loop), served = 0;
  for (int i = 0; i < 3; ++i) {
    asy_status finished = complete(loop, futures[i]);
    if (finished) status = finished;
    else ++served;
  }
  if (served && asy_loop_time(loop) - start != (served - 1) * 2 * ASY_SECOND) status = ASY_E_INTERNAL;
  asy_limiter_unref(limiter);
  return status;
}

/* What did not go in is not unfinished. */
static asy_status ordered(asy_loop *loop) {
  int released = 0;
  TRY(asy_queue_new_priority(loop, 12, NULL, NULL, NULL, &queue));
  freed = 0;
  asy_status status = ASY_OK;
  asy_future *puts[16];
  for (int i = 0; i < 16; ++i) {
    asy_value value;
    asy_value_set_pointer(&value, NULL, count_free);
    puts[i] = asy_queue_put(queue, &value);
  }
  asy_future *join = asy_queue_join(queue);
  asy_value value;
  while (asy_queue_try_get(queue, &value) == ASY_OK) {
    asy_value_clear(&value);
    released += asy_queue_task_done(queue) == ASY_OK;
  }
  status = complete(loop, join);
  int done = 0;
  for (int i = 0; i < 16; ++i) {
    asy_status finished = complete(loop, puts[i]);
    if (finished) status = finished;
    else ++done;
  }
  if (done != released || freed != 16 || asy_queue_unfinished(queue)) status = ASY_E_INTERNAL;
  asy_queue_unref(queue);
  return status;
}

static void test_locks_and_conditions_survive_without_memory(void **state) {
  (void)state;
  SURVIVE(locked);
  SURVIVE(waited);
}

static void test_barriers_and_limiters_survive_without_memory(void **state) {
  (void)state;
  survive("met", met, ASY_E_BROKEN);
  SURVIVE(limited);
}

static void test_semaphores_survive_without_memory(void **state) {
  (void)state;
  SURVIVE(handed_over);
}

static void test_events_survive_without_memory(void **state) {
  (void)state;
  SURVIVE(raised);
}

static void test_queues_survive_without_memory(void **state) {
  (void)state;
  survive("unbounded", unbounded, ASY_E_CLOSED);
  survive("bounded", bounded, ASY_E_CLOSED);
  SURVIVE(meeting);
  SURVIVE(ordered);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_locks_and_conditions_survive_without_memory),
      cmocka_unit_test(test_barriers_and_limiters_survive_without_memory),
      cmocka_unit_test(test_semaphores_survive_without_memory),
      cmocka_unit_test(test_events_survive_without_memory),
      cmocka_unit_test(test_queues_survive_without_memory),
  };
  return asy_test_main(argc, argv, "faults_sync", tests);
}
