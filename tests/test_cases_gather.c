/* The hard case of gather: 13 of cases/README.md. */
#include "asy_cases_test.h"

static asy_status awaits_gather(asy_value *out_value, asy_error **out_error, void *all) {
  asy_status status = asy_await(asy_future_ref(all), out_value, out_error);
  note(status == ASY_E_CANCELLED ? "C" : status ? "E" : "V");
  return status;
}

/* case 13, COMB-06: a cancelled member is that member's result: the gather fails with it, the awaiter was not cancelled
 */
static void test_a_member_is_cancelled(void **state) {
  (void)state;
  for (int is_task = 0; is_task < 2; ++is_task) {
    asy_task *sibling = spawn(sleeper, MS(9));
    asy_future *member = is_task ? spawn(sleeper, MS(100)) : asy_future_new(loop);
    asy_future *members[] = {asy_future_ref(member), asy_future_ref(sibling)}, *all = asy_gather(loop, members, 2, 0);
    asy_task *task = spawn(awaits_gather, all);
    settle();
    asy_future_cancel(member, NULL);
    assert_int_equal(ASY_E_CANCELLED, finish(asy_future_ref(task)));
    assert_int_equal(0, asy_future_is_cancelled(all));
    assert_int_equal(0, asy_task_cancelling(task));
    assert_int_equal(0, asy_future_is_done(sibling));
    assert_int_equal(9, finish_int(sibling));
    asy_future_unref(member);
    asy_future_unref(all);
    asy_future_unref(task);
  }
}

/* case 13, COMB-05: as a value among the others it fails nothing */
static void test_a_member_is_cancelled_and_errors_are_values(void **state) {
  asy_task *member = spawn(sleeper, MS(100));
  asy_future *members[] = {asy_future_ref(member), spawn(sleeper, MS(9))};
  asy_future *all = asy_gather(loop, members, 2, ASY_GATHER_RETURN_ERRORS);
  (void)state;
  settle();
  asy_future_cancel(member, NULL);
  assert_int_equal(ASY_OK, finish(asy_future_ref(all)));
  asy_value *list = (asy_value *)asy_future_value(all);
  assert_int_equal(ASY_E_CANCELLED, asy_error_code(asy_value_error(asy_value_item(list, 0))));
  assert_int_equal(9, asy_value_int(asy_value_item(list, 1)));
  asy_future_unref(member);
  asy_future_unref(all);
}

/* case 13, COMB-07 TASK-12: the whole is cancelled by its awaiter, all members swallow it: never success, and not
   before they are done */
static void test_the_whole_is_cancelled_and_members_swallow_it(void **state) {
  (void)state;
  for (uint32_t flags = 0; flags <= ASY_GATHER_RETURN_ERRORS; ++flags) {
    trail[0] = 0;
    asy_task *first = spawn(stubborn, MS(50)), *second = spawn(stubborn, MS(60));
    asy_future *members[] = {asy_future_ref(first), asy_future_ref(second)}, *all = asy_gather(loop, members, 2, flags);
    asy_task *task = spawn(awaits_gather, all);
    settle();
    asy_task_cancel(task, NULL);
    assert_int_equal(0, asy_future_is_done(all));
    assert_int_equal(ASY_E_CANCELLED, finish(asy_future_ref(task)));
    assert_string_equal("ssC", trail);
    assert_int_equal(1, asy_task_cancelling(task));
    assert_int_equal(77, finish_int(first));
    assert_int_equal(77, finish_int(second));
    asy_future_unref(all);
    asy_future_unref(task);
  }
}

/* case 13, COMB-07: one member had its value already; it keeps it, the whole is cancelled all the same */
static void test_the_whole_is_cancelled_after_a_member_finished(void **state) {
  asy_task *early = spawn(sleeper, MS(1));
  asy_future *members[] = {asy_future_ref(early), spawn(sleeper, MS(100))}, *all = asy_gather(loop, members, 2, 0);
  (void)state;
  finish(asy_sleep(loop, 5 * ASY_MILLISECOND));
  asy_future_cancel(all, NULL);
  assert_int_equal(ASY_E_CANCELLED, finish(asy_future_ref(all)));
  assert_int_equal(1, asy_future_is_cancelled(all));
  assert_int_equal(0, asy_future_cancel(all, NULL));
  asy_future_unref(early);
  asy_future_unref(all);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      ANY_ORDER(test_a_member_is_cancelled),
      ANY_ORDER(test_a_member_is_cancelled_and_errors_are_values),
      ANY_ORDER(test_the_whole_is_cancelled_and_members_swallow_it),
      ANY_ORDER(test_the_whole_is_cancelled_after_a_member_finished),
  };
  return asy_test_main(argc, argv, "cases: gather", tests);
}
