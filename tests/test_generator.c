/* Generators: handing items over, one operation at a time, to the end. */
#include "asy_generator_test.h"

/* AGEN-01: items come in order, then the end, and ever after. AGEN-02 */
static void test_items_come_in_order_and_the_end_stays(void **state) {
  asy_generator *numbers = generate(count_to, MS(3));
  (void)state;
  assert_string_equal("", trail); /* it began with nothing */
  for (int64_t i = 1; i <= 3; ++i) assert_int_equal(i, next_int(numbers));
  assert_int_equal(0, freed);
  for (int i = 0; i < 3; ++i) assert_int_equal(ASY_E_END, next_status(numbers));
  assert_string_equal("(done)", trail);
  assert_int_equal(1, freed); /* with the end, not with the handle */
  asy_generator_unref(numbers);
}

/* AGEN-01: the idiom of a C function, from task to task */
static void test_a_task_iterates_over_anothers_items(void **state) {
  asy_generator *numbers = generate(count_to, MS(100));
  (void)state;
  assert_int_equal(5050, finish_int(spawn(adds_up, numbers)));
  asy_generator_unref(numbers);
}

static asy_status fails_at_two(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)data;
  if (yield_int(1)) return ASY_E_INTERNAL;
  *out_error = boom();
  return ASY_E_FOREIGN;
}

/* AGEN-01: an error propagates, and ends it */
static void test_an_error_ends_the_iteration(void **state) {
  asy_generator *numbers = generate(fails_at_two, NULL);
  (void)state;
  assert_int_equal(1, next_int(numbers));
  asy_future *next = asy_generator_next(numbers);
  assert_int_equal(ASY_E_FOREIGN, finish(asy_future_ref(next)));
  assert_string_equal("boom", asy_error_message(asy_future_error(next)));
  asy_future_unref(next);
  assert_int_equal(ASY_E_END, next_status(numbers));
  assert_int_equal(ASY_OK, close_it(numbers));
  asy_generator_unref(numbers);
}

static asy_status gives_a_value(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_error, (void)data;
  return asy_value_set_string(out_value, "too long for its place", 22);
}

/* AGEN-02: a value at the end is refused */
static void test_a_function_that_gives_a_value_at_its_end_is_told(void **state) {
  asy_generator *generator = generate(gives_a_value, NULL);
  (void)state;
  assert_int_equal(ASY_E_INVALID, next_status(generator));
  assert_int_equal(ASY_E_END, next_status(generator));
  asy_generator_unref(generator);
}

/* Hands over what it was sent, doubled; an error that is thrown in becomes -1. */
static asy_status doubles(asy_value *out_value, asy_error **out_error, void *data) {
  asy_value item = {0}, sent;
  (void)out_value, (void)data;
  for (;;) {
    asy_status status = asy_yield(&item, &sent, out_error);
    if (status == ASY_E_END) return status;
    if (status) asy_error_unref(*out_error);
    asy_value_set_int(&item, status ? -1 : 2 * asy_value_int(&sent));
    asy_value_clear(&sent);
  }
}

static asy_future *send_int(asy_generator *generator, int64_t number) {
  asy_value value;
  asy_value_set_int(&value, number);
  return asy_generator_send(generator, &value);
}

/* AGEN-02: asend and athrow */
static void test_values_and_errors_are_sent_to_the_yield(void **state) {
  asy_generator *generator = generate(doubles, NULL);
  (void)state;
  assert_int_equal(ASY_E_STATE, finish(send_int(generator, 1))); /* nobody waits for it yet */
  assert_int_equal(ASY_OK, finish(asy_generator_send(generator, NULL)));
  assert_int_equal(42, finish_int(send_int(generator, 21)));
  assert_int_equal(-1, finish_int(asy_generator_throw(generator, boom())));
  assert_int_equal(8, finish_int(send_int(generator, 4)));
  assert_int_equal(ASY_OK, close_it(generator));
  assert_int_equal(ASY_E_END, finish(send_int(generator, 1)));
  assert_int_equal(ASY_E_END, finish(asy_generator_throw(generator, boom())));
  asy_generator_unref(generator);
}

/* AGEN-02 */
static void test_an_error_thrown_before_the_start_ends_it_unentered(void **state) {
  asy_generator *numbers = generate(count_to, MS(3));
  (void)state;
  assert_int_equal(ASY_E_FOREIGN, finish(asy_generator_throw(numbers, boom())));
  assert_int_equal(1, freed);
  assert_int_equal(ASY_E_END, next_status(numbers));
  assert_string_equal("", trail);
  asy_generator_unref(numbers);
}

/* AGEN-03 */
static void test_a_second_operation_meanwhile_is_refused(void **state) {
  asy_generator *numbers = generate(count_to, MS(3));
  asy_future *first = asy_generator_next(numbers);
  (void)state;
  for (int i = 0; i < 2; ++i) {
    assert_int_equal(ASY_E_BUSY, finish(asy_generator_next(numbers)));
    assert_int_equal(ASY_E_BUSY, finish(asy_generator_close(numbers)));
    assert_int_equal(ASY_E_BUSY, finish(asy_generator_throw(numbers, boom())));
    settle(); /* it waits for the clock now */
  }
  assert_int_equal(1, finish_int(first));
  assert_int_equal(2, next_int(numbers));
  assert_int_equal(ASY_OK, close_it(numbers));
  asy_generator_unref(numbers);
}

/* AGEN-02: an item whose next nobody holds any more is the next one's */
static void test_an_item_that_nobody_waited_for_is_kept(void **state) {
  asy_generator *numbers = generate(count_to, MS(3));
  (void)state;
  asy_future_unref(asy_generator_next(numbers));
  finish(asy_sleep(loop, 5 * ASY_MILLISECOND));
  assert_int_equal(ASY_E_STATE, finish(send_int(numbers, 1)));
  assert_int_equal(1, next_int(numbers));
  assert_int_equal(2, next_int(numbers));
  asy_future_unref(asy_generator_next(numbers));
  finish(asy_sleep(loop, 5 * ASY_MILLISECOND));
  assert_int_equal(ASY_OK, close_it(numbers)); /* which drops the kept one */
  assert_string_equal("(closed)", trail);
  asy_generator_unref(numbers);
}

static asy_status yields_in_a_timeout(asy_value *out_value, asy_error **out_error, void *data) {
  asy_timeout *timeout;
  asy_group *group;
  (void)out_value, (void)out_error, (void)data;
  if (asy_timeout_enter(loop, NULL, ASY_SECOND, &timeout)) return ASY_E_INTERNAL;
  if (asy_task_scope_depth(asy_task_current(loop)) == 1) note("1");
  if (yield_int(1) == ASY_E_STATE) note("t");
  if (asy_group_new(loop, NULL, &group)) return ASY_E_INTERNAL;
  if (asy_task_scope_depth(asy_task_current(loop)) == 2) note("2");
  asy_timeout_exit(timeout, NULL, NULL);
  if (yield_int(2) == ASY_E_STATE) note("g");
  if (asy_await(asy_group_exit(group, NULL), NULL, NULL)) return ASY_E_INTERNAL;
  if (asy_task_scope_depth(asy_task_current(loop)) == 0) note("0");
  return yield_int(3);
}

/* AGEN-10 */
static void test_a_yield_inside_an_open_scope_is_refused(void **state) {
  asy_generator *generator = generate(yields_in_a_timeout, NULL);
  (void)state;
  assert_int_equal(3, next_int(generator));
  assert_string_equal("1t2g0", trail);
  assert_int_equal(ASY_OK, close_it(generator));
  asy_generator_unref(generator);
}

static asy_status yields_nowhere(asy_value *out_value, asy_error **out_error, void *data) {
  asy_value value;
  asy_value_set_pointer(&value, data, count_free);
  (void)out_value;
  asy_status status = asy_yield(&value, NULL, out_error);
  return freed == 1 ? status : ASY_E_INTERNAL;
}

/* AGEN-02: outside a generator, and the value is gone all the same */
static void test_a_yield_outside_a_generator_is_refused(void **state) {
  asy_value value;
  (void)state;
  asy_value_set_pointer(&value, loop, count_free);
  assert_int_equal(ASY_E_STATE, asy_yield(&value, NULL, NULL));
  assert_int_equal(1, freed);
  freed = 0;
  asy_future *task = spawn(yields_nowhere, loop);
  assert_int_equal(ASY_E_STATE, (finish(asy_future_ref(task)), asy_error_code(asy_future_error(task))));
  asy_future_unref(task);
}

/* AGEN-01: an end that is passed on is an end */
static void test_generators_nest_and_pass_the_end_on(void **state) {
  asy_generator *inner = generate(count_to, MS(2)), *outer = generate(flattens, inner);
  (void)state;
  assert_int_equal(1, next_int(outer));
  assert_int_equal(2, next_int(outer));
  assert_int_equal(ASY_E_END, next_status(outer));
  asy_generator_unref(outer);
  asy_generator_unref(inner);
}

/* AGEN-01: a generator is a value that every language can iterate over */
static void test_a_generator_travels_as_a_value(void **state) {
  asy_generator *numbers = generate(count_to, MS(1));
  asy_value value, copy;
  (void)state;
  asy_value_set_object(&value, asy_generator_ref(numbers), asy_generator_type());
  asy_generator_unref(numbers);
  asy_value_copy(&value, &copy);
  asy_value_clear(&value);
  assert_ptr_equal(asy_generator_type(), copy.type);
  assert_int_equal(1, next_int(copy.data));
  assert_int_equal(ASY_E_END, next_status(copy.data));
  asy_value_clear(&copy);
}

/* AGEN-02: bad calls */
static void test_calls_without_a_generator_answer(void **state) {
  asy_generator *none;
  (void)state;
  assert_int_equal(ASY_E_INVALID, asy_future_status(asy_generator_next(NULL)));
  assert_int_equal(ASY_E_INVALID, asy_future_status(asy_generator_send(NULL, NULL)));
  assert_int_equal(ASY_E_INVALID, asy_future_status(asy_generator_throw(NULL, boom())));
  assert_int_equal(ASY_E_INVALID, asy_future_status(asy_generator_close(NULL)));
  assert_int_equal(ASY_E_INVALID, asy_generator_spawn(loop, NULL, NULL, count_free, NULL, &none));
  assert_int_equal(ASY_E_INVALID, asy_generator_spawn(NULL, count_to, NULL, count_free, NULL, &none));
  assert_int_equal(ASY_E_INVALID, asy_generator_spawn(loop, count_to, NULL, count_free, NULL, NULL));
  assert_int_equal(3, freed);
  assert_null(none);
  asy_generator_unref(NULL);
  assert_int_equal(0, asy_task_scope_depth(NULL));
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      TASK_TEST(test_items_come_in_order_and_the_end_stays),
      TASK_TEST(test_a_task_iterates_over_anothers_items),
      TASK_TEST(test_an_error_ends_the_iteration),
      TASK_TEST(test_a_function_that_gives_a_value_at_its_end_is_told),
      TASK_TEST(test_values_and_errors_are_sent_to_the_yield),
      TASK_TEST(test_an_error_thrown_before_the_start_ends_it_unentered),
      TASK_TEST(test_a_second_operation_meanwhile_is_refused),
      TASK_TEST(test_an_item_that_nobody_waited_for_is_kept),
      TASK_TEST(test_a_yield_inside_an_open_scope_is_refused),
      TASK_TEST(test_a_yield_outside_a_generator_is_refused),
      TASK_TEST(test_generators_nest_and_pass_the_end_on),
      TASK_TEST(test_a_generator_travels_as_a_value),
      TASK_TEST(test_calls_without_a_generator_answer),
  };
  return asy_test_main(argc, argv, "generator", tests);
}
