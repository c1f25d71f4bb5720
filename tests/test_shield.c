/* Keeping a cancel from what is waited for. */
#include "asy_task_test.h"

/* COMB-22: case 14 */
static void test_cancelling_the_awaiter_leaves_the_inner_one_running(void **state) {
  asy_task *inner = spawn(sleeper, MS(10));
  asy_future *shield = asy_shield(loop, asy_future_ref(inner));
  asy_task *outer = spawn(waiter, shield);
  (void)state;
  settle();
  asy_future_cancel(outer, "enough");
  assert_int_equal(ASY_E_CANCELLED, finish(outer));
  assert_int_equal(1, asy_future_is_cancelled(shield));
  assert_string_equal("enough", asy_error_message(asy_future_error(shield)));
  assert_int_equal(0, asy_future_is_done(inner));
  assert_int_equal(10, finish_int(inner));
  assert_string_equal("c", trail);
  asy_future_unref(shield);
}

/* COMB-22 */
static void test_it_ends_as_the_inner_one_does(void **state) {
  (void)state;
  assert_int_equal(3, finish_int(asy_shield(loop, spawn(sleeper, MS(3)))));
  assert_int_equal(ASY_E_FOREIGN, finish(asy_shield(loop, spawn(failer, MS(3)))));
}

/* COMB-22: case 14 */
static void test_one_that_is_done_comes_back_itself(void **state) {
  asy_future *value = asy_future_new(loop), *failed = asy_sleep(NULL, 1);
  (void)state;
  asy_future_set_result(value, NULL);
  assert_ptr_equal(value, asy_shield(loop, value));
  assert_ptr_equal(failed, asy_shield(loop, failed));
  asy_future_unref(value);
}

/* COMB-22: case 14 */
static void test_a_cancelled_inner_one_cancels_it(void **state) {
  asy_future *inner = asy_future_new(loop), *shield = asy_shield(loop, asy_future_ref(inner));
  (void)state;
  asy_future_cancel(inner, "gone");
  assert_int_equal(ASY_E_CANCELLED, finish(asy_future_ref(shield)));
  assert_int_equal(1, asy_future_is_cancelled(shield));
  assert_string_equal("gone", asy_error_message(asy_future_error(shield)));
  asy_future_unref(shield);
  asy_future_unref(inner);
}

/* COMB-23: case 14 */
static void test_an_error_after_the_cancel_is_reported_once(void **state) {
  asy_task *inner = spawn(failer, MS(10));
  (void)state;
  for (int i = 0; i < 2; ++i) { /* two shields in turn: still one report */
    asy_future *shield = asy_shield(loop, asy_future_ref(inner));
    settle();
    asy_future_cancel(shield, NULL);
    assert_int_equal(ASY_E_CANCELLED, finish(shield));
  }
  asy_future_unref(inner);
  assert_int_equal(0, asy_test_reports());
  finish(asy_sleep(loop, 20 * ASY_MILLISECOND));
  assert_int_equal(1, asy_test_reports());
  assert_int_equal(ASY_E_FOREIGN, asy_reports.last);
  assert_string_equal("a shielded future failed after its awaiter was cancelled", asy_reports.what);
}

/* COMB-23: silence would be right where the error is no failure, and where it was read */
static void test_a_late_cancel_or_an_error_that_was_read_is_not_reported(void **state) {
  asy_future *cancelled = asy_future_new(loop), *shield = asy_shield(loop, asy_future_ref(cancelled));
  asy_task *inner = spawn(failer, MS(10)), *reader = spawn(waiter, inner);
  (void)state;
  asy_future_cancel(shield, NULL);
  asy_future_cancel(cancelled, NULL);
  asy_future_unref(shield);
  settle();
  shield = asy_shield(loop, asy_future_ref(inner));
  asy_future_cancel(shield, NULL);
  asy_future_unref(shield);
  assert_int_equal(ASY_E_FOREIGN, finish(reader));
  asy_future_unref(inner);
  asy_future_unref(cancelled);
}

/* COMB-24: nobody else holds it */
static void test_the_loop_keeps_what_is_shielded(void **state) {
  asy_future *shield = asy_shield(loop, spawn(sleeper, MS(10)));
  (void)state;
  asy_future_cancel(shield, NULL);
  asy_future_unref(shield);
  assert_int_equal(1, asy_loop_task_count(loop));
  finish(asy_sleep(loop, 20 * ASY_MILLISECOND));
  assert_int_equal(0, asy_loop_task_count(loop));
  assert_string_equal("", trail);
}

/* COMB-24 */
static void test_a_wait_for_it_times_out_and_the_inner_one_runs_on(void **state) {
  asy_task *inner = spawn(sleeper, MS(30));
  uint64_t start = asy_loop_time(loop);
  (void)state;
  assert_int_equal(ASY_E_TIMEOUT,
                   finish(asy_wait_for(loop, asy_shield(loop, asy_future_ref(inner)), 10 * ASY_MILLISECOND)));
  assert_int_equal(start + 10 * ASY_MILLISECOND, asy_loop_time(loop));
  assert_int_equal(30, finish_int(inner));
}

/* COMB-22 FUT-08: it counts as interest, so that another awaiter's cancel does not reach the inner one */
static void test_it_keeps_others_cancels_away_too(void **state) {
  asy_task *inner = spawn(sleeper, MS(10));
  asy_future *shield = asy_shield(loop, asy_future_ref(inner));
  asy_task *other = spawn(waiter, inner);
  (void)state;
  settle();
  asy_future_cancel(other, NULL);
  assert_int_equal(ASY_E_CANCELLED, finish(other));
  assert_int_equal(10, finish_int(shield));
  asy_future_unref(inner);
}

/* COMB-22: case 1, the native outcome D1 */
static void test_what_came_before_a_cancel_is_delivered(void **state) {
  for (int failed = 0; failed < 2; ++failed) {
    asy_future *inner = asy_future_new(loop), *shield = asy_shield(loop, asy_future_ref(inner));
    asy_task *outer = spawn(waiter, shield);
    (void)state;
    settle();
    if (failed) asy_future_set_error(inner, boom());
    else asy_future_set_result(inner, NULL);
    asy_task_cancel(outer, NULL);
    assert_int_equal(failed ? ASY_E_FOREIGN : ASY_OK, finish(outer));
    assert_int_equal(1, asy_test_reports()); /* the request came too late */
    assert_int_equal(ASY_E_CANCELLED, asy_reports.last);
    asy_future_unref(shield);
    asy_future_unref(inner);
  }
}

/* COMB-22 */
static void test_bad_arguments_are_refused_and_consumed(void **state) {
  asy_loop *other;
  (void)state;
  assert_int_equal(ASY_E_INVALID, finish(asy_shield(loop, NULL)));
  assert_int_equal(ASY_E_INVALID, finish(asy_shield(NULL, asy_future_new(loop))));
  assert_int_equal(ASY_OK, asy_loop_new(NULL, &other));
  assert_int_equal(ASY_E_WRONG_LOOP, finish(asy_shield(loop, asy_future_new(other))));
  asy_loop_close(other);
  asy_loop_unref(other);
}

/* LOOP-08 */
static void test_closing_the_loop_ends_it(void **state) {
  asy_future *shield = asy_shield(loop, asy_future_new(loop));
  (void)state;
  asy_loop_close(loop);
  assert_int_equal(ASY_E_CLOSED, asy_future_status(shield));
  asy_future_unref(shield);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      TASK_TEST(test_cancelling_the_awaiter_leaves_the_inner_one_running),
      TASK_TEST(test_it_ends_as_the_inner_one_does),
      TASK_TEST(test_one_that_is_done_comes_back_itself),
      TASK_TEST(test_a_cancelled_inner_one_cancels_it),
      TASK_TEST(test_an_error_after_the_cancel_is_reported_once),
      TASK_TEST(test_a_late_cancel_or_an_error_that_was_read_is_not_reported),
      TASK_TEST(test_the_loop_keeps_what_is_shielded),
      TASK_TEST(test_a_wait_for_it_times_out_and_the_inner_one_runs_on),
      TASK_TEST(test_it_keeps_others_cancels_away_too),
      TASK_TEST(test_what_came_before_a_cancel_is_delivered),
      TASK_TEST(test_bad_arguments_are_refused_and_consumed),
      TASK_TEST(test_closing_the_loop_ends_it),
  };
  return asy_test_main(argc, argv, "shield", tests);
}
