/* Timeout scopes and waiting with a limit. */
#include "asy_task_test.h"

struct scope { uint64_t delay_ms, body_ms; int expired; int level; asy_status outcome; };

static asy_status scoped(asy_value *out_value, asy_error **out_error, void *data) {
  struct scope *s = data;
  asy_timeout *timeout;
  (void)out_value;
  if (asy_timeout_enter(loop, NULL, s->delay_ms * ASY_MILLISECOND, &timeout)) return ASY_E_INTERNAL;
  asy_error *error = NULL;
  asy_await(asy_sleep(loop, s->body_ms * ASY_MILLISECOND), NULL, &error);
  s->expired = asy_timeout_is_expired(timeout);
  s->outcome = asy_timeout_exit(timeout, error, out_error);
  s->level = asy_task_cancelling(asy_task_current(loop));
  return s->outcome;
}

/* COMB-16 EXC-02 EXC-10 */
static void test_the_deadline_cancels_the_body_and_becomes_a_timeout(void **state) {
  struct scope s = {.delay_ms = 10, .body_ms = 100};
  asy_task *task = spawn(scoped, &s);
  uint64_t start = asy_loop_time(loop);
  (void)state;
  assert_int_equal(ASY_E_TIMEOUT, finish(asy_future_ref(task)));
  assert_int_equal(start + 10 * ASY_MILLISECOND, asy_loop_time(loop));
  assert_int_equal(1, s.expired);
  assert_int_equal(0, s.level);
  assert_int_equal(ASY_E_CANCELLED, asy_error_code(asy_error_cause(asy_future_error(task))));
  asy_future_unref(task);
}

/* COMB-16 */
static void test_a_body_in_time_is_untouched(void **state) {
  struct scope s = {.delay_ms = 10, .body_ms = 5};
  (void)state;
  assert_int_equal(ASY_OK, finish(spawn(scoped, &s)));
  assert_int_equal(0, s.expired);
  assert_int_equal(ASY_FOREVER, asy_loop_next_deadline(loop));
}

static asy_status no_wait(asy_value *out_value, asy_error **out_error, void *data) {
  asy_timeout *timeout;
  (void)out_value, (void)data;
  asy_timeout_enter(loop, NULL, 0, &timeout);
  if (asy_timeout_is_expired(timeout)) note("x");
  return asy_timeout_exit(timeout, NULL, out_error);
}

/* COMB-17 */
static void test_a_past_deadline_strikes_at_the_first_wait_and_not_without_one(void **state) {
  struct scope s = {.delay_ms = 0, .body_ms = 1};
  (void)state;
  assert_int_equal(ASY_OK, finish(spawn(no_wait, NULL)));
  assert_string_equal("", trail);
  assert_int_equal(ASY_E_TIMEOUT, finish(spawn(scoped, &s)));
}

/* COMB-18: case 3 */
static void test_an_outer_cancel_in_the_same_turn_stays_a_cancel(void **state) {
  struct scope s = {.delay_ms = 10, .body_ms = 100};
  asy_task *task = spawn(scoped, &s);
  (void)state;
  settle();
  asy_loop_advance(loop, 10 * ASY_MILLISECOND);
  asy_task_cancel(task, NULL);
  assert_int_equal(ASY_E_CANCELLED, finish(task));
  assert_int_equal(1, s.level);
}

static asy_status nested(asy_value *out_value, asy_error **out_error, void *data) {
  asy_timeout *outer;
  asy_error *error = NULL;
  (void)out_value;
  asy_timeout_enter(loop, NULL, *(uint64_t *)data * ASY_MILLISECOND, &outer);
  struct scope inner = {.delay_ms = 10, .body_ms = 100};
  asy_status status = scoped(NULL, &error, &inner);
  note(status == ASY_E_TIMEOUT ? "t" : status == ASY_E_CANCELLED ? "c" : "?");
  return asy_timeout_exit(outer, error, out_error);
}

/* COMB-19: case 18 */
static void test_with_equal_deadlines_the_outermost_scope_times_out(void **state) {
  uint64_t same = 10, later = 20;
  (void)state;
  assert_int_equal(ASY_E_TIMEOUT, finish(spawn(nested, &same)));
  assert_string_equal("c", trail);
  assert_int_equal(ASY_E_TIMEOUT, finish(spawn(nested, &later))); /* the inner one's, passed on */
  assert_string_equal("ct", trail);
}

static asy_status other_error(asy_value *out_value, asy_error **out_error, void *data) {
  asy_timeout *timeout;
  (void)out_value, (void)data;
  asy_timeout_enter(loop, NULL, 10 * ASY_MILLISECOND, &timeout);
  wait_ms(100);
  return asy_timeout_exit(timeout, boom(), out_error);
}

/* COMB-20: case 19 */
static void test_another_error_of_the_body_passes(void **state) {
  (void)state;
  assert_int_equal(ASY_E_FOREIGN, finish(spawn(other_error, NULL)));
}

static asy_status swallow(asy_value *out_value, asy_error **out_error, void *data) {
  asy_timeout *timeout;
  (void)data;
  asy_timeout_enter(loop, NULL, 10 * ASY_MILLISECOND, &timeout);
  wait_ms(100);
  asy_status status = asy_timeout_exit(timeout, NULL, out_error);
  asy_value_set_int(out_value, asy_task_cancelling(asy_task_current(loop)));
  return status;
}

/* COMB-20: case 19, W3 */
static void test_a_swallowed_timeout_restores_the_count_and_is_reported(void **state) {
  (void)state;
  assert_int_equal(0, finish_int(spawn(swallow, NULL)));
  assert_int_equal(1, asy_test_reports());
  assert_int_equal(ASY_E_TIMEOUT, asy_reports.last);
}

static asy_status move_deadline(asy_value *out_value, asy_error **out_error, void *data) {
  asy_timeout *timeout;
  asy_error *error = NULL;
  (void)out_value, (void)data;
  asy_timeout_enter(loop, NULL, ASY_FOREVER, &timeout);
  if (asy_timeout_when(timeout) != ASY_FOREVER) note("?");
  if (asy_timeout_reschedule(timeout, asy_loop_time(loop) + 5 * ASY_MILLISECOND)) note("?");
  asy_await(asy_sleep(loop, ASY_SECOND), NULL, &error);
  if (asy_timeout_reschedule(timeout, ASY_FOREVER) != ASY_E_STATE) note("?");
  return asy_timeout_exit(timeout, error, out_error);
}

/* COMB-21 */
static void test_a_deadline_can_be_moved_until_it_has_passed(void **state) {
  uint64_t start = asy_loop_time(loop);
  (void)state;
  assert_int_equal(ASY_E_TIMEOUT, finish(spawn(move_deadline, NULL)));
  assert_int_equal(start + 5 * ASY_MILLISECOND, asy_loop_time(loop));
  assert_string_equal("", trail);
}

/* COMB-16 */
static void test_a_scope_needs_a_task(void **state) {
  asy_timeout *timeout;
  (void)state;
  assert_int_equal(ASY_E_STATE, asy_timeout_enter(loop, NULL, 1, &timeout));
  assert_null(timeout);
  assert_int_equal(ASY_E_INVALID, asy_timeout_enter(loop, NULL, 1, NULL));
  assert_int_equal(ASY_E_INVALID, asy_timeout_exit(NULL, boom(), NULL));
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

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      TASK_TEST(test_the_deadline_cancels_the_body_and_becomes_a_timeout),
      TASK_TEST(test_a_body_in_time_is_untouched),
      TASK_TEST(test_a_past_deadline_strikes_at_the_first_wait_and_not_without_one),
      TASK_TEST(test_an_outer_cancel_in_the_same_turn_stays_a_cancel),
      TASK_TEST(test_with_equal_deadlines_the_outermost_scope_times_out),
      TASK_TEST(test_another_error_of_the_body_passes),
      TASK_TEST(test_a_swallowed_timeout_restores_the_count_and_is_reported),
      TASK_TEST(test_a_deadline_can_be_moved_until_it_has_passed),
      TASK_TEST(test_a_scope_needs_a_task),
      TASK_TEST(test_wait_for_waits_for_the_clean_up_then_times_out),
      TASK_TEST(test_a_value_returned_instead_of_the_cancel_wins),
      TASK_TEST(test_wait_for_passes_value_and_error),
      TASK_TEST(test_no_time_gives_a_done_result_and_starts_nothing),
      TASK_TEST(test_cancelling_the_wait_cancels_the_inner),
      TASK_TEST(test_a_value_that_came_before_the_deadline_is_not_lost),
  };
  return asy_test_main(argc, argv, "timeout", tests);
}
