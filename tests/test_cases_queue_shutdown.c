/* The hard case of a queue that is shut down at once: 12 of cases/README.md. */
#include "asy_cases_test.h"

static asy_queue *queue;

static int setup(void **state) {
  if (asy_cases_setup(state)) return -1;
  return asy_queue_new(loop, 1, &queue);
}
static int teardown(void **state) {
  asy_queue_unref(queue);
  return asy_test_teardown(state);
}

static asy_future *put(void) {
  asy_value value;
  asy_value_set_pointer(&value, &freed, count_free);
  return asy_queue_put(queue, &value);
}
static asy_status getter(asy_value *out_value, asy_error **out_error, void *data) {
  (void)data;
  return asy_await(asy_queue_get(queue), out_value, out_error);
}
static asy_status putter(asy_value *out_value, asy_error **out_error, void *data) {
  (void)data;
  return asy_await(put(), out_value, out_error);
}
static asy_status joiner(asy_value *out_value, asy_error **out_error, void *data) {
  asy_status status = asy_await(asy_queue_join(queue), out_value, out_error);
  note(data);
  return status;
}

/* Two unfinished: one in a worker's hands, one queued; a put that waits for room, and two that join. */
static void begin(asy_task *tasks[3], asy_value *in_hand) {
  assert_int_equal(ASY_OK, finish(put()));
  assert_int_equal(ASY_OK, asy_queue_try_get(queue, in_hand));
  assert_int_equal(ASY_OK, finish(put()));
  tasks[0] = spawn(putter, NULL);
  tasks[1] = spawn(joiner, "j");
  tasks[2] = spawn(joiner, "k");
  settle();
  assert_int_equal(2, asy_queue_unfinished(queue));
}

/* case 12, Q-08 Q-10 */
static void test_what_is_queued_is_dropped_and_what_is_in_hand_is_waited_for(void **state) {
  asy_task *tasks[3];
  asy_value in_hand, other;
  (void)state;
  begin(tasks, &in_hand);
  assert_int_equal(ASY_OK, asy_queue_shutdown(queue, 1));
  assert_int_equal(2, freed); /* the queued one and the waiting put's */
  assert_int_equal(1, asy_queue_unfinished(queue));
  assert_int_equal(ASY_E_CLOSED, finish(tasks[0]));
  assert_int_equal(ASY_E_CLOSED, finish(put()));
  assert_int_equal(ASY_E_CLOSED, finish(spawn(getter, NULL)));
  assert_int_equal(ASY_E_CLOSED, asy_queue_try_get(queue, &other));
  settle();
  assert_string_equal("", trail);
  assert_int_equal(ASY_OK, asy_queue_task_done(queue));
  assert_int_equal(ASY_OK, finish(tasks[1]));
  assert_int_equal(ASY_OK, finish(tasks[2]));
  assert_int_equal(2, strlen(trail));
  assert_int_equal(ASY_E_STATE, asy_queue_task_done(queue));
  assert_int_equal(0, asy_queue_unfinished(queue));
  asy_value_clear(&in_hand);
  assert_int_equal(4, freed);
}

/* case 12, Q-09: without haste what is queued can still be had, then it is over */
static void test_a_plain_shutdown_leaves_what_is_queued(void **state) {
  asy_task *tasks[3];
  asy_value in_hand, next;
  (void)state;
  begin(tasks, &in_hand);
  assert_int_equal(ASY_OK, asy_queue_shutdown(queue, 0));
  assert_int_equal(ASY_E_CLOSED, finish(tasks[0]));
  assert_int_equal(2, asy_queue_unfinished(queue));
  assert_int_equal(ASY_OK, asy_queue_try_get(queue, &next));
  assert_int_equal(ASY_E_CLOSED, finish(spawn(getter, NULL)));
  for (int i = 0; i < 2; ++i) assert_int_equal(ASY_OK, asy_queue_task_done(queue));
  assert_int_equal(ASY_OK, finish(tasks[1]));
  assert_int_equal(ASY_OK, finish(tasks[2]));
  asy_value_clear(&in_hand);
  asy_value_clear(&next);
}

/* case 12, Q-09 Q-10: getters that wait are told, and a second shutdown may be hastier */
static void test_getters_that_wait_are_told(void **state) {
  (void)state;
  asy_task *a = spawn(getter, NULL), *b = spawn(getter, NULL);
  settle();
  assert_int_equal(ASY_OK, asy_queue_shutdown(queue, 0));
  assert_int_equal(ASY_OK, asy_queue_shutdown(queue, 1));
  assert_int_equal(ASY_E_CLOSED, finish(a));
  assert_int_equal(ASY_E_CLOSED, finish(b));
}

#define QUEUE(f) ANY_ORDER_WITH(f, setup, teardown)
int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      QUEUE(test_what_is_queued_is_dropped_and_what_is_in_hand_is_waited_for),
      QUEUE(test_a_plain_shutdown_leaves_what_is_queued),
      QUEUE(test_getters_that_wait_are_told),
  };
  return asy_test_main(argc, argv, "cases: queue shutdown", tests);
}
