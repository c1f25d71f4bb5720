/* Cancelling tasks: who is told, when it is raised, what is delivered first. */
#include "asy_task_test.h"

#include <pthread.h>

static asy_status letter(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error;
  note(data);
  return ASY_OK;
}

/* TASK-11 */
static void test_cancel_counts_until_the_task_is_done(void **state) {
  asy_task *task = spawn(stubborn, MS(5));
  (void)state;
  settle();
  assert_int_equal(1, asy_task_cancel(task, NULL));
  assert_int_equal(1, asy_task_cancel(task, NULL));
  assert_int_equal(2, asy_task_cancelling(task));
  assert_int_equal(77, finish_int(asy_future_ref(task)));
  assert_int_equal(0, asy_task_cancel(task, NULL));
  assert_int_equal(2, asy_task_cancelling(task));
  asy_future_unref(task);
}

static asy_status outer_of(asy_value *out_value, asy_error **out_error, void *inner) {
  asy_status status = asy_await(asy_future_ref(inner), out_value, out_error);
  note(status == ASY_E_CANCELLED ? "C" : "V");
  return status;
}

/* TASK-12 CORO-07 */
static void test_a_cancel_reaches_the_innermost_await(void **state) {
  asy_future *future = asy_future_new(loop);
  asy_task *inner = spawn(waiter, future), *outer = spawn(outer_of, inner);
  (void)state;
  settle();
  assert_int_equal(1, asy_task_cancel(outer, "stop"));
  settle();
  assert_string_equal("cC", trail);
  assert_int_equal(1, asy_future_is_cancelled(future));
  assert_int_equal(1, asy_future_is_cancelled(inner));
  assert_int_equal(1, asy_future_is_cancelled(outer));
  assert_string_equal("stop", asy_error_message(asy_future_error(outer)));
  asy_future_unref(future);
  asy_future_unref(inner);
  asy_future_unref(outer);
}

/* TASK-12 TASK-16: case 16 */
static void test_an_inner_task_that_swallows_the_cancel_lets_the_outer_go_on(void **state) {
  asy_task *inner = spawn(stubborn, MS(5)), *outer = spawn(outer_of, inner);
  (void)state;
  settle();
  asy_task_cancel(outer, NULL);
  assert_int_equal(77, finish_int(asy_future_ref(outer)));
  assert_string_equal("sV", trail);
  assert_int_equal(1, asy_task_cancelling(outer));
  assert_int_equal(0, asy_future_is_cancelled(outer));
  asy_future_unref(inner);
  asy_future_unref(outer);
}

/* TASK-13: case 1, the native outcome D1 */
static void test_a_value_that_arrived_is_delivered_before_the_cancel(void **state) {
  asy_future *future = asy_future_new(loop);
  asy_task *task = spawn(waiter, future);
  asy_value value;
  (void)state;
  settle();
  asy_value_set_int(&value, 9);
  asy_future_set_result(future, &value);
  assert_int_equal(1, asy_task_cancel(task, NULL));
  assert_int_equal(9, finish_int(task));
  assert_string_equal("v", trail);
  assert_int_equal(1, asy_test_reports()); /* the request was not honoured */
  assert_int_equal(ASY_E_CANCELLED, asy_reports.last);
  asy_future_unref(future);
}

static asy_status value_then_sleep(asy_value *out_value, asy_error **out_error, void *future) {
  (void)out_value;
  if (asy_await(asy_future_ref(future), NULL, NULL) == ASY_OK) note("v");
  asy_status status = asy_await(asy_sleep(loop, ASY_SECOND), NULL, out_error);
  note(status == ASY_E_CANCELLED ? "c" : "?");
  return status;
}

/* TASK-13: D1, the held request is raised at the next await that suspends */
static void test_a_held_cancel_comes_at_the_next_await_that_suspends(void **state) {
  asy_future *future = asy_future_new(loop);
  asy_task *task = spawn(value_then_sleep, future);
  (void)state;
  settle();
  asy_future_set_result(future, NULL);
  asy_task_cancel(task, "late");
  assert_int_equal(ASY_E_CANCELLED, finish(asy_future_ref(task)));
  assert_string_equal("vc", trail);
  assert_string_equal("late", asy_error_message(asy_future_error(task)));
  asy_future_unref(future);
  asy_future_unref(task);
}

/* TASK-14: case 17 */
static void test_a_task_cancelled_before_its_first_step_never_starts(void **state) {
  asy_task *task = asy_spawn(loop, letter, "a", count_free, NULL);
  (void)state;
  assert_int_equal(1, asy_task_cancel(task, "early"));
  settle();
  assert_string_equal("", trail);
  assert_int_equal(1, freed);
  assert_string_equal("early", asy_error_message(asy_future_error(task)));
  assert_int_equal(ASY_E_CANCELLED, finish(task));
}

static asy_status cancel_self(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_error, (void)data;
  asy_task_cancel(asy_task_current(loop), NULL);
  asy_value_set_int(out_value, 3);
  return ASY_OK;
}

/* TASK-15: case 17 */
static void test_a_self_cancel_that_nothing_raised_ends_the_task_cancelled(void **state) {
  (void)state;
  assert_int_equal(ASY_E_CANCELLED, finish(spawn(cancel_self, NULL)));
}

static asy_status cancel_self_and_wait(asy_value *out_value, asy_error **out_error, void *data) {
  (void)data, (void)out_error;
  asy_task_cancel(asy_task_current(loop), NULL);
  note(wait_ms(1) == ASY_E_CANCELLED ? "c" : "?");
  note(wait_ms(1) == ASY_OK ? "v" : "?");
  asy_value_set_int(out_value, 3);
  return ASY_OK;
}

/* TASK-15 TASK-16 */
static void test_a_cancel_is_raised_once_and_may_be_swallowed(void **state) {
  (void)state;
  assert_int_equal(3, finish_int(spawn(cancel_self_and_wait, NULL)));
  assert_string_equal("cv", trail);
}

static asy_status raise_cancelled(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)data;
  *out_error = asy_error_new(ASY_E_CANCELLED, "mine", NULL);
  return ASY_E_CANCELLED;
}

/* TASK-17 EXC-01 */
static void test_a_cancelled_error_that_leaves_the_body_cancels_the_task(void **state) {
  asy_task *task = spawn(raise_cancelled, NULL);
  (void)state;
  assert_int_equal(ASY_E_CANCELLED, finish(asy_future_ref(task)));
  assert_int_equal(1, asy_future_is_cancelled(task));
  assert_int_equal(0, asy_task_cancelling(task));
  asy_future_unref(task);
}

static asy_status uncancel_self(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_error, (void)data;
  asy_task *self = asy_task_current(loop);
  asy_task_cancel(self, NULL);
  asy_task_cancel(self, NULL);
  asy_value_set_int(out_value, asy_task_uncancel(self) * 100);
  if (wait_ms(1) != ASY_E_CANCELLED) note("lost");
  asy_task_cancel(self, NULL);
  asy_task_uncancel(self);
  asy_task_uncancel(self);
  if (wait_ms(1) != ASY_OK) note("late");
  if (asy_task_uncancel(self) != 0) note("below");
  return ASY_OK;
}

/* TASK-18: case 6 */
static void test_uncancel_withdraws_and_zero_forgets_an_undelivered_request(void **state) {
  (void)state;
  assert_int_equal(100, finish_int(spawn(uncancel_self, NULL)));
  assert_string_equal("", trail);
}

/* TASK-19 */
static void test_the_last_message_wins_while_undelivered(void **state) {
  asy_task *task = spawn(sleeper, MS(5));
  (void)state;
  asy_task_cancel(task, "one");
  asy_task_cancel(task, "two");
  assert_int_equal(ASY_E_CANCELLED, finish(asy_future_ref(task)));
  assert_string_equal("two", asy_error_message(asy_future_error(task)));
  asy_future_unref(task);
}

/* TASK-20 */
static void test_a_cancelled_future_raises_in_an_awaiter_that_was_not_cancelled(void **state) {
  asy_future *future = asy_future_new(loop);
  asy_task *task = spawn(waiter, future);
  (void)state;
  settle();
  asy_future_cancel(future, NULL);
  assert_int_equal(ASY_E_CANCELLED, finish(asy_future_ref(task)));
  assert_int_equal(0, asy_task_cancelling(task));
  asy_future_unref(task);
  asy_future_unref(future);
}

/* FUT-08 case 15, the native outcome D5 */
static void test_a_cancelled_awaiter_leaves_and_the_others_get_the_value(void **state) {
  asy_future *future = asy_future_new(loop);
  asy_task *a = spawn(waiter, future), *b = spawn(waiter, future);
  (void)state;
  settle();
  asy_task_cancel(a, NULL);
  assert_int_equal(ASY_E_CANCELLED, finish(a));
  assert_int_equal(0, asy_future_is_done(future));
  asy_future_set_result(future, NULL);
  assert_int_equal(ASY_OK, finish(b));
  assert_string_equal("cv", trail);
  asy_future_unref(future);
}

/* FUT-08 D5 */
static void test_the_last_awaiter_cancels_the_future_unless_it_is_shared(void **state) {
  asy_future *own = asy_future_new(loop), *shared = asy_future_new(loop);
  asy_task *a = spawn(waiter, own), *b = spawn(waiter, shared);
  (void)state;
  assert_int_equal(ASY_OK, asy_future_set_shared(shared));
  settle();
  asy_task_cancel(a, NULL);
  asy_task_cancel(b, NULL);
  assert_int_equal(ASY_E_CANCELLED, finish(a));
  assert_int_equal(ASY_E_CANCELLED, finish(b));
  assert_int_equal(1, asy_future_is_cancelled(own));
  assert_int_equal(0, asy_future_is_done(shared));
  asy_future_unref(own);
  asy_future_unref(shared);
}

/* A coroutine that awaits the future that is its data. */
static void await_once(void *self, asy_task *task, const asy_value *sent, asy_error *thrown, asy_step *out_step) {
  (void)task, (void)sent;
  asy_future *awaited = *(asy_future **)self;
  *(asy_future **)self = NULL;
  out_step->kind = awaited ? ASY_STEP_AWAIT : thrown ? ASY_STEP_RAISE : ASY_STEP_RETURN;
  if (awaited) out_step->future = asy_future_ref(awaited);
  else if (thrown) out_step->error = asy_error_ref(thrown);
}
static void nothing(void *self) { (void)self; }
static const asy_coroutine awaiter = {sizeof(asy_coroutine), await_once, nothing, NULL, NULL};

/* TASK-12 CORO-07 */
static void test_a_cancel_goes_down_a_long_chain_of_tasks(void **state) {
  enum { LENGTH = 100000 };
  static asy_future *chain[LENGTH + 1], *awaited[LENGTH];
  (void)state;
  chain[0] = asy_future_new(loop);
  for (int i = 0; i < LENGTH; ++i) {
    awaited[i] = chain[i];
    chain[i + 1] = asy_task_new(loop, &awaiter, &awaited[i], NULL);
  }
  settle();
  assert_int_equal(1, asy_task_cancel(chain[LENGTH], "all of you"));
  assert_int_equal(ASY_E_CANCELLED, finish(asy_future_ref(chain[LENGTH])));
  for (int i = 0; i <= LENGTH; ++i) {
    if (!asy_future_is_cancelled(chain[i])) fail_msg("task %d was not reached", i);
    asy_future_unref(chain[i]);
  }
}

/* A task that waits for another, or for a gather around it. */
static asy_task *circle[3];
static asy_status wait_in_a_circle(asy_value *out_value, asy_error **out_error, void *data) {
  asy_task **next = data;
  wait_ms(1);
  asy_future *awaited = asy_future_ref(*next);
  asy_status status = asy_await(next == &circle[2] ? asy_gather(loop, &awaited, 1, 0) : awaited, out_value, out_error);
  note(status == ASY_E_CANCELLED ? "c" : "?");
  return status;
}

/* TASK-12 CORO-08: nobody in it could ever answer */
static void test_a_cancel_breaks_a_circle_of_tasks_that_wait_for_each_other(void **state) {
  (void)state;
  for (int length = 2; length <= 3; ++length) {
    for (int i = 0; i < length; ++i) circle[i] = spawn(wait_in_a_circle, &circle[(i + 1) % length]);
    finish(asy_sleep(loop, 5 * ASY_MILLISECOND));
    assert_int_equal(1, asy_task_cancel(circle[0], "enough"));
    for (int i = 0; i < length; ++i) assert_int_equal(ASY_E_CANCELLED, finish(circle[i]));
  }
  assert_string_equal("ccccc", trail);
}

static asy_error *raised;
static asy_status keeps_what_is_raised(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)data;
  asy_status status = asy_await(asy_sleep(loop, ASY_SECOND), NULL, out_error);
  raised = *out_error;
  return status;
}

/* FUT-16: errors are immutable here, so that every reader may have the one that was raised, with its chain */
static void test_the_error_that_ended_a_task_is_the_one_that_all_read(void **state) {
  asy_task *task = spawn(keeps_what_is_raised, NULL);
  (void)state;
  settle();
  asy_task_cancel(task, "why");
  assert_int_equal(ASY_E_CANCELLED, finish(asy_future_ref(task)));
  for (int i = 0; i < 2; ++i) {
    assert_ptr_equal(raised, asy_future_error(task));
    assert_string_equal("why", asy_error_message(asy_future_error(task)));
    assert_null(asy_error_cause(asy_future_error(task)));
  }
  asy_future *gathered[] = {asy_future_ref(task)}, *all = asy_gather(loop, gathered, 1, 0);
  assert_int_equal(ASY_E_CANCELLED, finish(asy_future_ref(all)));
  assert_ptr_equal(raised, asy_future_error(all));
  asy_future_unref(all);
  asy_future_unref(task);
}

static void *uncancel_elsewhere(void *task) { return (void *)(intptr_t)asy_task_uncancel(task); }

/* TASK-18 THR-09 DBG-05: zero would say that nothing is left */
static void test_another_thread_withdraws_no_request(void **state) {
  asy_task *task = spawn(sleeper, MS(1));
  pthread_t thread;
  void *answer;
  (void)state;
  asy_task_cancel(task, NULL);
  pthread_create(&thread, NULL, uncancel_elsewhere, task);
  pthread_join(thread, &answer);
  assert_int_equal(ASY_E_WRONG_THREAD, (intptr_t)answer);
  assert_int_equal(1, asy_task_cancelling(task));
  assert_int_equal(0, asy_task_uncancel(task));
  assert_int_equal(0, asy_task_uncancel(task));
  assert_int_equal(ASY_OK, finish(task));
}

static void give_way_once(void *resumed, asy_task *task, const asy_value *sent, asy_error *thrown, asy_step *out_step) {
  (void)task, (void)sent;
  const int first = !(*(int *)resumed)++;
  out_step->kind = thrown ? ASY_STEP_RAISE : first ? ASY_STEP_AWAIT : ASY_STEP_RETURN;
  if (thrown) out_step->error = asy_error_ref(thrown);
}
static void leave_it(void *self) { (void)self; }
static const asy_coroutine giving_way = {.size = sizeof giving_way, .resume = give_way_once, .destroy = leave_it};
static void cancel_it(void *task) { asy_task_cancel(task, NULL); }

/* TASK-13: nothing had been completed that the request could wait for */
static void test_a_turn_that_is_given_away_ends_with_the_request(void **state) {
  int resumed = 0;
  asy_task *task = asy_task_new(loop, &giving_way, &resumed, NULL);
  (void)state;
  assert_int_equal(ASY_OK, asy_loop_call_soon(loop, cancel_it, task, NULL, NULL));
  assert_int_equal(ASY_E_CANCELLED, finish(task));
  assert_int_equal(2, resumed);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      TASK_TEST(test_cancel_counts_until_the_task_is_done),
      TASK_TEST(test_a_cancel_reaches_the_innermost_await),
      TASK_TEST(test_an_inner_task_that_swallows_the_cancel_lets_the_outer_go_on),
      TASK_TEST(test_a_value_that_arrived_is_delivered_before_the_cancel),
      TASK_TEST(test_a_held_cancel_comes_at_the_next_await_that_suspends),
      TASK_TEST(test_a_task_cancelled_before_its_first_step_never_starts),
      TASK_TEST(test_a_self_cancel_that_nothing_raised_ends_the_task_cancelled),
      TASK_TEST(test_a_cancel_is_raised_once_and_may_be_swallowed),
      TASK_TEST(test_a_cancelled_error_that_leaves_the_body_cancels_the_task),
      TASK_TEST(test_uncancel_withdraws_and_zero_forgets_an_undelivered_request),
      TASK_TEST(test_the_last_message_wins_while_undelivered),
      TASK_TEST(test_a_cancelled_future_raises_in_an_awaiter_that_was_not_cancelled),
      TASK_TEST(test_a_cancelled_awaiter_leaves_and_the_others_get_the_value),
      TASK_TEST(test_the_last_awaiter_cancels_the_future_unless_it_is_shared),
      TASK_TEST(test_a_cancel_goes_down_a_long_chain_of_tasks),
      TASK_TEST(test_the_error_that_ended_a_task_is_the_one_that_all_read),
      TASK_TEST(test_a_cancel_breaks_a_circle_of_tasks_that_wait_for_each_other),
      TASK_TEST(test_another_thread_withdraws_no_request),
      TASK_TEST(test_a_turn_that_is_given_away_ends_with_the_request),
  };
  return asy_test_main(argc, argv, "cancel", tests);
}
