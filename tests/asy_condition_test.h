/* For tests of conditions: one per test with its lock, and bodies that wait for it. */
#ifndef ASY_CONDITION_TEST_H
#define ASY_CONDITION_TEST_H
#include "asy_task_test.h"

static asy_condition *condition;
static asy_lock *lock;
static int locked_at_end, ready;

static UNUSED int setup(void **state) {
  if (asy_task_setup(state) || asy_condition_new(*state, NULL, &condition)) return -1;
  lock = asy_condition_lock(condition);
  locked_at_end = ready = 0;
  return 0;
}
static UNUSED int teardown(void **state) {
  asy_condition_unref(condition);
  asy_lock_unref(lock);
  return asy_test_teardown(state);
}
#define CONDITION_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

static UNUSED void hold(void) { assert_int_equal(ASY_OK, asy_lock_try_acquire(lock)); }
static UNUSED void give(void) { assert_int_equal(ASY_OK, asy_lock_release(lock)); }
static UNUSED void notify(size_t count) {
  hold();
  assert_int_equal(ASY_OK, asy_condition_notify(condition, count));
  give();
}

/* The scope: acquire, wait, release; "v" or "c" or "e" when the wait ends, with the lock or without. */
static UNUSED asy_status wait_in_scope(asy_value *out_value, asy_error **out_error, void *mark) {
  (void)out_value;
  asy_status status = asy_await(asy_lock_acquire(lock), NULL, NULL);
  if (status) return status;
  status = asy_await(asy_condition_wait(condition), NULL, out_error);
  note(mark);
  note(status == ASY_E_CANCELLED ? "c" : status ? "e" : "v");
  locked_at_end += asy_lock_is_locked(lock);
  asy_lock_release(lock);
  return status;
}
static UNUSED asy_task *waiter_named(const char *mark) {
  asy_task *task = spawn(wait_in_scope, (void *)mark);
  settle();
  return task;
}

static int asked;
static UNUSED int32_t is_ready(void *data) {
  (void)data;
  ++asked;
  note(asy_lock_is_locked(lock) ? "l" : "f");
  return ready;
}
static UNUSED asy_status wait_until(asy_value *out_value, asy_error **out_error, void *mark) {
  asy_status status = asy_await(asy_lock_acquire(lock), NULL, NULL);
  if (status) return status;
  status = asy_await(asy_condition_wait_for(condition, is_ready, mark, count_free), out_value, out_error);
  locked_at_end += asy_lock_is_locked(lock);
  note(status == ASY_E_CANCELLED ? "c" : status ? "e" : "v");
  asy_lock_release(lock);
  return status;
}
static UNUSED asy_task *waiter_until(void) {
  asked = 0;
  asy_task *task = spawn(wait_until, NULL);
  settle();
  return task;
}
#endif
