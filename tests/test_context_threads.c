/* Contexts on other threads. */
#include <pthread.h>

#include "asy_context_test.h"

static void on_thread(void *(*run)(void *), void *data) {
  pthread_t thread;
  assert_int_equal(0, pthread_create(&thread, NULL, run, data));
  pthread_join(thread, NULL);
}

static void *use_thread_context(void *data) {
  asy_context *context = data;
  seen[0] = get();
  set(1);
  seen[1] = get();
  seen[2] = asy_context_enter(context);
  seen[3] = get();
  seen[4] = asy_context_exit(context);
  seen[5] = get();
  asy_loop_call_soon_threadsafe(loop, see, NULL, NULL, NULL);
  return NULL; /* what the thread set ends with it */
}

/* CTX-07 CTX-01 CTX-08 */
static void test_a_thread_has_a_context_of_its_own(void **state) {
  (void)state;
  asy_context *context = asy_context_new();
  asy_context_token_unref(set_in(context, 2));
  set(3);
  on_thread(use_thread_context, context);
  seen_count = 6;
  settle();
  int64_t expected[] = {-1, 1, ASY_OK, 2, ASY_OK, 1, 1};
  assert_memory_equal(expected, seen, sizeof expected);
  set(-1);
  asy_context_unref(context);
}

static void *enter_taken(void *context) {
  seen[0] = asy_context_enter(context);
  seen[1] = asy_context_exit(context);
  return NULL;
}

/* CTX-07 */
static void test_a_context_is_entered_by_one_thread_at_a_time(void **state) {
  (void)state;
  asy_context *context = asy_context_new();
  assert_int_equal(ASY_OK, asy_context_enter(context));
  on_thread(enter_taken, context);
  assert_int_equal(ASY_E_STATE, seen[0]);
  assert_int_equal(ASY_E_STATE, seen[1]);
  assert_int_equal(ASY_OK, asy_context_exit(context));
  asy_context_unref(context);
}

static asy_status run_job(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_error, (void)data;
  int64_t before = get();
  set(9);
  asy_value_set_int(out_value, before * 10 + get());
  return ASY_OK;
}
static asy_status await_job(asy_value *out_value, asy_error **out_error, void *data) {
  (void)data;
  set(4);
  asy_status status = asy_await(asy_executor_run(NULL, loop, run_job, NULL, NULL), out_value, out_error);
  return get() == 4 ? status : ASY_E_INTERNAL;
}

/* CTX-04 CTX-08 */
static void test_a_job_on_a_thread_runs_in_a_copy(void **state) {
  (void)state;
  assert_int_equal(49, finish_int(spawn(await_job, NULL)));
}

enum { rounds = 500 };
static void *set_and_copy(void *data) {
  asy_context *shared = data;
  for (int i = 0; i < rounds; ++i) {
    asy_context *copy = asy_context_copy(shared);
    asy_context_token *token = set_in(shared, i);
    asy_context_token_unref(set_in(copy, -i));
    if (i % 2) asy_context_reset(token);
    else asy_context_token_unref(token);
    get_in(shared);
    asy_context_unref(copy);
  }
  return NULL;
}

/* CTX-07 */
static void test_threads_may_share_a_context(void **state) {
  (void)state;
  asy_context *shared = asy_context_new();
  pthread_t threads[3];
  for (int i = 0; i < 3; ++i) assert_int_equal(0, pthread_create(&threads[i], NULL, set_and_copy, shared));
  for (int i = 0; i < 3; ++i) pthread_join(threads[i], NULL);
  assert_in_range(get_in(shared), 0, rounds);
  asy_context_unref(shared);
}

/* ---- what must be released on the loop */

static pthread_t released_on;
static int released;
static void retain(void *object) { (void)object; }
static void release(void *object) {
  (void)object;
  ++released;
  released_on = pthread_self();
}
static const asy_type loops_own = {sizeof loops_own, "loop's own", retain, release, ASY_TYPE_LOOP_RELEASE};

static asy_context *kept;
static void keep_object(void *data) {
  (void)data;
  asy_value value = {0};
  asy_value_set_object(&value, &released, &loops_own);
  asy_context_set(NULL, var, &value, NULL);
  kept = asy_context_copy(NULL);
}
static void *drop_kept(void *data) {
  (void)data;
  asy_context_unref(kept);
  return NULL;
}

static void test_an_object_that_needs_its_loop_is_released_there(void **state) {
  released = 0;
  asy_loop_call_soon(*state, keep_object, NULL, NULL, NULL);
  settle();
  on_thread(drop_kept, NULL);
  assert_int_equal(0, released);
  settle();
  assert_int_equal(1, released);
  assert_true(pthread_equal(pthread_self(), released_on));
}

/* In a list in a list, and behind an error's cause. */
static void keep_deep_object(void *in_error) {
  asy_value value, inner;
  if (*(int *)in_error) {
    asy_error_options with = {.size = sizeof with, .object = &released, .type = &loops_own};
    asy_error *deep = asy_error_new(ASY_E_FOREIGN, "deep", &with);
    asy_error_options after = {.size = sizeof after, .cause = deep};
    asy_value_set_error(&value, asy_error_new(ASY_E_TIMEOUT, "high", &after));
    asy_error_unref(deep);
  } else if (asy_value_set_list(&value, 2) || asy_value_set_list(&inner, 1)) {
    return;
  } else {
    asy_value_set_object(asy_value_item(&inner, 0), &released, &loops_own);
    *asy_value_item(&value, 1) = inner;
  }
  asy_context_set(NULL, var, &value, NULL);
  kept = asy_context_copy(NULL);
}

static void test_an_object_that_needs_its_loop_finds_it_out_of_lists_and_errors(void **state) {
  for (int in_error = 0; in_error < 2; ++in_error) {
    released = 0;
    asy_loop_call_soon(*state, keep_deep_object, &in_error, NULL, NULL);
    settle();
    on_thread(drop_kept, NULL);
    assert_int_equal(0, released);
    settle();
    assert_int_equal(1, released);
    assert_true(pthread_equal(pthread_self(), released_on));
  }
}

static void *get_there(void *out_status) {
  asy_value value;
  *(asy_status *)out_status = asy_context_get(kept, var, &value);
  return NULL;
}

static void test_another_thread_gets_no_copy_of_what_stays_on_the_loop(void **state) {
  asy_status got = ASY_OK;
  asy_value value;
  asy_loop_call_soon(*state, keep_object, NULL, NULL, NULL);
  settle();
  on_thread(get_there, &got);
  assert_int_equal(ASY_E_WRONG_THREAD, got);
  assert_int_equal(ASY_OK, asy_context_get(kept, var, &value));
  asy_value_clear(&value);
  asy_context_unref(kept);
}

static void test_after_the_close_it_is_released_anywhere(void **state) {
  released = 0;
  asy_loop_call_soon(*state, keep_object, NULL, NULL, NULL);
  settle();
  asy_loop_close(*state);
  on_thread(drop_kept, NULL);
  assert_int_equal(1, released);
}

static void *get_future(void *data) {
  (void)data;
  asy_value value;
  seen[0] = asy_context_get(kept, var, &value);
  return NULL;
}

static void test_a_future_in_a_context_stays_on_its_thread(void **state) {
  asy_value value = {0};
  kept = asy_context_new();
  asy_value_set_future(&value, asy_future_new(*state));
  assert_int_equal(ASY_OK, asy_context_set(kept, var, &value, NULL));
  on_thread(get_future, NULL);
  assert_int_equal(ASY_E_WRONG_THREAD, seen[0]);
  assert_int_equal(ASY_OK, asy_context_get(kept, var, &value));
  asy_value_clear(&value);
  on_thread(drop_kept, NULL);
  settle();
}

static asy_status drop_on_small_stack(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error, (void)data;
  keep_object(NULL);
  asy_context_unref(kept);
  set(0); /* drops the last one, foreign code on the way */
  return ASY_OK;
}

static void test_a_small_stack_drops_an_object_on_the_loops_stack(void **state) {
  (void)state;
  released = 0;
  assert_int_equal(ASY_OK, finish(spawn(drop_on_small_stack, NULL)));
  assert_int_equal(1, released);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      CONTEXT_TEST(test_a_thread_has_a_context_of_its_own),
      CONTEXT_TEST(test_a_context_is_entered_by_one_thread_at_a_time),
      CONTEXT_TEST(test_a_job_on_a_thread_runs_in_a_copy),
      CONTEXT_TEST(test_threads_may_share_a_context),
      CONTEXT_TEST(test_an_object_that_needs_its_loop_is_released_there),
      CONTEXT_TEST(test_an_object_that_needs_its_loop_finds_it_out_of_lists_and_errors),
      CONTEXT_TEST(test_another_thread_gets_no_copy_of_what_stays_on_the_loop),
      CONTEXT_TEST(test_after_the_close_it_is_released_anywhere),
      CONTEXT_TEST(test_a_future_in_a_context_stays_on_its_thread),
      CONTEXT_TEST(test_a_small_stack_drops_an_object_on_the_loops_stack),
  };
  return asy_test_main(argc, argv, "context threads", tests);
}
