/* Bad input that a caller can give: each is answered, what was handed over ends, nothing else changes. */
#include "asy_task_test.h"

static void never(void *data) { (void)data, note("!"); }

/* HND-10: also without debug mode, and the data is freed at once */
static void test_what_cannot_be_called_is_refused_when_it_is_queued(void **state) {
  asy_handle *handle = (asy_handle *)&handle;
  (void)state;
  assert_int_equal(ASY_E_INVALID, asy_loop_call_soon(loop, NULL, &freed, count_free, &handle));
  assert_null(handle);
  assert_int_equal(ASY_E_INVALID, asy_loop_call_later(loop, 1, NULL, &freed, count_free, NULL));
  assert_int_equal(ASY_E_INVALID, asy_loop_call_at(loop, 1, NULL, &freed, count_free, NULL));
  assert_int_equal(ASY_E_INVALID, asy_loop_call_soon_threadsafe(loop, NULL, &freed, count_free, NULL));
  assert_int_equal(ASY_E_INVALID, finish(asy_spawn(loop, NULL, &freed, count_free, NULL)));
  assert_int_equal(5, freed);
}

/* HND-08 */
static void test_the_longest_times_are_waited_for_and_can_be_cancelled(void **state) {
  asy_handle *handle;
  (void)state;
  asy_future *sleep = asy_sleep(loop, UINT64_MAX - 1);
  assert_int_equal(ASY_OK, asy_loop_call_at(loop, UINT64_MAX - 1, never, NULL, NULL, &handle));
  asy_future *waiting = asy_wait_for(loop, asy_future_new(loop), UINT64_MAX - 1);
  assert_int_equal(ASY_OK, finish(asy_sleep(loop, ASY_SECOND)));
  assert_int_equal(0, asy_future_is_done(sleep) | asy_future_is_done(waiting));
  asy_handle_cancel(handle);
  asy_handle_unref(handle);
  asy_future_cancel(waiting, NULL);
  asy_future_cancel(sleep, NULL);
  assert_int_equal(ASY_E_CANCELLED, finish(waiting));
  assert_int_equal(ASY_E_CANCELLED, finish(sleep));
  assert_string_equal("", trail);
}

static void test_what_is_too_large_is_refused_as_without_memory(void **state) {
  asy_task_options options = {.size = sizeof options, .stack_size = UINT64_MAX};
  asy_value list = {0};
  (void)state;
  assert_int_equal(ASY_E_NOMEM, asy_value_set_list(&list, SIZE_MAX));
  assert_int_equal(ASY_VALUE_NIL, asy_value_kind(&list));
  assert_int_equal(ASY_E_NOMEM, asy_value_set_list(&list, SIZE_MAX / sizeof(asy_value) + 1));
  assert_true(finish(asy_spawn(loop, sleeper, NULL, count_free, &options)) < 0);
  assert_int_equal(1, freed);
}

static void test_a_queue_without_an_end_and_a_counter_at_its_end(void **state) {
  asy_semaphore *semaphore;
  asy_queue *queue;
  (void)state;
  assert_int_equal(ASY_OK, asy_semaphore_new(loop, UINT64_MAX, &semaphore));
  assert_true(asy_semaphore_release(semaphore) < 0);
  assert_int_equal(UINT64_MAX, asy_semaphore_value(semaphore));
  assert_int_equal(ASY_OK, asy_queue_new(loop, SIZE_MAX, &queue));
  assert_int_equal(ASY_OK, finish(asy_queue_put(queue, NULL)));
  assert_int_equal(1, asy_queue_size(queue));
  asy_queue_unref(queue);
  asy_semaphore_unref(semaphore);
}

static void test_options_of_no_size_are_refused(void **state) {
  asy_task_options task = {.size = 0};
  asy_loop_options of_loop = {.size = 3};
  asy_loop *made = loop;
  (void)state;
  assert_int_equal(ASY_E_INVALID, asy_loop_new(&of_loop, &made));
  assert_null(made);
  assert_int_equal(ASY_E_INVALID, finish(asy_spawn(loop, sleeper, NULL, count_free, &task)));
  assert_int_equal(1, freed);
}

static asy_future *own;
static void drop_own(asy_future *future, void *data) {
  (void)data;
  if (asy_future_set_result(future, NULL) == ASY_E_STATE) note("s");
  if (!asy_future_cancel(future, NULL)) note("c");
  asy_future_remove_done_callback(future, drop_own, NULL);
  asy_future_unref(future);
}

/* FUT-01 FUT-05 */
static void test_a_callback_may_give_up_what_calls_it(void **state) {
  (void)state;
  own = asy_future_new(loop);
  asy_future_add_done_callback(own, drop_own, NULL, count_free);
  asy_future_set_result(own, NULL);
  settle();
  assert_string_equal("sc", trail);
  assert_int_equal(1, freed);
}

static asy_status closes_its_loop(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error, (void)data;
  if (asy_loop_close(loop) == ASY_E_STATE) note("s");
  if (asy_loop_run(loop) == ASY_E_STATE) note("r");
  if (asy_loop_step(loop, 0) == ASY_E_STATE) note("t");
  return ASY_OK;
}

/* LOOP-05 LOOP-08 */
static void test_a_task_does_not_run_or_close_the_loop_that_runs_it(void **state) {
  (void)state;
  assert_int_equal(ASY_OK, finish(spawn(closes_its_loop, NULL)));
  assert_string_equal("srt", trail);
}

static void complete_twice(asy_future *future, void *data) {
  (void)data;
  asy_value value;
  asy_value_set_pointer(&value, &freed, count_free);
  if (asy_future_set_result(future, NULL)) note("?");
  if (asy_future_set_result(future, &value) == ASY_E_STATE) note("2");
  if (asy_future_set_error(future, boom()) == ASY_E_STATE) note("3");
}

/* FUT-01 FUT-15 */
static void test_a_hook_that_answers_twice_is_told(void **state) {
  asy_future *future = asy_future_new_cancellable(loop, complete_twice, NULL, NULL);
  (void)state;
  assert_int_equal(1, asy_future_cancel(future, NULL));
  assert_int_equal(ASY_OK, finish(future));
  assert_string_equal("23", trail);
  assert_int_equal(1, freed);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      TASK_TEST(test_what_cannot_be_called_is_refused_when_it_is_queued),
      TASK_TEST(test_the_longest_times_are_waited_for_and_can_be_cancelled),
      TASK_TEST(test_what_is_too_large_is_refused_as_without_memory),
      TASK_TEST(test_a_queue_without_an_end_and_a_counter_at_its_end),
      TASK_TEST(test_options_of_no_size_are_refused),
      TASK_TEST(test_a_callback_may_give_up_what_calls_it),
      TASK_TEST(test_a_task_does_not_run_or_close_the_loop_that_runs_it),
      TASK_TEST(test_a_hook_that_answers_twice_is_told),
  };
  return asy_test_main(argc, argv, "misuse", tests);
}
