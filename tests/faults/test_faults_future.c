/* Futures, promises, callbacks and what combines them, while memory runs out. */
#include "faults.h"

static void ignore(asy_future *future, void *data) { (void)future, (void)data; }
static void ignore_call(void *data) { (void)data; }
static int freed;
static void count_free(void *data) { (void)data, ++freed; }

static asy_status complete_with_text(asy_loop *loop) {
  asy_future *future = asy_future_new(loop);
  asy_value value;
  asy_status status = asy_future_add_done_callback(future, ignore, NULL, count_free);
  if (!status) status = asy_value_set_string(&value, "text", 4);
  if (!status) status = asy_future_set_result(future, &value);
  asy_status finished = status ? status : complete(loop, asy_future_ref(future));
  asy_future_unref(future);
  return finished;
}

static asy_status many_callbacks(asy_loop *loop) {
  asy_future *future = asy_future_new(loop);
  int registered = 0;
  freed = 0;
  asy_status status = ASY_OK;
  for (int i = 0; i < 300 && !status; ++i, ++registered)
    status = asy_future_add_done_callback(future, ignore, NULL, count_free);
  asy_status set = asy_future_set_result(future, NULL);
  if (!status) status = set;
  asy_loop_step(loop, 0);
  asy_loop_step(loop, 0);
  asy_future_unref(future);
  return freed == registered ? status : ASY_E_INTERNAL;
}

static asy_status cancel_with_a_hook(asy_loop *loop) {
  freed = 0;
  asy_future *future = asy_future_new_cancellable(loop, ignore, NULL, count_free);
  asy_future_cancel(future, "enough");
  asy_status status = asy_future_set_cancelled(future, "enough");
  if (!status) status = complete(loop, asy_future_ref(future));
  asy_future_unref(future);
  asy_loop_step(loop, 0);
  if (freed != 1) return ASY_E_INTERNAL;
  return status == ASY_E_CANCELLED ? ASY_OK : status == ASY_E_INVALID || status == ASY_E_STATE ? ASY_E_NOMEM : status;
}

static asy_status promise(asy_loop *loop) {
  asy_promise *made;
  asy_value value;
  asy_future *future = asy_promise_new(loop, NULL, NULL, NULL, &made);
  if (!made) return complete(loop, future);
  asy_status status = asy_value_set_bytes(&value, "abc", 3);
  if (!status) status = asy_promise_set_result(made, &value);
  asy_promise_unref(made);
  asy_status finished = complete(loop, future);
  return status ? status : finished;
}

static asy_status errors(asy_loop *loop) {
  asy_error_options options = {.size = sizeof options, .traceback = "here"};
  options.cause = asy_error_new(ASY_E_FOREIGN, "inner", NULL);
  asy_error *pair[2] = {asy_error_new(ASY_E_FOREIGN, "outer", &options), asy_error_new_os(2, "open file")};
  asy_error *group = asy_error_new_group("both", pair, 2);
  asy_error_unref(options.cause);
  asy_error_unref(pair[0]);
  asy_error_unref(pair[1]);
  asy_status status = complete(loop, asy_future_new_failed(loop, group));
  return status == ASY_E_GROUP ? ASY_OK : status;
}

static asy_status lists(asy_loop *loop) {
  asy_value list, copy;
  TRY(asy_value_set_list(&list, 10));
  asy_status status = asy_value_set_string(asy_value_item(&list, 3), "item", 4);
  asy_value_copy(&list, &copy);
  asy_value_clear(&list);
  asy_status finished = complete(loop, asy_future_new_done(loop, &copy));
  return status ? status : finished;
}

static asy_status sleeps_and_calls(asy_loop *loop) {
  asy_handle *handle = NULL;
  freed = 0;
  asy_status soon = asy_loop_call_soon(loop, ignore_call, NULL, count_free, &handle);
  asy_handle_unref(handle);
  asy_status later = asy_loop_call_later(loop, ASY_MILLISECOND, ignore_call, NULL, count_free, NULL);
  asy_status far = asy_loop_call_soon_threadsafe(loop, ignore_call, NULL, count_free, NULL);
  asy_status slept = complete(loop, asy_sleep(loop, 5 * ASY_MILLISECOND));
  for (int i = 0; i < 10 && freed < 3; ++i) asy_loop_step(loop, ASY_SECOND);
  if (freed != 3) return ASY_E_INTERNAL;
  return soon ? soon : later ? later : far ? far : slept;
}

static asy_status timed_out(asy_loop *loop) {
  asy_status status = complete(loop, asy_wait_for(loop, asy_future_new(loop), ASY_MILLISECOND));
  return status == ASY_E_TIMEOUT ? ASY_OK : status;
}

static asy_status gathered(asy_loop *loop) {
  asy_value value;
  asy_value_set_int(&value, 1);
  asy_future *parts[] = {asy_sleep(loop, 3), asy_future_new_done(loop, &value), asy_sleep(loop, 1)};
  return complete(loop, asy_gather(loop, parts, 3, 0));
}

static asy_status in_order_of_completion(asy_loop *loop) {
  asy_future *parts[] = {asy_sleep(loop, 3), asy_sleep(loop, 1)};
  asy_completions *completions;
  TRY(asy_completions_new(loop, parts, 2, &completions));
  asy_status status = ASY_OK;
  for (int i = 0; i < 2 && !status; ++i) status = complete(loop, asy_completions_next(completions));
  asy_completions_unref(completions);
  return status;
}

static asy_status bridged(asy_loop *loop) {
  asy_loop *far;
  TRY(asy_loop_new(NULL, &far));
  asy_future *source = asy_future_new(far), *near = asy_future_bridge(loop, asy_future_ref(source));
  asy_loop_step(far, 0);
  asy_future_set_result(source, NULL);
  asy_loop_step(far, 0);
  asy_status status = complete(loop, near);
  asy_future_unref(source);
  asy_loop_close(far);
  asy_loop_unref(far);
  return status == ASY_E_INVALID ? ASY_E_NOMEM : status; /* no source, no bridge */
}

/* Nobody else's future is cancelled by a wait that could not begin. */
static asy_status shared(asy_loop *loop) {
  asy_future *future = asy_future_new(loop);
  asy_status waited = complete(loop, asy_wait_for(loop, asy_future_ref(future), 0));
  int cancelled = asy_future_is_cancelled(future) && waited == ASY_E_NOMEM;
  asy_future_set_result(future, NULL);
  asy_future_unref(future);
  return cancelled ? ASY_E_INTERNAL : waited == ASY_E_TIMEOUT ? ASY_OK : waited;
}

static void test_futures_survive_without_memory(void **state) {
  (void)state;
  SURVIVE(complete_with_text);
  SURVIVE(many_callbacks);
  SURVIVE(cancel_with_a_hook);
}

static void test_promises_survive_without_memory(void **state) {
  (void)state;
  survive("promise", promise, ASY_E_BROKEN_PROMISE);
}

static void test_errors_and_values_survive_without_memory(void **state) {
  (void)state;
  SURVIVE(errors);
  SURVIVE(lists);
}

static void test_sleeps_and_calls_survive_without_memory(void **state) {
  (void)state;
  SURVIVE(sleeps_and_calls);
}

static void test_combinations_survive_without_memory(void **state) {
  (void)state;
  SURVIVE(timed_out);
  SURVIVE(shared);
  SURVIVE(bridged);
  SURVIVE(gathered);
  SURVIVE(in_order_of_completion);
}

/* An allocator of the program's own, which counts. */
static long blocks, given;
static void *own_alloc(size_t size, void *data) {
  (void)data, ++blocks, ++given;
  return malloc(size);
}
static void *own_realloc(void *block, size_t size, void *data) {
  (void)data;
  return realloc(block, size);
}
static void own_dealloc(void *block, void *data) {
  (void)data, --blocks;
  free(block);
}

static void test_the_allocator_changes_only_while_nothing_is_allocated(void **state) {
  (void)state;
  freed = 0;
  asy_bytes *bytes;
  assert_int_equal(ASY_E_INVALID, asy_set_allocator(own_alloc, NULL, own_dealloc, NULL, count_free));
  assert_int_equal(1, freed);
  assert_int_equal(ASY_OK, asy_bytes_new("abc", 3, &bytes));
  assert_int_equal(ASY_E_STATE, asy_set_allocator(own_alloc, own_realloc, own_dealloc, NULL, count_free));
  assert_int_equal(2, freed);
  asy_bytes_unref(bytes);
  assert_int_equal(ASY_OK, asy_set_allocator(own_alloc, own_realloc, own_dealloc, NULL, count_free));
  assert_int_equal(2, freed);
  assert_int_equal(ASY_OK, asy_bytes_new("abc", 3, &bytes));
  assert_true(given > 0 && blocks > 0);
  asy_bytes_unref(bytes);
  assert_int_equal(0, blocks);
  assert_int_equal(ASY_OK, asy_set_allocator(NULL, NULL, NULL, NULL, NULL));
  assert_int_equal(3, freed);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_futures_survive_without_memory),
      cmocka_unit_test(test_promises_survive_without_memory),
      cmocka_unit_test(test_errors_and_values_survive_without_memory),
      cmocka_unit_test(test_sleeps_and_calls_survive_without_memory),
      cmocka_unit_test(test_combinations_survive_without_memory),
      cmocka_unit_test(test_the_allocator_changes_only_while_nothing_is_allocated),
  };
  return asy_test_main(argc, argv, "faults_future", tests);
}
