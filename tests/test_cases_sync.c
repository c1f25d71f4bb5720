/* The hard cases of who gets what was handed over: 10, 11 of cases/README.md. */
#include "asy_cases_test.h"

static asy_semaphore *semaphore;
static asy_queue *queue;

static int setup(void **state) {
  if (asy_cases_setup(state) || asy_semaphore_new(loop, 1, &semaphore)) return -1;
  return asy_queue_new(loop, 1, &queue);
}
static int teardown(void **state) {
  asy_semaphore_unref(semaphore);
  asy_queue_unref(queue);
  return asy_test_teardown(state);
}

static asy_future *put(int64_t n) {
  asy_value value;
  asy_value_set_int(&value, n);
  return asy_queue_put(queue, &value);
}
static void put_now(int64_t n) {
  asy_future *done = put(n);
  assert_int_equal(ASY_OK, asy_future_status(done));
  asy_future_unref(done);
}

/* Spawns a task that stands in a line behind those of before. */
static asy_task *line_up(asy_run_cb body, void *data) {
  asy_task *task = spawn(body, data);
  settle();
  return task;
}

/* Takes a slot and gives it back after 1 ms, whatever comes. */
static asy_status user(asy_value *out_value, asy_error **out_error, void *name) {
  asy_status status = asy_await(asy_semaphore_acquire(semaphore), out_value, out_error);
  note(status ? "-" : name);
  if (status) return status;
  status = asy_await(asy_sleep(loop, ASY_MILLISECOND), NULL, out_error);
  asy_semaphore_release(semaphore);
  return status;
}

/* case 10, SYNC-17 SYNC-18, D1: the slot is granted at the release; nobody else sees it free; a cancelled grantee has
   it and gives it on */
static void test_a_granted_slot_whose_task_is_cancelled_is_not_lost(void **state) {
  (void)state;
  assert_int_equal(ASY_OK, asy_semaphore_try_acquire(semaphore));
  asy_task *a = line_up(user, "a"), *b = line_up(user, "b");
  asy_semaphore_release(semaphore);
  assert_int_equal(0, asy_semaphore_value(semaphore));
  assert_int_equal(1, asy_semaphore_is_locked(semaphore));
  assert_int_equal(ASY_E_AGAIN, asy_semaphore_try_acquire(semaphore));
  asy_task *late = spawn(user, "n");
  asy_task_cancel(a, NULL);
  assert_int_equal(ASY_E_CANCELLED, finish(a));
  assert_int_equal(ASY_OK, finish(b));
  assert_int_equal(ASY_OK, finish(late));
  assert_string_equal("abn", trail);
  assert_int_equal(1, asy_semaphore_value(semaphore));
}

/* case 10, SYNC-18: cancelled while it waits, a release in the same turn goes to the next, in both orders */
static void test_a_release_and_the_cancel_of_a_waiter_in_one_turn(void **state) {
  (void)state;
  for (int cancel_first = 0; cancel_first < 2; ++cancel_first) {
    trail[0] = 0;
    assert_int_equal(ASY_OK, asy_semaphore_try_acquire(semaphore));
    asy_task *a = line_up(user, "a"), *b = line_up(user, "b");
    if (cancel_first) asy_task_cancel(a, NULL);
    asy_semaphore_release(semaphore);
    if (!cancel_first) asy_task_cancel(a, NULL);
    assert_int_equal(ASY_E_CANCELLED, finish(a));
    assert_int_equal(ASY_OK, finish(b));
    assert_int_equal(1, asy_semaphore_value(semaphore));
    assert_int_equal(cancel_first, strchr(trail, '-') != NULL);
    assert_non_null(strchr(trail, 'b'));
  }
}

/* case 10, SYNC-17 SYNC-18: k releases wake k waiters, a surplus stays in the counter */
static void test_several_releases_in_one_turn(void **state) {
  asy_task *tasks[3];
  (void)state;
  assert_int_equal(ASY_OK, asy_semaphore_try_acquire(semaphore));
  for (int i = 0; i < 3; ++i) tasks[i] = line_up(user, "u");
  for (int i = 0; i < 2; ++i) asy_semaphore_release(semaphore);
  assert_int_equal(0, asy_semaphore_value(semaphore));
  settle();
  assert_string_equal("uu", trail);
  for (int i = 0; i < 3; ++i) asy_semaphore_release(semaphore);
  assert_int_equal(2, asy_semaphore_value(semaphore));
  for (int i = 0; i < 3; ++i) assert_int_equal(ASY_OK, finish(tasks[i]));
  assert_int_equal(5, asy_semaphore_value(semaphore));
}

static asy_status getter(asy_value *out_value, asy_error **out_error, void *name) {
  asy_status status = asy_await(asy_queue_get(queue), out_value, out_error);
  note(status ? "-" : name);
  return status;
}

/* case 11, Q-05 TASK-13, D1: the value belongs to the getter from the put on. A try cannot take it, a cancel does not
 * lose it */
static void test_a_getter_that_has_its_value_is_cancelled(void **state) {
  asy_value value;
  (void)state;
  asy_task *a = line_up(getter, "a"), *b = line_up(getter, "b");
  put_now(1);
  assert_int_equal(ASY_E_AGAIN, asy_queue_try_get(queue, &value));
  asy_task_cancel(a, NULL);
  put_now(2);
  assert_int_equal(1, finish_int(a));
  assert_int_equal(2, finish_int(b));
  assert_int_equal(1, asy_test_reports()); /* a returned before its cancel was raised */
  assert_int_equal(0, asy_queue_size(queue));
}

/* case 11, Q-05: cancelled before the put, its place in line is gone and the value goes to the next */
static void test_a_getter_that_waits_is_cancelled_and_a_value_comes(void **state) {
  (void)state;
  asy_task *a = line_up(getter, "a"), *b = line_up(getter, "b");
  asy_task_cancel(a, NULL);
  put_now(1);
  assert_int_equal(ASY_E_CANCELLED, finish(a));
  assert_int_equal(1, finish_int(b));
}

static asy_status putter(asy_value *out_value, asy_error **out_error, void *n) {
  asy_status status = asy_await(put((int64_t)(uintptr_t)n), out_value, out_error);
  note(status ? "-" : "p");
  return status;
}

/* case 11, Q-06, D1: from the get on that made room, the value is in the queue and its put is done; a cancelled put of
   before that is out, and the room goes to the next */
static void test_a_putter_whose_room_came_is_cancelled(void **state) {
  asy_value value;
  (void)state;
  for (int cancel_first = 0; cancel_first < 2; ++cancel_first) {
    put_now(1);
    asy_task *a = line_up(putter, MS(2)), *b = line_up(putter, MS(3));
    if (cancel_first) asy_task_cancel(a, NULL);
    assert_int_equal(ASY_OK, asy_queue_try_get(queue, &value));
    if (!cancel_first) asy_task_cancel(a, NULL);
    assert_int_equal(1, asy_queue_size(queue));
    assert_int_equal(cancel_first ? 3 : 2, finish_int(asy_queue_get(queue)));
    if (!cancel_first) assert_int_equal(3, finish_int(asy_queue_get(queue)));
    assert_int_equal(cancel_first ? ASY_E_CANCELLED : ASY_OK, finish(a));
    assert_int_equal(ASY_OK, finish(b));
    assert_int_equal(!cancel_first, asy_test_reports());
  }
}

#define SYNC(f) ANY_ORDER_WITH(f, setup, teardown)
int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      SYNC(test_a_granted_slot_whose_task_is_cancelled_is_not_lost),
      SYNC(test_a_release_and_the_cancel_of_a_waiter_in_one_turn),
      SYNC(test_several_releases_in_one_turn),
      SYNC(test_a_getter_that_has_its_value_is_cancelled),
      SYNC(test_a_getter_that_waits_is_cancelled_and_a_value_comes),
      SYNC(test_a_putter_whose_room_came_is_cancelled),
  };
  return asy_test_main(argc, argv, "cases: sync", tests);
}
