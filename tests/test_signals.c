/* Streams and handlers of signals; what becomes of the program's own. */
#include "asy_task_test.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

static const int32_t both[] = {SIGUSR1, SIGUSR2};
static asy_signals *signals;
static int own_calls;
static void own_handler(int number) { (void)number, ++own_calls; }

static struct sigaction action_of(int number) {
  struct sigaction now;
  sigaction(number, NULL, &now);
  return now;
}
static int is_default(int number) { return action_of(number).sa_handler == SIG_DFL; }

static int setup(void **state) {
  int failed = asy_task_setup(state);
  own_calls = 0;
  signal(SIGUSR1, SIG_DFL);
  signal(SIGUSR2, SIG_DFL);
  return failed || asy_signals_new(loop, both, 2, &signals);
}
static int teardown(void **state) {
  asy_signals_unref(signals);
  int failed = asy_test_teardown(state);
  signal(SIGUSR1, SIG_DFL);
  signal(SIGUSR2, SIG_DFL);
  return failed;
}
#define SIGNALS_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

static void on_signal(void *letter) { note(letter); }
static void send(int number) {
  kill(getpid(), number);
  settle();
}
static int64_t next(void) { return finish_int(asy_signals_next(signals)); }

/* W25 SIG-05 */
static void test_arrivals_between_two_asks_are_kept_in_order(void **state) {
  (void)state;
  send(SIGUSR2);
  send(SIGUSR1);
  send(SIGUSR2);
  assert_int_equal(SIGUSR2, next());
  assert_int_equal(SIGUSR1, next());
  assert_int_equal(SIGUSR2, next());
  asy_future *later = asy_signals_next(signals);
  assert_int_equal(0, asy_future_is_done(later));
  assert_int_equal(ASY_E_BUSY, asy_future_status(asy_signals_next(signals)));
  send(SIGUSR1);
  assert_int_equal(SIGUSR1, finish_int(later));
}

/* SIG-05 */
static void test_a_flood_keeps_one_of_each(void **state) {
  (void)state;
  for (int i = 0; i < 200; ++i) {
    kill(getpid(), SIGUSR1);
    asy_test_turn(loop);
  }
  send(SIGUSR2);
  int64_t number = 0, came = 0;
  while (number != SIGUSR2) number = next(), ++came;
  assert_in_range(came, 2, 128);
}

/* A cancelled wait takes nothing with it. */
static void test_a_cancelled_wait_leaves_the_next_its_signal(void **state) {
  (void)state;
  asy_future *wait = asy_signals_next(signals);
  asy_future_cancel(wait, NULL);
  assert_int_equal(ASY_E_CANCELLED, finish(wait));
  asy_future_unref(asy_signals_next(signals));
  send(SIGUSR1);
  assert_int_equal(SIGUSR1, next());
}

/* W25 SIG-01 */
static void test_everybody_hears_a_signal(void **state) {
  (void)state;
  asy_signals *other;
  asy_loop *far;
  assert_int_equal(ASY_OK, asy_loop_new(NULL, &far));
  assert_int_equal(ASY_OK, asy_signals_new(far, both, 1, &other));
  asy_future *wait = asy_signal_wait(loop, SIGUSR1);
  assert_int_equal(ASY_OK, asy_loop_add_signal_handler(loop, SIGUSR1, on_signal, "h", NULL));
  send(SIGUSR1);
  assert_int_equal(SIGUSR1, next());
  assert_int_equal(SIGUSR1, finish_int(wait));
  assert_string_equal("h", trail);
  int64_t number = 0;
  assert_int_equal(ASY_OK, asy_test_finish(far, asy_signals_next(other), &number));
  assert_int_equal(SIGUSR1, number);
  asy_signals_unref(other);
  assert_int_equal(ASY_OK, asy_loop_close(far));
  asy_loop_unref(far);
}

/* W25 SIG-03 */
static void test_a_close_ends_the_wait_and_leaves_the_default(void **state) {
  (void)state;
  asy_future *wait = asy_signals_next(signals);
  assert_true(action_of(SIGUSR1).sa_flags & SA_ONSTACK);
  assert_int_equal(ASY_OK, asy_signals_close(signals));
  assert_true(is_default(SIGUSR1) && is_default(SIGUSR2));
  assert_int_equal(ASY_E_CLOSED, finish(wait));
  assert_int_equal(ASY_E_CLOSED, asy_future_status(asy_signals_next(signals)));
  assert_int_equal(ASY_OK, asy_signals_close(signals));
}

/* SIG-03 SIG-04 */
static void test_the_last_reference_and_the_loops_close_leave_the_default(void **state) {
  (void)state;
  asy_signals_unref(signals);
  assert_true(is_default(SIGUSR1) && is_default(SIGUSR2));
  assert_int_equal(ASY_OK, asy_signals_new(loop, both, 2, &signals));
  assert_int_equal(ASY_OK, asy_loop_add_signal_handler(loop, SIGUSR1, on_signal, "h", count_free));
  asy_future *wait = asy_signals_next(signals);
  kill(getpid(), SIGUSR1);
  assert_int_equal(ASY_OK, asy_loop_close(loop));
  assert_true(is_default(SIGUSR1) && is_default(SIGUSR2));
  assert_int_equal(ASY_E_CLOSED, asy_future_status(wait));
  assert_int_equal(1, freed);
  assert_string_equal("", trail);
  asy_future_unref(wait);
}

/* SIG-03: before, and while we watch */
static void test_the_programs_own_handler_survives(void **state) {
  (void)state;
  asy_signals *more;
  asy_signals_close(signals);
  signal(SIGUSR1, own_handler);
  assert_int_equal(ASY_OK, asy_signals_new(loop, both, 2, &more));
  assert_true(action_of(SIGUSR1).sa_handler != own_handler);
  signal(SIGUSR2, own_handler); /* whoever comes last has it */
  asy_signals_unref(more);
  assert_true(action_of(SIGUSR1).sa_handler == own_handler);
  assert_true(action_of(SIGUSR2).sa_handler == own_handler);
  kill(getpid(), SIGUSR1);
  kill(getpid(), SIGUSR2);
  assert_int_equal(2, own_calls);
}

/* SIG-01 */
static void test_a_handler_is_an_ordinary_callback(void **state) {
  (void)state;
  assert_int_equal(ASY_OK, asy_loop_add_signal_handler(loop, SIGUSR1, on_signal, "a", count_free));
  kill(getpid(), SIGUSR1);
  assert_string_equal("", trail);
  settle();
  send(SIGUSR1);
  assert_string_equal("aa", trail);
  assert_int_equal(ASY_OK, asy_loop_add_signal_handler(loop, SIGUSR1, on_signal, "b", count_free));
  assert_int_equal(1, freed); /* the one before */
  send(SIGUSR1);
  assert_string_equal("aab", trail);
}

/* SIG-03 */
static void test_a_removed_handler_is_called_no_more(void **state) {
  (void)state;
  asy_signals_close(signals);
  assert_int_equal(ASY_E_NOT_FOUND, asy_loop_remove_signal_handler(loop, SIGUSR1));
  assert_int_equal(ASY_OK, asy_loop_add_signal_handler(loop, SIGUSR1, on_signal, "a", count_free));
  assert_int_equal(ASY_E_NOT_FOUND, asy_loop_remove_signal_handler(loop, SIGUSR2));
  assert_int_equal(ASY_OK, asy_loop_remove_signal_handler(loop, SIGUSR1));
  assert_int_equal(1, freed);
  assert_true(is_default(SIGUSR1));
  assert_int_equal(ASY_E_NOT_FOUND, asy_loop_remove_signal_handler(loop, SIGUSR1));
}

static void remove_itself(void *data) {
  note(data);
  asy_loop_remove_signal_handler(loop, SIGUSR1);
  note(freed ? "!" : "");
}

static void test_a_handler_may_remove_itself(void **state) {
  (void)state;
  assert_int_equal(ASY_OK, asy_loop_add_signal_handler(loop, SIGUSR1, remove_itself, "r", count_free));
  send(SIGUSR1);
  send(SIGUSR1);
  assert_string_equal("r", trail); /* and its data was there to the end */
  assert_int_equal(1, freed);
}

/* SIG-02 */
static void test_numbers_that_cannot_be_caught_are_refused(void **state) {
  (void)state;
  const int32_t numbers[] = {0, -1, 4096, SIGKILL, SIGSTOP};
  asy_signals *none;
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; ++i) {
    const int32_t mixed[] = {SIGHUP, numbers[i]};
    assert_int_equal(ASY_E_INVALID, asy_signals_new(loop, mixed, 2, &none));
    assert_null(none);
    assert_int_equal(ASY_E_INVALID, asy_loop_add_signal_handler(loop, numbers[i], on_signal, "", count_free));
  }
  assert_true(is_default(SIGHUP));
  assert_int_equal(5, freed);
  assert_int_equal(ASY_E_INVALID, asy_signals_new(loop, both, 0, &none));
  assert_int_equal(ASY_E_INVALID, asy_signals_new(loop, NULL, 1, &none));
  assert_int_equal(ASY_E_INVALID, asy_signals_new(loop, both, 1, NULL));
  assert_int_equal(ASY_E_INVALID, asy_loop_add_signal_handler(loop, SIGUSR1, NULL, NULL, count_free));
  assert_int_equal(6, freed);
  assert_int_equal(ASY_E_INVALID, asy_signals_close(NULL));
  assert_null(asy_signals_ref(NULL));
  asy_signals_unref(asy_signals_ref(signals));
}

static void *use_elsewhere(void *data) {
  asy_signals *none;
  int refused = asy_signals_new(loop, both, 1, &none) == ASY_E_WRONG_THREAD;
  refused += asy_loop_add_signal_handler(loop, SIGUSR1, on_signal, "", NULL) == ASY_E_WRONG_THREAD;
  refused += asy_loop_remove_signal_handler(loop, SIGUSR1) == ASY_E_WRONG_THREAD;
  *(int *)data = refused + (asy_future_status(asy_signals_next(signals)) == ASY_E_WRONG_THREAD);
  return NULL;
}

/* SIG-02 */
static void test_another_thread_is_refused(void **state) {
  (void)state;
  pthread_t thread;
  int refused;
  pthread_create(&thread, NULL, use_elsewhere, &refused);
  pthread_join(thread, NULL);
  assert_int_equal(4, refused);
}

static asy_status serves(asy_value *out_value, asy_error **out_error, void *data) {
  asy_task *work = data;
  asy_status status = asy_await(asy_signals_next(signals), NULL, out_error);
  asy_task_cancel(work, "asked to stop");
  if (!status) status = asy_await(asy_signals_next(signals), out_value, out_error);
  return status;
}

/* SIG-07 ECO-05 */
static void test_the_first_signal_stops_gracefully_and_the_second_is_heard(void **state) {
  (void)state;
  asy_task *work = spawn(sleeper, (void *)(uintptr_t)UINT32_MAX), *server = spawn(serves, work);
  settle();
  send(SIGUSR1);
  assert_int_equal(ASY_E_CANCELLED, finish(work));
  send(SIGUSR2);
  assert_int_equal(SIGUSR2, finish_int(server));
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      SIGNALS_TEST(test_arrivals_between_two_asks_are_kept_in_order),
      SIGNALS_TEST(test_a_flood_keeps_one_of_each),
      SIGNALS_TEST(test_a_cancelled_wait_leaves_the_next_its_signal),
      SIGNALS_TEST(test_everybody_hears_a_signal),
      SIGNALS_TEST(test_a_close_ends_the_wait_and_leaves_the_default),
      SIGNALS_TEST(test_the_last_reference_and_the_loops_close_leave_the_default),
      SIGNALS_TEST(test_the_programs_own_handler_survives),
      SIGNALS_TEST(test_a_handler_is_an_ordinary_callback),
      SIGNALS_TEST(test_a_removed_handler_is_called_no_more),
      SIGNALS_TEST(test_a_handler_may_remove_itself),
      SIGNALS_TEST(test_numbers_that_cannot_be_caught_are_refused),
      SIGNALS_TEST(test_another_thread_is_refused),
      SIGNALS_TEST(test_the_first_signal_stops_gracefully_and_the_second_is_heard),
  };
  return asy_test_main(argc, argv, "signals", tests);
}
