/* What every C test shares: a fresh loop on a virtual clock in *state, and a teardown that fails on
   anything a test left behind. No cmocka assertion inside a callback or a stackful function: it would
   jump through the core. Record there, assert after the run. */
#ifndef ASY_TEST_H
#define ASY_TEST_H
/* cmocka wants these four first */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <libasync.h>
#include <stdlib.h>
#include <string.h>

#define UNUSED __attribute__((unused))

/* Reports that a test's loop received; those a test expects, it takes with asy_test_reports(). */
static struct {
  int count;
  asy_status last;
  char what[1200];
  int warnings_too; /* what debug mode tells: how slow the machine is, and which calls were refused */
} asy_reports;

static UNUSED void asy_test_on_report(asy_loop *loop, asy_error *error, const char *what, void *user_data) {
  (void)loop, (void)user_data;
  asy_status code = asy_error_code(error);
  if (!asy_reports.warnings_too && (code == ASY_E_SLOW || code == ASY_E_WRONG_THREAD)) return;
  ++asy_reports.count;
  asy_reports.last = code;
  strncpy(asy_reports.what, what, sizeof asy_reports.what - 1);
  char *backtrace = strstr(asy_reports.what, ", made at +0x"); /* debug mode adds it */
  if (backtrace) *backtrace = 0;
}

/* How many reports came since the last call. */
static UNUSED int asy_test_reports(void) {
  int count = asy_reports.count;
  asy_reports.count = 0;
  return count;
}

static UNUSED int asy_test_setup_options(void **state, const asy_loop_options *options) {
  asy_loop *loop;
  asy_test_reports();
  if (asy_loop_new(options, &loop)) return -1;
  *state = loop;
  return asy_loop_set_report_hook(loop, asy_test_on_report, NULL, NULL);
}
static UNUSED int asy_test_setup_flags(void **state, uint32_t flags) {
  asy_loop_options options = {.size = sizeof options, .flags = flags};
  return asy_test_setup_options(state, &options);
}
static UNUSED int asy_test_setup(void **state) { return asy_test_setup_flags(state, ASY_LOOP_VIRTUAL_CLOCK); }

static UNUSED int asy_test_teardown(void **state) {
  asy_loop *loop = *state;
  size_t tasks = asy_loop_is_closed(loop) ? 0 : asy_loop_task_count(loop);
  asy_status status = asy_loop_close(loop);
  asy_loop_unref(loop);
  int reports = asy_test_reports();
  if (tasks) print_error("%zu tasks were left\n", tasks);
  if (reports)
    print_error("%d reports were left, the last: %s (%s)\n", reports, asy_reports.what,
                asy_status_name(asy_reports.last));
  return status || tasks || reports ? -1 : 0;
}

/* A test with a fresh loop in *state. */
#define ASY_TEST(f) cmocka_unit_test_setup_teardown(f, asy_test_setup, asy_test_teardown)

/* Runs the group; argv[1] is an optional name pattern. */
#define asy_test_main(argc, argv, name, tests) \
  ((argc) > 1 ? cmocka_set_test_filter((argv)[1]) : (void)0, cmocka_run_group_tests_name(name, tests, NULL, NULL))

/* Runs until `future` is done, consumes it, and gives its status and (when asked) its integer. */
static UNUSED asy_status asy_test_finish(asy_loop *loop, asy_future *future, int64_t *out_number) {
  asy_status status = asy_loop_run_until_complete(loop, future);
  if (!status) status = asy_future_status(future);
  if (!status && out_number) *out_number = asy_value_int(asy_future_value(future));
  asy_future_unref(future);
  return status;
}

/* One turn of the loop that does not wait. */
static UNUSED void asy_test_turn(asy_loop *loop) { assert_int_equal(ASY_OK, asy_loop_step(loop, 0)); }
#endif
