/* Waiting until some or all of several futures are done. */
#include <unistd.h>
#include "asy_task_test.h"

static asy_future *wait_for_mode(asy_future **futures, size_t count, uint32_t mode, uint64_t timeout) {
  for (size_t i = 0; i < count; ++i) asy_future_ref(futures[i]);
  return asy_wait(loop, futures, count, mode, timeout);
}
static void give_back(asy_future **futures, size_t count) {
  for (size_t i = 0; i < count; ++i) asy_future_unref(futures[i]);
}
static uint64_t ms_since(uint64_t start) { return (asy_loop_time(loop) - start) / ASY_MILLISECOND; }

/* COMB-09 COMB-10 */
static void test_all_waits_for_the_last_and_raises_nobodys_error(void **state) {
  asy_future *futures[] = {spawn(sleeper, MS(10)), spawn(failer, MS(30)), spawn(sleeper, MS(20))};
  uint64_t start = asy_loop_time(loop);
  (void)state;
  assert_int_equal(3, finish_int(wait_for_mode(futures, 3, ASY_WAIT_ALL, ASY_FOREVER)));
  assert_int_equal(30, ms_since(start));
  assert_int_equal(ASY_E_FOREIGN, asy_future_status(futures[1]));
  give_back(futures, 3);
}

/* COMB-10 */
static void test_first_ends_with_the_first_whatever_it_is(void **state) {
  asy_future *futures[] = {spawn(sleeper, MS(20)), spawn(failer, MS(10))};
  (void)state;
  assert_int_equal(1, finish_int(wait_for_mode(futures, 2, ASY_WAIT_FIRST, ASY_FOREVER)));
  assert_int_equal(ASY_E_FOREIGN, asy_future_status(futures[1]));
  assert_int_equal(0, asy_future_is_done(futures[0]));
  assert_int_equal(20, finish_int(futures[0]));
  asy_future_unref(futures[1]);
}

/* COMB-10: a value does not end it, nor does a cancelled member */
static void test_first_error_ends_with_the_first_failure(void **state) {
  asy_future *cancelled = asy_future_new(loop);
  asy_future *futures[] = {cancelled, spawn(sleeper, MS(1)), spawn(failer, MS(20)), spawn(sleeper, MS(50))};
  uint64_t start = asy_loop_time(loop);
  (void)state;
  asy_future *wait = wait_for_mode(futures, 4, ASY_WAIT_FIRST_ERROR, ASY_FOREVER);
  asy_future_cancel(cancelled, NULL);
  assert_int_equal(3, finish_int(wait));
  assert_int_equal(20, ms_since(start));
  assert_int_equal(ASY_E_FOREIGN, asy_future_status(futures[2]));
  assert_int_equal(50, finish_int(asy_future_ref(futures[3])));
  give_back(futures, 4);
}

/* COMB-10 */
static void test_first_error_without_one_waits_for_all(void **state) {
  asy_future *futures[] = {spawn(sleeper, MS(1)), spawn(sleeper, MS(2))};
  (void)state;
  assert_int_equal(2, finish_int(wait_for_mode(futures, 2, ASY_WAIT_FIRST_ERROR, ASY_FOREVER)));
  give_back(futures, 2);
}

/* COMB-10: those that complete after the first was seen, but in its turn, are reported with it */
static void test_all_that_are_done_in_one_turn_are_counted(void **state) {
  asy_future *futures[] = {asy_future_new(loop), asy_future_new(loop), asy_future_new(loop)};
  (void)state;
  asy_future *wait = wait_for_mode(futures, 3, ASY_WAIT_FIRST, ASY_FOREVER);
  for (int i = 0; i < 3; i += 2) asy_future_set_result(futures[i], NULL);
  assert_int_equal(2, finish_int(wait));
  assert_int_equal(0, asy_future_is_done(futures[1]));
  give_back(futures, 3);
}

static void set_later(asy_future *done, void *other) {
  (void)done;
  asy_future_set_result(other, NULL);
}

/* COMB-10 */
static void test_one_that_another_completes_in_the_same_turn_is_counted(void **state) {
  asy_future *futures[] = {asy_future_new(loop), asy_future_new(loop)};
  (void)state;
  asy_future *wait = wait_for_mode(futures, 2, ASY_WAIT_FIRST, ASY_FOREVER);
  assert_int_equal(ASY_OK, asy_future_add_done_callback(futures[0], set_later, futures[1], NULL));
  asy_future_set_result(futures[0], NULL);
  assert_int_equal(2, finish_int(wait));
  give_back(futures, 2);
}

/* COMB-09: a timeout is no error and cancels nobody */
static void test_the_timeout_gives_what_is_done_and_lets_the_rest_run(void **state) {
  asy_future *futures[] = {spawn(sleeper, MS(10)), spawn(sleeper, MS(40))};
  uint64_t start = asy_loop_time(loop);
  (void)state;
  assert_int_equal(1, finish_int(wait_for_mode(futures, 2, ASY_WAIT_ALL, 20 * ASY_MILLISECOND)));
  assert_int_equal(20, ms_since(start));
  assert_int_equal(40, finish_int(futures[1]));
  assert_string_equal("", trail);
  asy_future_unref(futures[0]);
}

static void set_on_event(asy_watch *watch, uint32_t events, void *future) {
  (void)events;
  asy_watch_close(watch);
  asy_future_set_result(future, NULL);
}

/* COMB-09: what the one poll brings is seen, and time does not pass */
static void test_a_timeout_of_nothing_polls_once(void **state) {
  asy_future *futures[] = {asy_future_new(loop), asy_future_new(loop), spawn(sleeper, MS(0))};
  int ends[2];
  asy_watch *watch;
  uint64_t start = asy_loop_time(loop);
  (void)state;
  assert_int_equal(0, pipe(ends));
  assert_int_equal(1, write(ends[1], "x", 1));
  assert_int_equal(ASY_OK, asy_watch_new(loop, ends[0], ASY_WATCH_READABLE, set_on_event, futures[0], NULL, &watch));
  assert_int_equal(2, finish_int(wait_for_mode(futures, 3, ASY_WAIT_ALL, 0)));
  assert_int_equal(1, asy_future_is_done(futures[0]));
  assert_int_equal(0, asy_future_is_done(futures[1]));
  assert_int_equal(start, asy_loop_time(loop));
  asy_watch_unref(watch);
  close(ends[0]);
  close(ends[1]);
  give_back(futures, 3);
}

/* COMB-09 */
static void test_what_is_done_already_needs_no_turn(void **state) {
  asy_future *pending = asy_future_new(loop), *futures[] = {asy_future_new(loop), pending, asy_sleep(NULL, 1)};
  (void)state;
  asy_future_set_result(futures[0], NULL);
  asy_future *first = wait_for_mode(futures, 3, ASY_WAIT_FIRST, ASY_FOREVER);
  assert_int_equal(1, asy_future_is_done(first));
  assert_int_equal(2, finish_int(first));
  asy_future *failed =
      wait_for_mode(futures, 3, ASY_WAIT_FIRST_ERROR, ASY_FOREVER); /* the third has no loop and failed */
  assert_int_equal(1, asy_future_is_done(failed));
  assert_int_equal(2, finish_int(failed));
  asy_future *all = wait_for_mode(futures, 3, ASY_WAIT_ALL, ASY_FOREVER);
  assert_int_equal(0, asy_future_is_done(all));
  asy_future_set_result(pending, NULL);
  assert_int_equal(3, finish_int(all));
  give_back(futures, 3);
}

/* COMB-09 */
static void test_one_given_twice_is_done_twice(void **state) {
  asy_task *one = spawn(sleeper, MS(4));
  asy_future *futures[] = {one, one};
  (void)state;
  assert_int_equal(2, finish_int(wait_for_mode(futures, 2, ASY_WAIT_ALL, ASY_FOREVER)));
  asy_future_unref(one);
}

/* COMB-09 */
static void test_bad_arguments_are_refused_and_consumed(void **state) {
  asy_loop *other;
  (void)state;
  assert_int_equal(ASY_E_INVALID, finish(asy_wait(loop, NULL, 0, ASY_WAIT_ALL, ASY_FOREVER)));
  assert_int_equal(ASY_E_INVALID, finish(asy_wait(loop, NULL, 1, ASY_WAIT_ALL, ASY_FOREVER)));
  asy_future *one[] = {asy_future_new(loop), NULL};
  assert_int_equal(ASY_E_INVALID, finish(asy_wait(loop, one, 2, ASY_WAIT_ALL, ASY_FOREVER)));
  one[0] = asy_future_new(loop);
  assert_int_equal(ASY_E_INVALID, finish(asy_wait(loop, one, 1, 3, ASY_FOREVER)));
  one[0] = asy_future_new(loop);
  assert_int_equal(ASY_E_INVALID, finish(asy_wait(NULL, one, 1, ASY_WAIT_ALL, ASY_FOREVER)));
  assert_int_equal(ASY_OK, asy_loop_new(NULL, &other));
  one[0] = asy_future_new(other);
  assert_int_equal(ASY_E_WRONG_LOOP, finish(asy_wait(loop, one, 1, ASY_WAIT_ALL, ASY_FOREVER)));
  asy_loop_close(other);
  asy_loop_unref(other);
}

/* COMB-09 FUT-08: before it began to wait, while it waits, and when it is about to end */
static void test_cancelling_the_wait_touches_no_member(void **state) {
  (void)state;
  for (int turns = 0; turns < 2; ++turns) {
    asy_future *futures[] = {spawn(sleeper, MS(10)), asy_future_new(loop)};
    asy_future *wait = wait_for_mode(futures, 2, ASY_WAIT_FIRST, 50 * ASY_MILLISECOND);
    if (turns) settle();
    assert_int_equal(1, asy_future_cancel(wait, "enough"));
    assert_int_equal(ASY_E_CANCELLED, finish(asy_future_ref(wait)));
    assert_string_equal("enough", asy_error_message(asy_future_error(wait)));
    assert_int_equal(0, asy_future_is_done(futures[1]));
    assert_int_equal(10, finish_int(futures[0]));
    asy_future_unref(futures[1]);
    asy_future_unref(wait);
  }
}

static void cancel_it(asy_future *done, void *wait) {
  (void)done;
  asy_future_cancel(wait, NULL);
}

static void cancel_held(void *task) { asy_task_cancel(*(asy_task **)task, NULL); }

/* COMB-09, D1: also where the wait was not told yet; a limit acts before callbacks of its time */
static void test_what_it_waits_for_came_before_a_cancel(void **state) {
  static const struct {
    uint32_t mode;
    int set, limit;
  } table[] = {{ASY_WAIT_ALL, 2, 0}, {ASY_WAIT_FIRST, 1, 0}, {ASY_WAIT_ALL, 1, 1}};
  (void)state;
  for (size_t i = 0; i < sizeof table / sizeof *table; ++i) {
    asy_future *futures[] = {asy_future_new(loop), asy_future_new(loop)};
    asy_task *waiting;
    if (table[i].limit) asy_loop_call_later(loop, 5, cancel_held, &waiting, NULL, NULL);
    asy_future *wait = wait_for_mode(futures, 2, table[i].mode, table[i].limit ? 5 : ASY_FOREVER);
    waiting = spawn(waiter, wait);
    settle();
    for (int n = 0; n < table[i].set; ++n) asy_future_set_result(futures[n], NULL);
    if (table[i].limit) asy_loop_advance(loop, 5);
    else asy_task_cancel(waiting, NULL);
    assert_int_equal(table[i].set, finish_int(waiting));
    assert_int_equal(1, asy_test_reports()); /* the request came too late */
    settle();
    asy_future_unref(wait);
    give_back(futures, 2);
  }
}

/* COMB-09 */
static void test_a_cancel_before_enough_is_done_wins(void **state) {
  asy_future *futures[] = {asy_future_new(loop), asy_future_new(loop)};
  asy_future *wait = wait_for_mode(futures, 2, ASY_WAIT_ALL, ASY_FOREVER);
  (void)state;
  assert_int_equal(ASY_OK, asy_future_add_done_callback(futures[0], cancel_it, wait, NULL));
  asy_future_set_result(futures[0], NULL);
  assert_int_equal(ASY_E_CANCELLED, finish(wait));
  asy_future_set_result(futures[1], NULL);
  settle();
  give_back(futures, 2);
}

static asy_status waits_for_both(asy_value *out_value, asy_error **out_error, void *data) {
  asy_status status = asy_await(wait_for_mode(data, 2, ASY_WAIT_ALL, ASY_FOREVER), out_value, out_error);
  note(status == ASY_E_CANCELLED ? "c" : "v");
  return status;
}

/* FUT-08 COMB-09: a member counts as interest, so that another awaiter's cancel does not reach it either */
static void test_a_member_keeps_its_future_from_others_cancels(void **state) {
  asy_future *futures[] = {spawn(sleeper, MS(10)), spawn(sleeper, MS(20))};
  asy_task *waiting = spawn(waits_for_both, futures), *other = spawn(waiter, futures[1]);
  (void)state;
  settle();
  asy_future_cancel(other, NULL);
  assert_int_equal(ASY_E_CANCELLED, finish(other));
  assert_int_equal(0, asy_future_is_done(futures[1]));
  asy_future_cancel(waiting, NULL);
  assert_int_equal(ASY_E_CANCELLED, finish(waiting));
  assert_string_equal("cc", trail);
  assert_int_equal(10, finish_int(futures[0]));
  assert_int_equal(20, finish_int(futures[1]));
}

/* COMB-09 FUT-09: the wait does not read a member's error */
static void test_an_error_that_nobody_reads_is_reported_after_the_wait(void **state) {
  asy_future *futures[] = {spawn(failer, MS(1))};
  (void)state;
  assert_int_equal(1, finish_int(asy_wait(loop, futures, 1, ASY_WAIT_ALL, ASY_FOREVER)));
  assert_int_equal(1, asy_test_reports());
  assert_int_equal(ASY_E_FOREIGN, asy_reports.last);
}

/* LOOP-08 */
static void test_closing_the_loop_ends_the_wait(void **state) {
  asy_future *futures[] = {asy_future_new(loop), asy_future_new(loop)};
  asy_future *wait = asy_wait(loop, futures, 2, ASY_WAIT_ALL, ASY_SECOND);
  (void)state;
  asy_loop_close(loop);
  assert_int_equal(ASY_E_CLOSED, asy_future_status(wait));
  asy_future_unref(wait);
}

static asy_future *ends;
static void cancel_what_ends(void *data) { (void)data, asy_future_cancel(ends, NULL); }

/* COMB-10 */
static void test_what_the_end_of_a_wait_releases_may_cancel_it(void **state) {
  (void)state;
  asy_future *of[] = {asy_future_new(loop)}, *kept = asy_future_ref(of[0]);
  asy_value value;
  asy_value_set_pointer(&value, &value, cancel_what_ends);
  ends = asy_wait(loop, of, 1, ASY_WAIT_ALL, ASY_FOREVER);
  asy_future_set_result(kept, &value);
  asy_future_unref(kept);
  assert_int_equal(1, finish_int(ends));
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      TASK_TEST(test_all_waits_for_the_last_and_raises_nobodys_error),
      TASK_TEST(test_first_ends_with_the_first_whatever_it_is),
      TASK_TEST(test_first_error_ends_with_the_first_failure),
      TASK_TEST(test_first_error_without_one_waits_for_all),
      TASK_TEST(test_all_that_are_done_in_one_turn_are_counted),
      TASK_TEST(test_one_that_another_completes_in_the_same_turn_is_counted),
      TASK_TEST(test_the_timeout_gives_what_is_done_and_lets_the_rest_run),
      TASK_TEST(test_a_timeout_of_nothing_polls_once),
      TASK_TEST(test_what_is_done_already_needs_no_turn),
      TASK_TEST(test_one_given_twice_is_done_twice),
      TASK_TEST(test_bad_arguments_are_refused_and_consumed),
      TASK_TEST(test_cancelling_the_wait_touches_no_member),
      TASK_TEST(test_what_it_waits_for_came_before_a_cancel),
      TASK_TEST(test_a_cancel_before_enough_is_done_wins),
      TASK_TEST(test_a_member_keeps_its_future_from_others_cancels),
      TASK_TEST(test_an_error_that_nobody_reads_is_reported_after_the_wait),
      TASK_TEST(test_closing_the_loop_ends_the_wait),
      TASK_TEST(test_what_the_end_of_a_wait_releases_may_cancel_it),
  };
  return asy_test_main(argc, argv, "wait", tests);
}
