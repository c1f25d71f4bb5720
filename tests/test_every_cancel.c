/* Every operation, cancelled at each of its suspensions. */
#include "asy_every.h"

/* TEST-04 TEST-09: whoever is cancelled and wherever, nothing is left, and the answer is the cancel or the result */
static void test_a_cancel_at_any_suspension_leaves_nothing(void **state) {
  (void)state;
  for (const struct scenario *s = scenarios; s < scenarios + SCENARIOS; ++s) {
    uint64_t suspensions = 0, nth = 0;
    int cancelled = 0;
    do {
      asy_status status = run(s, 0, nth, &suspensions);
      cancelled += status == ASY_E_CANCELLED;
      if (*faults || (status && status != ASY_E_CANCELLED) || (status && !nth))
        fail_msg("%s, suspension %d: %s, %s", s->name, (int)nth, asy_status_name(status), faults);
      assert_true(++nth < 1000);
    } while (nth <= suspensions);
    assert_true(suspensions > 0);
    if (!cancelled) fail_msg("%s was never cancelled", s->name);
  }
}

/* TEST-04: one task among others is cancelled at the await that is asked for, and cleans up */
static int cleaned;
BODY(cleans) {
  asy_status status = await(asy_sleep(loop, 1));
  if (!status) status = await(asy_sleep(loop, 1));
  ++cleaned;
  return status;
}
static void test_one_task_is_cancelled_and_cleans_up(void **state) {
  loop = *state;
  cleaned = 0;
  asy_task *one = spawn(cleans, NULL), *other = spawn(cleans, NULL);
  assert_int_equal(ASY_OK, asy_test_cancel_at(loop, one, 2));
  assert_int_equal(ASY_E_CANCELLED, asy_test_finish(loop, one, NULL));
  assert_int_equal(ASY_OK, asy_test_finish(loop, other, NULL));
  assert_int_equal(2, asy_test_suspensions(loop));
  assert_int_equal(2, cleaned);
  asy_future *plain = asy_future_new(loop);
  assert_int_equal(ASY_E_INVALID, asy_test_cancel_at(loop, plain, 1));
  asy_future_unref(plain);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_cancel_at_any_suspension_leaves_nothing),
      ASY_TEST(test_one_task_is_cancelled_and_cleans_up),
  };
  return asy_test_main(argc, argv, "every cancel", tests);
}
