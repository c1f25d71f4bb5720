/* Queues: values in order, and none is lost. */
#include "asy_queue_test.h"

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
  return asy_queue_shutdown(queue, 0);
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
  };
  return asy_test_main(argc, argv, "queue", tests);
}
