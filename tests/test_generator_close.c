/* Generators: every way to their end but the last item. */
#include "asy_generator_test.h"

/* AGEN-04: at the yield, with what it cleans up awaited; twice is fine */
static void test_close_ends_it_at_the_yield_and_awaits_its_cleaning(void **state) {
  asy_generator *numbers = generate(count_to, MS(3));
  (void)state;
  assert_int_equal(1, next_int(numbers));
  uint64_t before = asy_loop_time(loop);
  assert_int_equal(ASY_OK, close_it(numbers));
  assert_int_equal(ASY_MILLISECOND, asy_loop_time(loop) - before);
  assert_string_equal("(closed)", trail);
  assert_int_equal(1, freed);
  assert_int_equal(ASY_OK, close_it(numbers));
  assert_int_equal(ASY_E_END, next_status(numbers));
  asy_generator_unref(numbers);
}

/* AGEN-04: closing one that never started, or has finished, runs nothing */
static void test_closing_what_does_not_run_does_nothing(void **state) {
  asy_generator *unstarted = generate(count_to, MS(3)), *finished = generate(count_to, MS(0));
  (void)state;
  assert_int_equal(ASY_OK, close_it(unstarted));
  assert_string_equal("", trail);
  assert_int_equal(1, freed);
  assert_int_equal(ASY_E_END, next_status(unstarted));
  assert_int_equal(ASY_E_END, next_status(finished));
  assert_int_equal(ASY_OK, close_it(finished));
  assert_string_equal("(done)", trail);
  asy_generator_unref(unstarted);
  asy_generator_unref(finished);
}

/* Goes on after it was closed. */
static asy_status insists(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error, (void)data;
  while (yield_int(1) != ASY_E_END) {}
  return yield_int(2) == ASY_E_STATE ? ASY_OK : ASY_E_INTERNAL;
}
static asy_status fails_to_clean_up(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)data;
  while (yield_int(1) != ASY_E_END) {}
  *out_error = boom();
  return ASY_E_FOREIGN;
}

/* AGEN-04: yielding again is an error, of the yield and of the close */
static void test_an_item_after_the_close_is_refused_and_told(void **state) {
  asy_generator *generator = generate(insists, NULL);
  (void)state;
  assert_int_equal(1, next_int(generator));
  assert_int_equal(ASY_E_STATE, close_it(generator));
  assert_int_equal(ASY_E_END, next_status(generator));
  asy_generator_unref(generator);
}

/* AGEN-04 */
static void test_an_error_of_the_cleaning_is_the_closes(void **state) {
  asy_generator *generator = generate(fails_to_clean_up, NULL);
  (void)state;
  assert_int_equal(1, next_int(generator));
  assert_int_equal(ASY_E_FOREIGN, close_it(generator));
  assert_int_equal(ASY_OK, close_it(generator));
  asy_generator_unref(generator);
}

/* AGEN-09: a close that is cancelled cancels the cleaning's await */
static void test_a_cancelled_close_reaches_the_cleaning(void **state) {
  asy_generator *numbers = generate(count_to, MS(3));
  (void)state;
  assert_int_equal(1, next_int(numbers));
  asy_future *close = asy_generator_close(numbers);
  settle();
  assert_int_equal(ASY_E_BUSY, close_it(numbers)); /* AGEN-03 */
  assert_int_equal(1, asy_future_cancel(close, NULL));
  assert_int_equal(ASY_OK, finish(close)); /* it handled it */
  assert_string_equal("(closed!)", trail);
  asy_generator_unref(numbers);
}

/* AGEN-05: on a later turn, in a task of its own; nobody is told */
static void test_one_that_is_let_go_is_closed_by_the_loop(void **state) {
  asy_generator *numbers = generate(count_to, MS(3));
  (void)state;
  assert_int_equal(1, next_int(numbers));
  asy_generator_unref(numbers);
  assert_string_equal("(", trail); /* not at once */
  settle();
  assert_string_equal("(closed", trail);
  assert_int_equal(1, asy_loop_task_count(loop));
  finish(asy_sleep(loop, 2 * ASY_MILLISECOND));
  assert_string_equal("(closed)", trail);
  assert_int_equal(1, freed);
}

/* AGEN-05: before it started, there is nothing to clean up */
static void test_one_that_never_started_is_only_destroyed(void **state) {
  (void)state;
  asy_generator_unref(generate(count_to, MS(3)));
  assert_int_equal(1, freed);
  settle();
  assert_string_equal("", trail);
}

/* AGEN-05: an error nobody waits for is reported, with the name */
static void test_an_abandoned_one_that_fails_is_reported(void **state) {
  asy_generator *generator = generate(fails_to_clean_up, NULL);
  (void)state;
  assert_int_equal(1, next_int(generator));
  drop(generator);
  assert_int_equal(1, asy_test_reports());
  assert_int_equal(ASY_E_FOREIGN, asy_reports.last);
  assert_non_null(strstr(asy_reports.what, "numbers"));
}

/* AGEN-05: a handle that goes while an item is on its way; the operation holds the generator */
static void test_letting_go_with_a_next_under_way_closes_it_after_that(void **state) {
  asy_generator *numbers = generate(count_to, MS(3));
  asy_future *next = asy_generator_next(numbers);
  (void)state;
  asy_generator_unref(numbers);
  assert_int_equal(1, finish_int(next));
  finish(asy_sleep(loop, 2 * ASY_MILLISECOND));
  assert_string_equal("(closed)", trail);
}

static asy_status takes_one(asy_value *out_value, asy_error **out_error, void *numbers) {
  asy_status status = asy_await(asy_generator_next(numbers), out_value, out_error);
  asy_generator_unref(numbers); /* on a small stack */
  return status;
}

/* AGEN-05 */
static void test_a_task_that_lets_go_leaves_the_closing_to_the_loop(void **state) {
  asy_generator *numbers = generate(count_to, MS(3));
  (void)state;
  assert_int_equal(1, finish_int(spawn(takes_one, numbers)));
  finish(asy_sleep(loop, 2 * ASY_MILLISECOND));
  assert_string_equal("(closed)", trail);
}

/* AGEN-06: whoever closes on every path awaits the cleaning in its own task */
static asy_status always_closes(asy_value *out_value, asy_error **out_error, void *numbers) {
  asy_status status = asy_await(asy_generator_next(numbers), out_value, NULL);
  if (!status) status = asy_await(asy_sleep(loop, ASY_SECOND), NULL, out_error); /* cancelled here */
  if (asy_await(asy_generator_close(numbers), NULL, NULL)) note("?");
  note(".");
  return status;
}
static void test_closing_on_a_cancelled_path_runs_before_the_task_ends(void **state) {
  asy_generator *numbers = generate(count_to, MS(3));
  asy_task *task = spawn(always_closes, numbers);
  (void)state;
  finish(asy_sleep(loop, 10 * ASY_MILLISECOND));
  asy_future_cancel(task, NULL);
  assert_int_equal(ASY_E_CANCELLED, finish(task));
  assert_string_equal("(closed).", trail);
  asy_generator_unref(numbers);
}

/* What the list tells of the generator at `index`. */
static asy_status told(asy_future *all, size_t index) {
  const asy_value *item = asy_value_item(asy_future_value(all), index);
  return asy_value_kind(item) == ASY_VALUE_ERROR ? asy_error_code(asy_value_error(item)) : ASY_OK;
}

/* AGEN-07: at once, each failure with its generator's name, also one that is in use */
static void test_all_live_ones_are_closed_together(void **state) {
  asy_generator *a = generate(count_to, MS(3)), *b = generate_with(fails_to_clean_up, NULL, NULL, "bad"),
                *c = generate(count_to, MS(3)), *busy = generate_with(count_to, MS(3), NULL, "busy"),
                *unstarted = generate(count_to, MS(3));
  (void)state;
  assert_int_equal(1, next_int(a) * next_int(b) * next_int(c));
  asy_future *next = asy_generator_next(busy), *all = asy_loop_close_generators(loop);
  assert_int_equal(1, asy_test_reports());
  assert_non_null(strstr(asy_reports.what, "busy"));
  uint64_t before = asy_loop_time(loop);
  assert_int_equal(ASY_OK, finish(asy_future_ref(all)));
  assert_int_equal(ASY_MILLISECOND, asy_loop_time(loop) - before); /* not one after the other */
  assert_int_equal(1, asy_test_reports());
  assert_int_equal(ASY_E_FOREIGN, asy_reports.last);
  assert_non_null(strstr(asy_reports.what, "bad"));
  assert_int_equal(4, asy_value_count(asy_future_value(all)));
  assert_int_equal(ASY_OK, told(all, 0));
  assert_int_equal(ASY_E_FOREIGN, told(all, 1));
  assert_int_equal(ASY_E_BUSY, told(all, 3));
  asy_future_unref(all);
  assert_int_equal(ASY_E_END, next_status(a));
  assert_int_equal(1, finish_int(next));
  assert_int_equal(ASY_OK, close_it(busy));
  asy_generator *const every[] = {a, b, c, busy, unstarted};
  for (size_t i = 0; i < 5; ++i) asy_generator_unref(every[i]);
}

/* AGEN-07: also those that are being closed already, whoever did it */
static void test_closing_all_waits_for_those_that_are_closing(void **state) {
  asy_generator *abandoned = generate(count_to, MS(3)), *closing = generate(count_to, MS(3));
  (void)state;
  assert_int_equal(1, next_int(abandoned) * next_int(closing));
  drop(abandoned);
  asy_future *close = asy_generator_close(closing);
  assert_int_equal(ASY_OK, finish(asy_loop_close_generators(loop)));
  assert_int_equal(2, freed);
  assert_int_equal(ASY_OK, finish(close));
  asy_generator_unref(closing);
  assert_int_equal(ASY_OK, finish(asy_loop_close_generators(loop))); /* none */
}

/* AGEN-07: a straggler runs, and is told of. AGEN-08: the loop learns of one when it starts. DBG-09 */
static void test_one_that_starts_afterwards_is_reported(void **state) {
  asy_generator *late = generate(count_to, MS(1));
  (void)state;
  assert_int_equal(ASY_OK, finish(asy_loop_close_generators(loop)));
  assert_int_equal(0, asy_test_reports());
  assert_int_equal(1, next_int(late));
  assert_int_equal(1, asy_test_reports());
  assert_non_null(strstr(asy_reports.what, "numbers"));
  assert_int_equal(ASY_E_END, next_status(late));
  asy_generator_unref(late);
}

/* AGEN-05: a loop that closes runs no await any more. DBG-09: and says so */
static void test_closing_the_loop_destroys_without_awaiting(void **state) {
  asy_generator *suspended = generate(count_to, MS(3)), *busy = generate(count_to, MS(3)),
                *unstarted = generate(count_to, MS(3)), *abandoned = generate(count_to, MS(3));
  asy_future *next;
  (void)state;
  assert_int_equal(1, next_int(suspended) * next_int(abandoned));
  next = asy_generator_next(busy);
  asy_test_turn(loop);
  asy_generator_unref(abandoned);
  trail[0] = 0;
  assert_int_equal(ASY_OK, asy_loop_close(loop));
  assert_int_equal(4, freed);
  assert_string_equal("failed!)failed!)failed!)", trail); /* their own frames were unwound */
  assert_int_equal(4, asy_test_reports());                /* three generators, and the task of the one in use */
  assert_int_equal(ASY_E_CLOSED, asy_future_status(next));
  assert_int_equal(ASY_E_CLOSED, asy_future_status(asy_generator_next(suspended)));
  asy_future_unref(next);
  asy_generator_unref(suspended);
  asy_generator_unref(busy);
  asy_generator_unref(unstarted);
}

static asy_status yields_for_ever(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error, (void)data;
  for (;;) yield_int(1);
  return ASY_OK;
}

/* AGEN-04 */
static void test_a_body_that_never_ends_does_not_hang_the_loops_end(void **state) {
  asy_generator *generator = generate(yields_for_ever, NULL);
  (void)state;
  assert_int_equal(1, next_int(generator));
  assert_int_equal(ASY_OK, asy_loop_close(loop));
  assert_int_equal(2, asy_test_reports());
  asy_generator_unref(generator);
}

static asy_status gives_its_task(asy_value *out_value, asy_error **out_error, void *out_task) {
  (void)out_value, (void)out_error;
  *(asy_task **)out_task = asy_future_ref(asy_task_current(loop));
  asy_status status = yield_int(1);
  note(status ? "?" : "y");
  status = wait_ms(1);
  note(status == ASY_E_CANCELLED ? "c" : "?");
  return status;
}

/* AGEN-09: between two items there is nothing to cancel: who asks all the same is heard at the next await */
static void test_a_cancel_of_the_suspended_body_waits_for_its_next_await(void **state) {
  asy_task *body;
  asy_generator *generator = generate(gives_its_task, &body);
  (void)state;
  assert_int_equal(1, next_int(generator));
  assert_int_equal(0, asy_loop_task_count(loop));
  assert_int_equal(1, asy_task_cancel(body, NULL));
  settle();
  assert_string_equal("", trail);
  assert_int_equal(ASY_E_CANCELLED, next_status(generator));
  assert_string_equal("yc", trail);
  asy_future_unref(body);
  asy_generator_unref(generator);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      TASK_TEST(test_close_ends_it_at_the_yield_and_awaits_its_cleaning),
      TASK_TEST(test_closing_what_does_not_run_does_nothing),
      TASK_TEST(test_an_item_after_the_close_is_refused_and_told),
      TASK_TEST(test_an_error_of_the_cleaning_is_the_closes),
      TASK_TEST(test_a_cancelled_close_reaches_the_cleaning),
      TASK_TEST(test_one_that_is_let_go_is_closed_by_the_loop),
      TASK_TEST(test_one_that_never_started_is_only_destroyed),
      TASK_TEST(test_an_abandoned_one_that_fails_is_reported),
      TASK_TEST(test_letting_go_with_a_next_under_way_closes_it_after_that),
      TASK_TEST(test_a_task_that_lets_go_leaves_the_closing_to_the_loop),
      TASK_TEST(test_closing_on_a_cancelled_path_runs_before_the_task_ends),
      TASK_TEST(test_all_live_ones_are_closed_together),
      TASK_TEST(test_closing_all_waits_for_those_that_are_closing),
      TASK_TEST(test_one_that_starts_afterwards_is_reported),
      TASK_TEST(test_closing_the_loop_destroys_without_awaiting),
      TASK_TEST(test_a_body_that_never_ends_does_not_hang_the_loops_end),
      TASK_TEST(test_a_cancel_of_the_suspended_body_waits_for_its_next_await),
  };
  return asy_test_main(argc, argv, "generator_close", tests);
}
