/* Futures in the order in which they finish. */
#include "asy_task_test.h"

static asy_completions *complete(asy_future **futures, size_t count) {
  asy_completions *completions;
  assert_int_equal(ASY_OK, asy_completions_new(loop, futures, count, &completions));
  return completions;
}

/* COMB-25 */
static void test_futures_are_handed_out_as_they_finish(void **state) {
  asy_future *futures[] = {spawn(sleeper, MS(30)), spawn(sleeper, MS(10)), spawn(sleeper, MS(20))};
  asy_completions *completions = complete(futures, 3);
  (void)state;
  for (int64_t expected = 10; expected <= 30; expected += 10) {
    asy_future *next = asy_completions_next(completions);
    assert_int_equal(ASY_OK, finish(asy_future_ref(next)));
    assert_int_equal(expected, asy_value_int(asy_future_value(asy_value_future(asy_future_value(next)))));
    asy_future_unref(next);
  }
  assert_int_equal(ASY_E_END, finish(asy_completions_next(completions)));
  asy_completions_unref(completions);
}

/* COMB-26 */
static void test_leaving_early_lets_the_rest_run_and_a_cancelled_wait_loses_nothing(void **state) {
  asy_task *slow = spawn(sleeper, MS(20));
  asy_future *futures[] = {asy_future_ref(slow), spawn(sleeper, MS(10))};
  asy_completions *completions = complete(futures, 2);
  asy_future *next = asy_completions_next(completions);
  (void)state;
  assert_int_equal(1, asy_future_cancel(next, NULL));
  assert_int_equal(ASY_E_CANCELLED, finish(next));
  next = asy_completions_next(completions);
  assert_int_equal(ASY_OK, finish(asy_future_ref(next)));
  assert_int_equal(10, asy_value_int(asy_future_value(asy_value_future(asy_future_value(next)))));
  asy_future_unref(next);
  asy_completions_unref(completions);
  assert_int_equal(20, finish_int(slow));
}

static int64_t next_int(asy_completions *completions) {
  asy_future *next = asy_completions_next(completions);
  int64_t number = -1;
  if (finish(asy_future_ref(next)) == ASY_OK)
    number = asy_value_int(asy_future_value(asy_value_future(asy_future_value(next))));
  asy_future_unref(next);
  return number;
}

/* COMB-25 */
static void test_a_future_given_twice_comes_once(void **state) {
  asy_task *slow = spawn(sleeper, MS(20)), *quick = spawn(sleeper, MS(10));
  asy_future *futures[] = {slow, quick, asy_future_ref(slow), asy_future_ref(quick), asy_future_ref(quick)};
  asy_completions *completions = complete(futures, 5);
  (void)state;
  assert_int_equal(10, next_int(completions));
  assert_int_equal(20, next_int(completions));
  assert_int_equal(ASY_E_END, finish(asy_completions_next(completions)));
  asy_completions_unref(completions);
}

/* COMB-25: equal handles, but two operations each */
static void test_operations_that_were_done_at_once_all_come(void **state) {
  asy_semaphore *semaphore;
  (void)state;
  assert_int_equal(ASY_OK, asy_semaphore_new(loop, 2, &semaphore));
  asy_future *futures[] = {asy_semaphore_acquire(semaphore), asy_semaphore_acquire(semaphore), asy_sleep(NULL, 1),
                           asy_sleep(NULL, 2)};
  asy_completions *completions = complete(futures, 4);
  for (int i = 0; i < 4; ++i) assert_int_equal(ASY_OK, finish(asy_completions_next(completions)));
  assert_int_equal(ASY_E_END, finish(asy_completions_next(completions)));
  asy_completions_unref(completions);
  asy_semaphore_unref(semaphore);
}

/* COMB-26 */
static void test_a_wait_that_nobody_sees_any_more_takes_nothing(void **state) {
  asy_future *futures[] = {spawn(sleeper, MS(10))};
  asy_completions *completions = complete(futures, 1);
  (void)state;
  asy_future_unref(asy_completions_next(completions));
  assert_int_equal(ASY_E_END, finish(asy_completions_next(completions))); /* the other is still to have it */
  finish(asy_sleep(loop, 20 * ASY_MILLISECOND));
  assert_int_equal(10, next_int(completions));
  asy_completions_unref(completions);
}

/* COMB-25 */
static void test_waits_are_served_in_the_order_they_were_asked(void **state) {
  asy_future *futures[] = {spawn(sleeper, MS(30)), spawn(sleeper, MS(10)), spawn(sleeper, MS(20))}, *next[3];
  asy_completions *completions = complete(futures, 3);
  (void)state;
  for (int i = 0; i < 3; ++i) next[i] = asy_completions_next(completions);
  assert_int_equal(1, asy_future_cancel(next[1], NULL));
  assert_int_equal(1, asy_future_cancel(next[2], NULL));
  asy_future_unref(next[2]);
  next[2] = asy_completions_next(completions);
  assert_int_equal(ASY_OK, finish(asy_future_ref(next[2])));
  assert_int_equal(1, asy_future_is_done(next[0]));
  assert_int_equal(20, asy_value_int(asy_future_value(asy_value_future(asy_future_value(next[2])))));
  assert_int_equal(30, next_int(completions));
  for (int i = 0; i < 3; ++i) asy_future_unref(next[i]);
  asy_completions_unref(completions);
}

static asy_status next_status(asy_completions *completions) { return finish(asy_completions_next(completions)); }

/* COMB-26: what had finished comes first, each step after that fails, and the futures run on */
static void test_an_overall_deadline_fails_the_remaining_steps(void **state) {
  asy_task *slow[] = {spawn(sleeper, MS(40)), spawn(sleeper, MS(50))};
  asy_future *futures[] = {asy_future_ref(slow[0]), spawn(sleeper, MS(10)), asy_future_ref(slow[1]),
                           spawn(sleeper, MS(15))};
  asy_completions *completions = complete(futures, 4);
  uint64_t start = asy_loop_time(loop);
  (void)state;
  assert_int_equal(ASY_OK, asy_completions_set_timeout(completions, ASY_SECOND));
  assert_int_equal(ASY_OK, asy_completions_set_timeout(completions, 20 * ASY_MILLISECOND)); /* moves it */
  assert_int_equal(10, next_int(completions));
  finish(asy_sleep(loop, 8 * ASY_MILLISECOND)); /* the second finishes, and nobody asks */
  assert_int_equal(15, next_int(completions));
  assert_int_equal(ASY_E_TIMEOUT, next_status(completions)); /* one that waits when it passes */
  assert_int_equal(start + 20 * ASY_MILLISECOND, asy_loop_time(loop));
  assert_int_equal(ASY_E_STATE, asy_completions_set_timeout(completions, ASY_SECOND));
  assert_int_equal(ASY_E_TIMEOUT, next_status(completions));
  assert_int_equal(ASY_E_END, next_status(completions));
  asy_completions_unref(completions);
  assert_int_equal(40, finish_int(slow[0]));
  assert_int_equal(50, finish_int(slow[1]));
}

/* COMB-26 */
static void test_what_finished_before_the_deadline_is_handed_out_after_it(void **state) {
  asy_future *futures[] = {spawn(sleeper, MS(10)), spawn(sleeper, MS(30))};
  asy_completions *completions = complete(futures, 2);
  (void)state;
  assert_int_equal(ASY_OK, asy_completions_set_timeout(completions, 20 * ASY_MILLISECOND));
  finish(asy_sleep(loop, 50 * ASY_MILLISECOND)); /* the second finished too, but late */
  assert_int_equal(10, next_int(completions));
  assert_int_equal(ASY_E_TIMEOUT, next_status(completions));
  assert_int_equal(ASY_E_END, next_status(completions));
  asy_completions_unref(completions);
}

/* COMB-26: a deadline that was taken back, and one whose iteration is gone */
static void test_a_deadline_can_be_taken_back(void **state) {
  asy_future *futures[] = {spawn(sleeper, MS(30))};
  asy_completions *completions = complete(futures, 1);
  (void)state;
  assert_int_equal(ASY_OK, asy_completions_set_timeout(completions, ASY_MILLISECOND));
  assert_int_equal(ASY_OK, asy_completions_set_timeout(completions, ASY_FOREVER));
  assert_int_equal(30, next_int(completions));
  assert_int_equal(ASY_OK, asy_completions_set_timeout(completions, ASY_MILLISECOND));
  asy_completions_unref(completions);
  assert_int_equal(ASY_E_INVALID, asy_completions_set_timeout(NULL, 1));
  finish(asy_sleep(loop, 5 * ASY_MILLISECOND));
}

/* COMB-26: the step was given up, so that the timeout is the next one's */
static void test_a_step_cancelled_with_the_deadline_is_cancelled(void **state) {
  asy_future *futures[] = {asy_future_new(loop)};
  asy_completions *completions = complete(futures, 1);
  asy_future *next = asy_completions_next(completions);
  (void)state;
  assert_int_equal(ASY_OK, asy_completions_set_timeout(completions, 0));
  assert_int_equal(1, asy_future_cancel(next, NULL));
  settle();
  assert_int_equal(ASY_E_CANCELLED, finish(next));
  assert_int_equal(ASY_E_TIMEOUT, next_status(completions));
  asy_completions_unref(completions);
}

/* LOOP-08 */
static void test_closing_the_loop_ends_the_waits(void **state) {
  asy_future *member = asy_future_new(loop);
  asy_completions *completions = complete(&member, 1);
  asy_future *next = asy_completions_next(completions);
  (void)state;
  asy_loop_close(loop);
  assert_int_equal(ASY_E_CLOSED, asy_future_status(next));
  assert_int_equal(ASY_E_CLOSED, asy_future_status(asy_completions_next(completions)));
  asy_future_unref(next);
  asy_completions_unref(completions);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      TASK_TEST(test_futures_are_handed_out_as_they_finish),
      TASK_TEST(test_leaving_early_lets_the_rest_run_and_a_cancelled_wait_loses_nothing),
      TASK_TEST(test_a_future_given_twice_comes_once),
      TASK_TEST(test_operations_that_were_done_at_once_all_come),
      TASK_TEST(test_a_wait_that_nobody_sees_any_more_takes_nothing),
      TASK_TEST(test_waits_are_served_in_the_order_they_were_asked),
      TASK_TEST(test_an_overall_deadline_fails_the_remaining_steps),
      TASK_TEST(test_what_finished_before_the_deadline_is_handed_out_after_it),
      TASK_TEST(test_a_deadline_can_be_taken_back),
      TASK_TEST(test_a_step_cancelled_with_the_deadline_is_cancelled),
      TASK_TEST(test_closing_the_loop_ends_the_waits),
  };
  return asy_test_main(argc, argv, "as_completed", tests);
}
