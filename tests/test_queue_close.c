/* Queues: what their end does to values and to those who wait. */
#include "asy_queue_test.h"

/* Q-09 EXC-06 */
static void test_a_closed_queue_takes_nothing_and_gives_what_is_left(void **state) {
  make(state, 1);
  put_now(1);
  asy_value value;
  asy_value_set_pointer(&value, NULL, count_free);
  asy_future *waiting = asy_queue_put(queue, &value);
  assert_int_equal(ASY_OK, asy_queue_shutdown(queue, 0));
  assert_int_equal(ASY_OK, asy_queue_shutdown(queue, 0));
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
  assert_int_equal(ASY_OK, asy_queue_shutdown(queue, 0));
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
  assert_int_equal(ASY_OK, asy_queue_shutdown(queue, 0));
  assert_int_equal(2, freed);
  assert_int_equal(1, asy_test_reports()); /* of the put whose future was dropped */
  assert_int_equal(ASY_E_CLOSED, asy_reports.last);
}

static void test_the_last_reference_releases_values(void **state) {
  make(state, 1);
  asy_value value;
  asy_value_set_pointer(&value, NULL, count_free);
  asy_future_unref(asy_queue_put(queue, &value));
  asy_value_set_pointer(&value, NULL, count_free);
  asy_future_unref(asy_queue_put(queue, &value));
  assert_ptr_equal(queue, asy_queue_ref(queue));
  asy_queue_unref(queue);
  assert_int_equal(0, freed);
  asy_queue_unref(queue);
  queue = NULL;
  assert_int_equal(2, freed);
  assert_int_equal(1, asy_test_reports()); /* of the put that waited */
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
  assert_int_equal(ASY_E_CLOSED, asy_queue_shutdown(queue, 0));
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
  assert_int_equal(ASY_E_INVALID, asy_queue_shutdown(NULL, 0));
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
      QUEUE_TEST(test_a_closed_queue_takes_nothing_and_gives_what_is_left),
      QUEUE_TEST(test_closing_fails_getters_that_wait),
      QUEUE_TEST(test_a_destructor_may_use_the_queue),
      QUEUE_TEST(test_the_last_reference_releases_values),
      QUEUE_TEST(test_the_loops_end_releases_values_and_fails_who_waits),
      QUEUE_TEST(test_null_and_strangers_are_refused),
  };
  return asy_test_main(argc, argv, "queue_close", tests);
}
