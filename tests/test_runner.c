/* A program's run from its beginning to its end, and what a SIGINT does to it. */
#include "asy_task_test.h"

#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static const asy_loop_options virtual_clock = {sizeof(asy_loop_options), ASY_LOOP_VIRTUAL_CLOCK, 0, 0};
static asy_runner_options options;
static int64_t number;
static asy_status inner;

static int setup(void **state) {
  (void)state;
  options = (asy_runner_options){.size = sizeof options, .loop = &virtual_clock, .flags = ASY_RUNNER_INTERRUPT};
  trail[0] = 0;
  freed = 0;
  number = 0;
  inner = 1;
  loop = NULL;
  asy_test_reports();
  return 0;
}
static int teardown(void **state) {
  (void)state;
  struct sigaction now;
  sigaction(SIGINT, NULL, &now);
  return now.sa_handler != SIG_DFL || asy_test_reports();
}
#define RUNNER_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

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
static void enter(void) {
  loop = asy_loop_current();
  asy_loop_set_report_hook(loop, asy_test_on_report, NULL, NULL);
}

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

/* ---- SIGINT */

static asy_status interrupts_itself(asy_value *out_value, asy_error **out_error, void *data) {
  enter();
  kill(getpid(), SIGINT);
  return data ? stubborn(out_value, out_error, MS(100)) : sleeper(out_value, out_error, MS(100));
}

/* RUN-09 SIG-07 */
static void test_the_first_interrupt_cancels_main(void **state) {
  (void)state;
  assert_int_equal(ASY_E_INTERRUPTED, run(interrupts_itself, NULL));
  assert_string_equal("x", trail);
}

/* RUN-09 */
static void test_a_main_that_swallows_it_gives_its_value(void **state) {
  (void)state;
  assert_int_equal(ASY_OK, run(interrupts_itself, MS(1)));
  assert_int_equal(77, number);
}

static asy_status interrupted_and_cancelled(asy_value *out_value, asy_error **out_error, void *data) {
  (void)data;
  enter();
  asy_task_cancel(asy_task_current(loop), NULL);
  kill(getpid(), SIGINT);
  wait_ms(0);
  return sleeper(out_value, out_error, MS(100));
}

/* RUN-10 */
static void test_another_request_beside_it_makes_it_a_cancel(void **state) {
  (void)state;
  assert_int_equal(ASY_E_CANCELLED, run(interrupted_and_cancelled, NULL));
}

static asy_status interrupted_twice(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error, (void)data;
  enter();
  kill(getpid(), SIGINT);
  wait_ms(100); /* cancelled; a cleanup that takes long */
  kill(getpid(), SIGINT);
  return ASY_OK;
}
static asy_status interrupted_twice_at_once(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error, (void)data;
  kill(getpid(), SIGINT);
  kill(getpid(), SIGINT);
  return ASY_OK;
}

/* RUN-10: also of a main that never gives the loop its turn */
static void test_the_second_interrupt_ends_the_process(void **state) {
  (void)state;
  const asy_run_cb mains[] = {interrupted_twice, interrupted_twice_at_once};
  for (int i = 0; i < 2; ++i) {
    int status;
    pid_t child = fork();
    if (child == 0) {
      asy_run(mains[i], NULL, NULL, &options, NULL, NULL);
      _exit(0);
    }
    assert_int_equal(child, waitpid(child, &status, 0));
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGINT);
  }
}

static volatile sig_atomic_t own_calls;
static void own_handler(int signum) { (void)signum, ++own_calls; }

/* RUN-09 RUN-10 */
static void test_a_handler_of_the_program_is_left_alone(void **state) {
  (void)state;
  own_calls = 0;
  signal(SIGINT, own_handler);
  assert_int_equal(ASY_OK, run(interrupts_itself, NULL));
  assert_int_equal(100, number);
  assert_int_equal(1, own_calls);
  signal(SIGINT, SIG_DFL);
}

static asy_status handler_now(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_error, (void)data;
  struct sigaction now;
  sigaction(SIGINT, NULL, &now);
  asy_value_set_int(out_value, now.sa_handler == SIG_DFL ? 0 : now.sa_flags & SA_ONSTACK ? 1 : 2);
  return ASY_OK;
}

/* RUN-10 */
static void test_the_handler_is_there_only_while_main_runs_and_when_asked_for(void **state) {
  (void)state;
  assert_int_equal(ASY_OK, run(handler_now, NULL));
  assert_int_equal(1, number); /* the teardown looks for the default after each */
  options.flags = 0;
  freed = 0;
  assert_int_equal(ASY_OK, run(handler_now, NULL));
  assert_int_equal(0, number);
}

static asy_status installs_its_own(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error, (void)data;
  signal(SIGINT, own_handler);
  return ASY_OK;
}

/* RUN-10 */
static void test_a_handler_that_main_installed_stays(void **state) {
  (void)state;
  struct sigaction now;
  assert_int_equal(ASY_OK, run(installs_its_own, NULL));
  sigaction(SIGINT, NULL, &now);
  assert_true(now.sa_handler == own_handler);
  signal(SIGINT, SIG_DFL);
}

static asy_status waits_for_a_signal(asy_value *out_value, asy_error **out_error, void *data) {
  (void)data;
  enter();
  return asy_await(asy_sleep(loop, ASY_FOREVER), out_value, out_error);
}
static void *interrupt_soon(void *data) {
  usleep(2000);
  kill(getpid(), SIGINT);
  return data;
}

/* RUN-09 */
static void test_an_interrupt_wakes_a_sleeping_loop(void **state) {
  (void)state;
  pthread_t thread;
  options.loop = NULL;
  pthread_create(&thread, NULL, interrupt_soon, NULL);
  assert_int_equal(ASY_E_INTERRUPTED, run(waits_for_a_signal, NULL));
  pthread_join(thread, NULL);
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
      RUNNER_TEST(test_runs_share_a_loop_that_is_made_at_first_use),
      RUNNER_TEST(test_a_closed_runner_refuses_everything),
      RUNNER_TEST(test_a_dropped_open_runner_is_reported),
      RUNNER_TEST(test_another_thread_cannot_use_a_runner),
      RUNNER_TEST(test_the_first_interrupt_cancels_main),
      RUNNER_TEST(test_a_main_that_swallows_it_gives_its_value),
      RUNNER_TEST(test_another_request_beside_it_makes_it_a_cancel),
      RUNNER_TEST(test_the_second_interrupt_ends_the_process),
      RUNNER_TEST(test_a_handler_of_the_program_is_left_alone),
      RUNNER_TEST(test_the_handler_is_there_only_while_main_runs_and_when_asked_for),
      RUNNER_TEST(test_a_handler_that_main_installed_stays),
      RUNNER_TEST(test_an_interrupt_wakes_a_sleeping_loop),
  };
  return asy_test_main(argc, argv, "runner", tests);
}
