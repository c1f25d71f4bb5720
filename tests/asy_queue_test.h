/* For tests of queues: one queue per test, and values that count their ends. */
#ifndef ASY_QUEUE_TEST_H
#define ASY_QUEUE_TEST_H
#include "asy_test.h"

static asy_queue *queue;
static int freed;
static UNUSED void count_free(void *data) { (void)data, ++freed; }

static UNUSED int setup(void **state) {
  queue = NULL;
  freed = 0;
  return asy_test_setup(state);
}
static UNUSED int teardown(void **state) {
  asy_queue_unref(queue);
  return asy_test_teardown(state);
}
#define QUEUE_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

static UNUSED void make(void **state, size_t max_size) {
  assert_int_equal(ASY_OK, asy_queue_new(*state, max_size, &queue));
}
static UNUSED asy_value number(int64_t n) {
  asy_value value;
  asy_value_set_int(&value, n);
  return value;
}
static UNUSED asy_future *put(int64_t n) {
  asy_value value = number(n);
  return asy_queue_put(queue, &value);
}
static UNUSED void put_now(int64_t n) {
  asy_future *future = put(n);
  assert_int_equal(ASY_OK, asy_future_status(future));
  asy_future_unref(future);
}
static UNUSED int64_t got(asy_future *future) {
  assert_int_equal(ASY_OK, asy_future_status(future));
  int64_t n = asy_value_int(asy_future_value(future));
  asy_future_unref(future);
  return n;
}
static UNUSED int64_t get_now(void) { return got(asy_queue_get(queue)); }
#endif
