/* Values that stay on their loop's thread, as results for other threads. */
#include "asy_task_test.h"

#include <pthread.h>
#include <sched.h>

static pthread_t released_on;
static int released, retained;
static void retain(void *object) { (void)object, __atomic_add_fetch(&retained, 1, __ATOMIC_SEQ_CST); }
static void release(void *object) {
  (void)object;
  __atomic_add_fetch(&released, 1, __ATOMIC_SEQ_CST);
  released_on = pthread_self();
}
static const asy_type loops_own = {sizeof loops_own, "loop's own", retain, release, ASY_TYPE_LOOP_RELEASE};
static const asy_type unshared = {sizeof unshared, "unshared", retain, release, ASY_TYPE_LOOP_RETAIN};

static asy_thread_future *remote;
static int setup(void **state) {
  released = retained = 0;
  remote = NULL;
  return asy_task_setup(state);
}
#define TIED_TEST(f) cmocka_unit_test_setup_teardown(f, setup, asy_test_teardown)

static void *in_thread(void *function) {
  ((void (*)(void))(intptr_t)function)();
  return NULL;
}
static void elsewhere(void (*function)(void)) {
  pthread_t thread;
  assert_int_equal(0, pthread_create(&thread, NULL, in_thread, (void *)(intptr_t)function));
  pthread_join(thread, NULL);
}
static void drops(void) { asy_thread_future_unref(remote); }

static asy_status gives_a_list(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_error, (void)data;
  asy_status made = asy_value_set_list(out_value, 1);
  if (!made) asy_value_set_object(asy_value_item(out_value, 0), &released, &loops_own);
  return made;
}
static asy_status raises(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)data;
  asy_error_options with = {.size = sizeof with, .object = &released, .type = &loops_own};
  *out_error = asy_error_new(ASY_E_FOREIGN, "with an object", &with);
  return ASY_E_FOREIGN;
}
static void is_done(asy_thread_future *future, void *data) { (void)future, asy_loop_stop(data); }
static void start_and_finish(asy_run_cb body) {
  assert_int_equal(ASY_OK, asy_spawn_threadsafe(loop, body, NULL, NULL, NULL, &remote));
  assert_int_equal(ASY_OK, asy_thread_future_add_done_callback(remote, is_done, loop, NULL));
  assert_int_equal(ASY_OK, asy_loop_run(loop));
  settle();
}

static void test_a_result_that_another_thread_drops_goes_back_to_the_loop(void **state) {
  (void)state;
  const asy_run_cb bodies[] = {gives_a_list, raises};
  for (int i = 0; i < 2; ++i) {
    released = 0;
    start_and_finish(bodies[i]);
    elsewhere(drops);
    assert_int_equal(0, released);
    settle();
    assert_int_equal(1, released);
    assert_true(pthread_equal(pthread_self(), released_on));
  }
}

static void test_after_the_close_it_is_dropped_where_it_is(void **state) {
  (void)state;
  start_and_finish(gives_a_list);
  asy_loop_close(loop);
  elsewhere(drops);
  assert_int_equal(1, released);
}

static asy_status gives_unshared(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_error, (void)data;
  asy_value_set_object(out_value, &released, &unshared);
  return ASY_OK;
}
static uint32_t kinds[2];
static void asks_twice(void) {
  for (int i = 0; i < 2; ++i) {
    asy_value value;
    asy_thread_future_wait(remote, ASY_FOREVER, &value, NULL);
    kinds[i] = asy_value_kind(&value);
    asy_value_clear(&value);
  }
}

/* Such as streams, whose references only their loop's thread may count */
static void test_what_cannot_be_shared_goes_to_the_first_who_asks(void **state) {
  (void)state;
  start_and_finish(gives_unshared);
  const int before = retained;
  elsewhere(asks_twice);
  assert_int_equal(ASY_VALUE_OBJECT, kinds[0]);
  assert_int_equal(ASY_VALUE_NIL, kinds[1]);
  assert_int_equal(before, retained);
  asy_thread_future_unref(remote);
  assert_int_equal(1 + retained, released);
  assert_true(asy_stream_type()->flags & ASY_TYPE_LOOP_RETAIN);
  assert_true(asy_transport_type()->flags & ASY_TYPE_LOOP_RETAIN);
  assert_true(asy_generator_type()->flags & ASY_TYPE_LOOP_RETAIN);
}

/* An interpreter's lock, which a reference needs. */
static pthread_mutex_t interpreter = PTHREAD_MUTEX_INITIALIZER;
static int waiting;
static void retain_locked(void *object) {
  retain(object);
  __atomic_store_n(&waiting, 1, __ATOMIC_SEQ_CST);
  pthread_mutex_lock(&interpreter);
  pthread_mutex_unlock(&interpreter);
}
static const asy_type locked = {sizeof locked, "locked", retain_locked, release, 0};
static asy_status gives_locked(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_error, (void)data;
  asy_value_set_object(out_value, &released, &locked);
  return ASY_OK;
}
static void asks(void) {
  asy_value value;
  asy_thread_future_wait(remote, ASY_FOREVER, &value, NULL);
  asy_value_clear(&value);
}

/* A thread that takes a result and one that holds what a reference needs do not wait for each other */
static void test_a_reference_is_not_taken_under_the_futures_lock(void **state) {
  pthread_t thread;
  (void)state;
  waiting = 0;
  start_and_finish(gives_locked);
  pthread_mutex_lock(&interpreter);
  assert_int_equal(0, pthread_create(&thread, NULL, in_thread, (void *)(intptr_t)asks));
  while (!__atomic_load_n(&waiting, __ATOMIC_SEQ_CST)) sched_yield();
  assert_int_equal(ASY_OK, asy_thread_future_add_done_callback(remote, is_done, loop, NULL));
  pthread_mutex_unlock(&interpreter);
  pthread_join(thread, NULL);
  settle();
  asy_thread_future_unref(remote);
  assert_int_equal(1 + retained, released);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      TIED_TEST(test_a_result_that_another_thread_drops_goes_back_to_the_loop),
      TIED_TEST(test_after_the_close_it_is_dropped_where_it_is),
      TIED_TEST(test_what_cannot_be_shared_goes_to_the_first_who_asks),
      TIED_TEST(test_a_reference_is_not_taken_under_the_futures_lock),
  };
  return asy_test_main(argc, argv, "tied", tests);
}
