/* Waiting for signals. */
#define _GNU_SOURCE /* thread numbers */
#include "asy_asleep_test.h"
#include "asy_test.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

static int own_calls;
static void own_handler(int number) { (void)number, ++own_calls; }

static struct sigaction action_of(int number) {
  struct sigaction now;
  assert_int_equal(0, sigaction(number, NULL, &now));
  return now;
}

/* SIG-01 */
static void test_a_signal_completes_the_wait_with_its_number(void **state) {
  asy_future *wait = asy_signal_wait(*state, SIGUSR1);
  int64_t number = 0;
  assert_int_equal(0, asy_future_is_done(wait));
  kill(getpid(), SIGUSR1);
  assert_int_equal(ASY_OK, asy_test_finish(*state, wait, &number));
  assert_int_equal(SIGUSR1, number);
}

/* SIG-01 */
static void test_everybody_who_waits_hears_the_signal(void **state) {
  asy_future *first = asy_signal_wait(*state, SIGUSR1), *second = asy_signal_wait(*state, SIGUSR1);
  kill(getpid(), SIGUSR1);
  assert_int_equal(ASY_OK, asy_test_finish(*state, first, NULL));
  assert_int_equal(ASY_OK, asy_test_finish(*state, second, NULL));
}

/* SIG-02 */
static void test_numbers_that_cannot_be_caught_are_refused(void **state) {
  const int numbers[] = {0, -1, 4096, SIGKILL, SIGSTOP};
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; ++i)
    assert_int_equal(ASY_E_INVALID, asy_test_finish(*state, asy_signal_wait(*state, numbers[i]), NULL));
  assert_int_equal(ASY_E_INVALID, asy_future_status(asy_signal_wait(NULL, SIGUSR1)));
}

/* SIG-03 */
static void test_the_last_wait_leaves_the_process_as_it_was(void **state) {
  struct sigaction own = {.sa_handler = own_handler};
  own_calls = 0;
  sigaction(SIGUSR2, &own, NULL);
  asy_future *first = asy_signal_wait(*state, SIGUSR2), *second = asy_signal_wait(*state, SIGUSR2);
  assert_true(action_of(SIGUSR2).sa_handler != own_handler);
  asy_future_cancel(first, NULL);
  assert_true(action_of(SIGUSR2).sa_handler != own_handler);
  asy_future_cancel(second, NULL);
  assert_true(action_of(SIGUSR2).sa_handler == own_handler);
  kill(getpid(), SIGUSR2);
  assert_int_equal(1, own_calls);
  assert_int_equal(ASY_E_CANCELLED, asy_test_finish(*state, first, NULL));
  assert_int_equal(ASY_E_CANCELLED, asy_test_finish(*state, second, NULL));
  signal(SIGUSR2, SIG_DFL);
}

/* SIG-01 */
static void test_the_handler_runs_on_the_alternate_stack(void **state) {
  asy_future *wait = asy_signal_wait(*state, SIGUSR1);
  assert_true(action_of(SIGUSR1).sa_flags & SA_ONSTACK);
  asy_future_unref(wait);
  assert_true(action_of(SIGUSR1).sa_handler == SIG_DFL);
  asy_test_turn(*state);
}

/* SIG-04 */
static void test_closing_the_loop_removes_the_handler(void **state) {
  asy_future *wait = asy_signal_wait(*state, SIGUSR1);
  assert_int_equal(ASY_OK, asy_loop_close(*state));
  assert_true(action_of(SIGUSR1).sa_handler == SIG_DFL);
  asy_future_unref(wait);
}

static void *interrupt(void *data) {
  until_others_sleep();
  kill(getpid(), SIGUSR1);
  return data;
}

/* SIG-01 */
static void test_a_signal_wakes_a_sleeping_poll(void **state) {
  asy_future *wait = asy_signal_wait(*state, SIGUSR1);
  pthread_t thread;
  pthread_create(&thread, NULL, interrupt, NULL);
  assert_int_equal(ASY_OK, asy_test_finish(*state, wait, NULL));
  pthread_join(thread, NULL);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      ASY_TEST(test_a_signal_completes_the_wait_with_its_number),
      ASY_TEST(test_everybody_who_waits_hears_the_signal),
      ASY_TEST(test_numbers_that_cannot_be_caught_are_refused),
      ASY_TEST(test_the_last_wait_leaves_the_process_as_it_was),
      ASY_TEST(test_the_handler_runs_on_the_alternate_stack),
      ASY_TEST(test_closing_the_loop_removes_the_handler),
      ASY_TEST(test_a_signal_wakes_a_sleeping_poll),
  };
  return asy_test_main(argc, argv, "signal", tests);
}
