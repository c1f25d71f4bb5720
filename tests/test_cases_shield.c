/* The hard case of shield: 14 of cases/README.md. */
#include "asy_cases_test.h"

static asy_status shielded(asy_value *out_value, asy_error **out_error, void *inner) {
  return asy_await(asy_shield(loop, asy_future_ref(inner)), out_value, out_error);
}

/* A task that shields `inner` and was cancelled. */
static void shield_and_cancel(asy_task *inner) {
  asy_task *task = spawn(shielded, inner);
  settle();
  asy_task_cancel(task, NULL);
  assert_int_equal(ASY_E_CANCELLED, finish(task));
  assert_int_equal(0, asy_future_is_done(inner));
}

/* case 14, COMB-22 COMB-24 */
static void test_the_inner_one_runs_on_when_its_awaiter_is_cancelled(void **state) {
  asy_task *inner = spawn(sleeper, MS(50));
  (void)state;
  shield_and_cancel(inner);
  assert_int_equal(0, asy_task_cancelling(inner));
  assert_int_equal(50, finish_int(inner));
}

/* case 14, COMB-23: told once, though nobody holds it and though somebody does */
static void test_its_later_error_is_reported_once(void **state) {
  (void)state;
  for (int kept = 0; kept < 2; ++kept) {
    asy_task *inner = spawn(failer, MS(10));
    shield_and_cancel(inner);
    if (!kept) asy_future_unref(inner);
    finish(asy_sleep(loop, 50 * ASY_MILLISECOND));
    assert_int_equal(1, asy_test_reports());
    if (kept) assert_int_equal(ASY_E_FOREIGN, finish(inner));
    assert_int_equal(0, asy_test_reports());
  }
}

/* case 14, COMB-22 */
static void test_a_cancelled_inner_one_raises_in_the_awaiter(void **state) {
  asy_task *inner = spawn(sleeper, MS(50)), *task = spawn(shielded, inner);
  (void)state;
  settle();
  asy_task_cancel(inner, NULL);
  assert_int_equal(ASY_E_CANCELLED, finish(asy_future_ref(task)));
  assert_int_equal(0, asy_task_cancelling(task));
  asy_future_unref(task);
  asy_future_unref(inner);
}

/* case 14, COMB-22 */
static void test_a_done_one_comes_back_itself(void **state) {
  asy_future *done = asy_future_new(loop);
  (void)state;
  asy_future_set_result(done, NULL);
  asy_future *same = asy_shield(loop, asy_future_ref(done));
  assert_ptr_equal(done, same);
  asy_future_unref(done);
  asy_future_unref(same);
}

/* case 14, COMB-24: a limit around a shield leaves what is inside */
static void test_a_limit_around_it_leaves_the_inner_one(void **state) {
  asy_task *inner = spawn(sleeper, MS(50));
  (void)state;
  assert_int_equal(ASY_E_TIMEOUT, finish(asy_wait_for(loop, asy_shield(loop, asy_future_ref(inner)), 10)));
  assert_int_equal(50, finish_int(inner));
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      ANY_ORDER(test_the_inner_one_runs_on_when_its_awaiter_is_cancelled),
      ANY_ORDER(test_its_later_error_is_reported_once),
      ANY_ORDER(test_a_cancelled_inner_one_raises_in_the_awaiter),
      ANY_ORDER(test_a_done_one_comes_back_itself),
      ANY_ORDER(test_a_limit_around_it_leaves_the_inner_one),
  };
  return asy_test_main(argc, argv, "cases: shield", tests);
}
