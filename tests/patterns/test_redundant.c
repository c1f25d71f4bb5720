/* The first answer of several servers. */
#include "asy_task_test.h"
#include "patterns.h"

/* Loses with a clean-up that takes 5. */
static asy_status slow_server(asy_value *out_value, asy_error **out_error, void *data) {
  (void)data;
  asy_status status = asy_await(asy_sleep(loop, 50 * ASY_MILLISECOND), out_value, out_error);
  if (!status) return ASY_OK;
  wait_ms(5);
  note("l");
  return status;
}
static asy_future *slow(void *data) { return spawn(slow_server, data); }
static asy_future *fast(void *data) { return (void)data, spawn(sleeper, MS(10)); }
static asy_future *bad(void *data) { return (void)data, spawn(failer, MS(1)); }

static asy_status body(asy_value *out_value, asy_error **out_error, void *attempts) {
  return first_answer(loop, attempts, 3, NULL, out_value, out_error);
}

/* ECO-16 COMB-27 */
static void test_the_first_answer_wins_and_the_losers_have_cleaned_up(void **state) {
  static const begin_cb attempts[] = {bad, slow, fast};
  uint64_t start = asy_loop_time(loop);
  (void)state;
  assert_int_equal(10, finish_int(spawn(body, (void *)attempts)));
  assert_string_equal("l", trail);
  assert_int_equal(start + 15 * ASY_MILLISECOND, asy_loop_time(loop));
  assert_int_equal(0, asy_loop_task_count(loop));
}

/* ECO-16 */
static void test_when_all_fail_the_errors_come_out_as_a_group(void **state) {
  static const begin_cb attempts[] = {bad, bad, bad};
  (void)state;
  asy_task *task = spawn(body, (void *)attempts);
  assert_int_equal(ASY_E_GROUP, finish(asy_future_ref(task)));
  assert_int_equal(3, asy_error_child_count(asy_future_error(task)));
  asy_future_unref(task);
}

/* ECO-16 */
static void test_a_cancel_reaches_all_and_waits_for_them(void **state) {
  static const begin_cb attempts[] = {slow, slow, slow};
  (void)state;
  asy_task *task = spawn(body, (void *)attempts);
  settle();
  asy_task_cancel(task, NULL);
  assert_int_equal(ASY_E_CANCELLED, finish(task));
  assert_string_equal("lll", trail);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      TASK_TEST(test_the_first_answer_wins_and_the_losers_have_cleaned_up),
      TASK_TEST(test_when_all_fail_the_errors_come_out_as_a_group),
      TASK_TEST(test_a_cancel_reaches_all_and_waits_for_them),
  };
  return asy_test_main(argc, argv, "redundant", tests);
}
