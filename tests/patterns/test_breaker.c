/* A circuit breaker. */
#include "asy_task_test.h"
#include "patterns.h"

static struct breaker breaker;
static int begun;

static int breaker_setup(void **state) {
  int failed = asy_task_setup(state);
  breaker = (struct breaker){.loop = loop, .threshold = 2, .pause_ns = 100, .trials = 1};
  begun = 0;
  return failed;
}
/* o: a good answer, f: a failure; s, l: the same after 10 */
static asy_future *begin(void *kind) {
  ++begun;
  if (*(char *)kind == 'f') return asy_future_new_failed(loop, boom());
  if (*(char *)kind == 'l') return asy_wait_for(loop, asy_future_new(loop), 10);
  return asy_sleep(loop, *(char *)kind == 's' ? 10 : 0);
}
static asy_status body(asy_value *out_value, asy_error **out_error, void *kind) {
  return breaker_call(&breaker, begin, kind, out_value, out_error);
}
static asy_status call(const char *kind) { return finish(spawn(body, (void *)kind)); }
static void open_it(void) {
  assert_int_equal(ASY_E_FOREIGN, call("f"));
  assert_int_equal(ASY_E_FOREIGN, call("f"));
  assert_int_equal(ASY_E_AGAIN, call("o"));
  assert_int_equal(2, begun);
}

/* ECO-02 LOOP-10 */
static void test_failures_in_a_row_open_it_and_nothing_is_begun(void **state) {
  (void)state;
  assert_int_equal(ASY_E_FOREIGN, call("f"));
  assert_int_equal(ASY_OK, call("o"));
  begun = 0;
  open_it();
}

/* ECO-02 */
static void test_after_the_pause_one_trial_closes_it_or_opens_it_again(void **state) {
  (void)state;
  open_it();
  asy_loop_advance(loop, 100);
  assert_int_equal(ASY_E_FOREIGN, call("f"));
  assert_int_equal(ASY_E_AGAIN, call("o"));
  asy_loop_advance(loop, 100);
  assert_int_equal(ASY_OK, call("o"));
  assert_int_equal(ASY_E_FOREIGN, call("f"));
  assert_int_equal(ASY_OK, call("o"));
}

/* ECO-02 */
static void test_no_more_trials_at_a_time_than_allowed(void **state) {
  (void)state;
  open_it();
  asy_loop_advance(loop, 100);
  asy_task *trial = spawn(body, "s");
  settle();
  assert_int_equal(ASY_E_AGAIN, call("o"));
  assert_int_equal(ASY_OK, finish(trial));
  assert_int_equal(ASY_OK, call("o"));
}

/* ECO-02 */
static void test_a_cancelled_call_counts_neither_way(void **state) {
  (void)state;
  assert_int_equal(ASY_E_FOREIGN, call("f"));
  asy_task *task = spawn(body, "s");
  settle();
  asy_task_cancel(task, NULL);
  assert_int_equal(ASY_E_CANCELLED, finish(task));
  assert_int_equal(1, breaker.failures);
  assert_int_equal(0, breaker.open_until);
}

/* ECO-02: what began before it opened decides nothing */
static void test_a_late_outcome_neither_closes_nor_prolongs_it(void **state) {
  (void)state;
  asy_task *good = spawn(body, "s"), *bad = spawn(body, "l");
  settle();
  for (int i = 0; i < 2; ++i) assert_int_equal(ASY_E_FOREIGN, call("f"));
  const uint64_t until = breaker.open_until;
  assert_int_equal(ASY_OK, finish(good));
  assert_int_equal(ASY_E_TIMEOUT, finish(bad));
  assert_int_equal(until, breaker.open_until);
  assert_int_equal(ASY_E_AGAIN, call("o"));
}

#define BREAKER_TEST(f) cmocka_unit_test_setup_teardown(f, breaker_setup, asy_test_teardown)
int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      BREAKER_TEST(test_failures_in_a_row_open_it_and_nothing_is_begun),
      BREAKER_TEST(test_after_the_pause_one_trial_closes_it_or_opens_it_again),
      BREAKER_TEST(test_no_more_trials_at_a_time_than_allowed),
      BREAKER_TEST(test_a_cancelled_call_counts_neither_way),
      BREAKER_TEST(test_a_late_outcome_neither_closes_nor_prolongs_it),
  };
  return asy_test_main(argc, argv, "breaker", tests);
}
