/* Limiters: so much per second, in order. */
#include <math.h>

#include "asy_task_test.h"

static asy_limiter *limiter;
static int setup(void **state) { return asy_task_setup(state) || asy_limiter_new(*state, 10, 5, &limiter) ? -1 : 0; }
static int teardown(void **state) {
  asy_limiter_unref(limiter);
  return asy_test_teardown(state);
}
#define LIMITER_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

static uint64_t start, at[16];
static void mark_time(asy_future *future, void *place) {
  at[(intptr_t)place] = asy_future_status(future) ? UINT64_MAX : (asy_loop_time(loop) - start) / ASY_MILLISECOND;
}
/* An acquire that notes when it is served, in ms. */
static asy_future *acquire(double amount, intptr_t place) {
  asy_future *future = asy_limiter_acquire(limiter, amount);
  assert_int_equal(ASY_OK, asy_future_add_done_callback(future, mark_time, (void *)place, NULL));
  return future;
}

/* ECO-03 SYNC-20 */
static void test_a_burst_goes_at_once_and_then_the_rate_holds(void **state) {
  (void)state;
  start = asy_loop_time(loop);
  asy_future *all[12];
  for (int i = 0; i < 12; ++i) all[i] = acquire(1, i);
  assert_int_equal(7, asy_limiter_waiting(limiter));
  for (int i = 0; i < 12; ++i) assert_int_equal(ASY_OK, finish(all[i]));
  for (uint64_t i = 0; i < 12; ++i) assert_int_equal(i < 5 ? 0 : 100 * (i - 4), at[i]);
}

/* ECO-03 */
static void test_nobody_overtakes_one_who_needs_more(void **state) {
  (void)state;
  start = asy_loop_time(loop);
  asy_future *burst = acquire(5, 0), *large = acquire(4, 1), *small = acquire(1, 2);
  assert_int_equal(ASY_E_AGAIN, asy_limiter_try_acquire(limiter, 0));
  assert_int_equal(ASY_OK, finish(small));
  assert_int_equal(400, at[1]);
  assert_int_equal(500, at[2]);
  asy_future_unref(burst);
  asy_future_unref(large);
}

/* ECO-03 */
static void test_a_cancelled_wait_takes_nothing_and_those_behind_move_up(void **state) {
  (void)state;
  start = asy_loop_time(loop);
  asy_future *burst = acquire(5, 0), *large = acquire(5, 1), *small = acquire(1, 2);
  assert_int_equal(1, asy_future_cancel(large, NULL));
  assert_int_equal(ASY_OK, finish(small));
  assert_int_equal(100, at[2]);
  asy_future_unref(acquire(5, 3));                   /* its callback still wants it */
  asy_future_unref(asy_limiter_acquire(limiter, 5)); /* nobody can see this one */
  asy_future *last = acquire(1, 4);
  assert_int_equal(ASY_OK, finish(last));
  assert_int_equal(600, at[3]);
  assert_int_equal(700, at[4]);
  asy_future_unref(burst);
  asy_future_unref(large);
}

/* ECO-03 */
static void test_what_was_not_used_is_kept_up_to_the_burst(void **state) {
  (void)state;
  assert_int_equal(ASY_OK, asy_limiter_try_acquire(limiter, 5));
  assert_int_equal(ASY_E_AGAIN, asy_limiter_try_acquire(limiter, 1));
  assert_int_equal(ASY_OK, finish(asy_sleep(loop, 100 * ASY_MILLISECOND)));
  assert_int_equal(ASY_OK, asy_limiter_try_acquire(limiter, 1));
  assert_int_equal(ASY_OK, finish(asy_sleep(loop, 3600 * ASY_SECOND)));
  assert_int_equal(ASY_OK, asy_limiter_try_acquire(limiter, 5));
  assert_int_equal(ASY_E_AGAIN, asy_limiter_try_acquire(limiter, 0.5));
}

/* ECO-03: fractions do not add up to an error */
static void test_over_a_long_time_the_rate_is_exact(void **state) {
  (void)state;
  asy_limiter *third;
  assert_int_equal(ASY_OK, asy_limiter_new(loop, 3, 1, &third));
  start = asy_loop_time(loop);
  for (int i = 0; i < 301; ++i) assert_int_equal(ASY_OK, finish(asy_limiter_acquire(third, 1)));
  uint64_t took = asy_loop_time(loop) - start;
  assert_true(took >= 100 * ASY_SECOND && took < 100 * ASY_SECOND + ASY_MILLISECOND);
  asy_limiter_unref(third);
}

static void test_impossible_amounts_and_limits_are_refused(void **state) {
  asy_limiter *made = limiter;
  const double amounts[] = {5.1, -1, NAN, INFINITY}, limits[] = {0, -1, NAN, INFINITY, 1e300};
  for (int i = 0; i < 4; ++i) {
    assert_int_equal(ASY_E_INVALID, asy_limiter_try_acquire(limiter, amounts[i]));
    assert_int_equal(ASY_E_INVALID, asy_future_status(asy_limiter_acquire(limiter, amounts[i])));
  }
  for (int i = 0; i < 5; ++i) {
    if (i < 4) assert_int_equal(ASY_E_INVALID, asy_limiter_new(*state, limits[i], 1, &made));
    assert_int_equal(ASY_E_INVALID, asy_limiter_new(*state, 1, limits[i], &made));
    assert_null(made);
  }
  asy_future *rest = asy_limiter_acquire(limiter, 5);
  assert_int_equal(ASY_OK, asy_future_status(rest)); /* nothing was taken */
  asy_future_unref(rest);
}

static void test_the_loops_end_fails_who_waits(void **state) {
  assert_int_equal(ASY_OK, asy_limiter_try_acquire(limiter, 5));
  asy_future *a = asy_limiter_acquire(limiter, 1);
  assert_ptr_equal(limiter, asy_limiter_ref(limiter));
  asy_limiter_unref(limiter);
  assert_int_equal(ASY_OK, asy_loop_close(*state));
  assert_int_equal(ASY_E_CLOSED, asy_future_status(a));
  asy_future_unref(a);
  assert_int_equal(ASY_E_CLOSED, asy_limiter_try_acquire(limiter, 1));
}

/* SYNC-25 */
static void test_null_and_strangers_are_refused(void **state) {
  asy_limiter *made = limiter;
  assert_int_equal(ASY_E_INVALID, asy_limiter_new(NULL, 1, 1, &made));
  assert_null(made);
  assert_int_equal(ASY_E_INVALID, asy_limiter_new(*state, 1, 1, NULL));
  assert_int_equal(ASY_E_INVALID, asy_limiter_try_acquire(NULL, 1));
  assert_int_equal(ASY_E_INVALID, asy_future_status(asy_limiter_acquire(NULL, 1)));
  assert_int_equal(0, asy_limiter_waiting(NULL));
  assert_null(asy_limiter_ref(NULL));
  asy_limiter_unref(NULL);
  assert_int_equal(ASY_OK, asy_loop_release(*state));
  assert_int_equal(ASY_E_WRONG_THREAD, asy_limiter_try_acquire(limiter, 1));
  assert_int_equal(ASY_OK, asy_loop_acquire(*state));
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      LIMITER_TEST(test_a_burst_goes_at_once_and_then_the_rate_holds),
      LIMITER_TEST(test_nobody_overtakes_one_who_needs_more),
      LIMITER_TEST(test_a_cancelled_wait_takes_nothing_and_those_behind_move_up),
      LIMITER_TEST(test_what_was_not_used_is_kept_up_to_the_burst),
      LIMITER_TEST(test_over_a_long_time_the_rate_is_exact),
      LIMITER_TEST(test_impossible_amounts_and_limits_are_refused),
      LIMITER_TEST(test_the_loops_end_fails_who_waits),
      LIMITER_TEST(test_null_and_strangers_are_refused),
  };
  return asy_test_main(argc, argv, "limiter", tests);
}
