/* Conditions: whatever ends a wait, it ends with the lock held. */
#include "asy_condition_test.h"

/* SYNC-10 */
static void test_without_the_lock_nothing_works(void **state) {
  assert_int_equal(ASY_E_STATE, asy_future_status(asy_condition_wait(condition)));
  assert_int_equal(ASY_E_STATE, asy_condition_notify(condition, 1));
  assert_int_equal(ASY_E_STATE, asy_condition_notify_all(condition));
  asy_lock *shared;
  asy_condition *other;
  assert_int_equal(ASY_OK, asy_lock_new(*state, ASY_LOCK_OWNED, &shared));
  assert_int_equal(ASY_OK, asy_condition_new(*state, shared, &other));
  asy_lock *same = asy_condition_lock(other);
  assert_ptr_equal(shared, same);
  assert_int_equal(ASY_OK, asy_lock_try_acquire(shared));
  assert_int_equal(ASY_OK, asy_condition_notify_all(other));
  assert_int_equal(ASY_OK, asy_lock_release(shared));
  asy_lock_unref(same);
  asy_lock_unref(shared);
  asy_condition_unref(other);
}

/* SYNC-11 SYNC-26 */
static void test_a_wait_lets_the_lock_go_and_ends_with_it(void **state) {
  (void)state;
  asy_task *task = waiter_named("a");
  assert_false(asy_lock_is_locked(lock));
  assert_int_equal(1, asy_condition_waiting(condition));
  hold();
  assert_int_equal(ASY_OK, asy_condition_notify(condition, 1));
  assert_int_equal(0, asy_condition_waiting(condition));
  assert_int_equal(1, asy_lock_waiting(lock));
  settle();
  assert_string_equal("", trail); /* the notifier holds it still */
  give();
  assert_true(asy_lock_is_locked(lock));
  assert_int_equal(ASY_OK, finish(task));
  assert_string_equal("av", trail);
  assert_int_equal(1, locked_at_end);
  assert_false(asy_lock_is_locked(lock));
}

/* SYNC-14 */
static void test_notify_wakes_as_many_as_asked_first_come_first(void **state) {
  (void)state;
  asy_task *tasks[4] = {waiter_named("a"), waiter_named("b"), waiter_named("c"), waiter_named("d")};
  notify(2);
  settle();
  assert_string_equal("avbv", trail);
  hold();
  assert_int_equal(ASY_OK, asy_condition_notify_all(condition));
  give();
  for (int i = 0; i < 4; ++i) assert_int_equal(ASY_OK, finish(tasks[i]));
  assert_string_equal("avbvcvdv", trail);
  assert_int_equal(4, locked_at_end);
}

/* SYNC-12: case 7 */
static void test_a_cancelled_wait_ends_with_the_lock_and_the_latest_cancel(void **state) {
  (void)state;
  asy_task *task = waiter_named("a");
  hold();
  assert_int_equal(ASY_OK, asy_condition_notify(condition, 1));
  assert_int_equal(1, asy_task_cancel(task, "first"));
  settle();
  assert_false(asy_future_is_done(task));
  assert_int_equal(1, asy_task_cancel(task, "second"));
  assert_int_equal(1, asy_task_cancel(task, "third"));
  settle();
  assert_string_equal("", trail); /* held back while somebody else has the lock */
  give();
  assert_int_equal(ASY_OK, asy_loop_run_until_complete(loop, task));
  assert_int_equal(ASY_E_CANCELLED, asy_future_status(task));
  assert_string_equal("third", asy_error_message(asy_future_error(task)));
  assert_string_equal("ac", trail);
  assert_int_equal(1, locked_at_end);
  asy_future_unref(task);
}

/* SYNC-11 SYNC-12 */
static void test_a_cancel_of_a_wait_that_was_not_notified_gets_the_lock_too(void **state) {
  (void)state;
  asy_task *a = waiter_named("a"), *b = waiter_named("b");
  assert_int_equal(1, asy_task_cancel(a, NULL)); /* the lock is free */
  assert_true(asy_lock_is_locked(lock));
  assert_int_equal(ASY_E_CANCELLED, finish(a));
  hold();
  assert_int_equal(1, asy_task_cancel(b, NULL));
  settle();
  assert_string_equal("ac", trail);
  give();
  assert_int_equal(ASY_E_CANCELLED, finish(b));
  assert_int_equal(2, locked_at_end);
  assert_false(asy_lock_is_locked(lock));
}

/* SYNC-13: case 8 */
static void test_the_notification_of_a_cancelled_waiter_goes_to_another(void **state) {
  (void)state;
  asy_task *a = waiter_named("a"), *b = waiter_named("b"), *c = waiter_named("c");
  hold();
  assert_int_equal(ASY_OK, asy_condition_notify(condition, 1));
  assert_int_equal(1, asy_task_cancel(a, NULL));
  assert_int_equal(1, asy_task_cancel(a, NULL)); /* passed on once only */
  assert_int_equal(1, asy_condition_waiting(condition));
  give();
  assert_int_equal(ASY_E_CANCELLED, finish(a));
  assert_int_equal(ASY_OK, finish(b));
  assert_string_equal("acbv", trail);
  assert_false(asy_future_is_done(c));
  notify(1);
  assert_int_equal(ASY_OK, finish(c));
}

/* SYNC-13 TASK-13, D1: with the lock in hand before the cancel, it is told of both */
static void test_a_wait_that_has_the_lock_before_the_cancel_is_delivered(void **state) {
  (void)state;
  asy_task *a = waiter_named("a"), *b = waiter_named("b");
  notify(1);
  assert_int_equal(1, asy_task_cancel(a, NULL));
  assert_int_equal(ASY_OK, finish(a));
  assert_string_equal("av", trail);
  assert_int_equal(1, asy_test_reports()); /* it returned before its cancel was raised */
  assert_false(asy_future_is_done(b));
  notify(1);
  assert_int_equal(ASY_OK, finish(b));
}

/* SYNC-13 */
static void test_a_notified_wait_that_is_dropped_lets_another_be_notified(void **state) {
  (void)state;
  hold();
  asy_future *dropped = asy_condition_wait(condition);
  asy_task *seen = waiter_named("s");
  hold();
  assert_int_equal(ASY_OK, asy_condition_notify(condition, 1));
  asy_future_unref(dropped);
  give();
  assert_int_equal(ASY_OK, finish(seen));
  assert_false(asy_lock_is_locked(lock));
}

static void test_a_dropped_wait_takes_neither_notification_nor_lock(void **state) {
  (void)state;
  hold();
  asy_future_unref(asy_condition_wait(condition));
  hold();
  asy_future *until = asy_condition_wait_for(condition, is_ready, NULL, count_free);
  asy_task *seen = waiter_named("s");
  assert_int_equal(2, asy_condition_waiting(condition));
  notify(1);
  asy_future_unref(until); /* when it has the lock already, it hands on both */
  assert_int_equal(ASY_OK, finish(seen));
  assert_int_equal(1, freed);
  assert_false(asy_lock_is_locked(lock));
}

/* the cut: n-th suspension */
static asy_status pair(asy_value *out_value, asy_error **out_error, void *data) {
  for (int i = 0; i < 3; ++i) {
    asy_status status = (data ? wait_until : wait_in_scope)(out_value, out_error, "");
    if (status) return status;
  }
  return ASY_OK;
}

/* SYNC-11 SYNC-12 SYNC-13: wherever the cancel falls, the lock is free afterwards and nobody else misses anything */
static void test_cancelled_at_every_point_the_lock_comes_back(void **state) {
  (void)state;
  for (int until = 0; until < 2; ++until)
    for (int at = 0; at < 12; ++at) {
      ready = 0;
      asy_task *cut = spawn(pair, until ? loop : NULL), *other = spawn(wait_in_scope, "");
      for (int turn = 0; turn < 40; ++turn) {
        if (turn == at) asy_task_cancel(cut, NULL);
        ready = turn % 3 == 2;
        if (asy_lock_try_acquire(lock) == ASY_OK) {
          asy_condition_notify(condition, 1);
          if (turn % 2) asy_test_turn(loop); /* the lock is contested */
          asy_lock_release(lock);
        }
        asy_test_turn(loop);
      }
      ready = 1;
      assert_int_equal(ASY_OK, finish(other));
      asy_status status = finish(cut);
      assert_true(status == ASY_OK || status == ASY_E_CANCELLED);
      asy_test_reports();
      assert_false(asy_lock_is_locked(lock));
      assert_int_equal(0, asy_condition_waiting(condition));
    }
}

static void test_without_its_last_reference_who_waits_gets_the_lock_all_the_same(void **state) {
  (void)state;
  asy_task *a = waiter_named("a"), *b = waiter_named("b"), *until = waiter_until();
  hold();
  assert_int_equal(ASY_OK, asy_condition_notify(condition, 1));
  assert_ptr_equal(condition, asy_condition_ref(condition));
  asy_condition_unref(condition);
  asy_condition_unref(condition);
  condition = NULL;
  settle();
  assert_string_equal("l", trail);
  give();
  assert_int_equal(ASY_OK, finish(a)); /* it was notified before */
  asy_task_cancel(b, NULL);
  asy_task_cancel(until, NULL);
  assert_int_equal(ASY_E_CANCELLED, finish(b));
  assert_int_equal(ASY_E_CANCELLED, finish(until));
  assert_int_equal(3, locked_at_end);
}

static void test_the_loops_end_fails_who_waits(void **state) {
  hold();
  asy_future *wait = asy_condition_wait(condition);
  hold();
  asy_future *until = asy_condition_wait_for(condition, is_ready, NULL, count_free);
  hold();
  asy_future *notified = asy_condition_wait_for(condition, is_ready, NULL, count_free);
  hold();
  assert_int_equal(ASY_OK, asy_condition_notify(condition, 1));
  assert_int_equal(ASY_OK, asy_condition_notify(condition, 1));
  give();
  assert_int_equal(ASY_OK, asy_loop_close(*state));
  assert_int_equal(2, freed);
  asy_future_unref(wait);
  assert_int_equal(ASY_E_CLOSED, asy_future_status(until));
  assert_int_equal(ASY_E_CLOSED, asy_future_status(notified));
  asy_future_unref(until);
  asy_future_unref(notified);
  assert_int_equal(ASY_E_CLOSED, asy_condition_notify(condition, 1));
}

/* LOOP-15 */
static void test_another_loops_lock_is_refused(void **state) {
  (void)state;
  asy_loop *other;
  asy_condition *made = condition;
  assert_int_equal(ASY_OK, asy_loop_new(NULL, &other));
  assert_int_equal(ASY_E_WRONG_LOOP, asy_condition_new(other, lock, &made));
  assert_null(made);
  assert_int_equal(ASY_OK, asy_loop_close(other));
  asy_loop_unref(other);
}

/* SYNC-25 */
static void test_null_and_strangers_are_refused(void **state) {
  asy_condition *made = condition;
  assert_int_equal(ASY_E_INVALID, asy_condition_new(NULL, NULL, &made));
  assert_null(made);
  assert_int_equal(ASY_E_INVALID, asy_condition_new(*state, NULL, NULL));
  assert_int_equal(ASY_E_INVALID, asy_future_status(asy_condition_wait(NULL)));
  assert_int_equal(ASY_E_INVALID, asy_future_status(asy_condition_wait_for(NULL, is_ready, NULL, count_free)));
  assert_int_equal(1, freed);
  assert_int_equal(ASY_E_INVALID, asy_condition_notify(NULL, 1));
  assert_int_equal(ASY_E_INVALID, asy_condition_notify_all(NULL));
  assert_int_equal(0, asy_condition_waiting(NULL));
  assert_null(asy_condition_lock(NULL));
  assert_null(asy_condition_ref(NULL));
  asy_condition_unref(NULL);
  assert_int_equal(ASY_OK, asy_loop_release(*state));
  assert_int_equal(ASY_E_WRONG_THREAD, asy_condition_notify(condition, 1));
  assert_int_equal(ASY_OK, asy_loop_acquire(*state));
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      CONDITION_TEST(test_without_the_lock_nothing_works),
      CONDITION_TEST(test_a_wait_lets_the_lock_go_and_ends_with_it),
      CONDITION_TEST(test_notify_wakes_as_many_as_asked_first_come_first),
      CONDITION_TEST(test_a_cancelled_wait_ends_with_the_lock_and_the_latest_cancel),
      CONDITION_TEST(test_a_cancel_of_a_wait_that_was_not_notified_gets_the_lock_too),
      CONDITION_TEST(test_the_notification_of_a_cancelled_waiter_goes_to_another),
      CONDITION_TEST(test_a_wait_that_has_the_lock_before_the_cancel_is_delivered),
      CONDITION_TEST(test_a_notified_wait_that_is_dropped_lets_another_be_notified),
      CONDITION_TEST(test_a_dropped_wait_takes_neither_notification_nor_lock),
      CONDITION_TEST(test_cancelled_at_every_point_the_lock_comes_back),
      CONDITION_TEST(test_without_its_last_reference_who_waits_gets_the_lock_all_the_same),
      CONDITION_TEST(test_the_loops_end_fails_who_waits),
      CONDITION_TEST(test_another_loops_lock_is_refused),
      CONDITION_TEST(test_null_and_strangers_are_refused),
  };
  return asy_test_main(argc, argv, "condition", tests);
}
