/* Retrying with growing pauses. */
#include "asy_task_test.h"
#include "patterns.h"

static struct {
  int calls, fail_first;
  asy_status with;
  uint64_t at[10];
} server;
static struct retry policy;

static asy_future *attempt(void *data) {
  (void)data;
  server.at[server.calls] = asy_loop_time(loop);
  asy_error *error = asy_error_new(server.with, "no", NULL);
  if (server.calls++ < server.fail_first) return asy_future_new_failed(loop, error);
  asy_error_unref(error);
  return asy_sleep(loop, 0);
}
static int is_busy(const asy_error *error) { return asy_error_code(error) == ASY_E_BUSY; }
static asy_status body(asy_value *out_value, asy_error **out_error, void *data) {
  (void)data;
  return retry(loop, &policy, attempt, NULL, out_value, out_error);
}
static asy_status run(int fail_first, asy_status with) {
  memset(&server, 0, sizeof server);
  server.fail_first = fail_first;
  server.with = with;
  return finish(spawn(body, NULL));
}
static void use_policy(uint32_t attempts, uint64_t deadline_ns, uint64_t random) {
  policy = (struct retry){attempts, 10, 50, deadline_ns, is_busy, random};
}

/* ECO-01 */
static void test_pauses_double_up_to_the_cap_and_the_first_success_ends_it(void **state) {
  static const uint64_t pauses[] = {10, 20, 40, 50, 50};
  (void)state;
  use_policy(10, ASY_FOREVER, 0);
  assert_int_equal(ASY_OK, run(5, ASY_E_BUSY));
  assert_int_equal(6, server.calls);
  for (int i = 0; i < 5; ++i) assert_int_equal(pauses[i], server.at[i + 1] - server.at[i]);
}

/* ECO-01 */
static void test_the_last_error_comes_out_after_the_last_attempt(void **state) {
  (void)state;
  use_policy(3, ASY_FOREVER, 0);
  assert_int_equal(ASY_E_BUSY, run(9, ASY_E_BUSY));
  assert_int_equal(3, server.calls);
}

/* ECO-01 */
static void test_what_is_not_retryable_and_a_cancel_are_not_tried_again(void **state) {
  (void)state;
  use_policy(3, ASY_FOREVER, 0);
  assert_int_equal(ASY_E_OS, run(9, ASY_E_OS));
  assert_int_equal(1, server.calls);
  policy.is_retryable = NULL;
  assert_int_equal(ASY_E_CANCELLED, run(9, ASY_E_CANCELLED));
  assert_int_equal(1, server.calls);
}

/* ECO-01 */
static void test_no_pause_goes_beyond_the_deadline(void **state) {
  uint64_t start = asy_loop_time(loop);
  (void)state;
  use_policy(10, 35, 0);
  assert_int_equal(ASY_E_BUSY, run(9, ASY_E_BUSY));
  assert_int_equal(3, server.calls);
  assert_int_equal(start + 30, asy_loop_time(loop));
}

/* ECO-01 */
static void test_jitter_takes_a_part_of_each_pause(void **state) {
  uint64_t sum = 0;
  (void)state;
  use_policy(6, ASY_FOREVER, 42);
  assert_int_equal(ASY_OK, run(5, ASY_E_BUSY));
  for (int i = 0; i < 5; ++i) {
    assert_in_range(server.at[i + 1] - server.at[i], 0, 50);
    sum += server.at[i + 1] - server.at[i];
  }
  assert_in_range(sum, 1, 169);
}

/* ECO-01 COMB-01 */
static void test_a_cancel_ends_a_pause(void **state) {
  (void)state;
  use_policy(3, ASY_FOREVER, 0);
  memset(&server, 0, sizeof server);
  server.fail_first = 9;
  server.with = ASY_E_BUSY;
  asy_task *task = spawn(body, NULL);
  settle();
  asy_task_cancel(task, NULL);
  assert_int_equal(ASY_E_CANCELLED, finish(task));
  assert_int_equal(1, server.calls);
  assert_int_equal(ASY_FOREVER, asy_loop_next_deadline(loop));
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      TASK_TEST(test_pauses_double_up_to_the_cap_and_the_first_success_ends_it),
      TASK_TEST(test_the_last_error_comes_out_after_the_last_attempt),
      TASK_TEST(test_what_is_not_retryable_and_a_cancel_are_not_tried_again),
      TASK_TEST(test_no_pause_goes_beyond_the_deadline),
      TASK_TEST(test_jitter_takes_a_part_of_each_pause),
      TASK_TEST(test_a_cancel_ends_a_pause),
  };
  return asy_test_main(argc, argv, "retry", tests);
}
