/* For tests that run mains from beginning to end, each on a loop of its own. */
#ifndef ASY_RUNNER_TEST_H
#define ASY_RUNNER_TEST_H
#include "asy_task_test.h"

#include <pthread.h>
#include <signal.h>

static const asy_loop_options virtual_clock = {sizeof(asy_loop_options), ASY_LOOP_VIRTUAL_CLOCK, 0, 0};
static asy_runner_options options;
static int64_t number;

static UNUSED int runner_setup(void **state) {
  (void)state;
  options = (asy_runner_options){.size = sizeof options, .loop = &virtual_clock, .flags = ASY_RUNNER_INTERRUPT};
  trail[0] = 0;
  freed = 0;
  number = 0;
  loop = NULL;
  asy_test_reports();
  return 0;
}
static UNUSED int runner_teardown(void **state) {
  (void)state;
  struct sigaction now;
  sigaction(SIGINT, NULL, &now);
  return now.sa_handler != SIG_DFL || asy_test_reports();
}
#define RUNNER_TEST(f) cmocka_unit_test_setup_teardown(f, runner_setup, runner_teardown)

/* Runs `body` from beginning to end; its integer is in `number`. */
static asy_status run(asy_run_cb body, void *data) {
  asy_value value;
  asy_error *error;
  asy_status status = asy_run(body, data, count_free, &options, &value, &error);
  assert_int_equal(status, error ? asy_error_code(error) : ASY_OK);
  number = asy_value_int(&value);
  asy_value_clear(&value);
  asy_error_unref(error);
  assert_int_equal(1, freed);
  return status;
}
static UNUSED void enter(void) {
  loop = asy_loop_current();
  asy_loop_set_report_hook(loop, asy_test_on_report, NULL, NULL);
}
#endif
