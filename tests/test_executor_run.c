/* Functions on other threads: what becomes of them, of their results, and of the threads. */
#define _GNU_SOURCE /* thread names */
#include "asy_test.h"

#include <pthread.h>
#include <semaphore.h>
#include <sys/wait.h>
#include <unistd.h>

static sem_t entered, gate;
static int running, most, calls, freed, saw_cancel;
static asy_loop *loop;
static asy_executor *executor;

static int add(int *counter, int by) { return __atomic_add_fetch(counter, by, __ATOMIC_SEQ_CST); }
static int get(int *counter) { return __atomic_load_n(counter, __ATOMIC_SEQ_CST); }
static void count_free(void *data) { (void)data, add(&freed, 1); }

static int setup(void **state) {
  running = most = calls = freed = saw_cancel = 0;
  sem_init(&entered, 0, 0);
  sem_init(&gate, 0, 0);
  asy_executor_options options = {.size = sizeof options, .name = "work", .max_threads = 2, .max_queued = 3};
  if (asy_executor_new(&options, &executor) || asy_test_setup(state)) return -1;
  loop = *state;
  return 0;
}
static void settle(void) { while (get(&running)) usleep(100); }
static int teardown(void **state) {
  settle();
  asy_executor_unref(executor);
  return asy_test_teardown(state);
}
#define EXECUTOR_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

static void enter(int count) {
  while (count--) sem_wait(&entered);
}
static void open_gate(int count) { while (count--) sem_post(&gate); }
static asy_status answers(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_error;
  add(&calls, 1);
  asy_value_set_int(out_value, (int64_t)(uintptr_t)data);
  return ASY_OK;
}
/* Runs until the gate opens. */
static asy_status slow(asy_value *out_value, asy_error **out_error, void *data) {
  int now = add(&running, 1);
  if (now > get(&most)) __atomic_store_n(&most, now, __ATOMIC_SEQ_CST);
  sem_post(&entered);
  sem_wait(&gate);
  add(&saw_cancel, asy_executor_is_cancelled());
  asy_status status = answers(out_value, out_error, data);
  add(&running, -1);
  return status;
}
static asy_future *start(asy_run_cb on_run, uintptr_t number) {
  return asy_executor_run(executor, loop, on_run, (void *)number, count_free);
}
static asy_status finish(asy_future *future) { return asy_test_finish(loop, future, NULL); }
static int64_t finish_int(asy_future *future) {
  int64_t number = -1;
  return asy_test_finish(loop, future, &number) ? -1 : number;
}
/* THR-01 THR-03 */
static void test_a_result_comes_back(void **state) {
  (void)state;
  assert_int_equal(42, finish_int(start(answers, 42)));
  assert_int_equal(1, get(&freed));
}

static asy_status fails(asy_value *out_value, asy_error **out_error, void *data) {
  asy_value_set_int(out_value, 1);
  *out_error = asy_error_new(ASY_E_FOREIGN, data, NULL);
  return ASY_E_FOREIGN;
}

/* THR-01 */
static void test_an_error_comes_back(void **state) {
  (void)state;
  asy_future *future = asy_executor_run(executor, loop, fails, "boom", NULL);
  assert_int_equal(ASY_OK, asy_loop_run_until_complete(loop, future));
  assert_string_equal("boom", asy_error_message(asy_future_error(future)));
  asy_future_unref(future);
}

static asy_status who_am_i(asy_value *out_value, asy_error **out_error, void *name) {
  (void)out_value, (void)out_error;
  pthread_getname_np(pthread_self(), name, 16);
  if (asy_loop_current()) return ASY_E_INTERNAL;
  return asy_await(asy_sleep(loop, 0), NULL, NULL);
}

/* THR-01 */
static void test_a_job_is_on_a_named_thread_without_a_loop(void **state) {
  (void)state;
  char name[16] = "";
  assert_int_equal(ASY_E_WRONG_THREAD, finish(asy_executor_run(executor, loop, who_am_i, name, NULL)));
  assert_string_equal("work", name);
}

static void test_threads_and_queue_are_bounded(void **state) {
  (void)state;
  asy_future *all[5];
  for (int i = 0; i < 2; ++i) all[i] = start(slow, 1);
  enter(2);
  for (int i = 2; i < 5; ++i) all[i] = start(slow, 1);
  assert_int_equal(ASY_E_AGAIN, finish(start(slow, 1)));
  assert_int_equal(1, get(&freed));
  open_gate(5);
  for (int i = 0; i < 5; ++i) assert_int_equal(1, finish_int(all[i]));
  assert_int_equal(2, most);
  assert_int_equal(5, calls);
  assert_int_equal(6, get(&freed));
}

/* THR-02 */
static void test_a_job_that_waits_and_is_cancelled_never_runs(void **state) {
  (void)state;
  asy_future *busy[2] = {start(slow, 1), start(slow, 2)}, *queued[2];
  enter(2);
  for (int i = 0; i < 2; ++i) queued[i] = start(answers, 3);
  asy_future_cancel(queued[0], NULL);
  assert_int_equal(1, get(&freed));
  assert_int_equal(ASY_E_CANCELLED, finish(queued[0]));
  asy_future_unref(queued[1]);
  assert_int_equal(2, get(&freed));
  open_gate(2);
  for (int i = 0; i < 2; ++i) assert_int_equal(i + 1, finish_int(busy[i]));
  assert_int_equal(2, calls);
}

static asy_status slow_pointer(asy_value *out_value, asy_error **out_error, void *data) {
  asy_status status = slow(out_value, out_error, data);
  asy_value_set_pointer(out_value, NULL, count_free);
  return status;
}

/* THR-02 */
static void test_a_job_that_runs_and_is_cancelled_is_let_go_at_once(void **state) {
  (void)state;
  asy_future *future = start(slow_pointer, 1);
  enter(1);
  asy_future_cancel(future, NULL);
  assert_int_equal(ASY_E_CANCELLED, finish(future));
  assert_int_equal(1, get(&running));
  open_gate(1);
  assert_int_equal(ASY_OK, finish(asy_executor_shutdown(executor, loop, ASY_FOREVER)));
  assert_int_equal(1, saw_cancel);
  assert_int_equal(2, get(&freed)); /* its result went quietly */
}

static void test_a_job_that_is_waited_for_is_not_cancelled(void **state) {
  (void)state;
  asy_future *future = start(slow, 1);
  enter(1);
  open_gate(1);
  assert_int_equal(1, finish_int(future));
  assert_int_equal(0, saw_cancel);
  assert_int_equal(0, asy_executor_is_cancelled());
}

/* THR-02 */
static void test_closing_the_loop_waits_for_no_job(void **state) {
  (void)state;
  asy_future *all[3];
  for (int i = 0; i < 2; ++i) all[i] = start(slow_pointer, 1);
  enter(2);
  all[2] = start(answers, 1);
  assert_int_equal(ASY_OK, asy_loop_close(loop));
  assert_int_equal(2, get(&running));
  open_gate(2);
  settle();
  while (get(&freed) < 5) usleep(100);
  assert_int_equal(2, calls);
  assert_int_equal(2, saw_cancel);
  for (int i = 0; i < 3; ++i) {
    assert_int_equal(ASY_E_CLOSED, asy_future_status(all[i]));
    asy_future_unref(all[i]);
  }
  assert_int_equal(ASY_E_CLOSED, asy_future_status(start(answers, 1)));
  assert_int_equal(6, get(&freed));
}

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

/* One slow loop or executor delays no other. */
static void test_executors_share_no_threads(void **state) { /* THR-10 */
  (void)state;
  asy_executor *other;
  assert_int_equal(ASY_OK, asy_executor_new(NULL, &other));
  asy_future *busy[2] = {start(slow, 1), start(slow, 1)};
  enter(2);
  assert_int_equal(3, finish_int(asy_executor_run(other, loop, answers, (void *)3, NULL)));
  asy_executor_unref(other);
  open_gate(2);
  for (int i = 0; i < 2; ++i) assert_int_equal(1, finish_int(busy[i]));
}

static void *use_the_same(void *data) {
  asy_loop *own;
  int64_t sum = 0;
  if (asy_loop_new(NULL, &own)) return NULL;
  for (int i = 0; i < 20; ++i) {
    int64_t number = 0;
    if (!asy_test_finish(own, asy_executor_run(data, own, answers, (void *)1, NULL), &number)) sum += number;
  }
  asy_loop_close(own);
  asy_loop_unref(own);
  return (void *)(uintptr_t)(sum == 20);
}

static void test_several_loops_use_one_executor(void **state) { /* THR-10 */
  (void)state;
  pthread_t threads[3];
  asy_executor *shared;
  assert_int_equal(ASY_OK, asy_executor_new(NULL, &shared));
  for (int i = 0; i < 3; ++i) pthread_create(&threads[i], NULL, use_the_same, shared);
  for (int i = 0; i < 3; ++i) {
    void *all_came;
    pthread_join(threads[i], &all_came);
    assert_non_null(all_came);
  }
  asy_executor_unref(shared);
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

static void test_bad_arguments_are_refused_and_consumed(void **state) {
  (void)state;
  asy_executor *none;
  asy_executor_options many = {.size = sizeof many, .max_threads = 1025};
  assert_int_equal(ASY_E_INVALID, asy_executor_new(&many, &none));
  assert_null(none);
  assert_int_equal(ASY_E_INVALID, asy_executor_new(NULL, NULL));
  assert_int_equal(ASY_E_INVALID, asy_future_status(asy_executor_run(executor, loop, NULL, NULL, count_free)));
  assert_int_equal(ASY_E_INVALID, asy_future_status(asy_executor_run(executor, NULL, answers, NULL, count_free)));
  assert_int_equal(2, freed);
  assert_int_equal(ASY_E_INVALID, asy_future_status(asy_executor_shutdown(NULL, loop, 0)));
  assert_null(asy_executor_ref(NULL));
  asy_executor_unref(NULL);
  asy_executor_unref(asy_executor_ref(executor));
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
    /* What the parent had here is not the child's leak. */
    extern void __lsan_disable(void) __attribute__((weak));
    if (__lsan_disable) _exit(0);
    exit(0);
  }
  assert_int_equal(child, waitpid(child, &status, 0));
  assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      EXECUTOR_TEST(test_a_result_comes_back),
      EXECUTOR_TEST(test_an_error_comes_back),
      EXECUTOR_TEST(test_a_job_is_on_a_named_thread_without_a_loop),
      EXECUTOR_TEST(test_threads_and_queue_are_bounded),
      EXECUTOR_TEST(test_a_job_that_waits_and_is_cancelled_never_runs),
      EXECUTOR_TEST(test_a_job_that_runs_and_is_cancelled_is_let_go_at_once),
      EXECUTOR_TEST(test_a_job_that_is_waited_for_is_not_cancelled),
      EXECUTOR_TEST(test_closing_the_loop_waits_for_no_job),
      EXECUTOR_TEST(test_an_executor_that_was_shut_down_refuses),
      EXECUTOR_TEST(test_a_shutdown_may_give_up_and_its_job_goes_on),
      EXECUTOR_TEST(test_closing_the_loop_ends_the_wait_for_a_shutdown),
      EXECUTOR_TEST(test_a_loop_has_a_default_that_can_be_chosen),
      EXECUTOR_TEST(test_a_default_that_was_shut_down_is_refused),
      EXECUTOR_TEST(test_a_shutdown_of_the_loop_waits_for_its_jobs),
      EXECUTOR_TEST(test_a_shutdown_of_the_loop_names_an_executor_that_does_not_end),
      EXECUTOR_TEST(test_executors_share_no_threads),
      EXECUTOR_TEST(test_several_loops_use_one_executor),
      EXECUTOR_TEST(test_jobs_outlive_the_last_handle),
      EXECUTOR_TEST(test_bad_arguments_are_refused_and_consumed),
      EXECUTOR_TEST(test_the_process_ends_with_a_busy_thread),
  };
  return asy_test_main(argc, argv, "executor_run", tests);
}
