/* Several futures together. */
#include "asy_task_test.h"

static asy_future *gather(asy_future **futures, size_t count, uint32_t flags) {
  return asy_gather(loop, futures, count, flags);
}
static int64_t item(asy_future *all, size_t index) {
  return asy_value_int(asy_value_item((asy_value *)asy_future_value(all), index));
}

/* COMB-03 */
static void test_results_stand_in_the_order_of_the_arguments(void **state) {
  asy_future *futures[] = {spawn(sleeper, MS(30)), spawn(sleeper, MS(10)), spawn(sleeper, MS(20))};
  asy_future *all = gather(futures, 3, 0);
  (void)state;
  assert_int_equal(ASY_OK, finish(asy_future_ref(all)));
  assert_int_equal(3, asy_value_count(asy_future_value(all)));
  assert_int_equal(30, item(all, 0));
  assert_int_equal(10, item(all, 1));
  assert_int_equal(20, item(all, 2));
  asy_future_unref(all);
}

/* COMB-03 */
static void test_nothing_gathers_to_an_empty_list_at_once(void **state) {
  asy_future *all = gather(NULL, 0, 0);
  (void)state;
  assert_int_equal(1, asy_future_is_done(all));
  assert_int_equal(0, asy_value_count(asy_future_value(all)));
  assert_int_equal(ASY_VALUE_LIST, asy_value_kind(asy_future_value(all)));
  asy_future_unref(all);
}

/* COMB-03 */
static void test_a_future_given_twice_fills_both_places(void **state) {
  asy_future *one = spawn(sleeper, MS(4));
  asy_future *futures[] = {one, asy_future_ref(one)};
  asy_future *all = gather(futures, 2, 0);
  (void)state;
  assert_int_equal(ASY_OK, finish(asy_future_ref(all)));
  assert_int_equal(4, item(all, 0));
  assert_int_equal(4, item(all, 1));
  asy_future_unref(all);
}

/* COMB-04 */
static void test_the_first_error_to_happen_fails_it_and_the_others_run_on(void **state) {
  asy_task *slow = spawn(sleeper, MS(50));
  asy_future *futures[] = {spawn(failer, MS(20)), asy_future_ref(slow), spawn(failer, MS(10))};
  uint64_t start = asy_loop_time(loop);
  (void)state;
  assert_int_equal(ASY_E_FOREIGN, finish(gather(futures, 3, 0)));
  assert_int_equal(start + 10 * ASY_MILLISECOND, asy_loop_time(loop));
  assert_int_equal(50, finish_int(slow));
  assert_int_equal(0, asy_test_reports());
}

/* COMB-05 */
static void test_errors_can_be_values(void **state) {
  asy_future *cancelled = asy_future_new(loop);
  asy_future *futures[] = {spawn(failer, MS(1)), cancelled, spawn(sleeper, MS(2))};
  asy_future *all = gather(futures, 3, ASY_GATHER_RETURN_ERRORS);
  (void)state;
  asy_future_cancel(cancelled, NULL);
  assert_int_equal(ASY_OK, finish(asy_future_ref(all)));
  asy_value *list = (asy_value *)asy_future_value(all);
  assert_int_equal(ASY_E_FOREIGN, asy_error_code(asy_value_error(asy_value_item(list, 0))));
  assert_int_equal(ASY_E_CANCELLED, asy_error_code(asy_value_error(asy_value_item(list, 1))));
  assert_int_equal(2, item(all, 2));
  asy_future_unref(all);
}

/* COMB-06: case 13 */
static void test_a_cancelled_member_fails_it_but_it_was_not_cancelled(void **state) {
  asy_task *other = spawn(sleeper, MS(9));
  asy_future *member = asy_future_new(loop), *futures[] = {member, asy_future_ref(other)};
  asy_future *all = gather(futures, 2, 0);
  (void)state;
  asy_future_cancel(member, NULL);
  assert_int_equal(ASY_E_CANCELLED, finish(asy_future_ref(all)));
  assert_int_equal(0, asy_future_is_cancelled(all));
  assert_int_equal(9, finish_int(other));
  asy_future_unref(all);
}

/* COMB-07: case 13 */
static void test_cancelling_it_waits_for_every_member_and_is_never_success(void **state) {
  for (uint32_t flags = 0; flags < 2; ++flags) {
    asy_future *futures[] = {spawn(stubborn, MS(50)), spawn(stubborn, MS(60))};
    asy_future *all = gather(futures, 2, flags);
    settle();
    assert_int_equal(1, asy_future_cancel(all, "enough"));
    assert_int_equal(0, asy_future_is_done(all));
    assert_int_equal(ASY_E_CANCELLED, finish(asy_future_ref(all)));
    assert_string_equal("enough", asy_error_message(asy_future_error(all)));
    assert_int_equal(0, asy_future_cancel(all, NULL));
    asy_future_unref(all);
  }
  assert_string_equal("ssss", trail);
  (void)state;
}

/* COMB-08 */
static void test_another_loops_member_is_refused(void **state) {
  asy_loop *other;
  (void)state;
  assert_int_equal(ASY_OK, asy_loop_new(NULL, &other));
  asy_future *futures[] = {asy_future_new(other), asy_future_new(loop)};
  assert_int_equal(ASY_E_WRONG_LOOP, finish(gather(futures, 2, 0)));
  asy_future *missing[] = {asy_future_new(loop), NULL};
  assert_int_equal(ASY_E_INVALID, finish(gather(missing, 2, 0)));
  asy_loop_close(other);
  asy_loop_unref(other);
}

/* COMB-03 */
static void test_members_that_failed_before_are_found_at_once(void **state) {
  asy_future *futures[] = {asy_sleep(NULL, 1), asy_future_new(loop)};
  (void)state;
  assert_int_equal(ASY_E_INVALID, finish(gather(futures, 2, 0)));
}

/* Has to be cancelled twice. */
static asy_status twice(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)data;
  wait_ms(1000);
  return asy_await(asy_sleep(loop, ASY_SECOND), NULL, out_error);
}

static void free_pointer(void *data) { ++*(int *)data; }

/* COMB-03 */
static void test_pointers_live_in_the_list(void **state) {
  asy_future *owns = asy_future_new(loop), *futures[] = {owns, asy_sleep(loop, 1)};
  int released = 0;
  asy_value value;
  asy_future *all = gather(futures, 2, 0);
  (void)state;
  asy_value_set_pointer(&value, &released, free_pointer);
  asy_future_set_result(owns, &value);
  assert_int_equal(ASY_OK, finish(asy_future_ref(all)));
  assert_int_equal(0, released);
  assert_ptr_equal(&released, asy_value_pointer(asy_value_item((asy_value *)asy_future_value(all), 0)));
  asy_future_unref(all);
  assert_int_equal(1, released);
}

/* COMB-04: what nobody will see in the list stays where it is */
static void test_a_value_after_the_first_error_stays_with_its_future(void **state) {
  asy_future *late = asy_future_new(loop), *futures[] = {spawn(failer, MS(1)), asy_future_ref(late)};
  int released = 0;
  asy_value value;
  (void)state;
  assert_int_equal(ASY_E_FOREIGN, finish(gather(futures, 2, 0)));
  asy_value_set_pointer(&value, &released, free_pointer);
  asy_future_set_result(late, &value);
  settle();
  assert_int_equal(0, released);
  asy_future_unref(late);
  assert_int_equal(1, released);
}

/* COMB-07 TASK-19 */
static void test_the_last_cancels_message_is_raised(void **state) {
  asy_future *futures[] = {spawn(twice, NULL)}, *all = gather(futures, 1, 0);
  (void)state;
  settle();
  asy_future_cancel(all, "one");
  settle();
  asy_future_cancel(all, "two");
  assert_int_equal(ASY_E_CANCELLED, finish(asy_future_ref(all)));
  assert_string_equal("two", asy_error_message(asy_future_error(all)));
  asy_future_unref(all);
}

/* LOOP-08 */
static void test_closing_the_loop_ends_what_is_gathered(void **state) {
  asy_future *futures[] = {asy_future_new(loop), asy_future_new(loop)};
  asy_future *all = gather(futures, 2, 0);
  (void)state;
  asy_loop_close(loop);
  assert_int_equal(ASY_E_CLOSED, asy_future_status(all));
  asy_future_unref(all);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      TASK_TEST(test_results_stand_in_the_order_of_the_arguments),
      TASK_TEST(test_nothing_gathers_to_an_empty_list_at_once),
      TASK_TEST(test_a_future_given_twice_fills_both_places),
      TASK_TEST(test_the_first_error_to_happen_fails_it_and_the_others_run_on),
      TASK_TEST(test_errors_can_be_values),
      TASK_TEST(test_a_cancelled_member_fails_it_but_it_was_not_cancelled),
      TASK_TEST(test_cancelling_it_waits_for_every_member_and_is_never_success),
      TASK_TEST(test_another_loops_member_is_refused),
      TASK_TEST(test_members_that_failed_before_are_found_at_once),
      TASK_TEST(test_pointers_live_in_the_list),
      TASK_TEST(test_a_value_after_the_first_error_stays_with_its_future),
      TASK_TEST(test_the_last_cancels_message_is_raised),
      TASK_TEST(test_closing_the_loop_ends_what_is_gathered),
  };
  return asy_test_main(argc, argv, "gather", tests);
}
