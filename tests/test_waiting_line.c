/* What a waiter waits on lives as long as the wait, for everything that is waited for in a line. */
#include "asy_test.h"

static int32_t never(void *unused) { return (void)unused, 0; }

/* Each makes something, waits for it, and drops what it made: the wait is all that is left. */

static asy_future *on_event(asy_loop *loop) {
  asy_event *made;
  asy_event_new(loop, &made);
  asy_future *wait = asy_event_wait(made);
  asy_event_unref(made);
  return wait;
}

static asy_future *on_lock(asy_loop *loop) {
  asy_lock *made;
  asy_lock_new(loop, 0, &made);
  asy_lock_try_acquire(made);
  asy_future *wait = asy_lock_acquire(made);
  asy_lock_unref(made);
  return wait;
}

static void take_lock(asy_condition *condition) {
  asy_lock *lock = asy_condition_lock(condition);
  asy_lock_try_acquire(lock);
  asy_lock_unref(lock);
}

static asy_future *on_condition(asy_loop *loop) {
  asy_condition *made;
  asy_condition_new(loop, NULL, &made);
  take_lock(made);
  asy_future *wait = asy_condition_wait(made);
  asy_condition_unref(made);
  return wait;
}

static asy_future *on_predicate(asy_loop *loop) {
  asy_condition *made;
  asy_condition_new(loop, NULL, &made);
  take_lock(made);
  asy_future *wait = asy_condition_wait_for(made, never, NULL, NULL);
  asy_condition_unref(made);
  return wait;
}

/* Notified: it waits for the lock. */
static asy_future *on_notified(asy_loop *loop) {
  asy_condition *made;
  asy_condition_new(loop, NULL, &made);
  take_lock(made);
  asy_future *wait = asy_condition_wait(made);
  take_lock(made);
  asy_condition_notify(made, 1);
  asy_condition_unref(made);
  return wait;
}

static asy_future *on_semaphore(asy_loop *loop) {
  asy_semaphore *made;
  asy_semaphore_new(loop, 0, &made);
  asy_future *wait = asy_semaphore_acquire(made);
  asy_semaphore_unref(made);
  return wait;
}

static asy_future *on_barrier(asy_loop *loop) {
  asy_barrier *made;
  asy_barrier_new(loop, 2, &made);
  asy_future *wait = asy_barrier_wait(made);
  asy_barrier_unref(made);
  return wait;
}

static asy_future *on_limiter(asy_loop *loop) {
  asy_limiter *made;
  asy_limiter_new(loop, 0.001, 1, &made);
  asy_limiter_try_acquire(made, 1);
  asy_future *wait = asy_limiter_acquire(made, 1);
  asy_limiter_unref(made);
  return wait;
}

static asy_future *on_get(asy_loop *loop) {
  asy_queue *made;
  asy_queue_new(loop, 1, &made);
  asy_future *wait = asy_queue_get(made);
  asy_queue_unref(made);
  return wait;
}

static asy_future *put_one(asy_queue *queue) {
  asy_value value;
  asy_value_set_int(&value, 1);
  return asy_queue_put(queue, &value);
}

static asy_future *on_put(asy_loop *loop) {
  asy_queue *made;
  asy_queue_new(loop, 1, &made);
  asy_future_unref(put_one(made));
  asy_future *wait = put_one(made);
  asy_queue_unref(made);
  return wait;
}

static asy_future *on_join(asy_loop *loop) {
  asy_queue *made;
  asy_queue_new(loop, 1, &made);
  asy_future_unref(put_one(made));
  asy_future *wait = asy_queue_join(made);
  asy_queue_unref(made);
  return wait;
}

static asy_future *(*const waits[])(asy_loop *) = {on_event,    on_lock,      on_condition, on_predicate,
                                                   on_notified, on_semaphore, on_barrier,   on_limiter,
                                                   on_get,      on_put,       on_join};
enum { wait_count = sizeof waits / sizeof *waits };

static size_t live;
static void count_live(const char *kind, size_t count, void *unused) { (void)kind, (void)unused, live += count; }
static size_t count_objects(asy_loop *loop) {
  live = 0;
  asy_loop_visit_live(loop, count_live, NULL, NULL);
  return live;
}

/* A put that was dropped is meant: that its value goes with the queue is reported. */
static void drop(asy_loop *loop, int i) {
  asy_future_unref(waits[i](loop));
  assert_int_equal(waits[i] == on_put, asy_test_reports());
}

/* What the loop makes for itself is there before anything is counted. */
static size_t count_at_start(asy_loop *loop) {
  for (int i = 0; i < wait_count; ++i) drop(loop, i);
  return count_objects(loop);
}

static void test_what_is_waited_for_lives_as_long_as_the_wait(void **state) {
  size_t before = count_at_start(*state);
  for (int i = 0; i < wait_count; ++i) {
    asy_future *wait = waits[i](*state);
    asy_test_turn(*state);
    assert_false(asy_future_is_done(wait));
    asy_future_cancel(wait, NULL);
    asy_test_turn(*state);
    if (waits[i] == on_notified) { /* it ends with the lock in hand, which nobody is left to release */
      assert_false(asy_future_is_done(wait));
      asy_future_unref(wait);
    } else {
      assert_int_equal(ASY_E_CANCELLED, asy_test_finish(*state, wait, NULL));
    }
    assert_int_equal(before, count_objects(*state));
  }
}

static void test_a_dropped_wait_lets_go_of_it(void **state) {
  size_t before = count_at_start(*state);
  for (int i = 0; i < wait_count; ++i) {
    drop(*state, i);
    assert_int_equal(before, count_objects(*state));
  }
}

/* ASY_E_CLOSED by the loop's end, and nothing is alive after the wait */
static void test_the_loops_end_ends_a_wait_that_holds_all_there_is(void **state) {
  asy_future *all[wait_count];
  for (int i = 0; i < wait_count; ++i) all[i] = waits[i](*state);
  assert_int_equal(ASY_OK, asy_loop_close(*state));
  for (int i = 0; i < wait_count; ++i) {
    assert_int_equal(ASY_E_CLOSED, asy_future_status(all[i]));
    asy_future_unref(all[i]);
  }
  assert_int_equal(0, count_objects(*state));
}

static int called;
static void count_call(asy_future *future, void *status) {
  ++called;
  *(asy_status *)status = asy_future_status(future);
}

/* FUT-05 */
static void test_a_callback_keeps_a_wait_that_was_dropped(void **state) {
  size_t before = count_at_start(*state);
  asy_event *event;
  assert_int_equal(ASY_OK, asy_event_new(*state, &event));
  asy_future *wait = asy_event_wait(event);
  asy_status status = ASY_E_INTERNAL;
  called = 0;
  assert_int_equal(ASY_OK, asy_future_add_done_callback(wait, count_call, &status, NULL));
  asy_future_unref(wait);
  assert_int_equal(1, asy_event_waiting(event));
  asy_event_set(event);
  asy_event_unref(event);
  asy_test_turn(*state);
  assert_int_equal(1, called);
  assert_int_equal(ASY_OK, status);
  assert_int_equal(before, count_objects(*state));
}

static void test_a_callback_taken_back_keeps_nothing(void **state) {
  size_t before = count_at_start(*state);
  for (int i = 0; i < wait_count; ++i) {
    asy_future *wait = waits[i](*state);
    assert_int_equal(ASY_OK, asy_future_add_done_callback(wait, count_call, NULL, NULL));
    assert_int_equal(ASY_OK, asy_future_add_done_callback(wait, count_call, NULL, NULL));
    assert_int_equal(2, asy_future_remove_done_callback(wait, count_call, NULL));
    asy_future_unref(wait);
    asy_test_reports();
    assert_int_equal(before, count_objects(*state));
  }
}

/* On a small stack a dropped future is disposed of later, and is nobody until then. */
static asy_status drop_and_use(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error;
  asy_loop *loop = asy_loop_current();
  asy_semaphore *semaphore;
  asy_queue *queue;
  if (asy_semaphore_new(loop, 0, &semaphore) || asy_queue_new(loop, 1, &queue)) return ASY_E_NOMEM;
  asy_future *dropped = asy_semaphore_acquire(semaphore), *next = asy_semaphore_acquire(semaphore);
  asy_future_unref(dropped);
  asy_semaphore_release(semaphore);
  *(int *)data += asy_future_is_done(next);
  asy_future_unref(next);
  asy_semaphore_unref(semaphore);
  asy_future_unref(put_one(queue));
  asy_future_unref(put_one(queue)); /* meant all the same */
  for (int i = 0; i < 2; ++i) {
    asy_value value;
    *(int *)data += asy_queue_try_get(queue, &value) == ASY_OK;
  }
  asy_queue_unref(queue);
  return ASY_OK;
}

static void test_dropped_on_a_small_stack_it_is_passed_over(void **state) {
  size_t before = count_at_start(*state);
  int right = 0;
  assert_int_equal(ASY_OK, asy_test_finish(*state, asy_spawn(*state, drop_and_use, &right, NULL, NULL), NULL));
  assert_int_equal(3, right);
  assert_int_equal(before, count_objects(*state));
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      ASY_TEST(test_what_is_waited_for_lives_as_long_as_the_wait),
      ASY_TEST(test_a_dropped_wait_lets_go_of_it),
      ASY_TEST(test_the_loops_end_ends_a_wait_that_holds_all_there_is),
      ASY_TEST(test_a_callback_keeps_a_wait_that_was_dropped),
      ASY_TEST(test_a_callback_taken_back_keeps_nothing),
      ASY_TEST(test_dropped_on_a_small_stack_it_is_passed_over),
  };
  return asy_test_main(argc, argv, "waiting_line", tests);
}
