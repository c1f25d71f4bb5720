/* Functions on other threads: what becomes of them and of their results. */
#include "asy_executor_test.h"

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

/* THR-01 */
static void test_a_job_is_on_a_named_thread_without_a_loop(void **state) {
  (void)state;
  char name[16] = "";
  assert_int_equal(ASY_E_WRONG_THREAD, finish(asy_executor_run(executor, loop, who_am_i, name, NULL)));
  assert_string_equal("work", name);
}

static asy_context_var *variable;
static asy_status reads_and_sets(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_error, (void)data;
  asy_value mine;
  asy_value_set_int(&mine, 99);
  asy_status status = asy_context_get(NULL, variable, out_value);
  return status ? status : asy_context_set(NULL, variable, &mine, NULL);
}

/* CTX-04 CTX-08: both ways of asyncio are one here */
static void test_a_job_runs_in_a_copy_of_the_callers_context(void **state) {
  (void)state;
  asy_context *context = asy_context_new();
  asy_value five;
  assert_int_equal(ASY_OK, asy_context_var_new("trace", NULL, &variable));
  asy_value_set_int(&five, 5);
  assert_int_equal(ASY_OK, asy_context_enter(context));
  assert_int_equal(ASY_OK, asy_context_set(NULL, variable, &five, NULL));
  assert_int_equal(5, finish_int(start(reads_and_sets, 0)));
  assert_int_equal(ASY_OK, asy_context_get(NULL, variable, &five));
  assert_int_equal(5, asy_value_int(&five));
  assert_int_equal(ASY_OK, asy_context_exit(context));
  assert_int_equal(ASY_E_NOT_FOUND, finish(start(reads_and_sets, 0))); /* nor does the thread keep it */
  asy_context_unref(context);
  asy_context_var_unref(variable);
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

/* case 39, THR-02 */
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

/* case 39, THR-02 */
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

/* case 39, THR-02 */
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

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      EXECUTOR_TEST(test_a_result_comes_back),
      EXECUTOR_TEST(test_an_error_comes_back),
      EXECUTOR_TEST(test_a_job_is_on_a_named_thread_without_a_loop),
      EXECUTOR_TEST(test_a_job_runs_in_a_copy_of_the_callers_context),
      EXECUTOR_TEST(test_threads_and_queue_are_bounded),
      EXECUTOR_TEST(test_a_job_that_waits_and_is_cancelled_never_runs),
      EXECUTOR_TEST(test_a_job_that_runs_and_is_cancelled_is_let_go_at_once),
      EXECUTOR_TEST(test_a_job_that_is_waited_for_is_not_cancelled),
      EXECUTOR_TEST(test_closing_the_loop_waits_for_no_job),
      EXECUTOR_TEST(test_executors_share_no_threads),
      EXECUTOR_TEST(test_several_loops_use_one_executor),
      EXECUTOR_TEST(test_bad_arguments_are_refused_and_consumed),
  };
  return asy_test_main(argc, argv, "executor_run", tests);
}
