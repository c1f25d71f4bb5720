/* Timeout scopes. */
#include "asy_task_test.h"

struct scope {
  uint64_t delay_ms, body_ms;
  int expired;
  int level;
  asy_status outcome;
};

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

static asy_status moved_into_the_past(asy_value *out_value, asy_error **out_error, void *data) {
  asy_timeout *timeout;
  asy_error *error = NULL;
  (void)out_value, (void)data;
  asy_timeout_enter(loop, NULL, ASY_SECOND, &timeout);
  asy_await(asy_sleep(loop, 0), NULL, NULL);
  for (int i = 0; i < 3; ++i) asy_timeout_reschedule(timeout, 0);
  asy_await(asy_sleep(loop, 0), NULL, &error);
  return asy_timeout_exit(timeout, error, out_error);
}
static asy_status moved_out_of_the_past(asy_value *out_value, asy_error **out_error, void *data) {
  asy_timeout *timeout;
  asy_error *error = NULL;
  (void)out_value, (void)data;
  asy_timeout_enter(loop, NULL, 0, &timeout);
  asy_timeout_reschedule(timeout, asy_loop_time(loop) + ASY_SECOND);
  asy_await(asy_sleep(loop, ASY_MILLISECOND), NULL, &error);
  return asy_timeout_exit(timeout, error, out_error);
}

/* COMB-17 */
static void test_a_past_deadline_strikes_at_the_first_wait_and_not_without_one(void **state) {
  struct scope s = {.delay_ms = 0, .body_ms = 1};
  (void)state;
  assert_int_equal(ASY_OK, finish(spawn(no_wait, NULL)));
  assert_string_equal("", trail);
  assert_int_equal(ASY_E_TIMEOUT, finish(spawn(scoped, &s)));
}

/* COMB-17 COMB-21: a turn given away is a wait too; one that has moved away strikes no more */
static void test_a_past_deadline_comes_before_the_turn_that_is_given_away(void **state) {
  struct scope s = {.delay_ms = 0, .body_ms = 0};
  (void)state;
  assert_int_equal(ASY_E_TIMEOUT, finish(spawn(scoped, &s)));
  assert_int_equal(1, s.expired);
  assert_int_equal(ASY_E_TIMEOUT, finish(spawn(moved_into_the_past, NULL)));
  assert_int_equal(ASY_OK, finish(spawn(moved_out_of_the_past, NULL)));
}

/* DBG-09: what is queued then finds its scope gone */
static void test_a_loop_closes_with_a_past_deadline_pending(void **state) {
  struct scope s = {.delay_ms = 0, .body_ms = 0};
  asy_task_options eager = {.size = sizeof eager, .flags = ASY_TASK_EAGER};
  asy_future_unref(asy_spawn(loop, scoped, &s, NULL, &eager));
  (void)state;
  assert_int_equal(ASY_OK, asy_loop_close(loop));
  assert_int_equal(0, s.expired);
  assert_int_equal(1, asy_test_reports());
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
  (void)out_value;
  asy_timeout_enter(loop, NULL, 10 * ASY_MILLISECOND, &timeout);
  wait_ms(100);
  return asy_timeout_exit(timeout, data, out_error);
}

/* COMB-20: case 19; the expiry is seen behind the error, also behind a group's */
static void test_another_error_of_the_body_passes(void **state) {
  asy_error *member = boom(), *bodies[] = {boom(), asy_error_new_group("several", &member, 1)};
  (void)state;
  for (int i = 0; i < 2; ++i) {
    asy_status code = asy_error_code(bodies[i]);
    asy_task *task = spawn(other_error, bodies[i]);
    assert_int_equal(code, finish(asy_future_ref(task)));
    asy_error *error = asy_future_error(task), *expiry = asy_error_cause(error);
    assert_string_equal(i ? "several" : "boom", asy_error_message(error));
    assert_int_equal(i, asy_error_child_count(error));
    assert_int_equal(ASY_E_TIMEOUT, asy_error_code(expiry));
    assert_int_equal(ASY_E_CANCELLED, asy_error_code(asy_error_cause(expiry)));
    asy_future_unref(task);
  }
  asy_error_unref(member);
}

static void release_object(void *object) { (void)object; }

/* COMB-20 EXC-11: what has a cause, or is a language's own, is the very error */
static void test_an_error_that_says_more_passes_unchanged(void **state) {
  static const asy_type object = {.size = sizeof object, .name = "object", .release = release_object};
  asy_error *cause = boom();
  asy_error_options options[] = {{.size = sizeof *options, .cause = cause},
                                 {.size = sizeof *options, .object = &cause, .type = &object}};
  (void)state;
  for (int i = 0; i < 2; ++i) {
    asy_error *body = asy_error_new(ASY_E_FOREIGN, "own", &options[i]);
    asy_task *task = spawn(other_error, body);
    assert_int_equal(ASY_E_FOREIGN, finish(asy_future_ref(task)));
    assert_ptr_equal(body, asy_future_error(task));
    asy_future_unref(task);
  }
  asy_error_unref(cause);
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

/* A task whose earlier cancel was swallowed: its count stays 1. */
static asy_status scope_in_a_swallowed_cancel(asy_value *out_value, asy_error **out_error, void *future) {
  asy_timeout *timeout;
  (void)out_value;
  if (wait_ms(1000) == ASY_E_CANCELLED) note("s");
  asy_timeout_enter(loop, NULL, 10 * ASY_MILLISECOND, &timeout);
  if (asy_await(asy_future_ref(future), NULL, NULL) == ASY_OK) note("v");
  if (asy_timeout_is_expired(timeout)) note("x");
  asy_timeout_exit(timeout, NULL, out_error);
  return asy_await(asy_sleep(loop, 1), NULL, out_error);
}

/* COMB-18 COMB-20 TASK-18: D1, the value was delivered first and the scope's own request ends with the scope */
static void test_an_undelivered_request_of_a_scope_does_not_outlive_it(void **state) {
  asy_future *future = asy_future_new(loop);
  asy_task *task = spawn(scope_in_a_swallowed_cancel, future);
  (void)state;
  settle();
  asy_task_cancel(task, NULL);
  settle();
  assert_int_equal(ASY_OK, asy_future_set_result(future, NULL));
  asy_loop_advance(loop, 20 * ASY_MILLISECOND);
  assert_int_equal(ASY_OK, finish(task));
  assert_string_equal("svx", trail);
  assert_int_equal(1, asy_test_reports()); /* the body went on after its deadline */
  asy_future_unref(future);
}

static asy_status scope_in_an_undelivered_cancel(asy_value *out_value, asy_error **out_error, void *data) {
  asy_timeout *timeout;
  asy_error *error = NULL;
  (void)out_value, (void)data;
  asy_task_cancel(asy_task_current(loop), "outer");
  asy_timeout_enter(loop, NULL, 0, &timeout);
  asy_await(asy_future_ref(data), NULL, &error);
  return asy_timeout_exit(timeout, error, out_error);
}
static void on_cancel(asy_future *future, void *data) { (void)future, (void)data; }
static void settle_late(void *future) { asy_future_set_cancelled(future, NULL); }

/* COMB-18: case 3 */
static void test_a_cancel_of_before_the_scope_is_no_timeout(void **state) {
  asy_future *slow = asy_future_new_cancellable(loop, on_cancel, NULL, NULL);
  (void)state;
  asy_loop_call_later(loop, 10 * ASY_MILLISECOND, settle_late, slow, NULL, NULL);
  assert_int_equal(ASY_E_CANCELLED, finish(spawn(scope_in_an_undelivered_cancel, slow)));
  asy_future_unref(slow);
}

/* COMB-16 LOOP-15 */
static void test_a_scope_is_of_its_tasks_loop(void **state) {
  asy_loop *other;
  asy_timeout *timeout;
  (void)state;
  assert_int_equal(ASY_OK, asy_loop_new(NULL, &other));
  asy_task *task = spawn(sleeper, MS(1));
  assert_int_equal(ASY_E_WRONG_LOOP, asy_timeout_enter(other, task, 1, &timeout));
  assert_int_equal(ASY_E_INVALID, asy_timeout_enter(loop, asy_future_new(NULL), 1, &timeout));
  assert_int_equal(1, finish_int(asy_future_ref(task)));
  assert_int_equal(ASY_E_STATE, asy_timeout_enter(loop, task, 1, &timeout));
  asy_future_unref(task);
  asy_loop_close(other);
  asy_loop_unref(other);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      TASK_TEST(test_the_deadline_cancels_the_body_and_becomes_a_timeout),
      TASK_TEST(test_a_body_in_time_is_untouched),
      TASK_TEST(test_a_past_deadline_strikes_at_the_first_wait_and_not_without_one),
      TASK_TEST(test_a_past_deadline_comes_before_the_turn_that_is_given_away),
      TASK_TEST(test_a_loop_closes_with_a_past_deadline_pending),
      TASK_TEST(test_an_outer_cancel_in_the_same_turn_stays_a_cancel),
      TASK_TEST(test_with_equal_deadlines_the_outermost_scope_times_out),
      TASK_TEST(test_another_error_of_the_body_passes),
      TASK_TEST(test_an_error_that_says_more_passes_unchanged),
      TASK_TEST(test_a_swallowed_timeout_restores_the_count_and_is_reported),
      TASK_TEST(test_a_deadline_can_be_moved_until_it_has_passed),
      TASK_TEST(test_a_scope_needs_a_task),
      TASK_TEST(test_an_undelivered_request_of_a_scope_does_not_outlive_it),
      TASK_TEST(test_a_cancel_of_before_the_scope_is_no_timeout),
      TASK_TEST(test_a_scope_is_of_its_tasks_loop),
  };
  return asy_test_main(argc, argv, "timeout", tests);
}
