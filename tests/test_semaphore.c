/* Semaphores: slots are handed over in order, and none is lost. */
#include "asy_test.h"

static asy_semaphore *semaphore;
static char order[32];
static void note(asy_future *future, void *data) {
  (void)future;
  strncat(order, data, sizeof order - strlen(order) - 1);
}

static int setup(void **state) {
  semaphore = NULL;
  order[0] = 0;
  return asy_test_setup(state);
}
static int teardown(void **state) {
  asy_semaphore_unref(semaphore);
  return asy_test_teardown(state);
}
#define SEMAPHORE_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

static void make(void **state, uint64_t value) {
  assert_int_equal(ASY_OK, asy_semaphore_new(*state, value, &semaphore));
}
/* An acquire whose completion is noted. */
static asy_future *waiting(const char *mark) {
  asy_future *future = asy_semaphore_acquire(semaphore);
  assert_false(asy_future_is_done(future));
  assert_int_equal(ASY_OK, asy_future_add_done_callback(future, note, (void *)mark, NULL));
  return future;
}
static void take(void) {
  asy_future *future = asy_semaphore_acquire(semaphore);
  assert_int_equal(ASY_OK, asy_future_status(future));
  asy_future_unref(future);
}
static void give(void) { assert_int_equal(ASY_OK, asy_semaphore_release(semaphore)); }

/* SYNC-16 SYNC-20 */
static void test_free_slots_are_taken_without_waiting_until_there_are_none(void **state) {
  make(state, 2);
  assert_false(asy_semaphore_is_locked(semaphore));
  take();
  take();
  assert_true(asy_semaphore_is_locked(semaphore));
  assert_int_equal(0, asy_semaphore_value(semaphore));
  asy_future *future = waiting("a");
  give();
  assert_int_equal(ASY_OK, asy_test_finish(*state, future, NULL));
  give();
  give();
  assert_int_equal(2, asy_semaphore_value(semaphore));
}

/* SYNC-17 */
static void test_a_released_slot_is_the_first_waiters_at_once(void **state) {
  make(state, 1);
  take();
  asy_future *first = waiting("1"), *second = waiting("2");
  give();
  assert_true(asy_future_is_done(first));
  assert_true(asy_semaphore_is_locked(semaphore));
  assert_int_equal(ASY_E_AGAIN, asy_semaphore_try_acquire(semaphore));
  asy_future *newcomer = waiting("3");
  give();
  give();
  asy_test_turn(*state);
  assert_string_equal("123", order);
  asy_future_unref(first);
  asy_future_unref(second);
  asy_future_unref(newcomer);
}

/* SYNC-18 */
static void test_several_releases_wake_several_waiters_in_one_turn(void **state) {
  make(state, 0);
  asy_future *a = waiting("a"), *b = waiting("b"), *c = waiting("c");
  give();
  give();
  give();
  give();
  asy_test_turn(*state);
  assert_string_equal("abc", order);
  assert_int_equal(1, asy_semaphore_value(semaphore));
  asy_future_unref(a);
  asy_future_unref(b);
  asy_future_unref(c);
}

/* SYNC-18 SYNC-03 */
static void test_a_cancelled_waiter_leaves_the_line(void **state) {
  make(state, 0);
  asy_future *a = waiting("a"), *b = waiting("b"), *c = waiting("c");
  assert_int_equal(1, asy_future_cancel(b, NULL));
  assert_int_equal(1, asy_future_cancel(a, "no more"));
  give();
  assert_true(asy_future_is_done(c));
  asy_test_turn(*state);
  assert_string_equal("bac", order);
  assert_int_equal(ASY_E_CANCELLED, asy_future_status(a));
  assert_string_equal("no more", asy_error_message(asy_future_error(a)));
  asy_future_unref(a);
  asy_future_unref(b);
  asy_future_unref(c);
}

static asy_status outcome[2];
static asy_status hold(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error, (void)data;
  outcome[0] = asy_await(asy_semaphore_acquire(semaphore), NULL, NULL);
  if (outcome[0]) return outcome[0];
  outcome[1] = asy_await(asy_sleep(data, 1), NULL, NULL);
  asy_semaphore_release(semaphore);
  return outcome[1];
}

/* SYNC-18 TASK-13 */
static void test_a_slot_granted_before_the_cancel_is_delivered_and_can_be_passed_on(void **state) {
  make(state, 0);
  asy_task *task = asy_spawn(*state, hold, *state, NULL, NULL);
  asy_test_turn(*state);
  asy_future *next = waiting("n");
  give();
  assert_int_equal(1, asy_future_cancel(task, NULL));
  assert_int_equal(ASY_E_CANCELLED, asy_test_finish(*state, task, NULL));
  assert_int_equal(ASY_OK, outcome[0]);          /* it got the slot */
  assert_int_equal(ASY_E_CANCELLED, outcome[1]); /* and heard of the cancel where it suspended next */
  assert_true(asy_future_is_done(next));
  asy_test_turn(*state);
  asy_future_unref(next);
}

/* SYNC-18 */
static void test_when_all_waiters_are_cancelled_nothing_hangs(void **state) {
  make(state, 0);
  asy_future *a = waiting("a"), *b = waiting("b");
  asy_future_cancel(a, NULL);
  asy_future_cancel(b, NULL);
  give();
  take();
  asy_test_turn(*state);
  asy_future_unref(a);
  asy_future_unref(b);
}

static void test_a_waiter_that_nobody_can_see_is_passed_over(void **state) {
  make(state, 0);
  asy_future_unref(asy_semaphore_acquire(semaphore));
  asy_future *seen = waiting("s");
  give();
  assert_true(asy_future_is_done(seen));
  asy_test_turn(*state);
  asy_future_unref(seen);
}

static void test_a_callback_is_enough_to_be_served(void **state) {
  make(state, 0);
  asy_future_unref(waiting("w"));
  give();
  asy_test_turn(*state);
  assert_string_equal("w", order);
}

/* SYNC-27 */
static void test_a_try_takes_only_what_is_free(void **state) {
  make(state, 1);
  assert_int_equal(ASY_OK, asy_semaphore_try_acquire(semaphore));
  assert_int_equal(ASY_E_AGAIN, asy_semaphore_try_acquire(semaphore));
  give();
  assert_int_equal(ASY_OK, asy_semaphore_try_acquire(semaphore));
}

static void test_the_counter_has_an_end(void **state) {
  make(state, UINT64_MAX);
  assert_int_equal(ASY_E_STATE, asy_semaphore_release(semaphore));
  assert_true(asy_semaphore_value(semaphore) == UINT64_MAX);
}

/* SYNC-19 */
static void test_a_bounded_one_refuses_a_release_too_many(void **state) {
  assert_int_equal(ASY_OK, asy_semaphore_new_bounded(*state, 2, &semaphore));
  assert_int_equal(ASY_E_STATE, asy_semaphore_release(semaphore));
  assert_int_equal(2, asy_semaphore_value(semaphore));
  take();
  take();
  asy_future *next = waiting("n");
  give();
  give();
  give();
  assert_int_equal(ASY_E_STATE, asy_semaphore_release(semaphore));
  assert_int_equal(2, asy_semaphore_value(semaphore));
  asy_test_turn(*state);
  asy_future_unref(next);
  asy_semaphore_unref(semaphore);
  assert_int_equal(ASY_OK, asy_semaphore_new_bounded(*state, 0, &semaphore));
  assert_int_equal(ASY_E_STATE, asy_semaphore_release(semaphore));
}

/* SYNC-26 */
static void test_those_who_wait_can_be_counted(void **state) {
  make(state, 0);
  asy_future *a = waiting("a"), *b = waiting("b");
  assert_int_equal(2, asy_semaphore_waiting(semaphore));
  asy_future_cancel(a, NULL);
  assert_int_equal(1, asy_semaphore_waiting(semaphore));
  give();
  assert_int_equal(0, asy_semaphore_waiting(semaphore));
  asy_test_turn(*state);
  asy_future_unref(a);
  asy_future_unref(b);
}

static void test_the_loops_end_fails_who_waits(void **state) {
  make(state, 0);
  asy_future *future = waiting("a");
  assert_int_equal(ASY_OK, asy_loop_close(*state));
  assert_int_equal(ASY_E_CLOSED, asy_future_status(future));
  asy_future_unref(future);
  assert_int_equal(ASY_E_CLOSED, asy_semaphore_release(semaphore));
  assert_int_equal(ASY_E_CLOSED, asy_future_status(asy_semaphore_acquire(semaphore)));
}

/* SYNC-25 */
static void test_null_and_strangers_are_refused(void **state) {
  make(state, 3);
  asy_semaphore *made = semaphore;
  assert_int_equal(ASY_E_INVALID, asy_semaphore_new(NULL, 1, &made));
  assert_null(made);
  assert_int_equal(ASY_E_INVALID, asy_semaphore_new(*state, 1, NULL));
  assert_int_equal(ASY_E_INVALID, asy_semaphore_new_bounded(*state, 1, NULL));
  assert_int_equal(0, asy_semaphore_waiting(NULL));
  assert_int_equal(ASY_E_INVALID, asy_future_status(asy_semaphore_acquire(NULL)));
  assert_int_equal(ASY_E_INVALID, asy_semaphore_try_acquire(NULL));
  assert_int_equal(ASY_E_INVALID, asy_semaphore_release(NULL));
  assert_true(asy_semaphore_is_locked(NULL));
  assert_int_equal(0, asy_semaphore_value(NULL));
  assert_null(asy_semaphore_ref(NULL));
  asy_semaphore_unref(NULL);
  assert_int_equal(ASY_OK, asy_loop_release(*state));
  assert_int_equal(ASY_E_WRONG_THREAD, asy_semaphore_release(semaphore));
  assert_int_equal(ASY_E_WRONG_THREAD, asy_future_status(asy_semaphore_acquire(semaphore)));
  assert_int_equal(0, asy_semaphore_value(semaphore));
  assert_int_equal(ASY_OK, asy_loop_acquire(*state));
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      SEMAPHORE_TEST(test_free_slots_are_taken_without_waiting_until_there_are_none),
      SEMAPHORE_TEST(test_a_released_slot_is_the_first_waiters_at_once),
      SEMAPHORE_TEST(test_several_releases_wake_several_waiters_in_one_turn),
      SEMAPHORE_TEST(test_a_cancelled_waiter_leaves_the_line),
      SEMAPHORE_TEST(test_a_slot_granted_before_the_cancel_is_delivered_and_can_be_passed_on),
      SEMAPHORE_TEST(test_when_all_waiters_are_cancelled_nothing_hangs),
      SEMAPHORE_TEST(test_a_waiter_that_nobody_can_see_is_passed_over),
      SEMAPHORE_TEST(test_a_callback_is_enough_to_be_served),
      SEMAPHORE_TEST(test_a_try_takes_only_what_is_free),
      SEMAPHORE_TEST(test_the_counter_has_an_end),
      SEMAPHORE_TEST(test_a_bounded_one_refuses_a_release_too_many),
      SEMAPHORE_TEST(test_those_who_wait_can_be_counted),
      SEMAPHORE_TEST(test_the_loops_end_fails_who_waits),
      SEMAPHORE_TEST(test_null_and_strangers_are_refused),
  };
  return asy_test_main(argc, argv, "semaphore", tests);
}
