/* Operations as plain data, and the completions that answer them. */
#include "asy_test.h"

enum { CAPACITY = 16 };

static asy_completion completions[CAPACITY];

/* A batch that does not wait; the number of completions. */
static size_t batch(asy_loop *loop, const asy_op *ops, size_t count) {
  size_t given = 0;
  assert_int_equal(ASY_OK, asy_loop_step_batch(loop, ops, count, 0, completions, CAPACITY, &given));
  return given;
}

/* Turns until so many completions were given; a virtual clock jumps to what they wait for. */
static void expect(asy_loop *loop, const asy_op *ops, size_t count, size_t wanted) {
  size_t given = 0;
  assert_int_equal(ASY_OK, asy_loop_step_batch(loop, ops, count, 0, completions, CAPACITY, &given));
  for (int turn = 0; turn < 10 && given < wanted; turn++) {
    size_t more = 0;
    assert_int_equal(ASY_OK,
                     asy_loop_step_batch(loop, NULL, 0, ASY_FOREVER, completions + given, CAPACITY - given, &more));
    given += more;
  }
  assert_int_equal(wanted, given);
}

static void drop(size_t count) {
  for (size_t i = 0; i < count; i++) {
    asy_value_clear(&completions[i].value);
    asy_error_unref(completions[i].error);
  }
}

static uint64_t word(const void *handle) { return (uint64_t)(uintptr_t)handle; }

static asy_op sleep_op(asy_loop *loop, uint64_t delay_ns, uint64_t tag) {
  return (asy_op){.code = ASY_OP_SLEEP, .tag = tag, .args = {word(loop), delay_ns}};
}

/* A deferred task whose first resume was given. */
static asy_task *started(asy_loop *loop, uint64_t tag) {
  asy_task *task = asy_task_new_deferred(loop, tag, NULL);
  expect(loop, NULL, 0, 1);
  assert_int_equal(ASY_COMPLETION_RESUME, completions[0].kind);
  assert_int_equal(tag, completions[0].tag);
  assert_int_equal(ASY_VALUE_NIL, completions[0].value.kind);
  return task;
}

static char graph[200];
static void add_line(const char *line, void *unused) {
  (void)unused;
  strncat(strncat(graph, line, 80), "|", 2);
}
static const char *graph_of(asy_task *task) {
  *graph = 0;
  assert_int_equal(ASY_OK, asy_future_call_graph(task, INT32_MAX, 0, add_line, NULL, NULL));
  return strchr(graph, '|') + 1;
}

/* TASK-28 INTR-01: in C nobody else knows; where it stands is forgotten as soon as it goes on */
static void test_a_deferred_task_stands_where_it_was_said_to(void **state) {
  asy_task *task = started(*state, 3), *other = asy_future_new(*state);
  assert_int_equal(ASY_OK, asy_task_set_frames(task, "outer\ninner"));
  assert_string_equal("  at outer|  at inner|", graph_of(task));
  assert_int_equal(ASY_OK, asy_task_set_frames(task, "alone"));
  assert_string_equal("  at alone|", graph_of(task));
  assert_int_equal(ASY_OK, asy_task_set_frames(task, NULL));
  assert_string_equal("", graph_of(task));
  asy_op yield = {.code = ASY_OP_TASK_YIELD, .args = {word(task)}};
  assert_int_equal(ASY_OK, asy_task_set_frames(task, "yields"));
  expect(*state, &yield, 1, 1);
  assert_string_equal("", graph_of(task));
  assert_int_equal(ASY_E_INVALID, asy_task_set_frames(other, "none"));
  assert_int_equal(ASY_E_INVALID, asy_task_set_frames(NULL, "none"));
  asy_test_fail_allocation(1, 1);
  assert_int_equal(ASY_E_NOMEM, asy_task_set_frames(task, "no room"));
  asy_test_fail_allocation(0, 0);
  assert_int_equal(ASY_OK, asy_task_set_frames(task, "at its end"));
  asy_op end = {.code = ASY_OP_TASK_RETURN_VALUE, .args = {word(task)}};
  expect(*state, &end, 1, 1);
  assert_int_equal(ASY_E_STATE, asy_task_set_frames(task, "after it"));
  asy_future_unref(other);
  asy_future_unref(task);
}

static void test_operations_are_answered_in_the_order_in_which_they_finish(void **state) {
  asy_op ops[] = {sleep_op(*state, 20 * ASY_MILLISECOND, 1), sleep_op(*state, 10 * ASY_MILLISECOND, 2)};
  expect(*state, ops, 2, 2);
  assert_int_equal(2, completions[0].tag);
  assert_int_equal(1, completions[1].tag);
  assert_int_equal(ASY_COMPLETION_DONE, completions[1].kind);
  assert_int_equal(ASY_OK, completions[1].status);
}

static void test_return_gives_the_handle_before_the_outcome(void **state) {
  asy_op op = sleep_op(*state, 0, 7);
  op.flags = ASY_OP_RETURN;
  expect(*state, &op, 1, 2);
  assert_int_equal(ASY_COMPLETION_RETURNED, completions[0].kind);
  assert_int_equal(ASY_OK, completions[0].status);
  assert_int_equal(ASY_COMPLETION_DONE, completions[1].kind);
  asy_future *future = (asy_future *)(uintptr_t)completions[0].word;
  assert_true(asy_future_is_done(future));
  asy_future_unref(future);
}

static void test_a_cancelled_operation_is_answered_with_the_error(void **state) {
  asy_op op = sleep_op(*state, ASY_FOREVER, 7);
  op.flags = ASY_OP_RETURN;
  assert_int_equal(1, batch(*state, &op, 1));
  asy_future *future = (asy_future *)(uintptr_t)completions[0].word;
  asy_op cancel[] = {{.code = ASY_OP_FUTURE_CANCEL, .args = {word(future), word("enough")}},
                     {.code = ASY_OP_FUTURE_UNREF, .args = {word(future)}}};
  expect(*state, cancel, 2, 1);
  assert_int_equal(ASY_E_CANCELLED, completions[0].status);
  assert_string_equal("enough", asy_error_message(completions[0].error));
  drop(1);
}

static void test_an_unknown_code_is_answered_as_invalid(void **state) {
  asy_op ops[] = {{.code = UINT32_MAX, .flags = ASY_OP_RETURN, .tag = 3}, {.code = UINT32_MAX}};
  assert_int_equal(1, batch(*state, ops, 2));
  assert_int_equal(3, completions[0].tag);
  assert_int_equal(ASY_COMPLETION_RETURNED, completions[0].kind);
  assert_int_equal(ASY_E_INVALID, completions[0].status);
}

static void test_a_future_that_failed_at_once_is_answered_twice(void **state) {
  asy_op op = {.code = ASY_OP_STREAM_CONNECT, .flags = ASY_OP_RETURN, .tag = 3, .args = {word(*state), 0, 1}};
  expect(*state, &op, 1, 2);
  assert_int_equal(ASY_E_INVALID, completions[0].status);
  assert_int_equal(ASY_E_INVALID, completions[1].status);
  asy_future_unref((asy_future *)(uintptr_t)completions[0].word);
  drop(2);
}

static void test_what_does_not_fit_waits_for_the_next_call(void **state) {
  asy_op ops[3] = {sleep_op(*state, 0, 1), sleep_op(*state, 0, 2), sleep_op(*state, 0, 3)};
  size_t given = 0;
  assert_int_equal(0, batch(*state, ops, 0));
  assert_int_equal(ASY_OK, asy_loop_step_batch(*state, ops, 3, 0, completions, 0, &given));
  assert_int_equal(0, given);
  assert_int_equal(ASY_OK, asy_loop_step_batch(*state, NULL, 0, ASY_FOREVER, completions, 2, &given));
  assert_int_equal(2, given);
  assert_int_equal(1, completions[0].tag);
  assert_int_equal(ASY_OK, asy_loop_step_batch(*state, NULL, 0, ASY_FOREVER, completions, 2, &given));
  assert_int_equal(1, given);
  assert_int_equal(3, completions[0].tag);
}

static void test_operations_without_tag_are_not_answered(void **state) {
  asy_op ops[2] = {sleep_op(*state, 0, 0), sleep_op(*state, 0, 0)};
  assert_int_equal(0, batch(*state, ops, 2));
  assert_int_equal(0, batch(*state, NULL, 0));
}

static void test_a_deferred_task_lives_through_completions(void **state) { /* CORO-13 */
  asy_task *task = started(*state, 5);
  asy_op op = sleep_op(*state, ASY_SECOND, 0);
  op.task = task;
  uint64_t before = asy_loop_time(*state);
  expect(*state, &op, 1, 1);
  assert_int_equal(ASY_COMPLETION_RESUME, completions[0].kind);
  assert_true(asy_loop_time(*state) - before >= ASY_SECOND);

  asy_value value = {0};
  asy_value_set_int(&value, 42);
  asy_op end = {.code = ASY_OP_TASK_RETURN_VALUE, .args = {word(task), word(&value)}};
  expect(*state, &end, 1, 1);
  assert_int_equal(ASY_COMPLETION_DESTROY, completions[0].kind);
  assert_int_equal(5, completions[0].tag);
  assert_int_equal(ASY_OK, completions[0].status);
  assert_int_equal(ASY_VALUE_NIL, value.kind);
  assert_int_equal(42, asy_value_int(asy_future_value(task)));
  asy_future_unref(task);
}

static void test_a_resume_carries_what_was_awaited(void **state) {
  asy_task *task = started(*state, 5);
  asy_future *future = asy_future_new(*state);
  asy_value value = {0};
  assert_int_equal(ASY_OK, asy_value_set_string(&value, "hello", 5));
  asy_op ops[] = {{.code = ASY_OP_TASK_AWAIT, .args = {word(task), word(asy_future_ref(future))}},
                  {.code = ASY_OP_FUTURE_SET_RESULT, .args = {word(future), word(&value)}},
                  {.code = ASY_OP_FUTURE_UNREF, .args = {word(future)}}};
  expect(*state, ops, 3, 1);
  size_t size = 0;
  assert_string_equal("hello", asy_value_data(&completions[0].value, &size));
  assert_int_equal(5, size);
  drop(1);

  asy_op fail = {.code = ASY_OP_STREAM_CONNECT, .task = task, .args = {word(*state), 0, 1}};
  expect(*state, &fail, 1, 1);
  assert_int_equal(ASY_COMPLETION_RESUME, completions[0].kind);
  assert_int_equal(ASY_E_INVALID, completions[0].status);
  asy_error *raised = completions[0].error;
  completions[0].error = NULL;
  drop(1);

  asy_op raise = {.code = ASY_OP_TASK_RAISE, .args = {word(task), word(raised)}};
  expect(*state, &raise, 1, 1);
  assert_int_equal(ASY_COMPLETION_DESTROY, completions[0].kind);
  assert_int_equal(ASY_E_INVALID, completions[0].status);
  assert_int_equal(ASY_E_INVALID, asy_future_status(task));
  asy_future_unref(task);
}

static void test_a_request_while_the_step_is_out_is_told_once(void **state) { /* TASK-15 */
  asy_task *task = started(*state, 5);
  asy_op cancel[2] = {{.code = ASY_OP_TASK_CANCEL, .args = {word(task)}},
                      {.code = ASY_OP_TASK_CANCEL, .args = {word(task)}}};
  assert_int_equal(1, batch(*state, cancel, 2));
  assert_int_equal(ASY_COMPLETION_CANCEL, completions[0].kind);
  assert_int_equal(5, completions[0].tag);

  asy_op op = sleep_op(*state, ASY_FOREVER, 0);
  op.task = task;
  expect(*state, &op, 1, 1);
  assert_int_equal(ASY_COMPLETION_RESUME, completions[0].kind);
  assert_int_equal(ASY_E_CANCELLED, completions[0].status);
  drop(1);
  assert_int_equal(ASY_OK, asy_task_return_value(task, NULL));
  expect(*state, NULL, 0, 1);
  assert_int_equal(ASY_COMPLETION_DESTROY, completions[0].kind);
  asy_future_unref(task);
}

static void test_a_task_cancelled_before_its_first_step_is_only_destroyed(void **state) { /* TASK-14 */
  asy_op op = {.code = ASY_OP_TASK_NEW_DEFERRED, .flags = ASY_OP_RETURN, .tag = 1, .args = {word(*state), 5}};
  asy_completion made;
  assert_int_equal(ASY_OK, asy_loop_apply(*state, &op, 1, &made));
  asy_task *task = (asy_task *)(uintptr_t)made.word;
  assert_int_equal(ASY_OK, made.status);
  assert_true(asy_task_cancel(task, NULL));
  expect(*state, NULL, 0, 1);
  assert_int_equal(ASY_COMPLETION_DESTROY, completions[0].kind);
  assert_int_equal(5, completions[0].tag);
  assert_int_equal(ASY_E_CANCELLED, completions[0].status);
  asy_future_unref(task);
}

static void test_a_step_is_delivered_once(void **state) { /* TASK-03 */
  asy_task *task = started(*state, 5);
  assert_int_equal(ASY_OK, asy_task_yield(task));
  assert_int_equal(ASY_E_STATE, asy_task_yield(task));
  assert_int_equal(ASY_E_STATE, asy_task_await(task, asy_sleep(*state, 0)));
  assert_int_equal(ASY_E_STATE, asy_task_raise(task, asy_error_new(ASY_E_FOREIGN, "lost", NULL)));
  expect(*state, NULL, 0, 1);
  assert_int_equal(ASY_COMPLETION_RESUME, completions[0].kind);
  assert_int_equal(ASY_OK, asy_task_return_value(task, NULL));
  asy_future *plain = asy_future_new(*state);
  assert_int_equal(ASY_E_INVALID, asy_task_yield(plain));
  assert_int_equal(ASY_E_INVALID, asy_task_yield(NULL));
  asy_future_unref(plain);
  expect(*state, NULL, 0, 1);
  asy_future_unref(task);
}

static void test_the_error_of_a_task_that_nobody_reads_is_reported(void **state) { /* FUT-09 */
  asy_task *task = started(*state, 5);
  asy_future_unref(task);
  assert_int_equal(ASY_OK, asy_task_raise(task, asy_error_new(ASY_E_FOREIGN, "lost", NULL)));
  expect(*state, NULL, 0, 1);
  assert_int_equal(ASY_E_FOREIGN, completions[0].status);
  assert_int_equal(1, asy_test_reports());
}

static void test_apply_answers_the_last_operation_at_once(void **state) {
  asy_op ops[] = {sleep_op(*state, 0, 1), {.code = ASY_OP_SEMAPHORE_NEW, .tag = 2, .args = {word(*state), 3}}};
  asy_completion last;
  assert_int_equal(ASY_OK, asy_loop_apply(*state, ops, 2, &last));
  assert_int_equal(ASY_COMPLETION_RETURNED, last.kind);
  assert_int_equal(2, last.tag);
  assert_int_equal(ASY_OK, last.status);
  asy_semaphore *semaphore = (asy_semaphore *)(uintptr_t)last.word;
  assert_int_equal(3, asy_semaphore_value(semaphore));
  asy_op unref = {.code = ASY_OP_SEMAPHORE_UNREF, .args = {word(semaphore)}};
  assert_int_equal(ASY_OK, asy_loop_apply(*state, &unref, 1, NULL));
  expect(*state, NULL, 0, 1);
  assert_int_equal(1, completions[0].tag);
}

static void test_bad_arguments_change_nothing(void **state) {
  asy_op op = sleep_op(*state, 0, 1);
  size_t given = 9;
  assert_int_equal(ASY_E_INVALID, asy_loop_step_batch(NULL, &op, 1, 0, completions, CAPACITY, &given));
  assert_int_equal(0, given);
  assert_int_equal(ASY_E_INVALID, asy_loop_step_batch(*state, NULL, 1, 0, completions, CAPACITY, &given));
  assert_int_equal(ASY_E_INVALID, asy_loop_step_batch(*state, &op, 1, 0, NULL, CAPACITY, &given));
  assert_int_equal(ASY_E_INVALID, asy_loop_step_batch(*state, &op, 1, 0, completions, CAPACITY, NULL));
  assert_int_equal(ASY_E_INVALID, asy_loop_apply(*state, NULL, 1, NULL));
  assert_int_equal(ASY_OK, asy_loop_release(*state));
  assert_int_equal(ASY_E_WRONG_THREAD, asy_loop_step_batch(*state, &op, 1, 0, completions, CAPACITY, &given));
  assert_int_equal(ASY_E_WRONG_THREAD, asy_loop_apply(*state, &op, 1, NULL));
  assert_int_equal(ASY_OK, asy_loop_acquire(*state));
  assert_int_equal(0, batch(*state, NULL, 0));
}

struct inner {
  asy_loop *loop;
  asy_status own, other;
  size_t given;
};
static void steps_inside(void *data) {
  struct inner *in = data;
  asy_loop *outer = asy_loop_current();
  asy_op op = sleep_op(outer, 0, 1), other = sleep_op(in->loop, 0, 1);
  in->own = asy_loop_step_batch(outer, &op, 1, 0, completions, CAPACITY, &in->given);
  in->other = asy_loop_step_batch(in->loop, &other, 1, 0, completions, CAPACITY, &in->given);
}

/* LOOP-05: nothing was applied, so nothing is answered later */
static void test_a_step_inside_a_step_applies_nothing(void **state) {
  struct inner in = {.given = 9};
  assert_int_equal(0, asy_test_setup((void **)&in.loop));
  assert_int_equal(ASY_OK, asy_loop_call_soon(*state, steps_inside, &in, NULL, NULL));
  assert_int_equal(0, batch(*state, NULL, 0));
  assert_int_equal(ASY_E_STATE, in.own);
  assert_int_equal(ASY_E_STATE, in.other);
  assert_int_equal(0, in.given);
  assert_int_equal(0, batch(*state, NULL, 0));
  assert_int_equal(0, batch(in.loop, NULL, 0));
  assert_int_equal(0, asy_test_teardown((void **)&in.loop));
}

static void test_close_takes_what_was_not_read(void **state) { /* LOOP-08 */
  asy_task *out = started(*state, 5);                          /* its step is out */
  asy_task *queued = asy_task_new_deferred(*state, 6, NULL);   /* its resume is not read */
  asy_op ops[] = {sleep_op(*state, 0, 1), sleep_op(*state, ASY_FOREVER, 2)};
  ops[0].flags = ASY_OP_RETURN;
  size_t given = 0;
  assert_int_equal(ASY_OK, asy_loop_step_batch(*state, ops, 2, 0, completions, 0, &given));
  assert_int_equal(ASY_OK, asy_loop_step_batch(*state, NULL, 0, 0, completions, 0, &given));
  assert_int_equal(ASY_OK, asy_loop_close(*state));
  assert_int_equal(2, asy_test_reports()); /* two pending tasks */
  assert_int_equal(ASY_E_CLOSED, asy_loop_step_batch(*state, NULL, 0, 0, completions, CAPACITY, &given));
  assert_int_equal(ASY_E_CLOSED, asy_task_return_value(out, NULL));
  asy_future_unref(out);
  asy_future_unref(queued);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      ASY_TEST(test_a_deferred_task_stands_where_it_was_said_to),
      ASY_TEST(test_operations_are_answered_in_the_order_in_which_they_finish),
      ASY_TEST(test_return_gives_the_handle_before_the_outcome),
      ASY_TEST(test_a_cancelled_operation_is_answered_with_the_error),
      ASY_TEST(test_an_unknown_code_is_answered_as_invalid),
      ASY_TEST(test_a_future_that_failed_at_once_is_answered_twice),
      ASY_TEST(test_what_does_not_fit_waits_for_the_next_call),
      ASY_TEST(test_operations_without_tag_are_not_answered),
      ASY_TEST(test_a_deferred_task_lives_through_completions),
      ASY_TEST(test_a_resume_carries_what_was_awaited),
      ASY_TEST(test_a_request_while_the_step_is_out_is_told_once),
      ASY_TEST(test_a_task_cancelled_before_its_first_step_is_only_destroyed),
      ASY_TEST(test_a_step_is_delivered_once),
      ASY_TEST(test_the_error_of_a_task_that_nobody_reads_is_reported),
      ASY_TEST(test_apply_answers_the_last_operation_at_once),
      ASY_TEST(test_bad_arguments_change_nothing),
      ASY_TEST(test_a_step_inside_a_step_applies_nothing),
      ASY_TEST(test_close_takes_what_was_not_read),
  };
  return asy_test_main(argc, argv, "batch", tests);
}
