/* Conditions: waiting until a predicate is true. */
#include "asy_condition_test.h"

/* SYNC-15 */
static void test_a_predicate_is_asked_under_the_lock_until_it_is_true(void **state) {
  (void)state;
  asy_task *task = waiter_until();
  notify(1);
  settle();
  assert_int_equal(2, asked);
  assert_false(asy_lock_is_locked(lock));
  assert_int_equal(1, asy_condition_waiting(condition));
  ready = 7;
  notify(1);
  assert_int_equal(7, finish_int(task));
  assert_string_equal("lllv", trail);
  assert_int_equal(1, freed);
  assert_int_equal(1, locked_at_end);
}

/* SYNC-15 */
static void test_a_true_predicate_needs_neither_wait_nor_lock(void **state) {
  (void)state;
  ready = 3;
  assert_int_equal(3, finish_int(asy_condition_wait_for(condition, is_ready, NULL, count_free)));
  ready = 0;
  assert_int_equal(ASY_E_STATE, finish(asy_condition_wait_for(condition, is_ready, NULL, count_free)));
  ready = ASY_E_FOREIGN;
  assert_int_equal(ASY_E_FOREIGN, finish(asy_condition_wait_for(condition, is_ready, NULL, count_free)));
  assert_int_equal(ASY_E_INVALID, finish(asy_condition_wait_for(condition, NULL, NULL, count_free)));
  assert_int_equal(4, freed);
}

/* SYNC-15 SYNC-12 */
static void test_a_predicate_that_fails_ends_the_wait_with_the_lock(void **state) {
  (void)state;
  asy_task *task = waiter_until();
  ready = ASY_E_FOREIGN;
  notify(1);
  assert_int_equal(ASY_E_FOREIGN, finish(task));
  assert_int_equal(1, locked_at_end);
}

/* SYNC-12 SYNC-13 */
static void test_a_cancel_before_the_predicate_is_asked_passes_the_notification_on(void **state) {
  (void)state;
  asy_task *first = waiter_until(), *second = waiter_until();
  asked = 0;
  ready = 1;
  notify(1); /* it has the lock, and its predicate is about to be asked */
  assert_int_equal(1, asy_task_cancel(first, NULL));
  assert_int_equal(ASY_E_CANCELLED, finish(first));
  assert_int_equal(ASY_OK, finish(second));
  assert_int_equal(1, asked);
  assert_int_equal(2, locked_at_end);
  assert_int_equal(2, freed);
}

static asy_future *dropped;
static int32_t drop_all(void *data) {
  (void)data;
  if (!asked++) return 0;
  asy_future_cancel(dropped, NULL);
  asy_condition_unref(condition);
  condition = NULL;
  return 0;
}
static void test_a_predicate_may_end_everything(void **state) {
  (void)state;
  asked = 0;
  hold();
  dropped = asy_condition_wait_for(condition, drop_all, NULL, count_free);
  notify(1);
  assert_int_equal(ASY_E_CANCELLED, finish(dropped));
  assert_int_equal(1, freed);
  assert_true(asy_lock_is_locked(lock));
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      CONDITION_TEST(test_a_predicate_is_asked_under_the_lock_until_it_is_true),
      CONDITION_TEST(test_a_true_predicate_needs_neither_wait_nor_lock),
      CONDITION_TEST(test_a_predicate_that_fails_ends_the_wait_with_the_lock),
      CONDITION_TEST(test_a_cancel_before_the_predicate_is_asked_passes_the_notification_on),
      CONDITION_TEST(test_a_predicate_may_end_everything),
  };
  return asy_test_main(argc, argv, "condition_wait_for", tests);
}
