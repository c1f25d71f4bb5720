/* Handles and timers: queued and scheduled callbacks. */
#include "asy_test.h"

static char trail[256];
static void mark(void *letter) { strncat(trail, letter, 1); }

static int setup(void **state) {
  trail[0] = 0;
  /* The first turn registers the loop's own descriptors; until then the loop asks to be stepped. */
  return asy_test_setup(state) || asy_loop_step(*state, 0);
}
#define TRAIL_TEST(f) cmocka_unit_test_setup_teardown(f, setup, asy_test_teardown)

static int freed;
static void count_free(void *data) { (void)data, ++freed; }

/* HND-01 */
static void test_a_cancelled_call_is_skipped_and_freed_at_once(void **state) {
  asy_handle *handle;
  freed = 0;
  assert_int_equal(ASY_OK, asy_loop_call_soon(*state, mark, "a", count_free, &handle));
  assert_int_equal(0, asy_handle_is_cancelled(handle));
  assert_int_equal(ASY_OK, asy_handle_cancel(handle));
  assert_int_equal(1, freed);
  assert_int_equal(ASY_OK, asy_handle_cancel(handle));
  assert_int_equal(1, asy_handle_is_cancelled(handle));
  asy_test_turn(*state);
  assert_string_equal("", trail);
  assert_int_equal(1, freed);
  asy_handle_unref(handle);
}

static void cancel_it(void *handle) { asy_handle_cancel(*(asy_handle **)handle); }

/* HND-01 LOOP-02 */
static void test_a_call_cancelled_earlier_in_its_batch_is_skipped(void **state) {
  asy_handle *later;
  assert_int_equal(ASY_OK, asy_loop_call_soon(*state, cancel_it, &later, NULL, NULL));
  assert_int_equal(ASY_OK, asy_loop_call_soon(*state, mark, "a", NULL, &later));
  assert_int_equal(ASY_OK, asy_loop_call_soon(*state, mark, "b", NULL, NULL));
  asy_test_turn(*state);
  assert_string_equal("b", trail);
  asy_handle_unref(later);
}

/* HND-01 */
static void test_cancel_after_the_run_changes_nothing(void **state) {
  asy_handle *handle;
  freed = 0;
  assert_int_equal(ASY_OK, asy_loop_call_soon(*state, mark, "a", count_free, &handle));
  asy_test_turn(*state);
  assert_int_equal(1, freed);
  assert_int_equal(ASY_OK, asy_handle_cancel(handle));
  assert_int_equal(0, asy_handle_is_cancelled(handle));
  assert_int_equal(1, freed);
  asy_handle_unref(handle);
}

/* HND-03 HND-04 */
static void test_a_timer_is_never_early(void **state) {
  asy_handle *handle;
  uint64_t now = asy_loop_time(*state);
  assert_int_equal(ASY_OK, asy_loop_call_later(*state, 1000, mark, "a", NULL, &handle));
  assert_int_equal(now + 1000, asy_handle_when(handle));
  assert_int_equal(ASY_OK, asy_loop_advance(*state, 999));
  assert_int_equal(now + 1000, asy_loop_next_deadline(*state));
  assert_string_equal("", trail);
  asy_test_turn(*state);
  assert_int_equal(now + 999, asy_loop_time(*state));
  assert_string_equal("", trail);
  assert_int_equal(ASY_OK, asy_loop_advance(*state, 1));
  asy_test_turn(*state);
  assert_string_equal("a", trail);
  asy_handle_unref(handle);
}

/* HND-04 */
static void test_no_delay_is_the_next_turn_behind_what_is_ready(void **state) {
  assert_int_equal(ASY_OK, asy_loop_call_soon(*state, mark, "a", NULL, NULL));
  assert_int_equal(ASY_OK, asy_loop_call_later(*state, 0, mark, "b", NULL, NULL));
  assert_int_equal(ASY_OK, asy_loop_call_at(*state, 1, mark, "c", NULL, NULL));
  assert_string_equal("", trail);
  asy_test_turn(*state);
  assert_string_equal("abc", trail);
}

/* HND-05 */
static void test_equal_deadlines_run_in_the_order_they_were_set(void **state) {
  static char letters[] = "abcdefghijklmnopqrstuvwxyz";
  for (char *c = letters; *c; ++c) assert_int_equal(ASY_OK, asy_loop_call_later(*state, 50, mark, c, NULL, NULL));
  asy_loop_advance(*state, 50);
  asy_test_turn(*state);
  assert_string_equal(letters, trail);
}

/* HND-06 LOOP-01 */
static void test_a_late_loop_runs_all_that_is_due_in_deadline_order(void **state) {
  assert_int_equal(ASY_OK, asy_loop_call_later(*state, 30, mark, "c", NULL, NULL));
  assert_int_equal(ASY_OK, asy_loop_call_later(*state, 10, mark, "a", NULL, NULL));
  assert_int_equal(ASY_OK, asy_loop_call_later(*state, 20, mark, "b", NULL, NULL));
  asy_loop_advance(*state, 100);
  assert_int_equal(ASY_OK, asy_loop_call_soon(*state, mark, "0", NULL, NULL));
  asy_test_turn(*state);
  assert_string_equal("0abc", trail);
}

/* HND-07 */
static void test_a_million_cancelled_timers_leave_nothing(void **state) {
  for (int i = 0; i < 1000000; ++i) {
    asy_handle *handle;
    assert_int_equal(ASY_OK, asy_loop_call_later(*state, ASY_SECOND + (uint64_t)i, mark, "x", NULL, &handle));
    assert_int_equal(ASY_OK, asy_handle_cancel(handle));
    asy_handle_unref(handle);
  }
  assert_int_equal(ASY_FOREVER, asy_loop_next_deadline(*state));
}

/* HND-08 */
static void test_forever_never_comes_and_can_be_cancelled(void **state) {
  asy_handle *handle;
  freed = 0;
  assert_int_equal(ASY_OK, asy_loop_call_later(*state, ASY_FOREVER, mark, "x", count_free, &handle));
  assert_int_equal(ASY_FOREVER, asy_handle_when(handle));
  assert_int_equal(ASY_FOREVER, asy_loop_next_deadline(*state));
  asy_test_turn(*state);
  assert_int_equal(ASY_OK, asy_handle_cancel(handle));
  assert_int_equal(1, freed);
  asy_handle_unref(handle);
}

/* HND-08 */
static void test_seconds_become_durations_that_cannot_overflow(void **state) {
  uint64_t ns;
  (void)state;
  assert_int_equal(ASY_OK, asy_duration_from_seconds(0.5, &ns));
  assert_int_equal(ASY_SECOND / 2, ns);
  assert_int_equal(ASY_OK, asy_duration_from_seconds(-1, &ns));
  assert_int_equal(0, ns);
  assert_int_equal(ASY_OK, asy_duration_from_seconds(1e300 * 1e300, &ns));
  assert_int_equal(ASY_FOREVER, ns);
  assert_int_equal(ASY_OK, asy_duration_from_seconds(1e15, &ns));
  assert_true(ns > ASY_FOREVER / 2);
  assert_int_equal(ASY_E_INVALID, asy_duration_from_seconds(0.0 / 0.0, &ns));
}

/* LOOP-03 */
static void test_a_cancelled_timer_does_not_shorten_the_wait(void **state) {
  asy_handle *early;
  uint64_t now = asy_loop_time(*state);
  assert_int_equal(ASY_OK, asy_loop_call_later(*state, 10, mark, "x", NULL, &early));
  assert_int_equal(ASY_OK, asy_loop_call_later(*state, 1000, mark, "a", NULL, NULL));
  asy_handle_cancel(early);
  assert_int_equal(now + 1000, asy_loop_next_deadline(*state));
  asy_handle_unref(early);
  assert_int_equal(ASY_OK, asy_loop_step(*state, ASY_FOREVER));
  assert_int_equal(now + 1000, asy_loop_time(*state));
  assert_string_equal("a", trail);
}

/* A timer that is due before the poll starts must not leave what it made ready behind a blocking poll. LOOP-01 LOOP-03
 */
static void test_a_timer_due_on_entry_forces_a_poll_without_wait(void **state) {
  asy_loop *loop;
  (void)state;
  assert_int_equal(ASY_OK, asy_loop_new(NULL, &loop));
  for (int i = 0; i < 20; ++i) {
    uint64_t until = asy_loop_time(loop) + ASY_MILLISECOND + (uint64_t)i * ASY_MILLISECOND / 10;
    asy_future *sleep = asy_sleep(loop, ASY_MILLISECOND);
    asy_loop_step(loop, 0);
    while (asy_loop_time(loop) < until) {}
    assert_int_equal(ASY_OK, asy_test_finish(loop, sleep, NULL));
  }
  asy_loop_close(loop);
  asy_loop_unref(loop);
}

static void free_and_requeue(void *loop) {
  ++freed;
  asy_loop_call_soon(loop, mark, "z", NULL, NULL);
}

/* HND-01 */
static void test_a_destructor_may_call_back_in(void **state) {
  asy_handle *handle;
  freed = 0;
  assert_int_equal(ASY_OK, asy_loop_call_soon(*state, mark, *state, free_and_requeue, &handle));
  asy_handle_cancel(handle);
  asy_handle_unref(handle);
  asy_test_turn(*state);
  assert_int_equal(1, freed);
  assert_string_equal("z", trail);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      TRAIL_TEST(test_a_cancelled_call_is_skipped_and_freed_at_once),
      TRAIL_TEST(test_a_call_cancelled_earlier_in_its_batch_is_skipped),
      TRAIL_TEST(test_cancel_after_the_run_changes_nothing),
      TRAIL_TEST(test_a_timer_is_never_early),
      TRAIL_TEST(test_no_delay_is_the_next_turn_behind_what_is_ready),
      TRAIL_TEST(test_equal_deadlines_run_in_the_order_they_were_set),
      TRAIL_TEST(test_a_late_loop_runs_all_that_is_due_in_deadline_order),
      TRAIL_TEST(test_a_million_cancelled_timers_leave_nothing),
      TRAIL_TEST(test_forever_never_comes_and_can_be_cancelled),
      TRAIL_TEST(test_seconds_become_durations_that_cannot_overflow),
      TRAIL_TEST(test_a_cancelled_timer_does_not_shorten_the_wait),
      TRAIL_TEST(test_a_timer_due_on_entry_forces_a_poll_without_wait),
      TRAIL_TEST(test_a_destructor_may_call_back_in),
  };
  return asy_test_main(argc, argv, "handle", tests);
}
