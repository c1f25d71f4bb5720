/* Channels: values from any thread into a loop. */
#include "asy_task_test.h"

#include <pthread.h>
#include <sched.h>

static asy_channel *channel;

static int setup(void **state) {
  channel = NULL;
  return asy_task_setup(state);
}
static int teardown(void **state) {
  asy_channel_unref(channel);
  return asy_test_teardown(state);
}
#define CHANNEL_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

static void make(size_t max_size) { assert_int_equal(ASY_OK, asy_channel_new(loop, max_size, &channel)); }
static asy_status send(int64_t n) {
  asy_value value;
  asy_value_set_int(&value, n);
  return asy_channel_send(channel, &value);
}
/* Its end is counted. */
static asy_status send_owned(void) {
  asy_value value;
  asy_value_set_pointer(&value, &freed, count_free);
  return asy_channel_send(channel, &value);
}
static int64_t try_receive(void) {
  asy_value value;
  asy_status status = asy_channel_try_receive(channel, &value);
  return status ? status : asy_value_int(&value);
}
static int64_t receive(void) { return finish_int(asy_channel_receive(channel)); }

static void *in_thread(void *function) {
  ((void (*)(void))(intptr_t)function)();
  return NULL;
}
static pthread_t begin(void (*function)(void)) {
  pthread_t thread;
  assert_int_equal(0, pthread_create(&thread, NULL, in_thread, (void *)(intptr_t)function));
  return thread;
}
static void elsewhere(void (*function)(void)) { pthread_join(begin(function), NULL); }

static asy_status sent;
static void sends_one(void) { sent = send(1); }
static void sends_three(void) {
  for (int i = 1; i <= 3; ++i) send(i);
}

/* */
static void test_values_of_a_thread_come_in_their_order(void **state) {
  (void)state;
  make(0);
  elsewhere(sends_three);
  assert_int_equal(3, asy_channel_size(channel));
  assert_int_equal(1, receive());
  assert_int_equal(2, try_receive());
  assert_int_equal(3, receive());
  assert_int_equal(ASY_E_AGAIN, try_receive());
  assert_int_equal(0, asy_channel_size(channel));
}

/* */
static void test_a_send_wakes_a_loop_that_waits(void **state) {
  (void)state;
  make(1);
  asy_future *received = asy_channel_receive(channel);
  pthread_t thread = begin(sends_one);
  assert_int_equal(1, finish_int(received));
  pthread_join(thread, NULL);
  assert_int_equal(ASY_OK, sent);
}

/* */
static void test_a_full_channel_refuses(void **state) {
  (void)state;
  make(2);
  assert_int_equal(ASY_OK, send_owned());
  assert_int_equal(ASY_OK, send(2));
  assert_int_equal(ASY_E_AGAIN, send_owned());
  assert_int_equal(1, freed);
  elsewhere(sends_one);
  assert_int_equal(ASY_E_AGAIN, sent);
  assert_int_equal(ASY_OK, finish(asy_channel_receive(channel)));
  assert_int_equal(2, freed);
  assert_int_equal(ASY_OK, send(3));
  assert_int_equal(2, receive());
  assert_int_equal(3, receive());
}

/* Q-13 Q-03 */
static void test_those_who_wait_are_served_in_the_order_of_their_calls(void **state) {
  (void)state;
  make(0);
  asy_future *first = asy_channel_receive(channel), *second = asy_channel_receive(channel);
  elsewhere(sends_three);
  assert_int_equal(3, try_receive()); /* a newcomer overtakes nobody */
  assert_int_equal(1, finish_int(first));
  assert_int_equal(2, finish_int(second));
}

static asy_status receives(asy_value *out_value, asy_error **out_error, void *data) {
  (void)data;
  return asy_await(asy_channel_receive(channel), out_value, out_error);
}

/* Q-13 Q-05 */
static void test_a_cancelled_receiver_loses_no_value(void **state) {
  (void)state;
  make(0);
  asy_task *cancelled = spawn(receives, NULL), *next = spawn(receives, NULL);
  settle();
  elsewhere(sends_one); /* its word is on the way */
  asy_task_cancel(cancelled, NULL);
  assert_int_equal(ASY_E_CANCELLED, finish(cancelled));
  assert_int_equal(1, finish_int(next));
}

/* Q-13 Q-05: what it has got is its result */
static void test_a_cancel_after_the_value_leaves_it(void **state) {
  (void)state;
  make(0);
  asy_future *received = asy_channel_receive(channel);
  send(5);
  assert_int_equal(ASY_E_AGAIN, try_receive()); /* which serves the one before */
  asy_future_cancel(received, NULL);
  assert_int_equal(5, finish_int(received));
}

static void test_a_dropped_receive_takes_nothing(void **state) {
  (void)state;
  make(0);
  asy_future_unref(asy_channel_receive(channel));
  send(6);
  settle();
  assert_int_equal(6, try_receive());
}

static void shuts_down(void) { sent = asy_channel_shutdown(channel); }

/* Q-13 Q-09 */
static void test_a_shutdown_lets_what_is_inside_out(void **state) {
  (void)state;
  make(0);
  send(1);
  send(2);
  elsewhere(shuts_down);
  assert_int_equal(ASY_OK, sent);
  assert_int_equal(ASY_E_CLOSED, send_owned());
  assert_int_equal(1, freed);
  assert_int_equal(1, receive());
  assert_int_equal(2, try_receive());
  assert_int_equal(ASY_E_CLOSED, try_receive());
  assert_int_equal(ASY_E_CLOSED, finish(asy_channel_receive(channel)));
  assert_int_equal(ASY_OK, asy_channel_shutdown(channel));
}

/* Q-13 Q-09 */
static void test_a_shutdown_ends_those_who_wait(void **state) {
  (void)state;
  make(0);
  asy_future *first = asy_channel_receive(channel), *second = asy_channel_receive(channel);
  send(1);
  pthread_t thread = begin(shuts_down);
  assert_int_equal(1, finish_int(first));
  assert_int_equal(ASY_E_CLOSED, finish(second));
  pthread_join(thread, NULL);
}

static void drops(void) { asy_channel_unref(channel); }

/* nobody can send any more */
static void test_the_last_reference_shuts_it_down(void **state) {
  (void)state;
  make(0);
  asy_future *first = asy_channel_receive(channel), *second = asy_channel_receive(channel);
  send(1);
  elsewhere(drops);
  channel = NULL;
  assert_int_equal(1, finish_int(first));
  assert_int_equal(ASY_E_CLOSED, finish(second));
}

static pthread_t freed_on;
static void note_thread(void *data) {
  count_free(data);
  freed_on = pthread_self();
}

static void test_another_thread_that_lets_go_leaves_the_values_to_the_loop(void **state) {
  (void)state;
  make(0);
  asy_value value;
  asy_value_set_pointer(&value, &freed, note_thread);
  assert_int_equal(ASY_OK, asy_channel_send(channel, &value));
  elsewhere(drops);
  channel = NULL;
  assert_int_equal(0, freed);
  settle();
  assert_int_equal(1, freed);
  assert_true(pthread_equal(pthread_self(), freed_on));
}

/* Q-13 LOOP-09 */
static void test_a_loop_that_closes_drops_what_is_inside(void **state) {
  (void)state;
  make(0);
  send_owned();
  send_owned();
  assert_int_equal(ASY_OK, asy_loop_close(loop));
  assert_int_equal(2, freed);
  assert_int_equal(ASY_E_CLOSED, send_owned());
  elsewhere(sends_one);
  assert_int_equal(ASY_E_CLOSED, sent);
  assert_int_equal(3, freed);
  assert_int_equal(0, asy_channel_size(channel));
  assert_int_equal(ASY_E_CLOSED, try_receive());
  assert_int_equal(ASY_OK, asy_channel_shutdown(channel));
}

/* Q-13 LOOP-09 */
static void test_a_loop_that_closes_ends_those_who_wait(void **state) {
  (void)state;
  make(0);
  asy_future *received = asy_channel_receive(channel);
  send_owned(); /* its word is on the way */
  assert_int_equal(ASY_OK, asy_loop_close(loop));
  assert_int_equal(ASY_E_CLOSED, asy_future_status(received));
  assert_int_equal(1, freed);
  asy_future_unref(received);
}

static asy_status elsewhere_status;
static void uses_it_elsewhere(void) {
  asy_future *received = asy_channel_receive(channel);
  elsewhere_status = asy_future_status(received);
  asy_future_unref(received);
  sent = (asy_status)try_receive();
}

/* Q-13 THR-01 */
static void test_only_the_loop_receives(void **state) {
  (void)state;
  make(0);
  send(1);
  elsewhere(uses_it_elsewhere);
  assert_int_equal(ASY_E_WRONG_THREAD, elsewhere_status);
  assert_int_equal(ASY_E_WRONG_THREAD, sent);
  assert_int_equal(1, try_receive());
}

enum { SENDERS = 4, EACH = 500 };
static void *sends_many(void *sender) {
  for (int64_t i = 0; i < EACH; ++i)
    while (send((int64_t)(intptr_t)sender * EACH + i) == ASY_E_AGAIN) sched_yield();
  asy_channel_unref(channel);
  return NULL;
}
static int out_of_order;
static asy_status receives_all(asy_value *out_value, asy_error **out_error, void *data) {
  (void)data;
  int64_t next[SENDERS] = {0}, received = 0;
  asy_status status;
  while (!(status = asy_await(asy_channel_receive(channel), out_value, out_error))) {
    int64_t n = asy_value_int(out_value);
    out_of_order += n % EACH != next[n / EACH]++;
    if (++received == SENDERS * EACH) break;
  }
  asy_value_set_int(out_value, received);
  return status;
}

/* */
static void test_many_threads_send(void **state) {
  (void)state;
  pthread_t threads[SENDERS];
  make(16);
  out_of_order = 0;
  for (intptr_t i = 0; i < SENDERS; ++i) {
    asy_channel_ref(channel);
    assert_int_equal(0, pthread_create(&threads[i], NULL, sends_many, (void *)i));
  }
  int64_t received = finish_int(spawn(receives_all, NULL));
  for (int i = 0; i < SENDERS; ++i) pthread_join(threads[i], NULL);
  assert_int_equal(SENDERS * EACH, received);
  assert_int_equal(0, out_of_order);
}

static int made, released;
static void count_release(void *data) { (void)data, __atomic_add_fetch(&released, 1, __ATOMIC_SEQ_CST); }
static void *sends_counted(void *unused) {
  for (asy_status status = ASY_OK; status != ASY_E_CLOSED; sched_yield()) {
    asy_value value;
    asy_value_set_pointer(&value, &made, count_release);
    __atomic_add_fetch(&made, 1, __ATOMIC_SEQ_CST);
    status = asy_channel_send(channel, &value);
  }
  return unused;
}

/* Q-13 LOOP-09 */
static void test_a_loop_closes_while_threads_send(void **state) {
  (void)state;
  pthread_t threads[2];
  make(8);
  made = released = 0;
  for (int i = 0; i < 2; ++i) assert_int_equal(0, pthread_create(&threads[i], NULL, sends_counted, NULL));
  assert_int_equal(ASY_OK, finish(asy_channel_receive(channel)));
  assert_int_equal(ASY_OK, asy_loop_close(loop));
  for (int i = 0; i < 2; ++i) pthread_join(threads[i], NULL);
  assert_int_equal(made, released);
}

static void test_bad_arguments_are_refused(void **state) {
  (void)state;
  asy_value value;
  make(0);
  asy_value_set_pointer(&value, &freed, count_free);
  assert_int_equal(ASY_E_INVALID, asy_channel_send(NULL, &value));
  assert_int_equal(1, freed);
  assert_int_equal(ASY_E_INVALID, asy_channel_new(loop, 0, NULL));
  assert_int_equal(ASY_E_INVALID, asy_channel_try_receive(channel, NULL));
  assert_int_equal(ASY_E_INVALID, asy_channel_shutdown(NULL));
  assert_int_equal(0, asy_channel_size(NULL));
  assert_null(asy_channel_ref(NULL));
  assert_int_equal(ASY_OK, asy_channel_send(channel, NULL)); /* nil */
  assert_int_equal(ASY_OK, finish(asy_channel_receive(channel)));
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      CHANNEL_TEST(test_values_of_a_thread_come_in_their_order),
      CHANNEL_TEST(test_a_send_wakes_a_loop_that_waits),
      CHANNEL_TEST(test_a_full_channel_refuses),
      CHANNEL_TEST(test_those_who_wait_are_served_in_the_order_of_their_calls),
      CHANNEL_TEST(test_a_cancelled_receiver_loses_no_value),
      CHANNEL_TEST(test_a_cancel_after_the_value_leaves_it),
      CHANNEL_TEST(test_a_dropped_receive_takes_nothing),
      CHANNEL_TEST(test_a_shutdown_lets_what_is_inside_out),
      CHANNEL_TEST(test_a_shutdown_ends_those_who_wait),
      CHANNEL_TEST(test_the_last_reference_shuts_it_down),
      CHANNEL_TEST(test_another_thread_that_lets_go_leaves_the_values_to_the_loop),
      CHANNEL_TEST(test_a_loop_that_closes_drops_what_is_inside),
      CHANNEL_TEST(test_a_loop_that_closes_ends_those_who_wait),
      CHANNEL_TEST(test_only_the_loop_receives),
      CHANNEL_TEST(test_many_threads_send),
      CHANNEL_TEST(test_a_loop_closes_while_threads_send),
      CHANNEL_TEST(test_bad_arguments_are_refused),
  };
  return asy_test_main(argc, argv, "channel", tests);
}
