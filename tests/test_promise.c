/* Promises and the mailbox: completing from other threads. */
#include "asy_test.h"

#include <pthread.h>
#include <sched.h>

static int freed, asked;
static void count_free(void *data) { (void)data, __atomic_add_fetch(&freed, 1, __ATOMIC_SEQ_CST); }
static void note_cancel(asy_future *future, void *data) {
  (void)future, (void)data;
  ++asked;
}

static int setup_real(void **state) {
  freed = asked = 0;
  return asy_test_setup_flags(state, 0);
}
#define THREAD_TEST(f) cmocka_unit_test_setup_teardown(f, setup_real, asy_test_teardown)

static asy_future *promised(asy_loop *loop, asy_promise **promise) {
  return asy_promise_new(loop, NULL, NULL, NULL, promise);
}

static void *keep(void *promise) {
  asy_value value;
  asy_value_set_int(&value, 42);
  asy_promise_set_result(promise, &value);
  asy_promise_unref(promise);
  return NULL;
}

/* FUT-14 THR-06 LOOP-21 */
static void test_another_thread_keeps_a_promise_and_wakes_the_loop(void **state) {
  asy_promise *promise;
  asy_future *future = promised(*state, &promise);
  pthread_t thread;
  int64_t number = 0;
  pthread_create(&thread, NULL, keep, promise);
  assert_int_equal(ASY_OK, asy_test_finish(*state, future, &number));
  pthread_join(thread, NULL);
  assert_int_equal(42, number);
}

static void *drop(void *promise) {
  asy_promise_unref(promise);
  return NULL;
}

/* FUT-14 */
static void test_a_promise_dropped_unset_is_broken(void **state) {
  asy_promise *promise;
  asy_future *future = promised(*state, &promise);
  pthread_t thread;
  asy_promise_ref(promise);
  pthread_create(&thread, NULL, drop, promise);
  pthread_join(thread, NULL);
  asy_promise_unref(promise);
  assert_int_equal(ASY_E_BROKEN_PROMISE, asy_test_finish(*state, future, NULL));
}

/* FUT-01 */
static void test_a_promise_is_kept_once(void **state) {
  asy_promise *promise;
  asy_future *future = promised(*state, &promise);
  assert_int_equal(ASY_OK, asy_promise_set_error(promise, asy_error_new(ASY_E_FOREIGN, "first", NULL)));
  assert_int_equal(ASY_E_STATE, asy_promise_set_result(promise, NULL));
  assert_int_equal(ASY_E_STATE, asy_promise_set_cancelled(promise, NULL));
  assert_int_equal(0, asy_future_is_done(future));
  asy_promise_unref(promise);
  assert_int_equal(ASY_E_FOREIGN, asy_test_finish(*state, future, NULL));
}

/* FUT-15 */
static void test_a_result_after_a_cancel_is_dropped_quietly(void **state) {
  asy_promise *promise;
  asy_future *future = promised(*state, &promise);
  asy_value value;
  asy_future_cancel(future, NULL);
  asy_value_set_pointer(&value, NULL, count_free);
  assert_int_equal(ASY_OK, asy_promise_set_result(promise, &value));
  asy_promise_unref(promise);
  asy_test_turn(*state);
  assert_int_equal(1, freed);
  assert_int_equal(ASY_E_CANCELLED, asy_future_status(future));
  asy_future_unref(future);
}

/* FUT-14 CORO-11 */
static void test_with_a_hook_a_cancel_only_asks(void **state) {
  asy_promise *promise;
  asy_future *future = asy_promise_new(*state, note_cancel, NULL, count_free, &promise);
  asy_future_cancel(future, NULL);
  assert_int_equal(1, asked);
  assert_int_equal(0, asy_future_is_done(future));
  assert_int_equal(ASY_OK, asy_promise_set_cancelled(promise, "stopped"));
  asy_promise_unref(promise);
  assert_int_equal(ASY_E_CANCELLED, asy_test_finish(*state, future, NULL));
  assert_int_equal(1, freed);
}

/* FUT-14 LOOP-09 */
static void test_a_promise_outlives_its_loop(void **state) {
  asy_promise *promise, *unset;
  asy_future *future = promised(*state, &promise), *other = promised(*state, &unset);
  asy_value value;
  asy_loop_close(*state);
  assert_int_equal(ASY_E_CLOSED, asy_future_status(future));
  asy_value_set_pointer(&value, NULL, count_free);
  assert_int_equal(ASY_E_CLOSED, asy_promise_set_result(promise, &value));
  assert_int_equal(1, freed);
  asy_promise_unref(promise);
  asy_promise_unref(unset);
  asy_future_unref(future);
  asy_future_unref(other);
}

enum { CALLS = 20000, THREADS = 4 };
struct sender {
  asy_loop *loop;
  int last, wrong, total;
  pthread_t thread;
  struct call {
    struct sender *sender;
    int number;
  } * calls;
};

static void receive(void *data) {
  struct call *call = data;
  if (call->number != call->sender->last + 1) ++call->sender->wrong;
  call->sender->last = call->number;
  if (++call->sender->total == CALLS) asy_loop_stop(call->sender->loop);
}

static void *send_calls(void *data) {
  struct sender *s = data;
  for (int i = 0; i < CALLS; ++i) {
    s->calls[i] = (struct call){s, i + 1};
    asy_loop_call_soon_threadsafe(s->loop, receive, &s->calls[i], NULL, NULL);
  }
  return NULL;
}

/* THR-06 LOOP-21 */
static void test_calls_of_one_thread_arrive_in_order(void **state) {
  static struct sender senders[THREADS];
  for (int i = 0; i < THREADS; ++i) {
    senders[i] = (struct sender){.loop = *state, .calls = malloc(sizeof(struct call) * CALLS)};
    pthread_create(&senders[i].thread, NULL, send_calls, &senders[i]);
  }
  for (int i = 0; i < THREADS; ++i)
    while (senders[i].total < CALLS) assert_int_equal(ASY_OK, asy_loop_run(*state));
  for (int i = 0; i < THREADS; ++i) {
    pthread_join(senders[i].thread, NULL);
    assert_int_equal(0, senders[i].wrong);
    free(senders[i].calls);
  }
}

static void nothing(void *data) { (void)data; }
static int stop_posting;
static void *post_until_closed(void *loop) {
  while (asy_loop_call_soon_threadsafe(loop, nothing, NULL, count_free, NULL) != ASY_E_CLOSED)
    if (__atomic_load_n(&stop_posting, __ATOMIC_SEQ_CST)) break;
  asy_loop_wake(loop);
  asy_loop_unref(loop);
  return NULL;
}

/* LOOP-09 LOOP-21 THR-06 */
static void test_posting_while_the_loop_closes_is_safe(void **state) {
  for (int round = 0; round < 20; ++round) {
    asy_loop *loop;
    pthread_t thread;
    assert_int_equal(ASY_OK, asy_loop_new(NULL, &loop));
    pthread_create(&thread, NULL, post_until_closed, asy_loop_ref(loop));
    for (int i = 0; i < 5; ++i) asy_loop_step(loop, 0);
    asy_loop_close(loop);
    asy_loop_unref(loop);
    pthread_join(thread, NULL);
  }
  (void)state;
}

static void *release(void *future) {
  for (int i = 0; i < 1000; ++i) asy_future_unref(future);
  return NULL;
}

/* FUT-09 */
static void test_futures_may_be_released_on_any_thread(void **state) {
  asy_future *future = asy_future_new_cancellable(*state, note_cancel, NULL, count_free);
  pthread_t threads[THREADS];
  for (int i = 0; i < 1000 * THREADS; ++i) asy_future_ref(future);
  asy_future_unref(future);
  for (int i = 0; i < THREADS; ++i) pthread_create(&threads[i], NULL, release, future);
  for (int i = 0; i < THREADS; ++i) pthread_join(threads[i], NULL);
  assert_int_equal(0, freed);
  asy_test_turn(*state);
  assert_int_equal(1, freed);
}

/* FUT-09 LOOP-08 */
static void test_futures_may_be_released_on_any_thread_after_close(void **state) {
  asy_future *future = asy_future_new(*state);
  pthread_t threads[THREADS];
  for (int i = 0; i < 1000 * THREADS; ++i) asy_future_ref(future);
  asy_loop_close(*state);
  asy_future_unref(future);
  for (int i = 0; i < THREADS; ++i) pthread_create(&threads[i], NULL, release, future);
  for (int i = 0; i < THREADS; ++i) pthread_join(threads[i], NULL);
}

static void test_null_is_refused_and_consumes(void **state) {
  asy_value value;
  asy_value_set_pointer(&value, NULL, count_free);
  assert_int_equal(ASY_E_INVALID, asy_promise_set_result(NULL, &value));
  assert_int_equal(1, freed);
  assert_int_equal(ASY_E_INVALID, asy_promise_set_error(NULL, asy_error_new(ASY_E_FOREIGN, NULL, NULL)));
  asy_future *future = asy_promise_new(*state, NULL, NULL, count_free, NULL);
  assert_int_equal(ASY_E_INVALID, asy_future_status(future));
  assert_int_equal(2, freed);
  asy_promise_unref(NULL);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      THREAD_TEST(test_another_thread_keeps_a_promise_and_wakes_the_loop),
      THREAD_TEST(test_a_promise_dropped_unset_is_broken),
      THREAD_TEST(test_a_promise_is_kept_once),
      THREAD_TEST(test_a_result_after_a_cancel_is_dropped_quietly),
      THREAD_TEST(test_with_a_hook_a_cancel_only_asks),
      THREAD_TEST(test_a_promise_outlives_its_loop),
      THREAD_TEST(test_calls_of_one_thread_arrive_in_order),
      THREAD_TEST(test_posting_while_the_loop_closes_is_safe),
      THREAD_TEST(test_futures_may_be_released_on_any_thread),
      THREAD_TEST(test_futures_may_be_released_on_any_thread_after_close),
      THREAD_TEST(test_null_is_refused_and_consumes),
  };
  return asy_test_main(argc, argv, "promise", tests);
}
