/* Waiting with a limit. */
#include "asy_task_test.h"

/* Takes its time over a cancel. */
static asy_status slow_clean_up(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error, (void)data;
  wait_ms(1000);
  wait_ms(1000);
  return ASY_E_CANCELLED;
}

/* COMB-12 EXC-10 */
static void test_wait_for_waits_for_the_clean_up_then_times_out(void **state) {
  asy_task *inner = spawn(sleeper, MS(100));
  asy_future *waiting = asy_wait_for(loop, asy_future_ref(inner), 10 * ASY_MILLISECOND);
  (void)state;
  assert_int_equal(ASY_E_TIMEOUT, finish(asy_future_ref(waiting)));
  assert_string_equal("x", trail);
  assert_int_equal(1, asy_future_is_cancelled(inner));
  assert_int_equal(ASY_E_CANCELLED, asy_error_code(asy_error_cause(asy_future_error(waiting))));
  asy_future_unref(waiting);
  asy_future_unref(inner);
}

/* COMB-12: case 2 */
static void test_a_value_returned_instead_of_the_cancel_wins(void **state) {
  (void)state;
  assert_int_equal(77, finish_int(asy_wait_for(loop, spawn(stubborn, MS(100)), 10 * ASY_MILLISECOND)));
}

/* COMB-11 */
static void test_wait_for_passes_value_and_error(void **state) {
  (void)state;
  assert_int_equal(5, finish_int(asy_wait_for(loop, spawn(sleeper, MS(5)), ASY_FOREVER)));
  assert_int_equal(5, finish_int(asy_wait_for(loop, spawn(sleeper, MS(5)), ASY_SECOND)));
  assert_int_equal(ASY_E_FOREIGN, finish(asy_wait_for(loop, spawn(failer, MS(5)), ASY_SECOND)));
}

/* COMB-13 */
static void test_no_time_gives_a_done_result_and_starts_nothing(void **state) {
  asy_future *done = asy_future_new(loop);
  (void)state;
  asy_future_set_result(done, NULL);
  assert_int_equal(ASY_OK, finish(asy_wait_for(loop, done, 0)));
  assert_int_equal(ASY_E_TIMEOUT, finish(asy_wait_for(loop, spawn(sleeper, MS(0)), 0)));
  assert_string_equal("", trail);
}

/* COMB-14 */
static void test_cancelling_the_wait_cancels_the_inner(void **state) {
  asy_future *waiting = asy_wait_for(loop, spawn(sleeper, MS(100)), ASY_SECOND);
  (void)state;
  settle();
  assert_int_equal(1, asy_future_cancel(waiting, NULL));
  assert_int_equal(ASY_E_CANCELLED, finish(waiting));
  assert_string_equal("x", trail);
}

/* COMB-15: case 2, the native outcome D1 */
static void test_a_value_that_came_before_the_deadline_is_not_lost(void **state) {
  asy_future *inner = asy_future_new(loop);
  asy_future *waiting = asy_wait_for(loop, asy_future_ref(inner), 10 * ASY_MILLISECOND);
  (void)state;
  asy_future_set_result(inner, NULL);
  asy_loop_advance(loop, 20 * ASY_MILLISECOND);
  assert_int_equal(ASY_OK, finish(waiting));
  asy_future_unref(inner);
}

static void free_pointer(void *data) { ++*(int *)data; }

/* COMB-11: the value is the waiter's, not a view of what the inner one held */
static void test_a_pointer_passes_with_its_destructor(void **state) {
  asy_future *inner = asy_future_new(loop);
  asy_future *waiting = asy_wait_for(loop, asy_future_ref(inner), ASY_SECOND);
  asy_value value;
  int released = 0;
  (void)state;
  asy_value_set_pointer(&value, &released, free_pointer);
  asy_future_set_result(inner, &value);
  asy_future_unref(inner);
  assert_int_equal(ASY_OK, finish(asy_future_ref(waiting)));
  assert_int_equal(0, released);
  assert_ptr_equal(&released, asy_value_pointer(asy_future_value(waiting)));
  asy_future_unref(waiting);
  assert_int_equal(1, released);
}

/* COMB-12 FUT-08: D5, nobody else's future is cancelled by a deadline */
static void test_a_deadline_leaves_a_shared_future_to_the_others(void **state) {
  asy_future *shared = asy_future_new(loop);
  asy_task *other = spawn(waiter, shared);
  (void)state;
  settle();
  assert_int_equal(ASY_E_TIMEOUT, finish(asy_wait_for(loop, asy_future_ref(shared), 10 * ASY_MILLISECOND)));
  assert_int_equal(ASY_E_TIMEOUT, finish(asy_wait_for(loop, asy_future_ref(shared), 0)));
  assert_int_equal(0, asy_future_is_done(shared));
  asy_future_set_result(shared, NULL);
  assert_int_equal(ASY_OK, finish(other));
  asy_future_unref(shared);
}

/* COMB-14 COMB-12 */
static void test_a_cancel_after_the_deadline_is_the_last_word(void **state) {
  asy_task *inner = spawn(slow_clean_up, NULL);
  asy_future *waiting = asy_wait_for(loop, inner, 10 * ASY_MILLISECOND);
  (void)state;
  finish(asy_sleep(loop, 20 * ASY_MILLISECOND));
  assert_int_equal(0, asy_future_is_done(waiting));
  assert_int_equal(1, asy_future_cancel(waiting, "enough"));
  assert_int_equal(ASY_E_CANCELLED, finish(waiting));
}

/* LOOP-15 FUT-01 */
static void test_what_cannot_be_waited_for_is_refused_or_passed_through(void **state) {
  asy_loop *other;
  (void)state;
  assert_int_equal(ASY_OK, asy_loop_new(NULL, &other));
  assert_int_equal(ASY_E_WRONG_LOOP, finish(asy_wait_for(loop, asy_future_new(other), 1)));
  assert_int_equal(ASY_E_INVALID, finish(asy_wait_for(loop, NULL, 1)));
  assert_int_equal(ASY_E_INVALID, finish(asy_wait_for(loop, asy_sleep(NULL, 1), 1))); /* failed already, of no loop */
  asy_loop_close(other);
  assert_int_equal(ASY_E_CLOSED, asy_future_status(asy_wait_for(other, asy_future_new(loop), 1)));
  asy_loop_unref(other);
}

/* LOOP-08 */
static void test_closing_the_loop_ends_the_wait(void **state) {
  asy_future *waiting = asy_wait_for(loop, asy_future_new(loop), ASY_SECOND);
  (void)state;
  asy_loop_close(loop);
  assert_int_equal(ASY_E_CLOSED, asy_future_status(waiting));
  asy_future_unref(waiting);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      TASK_TEST(test_wait_for_waits_for_the_clean_up_then_times_out),
      TASK_TEST(test_a_value_returned_instead_of_the_cancel_wins),
      TASK_TEST(test_wait_for_passes_value_and_error),
      TASK_TEST(test_no_time_gives_a_done_result_and_starts_nothing),
      TASK_TEST(test_cancelling_the_wait_cancels_the_inner),
      TASK_TEST(test_a_value_that_came_before_the_deadline_is_not_lost),
      TASK_TEST(test_a_pointer_passes_with_its_destructor),
      TASK_TEST(test_a_deadline_leaves_a_shared_future_to_the_others),
      TASK_TEST(test_a_cancel_after_the_deadline_is_the_last_word),
      TASK_TEST(test_what_cannot_be_waited_for_is_refused_or_passed_through),
      TASK_TEST(test_closing_the_loop_ends_the_wait),
  };
  return asy_test_main(argc, argv, "wait_for", tests);
}
