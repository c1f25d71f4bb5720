/* Tasks that live as long as the body of their program. */
#include "asy_task_test.h"
#include "patterns.h"

static uint64_t body_ms;
static asy_status steady(asy_value *out_value, asy_error **out_error, void *data) {
  (void)data;
  asy_status status = asy_await(asy_sleep(loop, ASY_FOREVER), out_value, out_error);
  note(wait_ms(2) ? "!" : "u"); /* its clean-up takes time */
  return status;
}
static asy_status failing(asy_value *out_value, asy_error **out_error, void *data) {
  (void)data;
  return failer(out_value, out_error, MS(10));
}
static asy_status body(asy_value *out_value, asy_error **out_error, void *data) {
  (void)data;
  asy_status status = asy_await(asy_sleep(loop, body_ms * ASY_MILLISECOND), NULL, out_error);
  note(status == ASY_E_CANCELLED ? "c" : "b");
  asy_value_set_int(out_value, 5);
  return status;
}
static asy_status app(asy_value *out_value, asy_error **out_error, void *jobs) {
  return with_background(loop, jobs, 2, NULL, body, out_value, out_error);
}
static const asy_run_cb healthy[] = {steady, steady}, sick[] = {steady, failing};

/* ECO-06 TG-01 */
static void test_they_are_cancelled_and_waited_for_when_the_body_ends(void **state) {
  (void)state;
  body_ms = 5;
  assert_int_equal(5, finish_int(spawn(app, (void *)healthy)));
  assert_string_equal("buu", trail);
}

/* ECO-06 */
static void test_the_failure_of_one_ends_the_body_and_comes_out(void **state) {
  (void)state;
  body_ms = 100;
  assert_int_equal(ASY_E_GROUP, finish(spawn(app, (void *)sick)));
  assert_string_equal("cu", trail);
}

/* ECO-06 */
static void test_a_cancel_of_the_program_is_not_swallowed(void **state) {
  (void)state;
  body_ms = 100;
  asy_task *task = spawn(app, (void *)healthy);
  settle();
  asy_task_cancel(task, NULL);
  assert_int_equal(ASY_E_CANCELLED, finish(task));
  assert_string_equal("cuu", trail);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      TASK_TEST(test_they_are_cancelled_and_waited_for_when_the_body_ends),
      TASK_TEST(test_the_failure_of_one_ends_the_body_and_comes_out),
      TASK_TEST(test_a_cancel_of_the_program_is_not_swallowed),
  };
  return asy_test_main(argc, argv, "background", tests);
}
