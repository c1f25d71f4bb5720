/* Calls from other threads, and taking them back from there. */
#define _GNU_SOURCE /* thread numbers */
#include "asy_asleep_test.h"
#include "asy_test.h"

#include <pthread.h>
#include <semaphore.h>

static asy_loop *loop;
static asy_call *call;
static sem_t entered, gate;
static int ran, freed, answer;

static void count(void *data) { (void)data, ++ran; }
static void count_free(void *data) { (void)data, __atomic_add_fetch(&freed, 1, __ATOMIC_SEQ_CST); }
static asy_status soon(asy_call_cb on_call) {
  return asy_loop_call_soon_threadsafe(loop, on_call, NULL, count_free, &call);
}

static int setup(void **state) {
  int failed = asy_test_setup(state);
  loop = *state;
  ran = freed = 0;
  answer = -1;
  sem_init(&entered, 0, 0);
  sem_init(&gate, 0, 0);
  return failed;
}
#define CALL_TEST(f) cmocka_unit_test_setup_teardown(f, setup, asy_test_teardown)

static void *cancel(void *data) {
  answer = asy_call_cancel(data);
  return NULL;
}
static void elsewhere(void *(*function)(void *), void *data) {
  pthread_t thread;
  pthread_create(&thread, NULL, function, data);
  pthread_join(thread, NULL);
}

/* HND-09 THR-06 */
static void test_a_call_that_waits_is_taken_back_by_any_thread(void **state) {
  (void)state;
  assert_int_equal(ASY_OK, soon(count));
  elsewhere(cancel, call);
  assert_int_equal(1, answer);
  assert_int_equal(1, freed); /* at once */
  assert_int_equal(1, asy_call_is_cancelled(call));
  assert_int_equal(1, asy_call_cancel(call));
  asy_test_turn(loop);
  assert_int_equal(0, ran);
  asy_call_unref(call);
}

/* HND-09 */
static void test_a_call_that_ran_cannot_be_taken_back(void **state) {
  (void)state;
  assert_int_equal(ASY_OK, soon(count));
  asy_test_turn(loop);
  elsewhere(cancel, call);
  assert_int_equal(0, answer);
  assert_int_equal(0, asy_call_is_cancelled(call));
  assert_int_equal(1, ran);
  assert_int_equal(1, freed);
  asy_call_unref(call);
}

static int cancel_returned;
static void *cancel_while_it_runs(void *data) {
  sem_wait(&entered);
  sem_post(&gate); /* from here on the call may end at any time */
  answer = asy_call_cancel(data);
  __atomic_store_n(&cancel_returned, ran, __ATOMIC_SEQ_CST);
  return NULL;
}
static void take_long(void *data) {
  (void)data;
  sem_post(&entered);
  sem_wait(&gate);
  until_others_sleep(); /* the cancel waits for us */
  ++ran;
}

/* case 39, HND-09 */
static void test_a_cancel_waits_for_a_call_that_runs(void **state) {
  (void)state;
  pthread_t thread;
  assert_int_equal(ASY_OK, soon(take_long));
  pthread_create(&thread, NULL, cancel_while_it_runs, call);
  asy_test_turn(loop);
  pthread_join(thread, NULL);
  assert_int_equal(0, answer);
  assert_int_equal(1, cancel_returned); /* it saw the end */
  asy_call_unref(call);
}

static void cancel_itself(void *data) {
  (void)data;
  answer = asy_call_cancel(call);
  ++ran;
}

/* case 39, HND-09 */
static void test_a_call_that_cancels_itself_does_not_wait(void **state) {
  (void)state;
  assert_int_equal(ASY_OK, soon(cancel_itself));
  asy_test_turn(loop);
  assert_int_equal(0, answer);
  assert_int_equal(1, ran);
  asy_call_unref(call);
}

/* HND-09 THR-06 */
static void test_a_close_cancels_what_waits_and_refuses_what_comes(void **state) {
  (void)state;
  assert_int_equal(ASY_OK, soon(count));
  asy_call *waiting = call;
  assert_int_equal(ASY_OK, asy_loop_close(loop));
  assert_int_equal(1, asy_call_is_cancelled(waiting));
  assert_int_equal(1, asy_call_cancel(waiting));
  assert_int_equal(1, freed);
  assert_int_equal(ASY_E_CLOSED, soon(count));
  assert_null(call);
  assert_int_equal(2, freed);
  assert_int_equal(0, ran);
  asy_call_unref(waiting);
}

static void test_bad_arguments_are_refused_and_consumed(void **state) {
  (void)state;
  assert_int_equal(ASY_E_INVALID, asy_loop_call_soon_threadsafe(NULL, count, NULL, count_free, &call));
  assert_null(call);
  assert_int_equal(ASY_E_INVALID, asy_loop_call_soon_threadsafe(loop, NULL, NULL, count_free, NULL));
  assert_int_equal(2, freed);
  assert_int_equal(0, asy_call_cancel(NULL));
  assert_int_equal(0, asy_call_is_cancelled(NULL));
  assert_null(asy_call_ref(NULL));
  asy_call_unref(NULL);
  assert_int_equal(ASY_OK, soon(count));
  asy_call_unref(asy_call_ref(call));
  asy_call_unref(call);
  asy_test_turn(loop);
  assert_int_equal(1, ran); /* nobody holds it, and it runs */
}

static asy_call *many[200];
static void *post_many(void *data) {
  for (int i = 0; i < 200; ++i) {
    asy_loop_call_soon_threadsafe(loop, count, NULL, count_free, &many[i]);
    if (i % 2) answer += asy_call_cancel(many[i]);
  }
  return data;
}

/* HND-09: each either ran or was taken back, and was freed once */
static void test_posts_and_cancels_race_with_the_loop(void **state) {
  (void)state;
  pthread_t thread;
  answer = 0;
  pthread_create(&thread, NULL, post_many, NULL);
  for (int i = 0; i < 50; ++i) asy_test_turn(loop);
  pthread_join(thread, NULL);
  asy_test_turn(loop);
  assert_int_equal(200, ran + answer);
  for (int i = 0; i < 200; ++i) asy_call_unref(many[i]);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      CALL_TEST(test_a_call_that_waits_is_taken_back_by_any_thread),
      CALL_TEST(test_a_call_that_ran_cannot_be_taken_back),
      CALL_TEST(test_a_cancel_waits_for_a_call_that_runs),
      CALL_TEST(test_a_call_that_cancels_itself_does_not_wait),
      CALL_TEST(test_a_close_cancels_what_waits_and_refuses_what_comes),
      CALL_TEST(test_bad_arguments_are_refused_and_consumed),
      CALL_TEST(test_posts_and_cancels_race_with_the_loop),
  };
  return asy_test_main(argc, argv, "call", tests);
}
