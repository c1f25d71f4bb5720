/* The loop's entrance for other threads: releases, calls and wake-ups while it runs and while it closes. */
#include "asy_test.h"

#include <poll.h>
#include <pthread.h>

static int freed;
static void count_free(void *data) { (void)data, __atomic_add_fetch(&freed, 1, __ATOMIC_SEQ_CST); }
static void ignore_cancel(asy_future *future, void *data) { (void)future, (void)data; }

static int setup_real(void **state) {
  freed = 0;
  return asy_test_setup_flags(state, 0);
}
#define THREAD_TEST(f) cmocka_unit_test_setup_teardown(f, setup_real, asy_test_teardown)

enum { THREADS = 3, FEW = 4, MANY = 2000, ROUNDS = 20000 };
struct releases {
  int futures, rounds;
};
static asy_future *futures[MANY];
static int ended; /* threads */

/* Every future with a reference for each release that is to come. */
static void make_futures(asy_loop *loop, int count, int references) {
  for (int i = 0; i < count; ++i) {
    futures[i] = asy_future_new_cancellable(loop, ignore_cancel, NULL, count_free);
    for (int n = 1; n < references; ++n) asy_future_ref(futures[i]);
  }
}

static void *release_all(void *data) {
  struct releases *r = data;
  for (int n = r->rounds; n; --n)
    for (int i = 0; i < r->futures; ++i) asy_future_unref(futures[i]);
  __atomic_add_fetch(&ended, 1, __ATOMIC_SEQ_CST);
  return NULL;
}

/* FUT-09 THR-10 */
static void test_releases_arrive_while_the_loop_takes_others_in(void **state) {
  pthread_t threads[THREADS];
  struct releases r = {FEW, ROUNDS};
  ended = 0;
  make_futures(*state, FEW, THREADS * ROUNDS);
  for (int i = 0; i < THREADS; ++i) pthread_create(&threads[i], NULL, release_all, &r);
  while (__atomic_load_n(&ended, __ATOMIC_SEQ_CST) < THREADS) asy_loop_step(*state, 0);
  for (int i = 0; i < THREADS; ++i) pthread_join(threads[i], NULL);
  asy_test_turn(*state);
  asy_test_turn(*state);
  assert_int_equal(FEW, freed);
}

/* FUT-09 LOOP-08 */
static void test_releases_arrive_while_the_loop_closes(void **state) {
  struct releases r = {MANY, 1};
  for (int round = 0; round < 20; ++round) {
    asy_loop *loop;
    pthread_t thread;
    freed = 0;
    assert_int_equal(ASY_OK, asy_loop_new(NULL, &loop));
    ended = 0;
    make_futures(loop, MANY, 1);
    pthread_create(&thread, NULL, release_all, &r);
    while (!__atomic_load_n(&freed, __ATOMIC_SEQ_CST) && !__atomic_load_n(&ended, __ATOMIC_SEQ_CST))
      asy_loop_step(loop, 0);
    asy_loop_close(loop);
    asy_loop_unref(loop);
    pthread_join(thread, NULL);
    assert_int_equal(MANY, freed);
  }
  (void)state;
}

static void *release_many(void *future) {
  for (int i = 0; i < 70000; ++i) asy_future_unref(future);
  return NULL;
}

/* FUT-09 */
static void test_any_number_of_releases_waits_for_the_loop(void **state) {
  asy_future *future = asy_future_new_cancellable(*state, ignore_cancel, NULL, count_free);
  pthread_t thread;
  for (int i = 0; i < 70000; ++i) asy_future_ref(future);
  pthread_create(&thread, NULL, release_many, future);
  pthread_join(thread, NULL);
  asy_test_turn(*state);
  assert_int_equal(0, freed);
  asy_future_unref(future);
  assert_int_equal(1, freed);
}

/* Somebody else uses the loop's entrance, as a thread does that waits for an interpreter's lock meanwhile. */
static void *wake(void *loop) {
  asy_loop_wake(loop);
  return NULL;
}
static void wake_from_a_thread(void *loop) {
  pthread_t thread;
  pthread_create(&thread, NULL, wake, loop);
  pthread_join(thread, NULL);
  ++freed;
}

struct late {
  asy_loop *loop;
  asy_promise *promise;
};
static void keep_late(void *data) {
  struct late *late = data;
  asy_value value;
  asy_value_set_pointer(&value, late->loop, wake_from_a_thread);
  asy_promise_set_result(late->promise, &value);
  asy_promise_unref(late->promise);
}

/* LOOP-08: a letter that comes at the very end of the close */
static void test_what_a_close_releases_may_wait_for_other_threads(void **state) {
  static char key;
  struct late late = {.loop = *state};
  asy_future *future = asy_promise_new(*state, NULL, NULL, NULL, &late.promise);
  assert_int_equal(ASY_OK, asy_loop_set_data(*state, &key, &late, keep_late));
  assert_int_equal(ASY_OK, asy_loop_close(*state));
  assert_int_equal(1, freed);
  assert_int_equal(ASY_E_CLOSED, asy_future_status(future));
  asy_future_unref(future);
}

static void retain(void *object) { (void)object; }
static asy_loop *here;
static void release(void *object) { (void)object, wake_from_a_thread(here); }
static const asy_type foreign = {sizeof foreign, "foreign", retain, release, 0};

static asy_status body(asy_value *out_value, asy_error **out_error, void *data) {
  asy_group **group = data;
  asy_timeout *timeout;
  (void)out_error;
  asy_timeout_enter(here, NULL, ASY_SECOND, &timeout); /* never left: it holds the task */
  ((asy_timeout **)data)[1] = timeout;
  asy_group_new(here, NULL, group);
  asy_error_options options = {.size = sizeof options, .object = &freed, .type = &foreign};
  asy_future_unref(asy_group_exit(*group, asy_error_new(ASY_E_CANCELLED, "with a payload", &options)));
  asy_value_set_pointer(out_value, here, wake_from_a_thread);
  return ASY_OK;
}

/* LOOP-08: after close, releases happen under the entrance's lock, but no foreign code does */
static void test_what_outlives_the_loop_is_released_without_its_lock(void **state) {
  void *kept[2] = {NULL, NULL};
  here = *state;
  asy_task *task = asy_spawn(*state, body, kept, NULL, NULL);
  assert_int_equal(ASY_OK, asy_test_finish(*state, task, NULL));
  assert_int_equal(ASY_OK, asy_loop_close(*state));
  asy_group_unref(kept[0]);
  asy_error *outcome;
  assert_int_equal(ASY_E_CLOSED, asy_timeout_exit(kept[1], NULL, &outcome));
  assert_int_equal(2, freed);
}

/* THR-07 LOOP-21 */
static void test_one_wake_up_stands_for_many(void **state) {
  asy_test_turn(*state);
  for (int i = 0; i < 1000; ++i) asy_loop_wake(*state);
  asy_test_turn(*state);
  struct pollfd fd = {asy_loop_get_fd(*state), POLLIN, 0};
  assert_int_equal(0, poll(&fd, 1, 0));
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      THREAD_TEST(test_releases_arrive_while_the_loop_takes_others_in),
      THREAD_TEST(test_releases_arrive_while_the_loop_closes),
      THREAD_TEST(test_any_number_of_releases_waits_for_the_loop),
      THREAD_TEST(test_what_a_close_releases_may_wait_for_other_threads),
      THREAD_TEST(test_what_outlives_the_loop_is_released_without_its_lock),
      THREAD_TEST(test_one_wake_up_stands_for_many),
  };
  return asy_test_main(argc, argv, "mailbox", tests);
}
