/* The end of executors: shut down, dropped, a loop's own, with the process. */
#include "asy_executor_test.h"

#include <stdlib.h>

/* THR-01 THR-05 */
static void test_an_executor_that_was_shut_down_refuses(void **state) {
  (void)state;
  asy_future *before = start(answers, 4);
  assert_int_equal(ASY_OK, finish(asy_executor_shutdown(executor, loop, ASY_FOREVER)));
  assert_int_equal(1, asy_future_is_done(before)); /* what was queued ran first */
  assert_int_equal(4, finish_int(before));
  assert_int_equal(ASY_E_CLOSED, finish(start(answers, 1)));
  assert_int_equal(ASY_OK, finish(asy_executor_shutdown(executor, loop, 0)));
}

/* THR-05 */
static void test_a_shutdown_may_give_up_and_its_job_goes_on(void **state) {
  (void)state;
  asy_future *busy = start(slow, 1);
  enter(1);
  asy_future_cancel(busy, NULL); /* so that the virtual clock does not wait for it */
  assert_int_equal(ASY_E_TIMEOUT, finish(asy_executor_shutdown(executor, loop, ASY_SECOND)));
  asy_future *again = asy_executor_shutdown(executor, loop, ASY_FOREVER), *dropped, *cancelled;
  dropped = asy_executor_shutdown(executor, loop, ASY_FOREVER);
  cancelled = asy_executor_shutdown(executor, loop, ASY_FOREVER);
  asy_future_unref(dropped);
  asy_future_cancel(cancelled, NULL);
  assert_int_equal(ASY_E_CANCELLED, finish(cancelled));
  assert_int_equal(0, asy_future_is_done(again));
  open_gate(1);
  assert_int_equal(ASY_OK, finish(again));
  asy_future_unref(busy);
}

static void test_closing_the_loop_ends_the_wait_for_a_shutdown(void **state) {
  (void)state;
  asy_future *busy = start(slow, 1), *ended;
  enter(1);
  ended = asy_executor_shutdown(executor, loop, ASY_SECOND);
  assert_int_equal(ASY_OK, asy_loop_close(loop));
  assert_int_equal(ASY_E_CLOSED, asy_future_status(ended));
  open_gate(1);
  asy_future_unref(ended);
  asy_future_unref(busy);
}

/* THR-04 EXT-05 */
static void test_a_loop_has_a_default_that_can_be_chosen(void **state) {
  (void)state;
  char name[16] = "";
  assert_int_equal(ASY_E_WRONG_THREAD, finish(asy_executor_run(NULL, loop, who_am_i, name, NULL)));
  assert_string_equal("asy-work", name);
  assert_int_equal(ASY_OK, asy_loop_set_default_executor(loop, executor));
  assert_int_equal(ASY_E_WRONG_THREAD, finish(asy_executor_run(NULL, loop, who_am_i, name, NULL)));
  assert_string_equal("work", name);
  assert_int_equal(ASY_E_INVALID, asy_loop_set_default_executor(loop, NULL));
}

/* THR-05 */
static void test_a_default_that_was_shut_down_is_refused(void **state) {
  (void)state;
  assert_int_equal(1, finish_int(asy_executor_run(NULL, loop, answers, (void *)1, NULL)));
  assert_int_equal(ASY_OK, finish(asy_loop_shutdown_default_executor(loop, 300 * ASY_SECOND)));
  assert_int_equal(ASY_E_CLOSED, finish(asy_executor_run(NULL, loop, answers, NULL, NULL)));
  assert_int_equal(ASY_E_CLOSED, asy_loop_set_default_executor(loop, executor));
  assert_int_equal(2, finish_int(start(answers, 2))); /* others are not concerned */
}

/* RUN-03 */
static void test_a_shutdown_of_the_loop_waits_for_its_jobs(void **state) {
  (void)state;
  asy_loop_set_default_executor(loop, executor);
  asy_future *busy = asy_executor_run(NULL, loop, slow, (void *)5, NULL);
  enter(1);
  asy_future *ended = asy_loop_shutdown(loop, ASY_FOREVER);
  for (int i = 0; i < 5; ++i) asy_test_turn(loop);
  assert_int_equal(0, asy_future_is_done(ended));
  open_gate(1);
  assert_int_equal(ASY_OK, finish(ended));
  assert_int_equal(5, finish_int(busy));
  assert_int_equal(ASY_E_CLOSED, finish(asy_executor_run(NULL, loop, answers, NULL, NULL)));
}

/* RUN-03: 300 seconds at most */
static void test_a_shutdown_of_the_loop_names_an_executor_that_does_not_end(void **state) {
  (void)state;
  asy_loop_set_default_executor(loop, executor);
  asy_future *busy = asy_executor_run(NULL, loop, slow, NULL, NULL);
  enter(1);
  asy_future_unref(busy);
  uint64_t before = asy_loop_time(loop);
  assert_int_equal(ASY_OK, finish(asy_loop_shutdown(loop, ASY_FOREVER)));
  assert_int_equal(300 * ASY_SECOND, asy_loop_time(loop) - before);
  assert_string_equal("the default executor did not end while its loop was shut down", asy_reports.what);
  assert_int_equal(1, asy_test_reports());
  open_gate(1);
}

static void test_jobs_outlive_the_last_handle(void **state) {
  (void)state;
  asy_executor *dropped;
  asy_executor_options one = {.size = sizeof one, .max_threads = 1};
  assert_int_equal(ASY_OK, asy_executor_new(&one, &dropped));
  asy_future *running_job = asy_executor_run(dropped, loop, slow, (void *)1, NULL);
  asy_future *queued = asy_executor_run(dropped, loop, answers, (void *)2, NULL);
  enter(1);
  asy_executor_unref(dropped);
  open_gate(1);
  assert_int_equal(1, finish_int(running_job));
  assert_int_equal(2, finish_int(queued));
}

/* The last handler of the child: what a leak checker says of its parent's memory is no matter here. */
static int in_child;
static void leave_child(void) {
  if (in_child) execlp("true", "true", (char *)NULL);
}

static void test_the_process_ends_with_a_busy_thread(void **state) {
  (void)state;
#ifdef __SANITIZE_THREAD__
  skip(); /* it supports no threads after a fork */
#endif
  int status;
  pid_t child = fork();
  if (child == 0) {
    asy_loop *own;
    if (asy_loop_new(NULL, &own)) _exit(1);
    asy_future *busy = asy_executor_run(executor, own, slow, NULL, NULL);
    enter(1);
    asy_future_unref(busy);
    asy_loop_close(own);
    asy_loop_unref(own);
    in_child = 1;
    exit(0);
  }
  assert_int_equal(child, waitpid(child, &status, 0));
  assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

int main(int argc, char **argv) {
  atexit(leave_child);
  const struct CMUnitTest tests[] = {
      EXECUTOR_TEST(test_an_executor_that_was_shut_down_refuses),
      EXECUTOR_TEST(test_a_shutdown_may_give_up_and_its_job_goes_on),
      EXECUTOR_TEST(test_closing_the_loop_ends_the_wait_for_a_shutdown),
      EXECUTOR_TEST(test_a_loop_has_a_default_that_can_be_chosen),
      EXECUTOR_TEST(test_a_default_that_was_shut_down_is_refused),
      EXECUTOR_TEST(test_a_shutdown_of_the_loop_waits_for_its_jobs),
      EXECUTOR_TEST(test_a_shutdown_of_the_loop_names_an_executor_that_does_not_end),
      EXECUTOR_TEST(test_jobs_outlive_the_last_handle),
      EXECUTOR_TEST(test_the_process_ends_with_a_busy_thread),
  };
  return asy_test_main(argc, argv, "executor_end", tests);
}
