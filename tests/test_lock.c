/* Locks: one at a time, handed over in order. */
#include "asy_task_test.h"

static asy_lock *lock;
static int setup(void **state) {
  lock = NULL;
  return asy_task_setup(state);
}
static int teardown(void **state) {
  asy_lock_unref(lock);
  return asy_test_teardown(state);
}
#define LOCK_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

static void make(uint32_t flags) { assert_int_equal(ASY_OK, asy_lock_new(loop, flags, &lock)); }
static void take(void) {
  asy_future *future = asy_lock_acquire(lock);
  assert_int_equal(ASY_OK, asy_future_status(future));
  asy_future_unref(future);
}
static void give(void) { assert_int_equal(ASY_OK, asy_lock_release(lock)); }

static void on_acquired(asy_future *future, void *mark) { note(asy_future_status(future) ? "-" : mark); }
/* An acquire whose completion is noted. */
static asy_future *waiting(const char *mark) {
  asy_future *future = asy_lock_acquire(lock);
  assert_false(asy_future_is_done(future));
  assert_int_equal(ASY_OK, asy_future_add_done_callback(future, on_acquired, (void *)mark, NULL));
  return future;
}

/* SYNC-01 SYNC-26 */
static void test_a_free_lock_is_taken_without_waiting(void **state) {
  (void)state;
  make(0);
  assert_int_equal(ASY_E_STATE, asy_lock_release(lock));
  assert_false(asy_lock_is_locked(lock));
  take();
  assert_true(asy_lock_is_locked(lock));
  assert_int_equal(0, asy_lock_waiting(lock));
  asy_future *next = asy_lock_acquire(lock);
  assert_false(asy_future_is_done(next));
  assert_int_equal(1, asy_lock_waiting(lock));
  give();
  assert_int_equal(ASY_OK, asy_future_status(next));
  asy_future_unref(next);
  give();
  assert_false(asy_lock_is_locked(lock));
  assert_int_equal(ASY_E_STATE, asy_lock_release(lock));
}

/* SYNC-02 */
static void test_a_newcomer_cannot_overtake_a_woken_waiter(void **state) {
  (void)state;
  make(0);
  take();
  asy_future *first = waiting("1"), *second = waiting("2");
  give();
  assert_true(asy_future_is_done(first));
  assert_true(asy_lock_is_locked(lock));
  assert_int_equal(ASY_E_AGAIN, asy_lock_try_acquire(lock));
  asy_future *newcomer = waiting("3");
  settle();
  assert_string_equal("1", trail);
  give();
  give();
  settle();
  assert_string_equal("123", trail);
  asy_future_unref(first);
  asy_future_unref(second);
  asy_future_unref(newcomer);
}

static asy_status results[2];
static asy_status holder(asy_value *out_value, asy_error **out_error, void *mark) {
  (void)out_value, (void)out_error;
  results[0] = asy_await(asy_lock_acquire(lock), NULL, NULL);
  if (results[0]) return results[0];
  note(mark);
  results[1] = wait_ms(1);
  asy_lock_release(lock);
  return results[1];
}

/* SYNC-03: case 9, as D1 has it: what was handed over before the cancel is delivered, then passed on */
static void test_a_lock_handed_over_before_the_cancel_is_passed_on(void **state) {
  (void)state;
  make(0);
  take();
  asy_task *a = spawn(holder, "a");
  settle();
  asy_future *b = waiting("b");
  give();
  assert_int_equal(1, asy_future_cancel(a, NULL));
  assert_int_equal(ASY_E_AGAIN, asy_lock_try_acquire(lock));
  assert_int_equal(ASY_E_CANCELLED, finish(a));
  assert_int_equal(ASY_OK, results[0]);
  assert_int_equal(ASY_E_CANCELLED, results[1]);
  settle();
  assert_string_equal("ab", trail);
  assert_int_equal(0, asy_lock_waiting(lock));
  asy_future_unref(b);
}

/* SYNC-03: case 9 */
static void test_a_cancelled_waiter_is_skipped_by_the_release_that_follows(void **state) {
  (void)state;
  make(0);
  take();
  asy_task *a = spawn(holder, "a");
  settle();
  asy_future *b = waiting("b"), *c = waiting("c");
  assert_int_equal(1, asy_future_cancel(a, NULL));
  give();
  assert_true(asy_future_is_done(b));
  assert_false(asy_future_is_done(c)); /* handed to one, never to two */
  assert_int_equal(ASY_E_CANCELLED, finish(a));
  assert_string_equal("b", trail);
  give();
  settle();
  asy_future_unref(b);
  asy_future_unref(c);
}

static asy_status holder_again(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error, (void)data;
  results[0] = asy_await(asy_lock_acquire(lock), NULL, NULL);
  results[1] = asy_await(asy_lock_acquire(lock), NULL, NULL);
  return asy_lock_release(lock);
}

/* SYNC-04 */
static void test_a_plain_lock_has_no_owner(void **state) {
  (void)state;
  make(0);
  asy_task *task = spawn(holder_again, NULL);
  settle();
  assert_false(asy_future_is_done(task)); /* it waits for itself */
  give();
  assert_int_equal(ASY_OK, finish(task));
  assert_int_equal(ASY_OK, results[1]);
}

/* SYNC-04 */
static void test_an_owned_lock_refuses_its_holder_and_strangers(void **state) {
  (void)state;
  make(ASY_LOCK_OWNED);
  asy_task *task = spawn(holder_again, NULL);
  assert_int_equal(ASY_OK, finish(task));
  assert_int_equal(ASY_E_STATE, results[1]);
  assert_false(asy_lock_is_locked(lock));
  task = spawn(holder, "h");
  settle();
  assert_int_equal(ASY_E_STATE, asy_lock_release(lock));
  assert_int_equal(ASY_E_AGAIN, asy_lock_try_acquire(lock));
  asy_task *next = spawn(holder, "n");
  assert_int_equal(ASY_OK, finish(task));
  assert_int_equal(ASY_OK, finish(next)); /* whom it was handed to owns it */
  assert_string_equal("hn", trail);
  take(); /* outside of tasks there is nobody to remember */
  assert_int_equal(ASY_E_AGAIN, asy_lock_try_acquire(lock));
  give();
}

static asy_status try_twice(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error, (void)data;
  results[0] = asy_lock_try_acquire(lock);
  results[1] = asy_lock_try_acquire(lock);
  return asy_lock_release(lock);
}

/* SYNC-27 */
static void test_a_try_takes_only_what_is_free(void **state) {
  (void)state;
  make(ASY_LOCK_OWNED);
  assert_int_equal(ASY_OK, finish(spawn(try_twice, NULL)));
  assert_int_equal(ASY_OK, results[0]);
  assert_int_equal(ASY_E_STATE, results[1]);
}

static int fetched;
static const char *token;
static asy_status use_token(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error, (void)data;
  asy_status status = asy_await(asy_lock_acquire(lock), NULL, NULL);
  if (status) return status;
  if (!token) { /* whoever held the lock before may have been here */
    status = wait_ms(5);
    ++fetched;
    if (!status) token = "fresh";
  }
  asy_lock_release(lock);
  return status;
}

/* SYNC-07 ECO-17 */
static void test_a_token_is_refreshed_once_for_all_who_want_it(void **state) {
  (void)state;
  make(0);
  fetched = 0, token = NULL;
  asy_task *tasks[5];
  for (int i = 0; i < 5; ++i) tasks[i] = spawn(use_token, NULL);
  settle();
  asy_future_cancel(tasks[0], NULL); /* the one that refreshes: the next does it instead */
  assert_int_equal(ASY_E_CANCELLED, finish(tasks[0]));
  for (int i = 1; i < 5; ++i) assert_int_equal(ASY_OK, finish(tasks[i]));
  assert_int_equal(2, fetched);
  assert_string_equal("fresh", token);
}

static void test_a_waiter_that_nobody_can_see_is_passed_over(void **state) {
  (void)state;
  make(0);
  take();
  asy_future_unref(asy_lock_acquire(lock));
  assert_int_equal(0, asy_lock_waiting(lock));
  give();
  assert_false(asy_lock_is_locked(lock));
}

static void test_the_loops_end_fails_who_waits(void **state) {
  make(0);
  take();
  asy_future *future = asy_lock_acquire(lock);
  assert_int_equal(ASY_OK, asy_loop_close(*state));
  assert_int_equal(ASY_E_CLOSED, asy_future_status(future));
  asy_future_unref(future);
  assert_int_equal(ASY_E_CLOSED, asy_lock_release(lock));
  assert_int_equal(ASY_E_CLOSED, asy_future_status(asy_lock_acquire(lock)));
}

static asy_status foreign_result;
static asy_status await_foreign(asy_value *out_value, asy_error **out_error, void *foreign) {
  (void)out_value, (void)out_error;
  return foreign_result = asy_await(asy_lock_acquire(foreign), NULL, NULL);
}

/* LOOP-15 TEST-06 */
static void test_another_loops_lock_cannot_be_awaited_here(void **state) {
  (void)state;
  asy_loop *other;
  assert_int_equal(ASY_OK, asy_loop_new(NULL, &other));
  assert_int_equal(ASY_OK, asy_lock_new(other, 0, &lock));
  take();
  assert_int_equal(ASY_E_WRONG_LOOP, finish(spawn(await_foreign, lock)));
  assert_int_equal(0, asy_lock_waiting(lock));
  assert_int_equal(ASY_OK, asy_loop_close(other));
  asy_loop_unref(other);
}

/* SYNC-25 */
static void test_null_and_strangers_are_refused(void **state) {
  make(0);
  asy_lock *made = lock;
  assert_int_equal(ASY_E_INVALID, asy_lock_new(NULL, 0, &made));
  assert_null(made);
  assert_int_equal(ASY_E_INVALID, asy_lock_new(*state, 0, NULL));
  assert_int_equal(ASY_E_INVALID, asy_lock_new(*state, 8, &made));
  assert_int_equal(ASY_E_INVALID, asy_future_status(asy_lock_acquire(NULL)));
  assert_int_equal(ASY_E_INVALID, asy_lock_try_acquire(NULL));
  assert_int_equal(ASY_E_INVALID, asy_lock_release(NULL));
  assert_true(asy_lock_is_locked(NULL));
  assert_int_equal(0, asy_lock_waiting(NULL));
  assert_null(asy_lock_ref(NULL));
  asy_lock_unref(NULL);
  assert_int_equal(ASY_OK, asy_loop_release(*state));
  assert_int_equal(ASY_E_WRONG_THREAD, asy_lock_release(lock));
  assert_int_equal(ASY_E_WRONG_THREAD, asy_future_status(asy_lock_acquire(lock)));
  assert_int_equal(ASY_OK, asy_loop_acquire(*state));
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      LOCK_TEST(test_a_free_lock_is_taken_without_waiting),
      LOCK_TEST(test_a_newcomer_cannot_overtake_a_woken_waiter),
      LOCK_TEST(test_a_lock_handed_over_before_the_cancel_is_passed_on),
      LOCK_TEST(test_a_cancelled_waiter_is_skipped_by_the_release_that_follows),
      LOCK_TEST(test_a_plain_lock_has_no_owner),
      LOCK_TEST(test_an_owned_lock_refuses_its_holder_and_strangers),
      LOCK_TEST(test_a_try_takes_only_what_is_free),
      LOCK_TEST(test_a_token_is_refreshed_once_for_all_who_want_it),
      LOCK_TEST(test_a_waiter_that_nobody_can_see_is_passed_over),
      LOCK_TEST(test_the_loops_end_fails_who_waits),
      LOCK_TEST(test_another_loops_lock_cannot_be_awaited_here),
      LOCK_TEST(test_null_and_strangers_are_refused),
  };
  return asy_test_main(argc, argv, "lock", tests);
}
