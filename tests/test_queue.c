/* Queues: values in order, and none is lost. */
#include "asy_test.h"

static asy_queue *queue;
static int freed;
static void count_free(void *data) { (void)data, ++freed; }

static int setup(void **state) {
  queue = NULL;
  freed = 0;
  return asy_test_setup(state);
}
static int teardown(void **state) {
  asy_queue_unref(queue);
  return asy_test_teardown(state);
}
#define QUEUE_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

static void make(void **state, size_t max_size) { assert_int_equal(ASY_OK, asy_queue_new(*state, max_size, &queue)); }
static asy_value number(int64_t n) {
  asy_value value;
  asy_value_set_int(&value, n);
  return value;
}
static asy_future *put(int64_t n) {
  asy_value value = number(n);
  return asy_queue_put(queue, &value);
}
static void put_now(int64_t n) {
  asy_future *future = put(n);
  assert_int_equal(ASY_OK, asy_future_status(future));
  asy_future_unref(future);
}
static int64_t got(asy_future *future) {
  assert_int_equal(ASY_OK, asy_future_status(future));
  int64_t n = asy_value_int(asy_future_value(future));
  asy_future_unref(future);
  return n;
}
static int64_t get_now(void) { return got(asy_queue_get(queue)); }

/* Q-01 Q-03 */
static void test_values_come_out_in_order_without_waiting(void **state) {
  make(state, 0);
  for (int i = 0; i < 100; ++i) put_now(i);
  assert_int_equal(100, asy_queue_size(queue));
  for (int i = 0; i < 50; ++i) assert_int_equal(i, get_now());
  for (int i = 100; i < 130; ++i) put_now(i);
  for (int i = 50; i < 130; ++i) assert_int_equal(i, get_now());
  assert_int_equal(0, asy_queue_size(queue));
}

/* Q-02 Q-03 */
static void test_a_full_queue_makes_puts_wait_in_line(void **state) {
  make(state, 2);
  assert_int_equal(2, asy_queue_max_size(queue));
  put_now(1);
  put_now(2);
  asy_future *third = put(3), *fourth = put(4);
  assert_false(asy_future_is_done(third));
  assert_int_equal(2, asy_queue_size(queue));
  assert_int_equal(1, get_now());
  assert_true(asy_future_is_done(third));
  assert_false(asy_future_is_done(fourth));
  assert_int_equal(2, asy_queue_size(queue));
  assert_int_equal(2, get_now());
  assert_int_equal(3, get_now());
  assert_int_equal(4, get_now());
  asy_future_unref(third);
  asy_future_unref(fourth);
}

/* */
static void test_getters_are_served_in_line(void **state) {
  make(state, 0);
  asy_future *first = asy_queue_get(queue), *second = asy_queue_get(queue);
  put_now(1);
  assert_true(asy_future_is_done(first));
  assert_false(asy_future_is_done(second));
  put_now(2);
  assert_int_equal(2, got(second));
  assert_int_equal(1, got(first));
}

/* */
static void test_tries_do_not_wait_and_do_not_overtake(void **state) {
  make(state, 1);
  asy_value value = number(1);
  asy_future *getter = asy_queue_get(queue);
  assert_int_equal(ASY_E_AGAIN, asy_queue_try_get(queue, &value));
  assert_int_equal(ASY_VALUE_NIL, asy_value_kind(&value));
  value = number(1);
  assert_int_equal(ASY_OK, asy_queue_try_put(queue, &value));
  assert_int_equal(ASY_E_AGAIN, asy_queue_try_get(queue, &value)); /* it is the getter's */
  assert_int_equal(1, got(getter));
  value = number(2);
  assert_int_equal(ASY_OK, asy_queue_try_put(queue, &value));
  asy_value_set_pointer(&value, NULL, count_free);
  assert_int_equal(ASY_E_AGAIN, asy_queue_try_put(queue, &value));
  assert_int_equal(1, freed);
  assert_int_equal(ASY_VALUE_NIL, asy_value_kind(&value));
  assert_int_equal(ASY_OK, asy_queue_try_get(queue, &value));
  assert_int_equal(2, asy_value_int(&value));
}

/* */
static void test_a_cancelled_getter_leaves_the_value_to_the_next(void **state) {
  make(state, 0);
  asy_future *first = asy_queue_get(queue), *second = asy_queue_get(queue);
  assert_int_equal(1, asy_future_cancel(first, NULL));
  put_now(7);
  assert_int_equal(ASY_E_CANCELLED, asy_future_status(first));
  asy_future_unref(first);
  assert_int_equal(7, got(second));
}

static asy_status result[2];
static int64_t received;
static asy_status receive(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error;
  asy_value value;
  result[0] = asy_await(asy_queue_get(queue), &value, NULL);
  received = asy_value_int(&value);
  result[1] = asy_await(asy_sleep(data, 1), NULL, NULL);
  return result[1];
}

/* Q-05 TASK-13 */
static void test_a_value_that_came_before_the_cancel_is_delivered(void **state) {
  make(state, 0);
  asy_task *task = asy_spawn(*state, receive, *state, NULL, NULL);
  asy_test_turn(*state);
  put_now(11);
  assert_int_equal(1, asy_future_cancel(task, NULL));
  assert_int_equal(ASY_E_CANCELLED, asy_test_finish(*state, task, NULL));
  assert_int_equal(ASY_OK, result[0]);
  assert_int_equal(11, received);
  assert_int_equal(ASY_E_CANCELLED, result[1]);
}

/* */
static void test_a_timed_out_get_loses_nothing(void **state) {
  make(state, 0);
  assert_int_equal(ASY_E_TIMEOUT,
                   asy_test_finish(*state, asy_wait_for(*state, asy_queue_get(queue), ASY_MILLISECOND), NULL));
  put_now(1);
  assert_int_equal(1, get_now());
}

/* */
static void test_a_cancelled_put_takes_its_value_back(void **state) {
  make(state, 1);
  put_now(1);
  asy_value value;
  asy_value_set_pointer(&value, NULL, count_free);
  asy_future *cancelled = asy_queue_put(queue, &value), *next = put(3);
  assert_int_equal(1, asy_future_cancel(cancelled, NULL));
  assert_int_equal(1, freed);
  assert_int_equal(ASY_E_CANCELLED, asy_future_status(cancelled));
  assert_int_equal(1, get_now());
  assert_true(asy_future_is_done(next));
  assert_int_equal(3, get_now());
  asy_future_unref(cancelled);
  asy_future_unref(next);
}

static void test_a_dropped_put_is_meant_all_the_same(void **state) {
  make(state, 1);
  put_now(1);
  asy_future_unref(put(2));
  assert_int_equal(1, get_now());
  assert_int_equal(2, get_now());
}

static void test_a_dropped_get_takes_nothing(void **state) {
  make(state, 0);
  asy_future_unref(asy_queue_get(queue));
  put_now(1);
  assert_int_equal(1, get_now());
}

static asy_status produce(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error, (void)data;
  for (int64_t n = 0; n < 500; ++n) {
    asy_status status = asy_await(put(n), NULL, NULL);
    if (status) return status;
  }
  return asy_queue_close(queue);
}
static asy_status consume(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_error, (void)data;
  int64_t sum = 0;
  asy_value value;
  while (asy_await(asy_queue_get(queue), &value, NULL) == ASY_OK) sum += asy_value_int(&value);
  asy_value_set_int(out_value, sum);
  return ASY_OK;
}

/* Q-03 Q-11 */
static void test_producers_and_consumers_meet(void **state) {
  make(state, 3);
  asy_task *a = asy_spawn(*state, consume, NULL, NULL, NULL), *b = asy_spawn(*state, consume, NULL, NULL, NULL);
  int64_t sum_a = 0, sum_b = 0;
  assert_int_equal(ASY_OK, asy_test_finish(*state, asy_spawn(*state, produce, NULL, NULL, NULL), NULL));
  assert_int_equal(ASY_OK, asy_test_finish(*state, a, &sum_a));
  assert_int_equal(ASY_OK, asy_test_finish(*state, b, &sum_b));
  assert_int_equal(500 * 499 / 2, sum_a + sum_b);
}

/* Q-09 EXC-06 */
static void test_a_closed_queue_takes_nothing_and_gives_what_is_left(void **state) {
  make(state, 1);
  put_now(1);
  asy_value value;
  asy_value_set_pointer(&value, NULL, count_free);
  asy_future *waiting = asy_queue_put(queue, &value);
  assert_int_equal(ASY_OK, asy_queue_close(queue));
  assert_int_equal(ASY_OK, asy_queue_close(queue));
  assert_int_equal(1, freed);
  assert_int_equal(ASY_E_CLOSED, asy_future_status(waiting));
  asy_future_unref(waiting);
  assert_int_equal(ASY_E_CLOSED, asy_future_status(put(2)));
  asy_value_set_pointer(&value, NULL, count_free);
  assert_int_equal(ASY_E_CLOSED, asy_queue_try_put(queue, &value));
  assert_int_equal(2, freed);
  assert_int_equal(1, get_now());
  assert_int_equal(ASY_E_CLOSED, asy_future_status(asy_queue_get(queue)));
  assert_int_equal(ASY_E_CLOSED, asy_queue_try_get(queue, &value));
}

/* */
static void test_closing_fails_getters_that_wait(void **state) {
  make(state, 0);
  asy_future *getter = asy_queue_get(queue);
  assert_int_equal(ASY_OK, asy_queue_close(queue));
  assert_int_equal(ASY_E_CLOSED, asy_test_finish(*state, getter, NULL));
}

static void reenter(void *data) {
  (void)data;
  ++freed;
  asy_future_unref(asy_queue_get(queue));
  asy_future_unref(put(1));
}

static void test_a_destructor_may_use_the_queue(void **state) {
  make(state, 1);
  put_now(1);
  asy_value value;
  asy_value_set_pointer(&value, NULL, reenter);
  asy_future *first = asy_queue_put(queue, &value);
  asy_future_cancel(first, NULL);
  asy_future_unref(first);
  asy_value_set_pointer(&value, NULL, reenter);
  asy_future_unref(asy_queue_put(queue, &value));
  assert_int_equal(ASY_OK, asy_queue_close(queue));
  assert_int_equal(2, freed);
  assert_int_equal(1, asy_test_reports()); /* of the put whose future was dropped */
  assert_int_equal(ASY_E_CLOSED, asy_reports.last);
}

static void test_the_last_reference_releases_values_and_fails_who_waits(void **state) {
  make(state, 1);
  asy_value value;
  asy_value_set_pointer(&value, NULL, count_free);
  asy_future_unref(asy_queue_put(queue, &value));
  asy_value_set_pointer(&value, NULL, count_free);
  asy_future *waiting = asy_queue_put(queue, &value);
  assert_ptr_equal(queue, asy_queue_ref(queue));
  asy_queue_unref(queue);
  asy_queue_unref(queue);
  queue = NULL;
  assert_int_equal(2, freed);
  assert_int_equal(ASY_E_CLOSED, asy_test_finish(*state, waiting, NULL));
}

static void test_the_loops_end_releases_values_and_fails_who_waits(void **state) {
  make(state, 1);
  asy_value value;
  asy_value_set_pointer(&value, NULL, count_free);
  asy_future_unref(asy_queue_put(queue, &value));
  asy_value_set_pointer(&value, NULL, count_free);
  asy_future *waiting = asy_queue_put(queue, &value);
  assert_int_equal(ASY_OK, asy_loop_close(*state));
  assert_int_equal(2, freed);
  assert_int_equal(ASY_E_CLOSED, asy_future_status(waiting));
  asy_future_unref(waiting);
  assert_int_equal(ASY_E_CLOSED, asy_queue_close(queue));
}

/* SYNC-25 Q-13 */
static void test_null_and_strangers_are_refused(void **state) {
  make(state, 1);
  asy_queue *made = queue;
  asy_value value;
  assert_int_equal(ASY_E_INVALID, asy_queue_new(NULL, 1, &made));
  assert_null(made);
  assert_int_equal(ASY_E_INVALID, asy_queue_new(*state, 1, NULL));
  asy_value_set_pointer(&value, NULL, count_free);
  assert_int_equal(ASY_E_INVALID, asy_future_status(asy_queue_put(NULL, &value)));
  asy_value_set_pointer(&value, NULL, count_free);
  assert_int_equal(ASY_E_INVALID, asy_queue_try_put(NULL, &value));
  assert_int_equal(2, freed);
  assert_int_equal(ASY_E_INVALID, asy_future_status(asy_queue_get(NULL)));
  assert_int_equal(ASY_E_INVALID, asy_queue_try_get(NULL, &value));
  assert_int_equal(ASY_E_INVALID, asy_queue_try_get(queue, NULL));
  assert_int_equal(ASY_E_INVALID, asy_queue_close(NULL));
  assert_int_equal(0, asy_queue_size(NULL));
  assert_int_equal(0, asy_queue_max_size(NULL));
  assert_null(asy_queue_ref(NULL));
  asy_queue_unref(NULL);
  asy_future_unref(asy_queue_put(queue, NULL));
  assert_int_equal(1, asy_queue_size(queue));
  assert_int_equal(0, get_now());
  assert_int_equal(ASY_OK, asy_loop_release(*state));
  assert_int_equal(ASY_E_WRONG_THREAD, asy_queue_try_get(queue, &value));
  assert_int_equal(ASY_E_WRONG_THREAD, asy_future_status(put(1)));
  assert_int_equal(ASY_OK, asy_loop_acquire(*state));
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      QUEUE_TEST(test_values_come_out_in_order_without_waiting),
      QUEUE_TEST(test_a_full_queue_makes_puts_wait_in_line),
      QUEUE_TEST(test_getters_are_served_in_line),
      QUEUE_TEST(test_tries_do_not_wait_and_do_not_overtake),
      QUEUE_TEST(test_a_cancelled_getter_leaves_the_value_to_the_next),
      QUEUE_TEST(test_a_value_that_came_before_the_cancel_is_delivered),
      QUEUE_TEST(test_a_timed_out_get_loses_nothing),
      QUEUE_TEST(test_a_cancelled_put_takes_its_value_back),
      QUEUE_TEST(test_a_dropped_put_is_meant_all_the_same),
      QUEUE_TEST(test_a_dropped_get_takes_nothing),
      QUEUE_TEST(test_producers_and_consumers_meet),
      QUEUE_TEST(test_a_closed_queue_takes_nothing_and_gives_what_is_left),
      QUEUE_TEST(test_closing_fails_getters_that_wait),
      QUEUE_TEST(test_a_destructor_may_use_the_queue),
      QUEUE_TEST(test_the_last_reference_releases_values_and_fails_who_waits),
      QUEUE_TEST(test_the_loops_end_releases_values_and_fails_who_waits),
      QUEUE_TEST(test_null_and_strangers_are_refused),
  };
  return asy_test_main(argc, argv, "queue", tests);
}
