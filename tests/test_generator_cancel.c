/* Generators: a cancel goes to where they wait themselves. */
#include "asy_generator_test.h"

/* AGEN-09: cancelling a next cancels the wait inside, and what escapes ends it */
static void test_a_cancelled_next_reaches_the_inner_await(void **state) {
  asy_generator *numbers = generate(count_to, MS(3));
  (void)state;
  assert_int_equal(1, next_int(numbers));
  asy_task *consumer = spawn(adds_up, numbers);
  settle();
  assert_int_equal(1, asy_future_cancel(consumer, NULL));
  assert_int_equal(ASY_E_CANCELLED, finish(consumer));
  assert_string_equal("(cancelled)", trail); /* it cleaned up before the consumer went on */
  assert_int_equal(ASY_E_END, next_status(numbers));
  asy_generator_unref(numbers);
}

static asy_status goes_on_when_cancelled(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error, (void)data;
  yield_int(wait_ms(10) == ASY_E_CANCELLED ? 7 : 0);
  yield_int(8);
  return ASY_OK;
}

/* AGEN-09: one that handles the cancel goes on */
static void test_a_generator_that_handles_the_cancel_goes_on(void **state) {
  asy_generator *generator = generate(goes_on_when_cancelled, NULL);
  asy_future *next = asy_generator_next(generator);
  (void)state;
  settle();
  assert_int_equal(1, asy_future_cancel(next, NULL));
  assert_int_equal(7, finish_int(next));
  assert_int_equal(8, next_int(generator));
  assert_int_equal(ASY_E_END, next_status(generator));
  asy_generator_unref(generator);
}

static asy_status never_waits(asy_value *out_value, asy_error **out_error, void *data) {
  asy_status status = ASY_OK;
  (void)out_value, (void)out_error, (void)data;
  for (int64_t i = 1; !status; ++i) status = yield_int(i);
  note(status == ASY_E_CANCELLED ? "c" : status == ASY_E_END ? "e" : "?");
  return status;
}

/* AGEN-09: asked before the function went on, the cancel is raised at the yield, where it would suspend */
static void test_a_cancel_that_no_await_raised_is_raised_at_the_yield(void **state) {
  asy_generator *numbers = generate(never_waits, NULL);
  (void)state;
  assert_int_equal(1, next_int(numbers));
  asy_future *next = asy_generator_next(numbers);
  assert_int_equal(1, asy_future_cancel(next, NULL));
  assert_int_equal(ASY_E_CANCELLED, finish(next));
  assert_string_equal("c", trail);
  assert_int_equal(ASY_E_END, next_status(numbers));
  asy_generator_unref(numbers);
}

/* AGEN-09: a function that was not entered is not entered */
static void test_a_first_next_that_is_cancelled_at_once_enters_nothing(void **state) {
  asy_generator *numbers = generate(count_to, MS(3));
  asy_future *next = asy_generator_next(numbers);
  (void)state;
  assert_int_equal(1, asy_future_cancel(next, NULL));
  assert_int_equal(ASY_E_CANCELLED, finish(next));
  assert_string_equal("", trail);
  assert_int_equal(1, freed);
  assert_int_equal(ASY_E_END, next_status(numbers));
  asy_generator_unref(numbers);
}

static asy_status takes_one_and_waits(asy_value *out_value, asy_error **out_error, void *from) {
  asy_value item;
  (void)out_value, (void)out_error;
  if (!asy_await(asy_generator_next(from), &item, NULL) && asy_value_int(&item) == 1) note("1");
  if (wait_ms(1) == ASY_E_CANCELLED) note("c");
  return ASY_OK;
}
static void cancel_task(void *task) { asy_task_cancel(*(asy_task **)task, NULL); }
/* The cancel comes between the item and the turn of the task that waits for it. */
static asy_status has_its_consumer_cancelled(asy_value *out_value, asy_error **out_error, void *consumer) {
  (void)out_value, (void)out_error;
  asy_loop_call_soon(loop, cancel_task, consumer, NULL, NULL);
  return yield_int(1);
}

/* TASK-13: an item that was handed over before the cancel is delivered, the cancel waits for the next await */
static void test_an_item_on_its_way_is_not_lost_to_a_cancel(void **state) {
  asy_task *consumer;
  asy_generator *generator = generate(has_its_consumer_cancelled, &consumer);
  (void)state;
  consumer = spawn(takes_one_and_waits, generator);
  assert_int_equal(ASY_OK, finish(consumer));
  assert_string_equal("1c", trail);
  assert_int_equal(ASY_OK, close_it(generator));
  asy_generator_unref(generator);
}

/* AGEN-09: a cancel goes through all of them to the innermost await */
static void test_a_cancel_goes_through_nested_generators(void **state) {
  asy_generator *inner = generate(count_to, MS(2)), *outer = generate(flattens, inner);
  asy_task *consumer = spawn(adds_up, outer);
  (void)state;
  settle();
  asy_future_cancel(consumer, NULL);
  assert_int_equal(ASY_E_CANCELLED, finish(consumer));
  assert_string_equal("(cancelled)", trail);
  assert_int_equal(ASY_E_END, next_status(inner));
  assert_int_equal(ASY_E_END, next_status(outer));
  asy_generator_unref(outer);
  asy_generator_unref(inner);
}

/* Takes every item, a while for each, and closes on every path. */
static asy_status consumes(asy_value *out_value, asy_error **out_error, void *numbers) {
  asy_status status, closed;
  (void)out_value, (void)out_error;
  do {
    status = asy_await(asy_generator_next(numbers), NULL, NULL);
    if (!status) status = wait_ms(1);
  } while (!status);
  closed = asy_await(asy_generator_close(numbers), NULL, NULL);
  return status != ASY_E_END ? status : closed;
}

/* AGEN-09: wherever the cancel comes, what began has an end, and everything is given back */
static void test_a_cancel_at_every_turn_leaves_nothing_behind(void **state) {
  int cancelled = 0, turns = 0;
  (void)state;
  for (asy_status status = ASY_E_CANCELLED; status; ++turns) {
    asy_generator *numbers = generate(count_to, MS(2));
    asy_task *consumer = spawn(consumes, numbers);
    trail[0] = 0, freed = 0;
    for (int i = 0; i < turns; ++i) asy_loop_step(loop, ASY_MILLISECOND);
    int asked = asy_future_cancel(consumer, NULL);
    status = finish(consumer);
    if (!asked) assert_int_equal(ASY_OK, status);
    cancelled += status == ASY_E_CANCELLED;
    finish(asy_sleep(loop, 5 * ASY_MILLISECOND));
    assert_int_equal(ASY_E_END, *trail ? next_status(numbers) : ASY_E_END);
    assert_true(!*trail || strchr(trail, ')'));
    asy_generator_unref(numbers);
    assert_int_equal(1, freed);
    assert_int_equal(0, asy_loop_task_count(loop));
  }
  assert_true(cancelled > 4 && turns > cancelled);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      TASK_TEST(test_a_cancelled_next_reaches_the_inner_await),
      TASK_TEST(test_a_generator_that_handles_the_cancel_goes_on),
      TASK_TEST(test_a_cancel_that_no_await_raised_is_raised_at_the_yield),
      TASK_TEST(test_a_first_next_that_is_cancelled_at_once_enters_nothing),
      TASK_TEST(test_an_item_on_its_way_is_not_lost_to_a_cancel),
      TASK_TEST(test_a_cancel_goes_through_nested_generators),
      TASK_TEST(test_a_cancel_at_every_turn_leaves_nothing_behind),
  };
  return asy_test_main(argc, argv, "generator_cancel", tests);
}
