/* What a SIGINT does to a run. */
#define _GNU_SOURCE /* thread numbers */
#include "asy_runner_test.h"

#include "asy_asleep_test.h"

#include <sys/wait.h>
#include <unistd.h>

static asy_status interrupts_itself(asy_value *out_value, asy_error **out_error, void *data) {
  enter();
  kill(getpid(), SIGINT);
  return data ? stubborn(out_value, out_error, MS(100)) : sleeper(out_value, out_error, MS(100));
}

/* case 22, RUN-09 SIG-07 */
static void test_the_first_interrupt_cancels_main(void **state) {
  (void)state;
  assert_int_equal(ASY_E_INTERRUPTED, run(interrupts_itself, NULL));
  assert_string_equal("x", trail);
}

/* case 22, RUN-09 */
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

/* case 22, RUN-10 */
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

/* case 22, RUN-10: also of a main that never gives the loop its turn */
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
  until_others_sleep();
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
      RUNNER_TEST(test_the_first_interrupt_cancels_main),
      RUNNER_TEST(test_a_main_that_swallows_it_gives_its_value),
      RUNNER_TEST(test_another_request_beside_it_makes_it_a_cancel),
      RUNNER_TEST(test_the_second_interrupt_ends_the_process),
      RUNNER_TEST(test_a_handler_of_the_program_is_left_alone),
      RUNNER_TEST(test_the_handler_is_there_only_while_main_runs_and_when_asked_for),
      RUNNER_TEST(test_a_handler_that_main_installed_stays),
      RUNNER_TEST(test_an_interrupt_wakes_a_sleeping_loop),
  };
  return asy_test_main(argc, argv, "interrupt", tests);
}
