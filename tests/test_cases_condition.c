/* The hard cases of locks and conditions: 7, 8, 9 of cases/README.md. */
#include "asy_cases_test.h"

static asy_lock *lock;
static asy_condition *condition;

static int setup(void **state) {
  if (asy_cases_setup(state) || asy_lock_new(loop, 0, &lock)) return -1;
  return asy_condition_new(loop, lock, &condition);
}
static int teardown(void **state) {
  asy_condition_unref(condition);
  asy_lock_unref(lock);
  return asy_test_teardown(state);
}

/* Spawns a task that stands in a line behind those of before. */
static asy_task *line_up(asy_run_cb body, void *data) {
  asy_task *task = spawn(body, data);
  settle();
  return task;
}

/* Holds the lock for 5 ms. */
static asy_status holder(asy_value *out_value, asy_error **out_error, void *name) {
  asy_status status = asy_await(asy_lock_acquire(lock), out_value, out_error);
  note(status ? "-" : name);
  if (status) return status;
  status = asy_await(asy_sleep(loop, 5 * ASY_MILLISECOND), NULL, out_error);
  asy_lock_release(lock);
  return status;
}

/* Waits for a notification; whatever comes of it, the lock is held then. */
static asy_status wait_notified(asy_value *out_value, asy_error **out_error, void *name) {
  asy_status status = asy_await(asy_lock_acquire(lock), NULL, out_error);
  if (status) return status;
  status = asy_await(asy_condition_wait(condition), out_value, out_error);
  if (!asy_lock_is_locked(lock)) note("unlocked");
  note(status ? "-" : name);
  asy_lock_release(lock);
  return status;
}
static void notify(size_t count) {
  assert_int_equal(ASY_OK, asy_lock_try_acquire(lock));
  assert_int_equal(ASY_OK, asy_condition_notify(condition, count));
}

/* case 7, SYNC-11 SYNC-12: while another holds the lock a cancelled one waits on; the last cancel is raised with the
 * lock */
static void test_a_notified_waiter_is_cancelled_while_it_takes_the_lock_again(void **state) {
  (void)state;
  for (int cancels = 1; cancels <= 3; ++cancels) {
    trail[0] = 0;
    asy_task *task = line_up(wait_notified, "a");
    notify(1); /* and the lock is ours */
    settle();
    for (int i = 1; i <= cancels; ++i) {
      asy_task_cancel(task, i == cancels ? "the last" : "not yet");
      settle();
      assert_int_equal(0, asy_future_is_done(task));
    }
    asy_lock_release(lock);
    assert_int_equal(ASY_E_CANCELLED, finish(asy_future_ref(task)));
    assert_string_equal("-", trail);
    assert_string_equal("the last", asy_error_message(asy_future_error(task)));
    assert_int_equal(0, asy_lock_is_locked(lock));
    asy_future_unref(task);
  }
}

/* case 8, SYNC-13 SYNC-14: notified and cancelled, before it runs or while it waits for the lock: somebody gets the
 * token */
static void test_a_notification_of_a_cancelled_waiter_is_not_lost(void **state) {
  (void)state;
  for (int later = 0; later < 2; ++later) {
    trail[0] = 0;
    asy_task *a = line_up(wait_notified, "a"), *b = line_up(wait_notified, "b");
    notify(1);
    if (later) settle();
    asy_task_cancel(a, NULL);
    if (!later) settle();
    asy_lock_release(lock);
    asy_status first = finish(a);
    assert_true(first == ASY_E_CANCELLED);
    assert_int_equal(ASY_OK, finish(b));
    assert_string_equal("-b", trail);
    assert_int_equal(0, asy_lock_is_locked(lock));
  }
}

/* case 9, SYNC-02 SYNC-03, D1: one holder at a time; a newcomer is behind, the cancelled one holds or is out */
static void test_a_release_and_the_cancel_of_the_first_waiter_in_one_turn(void **state) {
  (void)state;
  for (int cancel_first = 0; cancel_first < 2; ++cancel_first) {
    trail[0] = 0;
    assert_int_equal(ASY_OK, asy_lock_try_acquire(lock));
    asy_task *a = line_up(holder, "a"), *b = line_up(holder, "b");
    if (cancel_first) asy_task_cancel(a, NULL);
    asy_lock_release(lock);
    if (!cancel_first) asy_task_cancel(a, NULL);
    assert_int_equal(1, asy_lock_is_locked(lock));
    assert_int_equal(ASY_E_AGAIN, asy_lock_try_acquire(lock));
    asy_task *newcomer = line_up(holder, "n");
    assert_int_equal(ASY_E_CANCELLED, finish(a));
    assert_int_equal(ASY_OK, finish(b));
    assert_int_equal(ASY_OK, finish(newcomer));
    assert_true(strchr(trail, 'b') < strchr(trail, 'n'));
    assert_int_equal(cancel_first, strchr(trail, '-') != NULL);
    assert_int_equal(3, strlen(trail));
    assert_int_equal(0, asy_lock_is_locked(lock));
  }
}

#define SYNC(f) ANY_ORDER_WITH(f, setup, teardown)
int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      SYNC(test_a_notified_waiter_is_cancelled_while_it_takes_the_lock_again),
      SYNC(test_a_notification_of_a_cancelled_waiter_is_not_lost),
      SYNC(test_a_release_and_the_cancel_of_the_first_waiter_in_one_turn),
  };
  return asy_test_main(argc, argv, "cases: condition", tests);
}
