/* Functions that await: misuse, cancellation, the loop's end, and whose stack foreign code runs on. */
#include "asy_test.h"

#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static struct {
  asy_loop *loop, *other;
  asy_task *task;
  asy_status status[4];
  int entered, left, freed, off_stack;
  asy_value value;
} saw;

static char *main_frame;
/* The test's own frames are within a megabyte of main's; small stacks are far away. */
static int on_large_stack(void) {
  char here;
  return llabs((long long)((intptr_t)main_frame - (intptr_t)&here)) < 1 << 20;
}
static void count_free(void *data) {
  (void)data;
  ++saw.freed;
  saw.off_stack += on_large_stack();
}
static void retain(void *object) { (void)object, saw.off_stack += on_large_stack(); }
static const asy_type foreign = {sizeof foreign, "foreign", retain, count_free, ASY_TYPE_LOOP_RELEASE};

static int setup(void **state) {
  memset(&saw, 0, sizeof saw);
  int status = asy_test_setup(state);
  saw.loop = *state;
  return status;
}
#define STACK_TEST(f) cmocka_unit_test_setup_teardown(f, setup, asy_test_teardown)

static asy_task *spawn(asy_run_cb on_run) { return asy_spawn(saw.loop, on_run, &saw, count_free, NULL); }
static asy_status run(asy_run_cb on_run) { return asy_test_finish(saw.loop, spawn(on_run), NULL); }

static asy_status misuse(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error, (void)data;
  asy_error *error = NULL;
  asy_value_set_int(&saw.value, 3);
  saw.status[0] = asy_await(NULL, &saw.value, &error);
  ++saw.left;
  if (asy_error_code(error) == ASY_E_INVALID) ++saw.left;
  asy_error_unref(error);
  saw.status[1] = asy_await(asy_future_new(saw.other), NULL, NULL);
  saw.status[2] = asy_await(asy_future_ref(saw.task), NULL, NULL);
  saw.status[3] = asy_await(asy_sleep(NULL, 1), NULL, NULL);
  return asy_await(asy_sleep(saw.loop, 1), NULL, NULL);
}

/* CORO-03 CORO-08 */
static void test_what_cannot_be_awaited_fails_at_once_and_the_function_goes_on(void **state) {
  assert_int_equal(ASY_OK, asy_loop_new(NULL, &saw.other));
  saw.task = spawn(misuse);
  assert_int_equal(ASY_OK, asy_test_finish(*state, saw.task, NULL));
  assert_int_equal(ASY_E_INVALID, saw.status[0]);
  assert_int_equal(ASY_VALUE_NIL, asy_value_kind(&saw.value));
  assert_int_equal(2, saw.left);
  assert_int_equal(ASY_E_WRONG_LOOP, saw.status[1]);
  assert_int_equal(ASY_E_STATE, saw.status[2]);
  assert_int_equal(ASY_E_INVALID, saw.status[3]);
  assert_int_equal(ASY_OK, asy_loop_close(saw.other));
  asy_loop_unref(saw.other);
}

static void await_here(void *data) { saw.status[0] = asy_await(data, NULL, NULL); }

static void test_an_await_outside_a_function_is_refused_and_consumes(void **state) {
  asy_error *error;
  assert_int_equal(ASY_E_STATE, asy_await(asy_future_new(*state), NULL, &error));
  assert_int_equal(ASY_E_STATE, asy_error_code(error));
  asy_error_unref(error);
  asy_future *future = asy_future_new(*state);
  assert_int_equal(ASY_OK, asy_loop_call_soon(*state, await_here, future, NULL, NULL));
  asy_test_turn(*state);
  assert_int_equal(ASY_E_STATE, saw.status[0]);
  assert_int_equal(ASY_E_INVALID, asy_await(NULL, NULL, NULL));
}

static void resume_and_await(void *self, asy_task *task, const asy_value *sent, asy_error *thrown, asy_step *step) {
  (void)task, (void)sent, (void)thrown;
  saw.status[0] = asy_await(self, NULL, NULL);
  step->kind = ASY_STEP_RETURN;
}
static void destroy_nothing(void *self) { (void)self; }

static void test_an_await_on_another_coroutines_stack_is_refused(void **state) {
  static const asy_coroutine coroutine = {sizeof coroutine, resume_and_await, destroy_nothing, NULL, NULL};
  assert_int_equal(ASY_OK,
                   asy_test_finish(*state, asy_task_new(*state, &coroutine, asy_future_new(*state), NULL), NULL));
  assert_int_equal(ASY_E_STATE, saw.status[0]);
}

static asy_status await_twice(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_error, (void)data;
  ++saw.entered;
  saw.status[0] = asy_await(asy_sleep(saw.loop, ASY_FOREVER), NULL, NULL);
  saw.status[1] = asy_await(asy_sleep(saw.loop, 1), NULL, NULL);
  ++saw.left;
  asy_value_set_int(out_value, 9);
  return ASY_OK;
}

/* TASK-12 TASK-16 */
static void test_a_function_may_swallow_a_cancel(void **state) {
  asy_task *task = spawn(await_twice);
  int64_t number = 0;
  asy_test_turn(*state);
  assert_int_equal(1, asy_future_cancel(task, NULL));
  assert_int_equal(ASY_OK, asy_test_finish(*state, task, &number));
  assert_int_equal(9, number);
  assert_int_equal(ASY_E_CANCELLED, saw.status[0]);
  assert_int_equal(ASY_OK, saw.status[1]);
}

/* TASK-14 */
static void test_cancelled_before_its_start_it_never_runs(void **state) {
  asy_task *task = spawn(await_twice);
  assert_int_equal(1, asy_future_cancel(task, "too late"));
  assert_int_equal(ASY_E_CANCELLED, asy_test_finish(*state, task, NULL));
  assert_int_equal(0, saw.entered);
  assert_int_equal(1, saw.freed);
}

/* LOOP-08 TASK-26 */
static void test_at_the_loops_end_every_await_fails_until_the_function_returns(void **state) {
  asy_task *suspended = spawn(await_twice);
  asy_test_turn(*state);
  asy_task *unstarted = spawn(await_twice);
  assert_int_equal(ASY_OK, asy_loop_close(*state));
  assert_int_equal(2, asy_test_reports());
  assert_int_equal(1, saw.entered);
  assert_int_equal(1, saw.left);
  assert_int_equal(ASY_E_CLOSED, saw.status[0]);
  assert_int_equal(ASY_E_CLOSED, saw.status[1]);
  assert_int_equal(2, saw.freed);
  assert_int_equal(2, saw.off_stack);
  assert_int_equal(ASY_E_CLOSED, asy_future_status(suspended));
  asy_future_unref(suspended);
  asy_future_unref(unstarted);
}

static asy_status never_end(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error, (void)data;
  for (;;) {
    asy_await(asy_sleep(saw.loop, 1000), NULL, NULL);
    ++saw.entered;
  }
  return ASY_OK;
}

static void test_a_function_that_never_ends_is_named_and_left_alone(void **state) {
  asy_task_options options = {.size = sizeof options, .name = "stubborn"};
  asy_future_unref(asy_spawn(*state, never_end, NULL, count_free, &options));
  asy_test_turn(*state);
  saw.entered = 0;
  assert_int_equal(ASY_OK, asy_loop_close(*state));
  assert_non_null(strstr(asy_reports.what, "stubborn"));
  assert_int_equal(2, asy_test_reports());
  assert_int_equal(1001, saw.entered);
  assert_int_equal(0, saw.freed);
}

static void test_a_loop_with_unfinished_functions_keeps_its_thread(void **state) {
  asy_task *task = spawn(await_twice);
  asy_test_turn(*state);
  assert_int_equal(ASY_E_STATE, asy_loop_release(*state));
  asy_future_cancel(task, NULL);
  assert_int_equal(ASY_OK, asy_test_finish(*state, task, NULL));
  assert_int_equal(ASY_OK, asy_loop_release(*state));
  assert_int_equal(ASY_OK, asy_loop_acquire(*state));
}

static asy_status release_things(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error, (void)data;
  asy_value value, copy;
  if (on_large_stack()) return ASY_E_INTERNAL;
  asy_value_set_object(&value, &saw, &foreign);
  asy_value_copy(&value, &copy); /* retain: 1 */
  asy_value_clear(&copy);        /* release: 2 */
  asy_future *done = asy_future_new_done(saw.loop, &value);
  asy_await(asy_future_ref(done), &copy, NULL); /* retain: 3 */
  asy_value_clear(&copy);                       /* release: 4 */
  asy_future_unref(done);                       /* release: 5, queued */
  asy_error_options options = {.size = sizeof options, .object = &saw, .type = &foreign};
  asy_error_unref(asy_error_new(ASY_E_FOREIGN, NULL, &options));             /* release: 6 */
  asy_future_unref(asy_spawn(NULL, release_things, &saw, count_free, NULL)); /* on_free: 8 */
  return ASY_OK;
}

static void test_foreign_code_never_runs_on_a_small_stack(void **state) {
  (void)state;
  assert_int_equal(ASY_OK, run(release_things));
  assert_int_equal(8, saw.off_stack); /* and the body's own on_free */
}

static void on_cancel(asy_future *future, void *data) {
  (void)data;
  saw.off_stack += on_large_stack();
  asy_future_set_cancelled(future, NULL);
}
static void on_done(asy_future *future, void *data) { (void)future, (void)data; }
static void on_call(void *data) { (void)data; }
static void on_report(asy_loop *loop, asy_error *error, const char *what, void *data) {
  (void)loop, (void)error, (void)what, (void)data;
  saw.off_stack += on_large_stack();
}
static void defer(void *self, asy_task *task, const asy_value *sent, asy_error *thrown, asy_step *out_step) {
  (void)self, (void)task, (void)sent, (void)thrown;
  out_step->kind = ASY_STEP_DEFERRED;
}
static const asy_coroutine deferred = {sizeof(asy_coroutine), defer, count_free, NULL, count_free};

static asy_status call_back(asy_value *out_value, asy_error **out_error, void *data) {
  static char key;
  asy_step last = {.kind = ASY_STEP_RETURN};
  asy_handle *handle;
  asy_promise *promise;
  asy_value value;
  (void)out_value, (void)out_error, (void)data;
  asy_future *future = asy_future_new_cancellable(saw.loop, on_cancel, NULL, NULL);
  asy_future_add_done_callback(future, on_done, NULL, count_free);
  asy_future_remove_done_callback(future, on_done, NULL); /* on_free: 1 */
  asy_future_cancel(future, NULL);                        /* hook: 2 */
  if (!asy_future_is_cancelled(future)) return ASY_E_INTERNAL;
  asy_future_unref(future);
  asy_loop_call_soon(saw.loop, on_call, NULL, count_free, &handle);
  asy_handle_cancel(handle); /* on_free: 3 */
  asy_handle_unref(handle);
  asy_loop_set_data(saw.loop, &key, &key, count_free);
  asy_loop_set_data(saw.loop, &key, NULL, NULL);                 /* on_free: 4 */
  asy_loop_report(saw.loop, asy_future_error(saw.task), "here"); /* report hook: 5 */
  asy_task *task = asy_task_new(saw.loop, &deferred, NULL, NULL);
  asy_await(asy_sleep(saw.loop, 0), NULL, NULL);
  asy_task_cancel(task, NULL);   /* cancel_requested: 6 */
  asy_task_deliver(task, &last); /* destroy: 7 */
  asy_future_unref(task);
  asy_future_unref(asy_promise_new(saw.loop, NULL, NULL, count_free, &promise)); /* on_free: 7 */
  asy_promise_set_result(promise, NULL);
  asy_value_set_object(&value, &saw, &foreign);
  asy_promise_set_result(promise, &value); /* release: 9 */
  asy_promise_unref(promise);
  return ASY_OK;
}

static void test_callbacks_run_on_the_loops_stack(void **state) {
  saw.task = asy_sleep(NULL, 1);
  asy_loop_set_report_hook(*state, on_report, NULL, NULL);
  assert_int_equal(ASY_OK, run(call_back));
  assert_int_equal(10, saw.off_stack); /* and the body's own on_free */
}

static asy_status take_pointer(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_error, (void)data;
  asy_future *future = asy_future_new(saw.loop), *mine = asy_future_ref(future);
  asy_value value;
  asy_value_set_pointer(&value, &saw, count_free);
  asy_future_set_result(future, &value);
  saw.status[0] = asy_await(future, out_value, NULL);
  asy_future_unref(mine);
  return saw.freed ? ASY_E_INTERNAL : ASY_OK;
}

static void test_an_await_takes_a_pointer_with_its_destructor(void **state) {
  asy_task *task = asy_spawn(*state, take_pointer, NULL, NULL, NULL);
  assert_int_equal(ASY_OK, asy_loop_run_until_complete(*state, task));
  assert_int_equal(ASY_OK, asy_future_status(task));
  assert_ptr_equal(&saw, asy_value_pointer(asy_future_value(task)));
  assert_int_equal(0, saw.freed);
  asy_future_unref(task);
  assert_int_equal(1, saw.freed);
}

static size_t use_stack(size_t size) {
  volatile char used[1024];
  used[size % sizeof used] = 1;
  return size < sizeof used ? 0 : use_stack(size - sizeof used) + (size_t)used[size % sizeof used];
}

static asy_status use_too_much(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error, (void)data;
  return use_stack(16 << 20) ? ASY_OK : ASY_E_INTERNAL;
}

static void test_a_function_that_overflows_its_stack_ends_the_process(void **state) {
  (void)state;
#ifdef ASY_POOL_PASSTHROUGH
  skip(); /* stacks have no guards then, so that checkers see them as blocks */
#endif
  pid_t child = fork();
  if (!child) {
    asy_loop *loop;
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    signal(SIGSEGV, SIG_DFL);
    signal(SIGBUS, SIG_DFL);
    if (asy_loop_new(NULL, &loop)) _exit(1);
    asy_spawn(loop, use_too_much, NULL, NULL, NULL);
    asy_loop_step(loop, 0);
    _exit(2);
  }
  int how = 0;
  assert_int_equal(child, waitpid(child, &how, 0));
  assert_true(WIFSIGNALED(how) && (WTERMSIG(how) == SIGSEGV || WTERMSIG(how) == SIGBUS));
}

static void test_a_spawn_that_cannot_be_consumes_its_data(void **state) {
  asy_task_options options = {.size = sizeof options, .stack_size = UINT64_C(1) << 31};
  asy_task *refused[] = {asy_spawn(NULL, await_twice, NULL, count_free, NULL),
                         asy_spawn(*state, NULL, NULL, count_free, NULL),
                         asy_spawn(*state, await_twice, NULL, count_free, &options),
                         asy_spawn(*state, await_twice, NULL, count_free, (options.size = 3, &options))};
  for (int i = 0; i < 4; ++i) {
    assert_int_equal(ASY_E_INVALID, asy_future_status(refused[i]));
    asy_future_unref(refused[i]);
  }
  assert_int_equal(4, saw.freed);
  assert_int_equal(ASY_OK, asy_loop_close(*state));
  assert_int_equal(ASY_E_CLOSED, asy_future_status(asy_spawn(*state, await_twice, NULL, count_free, NULL)));
  assert_int_equal(5, saw.freed);
  assert_int_equal(0, saw.entered);
}

int main(int argc, char **argv) {
  char here;
  main_frame = &here;
  const struct CMUnitTest tests[] = {
      STACK_TEST(test_what_cannot_be_awaited_fails_at_once_and_the_function_goes_on),
      STACK_TEST(test_an_await_outside_a_function_is_refused_and_consumes),
      STACK_TEST(test_an_await_on_another_coroutines_stack_is_refused),
      STACK_TEST(test_a_function_may_swallow_a_cancel),
      STACK_TEST(test_cancelled_before_its_start_it_never_runs),
      STACK_TEST(test_at_the_loops_end_every_await_fails_until_the_function_returns),
      STACK_TEST(test_a_function_that_never_ends_is_named_and_left_alone),
      STACK_TEST(test_a_loop_with_unfinished_functions_keeps_its_thread),
      STACK_TEST(test_foreign_code_never_runs_on_a_small_stack),
      STACK_TEST(test_callbacks_run_on_the_loops_stack),
      STACK_TEST(test_an_await_takes_a_pointer_with_its_destructor),
      STACK_TEST(test_a_function_that_overflows_its_stack_ends_the_process),
      STACK_TEST(test_a_spawn_that_cannot_be_consumes_its_data),
  };
  return asy_test_main(argc, argv, "stack_edges", tests);
}
