/* A program's run from its beginning to its end. */
#include "asy_runner_test.h"

#include <stdlib.h>

static asy_status inner;

static asy_status answers(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_error;
  enter();
  if (asy_loop_time(loop) != ASY_SECOND) return ASY_E_STATE; /* the options' clock */
  asy_value_set_int(out_value, (int64_t)(uintptr_t)data);
  asy_loop_ref(loop);
  return ASY_OK;
}

/* RUN-01 RUN-08 EXT-03 */
static void test_a_run_gives_the_result_and_closes_its_loop(void **state) {
  (void)state;
  assert_int_equal(ASY_OK, run(answers, MS(42)));
  assert_int_equal(42, number);
  assert_true(asy_loop_is_closed(loop));
  asy_loop_unref(loop);
}

static asy_status fails(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)data;
  *out_error = boom();
  return ASY_E_FOREIGN;
}

/* RUN-01 */
static void test_a_run_gives_the_error(void **state) {
  (void)state;
  asy_error *error;
  assert_int_equal(ASY_E_FOREIGN, asy_run(fails, NULL, NULL, &options, NULL, &error));
  assert_string_equal("boom", asy_error_message(error));
  asy_error_unref(error);
  assert_int_equal(ASY_E_FOREIGN, asy_run(fails, NULL, NULL, &options, NULL, NULL));
}

static asy_status nested(asy_value *out_value, asy_error **out_error, void *runner) {
  (void)out_value, (void)out_error;
  enter();
  asy_runner_options plain = {.size = sizeof plain};
  inner = asy_run(answers, NULL, count_free, &plain, NULL, NULL);
  note(asy_runner_run(runner, answers, NULL, count_free, NULL, NULL) == ASY_E_STATE ? "r" : "?");
  note(asy_runner_close(runner) == ASY_E_STATE ? "c" : "?");
  return ASY_OK;
}

/* RUN-01 RUN-07 LOOP-14 */
static void test_a_run_inside_a_running_loop_is_refused(void **state) {
  (void)state;
  asy_runner *runner;
  assert_int_equal(ASY_OK, asy_runner_new(&options, &runner));
  assert_int_equal(ASY_OK, asy_runner_run(runner, nested, runner, NULL, NULL, NULL));
  assert_int_equal(ASY_E_STATE, inner);
  assert_string_equal("rc", trail);
  assert_int_equal(2, freed);
  assert_int_equal(ASY_OK, asy_runner_close(runner));
  asy_runner_unref(runner);
}

static void test_bad_arguments_are_refused_and_consumed(void **state) {
  (void)state;
  asy_runner *runner;
  asy_error *error;
  asy_loop_options unknown_loop = {sizeof unknown_loop, 1u << 30, 0, 0};
  asy_runner_options unknown = {.size = sizeof unknown, .flags = 1u << 30}, bad_loop = {.size = sizeof bad_loop};
  bad_loop.loop = &unknown_loop;
  assert_int_equal(ASY_E_INVALID, asy_run(NULL, NULL, count_free, &options, NULL, &error));
  assert_int_equal(ASY_E_INVALID, asy_error_code(error));
  assert_int_equal(ASY_E_INVALID, asy_run(fails, NULL, count_free, &unknown, NULL, NULL));
  assert_int_equal(ASY_E_INVALID, asy_runner_new(&bad_loop, &runner));
  assert_null(runner);
  assert_int_equal(ASY_E_INVALID, asy_runner_new(NULL, NULL));
  assert_int_equal(ASY_E_INVALID, asy_runner_run(NULL, fails, NULL, count_free, NULL, NULL));
  assert_int_equal(ASY_E_INVALID, asy_runner_run_future(NULL, NULL));
  assert_int_equal(ASY_E_INVALID, asy_runner_close(NULL));
  assert_null(asy_runner_loop(NULL));
  assert_null(asy_runner_ref(NULL));
  asy_runner_unref(NULL);
  assert_int_equal(3, freed);
}

static asy_status leaves_tasks(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_error, (void)data;
  enter();
  asy_future_unref(spawn(sleeper, MS(1000000)));
  asy_future_unref(spawn(stubborn, MS(1000000)));
  asy_status status = wait_ms(0);
  asy_value_set_int(out_value, 7);
  return status;
}

/* RUN-02 RUN-03 RUN-05 */
static void test_what_main_leaves_is_cancelled_and_awaited(void **state) {
  (void)state;
  assert_int_equal(ASY_OK, run(leaves_tasks, NULL));
  assert_int_equal(7, number);
  assert_string_equal("xs", trail);
}

static asy_status dies_badly(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)data;
  wait_ms(1000);
  *out_error = boom();
  return ASY_E_FOREIGN;
}
static asy_status leaves_trouble(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_error, (void)data;
  enter();
  if (data) asy_loop_set_report_policy(loop, ASY_REPORT_RAISE);
  asy_future_unref(spawn(dies_badly, NULL));
  asy_future_unref(spawn(dies_badly, NULL));
  wait_ms(0);
  asy_value_set_int(out_value, 8);
  asy_loop_ref(loop);
  return ASY_OK;
}

/* RUN-04 RUN-03: also when each report ends a run */
static void test_leftovers_that_fail_are_reported_and_main_is_answered(void **state) {
  (void)state;
  for (int raise = 0; raise < 2; ++raise) {
    freed = 0;
    assert_int_equal(ASY_OK, run(leaves_trouble, MS(raise)));
    assert_int_equal(8, number);
    assert_int_equal(2, asy_test_reports());
    assert_true(asy_loop_is_closed(loop));
    asy_loop_unref(loop);
  }
}

static asy_status deaf(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error, (void)data;
  while (wait_ms(10) != ASY_E_CLOSED) {}
  return ASY_E_CLOSED;
}
static asy_status leaves_the_deaf(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error, (void)data;
  enter();
  asy_task_options name = {.size = sizeof name, .name = "deaf"};
  asy_future_unref(asy_spawn(loop, deaf, NULL, NULL, &name));
  return wait_ms(1);
}

/* W18 */
static void test_after_the_grace_the_loop_is_closed_all_the_same(void **state) {
  (void)state;
  options.grace_ns = ASY_SECOND;
  assert_int_equal(ASY_OK, run(leaves_the_deaf, NULL));
  assert_string_equal("task deaf did not end while its loop was shut down", asy_reports.what);
  assert_int_equal(1, asy_test_reports());
}

static asy_status is_debug(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_error, (void)data;
  asy_value_set_int(out_value, asy_loop_is_debug(asy_loop_current()));
  return ASY_OK;
}

/* RUN-11 */
static void test_debugging_is_asked_for_by_flag_or_environment(void **state) {
  (void)state;
  asy_loop_options debug = {sizeof debug, ASY_LOOP_DEBUG, 0, 0}, plain = {sizeof plain, 0, 0, 0};
  const char *before = getenv("LIBASYNC_DEBUG");
  assert_null(before);
  options.loop = &plain;
  assert_int_equal(ASY_OK, run(is_debug, NULL));
  assert_int_equal(0, number);
  options.loop = &debug;
  freed = 0;
  assert_int_equal(ASY_OK, run(is_debug, NULL));
  assert_int_equal(1, number);
  setenv("LIBASYNC_DEBUG", "1", 1);
  options.loop = &plain;
  freed = 0;
  asy_status status = run(is_debug, NULL);
  unsetenv("LIBASYNC_DEBUG");
  assert_int_equal(ASY_OK, status);
  assert_int_equal(1, number);
}

/* RUN-07 */
static void test_runs_share_a_loop_that_is_made_at_first_use(void **state) {
  (void)state;
  asy_runner *runner;
  asy_value value;
  assert_int_equal(ASY_OK, asy_runner_new(&options, &runner));
  assert_int_equal(ASY_OK, asy_runner_run(runner, leaves_tasks, NULL, NULL, NULL, NULL));
  assert_ptr_equal(loop, asy_runner_loop(runner));
  assert_string_equal("", trail); /* they go on */
  assert_int_equal(ASY_OK, asy_runner_run(runner, sleeper, MS(30), NULL, &value, NULL));
  assert_int_equal(30, asy_value_int(&value));
  asy_task *task = spawn(sleeper, MS(5));
  assert_int_equal(ASY_OK, asy_runner_run_future(runner, task));
  assert_int_equal(5, finish_int(task));
  assert_int_equal(ASY_OK, asy_runner_close(runner));
  assert_string_equal("xs", trail);
  asy_runner_unref(runner);
}

static asy_context_var *variable;
static asy_status sets(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_error, (void)data;
  asy_value two;
  asy_status got = asy_context_get(NULL, variable, out_value);
  asy_value_set_int(&two, asy_value_int(out_value) + 1);
  asy_status set = asy_context_set(NULL, variable, &two, NULL);
  return got ? got : set;
}

/* RUN-07 CTX-03 */
static void test_runs_share_a_context_that_nobody_else_sees(void **state) {
  (void)state;
  asy_runner *runner;
  asy_value value;
  asy_value_set_int(&value, 1);
  assert_int_equal(ASY_OK, asy_context_var_new("counter", &value, &variable));
  assert_int_equal(ASY_OK, asy_runner_new(&options, &runner));
  for (int i = 1; i < 4; ++i) {
    assert_int_equal(ASY_OK, asy_runner_run(runner, sets, NULL, NULL, &value, NULL));
    assert_int_equal(i, asy_value_int(&value));
  }
  assert_int_equal(ASY_OK, asy_context_get(NULL, variable, &value));
  assert_int_equal(1, asy_value_int(&value));
  assert_int_equal(ASY_OK, asy_runner_close(runner));
  asy_runner_unref(runner);
  asy_context_var_unref(variable);
}

/* RUN-07 */
static void test_a_closed_runner_refuses_everything(void **state) {
  (void)state;
  asy_runner *runner;
  assert_int_equal(ASY_OK, asy_runner_new(NULL, &runner));
  assert_int_equal(ASY_OK, asy_runner_close(runner));
  assert_int_equal(ASY_OK, asy_runner_close(runner));
  assert_int_equal(ASY_E_CLOSED, asy_runner_run(runner, fails, NULL, count_free, NULL, NULL));
  assert_null(asy_runner_loop(runner));
  assert_int_equal(1, freed);
  asy_future *none = asy_sleep(NULL, 0);
  assert_int_equal(ASY_E_CLOSED, asy_runner_run_future(runner, none));
  asy_runner_unref(runner);
}

/* LOOP-23 */
static void test_a_dropped_open_runner_is_reported(void **state) {
  (void)state;
  asy_runner *runner;
  assert_int_equal(ASY_OK, asy_runner_new(&options, &runner));
  asy_loop_set_report_hook(asy_runner_loop(runner), asy_test_on_report, NULL, NULL);
  asy_runner_unref(asy_runner_ref(runner));
  assert_int_equal(0, asy_test_reports());
  asy_runner_unref(runner);
  assert_string_equal("the last handle of an open loop was released without asy_loop_close", asy_reports.what);
  assert_int_equal(1, asy_test_reports());
}

static void *use_elsewhere(void *runner) {
  asy_status ran = asy_runner_run(runner, fails, NULL, NULL, NULL, NULL), closed = asy_runner_close(runner);
  return (void *)(uintptr_t)(ran == ASY_E_WRONG_THREAD && closed == ASY_E_WRONG_THREAD && !asy_runner_loop(runner));
}

static void test_another_thread_cannot_use_a_runner(void **state) {
  (void)state;
  asy_runner *runner;
  pthread_t thread;
  void *refused;
  assert_int_equal(ASY_OK, asy_runner_new(&options, &runner));
  assert_non_null(asy_runner_loop(runner));
  pthread_create(&thread, NULL, use_elsewhere, runner);
  pthread_join(thread, &refused);
  assert_non_null(refused);
  assert_int_equal(ASY_OK, asy_runner_close(runner));
  asy_runner_unref(runner);
}

static asy_status lets_go(asy_value *out_value, asy_error **out_error, void *runner) {
  (void)out_error;
  asy_runner_unref(runner);
  asy_value_set_int(out_value, 3);
  return ASY_OK;
}

/* LOOP-08 */
static void test_a_main_that_lets_go_of_its_runner_ends_well(void **state) {
  asy_runner *runner;
  asy_value value;
  (void)state;
  assert_int_equal(ASY_OK, asy_runner_new(NULL, &runner));
  asy_loop_set_report_hook(asy_runner_loop(runner), asy_test_on_report, NULL, NULL);
  assert_int_equal(ASY_OK, asy_runner_run(runner, lets_go, runner, NULL, &value, NULL));
  assert_int_equal(3, asy_value_int(&value));
  assert_int_equal(1, asy_test_reports()); /* nobody closed it */
  assert_int_equal(ASY_E_STATE, asy_reports.last);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      RUNNER_TEST(test_a_run_gives_the_result_and_closes_its_loop),
      RUNNER_TEST(test_a_run_gives_the_error),
      RUNNER_TEST(test_a_run_inside_a_running_loop_is_refused),
      RUNNER_TEST(test_bad_arguments_are_refused_and_consumed),
      RUNNER_TEST(test_what_main_leaves_is_cancelled_and_awaited),
      RUNNER_TEST(test_leftovers_that_fail_are_reported_and_main_is_answered),
      RUNNER_TEST(test_after_the_grace_the_loop_is_closed_all_the_same),
      RUNNER_TEST(test_debugging_is_asked_for_by_flag_or_environment),
      RUNNER_TEST(test_runs_share_a_loop_that_is_made_at_first_use),
      RUNNER_TEST(test_runs_share_a_context_that_nobody_else_sees),
      RUNNER_TEST(test_a_closed_runner_refuses_everything),
      RUNNER_TEST(test_a_dropped_open_runner_is_reported),
      RUNNER_TEST(test_another_thread_cannot_use_a_runner),
      cmocka_unit_test(test_a_main_that_lets_go_of_its_runner_ends_well),
  };
  return asy_test_main(argc, argv, "runner", tests);
}
