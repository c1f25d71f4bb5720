/* Tasks: starting, awaiting, cancelling, ending. */
#include "asy_task_test.h"

static asy_status letter(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error;
  note(data);
  return ASY_OK;
}

/* TASK-01 TASK-10 CORO-01 */
static void test_first_steps_are_queued_and_run_in_order_of_creation(void **state) {
  asy_task *a = spawn(letter, "a"), *b = spawn(letter, "b");
  (void)state;
  assert_string_equal("", trail);
  assert_int_equal(2, asy_loop_task_count(loop));
  settle();
  assert_string_equal("ab", trail);
  assert_int_equal(ASY_OK, finish(a));
  assert_int_equal(ASY_OK, finish(b));
}

/* TASK-02 */
static void test_a_task_is_a_future_that_nobody_else_completes(void **state) {
  asy_task *task = spawn(sleeper, MS(1));
  (void)state;
  assert_int_equal(1, asy_future_is_task(task));
  assert_int_equal(ASY_E_INVALID, asy_future_set_result(task, NULL));
  assert_int_equal(ASY_E_INVALID, asy_future_set_error(task, boom()));
  assert_int_equal(ASY_E_INVALID, asy_future_set_cancelled(task, NULL));
  assert_int_equal(1, finish_int(task));
}

/* CORO-09: a coroutine is seen as the task that drives it */
static void test_only_a_task_says_that_it_is_one(void **state) {
  asy_task *task = spawn(sleeper, MS(1));
  asy_future *others[] = {asy_future_new(loop), asy_sleep(loop, 1), asy_shield(loop, asy_future_ref(task)),
                          asy_sleep(NULL, 1)};
  (void)state;
  assert_int_equal(1, asy_future_is_task(task));
  for (int i = 0; i < 4; ++i) assert_int_equal(0, asy_future_is_task(others[i]));
  assert_int_equal(0, asy_future_is_task(NULL));
  finish(task);
  assert_int_equal(1, finish_int(others[2]));
  asy_future_unref(others[0]);
  finish(others[1]);
}

/* TASK-04 */
static void test_tasks_have_names(void **state) {
  asy_task_options options = {sizeof options, "fetch", 0};
  asy_task *named = asy_spawn(loop, sleeper, MS(0), NULL, &options), *numbered = spawn(sleeper, MS(0));
  (void)state;
  assert_string_equal("fetch", asy_task_name(named));
  assert_int_equal(0, strncmp("Task-", asy_task_name(numbered), 5));
  assert_int_equal(ASY_OK, asy_task_set_name(numbered, "other"));
  assert_string_equal("other", asy_task_name(numbered));
  assert_int_equal(ASY_OK, finish(named));
  assert_int_equal(ASY_OK, finish(numbered));
}

/* TASK-17 TASK-27 */
static void test_an_error_fails_the_task_and_unread_it_is_reported(void **state) {
  asy_task *task = spawn(failer, MS(1));
  (void)state;
  assert_int_equal(ASY_E_FOREIGN, finish(task));
  asy_future_unref(spawn(failer, MS(1)));
  finish(asy_sleep(loop, 2 * ASY_MILLISECOND));
  assert_int_equal(1, asy_test_reports());
  assert_int_equal(ASY_E_FOREIGN, asy_reports.last);
}

/* FUT-07 */
static void test_awaiters_wake_in_the_order_they_waited(void **state) {
  asy_future *future = asy_future_new(loop);
  asy_task *tasks[3];
  (void)state;
  for (int i = 0; i < 3; ++i) tasks[i] = spawn(waiter, future);
  settle();
  asy_future_set_error(future, boom());
  for (int i = 0; i < 3; ++i) assert_int_equal(ASY_E_FOREIGN, finish(tasks[i]));
  assert_string_equal("eee", trail);
  asy_future_unref(future);
}

static asy_status see_current(asy_value *out_value, asy_error **out_error, void *task) {
  (void)out_error;
  asy_value_set_int(out_value, asy_task_current(loop) == *(asy_task **)task);
  return ASY_OK;
}

/* TASK-22 */
static void test_the_current_task_is_known_to_its_body_alone(void **state) {
  asy_task *task = spawn(see_current, &task);
  (void)state;
  assert_null(asy_task_current(loop));
  assert_int_equal(1, finish_int(task));
  assert_null(asy_task_current(loop));
}

static void count_task(asy_task *task, void *count) {
  note(asy_task_name(task));
  ++*(int *)count;
}

/* TASK-23 */
static void test_unfinished_tasks_can_be_visited(void **state) {
  asy_task_options a = {sizeof a, "a", 0}, b = {sizeof b, "b", 0};
  asy_task *first = asy_spawn(loop, sleeper, MS(1), NULL, &a), *second = asy_spawn(loop, sleeper, MS(2), NULL, &b);
  int count = 0;
  (void)state;
  assert_int_equal(ASY_OK, asy_loop_visit_tasks(loop, count_task, &count, NULL));
  assert_int_equal(2, count);
  assert_string_equal("ab", trail);
  assert_int_equal(1, finish_int(first));
  assert_int_equal(1, asy_loop_task_count(loop));
  assert_int_equal(2, finish_int(second));
}

/* TASK-24 TASK-25: D2 */
static void test_the_loop_keeps_a_task_without_handles(void **state) {
  (void)state;
  asy_future_unref(spawn(letter, "a"));
  settle();
  assert_string_equal("a", trail);
}

static asy_status forever(asy_value *out_value, asy_error **out_error, void *data) {
  (void)data;
  asy_status status = asy_await(asy_sleep(loop, ASY_FOREVER), out_value, out_error);
  note(status == ASY_E_CLOSED ? "x" : "?");
  return status;
}

/* TASK-26 DBG-09 */
static void test_closing_reports_each_unfinished_task_and_unwinds_it(void **state) {
  asy_task *task = asy_spawn(loop, forever, NULL, count_free, NULL);
  (void)state;
  settle();
  assert_int_equal(ASY_OK, asy_loop_close(loop));
  assert_int_equal(1, asy_test_reports());
  assert_string_equal("x", trail);
  assert_int_equal(1, freed);
  assert_int_equal(ASY_E_CLOSED, asy_future_status(task));
  asy_future_unref(task);
}

static asy_status await_done(asy_value *out_value, asy_error **out_error, void *future) {
  (void)out_error;
  for (int i = 0; i < 100; ++i)
    if (asy_await(asy_future_ref(future), out_value, NULL)) note("?");
  note("d");
  return ASY_OK;
}

/* CORO-02 */
static void test_awaiting_a_done_future_does_not_give_up_the_turn(void **state) {
  asy_future *done = asy_future_new(loop);
  asy_future_set_result(done, NULL);
  asy_task *a = spawn(await_done, done), *b = spawn(letter, "b");
  (void)state;
  settle();
  assert_string_equal("db", trail);
  assert_int_equal(ASY_OK, finish(a));
  assert_int_equal(ASY_OK, finish(b));
  asy_future_unref(done);
}

static asy_status await_self(asy_value *out_value, asy_error **out_error, void *data) {
  (void)data;
  return asy_await(asy_future_ref(asy_task_current(loop)), out_value, out_error);
}

/* CORO-08 */
static void test_a_task_cannot_await_itself(void **state) {
  (void)state;
  assert_int_equal(ASY_E_STATE, finish(spawn(await_self, NULL)));
}

/* CORO-08 LOOP-15 */
static void test_another_loops_future_is_refused_at_the_await(void **state) {
  asy_loop *other;
  (void)state;
  assert_int_equal(ASY_OK, asy_loop_new(NULL, &other));
  asy_future *foreign = asy_future_new(other);
  assert_int_equal(ASY_E_WRONG_LOOP, finish(spawn(waiter, foreign)));
  asy_future_unref(foreign);
  asy_loop_close(other);
  asy_loop_unref(other);
}

/* CORO-12 */
static void test_two_tasks_take_the_longer_time_not_the_sum(void **state) {
  uint64_t start = asy_loop_time(loop);
  asy_task *a = spawn(sleeper, MS(30)), *b = spawn(sleeper, MS(20));
  (void)state;
  assert_int_equal(30, finish_int(a));
  assert_int_equal(20, finish_int(b));
  assert_int_equal(start + 30 * ASY_MILLISECOND, asy_loop_time(loop));
}

/* COMB-01 COMB-02 */
static void test_sleep_takes_its_time_and_zero_takes_one_turn(void **state) {
  uint64_t start = asy_loop_time(loop);
  asy_future *sleep = asy_sleep(loop, 0);
  (void)state;
  assert_int_equal(0, asy_future_is_done(sleep));
  asy_test_turn(loop);
  assert_int_equal(ASY_OK, finish(sleep));
  assert_int_equal(start, asy_loop_time(loop));
  assert_int_equal(ASY_OK, finish(asy_sleep(loop, 7)));
  assert_int_equal(start + 7, asy_loop_time(loop));
  sleep = asy_sleep(loop, 9);
  assert_int_equal(1, asy_future_cancel(sleep, NULL));
  assert_int_equal(ASY_FOREVER, asy_loop_next_deadline(loop));
  assert_int_equal(ASY_E_CANCELLED, finish(sleep));
}

/* TASK-04 */
static void test_a_number_names_one_task_of_the_process(void **state) {
  asy_loop *other;
  (void)state;
  assert_int_equal(ASY_OK, asy_loop_new(NULL, &other));
  asy_task *here = spawn(letter, "a"), *there = asy_spawn(other, letter, "b", NULL, NULL);
  assert_string_not_equal(asy_task_name(here), asy_task_name(there));
  assert_int_equal(ASY_OK, finish(here));
  assert_int_equal(ASY_OK, asy_test_finish(other, there, NULL));
  asy_loop_close(other);
  asy_loop_unref(other);
}

static asy_future *given, *wanted;
static void set_it(void *future) { asy_future_set_result(future, NULL); }
static void await_both(void *self, asy_task *task, const asy_value *sent, asy_error *thrown, asy_step *out_step) {
  (void)self, (void)task, (void)sent, (void)thrown;
  out_step->kind = given || wanted ? ASY_STEP_AWAIT : ASY_STEP_RETURN;
  if (given) out_step->future = given, given = NULL;
  else out_step->future = wanted, wanted = NULL;
}
static void nothing_to_destroy(void *self) { (void)self; }

/* FUT-07 CORO-08: what a wait gave goes when the next wait begins, and may be what ends that */
static void test_a_value_that_goes_may_complete_what_is_awaited_next(void **state) {
  static const asy_coroutine awaits_both = {.size = sizeof awaits_both, await_both, nothing_to_destroy};
  (void)state;
  asy_value value;
  wanted = asy_future_new(loop);
  asy_future *kept = asy_future_ref(wanted);
  asy_value_set_pointer(&value, kept, set_it);
  given = asy_future_new_done(loop, &value);
  asy_task *task = asy_task_new(loop, &awaits_both, NULL, NULL);
  settle();
  assert_true(asy_future_is_done(task));
  asy_future_unref(kept);
  asy_future_unref(task);
}

static asy_task *left;
static void nothing(asy_future *future, void *data) { (void)future, (void)data; }
static void cancel_again(void *data) { (void)data, asy_task_cancel(left, "again"); }
static asy_status waits_for_given(asy_value *out_value, asy_error **out_error, void *data) {
  asy_future *first = given;
  (void)data;
  given = NULL;
  return asy_await(first, out_value, out_error);
}

/* TASK-12: the two are one request */
static void test_what_a_cancelled_wait_drops_may_cancel_its_task_again(void **state) {
  (void)state;
  given = asy_future_new(loop);
  asy_future_set_shared(given);
  asy_future_add_done_callback(given, nothing, NULL, cancel_again);
  left = spawn(waits_for_given, NULL);
  settle();
  assert_int_equal(1, asy_task_cancel(left, "once"));
  settle();
  assert_true(asy_future_is_cancelled(left));
  assert_string_equal("once", asy_error_message(asy_future_error(left)));
  asy_future_unref(left);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      TASK_TEST(test_first_steps_are_queued_and_run_in_order_of_creation),
      TASK_TEST(test_a_task_is_a_future_that_nobody_else_completes),
      TASK_TEST(test_only_a_task_says_that_it_is_one),
      TASK_TEST(test_tasks_have_names),
      TASK_TEST(test_a_number_names_one_task_of_the_process),
      TASK_TEST(test_an_error_fails_the_task_and_unread_it_is_reported),
      TASK_TEST(test_awaiters_wake_in_the_order_they_waited),
      TASK_TEST(test_the_current_task_is_known_to_its_body_alone),
      TASK_TEST(test_unfinished_tasks_can_be_visited),
      TASK_TEST(test_the_loop_keeps_a_task_without_handles),
      TASK_TEST(test_closing_reports_each_unfinished_task_and_unwinds_it),
      TASK_TEST(test_awaiting_a_done_future_does_not_give_up_the_turn),
      TASK_TEST(test_a_task_cannot_await_itself),
      TASK_TEST(test_another_loops_future_is_refused_at_the_await),
      TASK_TEST(test_two_tasks_take_the_longer_time_not_the_sum),
      TASK_TEST(test_sleep_takes_its_time_and_zero_takes_one_turn),
      TASK_TEST(test_a_value_that_goes_may_complete_what_is_awaited_next),
      TASK_TEST(test_what_a_cancelled_wait_drops_may_cancel_its_task_again),
  };
  return asy_test_main(argc, argv, "task", tests);
}
