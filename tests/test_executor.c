/* The threads that look names up: few, apart, and never waited for. */
#include "asy_resolver_test.h"

#include <sys/wait.h>

static int setup(void **state) {
  resolver_reset();
  return asy_test_setup_flags(state, 0);
}
/* Every look-up has left the resolver. */
static void settle(void) {
  while (__atomic_load_n(&resolver.running, __ATOMIC_SEQ_CST)) usleep(100);
}
static int teardown(void **state) {
  settle();
  return asy_test_teardown(state);
}
#define EXECUTOR_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

static void enter(int count) {
  while (count--) sem_wait(&resolver.entered);
}
static void open_gate(int count) {
  while (count--) sem_post(&resolver.gate);
}

/* DNS-05 THR-01 */
static void test_few_threads_work_on_many_jobs(void **state) {
  asy_future *all[20];
  for (int i = 0; i < 20; ++i) all[i] = asy_resolve(*state, "slow", 80);
  enter(4);
  assert_int_equal(4, __atomic_load_n(&resolver.running, __ATOMIC_SEQ_CST));
  assert_string_equal("asy-resolve", resolver.thread);
  open_gate(20);
  for (int i = 0; i < 20; ++i) assert_int_equal(ASY_OK, asy_test_finish(*state, all[i], NULL));
  assert_int_equal(4, resolver.most);
  assert_int_equal(20, resolver.calls);
}

/* THR-02 DNS-01 */
static void test_a_cancelled_job_that_waits_never_runs(void **state) {
  asy_future *busy[4], *queued;
  for (int i = 0; i < 4; ++i) busy[i] = asy_resolve(*state, "slow", 80);
  enter(4);
  queued = asy_resolve(*state, "slow", 80);
  asy_future_cancel(queued, NULL);
  assert_int_equal(ASY_E_CANCELLED, asy_test_finish(*state, queued, NULL));
  open_gate(4);
  for (int i = 0; i < 4; ++i) assert_int_equal(ASY_OK, asy_test_finish(*state, busy[i], NULL));
  assert_int_equal(4, resolver.calls);
}

/* THR-02 DNS-01 */
static void test_a_cancelled_job_that_runs_is_let_go_at_once(void **state) {
  asy_future *future = asy_resolve(*state, "slow", 80);
  enter(1);
  asy_future_cancel(future, NULL);
  assert_int_equal(ASY_E_CANCELLED, asy_test_finish(*state, future, NULL));
  open_gate(1);
  settle();
  asy_test_turn(*state);
}

static void test_a_dropped_future_lets_its_job_go(void **state) {
  asy_future *future = asy_resolve(*state, "slow", 80);
  enter(1);
  asy_future_unref(future);
  open_gate(1);
  settle();
  asy_test_turn(*state);
}

/* THR-02 LOOP-08 */
static void test_closing_the_loop_waits_for_no_job(void **state) {
  asy_future *running = asy_resolve(*state, "slow", 80), *connect;
  enter(1);
  connect = asy_transport_connect(*state, "slow too", 80);
  enter(1);
  assert_int_equal(ASY_OK, asy_loop_close(*state));
  assert_int_equal(2, __atomic_load_n(&resolver.running, __ATOMIC_SEQ_CST));
  open_gate(2);
  settle();
  asy_future_unref(running);
  asy_future_unref(connect);
}

/* LOOP-22 */
static void test_the_child_of_a_fork_has_threads_of_its_own(void **state) {
#ifdef __SANITIZE_THREAD__
  skip(); /* it supports no threads after a fork */
#endif
  assert_int_equal(ASY_OK, asy_test_finish(*state, asy_resolve(*state, "fast", 80), NULL));
  int answer[2], status = -1;
  assert_int_equal(0, pipe(answer));
  pid_t child = fork();
  if (child == 0) {
    asy_loop *loop;
    status = asy_future_status(asy_resolve(*state, "fast", 80)) == ASY_E_FORKED ? 0 : 1;
    if (asy_loop_new(NULL, &loop) || asy_test_finish(loop, asy_resolve(loop, "fast", 80), NULL)) status = 2;
    if (asy_loop_close(loop)) status = 3;
    asy_loop_unref(loop);
    if (write(answer[1], &status, sizeof status) < 0) abort();
    execlp("true", "true", (char *)NULL); /* a leak checker would miss the parent's threads here */
    _exit(0);
  }
  close(answer[1]);
  assert_int_equal(child, waitpid(child, NULL, 0));
  assert_int_equal(sizeof status, read(answer[0], &status, sizeof status));
  assert_int_equal(0, status);
  close(answer[0]);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      EXECUTOR_TEST(test_few_threads_work_on_many_jobs),
      EXECUTOR_TEST(test_a_cancelled_job_that_waits_never_runs),
      EXECUTOR_TEST(test_a_cancelled_job_that_runs_is_let_go_at_once),
      EXECUTOR_TEST(test_a_dropped_future_lets_its_job_go),
      EXECUTOR_TEST(test_closing_the_loop_waits_for_no_job),
      EXECUTOR_TEST(test_the_child_of_a_fork_has_threads_of_its_own),
  };
  return asy_test_main(argc, argv, "executor", tests);
}
