/* The first of several attempts that succeeds. */
#include "asy_task_test.h"

/* What on_start gives, attempt by attempt, and when it was asked. */
static asy_future *plan[4];
static uint64_t began_at[4];
static int began;
static asy_future *race_to_cancel;

static asy_future *start(size_t index, void *data) {
  (void)data;
  began_at[index] = asy_loop_time(loop) / ASY_MILLISECOND;
  ++began;
  if (race_to_cancel) asy_future_cancel(race_to_cancel, "in a start");
  asy_future *given = plan[index];
  plan[index] = NULL;
  return given;
}

static int setup(void **state) {
  int failed = asy_task_setup(state);
  memset(plan, 0, sizeof plan);
  began = 0;
  race_to_cancel = NULL;
  return failed;
}
#define RACE_TEST(f) cmocka_unit_test_setup_teardown(f, setup, asy_test_teardown)

static asy_future *race(size_t count, uint64_t delay) { return asy_race(loop, count, delay, start, NULL, count_free); }
static asy_value *part(asy_future *race, size_t index) {
  return asy_value_item((asy_value *)asy_future_value(race), index);
}
static int64_t winner(asy_future *race) { return asy_value_int(part(race, 0)); }
static int64_t value(asy_future *race) { return asy_value_int(part(race, 1)); }
static size_t errors(asy_future *race) { return asy_value_count(part(race, 2)); }
static asy_status error(asy_future *race, size_t index) {
  asy_value *item = asy_value_item(part(race, 2), index);
  return asy_value_kind(item) == ASY_VALUE_NIL ? ASY_OK : asy_error_code(asy_value_error(item));
}
/* Tasks that begin with their attempt. */
typedef struct {
  asy_run_cb body;
  uint64_t ms;
} plan_entry;
static asy_future *start_task(size_t index, void *data) {
  const plan_entry *entry = (const plan_entry *)data + index;
  began_at[index] = asy_loop_time(loop) / ASY_MILLISECOND;
  ++began;
  return spawn(entry->body, MS(entry->ms));
}
static asy_future *race_of(const plan_entry *entries, size_t count, uint64_t delay_ms) {
  return asy_race(loop, count, delay_ms == UINT64_MAX ? ASY_FOREVER : delay_ms * ASY_MILLISECOND, start_task,
                  (void *)entries, count_free);
}

/* COMB-27 ECO-16: redundant servers, the first answer wins and the rest is cancelled */
static void test_the_first_to_succeed_wins_and_the_losers_are_cancelled(void **state) {
  const plan_entry servers[] = {{sleeper, 30}, {sleeper, 10}, {sleeper, 20}};
  asy_future *all = race_of(servers, 3, 0);
  (void)state;
  assert_int_equal(0, began); /* nothing begins inside the call */
  uint64_t before = asy_loop_time(loop);
  assert_int_equal(ASY_OK, finish(asy_future_ref(all)));
  assert_int_equal(before + 10 * ASY_MILLISECOND, asy_loop_time(loop));
  assert_int_equal(1, winner(all));
  assert_int_equal(10, value(all));
  assert_int_equal(3, errors(all));
  assert_int_equal(ASY_E_CANCELLED, error(all, 0));
  assert_int_equal(ASY_OK, error(all, 1));
  assert_int_equal(ASY_E_CANCELLED, error(all, 2));
  assert_string_equal("xx", trail);
  assert_int_equal(1, freed);
  assert_int_equal(0, asy_loop_task_count(loop));
  asy_future_unref(all);
}

static asy_status slow_to_clean_up(asy_value *out_value, asy_error **out_error, void *ms) {
  (void)out_value;
  asy_status status = wait_ms((uint64_t)(uintptr_t)ms);
  note("(");
  if (status) wait_ms(50);
  note(")");
  if (status) *out_error = boom();
  return status ? ASY_E_FOREIGN : ASY_OK;
}

/* COMB-27: and what they raise while they clean up stands in the list */
static void test_the_losers_cleanup_is_awaited(void **state) {
  const plan_entry both[] = {{slow_to_clean_up, 100}, {sleeper, 10}};
  asy_future *all = race_of(both, 2, 0);
  uint64_t before = asy_loop_time(loop);
  (void)state;
  assert_int_equal(ASY_OK, finish(asy_future_ref(all)));
  assert_int_equal(before + 60 * ASY_MILLISECOND, asy_loop_time(loop));
  assert_string_equal("()", trail);
  assert_int_equal(ASY_E_FOREIGN, error(all, 0));
  asy_future_unref(all);
}

/* COMB-28 */
static void test_the_next_begins_after_the_delay_or_when_the_latest_fails(void **state) {
  const plan_entry entries[] = {{sleeper, 100}, {failer, 5}, {failer, 70}, {sleeper, 10}};
  asy_future *all = race_of(entries, 4, 20);
  uint64_t before = asy_loop_time(loop) / ASY_MILLISECOND;
  (void)state;
  assert_int_equal(ASY_OK, finish(asy_future_ref(all)));
  assert_int_equal(before, began_at[0]);
  assert_int_equal(before + 20, began_at[1]);
  assert_int_equal(before + 25, began_at[2]); /* the latest failed */
  assert_int_equal(before + 45, began_at[3]);
  assert_int_equal(3, winner(all));
  assert_int_equal(ASY_E_CANCELLED, error(all, 0));
  assert_int_equal(ASY_E_FOREIGN, error(all, 1));
  assert_int_equal(ASY_E_CANCELLED, error(all, 2));
  asy_future_unref(all);
}

/* COMB-28: an earlier one that fails later moves nothing */
static void test_an_earlier_failure_does_not_hasten_the_next(void **state) {
  const plan_entry entries[] = {{failer, 25}, {sleeper, 100}, {sleeper, 1}};
  asy_future *all = race_of(entries, 3, 20);
  uint64_t before = asy_loop_time(loop) / ASY_MILLISECOND;
  (void)state;
  assert_int_equal(ASY_OK, finish(asy_future_ref(all)));
  assert_int_equal(before + 40, began_at[2]);
  assert_int_equal(2, winner(all));
  asy_future_unref(all);
}

/* COMB-28 */
static void test_without_a_delay_they_follow_each_other(void **state) {
  const plan_entry entries[] = {{failer, 30}, {failer, 20}, {sleeper, 10}, {sleeper, 1}};
  asy_future *all = race_of(entries, 4, UINT64_MAX);
  uint64_t before = asy_loop_time(loop) / ASY_MILLISECOND;
  (void)state;
  assert_int_equal(ASY_OK, finish(asy_future_ref(all)));
  assert_int_equal(before + 30, began_at[1]);
  assert_int_equal(before + 50, began_at[2]);
  assert_int_equal(3, began);
  assert_int_equal(3, errors(all)); /* of those that began */
  assert_int_equal(2, winner(all));
  asy_future_unref(all);
}

/* COMB-28 TG-16: in the order of the attempts, whatever that of their ends */
static void test_when_all_fail_the_error_is_a_group_of_theirs(void **state) {
  const plan_entry entries[] = {{failer, 30}, {failer, 10}};
  asy_future *all = race_of(entries, 2, 0);
  plan[0] = asy_future_new_failed(loop, boom());
  plan[1] = asy_sleep(NULL, 1);
  (void)state;
  assert_int_equal(ASY_E_GROUP, finish(asy_future_ref(all)));
  assert_int_equal(2, asy_error_child_count(asy_future_error(all)));
  asy_future_unref(all);
  all = race(2, ASY_FOREVER);
  assert_int_equal(ASY_E_GROUP, finish(asy_future_ref(all)));
  asy_error *group = asy_future_error(all);
  assert_string_equal("every attempt of a race failed", asy_error_message(group));
  assert_int_equal(ASY_E_FOREIGN, asy_error_code(asy_error_child(group, 0)));
  assert_int_equal(ASY_E_INVALID, asy_error_code(asy_error_child(group, 1)));
  asy_future_unref(all);
}

static void free_pointer(void *data) { ++*(int *)data; }

/* COMB-28: the second one's value is released with its future */
static void test_of_two_winners_in_one_turn_the_first_is_kept(void **state) {
  int released = 0;
  asy_value first, second;
  asy_future *one = asy_future_new(loop), *two = asy_future_new(loop);
  asy_future *all = race(2, 0);
  plan[0] = asy_future_ref(one);
  plan[1] = asy_future_ref(two);
  (void)state;
  settle();
  asy_value_set_pointer(&second, &released, free_pointer);
  asy_value_set_int(&first, 7);
  asy_future_set_result(two, &second);
  asy_future_set_result(one, &first);
  assert_int_equal(ASY_OK, finish(asy_future_ref(all)));
  assert_int_equal(1, winner(all));
  assert_ptr_equal(&released, asy_value_pointer(part(all, 1)));
  assert_int_equal(ASY_OK, error(all, 0));
  asy_future_unref(two);
  assert_int_equal(0, released);
  asy_future_unref(all);
  assert_int_equal(1, released);
  asy_future_unref(one);
}

/* COMB-28: failed ones are passed over at once, and what is done already wins without a turn */
static void test_futures_that_are_done_at_the_start_count_at_once(void **state) {
  asy_loop *other;
  (void)state;
  assert_int_equal(ASY_OK, asy_loop_new(NULL, &other));
  plan[0] = asy_sleep(NULL, 1); /* immortal and failed */
  plan[1] = asy_future_new_failed(loop, boom());
  plan[2] = asy_future_new(other); /* cannot be waited for here */
  asy_value done;
  asy_value_set_int(&done, 9);
  plan[3] = asy_future_new_done(loop, &done);
  uint64_t before = asy_loop_time(loop);
  asy_future *all = race(4, 10 * ASY_MILLISECOND);
  assert_int_equal(ASY_OK, finish(asy_future_ref(all)));
  assert_int_equal(before, asy_loop_time(loop));
  assert_int_equal(3, winner(all));
  assert_int_equal(9, value(all));
  assert_int_equal(ASY_E_INVALID, error(all, 0));
  assert_int_equal(ASY_E_FOREIGN, error(all, 1));
  assert_int_equal(ASY_E_WRONG_LOOP, error(all, 2));
  asy_future_unref(all);
  asy_loop_close(other);
  asy_loop_unref(other);
}

/* COMB-28: NULL, itself, and a future that is cancelled by others are failures like any other */
static void test_what_cannot_be_waited_for_is_a_failed_attempt(void **state) {
  asy_future *mine = asy_future_new(loop), *all = race(3, ASY_FOREVER);
  plan[1] = asy_future_ref(all);
  plan[2] = asy_future_ref(mine);
  (void)state;
  settle();
  assert_int_equal(3, began);
  asy_future_cancel(mine, NULL);
  assert_int_equal(ASY_E_GROUP, finish(asy_future_ref(all)));
  asy_error *group = asy_future_error(all);
  assert_int_equal(ASY_E_INVALID, asy_error_code(asy_error_child(group, 0)));
  assert_int_equal(ASY_E_STATE, asy_error_code(asy_error_child(group, 1)));
  assert_int_equal(ASY_E_CANCELLED, asy_error_code(asy_error_child(group, 2)));
  asy_future_unref(all);
  asy_future_unref(mine);
}

/* COMB-28 */
static void test_bad_arguments_are_refused_and_consumed(void **state) {
  (void)state;
  assert_int_equal(ASY_E_INVALID, finish(race(0, 0)));
  assert_int_equal(ASY_E_INVALID, finish(asy_race(loop, 1, 0, NULL, NULL, count_free)));
  assert_int_equal(ASY_E_INVALID, finish(asy_race(NULL, 1, 0, start, NULL, count_free)));
  assert_int_equal(ASY_E_INVALID, finish(race((size_t)UINT32_MAX + 1, 0)));
  assert_int_equal(4, freed);
  assert_int_equal(0, began);
}

/* Ends with its second cancel. */
static asy_status twice(asy_value *out_value, asy_error **out_error, void *ms) {
  (void)out_value;
  if (wait_ms((uint64_t)(uintptr_t)ms)) note("1");
  asy_status status = asy_await(asy_sleep(loop, ASY_SECOND), NULL, out_error);
  if (status) note("2");
  return status;
}

/* COMB-28 */
static void test_a_cancel_from_outside_is_forwarded_every_time(void **state) {
  const plan_entry entries[] = {{twice, 1000}, {twice, 1000}};
  asy_future *all = race_of(entries, 2, 0);
  uint64_t before = asy_loop_time(loop);
  (void)state;
  settle();
  for (int i = 0; i < 2; ++i) {
    assert_int_equal(1, asy_future_cancel(all, i ? "two" : "one"));
    assert_int_equal(0, asy_future_is_done(all));
    settle();
  }
  assert_int_equal(ASY_E_CANCELLED, finish(asy_future_ref(all)));
  assert_int_equal(before, asy_loop_time(loop));
  assert_string_equal("two", asy_error_message(asy_future_error(all)));
  assert_string_equal("1122", trail);
  assert_int_equal(1, freed);
  asy_future_unref(all);
}

/* COMB-28 COMB-07: also once there is a winner, whose value is dropped then */
static void test_a_cancel_while_the_losers_clean_up_ends_it_cancelled(void **state) {
  const plan_entry entries[] = {{twice, 1000}, {sleeper, 1}};
  asy_future *all = race_of(entries, 2, 0);
  (void)state;
  finish(asy_sleep(loop, 5 * ASY_MILLISECOND));
  assert_string_equal("1", trail);
  assert_int_equal(1, asy_future_cancel(all, NULL));
  assert_int_equal(ASY_E_CANCELLED, finish(all));
  assert_string_equal("12", trail);
}

/* COMB-28 TASK-12: by way of others, that is: it would wait for itself for ever */
static void test_an_attempt_that_waits_for_its_race_is_left_by_a_cancel(void **state) {
  asy_future *all = race(2, 0);
  (void)state;
  plan[0] = asy_wait_for(loop, asy_future_ref(all), ASY_FOREVER);
  plan[1] = asy_gather(loop, (asy_future *[]){asy_sleep(loop, ASY_FOREVER), asy_future_ref(all)}, 2, 0);
  settle();
  assert_int_equal(1, asy_future_cancel(all, NULL));
  assert_int_equal(ASY_E_CANCELLED, finish(all));
}

/* COMB-28: before the first, while one is being made, between two, and a timer that is not needed any more */
static void test_a_cancel_stops_further_attempts(void **state) {
  const plan_entry entries[] = {{sleeper, 100}, {sleeper, 100}};
  asy_future *all = race_of(entries, 2, 0);
  (void)state;
  assert_int_equal(1, asy_future_cancel(all, NULL));
  assert_int_equal(ASY_E_CANCELLED, finish(all));
  settle();
  assert_int_equal(0, began);
  race_to_cancel = all = race(2, 0);
  plan[0] = spawn(sleeper, MS(50));
  assert_int_equal(ASY_E_CANCELLED, finish(asy_future_ref(all)));
  assert_int_equal(1, began);
  assert_string_equal("in a start", asy_error_message(asy_future_error(all)));
  asy_future_unref(all);
  all = race_of(entries, 2, 20);
  settle();
  asy_future_cancel(all, NULL);
  assert_int_equal(ASY_E_CANCELLED, finish(all));
  assert_int_equal(2, began);
  assert_int_equal(3, freed);
  assert_int_equal(0, asy_loop_task_count(loop));
}

/* COMB-28 FUT-08: an attempt that others wait for is left to them */
static void test_a_loser_that_others_wait_for_goes_on(void **state) {
  asy_task *shared = spawn(sleeper, MS(50)), *other = spawn(waiter, shared);
  asy_future *all = race(2, 0);
  plan[0] = asy_future_ref(shared);
  plan[1] = spawn(sleeper, MS(10));
  (void)state;
  uint64_t before = asy_loop_time(loop);
  assert_int_equal(ASY_OK, finish(asy_future_ref(all)));
  assert_int_equal(before + 10 * ASY_MILLISECOND, asy_loop_time(loop));
  assert_int_equal(ASY_E_CANCELLED, error(all, 0));
  assert_int_equal(50, finish_int(other));
  asy_future_unref(shared);
  asy_future_unref(all);
}

/* LOOP-08 */
static void test_closing_the_loop_ends_it(void **state) {
  asy_future *all = race(2, ASY_SECOND), *unbegun = race(1, 0);
  plan[0] = asy_future_new(loop);
  (void)state;
  settle();
  assert_int_equal(ASY_E_GROUP, asy_future_status(unbegun));
  asy_loop_close(loop);
  assert_int_equal(ASY_E_CLOSED, asy_future_status(all));
  assert_int_equal(2, freed);
  asy_future_unref(all);
  asy_future_unref(unbegun);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      RACE_TEST(test_the_first_to_succeed_wins_and_the_losers_are_cancelled),
      RACE_TEST(test_the_losers_cleanup_is_awaited),
      RACE_TEST(test_the_next_begins_after_the_delay_or_when_the_latest_fails),
      RACE_TEST(test_an_earlier_failure_does_not_hasten_the_next),
      RACE_TEST(test_without_a_delay_they_follow_each_other),
      RACE_TEST(test_when_all_fail_the_error_is_a_group_of_theirs),
      RACE_TEST(test_of_two_winners_in_one_turn_the_first_is_kept),
      RACE_TEST(test_futures_that_are_done_at_the_start_count_at_once),
      RACE_TEST(test_what_cannot_be_waited_for_is_a_failed_attempt),
      RACE_TEST(test_bad_arguments_are_refused_and_consumed),
      RACE_TEST(test_a_cancel_from_outside_is_forwarded_every_time),
      RACE_TEST(test_a_cancel_while_the_losers_clean_up_ends_it_cancelled),
      RACE_TEST(test_an_attempt_that_waits_for_its_race_is_left_by_a_cancel),
      RACE_TEST(test_a_cancel_stops_further_attempts),
      RACE_TEST(test_a_loser_that_others_wait_for_goes_on),
      RACE_TEST(test_closing_the_loop_ends_it),
  };
  return asy_test_main(argc, argv, "race", tests);
}
