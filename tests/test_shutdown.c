/* Ending all that a loop has going: what dies, what is waited for, what is said. */
#include "asy_task_test.h"

#include <stdio.h>

static asy_future *all_ended;

/* Runs the shutdown and gives how many did not end. */
static int64_t shut_down(uint64_t grace_ns) {
  int64_t forced = -1;
  assert_int_equal(ASY_OK, asy_test_finish(loop, asy_loop_shutdown(loop, grace_ns), &forced));
  return forced;
}

static void test_an_idle_loop_is_shut_down_at_once(void **state) {
  (void)state;
  uint64_t before = asy_loop_time(loop);
  assert_int_equal(0, shut_down(ASY_FOREVER));
  assert_int_equal(before, asy_loop_time(loop));
  assert_int_equal(ASY_OK, finish(asy_sleep(loop, 1)));
}

/* RUN-02 */
static void test_every_task_is_cancelled_and_awaited(void **state) {
  (void)state;
  asy_task *running = spawn(sleeper, MS(1000)), *fresh;
  settle();
  asy_future *ended = asy_loop_shutdown(loop, ASY_FOREVER);
  fresh = spawn(sleeper, MS(1000));
  assert_int_equal(ASY_OK, finish(ended));
  assert_string_equal("x", trail); /* a body that never began is not entered */
  assert_int_equal(ASY_E_CANCELLED, asy_future_status(running));
  assert_int_equal(ASY_E_CANCELLED, asy_future_status(fresh));
  assert_int_equal(0, asy_loop_task_count(loop));
  asy_future_unref(running);
  asy_future_unref(fresh);
}

static asy_status calls_shutdown(asy_value *out_value, asy_error **out_error, void *data) {
  (void)data;
  return asy_await(asy_loop_shutdown(loop, ASY_FOREVER), out_value, out_error);
}

/* The caller would wait for itself. */
static void test_the_caller_is_spared_and_those_that_wait_for_it_are_not(void **state) {
  (void)state;
  asy_task *caller = spawn(calls_shutdown, NULL), *waits = spawn(waiter, caller);
  assert_int_equal(0, finish_int(asy_future_ref(caller)));
  assert_int_equal(ASY_E_CANCELLED, finish(waits));
  assert_string_equal("c", trail);
  asy_future_unref(caller);
}

static asy_status waits_for_all(asy_value *out_value, asy_error **out_error, void *data) {
  (void)data;
  return asy_await(asy_future_ref(all_ended), out_value, out_error);
}

static void test_who_waits_for_the_shutdown_is_spared(void **state) {
  (void)state;
  asy_task *waits = spawn(waits_for_all, NULL), *other = spawn(sleeper, MS(1000));
  all_ended = asy_loop_shutdown(loop, ASY_FOREVER);
  assert_int_equal(ASY_OK, finish(waits));
  assert_int_equal(ASY_E_CANCELLED, finish(other));
  asy_future_unref(all_ended);
}

/* Takes the cancel, starts another like itself, and ends. */
static asy_status heir(asy_value *out_value, asy_error **out_error, void *left) {
  (void)out_value, (void)out_error;
  asy_status status = wait_ms(1000);
  note("h");
  if ((uintptr_t)left) {
    asy_future_unref(spawn(heir, MS((uintptr_t)left - 1)));
    wait_ms(0); /* it gets to its first wait */
  }
  return status;
}

/* RUN-06 W18 */
static void test_late_spawns_are_cancelled_in_their_turn(void **state) {
  (void)state;
  asy_future_unref(spawn(heir, MS(3)));
  settle();
  assert_int_equal(0, shut_down(ASY_FOREVER));
  assert_string_equal("hhhh", trail);
  assert_int_equal(0, asy_loop_task_count(loop));
}

static asy_status phoenix(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error, (void)data;
  asy_status status = wait_ms(1000);
  asy_task_options options = {.size = sizeof options, .name = "phoenix"};
  asy_future_unref(asy_spawn(loop, phoenix, NULL, NULL, &options));
  wait_ms(0);
  return status;
}

/* RUN-06: bounded */
static void test_tasks_that_respawn_for_ever_are_given_up(void **state) {
  (void)state;
  asy_future_unref(spawn(phoenix, NULL));
  settle();
  assert_int_equal(1, shut_down(ASY_FOREVER));
  assert_string_equal("task phoenix did not end while its loop was shut down", asy_reports.what);
  assert_int_equal(1, asy_test_reports());
  assert_int_equal(ASY_OK, asy_loop_close(loop)); /* does not name it again */
  assert_int_equal(0, asy_test_reports());
}

/* Helps itself with a task while it cleans up. */
static asy_status cleans_up(asy_value *out_value, asy_error **out_error, void *data) {
  (void)data;
  if (wait_ms(1000) != ASY_E_CANCELLED) return ASY_E_STATE;
  return asy_await(spawn(sleeper, MS(20)), out_value, out_error);
}

/* RUN-03 */
static void test_what_a_dying_task_starts_and_awaits_runs(void **state) {
  (void)state;
  asy_task *task = spawn(cleans_up, NULL);
  settle();
  assert_int_equal(0, shut_down(ASY_FOREVER));
  assert_int_equal(20, finish_int(task));
}

static asy_status deaf(asy_value *out_value, asy_error **out_error, void *ms) {
  (void)out_value, (void)out_error;
  for (uint64_t end = asy_loop_time(loop) + (uint64_t)(uintptr_t)ms * ASY_MILLISECOND; asy_loop_time(loop) < end;)
    if (wait_ms(10) == ASY_E_CLOSED) return ASY_E_CLOSED;
  return ASY_OK;
}

/* RUN-05 */
static void test_a_stubborn_task_is_waited_for(void **state) {
  (void)state;
  asy_task *task = spawn(deaf, MS(5000));
  settle();
  assert_int_equal(0, shut_down(ASY_FOREVER));
  assert_int_equal(ASY_OK, finish(task));
}

static char reported[4][120];
static int report_count;
static void keep_report(asy_loop *from, asy_error *error, const char *what, void *data) {
  (void)from, (void)data;
  if (report_count < 4)
    snprintf(reported[report_count], sizeof *reported, "%s: %s", what, asy_status_name(asy_error_code(error)));
  ++report_count;
}

/* W18 */
static void test_after_the_grace_every_task_that_is_left_is_named(void **state) {
  (void)state;
  asy_task_options first = {.size = sizeof first, .name = "one"}, second = {.size = sizeof second, .name = "two"};
  report_count = 0;
  asy_loop_set_report_hook(loop, keep_report, NULL, NULL);
  asy_future_unref(asy_spawn(loop, deaf, MS(100000), NULL, &first));
  asy_future_unref(asy_spawn(loop, deaf, MS(100000), NULL, &second));
  asy_future_unref(spawn(sleeper, MS(100000)));
  settle();
  assert_int_equal(2, shut_down(50 * ASY_MILLISECOND));
  assert_int_equal(2, asy_loop_task_count(loop));
  assert_int_equal(ASY_OK, asy_loop_close(loop));
  assert_int_equal(2, report_count);
  assert_string_equal("task one did not end while its loop was shut down: ASY_E_TIMEOUT", reported[0]);
  assert_string_equal("task two did not end while its loop was shut down: ASY_E_TIMEOUT", reported[1]);
}

static asy_status dies_badly(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)data;
  wait_ms(1000);
  *out_error = boom();
  return ASY_E_FOREIGN;
}

/* RUN-04 */
static void test_an_error_of_a_dying_task_is_reported_once(void **state) {
  (void)state;
  asy_task_options options = {.size = sizeof options, .name = "bad"};
  asy_task *held = asy_spawn(loop, dies_badly, NULL, NULL, &options);
  settle();
  assert_int_equal(0, shut_down(ASY_FOREVER));
  assert_string_equal("task bad failed while its loop was shut down", asy_reports.what);
  assert_int_equal(ASY_E_FOREIGN, asy_reports.last);
  assert_int_equal(1, asy_test_reports());
  asy_future_unref(held);
}

static asy_status swallows(asy_value *out_value, asy_error **out_error, void *future) {
  (void)out_value, (void)out_error;
  return asy_await(future, NULL, NULL) == ASY_E_FOREIGN ? ASY_OK : ASY_E_STATE;
}

static void test_an_error_with_a_reader_is_not_reported(void **state) {
  (void)state;
  asy_task *reader = spawn(swallows, spawn(dies_badly, NULL));
  settle();
  assert_int_equal(0, shut_down(ASY_FOREVER));
  assert_int_equal(ASY_OK, finish(reader));
}

/* Ends in the turn in which the shutdown asks it. */
static void test_a_task_that_ends_in_time_is_no_report(void **state) {
  (void)state;
  asy_event *event;
  assert_int_equal(ASY_OK, asy_event_new(loop, &event));
  asy_future *wait = asy_event_wait(event);
  asy_task *task = spawn(waiter, wait);
  settle();
  asy_future *ended = asy_loop_shutdown(loop, ASY_FOREVER);
  asy_event_set(event);
  assert_int_equal(ASY_OK, finish(ended));
  assert_int_equal(ASY_OK, finish(task));
  assert_string_equal("v", trail);
  asy_future_unref(wait);
  asy_event_unref(event);
}

static void test_only_one_shutdown_at_a_time(void **state) {
  (void)state;
  asy_future *first = asy_loop_shutdown(loop, ASY_FOREVER);
  assert_int_equal(ASY_E_BUSY, asy_future_status(asy_loop_shutdown(loop, ASY_FOREVER)));
  assert_int_equal(ASY_OK, finish(first));
  assert_int_equal(0, shut_down(ASY_FOREVER));
}

static void test_a_cancelled_shutdown_asks_nobody_any_more(void **state) {
  (void)state;
  asy_task *task = spawn(sleeper, MS(10));
  asy_future *ended = asy_loop_shutdown(loop, ASY_SECOND);
  asy_future_cancel(ended, NULL);
  assert_int_equal(ASY_E_CANCELLED, finish(ended));
  assert_int_equal(10, finish_int(task));
}

static void test_closing_the_loop_ends_a_shutdown(void **state) {
  (void)state;
  asy_future_unref(spawn(deaf, MS(1000)));
  asy_future *ended = asy_loop_shutdown(loop, ASY_SECOND);
  settle();
  assert_int_equal(ASY_OK, asy_loop_close(loop));
  assert_int_equal(ASY_E_CLOSED, asy_future_status(ended));
  asy_future_unref(ended);
  assert_int_equal(ASY_E_CLOSED, asy_future_status(asy_loop_shutdown(loop, 0)));
  assert_int_equal(1, asy_test_reports()); /* the task */
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      TASK_TEST(test_an_idle_loop_is_shut_down_at_once),
      TASK_TEST(test_every_task_is_cancelled_and_awaited),
      TASK_TEST(test_the_caller_is_spared_and_those_that_wait_for_it_are_not),
      TASK_TEST(test_who_waits_for_the_shutdown_is_spared),
      TASK_TEST(test_late_spawns_are_cancelled_in_their_turn),
      TASK_TEST(test_tasks_that_respawn_for_ever_are_given_up),
      TASK_TEST(test_what_a_dying_task_starts_and_awaits_runs),
      TASK_TEST(test_a_stubborn_task_is_waited_for),
      TASK_TEST(test_after_the_grace_every_task_that_is_left_is_named),
      TASK_TEST(test_an_error_of_a_dying_task_is_reported_once),
      TASK_TEST(test_an_error_with_a_reader_is_not_reported),
      TASK_TEST(test_a_task_that_ends_in_time_is_no_report),
      TASK_TEST(test_only_one_shutdown_at_a_time),
      TASK_TEST(test_a_cancelled_shutdown_asks_nobody_any_more),
      TASK_TEST(test_closing_the_loop_ends_a_shutdown),
  };
  return asy_test_main(argc, argv, "shutdown", tests);
}
