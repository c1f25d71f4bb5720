/* Futures: completion, callbacks, cancellation, interest. */
#include "asy_test.h"

static char trail[64];
static int freed;
static void count_free(void *data) { (void)data, ++freed; }
static void mark(asy_future *future, void *letter) {
  (void)future;
  strncat(trail, letter, 1);
}
static void mark_call(void *letter) { strncat(trail, letter, 1); }

static int setup(void **state) {
  trail[0] = 0;
  freed = 0;
  return asy_test_setup(state);
}
#define FUTURE_TEST(f) cmocka_unit_test_setup_teardown(f, setup, asy_test_teardown)

static void on_done(asy_future *future, asy_done_cb call, void *data) {
  assert_int_equal(ASY_OK, asy_future_add_done_callback(future, call, data, count_free));
}
static asy_status set_int(asy_future *future, int64_t number) {
  asy_value value;
  asy_value_set_int(&value, number);
  return asy_future_set_result(future, &value);
}
static asy_error *boom(void) { return asy_error_new(ASY_E_FOREIGN, "boom", NULL); }

/* FUT-01 EXC-03 */
static void test_a_future_completes_once(void **state) {
  asy_future *future = asy_future_new(*state);
  assert_int_equal(0, asy_future_is_done(future));
  assert_int_equal(ASY_OK, set_int(future, 1));
  assert_int_equal(ASY_E_STATE, set_int(future, 2));
  assert_int_equal(ASY_E_STATE, asy_future_set_error(future, boom()));
  assert_int_equal(ASY_E_STATE, asy_future_set_cancelled(future, NULL));
  assert_int_equal(0, asy_future_cancel(future, NULL));
  assert_int_equal(1, asy_value_int(asy_future_value(future)));
  asy_future_unref(future);
}

/* FUT-02 EXC-03 */
static void test_a_pending_future_has_no_result(void **state) {
  asy_future *future = asy_future_new(*state);
  assert_int_equal(ASY_E_AGAIN, asy_future_status(future));
  assert_null(asy_future_value(future));
  assert_null(asy_future_error(future));
  asy_future_unref(future);
}

/* FUT-02 TASK-19 */
static void test_a_cancelled_future_carries_the_message(void **state) {
  asy_future *future = asy_future_new(*state);
  assert_int_equal(1, asy_future_cancel(future, "no time"));
  assert_int_equal(ASY_E_CANCELLED, asy_future_status(future));
  assert_int_equal(1, asy_future_is_cancelled(future));
  assert_string_equal("no time", asy_error_message(asy_future_error(future)));
  asy_future_unref(future);
}

/* FUT-02 */
static void test_a_failed_future_gives_the_same_error_each_time(void **state) {
  asy_future *future = asy_future_new(*state);
  asy_error *error = boom();
  assert_int_equal(ASY_OK, asy_future_set_error(future, asy_error_ref(error)));
  assert_ptr_equal(error, asy_future_error(future));
  assert_ptr_equal(error, asy_future_error(future));
  asy_error_unref(error);
  asy_future_unref(future);
}

/* FUT-04 */
static void test_callbacks_are_queued_and_run_in_order(void **state) {
  asy_future *future = asy_future_new(*state);
  on_done(future, mark, "a");
  on_done(future, mark, "b");
  set_int(future, 1);
  assert_string_equal("", trail);
  on_done(future, mark, "c");
  assert_string_equal("", trail);
  asy_test_turn(*state);
  assert_string_equal("abc", trail);
  on_done(future, mark, "d");
  assert_string_equal("abc", trail);
  asy_test_turn(*state);
  assert_string_equal("abcd", trail);
  assert_int_equal(4, freed);
  asy_future_unref(future);
}

/* FUT-05 */
static void test_remove_takes_every_equal_registration(void **state) {
  asy_future *future = asy_future_new(*state);
  char *a = "a", *b = "b";
  on_done(future, mark, a);
  on_done(future, mark, b);
  on_done(future, mark, a);
  assert_int_equal(2, asy_future_remove_done_callback(future, mark, a));
  assert_int_equal(0, asy_future_remove_done_callback(future, mark, a));
  assert_int_equal(2, freed);
  set_int(future, 1);
  assert_int_equal(0, asy_future_remove_done_callback(future, mark, b));
  asy_test_turn(*state);
  assert_string_equal("b", trail);
  asy_future_unref(future);
}

static void add_again(asy_future *future, void *letter) {
  strncat(trail, letter, 1);
  asy_future_add_done_callback(future, mark, "z", NULL);
}

/* FUT-04 */
static void test_a_callback_added_by_a_callback_comes_after_what_was_queued(void **state) {
  asy_future *future = asy_future_new(*state);
  on_done(future, add_again, "a");
  on_done(future, mark, "b");
  set_int(future, 1);
  asy_loop_call_soon(*state, mark_call, "s", NULL, NULL);
  asy_test_turn(*state);
  asy_test_turn(*state);
  assert_string_equal("absz", trail);
  asy_future_unref(future);
}

static void fail_it(asy_future *future, void *loop) {
  (void)future;
  asy_error *error = boom();
  asy_loop_report(loop, error, "a callback failed");
  asy_error_unref(error);
}

/* FUT-06 */
static void test_a_failing_callback_does_not_stop_the_next(void **state) {
  asy_future *future = asy_future_new(*state);
  on_done(future, fail_it, *state);
  on_done(future, mark, "b");
  set_int(future, 1);
  asy_test_turn(*state);
  assert_string_equal("b", trail);
  assert_int_equal(1, asy_test_reports());
  asy_future_unref(future);
}

/* FUT-06 LOOP-17 */
static void test_callbacks_left_by_a_raised_report_keep_their_turn(void **state) {
  asy_future *future = asy_future_new(*state);
  asy_loop_set_report_policy(*state, ASY_REPORT_RAISE);
  on_done(future, fail_it, *state);
  on_done(future, mark, "b");
  set_int(future, 1);
  asy_loop_call_soon(*state, mark_call, "s", NULL, NULL);
  assert_int_equal(ASY_E_FOREIGN, asy_loop_run(*state));
  assert_string_equal("", trail);
  asy_error_unref(asy_loop_take_raised(*state));
  asy_test_turn(*state);
  assert_string_equal("bs", trail);
  assert_int_equal(1, asy_test_reports());
  asy_future_unref(future);
}

/* FUT-09 */
static void test_an_error_nobody_read_is_reported_with_the_last_handle(void **state) {
  asy_future *future = asy_future_new(*state);
  asy_future_set_error(future, boom());
  assert_int_equal(0, asy_test_reports());
  asy_future_unref(future);
  assert_int_equal(1, asy_test_reports());
  assert_int_equal(ASY_E_FOREIGN, asy_reports.last);
}

/* FUT-09 */
static void test_reading_or_cancelling_counts_as_having_seen_the_error(void **state) {
  asy_future *read = asy_future_new(*state), *cancelled = asy_future_new(*state);
  asy_future_set_error(read, boom());
  asy_future_set_error(cancelled, boom());
  assert_int_equal(ASY_E_FOREIGN, asy_future_status(read));
  assert_int_equal(0, asy_future_cancel(cancelled, NULL));
  asy_future_unref(read);
  asy_future_unref(cancelled);
  assert_int_equal(0, asy_test_reports());
}

/* FUT-09 DBG-09: a handle that is kept may never be looked at */
static void test_an_error_nobody_read_is_reported_when_its_loop_closes(void **state) {
  asy_future *kept = asy_future_new(*state), *read = asy_future_new(*state);
  asy_future_set_error(kept, boom());
  asy_future_set_error(read, boom());
  assert_int_equal(ASY_E_FOREIGN, asy_future_status(read));
  assert_int_equal(ASY_OK, asy_loop_close(*state));
  assert_int_equal(1, asy_test_reports());
  assert_int_equal(ASY_E_FOREIGN, asy_reports.last);
  assert_int_equal(ASY_E_FOREIGN, asy_future_status(kept)); /* it can still be read */
  asy_future_unref(kept);
  asy_future_unref(read);
  assert_int_equal(0, asy_test_reports());
}

static int asked;
static void note_cancel(asy_future *future, void *data) {
  (void)future, (void)data;
  ++asked;
}

/* FUT-03 CORO-11 */
static void test_a_cancel_hook_is_asked_and_the_completer_settles(void **state) {
  asked = 0;
  asy_future *future = asy_future_new_cancellable(*state, note_cancel, NULL, count_free);
  assert_int_equal(1, asy_future_cancel(future, NULL));
  assert_int_equal(1, asked);
  assert_int_equal(0, asy_future_is_done(future));
  assert_int_equal(ASY_OK, set_int(future, 7));
  assert_int_equal(ASY_OK, asy_future_status(future));
  asy_future_unref(future);
  assert_int_equal(1, freed);
}

/* TASK-19 FUT-03 */
static void test_a_completer_without_a_reason_gives_the_one_that_was_asked(void **state) {
  (void)state;
  const char *given[] = {NULL, "mine"}, *got[] = {"the latest", "mine"};
  for (int i = 0; i < 2; ++i) {
    asy_future *future = asy_future_new_cancellable(*state, note_cancel, NULL, NULL);
    asy_future_cancel(future, "the first");
    asy_future_cancel(future, "the latest");
    assert_int_equal(ASY_OK, asy_future_set_cancelled(future, given[i]));
    assert_string_equal(got[i], asy_error_message(asy_future_error(future)));
    asy_future_unref(future);
  }
}

/* FUT-15 CORO-11 */
static void test_a_completion_after_the_cancel_is_refused_and_consumed(void **state) {
  asy_future *future = asy_future_new(*state);
  asy_value value;
  asy_future_cancel(future, NULL);
  asy_value_set_pointer(&value, &value, count_free);
  assert_int_equal(ASY_E_STATE, asy_future_set_result(future, &value));
  assert_int_equal(1, freed);
  assert_int_equal(ASY_VALUE_NIL, asy_value_kind(&value));
  asy_future_unref(future);
}

/* FUT-11 FUT-19 */
static void test_a_future_knows_its_loop(void **state) {
  asy_future *future = asy_future_new(*state);
  assert_ptr_equal(*state, asy_future_loop(future));
  asy_future_unref(future);
  future = asy_future_new(NULL);
  assert_int_equal(ASY_E_INVALID, asy_future_status(future));
  assert_null(asy_future_loop(future));
  assert_int_equal(ASY_E_INVALID, asy_future_add_done_callback(future, mark, "x", count_free));
  assert_int_equal(1, freed);
  assert_int_equal(ASY_E_STATE, set_int(future, 1));
  asy_future_unref(future);
}

static asy_future *target;
static char first[] = "a", second[] = "b", third[] = "c";
static void remove_the_others(void *data) {
  ++freed;
  if (data != first) return;
  asy_future_remove_done_callback(target, mark, second);
  asy_future_remove_done_callback(target, mark, third);
}

/* FUT-05 */
static void test_what_a_removal_frees_may_remove_others(void **state) {
  target = asy_future_new(*state);
  char *order[] = {first, second, first, third};
  for (int i = 0; i < 4; ++i)
    assert_int_equal(ASY_OK, asy_future_add_done_callback(target, mark, order[i], remove_the_others));
  assert_int_equal(2, asy_future_remove_done_callback(target, mark, first));
  assert_int_equal(4, freed);
  set_int(target, 1);
  asy_test_turn(*state);
  assert_string_equal("", trail);
  asy_future_unref(target);
}

/* FUT-01 TASK-02 */
static void test_only_its_operation_completes_an_operations_future(void **state) {
  asy_future *sleep = asy_sleep(*state, ASY_SECOND), *own = asy_future_new(*state);
  asy_future *all = asy_gather(*state, &own, 1, 0);
  asy_future *operations[] = {sleep, all};
  for (int i = 0; i < 2; ++i) {
    assert_int_equal(ASY_E_INVALID, set_int(operations[i], 1));
    assert_int_equal(ASY_E_INVALID, asy_future_set_error(operations[i], boom()));
    assert_int_equal(ASY_E_INVALID, asy_future_set_cancelled(operations[i], NULL));
    assert_int_equal(1, asy_future_cancel(operations[i], NULL));
    asy_future_unref(operations[i]);
  }
}

/* FUT-02 */
static void test_a_value_may_be_taken_out(void **state) {
  asy_future *future = asy_future_new(*state);
  asy_value value, taken;
  assert_int_equal(ASY_E_AGAIN, asy_future_take_value(future, &taken));
  asy_value_set_pointer(&value, trail, count_free);
  asy_future_set_result(future, &value);
  assert_int_equal(ASY_OK, asy_future_take_value(future, &taken));
  asy_future_unref(future);
  assert_int_equal(0, freed);
  assert_ptr_equal(trail, asy_value_pointer(&taken));
  asy_value_clear(&taken);
  assert_int_equal(1, freed);
  future = asy_future_new(*state);
  asy_future_set_error(future, boom());
  assert_int_equal(ASY_E_FOREIGN, asy_future_take_value(future, &taken));
  assert_int_equal(ASY_E_INVALID, asy_future_take_value(future, NULL));
  assert_int_equal(ASY_E_INVALID, asy_future_take_value(NULL, &taken));
  asy_future_unref(future);
}

static void test_null_is_refused_and_consumes(void **state) {
  asy_value value;
  (void)state;
  asy_value_set_pointer(&value, NULL, count_free);
  assert_int_equal(ASY_E_INVALID, asy_future_set_result(NULL, &value));
  assert_int_equal(ASY_E_INVALID, asy_future_set_error(NULL, boom()));
  assert_int_equal(ASY_E_INVALID, asy_future_add_done_callback(NULL, mark, "", count_free));
  assert_int_equal(2, freed);
  assert_int_equal(ASY_E_INVALID, asy_future_status(NULL));
  assert_int_equal(0, asy_future_cancel(NULL, NULL));
  assert_null(asy_future_value(NULL));
  asy_future_unref(NULL);
}

/* TASK-02 */
static void test_task_calls_refuse_a_plain_future(void **state) {
  asy_future *future = asy_future_new(*state);
  asy_step step = {.kind = ASY_STEP_AWAIT};
  assert_int_equal(0, asy_future_is_task(future));
  assert_int_equal(0, asy_task_cancel(future, NULL));
  assert_int_equal(ASY_E_INVALID, asy_task_deliver(future, &step));
  assert_int_equal(ASY_E_INVALID, asy_task_set_name(future, "x"));
  assert_null(asy_task_name(future));
  asy_future_unref(future);
}

/* FUT-04 LOOP-08 */
static void test_close_frees_callbacks_without_calling_them(void **state) {
  asy_future *future = asy_future_new(*state), *done = asy_future_new(*state);
  on_done(future, mark, "a");
  on_done(done, mark, "b");
  set_int(done, 1);
  asy_loop_close(*state);
  assert_int_equal(2, freed);
  assert_string_equal("", trail);
  assert_int_equal(ASY_E_CLOSED, asy_future_status(future));
  assert_int_equal(ASY_OK, asy_future_status(done));
  asy_future_unref(future);
  asy_future_unref(done);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      FUTURE_TEST(test_a_future_completes_once),
      FUTURE_TEST(test_a_pending_future_has_no_result),
      FUTURE_TEST(test_a_cancelled_future_carries_the_message),
      FUTURE_TEST(test_a_failed_future_gives_the_same_error_each_time),
      FUTURE_TEST(test_callbacks_are_queued_and_run_in_order),
      FUTURE_TEST(test_remove_takes_every_equal_registration),
      FUTURE_TEST(test_a_callback_added_by_a_callback_comes_after_what_was_queued),
      FUTURE_TEST(test_a_failing_callback_does_not_stop_the_next),
      FUTURE_TEST(test_callbacks_left_by_a_raised_report_keep_their_turn),
      FUTURE_TEST(test_an_error_nobody_read_is_reported_with_the_last_handle),
      FUTURE_TEST(test_reading_or_cancelling_counts_as_having_seen_the_error),
      FUTURE_TEST(test_an_error_nobody_read_is_reported_when_its_loop_closes),
      FUTURE_TEST(test_a_cancel_hook_is_asked_and_the_completer_settles),
      FUTURE_TEST(test_a_completer_without_a_reason_gives_the_one_that_was_asked),
      FUTURE_TEST(test_a_completion_after_the_cancel_is_refused_and_consumed),
      FUTURE_TEST(test_a_future_knows_its_loop),
      FUTURE_TEST(test_what_a_removal_frees_may_remove_others),
      FUTURE_TEST(test_only_its_operation_completes_an_operations_future),
      FUTURE_TEST(test_a_value_may_be_taken_out),
      FUTURE_TEST(test_null_is_refused_and_consumes),
      FUTURE_TEST(test_task_calls_refuse_a_plain_future),
      FUTURE_TEST(test_close_frees_callbacks_without_calling_them),
  };
  return asy_test_main(argc, argv, "future", tests);
}
