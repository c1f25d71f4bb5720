/* Events: a flag, and those who wait for it. */
#include "asy_test.h"

static asy_event *event;

static int setup(void **state) {
  if (asy_test_setup(state)) return -1;
  return asy_event_new(*state, &event);
}
static int teardown(void **state) {
  asy_event_unref(event);
  return asy_test_teardown(state);
}
#define EVENT_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

/* SYNC-08 */
static void test_a_set_event_is_not_waited_for(void **state) {
  (void)state;
  assert_false(asy_event_is_set(event));
  assert_int_equal(ASY_OK, asy_event_set(event));
  assert_int_equal(ASY_OK, asy_event_set(event));
  assert_true(asy_event_is_set(event));
  asy_future *future = asy_event_wait(event);
  assert_int_equal(ASY_OK, asy_future_status(future));
  asy_future_unref(future);
}

static int woken;
static asy_status wait_for_it(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error, (void)data;
  asy_status status = asy_await(asy_event_wait(event), NULL, NULL);
  if (!status) ++woken;
  return status;
}

/* SYNC-08 */
static void test_setting_wakes_all_who_wait_even_if_cleared_at_once(void **state) {
  woken = 0;
  asy_task *a = asy_spawn(*state, wait_for_it, NULL, NULL, NULL), *b = asy_spawn(*state, wait_for_it, NULL, NULL, NULL);
  asy_test_turn(*state);
  assert_int_equal(ASY_OK, asy_event_set(event));
  assert_int_equal(ASY_OK, asy_event_clear(event));
  assert_false(asy_event_is_set(event));
  asy_future *late = asy_event_wait(event);
  assert_int_equal(ASY_OK, asy_test_finish(*state, a, NULL));
  assert_int_equal(ASY_OK, asy_test_finish(*state, b, NULL));
  assert_int_equal(2, woken);
  assert_false(asy_future_is_done(late));
  asy_future_unref(late);
}

/* SYNC-09 */
static void test_a_cancelled_wait_does_not_disturb_others(void **state) {
  asy_future *a = asy_event_wait(event), *b = asy_event_wait(event), *c = asy_event_wait(event);
  assert_int_equal(1, asy_future_cancel(b, NULL));
  assert_int_equal(ASY_OK, asy_event_set(event));
  assert_int_equal(ASY_OK, asy_future_status(a));
  assert_int_equal(ASY_E_CANCELLED, asy_future_status(b));
  assert_int_equal(ASY_OK, asy_future_status(c));
  asy_test_turn(*state);
  asy_future_unref(a);
  asy_future_unref(b);
  asy_future_unref(c);
}

static asy_status start_status;
static asy_status work_once_started(asy_value *out_value, asy_error **out_error, void *data) {
  asy_status status = wait_for_it(out_value, out_error, data);
  return status ? status : start_status;
}

/* ECO-18 SYNC-26 */
static void test_a_start_that_failed_lets_its_workers_go_with_the_error(void **state) {
  asy_task *workers[3];
  for (int i = 0; i < 3; ++i) workers[i] = asy_spawn(*state, work_once_started, NULL, NULL, NULL);
  asy_test_turn(*state);
  assert_int_equal(3, asy_event_waiting(event));
  start_status = ASY_E_FOREIGN;
  asy_event_set(event);
  assert_int_equal(0, asy_event_waiting(event));
  for (int i = 0; i < 3; ++i) assert_int_equal(ASY_E_FOREIGN, asy_test_finish(*state, workers[i], NULL));
}

static void test_a_dropped_wait_is_forgotten(void **state) {
  (void)state;
  asy_future_unref(asy_event_wait(event));
  assert_int_equal(ASY_OK, asy_event_set(event));
}

static void test_the_loops_end_fails_who_waits(void **state) {
  asy_future *future = asy_event_wait(event);
  assert_int_equal(ASY_OK, asy_loop_close(*state));
  assert_int_equal(ASY_E_CLOSED, asy_future_status(future));
  asy_future_unref(future);
  assert_int_equal(ASY_E_CLOSED, asy_event_set(event));
}

/* SYNC-25 */
static void test_null_is_refused(void **state) {
  asy_event *made = event;
  assert_int_equal(ASY_E_INVALID, asy_event_new(NULL, &made));
  assert_null(made);
  assert_int_equal(ASY_E_INVALID, asy_event_new(*state, NULL));
  assert_int_equal(ASY_E_INVALID, asy_event_set(NULL));
  assert_int_equal(ASY_E_INVALID, asy_event_clear(NULL));
  assert_false(asy_event_is_set(NULL));
  assert_int_equal(0, asy_event_waiting(NULL));
  assert_int_equal(ASY_E_INVALID, asy_future_status(asy_event_wait(NULL)));
  assert_null(asy_event_ref(NULL));
  asy_event_unref(NULL);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      EVENT_TEST(test_a_set_event_is_not_waited_for),
      EVENT_TEST(test_setting_wakes_all_who_wait_even_if_cleared_at_once),
      EVENT_TEST(test_a_cancelled_wait_does_not_disturb_others),
      EVENT_TEST(test_a_start_that_failed_lets_its_workers_go_with_the_error),
      EVENT_TEST(test_a_dropped_wait_is_forgotten),
      EVENT_TEST(test_the_loops_end_fails_who_waits),
      EVENT_TEST(test_null_is_refused),
  };
  return asy_test_main(argc, argv, "event", tests);
}
