/* One line about anything but a future, which test_inspect.c has. */
#include "asy_task_test.h"

static char text[128];
#define DESCRIBED(describe, it) (describe(it, text, sizeof text), text)

/* SYNC-26 */
static void test_a_semaphore_tells_its_slots_and_waiters(void **state) {
  asy_semaphore *semaphore;
  (void)state;
  assert_int_equal(ASY_OK, asy_semaphore_new(loop, 2, &semaphore));
  assert_string_equal("semaphore unlocked, 2 free, 0 waiting", DESCRIBED(asy_semaphore_describe, semaphore));
  for (int i = 0; i < 2; ++i) asy_semaphore_try_acquire(semaphore);
  asy_future *waits = asy_semaphore_acquire(semaphore);
  assert_string_equal("semaphore locked, 0 free, 1 waiting", DESCRIBED(asy_semaphore_describe, semaphore));
  asy_future_cancel(waits, NULL);
  assert_string_equal("semaphore locked, 0 free, 0 waiting", DESCRIBED(asy_semaphore_describe, semaphore));
  asy_future_unref(waits);
  asy_semaphore_unref(semaphore);
}

/* SYNC-26 */
static void test_an_event_and_a_lock_tell_their_state_and_waiters(void **state) {
  asy_event *event;
  asy_lock *lock;
  (void)state;
  assert_int_equal(ASY_OK, asy_event_new(loop, &event));
  assert_int_equal(ASY_OK, asy_lock_new(loop, 0, &lock));
  assert_string_equal("lock unlocked, 0 waiting", DESCRIBED(asy_lock_describe, lock));
  asy_future *waits[] = {asy_event_wait(event), asy_lock_acquire(lock), asy_lock_acquire(lock)};
  assert_string_equal("event not set, 1 waiting", DESCRIBED(asy_event_describe, event));
  assert_string_equal("lock locked, 1 waiting", DESCRIBED(asy_lock_describe, lock));
  asy_event_set(event);
  assert_string_equal("event set, 0 waiting", DESCRIBED(asy_event_describe, event));
  for (int i = 0; i < 3; ++i) asy_future_cancel(waits[i], NULL), asy_future_unref(waits[i]);
  asy_event_unref(event);
  asy_lock_unref(lock);
}

/* SYNC-26 */
static void test_a_barrier_a_condition_and_a_limiter_tell_theirs(void **state) {
  asy_barrier *barrier;
  asy_condition *condition;
  asy_limiter *limiter;
  (void)state;
  assert_int_equal(ASY_OK, asy_barrier_new(loop, 2, &barrier));
  assert_int_equal(ASY_OK, asy_condition_new(loop, NULL, &condition));
  assert_int_equal(ASY_OK, asy_limiter_new(loop, 5, 1, &limiter));
  assert_string_equal("condition unlocked, 0 waiting", DESCRIBED(asy_condition_describe, condition));
  asy_lock *lock = asy_condition_lock(condition);
  asy_future_unref(asy_lock_acquire(lock));
  assert_string_equal("condition locked, 0 waiting", DESCRIBED(asy_condition_describe, condition));
  assert_string_equal("limiter 5 per second, 0 waiting", DESCRIBED(asy_limiter_describe, limiter));
  asy_future *waits = asy_barrier_wait(barrier);
  assert_string_equal("barrier filling, 1 of 2 waiting", DESCRIBED(asy_barrier_describe, barrier));
  asy_barrier_abort(barrier);
  assert_string_equal("barrier broken, 0 of 2 waiting", DESCRIBED(asy_barrier_describe, barrier));
  assert_int_equal(ASY_E_BROKEN, finish(waits));
  asy_lock_release(lock);
  asy_lock_unref(lock);
  asy_barrier_unref(barrier);
  asy_condition_unref(condition);
  asy_limiter_unref(limiter);
}

/* */
static void test_a_queue_tells_its_items_and_both_lines(void **state) {
  asy_queue *queue;
  asy_value value;
  (void)state;
  assert_int_equal(ASY_OK, asy_queue_new(loop, 1, &queue));
  asy_future *get = asy_queue_get(queue);
  assert_string_equal("queue of 0 at most 1, 0 unfinished, 1 getting, 0 putting", DESCRIBED(asy_queue_describe, queue));
  asy_future_cancel(get, NULL);
  asy_value_set_int(&value, 1);
  asy_queue_try_put(queue, &value);
  asy_future *put = asy_queue_put(queue, &value);
  assert_string_equal("queue of 1 at most 1, 1 unfinished, 0 getting, 1 putting", DESCRIBED(asy_queue_describe, queue));
  asy_future_cancel(put, NULL);
  asy_queue_shutdown(queue, 1);
  assert_string_equal("queue of 0 at most 1, 0 unfinished, 0 getting, 0 putting, shut down",
                      DESCRIBED(asy_queue_describe, queue));
  asy_future_unref(get);
  asy_future_unref(put);
  asy_queue_unref(queue);
}

static void nothing(void *data) { (void)data; }

/* HND-11: also after a cancel */
static void test_a_handle_tells_its_state_and_when_it_is_due(void **state) {
  asy_handle *soon, *later;
  (void)state;
  assert_int_equal(ASY_OK, asy_loop_call_soon(loop, nothing, NULL, NULL, &soon));
  assert_int_equal(ASY_OK, asy_loop_call_at(loop, 3 * ASY_SECOND / 2, nothing, NULL, NULL, &later));
  assert_string_equal("handle queued", DESCRIBED(asy_handle_describe, soon));
  assert_string_equal("handle scheduled, due 1.500000000 s", DESCRIBED(asy_handle_describe, later));
  asy_handle_cancel(later);
  assert_string_equal("handle cancelled, due 1.500000000 s", DESCRIBED(asy_handle_describe, later));
  settle();
  assert_string_equal("handle finished", DESCRIBED(asy_handle_describe, soon));
  assert_int_equal(0, asy_handle_describe(NULL, text, sizeof text));
  assert_string_equal("", text);
  asy_handle_unref(soon);
  asy_handle_unref(later);
}

/* snprintf's rule, for all that writes text */
static void test_the_length_is_the_whole_text_s_whatever_fits(void **state) {
  asy_event *event;
  char small[8] = "unsaid!";
  (void)state;
  assert_int_equal(ASY_OK, asy_event_new(loop, &event));
  const size_t whole = strlen("event not set, 0 waiting");
  assert_int_equal(whole, asy_event_describe(event, small, sizeof small));
  assert_string_equal("event n", small);
  assert_int_equal(whole, asy_event_describe(event, small, 1));
  assert_string_equal("", small);
  assert_int_equal(whole, asy_event_describe(event, NULL, 0));
  small[0] = 'x';
  assert_int_equal(0, asy_event_describe(NULL, small, sizeof small));
  assert_string_equal("", small);
  asy_event_unref(event);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      TASK_TEST(test_a_semaphore_tells_its_slots_and_waiters),
      TASK_TEST(test_an_event_and_a_lock_tell_their_state_and_waiters),
      TASK_TEST(test_a_barrier_a_condition_and_a_limiter_tell_theirs),
      TASK_TEST(test_a_queue_tells_its_items_and_both_lines),
      TASK_TEST(test_a_handle_tells_its_state_and_when_it_is_due),
      TASK_TEST(test_the_length_is_the_whole_text_s_whatever_fits),
  };
  return asy_test_main(argc, argv, "describe", tests);
}
