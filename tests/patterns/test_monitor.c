/* Something told at every period. */
#include "asy_task_test.h"
#include "patterns.h"

static int told;
static void count(void *data) { (void)data, ++told; }
static asy_status monitored(asy_value *out_value, asy_error **out_error, void *body_ms) {
  return with_monitor(loop, 10 * ASY_MILLISECOND, count, sleeper, body_ms, out_value, out_error);
}

/* ECO-21 */
static void test_it_tells_at_every_period_and_ends_with_the_body(void **state) {
  (void)state;
  told = 0;
  assert_int_equal(35, finish_int(spawn(monitored, MS(35))));
  assert_int_equal(3, told);
  assert_int_equal(0, asy_loop_task_count(loop));
  assert_int_equal(ASY_FOREVER, asy_loop_next_deadline(loop));
}

/* ECO-21 */
static void test_it_ends_with_a_cancelled_body_too(void **state) {
  (void)state;
  asy_task *task = spawn(monitored, MS(100));
  settle();
  asy_task_cancel(task, NULL);
  assert_int_equal(ASY_E_CANCELLED, finish(task));
  assert_int_equal(0, asy_loop_task_count(loop));
}

/* ECO-21 */
static void test_a_late_loop_is_told_what_it_missed(void **state) {
  (void)state;
  told = 0;
  asy_task *task = spawn(monitored, MS(60));
  settle();
  asy_loop_advance(loop, 45 * ASY_MILLISECOND);
  settle();
  assert_int_equal(4, told);
  assert_int_equal(60, finish_int(task));
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      TASK_TEST(test_it_tells_at_every_period_and_ends_with_the_body),
      TASK_TEST(test_it_ends_with_a_cancelled_body_too),
      TASK_TEST(test_a_late_loop_is_told_what_it_missed),
  };
  return asy_test_main(argc, argv, "monitor", tests);
}
