/* Contexts follow tasks and callbacks. */
#include <signal.h>
#include <unistd.h>

#include "asy_context_test.h"

static void see_done(asy_future *future, void *data) { (void)future, see(data); }
static void see_event(asy_watch *watch, uint32_t events, void *data) { (void)watch, (void)events, see(data); }

/* ---- tasks */

static asy_status set_and_wait(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_error;
  see(NULL);
  set((intptr_t)data);
  wait_ms(1);
  see(NULL);
  asy_value_set_int(out_value, get());
  return ASY_OK;
}

/* CTX-01 CTX-02 TASK-05 */
static void test_a_task_has_a_copy_of_its_creators_context(void **state) {
  (void)state;
  set(1);
  asy_task *first = spawn(set_and_wait, (void *)2), *second = spawn(set_and_wait, (void *)3);
  set(4);
  assert_int_equal(2, finish_int(first));
  assert_int_equal(3, finish_int(second));
  assert_int_equal(1, seen[0]);
  assert_int_equal(1, seen[1]);
  assert_int_equal(4, get());
  set(-1);
}

/* CTX-02 TASK-05 TASK-29 */
static void test_a_given_context_is_shared_with_its_task(void **state) {
  (void)state;
  asy_context *context = asy_context_new();
  asy_task_options options = {.size = sizeof options, .context = context};
  asy_context_token_unref(set_in(context, 1));
  asy_task *task = asy_spawn(loop, set_and_wait, (void *)2, NULL, &options);
  asy_context *told = asy_task_context(task);
  assert_ptr_equal(context, told);
  asy_context_unref(told);
  assert_int_equal(2, finish_int(task));
  assert_int_equal(1, seen[0]);
  assert_int_equal(2, get_in(context));
  assert_int_equal(-1, get());
  asy_context_unref(context);
}

static asy_status tell(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_error, (void)data;
  asy_value_set_int(out_value, get());
  return ASY_OK;
}

/* TASK-29 */
static void test_a_task_tells_its_context_before_and_after_its_end(void **state) {
  (void)state;
  asy_task *task = spawn(tell, NULL);
  asy_context *context = asy_task_context(task);
  asy_context_token_unref(set_in(context, 5));
  assert_int_equal(5, finish_int(asy_future_ref(task)));
  asy_context *again = asy_task_context(task);
  assert_ptr_equal(context, again);
  asy_context_unref(context);
  asy_context_unref(again);
  asy_future_unref(task);
}

static asy_status enter_and_wait(asy_value *out_value, asy_error **out_error, void *context) {
  (void)out_value, (void)out_error;
  set(1);
  asy_status status = asy_context_enter(context);
  if (status) return status;
  see(NULL);
  wait_ms(5);
  see(NULL);
  if ((status = asy_context_exit(context))) return status;
  see(NULL);
  return asy_context_enter(context); /* and never left */
}

/* CTX-07 CTX-02 */
static void test_an_entered_context_stays_with_its_task(void **state) {
  (void)state;
  asy_context *context = asy_context_new();
  asy_context_token_unref(set_in(context, 2));
  asy_task *task = spawn(enter_and_wait, context);
  assert_int_equal(-1, finish_int(spawn(tell, NULL)));
  assert_int_equal(ASY_E_STATE, asy_context_enter(context));
  assert_int_equal(ASY_OK, finish(task));
  int64_t expected[] = {2, 2, 1};
  assert_memory_equal(expected, seen, sizeof expected);
  assert_int_equal(ASY_OK, asy_context_enter(context));
  assert_int_equal(ASY_OK, asy_context_exit(context));
  asy_context_unref(context);
}

/* ---- callbacks */

static void set_and_see(void *data) {
  see(NULL);
  set((intptr_t)data);
  see(NULL);
}

/* CTX-01 CTX-02 */
static void test_callbacks_run_in_a_copy_of_the_context_they_were_asked_in(void **state) {
  (void)state;
  set(1);
  asy_loop_call_soon(loop, set_and_see, (void *)10, NULL, NULL);
  asy_loop_call_soon(loop, see, NULL, NULL, NULL);
  set(2);
  asy_loop_call_later(loop, ASY_MILLISECOND, see, NULL, NULL, NULL);
  set(3);
  asy_loop_call_at(loop, asy_loop_time(loop) + 2 * ASY_MILLISECOND, see, NULL, NULL, NULL);
  set(4);
  asy_loop_call_soon_threadsafe(loop, see, NULL, NULL, NULL);
  set(-1);
  finish(asy_sleep(loop, 3 * ASY_MILLISECOND));
  int64_t expected[] = {1, 10, 1, 4, 2, 3};
  assert_int_equal(6, seen_count);
  assert_memory_equal(expected, seen, sizeof expected);
}

/* FUT-04 CTX-01 */
static void test_done_callbacks_run_in_the_context_they_were_added_in(void **state) {
  (void)state;
  asy_future *future = asy_future_new(loop);
  set(1);
  asy_future_add_done_callback(future, see_done, NULL, NULL);
  set(2);
  asy_future_add_done_callback(future, see_done, NULL, NULL);
  set(-1);
  asy_future_add_done_callback(future, see_done, NULL, NULL);
  asy_future_set_result(future, NULL);
  set(3);
  asy_future_add_done_callback(future, see_done, NULL, NULL);
  set(-1);
  settle();
  int64_t expected[] = {1, 2, -1, 3};
  assert_int_equal(4, seen_count);
  assert_memory_equal(expected, seen, sizeof expected);
  asy_future_unref(future);
}

/* CTX-01 */
static void test_a_watch_runs_in_the_context_it_was_made_in(void **state) {
  (void)state;
  int ends[2];
  asy_watch *watch;
  assert_int_equal(0, pipe(ends));
  set(1);
  assert_int_equal(ASY_OK, asy_watch_new(loop, ends[0], ASY_WATCH_READABLE, see_event, NULL, NULL, &watch));
  set(-1);
  assert_int_equal(1, write(ends[1], "x", 1));
  asy_test_turn(loop);
  assert_int_equal(1, seen[0]);
  asy_watch_close(watch);
  asy_watch_unref(watch);
  asy_test_turn(loop);
  close(ends[0]);
  close(ends[1]);
}

/* CTX-01 */
static void test_a_signal_handler_runs_in_the_context_it_was_set_in(void **state) {
  (void)state;
  set(1);
  assert_int_equal(ASY_OK, asy_loop_add_signal_handler(loop, SIGUSR1, see, NULL, NULL));
  set(-1);
  raise(SIGUSR1);
  for (int i = 0; i < 1000 && !seen_count; ++i) asy_test_turn(loop);
  assert_int_equal(1, seen[0]);
  asy_loop_remove_signal_handler(loop, SIGUSR1);
}

static asy_status count_up(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_error, (void)data;
  set(get() + 2);
  asy_value_set_int(out_value, get());
  return ASY_OK;
}

/* CTX-03 */
static void test_the_runs_of_a_runner_share_one_context(void **state) {
  (void)state;
  asy_runner *runner;
  asy_value value;
  set(5);
  assert_int_equal(ASY_OK, asy_runner_new(NULL, &runner));
  for (int64_t expected = 7; expected < 12; expected += 2) {
    assert_int_equal(ASY_OK, asy_runner_run(runner, count_up, NULL, NULL, &value, NULL));
    assert_int_equal(expected, asy_value_int(&value));
  }
  assert_int_equal(5, get()); /* a copy of the maker's */
  asy_runner_close(runner);
  asy_runner_unref(runner);
  set(-1);
}

/* HND-02 */
static void test_a_handle_tells_its_context(void **state) {
  (void)state;
  asy_handle *handle;
  assert_int_equal(ASY_OK, asy_loop_call_soon(loop, see, NULL, NULL, &handle));
  asy_context *context = asy_handle_context(handle);
  asy_context_token_unref(set_in(context, 6));
  asy_test_turn(loop);
  assert_int_equal(6, seen[0]);
  asy_context *again = asy_handle_context(handle);
  assert_ptr_equal(context, again);
  asy_context_unref(again);
  asy_context_unref(context);
  asy_handle_unref(handle);
}

static void enter_only(void *context) {
  asy_context_enter(context);
  see(NULL);
}

static void test_a_callback_leaves_what_it_entered(void **state) {
  (void)state;
  asy_context *context = asy_context_new();
  asy_context_token_unref(set_in(context, 2));
  asy_loop_call_soon(loop, enter_only, context, NULL, NULL);
  asy_loop_call_soon(loop, see, NULL, NULL, NULL);
  asy_test_turn(loop);
  assert_int_equal(2, seen[0]);
  assert_int_equal(-1, seen[1]);
  assert_int_equal(ASY_OK, asy_context_enter(context));
  assert_int_equal(ASY_OK, asy_context_exit(context));
  asy_context_unref(context);
}

/* ---- a request's number everywhere */

static asy_status grandchild(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error, (void)data;
  see(NULL);
  asy_loop_call_soon(loop, see, NULL, NULL, NULL);
  return wait_ms(1);
}
static asy_status request(asy_value *out_value, asy_error **out_error, void *number) {
  set((intptr_t)number);
  asy_future *slept = asy_sleep(loop, ASY_MILLISECOND);
  asy_future_add_done_callback(slept, see_done, NULL, NULL);
  asy_await(slept, NULL, NULL);
  return asy_await(spawn(grandchild, NULL), out_value, out_error);
}

/* CTX-08 */
static void test_a_request_number_follows_tasks_and_callbacks(void **state) {
  (void)state;
  asy_task *both[] = {spawn(request, (void *)1), spawn(request, (void *)2)};
  assert_int_equal(ASY_OK, finish(asy_gather(loop, both, 2, 0)));
  int of[3] = {0};
  for (int i = 0; i < seen_count; ++i)
    if (seen[i] > 0) ++of[seen[i]];
  assert_int_equal(6, seen_count);
  assert_int_equal(3, of[1]);
  assert_int_equal(3, of[2]);
}

/* ---- reports */

static void see_report(asy_loop *where, asy_error *error, const char *what, void *data) {
  asy_test_on_report(where, error, what, data);
  see(NULL);
}
static asy_status set_and_fail(asy_value *out_value, asy_error **out_error, void *number) {
  (void)out_value;
  set((intptr_t)number);
  *out_error = boom();
  return ASY_E_FOREIGN;
}
static void report_from(void *data) {
  (void)data;
  asy_error *error = boom();
  asy_loop_report(loop, error, "a callback failed");
  asy_error_unref(error);
}

/* LOOP-20 */
static void test_the_report_hook_runs_in_the_context_of_what_failed(void **state) {
  (void)state;
  asy_loop_set_report_hook(loop, see_report, NULL, NULL);
  asy_future_unref(spawn(set_and_fail, (void *)8)); /* nobody reads its error */
  asy_task *kept = spawn(set_and_fail, (void *)9);
  set(5);
  asy_loop_call_soon(loop, report_from, NULL, NULL, NULL);
  set(-1);
  settle();
  asy_future_unref(kept); /* reported here, outside the run */
  int64_t expected[] = {8, 5, 9};
  assert_int_equal(3, asy_test_reports());
  assert_memory_equal(expected, seen, sizeof expected);
  assert_int_equal(-1, get());
}

/* LOOP-20: also what is told of a task by others */
static void test_a_report_about_a_task_runs_in_its_context(void **state) {
  (void)state;
  asy_loop_set_report_hook(loop, see_report, NULL, NULL);
  asy_future *shield = asy_shield(loop, spawn(set_and_fail, (void *)8));
  set(-1);
  asy_future_cancel(shield, NULL);
  asy_future_unref(shield);
  settle();
  assert_int_equal(1, asy_test_reports());
  assert_int_equal(8, seen[0]);
}

static void set_in_hook(asy_loop *where, asy_error *error, const char *what, void *data) {
  (void)where, (void)error, (void)what;
  set(6);
  ++*(int *)data;
}

/* CTX-07: a hook that nobody's context comes with sets in the loop's own */
static void test_what_is_set_in_the_loops_own_context_ends_with_it(void **state) {
  asy_future *inner = asy_future_new(loop), *shield = asy_shield(loop, asy_future_ref(inner));
  (void)state;
  asy_loop_set_report_hook(loop, set_in_hook, &seen_count, NULL);
  asy_future_cancel(shield, NULL);
  asy_future_unref(shield);
  asy_future_set_error(inner, boom());
  settle();
  assert_int_equal(1, seen_count);
  assert_int_equal(-1, get());
  asy_future_unref(inner);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      CONTEXT_TEST(test_a_task_has_a_copy_of_its_creators_context),
      CONTEXT_TEST(test_a_given_context_is_shared_with_its_task),
      CONTEXT_TEST(test_a_task_tells_its_context_before_and_after_its_end),
      CONTEXT_TEST(test_an_entered_context_stays_with_its_task),
      CONTEXT_TEST(test_callbacks_run_in_a_copy_of_the_context_they_were_asked_in),
      CONTEXT_TEST(test_done_callbacks_run_in_the_context_they_were_added_in),
      CONTEXT_TEST(test_a_watch_runs_in_the_context_it_was_made_in),
      CONTEXT_TEST(test_a_signal_handler_runs_in_the_context_it_was_set_in),
      CONTEXT_TEST(test_the_runs_of_a_runner_share_one_context),
      CONTEXT_TEST(test_a_handle_tells_its_context),
      CONTEXT_TEST(test_a_callback_leaves_what_it_entered),
      CONTEXT_TEST(test_a_request_number_follows_tasks_and_callbacks),
      CONTEXT_TEST(test_the_report_hook_runs_in_the_context_of_what_failed),
      CONTEXT_TEST(test_a_report_about_a_task_runs_in_its_context),
      CONTEXT_TEST(test_what_is_set_in_the_loops_own_context_ends_with_it),
  };
  return asy_test_main(argc, argv, "context flow", tests);
}
