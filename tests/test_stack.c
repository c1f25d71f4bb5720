/* Functions that await, on stacks of their own: what they give, and when they run. */
#include "asy_test.h"

#include <stdio.h>

/* What a body saw; asserted after the run. */
static struct {
  asy_loop *loop;
  asy_future *future;
  asy_status status[4];
  asy_value value;
  asy_error *error;
  int entered, left, freed;
  char order[32];
} saw;

static void count_free(void *data) { (void)data, ++saw.freed; }
static void note(const char *mark) { strncat(saw.order, mark, sizeof saw.order - strlen(saw.order) - 1); }

static int setup(void **state) {
  memset(&saw, 0, sizeof saw);
  int status = asy_test_setup(state);
  saw.loop = *state;
  return status;
}
#define STACK_TEST(f) cmocka_unit_test_setup_teardown(f, setup, asy_test_teardown)

static asy_task *spawn(asy_run_cb on_run) { return asy_spawn(saw.loop, on_run, &saw, count_free, NULL); }
static asy_status finish(asy_task *task) { return asy_test_finish(saw.loop, task, NULL); }
static asy_status run(asy_run_cb on_run) { return finish(spawn(on_run)); }

static asy_status give_seven(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_error, (void)data;
  ++saw.entered;
  asy_value_set_int(out_value, 7);
  return ASY_OK;
}

/* TASK-01 */
static void test_the_function_starts_on_a_later_turn_and_its_result_is_the_tasks(void **state) {
  asy_task *task = spawn(give_seven);
  int64_t number = 0;
  assert_int_equal(0, saw.entered);
  assert_true(asy_future_is_task(task));
  assert_int_equal(ASY_OK, asy_test_finish(*state, task, &number));
  assert_int_equal(7, number);
  assert_int_equal(1, saw.freed);
}

static asy_status note_it(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error;
  note(data);
  asy_await(asy_sleep(saw.loop, 0), NULL, NULL);
  note(data);
  return ASY_OK;
}

/* TASK-10 CORO-12 */
static void test_functions_start_in_the_order_of_their_spawns_and_take_turns(void **state) {
  (void)state;
  asy_task *a = asy_spawn(saw.loop, note_it, "a", NULL, NULL), *b = asy_spawn(saw.loop, note_it, "b", NULL, NULL);
  assert_int_equal(ASY_OK, finish(a));
  assert_int_equal(ASY_OK, finish(b));
  assert_string_equal("abab", saw.order);
}

static asy_status await_given(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error, (void)data;
  ++saw.entered;
  saw.status[0] = asy_await(saw.future, &saw.value, &saw.error);
  ++saw.left;
  return ASY_OK;
}

/* TASK-03 FUT-07 */
static void test_an_await_waits_for_the_result_and_takes_it(void **state) {
  saw.future = asy_future_new(*state);
  asy_future *mine = asy_future_ref(saw.future);
  asy_task *task = spawn(await_given);
  asy_test_turn(*state);
  assert_int_equal(1, saw.entered);
  assert_int_equal(0, saw.left);
  asy_value value;
  assert_int_equal(ASY_OK, asy_value_set_string(&value, "done", 4));
  assert_int_equal(ASY_OK, asy_future_set_result(mine, &value));
  assert_int_equal(0, saw.left);
  assert_int_equal(ASY_OK, finish(task));
  assert_int_equal(ASY_OK, saw.status[0]);
  assert_string_equal("done", asy_value_data(&saw.value, NULL));
  assert_null(saw.error);
  assert_string_equal("done", asy_value_data(asy_future_value(mine), NULL));
  asy_value_clear(&saw.value);
  asy_future_unref(mine);
}

/* CORO-07 FUT-09 */
static void test_an_await_gives_the_error_and_reads_it(void **state) {
  asy_error *error = asy_error_new(ASY_E_FOREIGN, "boom", NULL);
  saw.future = asy_future_new(*state);
  asy_future *mine = asy_future_ref(saw.future);
  asy_task *task = spawn(await_given);
  asy_test_turn(*state);
  assert_int_equal(ASY_OK, asy_future_set_error(mine, error));
  asy_future_unref(mine);
  assert_int_equal(ASY_OK, finish(task));
  assert_int_equal(ASY_E_FOREIGN, saw.status[0]);
  assert_ptr_equal(error, saw.error);
  asy_error_unref(saw.error);
}

/* TASK-20 */
static void test_an_await_of_a_cancelled_future_is_cancelled_though_the_task_is_not(void **state) {
  saw.future = asy_future_new(*state);
  asy_future *mine = asy_future_ref(saw.future);
  asy_task *task = spawn(await_given);
  asy_test_turn(*state);
  asy_future_cancel(mine, "enough");
  asy_future_unref(mine);
  assert_int_equal(ASY_OK, finish(task));
  assert_int_equal(ASY_E_CANCELLED, saw.status[0]);
  assert_string_equal("enough", asy_error_message(saw.error));
  asy_error_unref(saw.error);
}

static asy_status await_done(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error, (void)data;
  note("(");
  asy_value value;
  asy_value_set_int(&value, 5);
  saw.status[0] = asy_await(asy_future_new_done(saw.loop, &value), &saw.value, NULL);
  saw.status[1] =
      asy_await(asy_future_new_failed(saw.loop, asy_error_new(ASY_E_FOREIGN, "boom", NULL)), NULL, &saw.error);
  note(")");
  return ASY_OK;
}

static void mark_turn(void *data) { note(data); }

/* CORO-02 */
static void test_awaiting_a_done_future_does_not_yield(void **state) {
  asy_task *task = spawn(await_done);
  assert_int_equal(ASY_OK, asy_loop_call_soon(*state, mark_turn, "x", NULL, NULL));
  assert_int_equal(ASY_OK, finish(task));
  assert_string_equal("()x", saw.order);
  assert_int_equal(ASY_OK, saw.status[0]);
  assert_int_equal(5, asy_value_int(&saw.value));
  assert_int_equal(ASY_E_FOREIGN, saw.status[1]);
  assert_string_equal("boom", asy_error_message(saw.error));
  asy_error_unref(saw.error);
}

static asy_status await_many(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error, (void)data;
  for (int i = 0; i < 130; ++i) {
    asy_value value;
    asy_value_set_int(&value, i);
    if (i == 127) note("a");
    if (i == 129) note("b");
    saw.status[0] = asy_await(asy_future_new_done(saw.loop, &value), &value, NULL);
    if (saw.status[0] || asy_value_int(&value) != i) return ASY_E_INTERNAL;
  }
  return ASY_OK;
}

static void test_too_many_done_futures_in_a_row_yield_once(void **state) {
  asy_task *task = spawn(await_many);
  assert_int_equal(ASY_OK, asy_loop_call_soon(*state, mark_turn, "x", NULL, NULL));
  assert_int_equal(ASY_OK, finish(task));
  assert_string_equal("axb", saw.order);
}

static asy_status recurse(int depth) {
  char used[512];
  memset(used, depth, sizeof used);
  asy_status status = depth ? recurse(depth - 1) : asy_await(asy_sleep(saw.loop, ASY_SECOND), NULL, NULL);
  return used[17] == (char)depth ? status : ASY_E_INTERNAL;
}

static asy_status recurse_100(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error, (void)data;
  return recurse(100);
}

/* CORO-13 */
static void test_an_await_works_at_any_depth(void **state) {
  uint64_t start = asy_loop_time(*state);
  assert_int_equal(ASY_OK, run(recurse_100));
  assert_int_equal(ASY_SECOND, asy_loop_time(*state) - start);
}

static asy_status recurse_deep(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error, (void)data;
  return recurse(2000); /* a megabyte */
}

static void test_the_stack_is_as_large_as_asked(void **state) {
  asy_task_options options = {.size = sizeof options, .name = "deep", .stack_size = 3 << 20};
  asy_task *task = asy_spawn(*state, recurse_deep, NULL, NULL, &options);
  assert_string_equal("deep", asy_task_name(task));
  assert_int_equal(ASY_OK, finish(task));
}

static asy_status fail_quietly(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_error, (void)data;
  asy_value_set_pointer(out_value, NULL, count_free);
  return ASY_E_TIMEOUT;
}
static asy_status fail_aloud(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)data;
  *out_error = asy_error_new(ASY_E_FOREIGN, "boom", NULL);
  return ASY_E_FOREIGN;
}
static asy_status give_nonsense(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error, (void)data;
  return 5;
}
static asy_status end_cancelled(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error, (void)data;
  return ASY_E_CANCELLED;
}

/* TASK-17 */
static void test_a_failing_status_fails_the_task(void **state) {
  assert_int_equal(ASY_E_TIMEOUT, run(fail_quietly));
  assert_int_equal(2, saw.freed); /* the value that nobody gets, and the body's data */
  asy_task *task = spawn(fail_aloud);
  assert_int_equal(ASY_OK, asy_loop_run_until_complete(*state, task));
  assert_string_equal("boom", asy_error_message(asy_future_error(task)));
  asy_future_unref(task);
  assert_int_equal(ASY_E_INVALID, run(give_nonsense));
  task = spawn(end_cancelled);
  assert_int_equal(ASY_OK, asy_loop_run_until_complete(*state, task));
  assert_true(asy_future_is_cancelled(task));
  asy_future_unref(task);
}

static asy_status spawn_and_await(asy_value *out_value, asy_error **out_error, void *data) {
  (void)data;
  return asy_await(spawn(give_seven), out_value, out_error);
}

static void test_a_function_awaits_another_ones_task(void **state) {
  int64_t number = 0;
  assert_int_equal(ASY_OK, asy_test_finish(*state, spawn(spawn_and_await), &number));
  assert_int_equal(7, number);
}

static asy_status sleep_long(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error;
  return asy_await(asy_sleep(saw.loop, (uint64_t)(uintptr_t)data * ASY_MILLISECOND), NULL, NULL);
}

static void test_thousands_sleep_at_a_time(void **state) {
  enum { many = 3000 };
  static asy_task *tasks[many];
  for (int round = 0; round < 2; ++round) {
    for (uintptr_t i = 0; i < many; ++i) tasks[i] = asy_spawn(*state, sleep_long, (void *)(i % 7), NULL, NULL);
    for (int i = 0; i < many; ++i) assert_int_equal(ASY_OK, finish(tasks[i]));
  }
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      STACK_TEST(test_the_function_starts_on_a_later_turn_and_its_result_is_the_tasks),
      STACK_TEST(test_functions_start_in_the_order_of_their_spawns_and_take_turns),
      STACK_TEST(test_an_await_waits_for_the_result_and_takes_it),
      STACK_TEST(test_an_await_gives_the_error_and_reads_it),
      STACK_TEST(test_an_await_of_a_cancelled_future_is_cancelled_though_the_task_is_not),
      STACK_TEST(test_awaiting_a_done_future_does_not_yield),
      STACK_TEST(test_too_many_done_futures_in_a_row_yield_once),
      STACK_TEST(test_an_await_works_at_any_depth),
      STACK_TEST(test_the_stack_is_as_large_as_asked),
      STACK_TEST(test_a_failing_status_fails_the_task),
      STACK_TEST(test_a_function_awaits_another_ones_task),
      STACK_TEST(test_thousands_sleep_at_a_time),
  };
  return asy_test_main(argc, argv, "stack", tests);
}
