/* Reports: what would otherwise be lost. */
#include "asy_test.h"

#include <pthread.h>

static char trail[64];
static void mark(void *letter) { strncat(trail, letter, 1); }
static void clear_trail(void) { trail[0] = 0; }
static void later(asy_loop *loop, asy_call_cb on_call, void *data) {
  assert_int_equal(ASY_OK, asy_loop_call_soon(loop, on_call, data, NULL, NULL));
}

static void report_one(void *loop) {
  asy_error *error = asy_error_new(ASY_E_FOREIGN, "boom", NULL);
  asy_loop_report(loop, error, "a callback failed");
  asy_error_unref(error);
}

/* LOOP-16 LOOP-18 */
static void test_a_report_reaches_the_hook_and_the_loop_goes_on(void **state) {
  clear_trail();
  later(*state, report_one, *state);
  later(*state, mark, "a");
  asy_test_turn(*state);
  assert_int_equal(1, asy_test_reports());
  assert_int_equal(ASY_E_FOREIGN, asy_reports.last);
  assert_string_equal("a", trail);
}

/* LOOP-17 EXT-04 */
static void test_a_report_can_end_the_run_and_nothing_queued_is_lost(void **state) {
  clear_trail();
  assert_int_equal(ASY_OK, asy_loop_set_report_policy(*state, ASY_REPORT_RAISE));
  assert_int_equal(ASY_E_INVALID, asy_loop_set_report_policy(*state, 7));
  later(*state, report_one, *state);
  later(*state, mark, "a");
  assert_int_equal(ASY_E_FOREIGN, asy_loop_run(*state));
  assert_string_equal("", trail);
  asy_error *raised = asy_loop_take_raised(*state);
  assert_string_equal("boom", asy_error_message(raised));
  asy_error_unref(raised);
  assert_null(asy_loop_take_raised(*state));
  asy_test_turn(*state);
  assert_string_equal("a", trail);
  assert_int_equal(1, asy_test_reports());
}

/* LOOP-23 */
static void test_releasing_an_open_loop_closes_and_reports(void **state) {
  asy_loop *loop;
  (void)state;
  assert_int_equal(ASY_OK, asy_loop_new(NULL, &loop));
  asy_loop_set_report_hook(loop, asy_test_on_report, NULL, NULL);
  asy_loop_unref(loop);
  assert_int_equal(1, asy_test_reports());
}

static void *release(void *loop) {
  asy_loop_unref(loop);
  return NULL;
}

/* LOOP-23 THR-09: a stranger can neither close it nor call its owner's hook */
static void test_a_stranger_that_releases_the_last_handle_leaves_the_loop_open(void **state) {
  asy_loop *loop;
  pthread_t thread;
  (void)state;
  assert_int_equal(ASY_OK, asy_loop_new(NULL, &loop));
  asy_loop_set_report_hook(loop, asy_test_on_report, NULL, NULL);
  pthread_create(&thread, NULL, release, loop);
  pthread_join(thread, NULL);
  assert_int_equal(0, asy_test_reports());
  assert_int_equal(0, asy_loop_is_closed(loop));
  asy_loop_ref(loop);
  assert_int_equal(ASY_OK, asy_loop_close(loop));
  asy_loop_unref(loop);
}

/* LOOP-23 THR-09 */
static void test_a_stranger_closes_a_loop_that_nobody_owns(void **state) {
  asy_loop *loop;
  pthread_t thread;
  (void)state;
  assert_int_equal(ASY_OK, asy_loop_new(NULL, &loop));
  asy_loop_set_report_hook(loop, asy_test_on_report, NULL, NULL);
  asy_loop_release(loop);
  pthread_create(&thread, NULL, release, loop);
  pthread_join(thread, NULL);
  assert_int_equal(1, asy_test_reports());
}

/* A hook that replaces itself twice, and is told of something meanwhile. */
static int running, freed_early, freed, second;
static void free_hook(void *data) { (void)data, ++freed, freed_early += running; }
static void on_second(asy_loop *loop, asy_error *error, const char *what, void *data) {
  (void)loop, (void)error, (void)what, (void)data;
  ++second;
}
static void replaces_itself(asy_loop *loop, asy_error *error, const char *what, void *data) {
  (void)what, (void)data;
  ++running;
  if (running == 1) asy_loop_report(loop, error, "inside");
  asy_loop_set_report_hook(loop, on_second, NULL, free_hook);
  asy_loop_report(loop, error, "after");
  --running;
}

static void test_a_hook_that_is_replaced_while_it_runs_is_freed_when_it_returns(void **state) {
  running = freed_early = freed = second = 0;
  assert_int_equal(ASY_OK, asy_loop_set_report_hook(*state, replaces_itself, NULL, free_hook));
  report_one(*state);
  assert_int_equal(0, running);
  assert_int_equal(2, second);
  assert_int_equal(2, freed);       /* itself, and the first of its two followers */
  assert_int_equal(1, freed_early); /* that one */
  asy_loop_set_report_hook(*state, NULL, NULL, NULL);
  assert_int_equal(3, freed);
}

static void ends_the_loop(asy_loop *loop, asy_error *error, const char *what, void *data) {
  (void)error, (void)what, (void)data;
  asy_loop_close(loop);
  asy_loop_unref(loop);
}

static void test_a_hook_may_be_the_end_of_its_loop(void **state) {
  asy_loop *made;
  (void)state;
  running = freed = 0;
  assert_int_equal(ASY_OK, asy_loop_new(NULL, &made));
  asy_loop_set_report_policy(made, ASY_REPORT_RAISE);
  assert_int_equal(ASY_OK, asy_loop_set_report_hook(made, ends_the_loop, NULL, free_hook));
  report_one(made);
  assert_int_equal(1, freed);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      ASY_TEST(test_a_report_reaches_the_hook_and_the_loop_goes_on),
      ASY_TEST(test_a_report_can_end_the_run_and_nothing_queued_is_lost),
      ASY_TEST(test_releasing_an_open_loop_closes_and_reports),
      ASY_TEST(test_a_stranger_that_releases_the_last_handle_leaves_the_loop_open),
      ASY_TEST(test_a_stranger_closes_a_loop_that_nobody_owns),
      ASY_TEST(test_a_hook_that_is_replaced_while_it_runs_is_freed_when_it_returns),
      ASY_TEST(test_a_hook_may_be_the_end_of_its_loop),
  };
  return asy_test_main(argc, argv, "report", tests);
}
