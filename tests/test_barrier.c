/* Barriers: all or nobody. */
#include "asy_task_test.h"

static asy_barrier *barrier;
static int setup(void **state) { return asy_task_setup(state) || asy_barrier_new(*state, 3, &barrier) ? -1 : 0; }
static int teardown(void **state) {
  asy_barrier_unref(barrier);
  return asy_test_teardown(state);
}
#define BARRIER_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

static int64_t place_of(asy_future *future) {
  int64_t place = asy_future_status(future) ? -1 : asy_value_int(asy_future_value(future));
  asy_future_unref(future);
  return place;
}

/* SYNC-21 SYNC-26 */
static void test_the_last_to_come_releases_all_each_with_a_place_of_its_own(void **state) {
  (void)state;
  assert_int_equal(3, asy_barrier_parties(barrier));
  for (int round = 0; round < 3; ++round) {
    asy_future *a = asy_barrier_wait(barrier), *b = asy_barrier_wait(barrier);
    assert_int_equal(2, asy_barrier_waiting(barrier));
    assert_false(asy_future_is_done(a));
    asy_future *c = asy_barrier_wait(barrier);
    assert_int_equal(0, asy_barrier_waiting(barrier));
    assert_int_equal(0, place_of(a));
    assert_int_equal(1, place_of(b));
    assert_int_equal(2, place_of(c));
  }
}

static asy_status rounds(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error, (void)data;
  for (int i = 0; i < 3; ++i) {
    asy_value place;
    asy_status status = asy_await(asy_barrier_wait(barrier), &place, NULL);
    if (status) return status;
    note((const char *[]){"0", "1", "2"}[asy_value_int(&place)]);
  }
  return ASY_OK;
}

/* SYNC-21 */
static void test_latecomers_belong_to_the_next_round(void **state) {
  (void)state;
  asy_future *two[2] = {asy_barrier_wait(barrier), asy_barrier_wait(barrier)}, *last = asy_barrier_wait(barrier);
  asy_future *late = asy_barrier_wait(barrier); /* before those released have run */
  assert_false(asy_future_is_done(late));
  assert_int_equal(1, asy_barrier_waiting(barrier));
  assert_int_equal(1, asy_future_cancel(late, NULL));
  asy_future_unref(late);
  for (int i = 0; i < 2; ++i) assert_int_equal(i, place_of(two[i]));
  assert_int_equal(2, place_of(last));
  asy_task *tasks[3] = {spawn(rounds, NULL), spawn(rounds, NULL), spawn(rounds, NULL)};
  for (int i = 0; i < 3; ++i) assert_int_equal(ASY_OK, finish(tasks[i]));
  for (int i = 0; i < 3; ++i) { /* every round has every place */
    char each[4] = {0};
    memcpy(each, trail + (size_t)(3 * i), 3);
    assert_true(strchr(each, '0') && strchr(each, '1') && strchr(each, '2'));
  }
}

/* SYNC-22 */
static void test_a_cancelled_waiter_leaves_and_one_more_is_needed(void **state) {
  (void)state;
  asy_future *a = asy_barrier_wait(barrier), *b = asy_barrier_wait(barrier);
  assert_int_equal(1, asy_future_cancel(a, NULL));
  asy_future_unref(a);
  assert_int_equal(1, asy_barrier_waiting(barrier));
  asy_future_unref(asy_barrier_wait(barrier)); /* nobody can see it: it does not count */
  assert_int_equal(1, asy_barrier_waiting(barrier));
  asy_future *c = asy_barrier_wait(barrier);
  assert_false(asy_future_is_done(b));
  assert_false(asy_barrier_is_broken(barrier));
  asy_future *d = asy_barrier_wait(barrier);
  assert_int_equal(0, place_of(b));
  assert_int_equal(1, place_of(c));
  assert_int_equal(2, place_of(d));
}

/* SYNC-23 EXC-07 */
static void test_a_reset_fails_who_waits_and_begins_anew(void **state) {
  (void)state;
  asy_future *a = asy_barrier_wait(barrier), *b = asy_barrier_wait(barrier);
  assert_int_equal(ASY_OK, asy_barrier_reset(barrier));
  assert_int_equal(ASY_E_BROKEN, finish(a));
  assert_int_equal(ASY_E_BROKEN, finish(b));
  assert_false(asy_barrier_is_broken(barrier));
  a = asy_barrier_wait(barrier), b = asy_barrier_wait(barrier);
  asy_future *c = asy_barrier_wait(barrier);
  assert_int_equal(ASY_OK, asy_barrier_reset(barrier)); /* those released stay released */
  assert_int_equal(0, place_of(a));
  assert_int_equal(1, place_of(b));
  assert_int_equal(2, place_of(c));
}

/* SYNC-24 EXC-07 */
static void test_an_aborted_barrier_stays_broken_until_it_is_reset(void **state) {
  (void)state;
  asy_future *a = asy_barrier_wait(barrier);
  assert_int_equal(ASY_OK, asy_barrier_abort(barrier));
  assert_true(asy_barrier_is_broken(barrier));
  assert_int_equal(ASY_E_BROKEN, finish(a));
  assert_int_equal(ASY_E_BROKEN, finish(asy_barrier_wait(barrier)));
  assert_int_equal(0, asy_barrier_waiting(barrier));
  assert_string_equal("ASY_E_BROKEN", asy_status_name(ASY_E_BROKEN));
  assert_int_equal(ASY_OK, asy_barrier_reset(barrier));
  asy_future *three[3];
  for (int i = 0; i < 3; ++i) three[i] = asy_barrier_wait(barrier);
  for (int i = 0; i < 3; ++i) assert_int_equal(i, place_of(three[i]));
}

static void test_the_loops_end_fails_who_waits(void **state) {
  asy_future *a = asy_barrier_wait(barrier);
  assert_ptr_equal(barrier, asy_barrier_ref(barrier));
  asy_barrier_unref(barrier);
  assert_int_equal(ASY_OK, asy_loop_close(*state));
  assert_int_equal(ASY_E_CLOSED, asy_future_status(a));
  asy_future_unref(a);
  assert_int_equal(ASY_E_CLOSED, asy_barrier_reset(barrier));
}

/* SYNC-21 SYNC-25 */
static void test_nonsense_and_strangers_are_refused(void **state) {
  asy_barrier *made = barrier;
  assert_int_equal(ASY_E_INVALID, asy_barrier_new(*state, 0, &made));
  assert_null(made);
  assert_int_equal(ASY_E_INVALID, asy_barrier_new(NULL, 1, &made));
  assert_int_equal(ASY_E_INVALID, asy_barrier_new(*state, 1, NULL));
  assert_int_equal(ASY_E_INVALID, asy_future_status(asy_barrier_wait(NULL)));
  assert_int_equal(ASY_E_INVALID, asy_barrier_reset(NULL));
  assert_int_equal(ASY_E_INVALID, asy_barrier_abort(NULL));
  assert_true(asy_barrier_is_broken(NULL));
  assert_int_equal(0, asy_barrier_parties(NULL));
  assert_int_equal(0, asy_barrier_waiting(NULL));
  assert_null(asy_barrier_ref(NULL));
  asy_barrier_unref(NULL);
  assert_int_equal(ASY_OK, asy_loop_release(*state));
  assert_int_equal(ASY_E_WRONG_THREAD, asy_barrier_abort(barrier));
  assert_int_equal(ASY_OK, asy_loop_acquire(*state));
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      BARRIER_TEST(test_the_last_to_come_releases_all_each_with_a_place_of_its_own),
      BARRIER_TEST(test_latecomers_belong_to_the_next_round),
      BARRIER_TEST(test_a_cancelled_waiter_leaves_and_one_more_is_needed),
      BARRIER_TEST(test_a_reset_fails_who_waits_and_begins_anew),
      BARRIER_TEST(test_an_aborted_barrier_stays_broken_until_it_is_reset),
      BARRIER_TEST(test_the_loops_end_fails_who_waits),
      BARRIER_TEST(test_nonsense_and_strangers_are_refused),
  };
  return asy_test_main(argc, argv, "barrier", tests);
}
