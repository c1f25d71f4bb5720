/* The hard cases of one task and its cancels: 1, 6, 15, 16, 17 of cases/README.md. */
#include "asy_cases_test.h"

/* A task that awaits a future, and then sleeps or not. */
struct story {
  asy_future *future;
  int goes_on, level;
  asy_status first, second;
};

static asy_status live(asy_value *out_value, asy_error **out_error, void *data) {
  struct story *s = data;
  s->first = asy_await(asy_future_ref(s->future), out_value, out_error);
  if (!s->goes_on) return s->first;
  if (*out_error) asy_error_unref(*out_error);
  *out_error = NULL;
  s->second = asy_await(asy_sleep(loop, 1), NULL, out_error);
  s->level = asy_task_cancelling(asy_task_current(loop));
  return s->second;
}

/* Completes the story's future in one of three ways and cancels its task before it can resume. */
static void complete_then_cancel(struct story *s, asy_task *task, int how) {
  asy_value value;
  asy_value_set_int(&value, 9);
  settle();
  if (how == 0) assert_int_equal(ASY_OK, asy_future_set_result(s->future, &value));
  if (how == 1) assert_int_equal(ASY_OK, asy_future_set_error(s->future, boom()));
  if (how == 2) assert_int_equal(ASY_OK, asy_future_set_result(s->future, NULL));
  assert_int_equal(1, asy_task_cancel(task, "late"));
}

/* case 1, TASK-13, D1: a value, an error and a plain wake-up are delivered; the body ends, so the request is reported
 */
static void test_what_completed_a_future_before_the_cancel_is_delivered(void **state) {
  const asy_status wanted[] = {ASY_OK, ASY_E_FOREIGN, ASY_OK};
  (void)state;
  for (int how = 0; how < 3; ++how) {
    struct story s = {.future = asy_future_new(loop)};
    asy_task *task = spawn(live, &s);
    complete_then_cancel(&s, task, how);
    assert_int_equal(wanted[how], finish(asy_future_ref(task)));
    assert_int_equal(wanted[how], s.first);
    if (how == 0) assert_int_equal(9, asy_value_int(asy_future_value(task)));
    assert_int_equal(1, asy_test_reports());
    assert_int_equal(ASY_E_CANCELLED, asy_reports.last);
    asy_future_unref(task);
    asy_future_unref(s.future);
  }
}

/* case 1, TASK-13, D1: a body that goes on is cancelled at its next await that suspends, and nothing is reported */
static void test_the_request_that_waited_is_raised_at_the_next_suspension(void **state) {
  (void)state;
  for (int how = 0; how < 3; ++how) {
    struct story s = {.future = asy_future_new(loop), .goes_on = 1};
    asy_task *task = spawn(live, &s);
    complete_then_cancel(&s, task, how);
    assert_int_equal(ASY_E_CANCELLED, finish(asy_future_ref(task)));
    assert_int_equal(how == 1 ? ASY_E_FOREIGN : ASY_OK, s.first);
    assert_int_equal(ASY_E_CANCELLED, s.second);
    assert_int_equal(1, s.level);
    assert_string_equal("late", asy_error_message(asy_future_error(task)));
    asy_future_unref(task);
    asy_future_unref(s.future);
  }
}

/* A task follows a script: c cancels itself, u uncancels, w waits (and notes x when that raised), 0-9 the count it has.
 */
static asy_status follow(asy_value *out_value, asy_error **out_error, void *script) {
  asy_task *self = asy_task_current(loop);
  (void)out_value, (void)out_error;
  for (const char *c = script; *c; ++c) switch (*c) {
      case 'c': asy_task_cancel(self, NULL); break;
      case 'u': asy_task_uncancel(self); break;
      case 'w': note(wait_ms(1) == ASY_E_CANCELLED ? "x" : "."); break;
      default: note(asy_task_cancelling(self) == *c - '0' ? "" : "!");
    }
  return ASY_OK;
}

/* case 6, TASK-18: the floor, the withdrawn request, two requests and one withdrawal, before and after delivery */
static void test_counts_of_requests_that_are_made_and_withdrawn(void **state) {
  static const struct {
    const char *script, *trail;
  } table[] = {
      {"uu0c1", ""},          {"cu0ww", ".."}, {"ccu1ww0", "x.!"}, {"ccu1ww1u0w", "x.."}, {"cw1u0w", "x."},
      {"cw1c2w2uu0w", "xx."}, {"ccuu0w", "."}, {"cucw1", "x"},     {"cw1cu1w1u0", "xx"},
  };
  (void)state;
  for (size_t i = 0; i < sizeof table / sizeof *table; ++i) {
    trail[0] = 0;
    asy_task *task = spawn(follow, (void *)table[i].script);
    asy_status status = finish(task);
    if (strcmp(table[i].trail, trail)) fail_msg("%s: %s, not %s (%d)", table[i].script, trail, table[i].trail, status);
  }
}

/* A task with a request of before, and a scope inside it that expires. */
static asy_status scope_over_a_request(asy_value *out_value, asy_error **out_error, void *out_level) {
  asy_task *self = asy_task_current(loop);
  asy_timeout *timeout;
  asy_error *error = NULL;
  (void)out_value;
  asy_task_cancel(self, "of before");
  if (wait_ms(1) == ASY_E_CANCELLED) note("c");
  asy_timeout_enter(loop, NULL, 5 * ASY_MILLISECOND, &timeout);
  asy_await(asy_sleep(loop, ASY_SECOND), NULL, &error);
  if (asy_timeout_exit(timeout, error, out_error) == ASY_E_TIMEOUT) note("t");
  asy_error_unref(*out_error);
  *out_error = NULL;
  *(int *)out_level = asy_task_cancelling(self);
  return ASY_OK;
}

/* case 6, COMB-18: a scope restores the count of its entry, not zero */
static void test_a_scope_restores_the_count_it_found(void **state) {
  int level = -1;
  (void)state;
  assert_int_equal(ASY_OK, finish(spawn(scope_over_a_request, &level)));
  assert_string_equal("ct", trail);
  assert_int_equal(1, level);
}

/* case 15, FUT-08, D5: the cancelled one leaves at once, the others get what comes; the last one takes the future along
 */
static void test_one_of_several_waiters_is_cancelled(void **state) {
  asy_future *future = asy_future_new(loop);
  asy_task *a = spawn(waiter, future), *b = spawn(waiter, future), *c = spawn(waiter, future);
  (void)state;
  settle();
  asy_task_cancel(b, NULL);
  settle();
  assert_int_equal(1, asy_future_is_cancelled(b));
  assert_int_equal(0, asy_future_is_done(future) | asy_future_is_done(a) | asy_future_is_done(c));
  asy_task_cancel(a, NULL);
  settle();
  assert_int_equal(0, asy_future_is_done(future));
  assert_int_equal(0, asy_task_cancelling(c));
  asy_task_cancel(c, NULL);
  assert_int_equal(ASY_E_CANCELLED, finish(c));
  assert_int_equal(1, asy_future_is_cancelled(future));
  assert_int_equal(ASY_E_CANCELLED, finish(a));
  assert_int_equal(ASY_E_CANCELLED, finish(b));
  asy_future_unref(future);
}

/* case 15, TASK-20: the future itself cancelled reaches all of them, with counts of 0 */
static void test_the_future_of_several_waiters_is_cancelled(void **state) {
  asy_future *future = asy_future_new(loop);
  asy_task *a = spawn(waiter, future), *b = spawn(waiter, future);
  (void)state;
  settle();
  assert_int_equal(1, asy_future_cancel(future, "everybody"));
  assert_int_equal(ASY_E_CANCELLED, finish(asy_future_ref(a)));
  assert_int_equal(ASY_E_CANCELLED, finish(asy_future_ref(b)));
  assert_int_equal(0, asy_task_cancelling(a) + asy_task_cancelling(b));
  assert_string_equal("cc", trail);
  asy_future_unref(a);
  asy_future_unref(b);
  asy_future_unref(future);
}

/* The outer of two tasks, which opens a scope after the inner one swallowed its cancel. */
static asy_status outer_with_scope(asy_value *out_value, asy_error **out_error, void *inner) {
  asy_timeout *timeout;
  asy_error *error = NULL;
  if (asy_await(asy_future_ref(inner), out_value, NULL) == ASY_OK) note("v");
  if (asy_task_cancelling(asy_task_current(loop)) == 1) note("1");
  asy_timeout_enter(loop, NULL, 5 * ASY_MILLISECOND, &timeout);
  asy_await(asy_sleep(loop, ASY_SECOND), NULL, &error);
  return asy_timeout_exit(timeout, error, out_error);
}

/* case 16, TASK-12 TASK-16 COMB-18: the outer has the value and a count of 1, against which a later scope compares */
static void test_a_cancel_that_the_inner_task_swallowed(void **state) {
  asy_task *inner = spawn(stubborn, MS(5)), *outer = spawn(outer_with_scope, inner);
  (void)state;
  settle();
  asy_task_cancel(outer, NULL);
  assert_int_equal(ASY_E_TIMEOUT, finish(asy_future_ref(outer)));
  assert_string_equal("sv1", trail);
  assert_int_equal(1, asy_task_cancelling(outer));
  assert_int_equal(77, finish_int(inner));
  asy_future_unref(outer);
}

static asy_status cancel_self(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_error;
  asy_task_cancel(asy_task_current(loop), NULL);
  if (data) asy_task_uncancel(asy_task_current(loop));
  asy_value_set_int(out_value, 3);
  return ASY_OK;
}

/* case 17, TASK-11 TASK-14 TASK-15: never started; a value dropped; nothing to cancel any more */
static void test_cancels_at_the_two_ends_of_a_task(void **state) {
  (void)state;
  asy_task *early = asy_spawn(loop, sleeper, MS(1), count_free, NULL);
  assert_int_equal(1, asy_task_cancel(early, NULL));
  assert_int_equal(ASY_E_CANCELLED, finish(early));
  assert_string_equal("", trail);
  assert_int_equal(1, freed);
  assert_int_equal(ASY_E_CANCELLED, finish(spawn(cancel_self, NULL)));
  assert_int_equal(3, finish_int(spawn(cancel_self, "withdraw")));
  asy_task *done = spawn(sleeper, MS(1));
  assert_int_equal(1, finish_int(asy_future_ref(done)));
  assert_int_equal(0, asy_task_cancel(done, NULL));
  assert_int_equal(0, asy_task_cancelling(done));
  assert_int_equal(0, asy_future_is_cancelled(done));
  asy_future_unref(done);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      ANY_ORDER(test_what_completed_a_future_before_the_cancel_is_delivered),
      ANY_ORDER(test_the_request_that_waited_is_raised_at_the_next_suspension),
      ANY_ORDER(test_counts_of_requests_that_are_made_and_withdrawn),
      ANY_ORDER(test_a_scope_restores_the_count_it_found),
      ANY_ORDER(test_one_of_several_waiters_is_cancelled),
      ANY_ORDER(test_the_future_of_several_waiters_is_cancelled),
      ANY_ORDER(test_a_cancel_that_the_inner_task_swallowed),
      ANY_ORDER(test_cancels_at_the_two_ends_of_a_task),
  };
  return asy_test_main(argc, argv, "cases: cancel", tests);
}
