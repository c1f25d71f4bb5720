/* Running: what a stop, a report, the budget and the clock's end do to a run. */
#include "asy_test.h"

#include <unistd.h>

static char trail[64];
static asy_loop *loop;
static void mark(void *letter) { strncat(trail, letter, 1); }
static void soon(asy_call_cb on_call, void *data) {
  assert_int_equal(ASY_OK, asy_loop_call_soon(loop, on_call, data, NULL, NULL));
}

static int setup(void **state) {
  int failed = asy_test_setup(state);
  loop = *state;
  trail[0] = 0;
  return failed;
}
#define RUN_TEST(f) cmocka_unit_test_setup_teardown(f, setup, asy_test_teardown)

static void stop_and_mark(asy_watch *watch, uint32_t events, void *data) {
  (void)events;
  asy_loop_call_soon(loop, mark, data, NULL, NULL);
  asy_loop_stop(loop);
  asy_watch_close(watch);
}

/* LOOP-07: what was ready when the descriptor's turn came still runs */
static void test_a_stop_out_of_a_poll_lets_the_batch_run(void **state) {
  int fds[2];
  asy_watch *watch;
  (void)state;
  assert_int_equal(0, pipe(fds));
  assert_int_equal(1, write(fds[1], "x", 1));
  assert_int_equal(ASY_OK, asy_watch_new(loop, fds[0], ASY_WATCH_READABLE, stop_and_mark, "b", NULL, &watch));
  soon(mark, "a");
  assert_int_equal(ASY_OK, asy_loop_run(loop));
  assert_string_equal("ab", trail);
  asy_watch_unref(watch);
  close(fds[0]);
  close(fds[1]);
}

static void requeue(void *letter) {
  mark(letter);
  if (strlen(trail) < 6) asy_loop_call_soon(loop, requeue, letter, NULL, NULL);
}
static void seen(asy_watch *watch, uint32_t events, void *letter) {
  (void)events;
  mark(letter);
  asy_watch_close(watch);
}

/* LOOP-02 LOOP-01: D10 with a budget of one is asyncio's poll after every batch */
static void test_with_a_budget_of_one_every_batch_is_followed_by_a_poll(void **state) {
  asy_loop_options options = {
      .size = sizeof options, .flags = ASY_LOOP_VIRTUAL_CLOCK | ASY_LOOP_NO_DRAIN, .ready_budget = 1};
  int fds[2];
  asy_watch *watch;
  asy_loop *first = loop;
  (void)state;
  assert_int_equal(ASY_OK, asy_loop_new(&options, &loop));
  assert_int_equal(0, pipe(fds));
  assert_int_equal(1, write(fds[1], "x", 1));
  soon(requeue, "a");
  soon(requeue, "b");
  asy_test_turn(loop);
  assert_string_equal("ab", trail);
  assert_int_equal(ASY_OK, asy_watch_new(loop, fds[0], ASY_WATCH_READABLE, seen, "i", NULL, &watch));
  asy_test_turn(loop);
  assert_string_equal("abiab", trail);
  asy_watch_unref(watch);
  asy_loop_close(loop);
  asy_loop_unref(loop);
  loop = first;
  close(fds[0]);
  close(fds[1]);
}

static void report(void *data) {
  asy_error *error = asy_error_new(ASY_E_FOREIGN, "boom", NULL);
  asy_loop_report(loop, error, data);
  asy_error_unref(error);
}

/* LOOP-17 */
static void test_a_report_of_before_the_run_ends_it_without_a_wait(void **state) {
  uint64_t start = asy_loop_time(loop);
  (void)state;
  asy_loop_set_report_policy(loop, ASY_REPORT_RAISE);
  report("first");
  assert_true(asy_loop_next_deadline(loop) <= start);
  assert_int_equal(ASY_E_FOREIGN, asy_loop_step(loop, ASY_SECOND));
  assert_int_equal(start, asy_loop_time(loop));
  report("second");
  soon(mark, "a");
  assert_int_equal(ASY_E_FOREIGN, asy_loop_run(loop));
  assert_string_equal("", trail);
  asy_error_unref(asy_loop_take_raised(loop));
  asy_test_turn(loop);
  assert_string_equal("a", trail);
  assert_int_equal(2, asy_test_reports());
}

/* LOOP-17 */
static void test_the_first_of_several_raised_reports_is_the_runs(void **state) {
  (void)state;
  asy_loop_set_report_policy(loop, ASY_REPORT_RAISE);
  asy_error *first = asy_error_new(ASY_E_LIMIT, "first", NULL);
  asy_loop_report(loop, first, "");
  report("second");
  assert_int_equal(ASY_E_LIMIT, asy_loop_step(loop, 0));
  asy_error *raised = asy_loop_take_raised(loop);
  assert_ptr_equal(first, raised);
  asy_error_unref(raised);
  asy_error_unref(first);
  assert_int_equal(2, asy_test_reports());
}

/* HND-08 TEST-07 */
static void test_the_end_of_time_never_comes(void **state) {
  (void)state;
  asy_future *never = asy_sleep(loop, ASY_FOREVER);
  assert_int_equal(ASY_OK, asy_loop_call_later(loop, ASY_SECOND, mark, "a", NULL, NULL));
  assert_int_equal(ASY_OK, asy_loop_advance(loop, ASY_FOREVER));
  assert_true(asy_loop_time(loop) < ASY_FOREVER);
  asy_test_turn(loop);
  assert_string_equal("a", trail);
  assert_int_equal(0, asy_future_is_done(never));
  assert_int_equal(1, asy_future_cancel(never, NULL));
  asy_future_unref(never);
  asy_test_turn(loop);
}

static asy_status hooks_status;
static void count(void *data) { ++*(int *)data; }
static void change_hooks(void *data) {
  count(data);
  hooks_status = asy_loop_set_poll_hooks(loop, NULL, NULL, NULL, NULL);
}

/* LOOP-24 */
static void test_hooks_are_not_changed_between_the_two_calls(void **state) {
  asy_loop *first = loop;
  int calls = 0;
  (void)state;
  assert_int_equal(ASY_OK, asy_loop_new(NULL, &loop));
  hooks_status = ASY_OK;
  assert_int_equal(ASY_OK, asy_loop_set_poll_hooks(loop, change_hooks, count, &calls, NULL));
  while (!calls) assert_int_equal(ASY_OK, asy_loop_step(loop, 10 * ASY_MILLISECOND)); /* time may be over at once */
  assert_int_equal(2, calls);
  assert_int_equal(ASY_E_STATE, hooks_status);
  asy_loop_close(loop);
  asy_loop_unref(loop);
  loop = first;
}

static void test_what_this_version_does_not_know_is_refused(void **state) {
  asy_loop_options options = {.size = sizeof options, .flags = 1u << 20};
  asy_loop *made;
  (void)state;
  assert_int_equal(ASY_E_INVALID, asy_loop_new(&options, &made));
  assert_null(made);
  assert_int_equal(ASY_E_INVALID, asy_test_finish(loop, asy_gather(loop, NULL, 0, 1u << 20), NULL));
}

static int freed;
static void count_free(void *data) { (void)data, ++freed; }
static void come_back(void *key) {
  ++freed;
  asy_loop_set_data(loop, key, NULL, NULL);
}

static void test_replaced_data_may_come_back_in(void **state) {
  static char key;
  (void)state;
  freed = 0;
  assert_int_equal(ASY_OK, asy_loop_set_data(loop, &key, &key, come_back));
  assert_int_equal(ASY_OK, asy_loop_set_data(loop, &key, &freed, count_free));
  assert_int_equal(2, freed); /* the first one's end removed the second */
  assert_null(asy_loop_data(loop, &key));
  assert_int_equal(ASY_OK, asy_loop_set_data(loop, &key, NULL, count_free));
  assert_int_equal(3, freed);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      RUN_TEST(test_a_stop_out_of_a_poll_lets_the_batch_run),
      RUN_TEST(test_with_a_budget_of_one_every_batch_is_followed_by_a_poll),
      RUN_TEST(test_a_report_of_before_the_run_ends_it_without_a_wait),
      RUN_TEST(test_the_first_of_several_raised_reports_is_the_runs),
      RUN_TEST(test_the_end_of_time_never_comes),
      RUN_TEST(test_hooks_are_not_changed_between_the_two_calls),
      RUN_TEST(test_what_this_version_does_not_know_is_refused),
      RUN_TEST(test_replaced_data_may_come_back_in),
  };
  return asy_test_main(argc, argv, "run", tests);
}
