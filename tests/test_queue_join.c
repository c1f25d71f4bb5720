/* Queues: counting what is unfinished, and the end. */
#include "asy_queue_test.h"

static void done(void) { assert_int_equal(ASY_OK, asy_queue_task_done(queue)); }

/* */
static void test_a_join_ends_when_everything_that_went_in_is_done(void **state) {
  make(state, 0);
  asy_future *idle = asy_queue_join(queue);
  assert_int_equal(ASY_OK, asy_future_status(idle));
  asy_future_unref(idle);
  put_now(1);
  put_now(2);
  asy_future *join = asy_queue_join(queue), *other = asy_queue_join(queue);
  assert_int_equal(1, get_now());
  assert_int_equal(2, get_now());
  assert_int_equal(2, asy_queue_unfinished(queue));
  done();
  assert_false(asy_future_is_done(join));
  done();
  assert_int_equal(ASY_OK, asy_future_status(other));
  assert_int_equal(ASY_E_STATE, asy_queue_task_done(queue));
  put_now(3); /* before the joiner has run */
  assert_int_equal(ASY_OK, asy_test_finish(*state, join, NULL));
  asy_future_unref(other);
}

/* */
static void test_what_is_handed_over_or_waited_with_counts_too(void **state) {
  make(state, 1);
  asy_future *getter = asy_queue_get(queue);
  put_now(1);
  assert_int_equal(1, asy_queue_unfinished(queue));
  put_now(2);
  asy_future *putter = put(3);
  assert_int_equal(2, asy_queue_unfinished(queue));
  assert_int_equal(2, get_now());
  assert_int_equal(3, asy_queue_unfinished(queue));
  assert_int_equal(1, got(getter));
  asy_future_unref(putter);
}

static void test_a_cancelled_join_leaves_the_others(void **state) {
  make(state, 0);
  put_now(1);
  asy_future *a = asy_queue_join(queue), *b = asy_queue_join(queue);
  assert_int_equal(1, asy_future_cancel(a, NULL));
  done();
  assert_int_equal(ASY_OK, asy_future_status(b));
  asy_future_unref(a);
  asy_future_unref(b);
}

/* Q-10 Q-09 EXC-06: case 12 */
static void test_an_immediate_shutdown_leaves_only_what_is_in_other_hands(void **state) {
  make(state, 2);
  put_now(1);
  assert_int_equal(1, get_now());
  asy_value value;
  asy_value_set_pointer(&value, NULL, count_free);
  assert_int_equal(ASY_OK, asy_queue_try_put(queue, &value));
  put_now(2);
  asy_value_set_pointer(&value, NULL, count_free);
  asy_future *putter = asy_queue_put(queue, &value), *join = asy_queue_join(queue);
  assert_int_equal(3, asy_queue_unfinished(queue));
  assert_int_equal(ASY_OK, asy_queue_shutdown(queue, 1));
  assert_int_equal(2, freed);
  assert_true(asy_queue_is_shut_down(queue));
  assert_int_equal(0, asy_queue_size(queue));
  assert_int_equal(1, asy_queue_unfinished(queue));
  assert_int_equal(ASY_E_CLOSED, asy_future_status(putter));
  asy_future_unref(putter);
  assert_int_equal(ASY_E_CLOSED, asy_queue_try_get(queue, &value));
  assert_false(asy_future_is_done(join));
  done();
  assert_int_equal(ASY_OK, asy_future_status(join));
  asy_future_unref(join);
  assert_int_equal(ASY_E_STATE, asy_queue_task_done(queue));
}

/* Q-09 Q-10 */
static void test_a_shutdown_can_become_immediate_but_not_undone(void **state) {
  make(state, 0);
  put_now(1);
  put_now(2);
  asy_future *join = asy_queue_join(queue);
  assert_int_equal(ASY_OK, asy_queue_shutdown(queue, 0));
  assert_int_equal(2, asy_queue_unfinished(queue));
  assert_int_equal(1, get_now());
  assert_int_equal(ASY_OK, asy_queue_shutdown(queue, 1));
  assert_int_equal(1, asy_queue_unfinished(queue));
  done();
  assert_int_equal(ASY_OK, asy_future_status(join));
  asy_future_unref(join);
  assert_int_equal(ASY_OK, asy_queue_shutdown(queue, 0));
  assert_int_equal(ASY_E_CLOSED, asy_future_status(put(3)));
}

/* EXC-06 */
static void test_empty_full_and_shut_down_are_told_apart(void **state) {
  make(state, 1);
  asy_value value = number(1);
  assert_int_equal(ASY_E_AGAIN, asy_queue_try_get(queue, &value)); /* whoever asks knows which of the two it is */
  put_now(1);
  value = number(2);
  assert_int_equal(ASY_E_AGAIN, asy_queue_try_put(queue, &value));
  asy_queue_shutdown(queue, 0);
  value = number(2);
  assert_int_equal(ASY_E_CLOSED, asy_queue_try_put(queue, &value));
}

/* */
static void test_a_queue_tells_what_it_is_doing(void **state) {
  make(state, 1);
  assert_false(asy_queue_is_shut_down(queue));
  asy_future *getters[2] = {asy_queue_get(queue), asy_queue_get(queue)};
  assert_int_equal(2, asy_queue_getters(queue));
  assert_int_equal(0, asy_queue_putters(queue));
  asy_future_cancel(getters[0], NULL);
  assert_int_equal(1, asy_queue_getters(queue));
  put_now(1);
  put_now(2);
  asy_future *putter = put(3);
  assert_int_equal(1, asy_queue_putters(queue));
  assert_int_equal(1, asy_queue_size(queue));
  assert_int_equal(1, asy_queue_max_size(queue));
  assert_int_equal(2, asy_queue_unfinished(queue));
  assert_int_equal(2, get_now());
  for (int i = 0; i < 2; ++i) asy_future_unref(getters[i]);
  asy_future_unref(putter);
}

static int refilled;
static void refill(void *data) {
  (void)data;
  ++freed;
  asy_value value = number(1);
  refilled += asy_queue_try_put(queue, &value) == ASY_OK;
  asy_queue_shutdown(queue, 1);
  asy_queue_unref(queue);
  queue = NULL;
}
static void test_a_destructor_may_shut_down_and_drop_the_queue(void **state) {
  make(state, 0);
  refilled = 0;
  asy_value value;
  asy_value_set_pointer(&value, NULL, refill);
  assert_int_equal(ASY_OK, asy_queue_try_put(queue, &value));
  asy_value_set_pointer(&value, NULL, count_free);
  assert_int_equal(ASY_OK, asy_queue_try_put(queue, &value));
  assert_int_equal(ASY_OK, asy_queue_shutdown(queue, 1));
  assert_int_equal(2, freed);
  assert_int_equal(0, refilled);
  assert_null(queue);
}

static void test_the_loops_end_fails_joiners(void **state) {
  make(state, 0);
  put_now(1);
  asy_future *join = asy_queue_join(queue);
  assert_int_equal(ASY_OK, asy_loop_close(*state));
  assert_int_equal(ASY_E_CLOSED, asy_future_status(join));
  asy_future_unref(join);
}

static int64_t handled;
static asy_status produce(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error, (void)data;
  for (int64_t n = 0; n < 20; ++n) {
    asy_status status = asy_await(put(n), NULL, NULL);
    if (status) return status;
  }
  return ASY_OK;
}
static asy_status consume(asy_value *out_value, asy_error **out_error, void *loop) {
  (void)out_value, (void)out_error;
  asy_value value;
  for (;;) {
    asy_status status = asy_await(asy_queue_get(queue), &value, NULL);
    if (status) return status == ASY_E_CLOSED ? ASY_OK : status;
    int64_t n = asy_value_int(&value);
    status = asy_await(asy_sleep(loop, ASY_MILLISECOND), NULL, NULL);
    asy_queue_task_done(queue); /* also when it fails: else the join would hang */
    if (status || n == 7) return status ? status : ASY_E_FOREIGN;
    handled += n;
  }
}

/* ECO-07 Q-08 Q-09 */
static void test_many_produce_many_consume_one_fails_and_the_join_ends(void **state) {
  make(state, 3);
  handled = 0;
  asy_task *producers[3], *consumers[8];
  for (int i = 0; i < 8; ++i) consumers[i] = asy_spawn(*state, consume, *state, NULL, NULL);
  for (int i = 0; i < 3; ++i) producers[i] = asy_spawn(*state, produce, NULL, NULL, NULL);
  for (int i = 0; i < 3; ++i) assert_int_equal(ASY_OK, asy_test_finish(*state, producers[i], NULL));
  assert_int_equal(ASY_OK, asy_test_finish(*state, asy_queue_join(queue), NULL));
  assert_int_equal(ASY_OK, asy_queue_shutdown(queue, 0));
  int failed = 0;
  for (int i = 0; i < 8; ++i) failed += asy_test_finish(*state, consumers[i], NULL) == ASY_E_FOREIGN;
  assert_int_equal(3, failed);
  assert_int_equal(3 * (190 - 7), handled);
}

/* Q-13 SYNC-25 */
static void test_null_and_strangers_are_refused(void **state) {
  make(state, 0);
  assert_int_equal(ASY_E_INVALID, asy_future_status(asy_queue_join(NULL)));
  assert_int_equal(ASY_E_INVALID, asy_queue_task_done(NULL));
  assert_int_equal(ASY_E_INVALID, asy_queue_shutdown(NULL, 1));
  assert_true(asy_queue_is_shut_down(NULL));
  assert_int_equal(0, asy_queue_unfinished(NULL));
  assert_int_equal(0, asy_queue_getters(NULL));
  assert_int_equal(0, asy_queue_putters(NULL));
  assert_int_equal(ASY_OK, asy_loop_release(*state));
  assert_int_equal(ASY_E_WRONG_THREAD, asy_queue_task_done(queue));
  assert_int_equal(ASY_E_WRONG_THREAD, asy_future_status(asy_queue_join(queue)));
  assert_int_equal(ASY_OK, asy_loop_acquire(*state));
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      QUEUE_TEST(test_a_join_ends_when_everything_that_went_in_is_done),
      QUEUE_TEST(test_what_is_handed_over_or_waited_with_counts_too),
      QUEUE_TEST(test_a_cancelled_join_leaves_the_others),
      QUEUE_TEST(test_an_immediate_shutdown_leaves_only_what_is_in_other_hands),
      QUEUE_TEST(test_a_shutdown_can_become_immediate_but_not_undone),
      QUEUE_TEST(test_empty_full_and_shut_down_are_told_apart),
      QUEUE_TEST(test_a_queue_tells_what_it_is_doing),
      QUEUE_TEST(test_a_destructor_may_shut_down_and_drop_the_queue),
      QUEUE_TEST(test_the_loops_end_fails_joiners),
      QUEUE_TEST(test_many_produce_many_consume_one_fails_and_the_join_ends),
      QUEUE_TEST(test_null_and_strangers_are_refused),
  };
  return asy_test_main(argc, argv, "queue_join", tests);
}
