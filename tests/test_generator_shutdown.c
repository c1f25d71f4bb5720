/* Generators when their loop is shut down. */
#include "asy_generator_test.h"

static asy_status shut_down(void) { return finish(asy_loop_shutdown(loop, ASY_SECOND)); }

/* AGEN-07 */
static void test_suspended_ones_are_closed_and_clean_up(void **state) {
  asy_generator *one = generate(count_to, MS(3)), *other = generate(count_to, MS(3));
  (void)state;
  assert_int_equal(1, next_int(one) * next_int(other));
  assert_int_equal(ASY_OK, shut_down());
  assert_string_equal("((closedclosed))", trail);
  assert_int_equal(ASY_E_END, next_status(one));
  asy_generator_unref(one);
  asy_generator_unref(other);
}

static asy_status cleans_slowly(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error, (void)data;
  wait_ms(1000);
  wait_ms(5);
  note("t");
  return ASY_OK;
}

/* RUN-03 AGEN-07: after the tasks, which may take their time */
static void test_tasks_end_before_generators_are_closed(void **state) {
  asy_generator *numbers = generate(count_to, MS(3));
  (void)state;
  assert_int_equal(1, next_int(numbers));
  asy_future_unref(spawn(cleans_slowly, NULL));
  settle();
  assert_int_equal(ASY_OK, shut_down());
  assert_string_equal("(tclosed)", trail);
  asy_generator_unref(numbers);
}

static asy_status takes_one_and_sleeps(asy_value *out_value, asy_error **out_error, void *numbers) {
  asy_status status = asy_await(asy_generator_next(numbers), out_value, out_error);
  if (!status) status = wait_ms(1000);
  asy_generator_unref(numbers);
  return status;
}

/* AGEN-05, AGEN-07: a task that is cancelled lets its generator go; what that cleans up is not cut short */
static void test_what_a_cancelled_task_lets_go_cleans_up(void **state) {
  asy_generator *numbers = generate(count_to, MS(3));
  (void)state;
  asy_future_unref(spawn(takes_one_and_sleeps, numbers));
  finish(asy_sleep(loop, 10 * ASY_MILLISECOND));
  assert_int_equal(ASY_OK, shut_down());
  assert_string_equal("(closed)", trail);
  assert_int_equal(1, freed);
}

static asy_status waits_again(asy_value *out_value, asy_error **out_error, void *data) {
  asy_status status;
  (void)out_value, (void)out_error, (void)data;
  while (!(status = yield_int(wait_ms(1000)))) note("y");
  note(status == ASY_E_END ? "closed" : "?");
  return status;
}

/* AGEN-07, AGEN-09: one that hands an item over when it is cancelled is no task that the shutdown waits for */
static void test_a_step_that_survives_its_cancel_does_not_hold_the_shutdown(void **state) {
  asy_generator *generator = generate(waits_again, NULL);
  (void)state;
  asy_future *next = asy_generator_next(generator);
  settle();
  assert_int_equal(ASY_OK, shut_down());
  assert_string_equal("closed", trail);
  assert_int_equal(ASY_E_CANCELLED, finish_int(next)); /* the item: what its wait ended with */
  asy_generator_unref(generator);
}

static asy_status fails_to_clean_up(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)data;
  while (yield_int(1) != ASY_E_END) {}
  *out_error = boom();
  return ASY_E_FOREIGN;
}

/* AGEN-07 */
static void test_a_failure_is_reported_and_the_shutdown_goes_on(void **state) {
  asy_generator *bad = generate_with(fails_to_clean_up, NULL, NULL, "bad"), *good = generate(count_to, MS(3));
  (void)state;
  assert_int_equal(1, next_int(bad) * next_int(good));
  assert_int_equal(ASY_OK, shut_down());
  assert_int_equal(1, asy_test_reports());
  assert_int_equal(ASY_E_FOREIGN, asy_reports.last);
  assert_non_null(strstr(asy_reports.what, "bad"));
  assert_string_equal("(closed)", trail);
  asy_generator_unref(bad);
  asy_generator_unref(good);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      TASK_TEST(test_suspended_ones_are_closed_and_clean_up),
      TASK_TEST(test_tasks_end_before_generators_are_closed),
      TASK_TEST(test_what_a_cancelled_task_lets_go_cleans_up),
      TASK_TEST(test_a_step_that_survives_its_cancel_does_not_hold_the_shutdown),
      TASK_TEST(test_a_failure_is_reported_and_the_shutdown_goes_on),
  };
  return asy_test_main(argc, argv, "generator_shutdown", tests);
}
