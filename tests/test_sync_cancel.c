/* Whatever tasks wait for: cancelled at every point, nothing is lost and nobody else hangs. */
#include "asy_task_test.h"

static asy_lock *lock;
static asy_semaphore *semaphore;
static asy_queue *queue;
static asy_limiter *limiter;
static int64_t sent, received, done;

static int setup(void **state) {
  int failed = asy_task_setup(state);
  sent = received = done = 0;
  return failed || asy_lock_new(loop, ASY_LOCK_OWNED, &lock) || asy_semaphore_new_bounded(loop, 1, &semaphore) ||
         asy_queue_new(loop, 1, &queue) || asy_limiter_new(loop, 1000, 1, &limiter);
}
static int teardown(void **state) {
  asy_lock_unref(lock);
  asy_semaphore_unref(semaphore);
  asy_queue_unref(queue);
  asy_limiter_unref(limiter);
  return asy_test_teardown(state);
}
#define CANCEL_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

enum { ROUNDS = 3, POINTS = 16 };

static asy_status yield(void) { return asy_await(asy_sleep(loop, 0), NULL, NULL); }

static asy_status with_lock(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error, (void)data;
  for (int i = 0; i < ROUNDS; ++i) {
    asy_status status = asy_await(asy_lock_acquire(lock), NULL, NULL);
    if (status) return status;
    status = yield();
    if (asy_lock_release(lock)) return ASY_E_INTERNAL;
    if (status) return status;
    ++done;
  }
  return ASY_OK;
}

static asy_status with_slot(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error, (void)data;
  for (int i = 0; i < ROUNDS; ++i) {
    asy_status status = asy_await(asy_semaphore_acquire(semaphore), NULL, NULL);
    if (status) return status;
    status = yield();
    if (asy_semaphore_release(semaphore)) return ASY_E_INTERNAL;
    if (status) return status;
    ++done;
  }
  return ASY_OK;
}

static asy_status with_tokens(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error, (void)data;
  for (int i = 0; i < ROUNDS; ++i) {
    asy_status status = asy_await(asy_limiter_acquire(limiter, 1), NULL, NULL);
    if (status) return status;
    ++done;
  }
  return ASY_OK;
}

static asy_status put_in(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error, (void)data;
  for (int i = 0; i < ROUNDS; ++i) {
    asy_value value;
    asy_value_set_int(&value, 1);
    asy_status status = asy_await(asy_queue_put(queue, &value), NULL, NULL);
    if (status) return status;
    ++sent;
    if ((status = yield())) return status;
  }
  return ASY_OK;
}
static asy_status take_out(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error, (void)data;
  for (int i = 0; i < ROUNDS; ++i) {
    asy_value value;
    asy_status status = asy_await(asy_queue_get(queue), &value, NULL);
    if (status) return status;
    received += asy_value_int(&value);
    asy_queue_task_done(queue);
    if ((status = yield())) return status;
  }
  return ASY_OK;
}

/* Cancels the first of two at its `point`-th turn, and lets the second end. */
static void cut(asy_run_cb body, int point) {
  asy_task *first = spawn(body, NULL), *second = spawn(body, NULL);
  for (int turn = 0; turn < point && !asy_future_is_done(second); ++turn) asy_loop_step(loop, ASY_SECOND);
  asy_task_cancel(first, NULL);
  assert_int_equal(ASY_OK, finish(second));
  asy_status status = finish(first);
  assert_true(status == ASY_OK || status == ASY_E_CANCELLED);
  asy_test_reports(); /* of a cancel that came with the last result */
}

/* SYNC-03 SYNC-18 */
static void test_a_lock_and_a_slot_always_come_back(void **state) {
  (void)state;
  for (int point = 0; point < POINTS; ++point) {
    cut(with_lock, point);
    assert_false(asy_lock_is_locked(lock));
    cut(with_slot, point);
    assert_int_equal(1, asy_semaphore_value(semaphore));
  }
  assert_true(done >= 2 * POINTS * ROUNDS);
}

/* ECO-03 */
static void test_no_token_is_taken_for_nothing(void **state) {
  (void)state;
  for (int point = 0; point < POINTS; ++point) {
    assert_int_equal(ASY_OK, finish(asy_sleep(loop, ASY_SECOND)));
    uint64_t start = asy_loop_time(loop);
    done = 0;
    cut(with_tokens, point);
    assert_true(asy_loop_time(loop) - start <= (uint64_t)(done - 1) * ASY_MILLISECOND);
    assert_int_equal(0, asy_limiter_waiting(limiter));
  }
}

/* Q-05 Q-06 Q-08 */
static void test_every_value_that_was_put_can_be_got(void **state) {
  (void)state;
  for (int side = 0; side < 2; ++side)
    for (int point = 0; point < POINTS; ++point) {
      asy_task *other = side ? spawn(put_in, NULL) : spawn(take_out, NULL);
      asy_task *cancelled = side ? spawn(take_out, NULL) : spawn(put_in, NULL);
      for (int turn = 0; turn < point; ++turn) asy_test_turn(loop);
      asy_task_cancel(cancelled, NULL);
      settle();
      asy_value value;
      while (asy_queue_try_get(queue, &value) == ASY_OK) {
        received += asy_value_int(&value);
        asy_queue_task_done(queue);
        settle();
      }
      asy_task_cancel(other, NULL);
      settle();
      assert_true(asy_future_is_done(other) && asy_future_is_done(cancelled));
      asy_future_unref(other);
      asy_future_unref(cancelled);
      asy_test_reports();
      assert_int_equal(sent, received);
      assert_int_equal(0, asy_queue_unfinished(queue));
    }
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      CANCEL_TEST(test_a_lock_and_a_slot_always_come_back),
      CANCEL_TEST(test_no_token_is_taken_for_nothing),
      CANCEL_TEST(test_every_value_that_was_put_can_be_got),
  };
  return asy_test_main(argc, argv, "sync_cancel", tests);
}
