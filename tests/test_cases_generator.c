/* The hard case of asynchronous generators: 40 of cases/README.md. */
#include "asy_cases_test.h"

static int clean_up_fails;

/* 0, 1, 2 ... with a wait before each; its clean-up waits too. */
static asy_status numbers(asy_value *out_value, asy_error **out_error, void *data) {
  asy_status status = ASY_OK;
  (void)out_value, (void)data;
  for (int64_t i = 0; !status; ++i) {
    asy_value item;
    asy_value_set_int(&item, i);
    status = asy_await(asy_sleep(loop, 10), NULL, out_error);
    if (!status) status = asy_yield(&item, NULL, out_error);
  }
  wait_ms(1);
  note(status == ASY_E_END ? "u" : status == ASY_E_CANCELLED ? "c" : "?");
  if (status != ASY_E_END) return status;
  if (*out_error) asy_error_unref(*out_error);
  *out_error = clean_up_fails ? boom() : NULL;
  return clean_up_fails ? ASY_E_FOREIGN : ASY_OK;
}
static asy_generator *generate(asy_run_cb body) {
  asy_generator *generator = NULL;
  asy_generator_spawn(loop, body, NULL, count_free, NULL, &generator);
  return generator;
}

static int generator_setup(void **state) {
  clean_up_fails = 0;
  return asy_cases_setup(state);
}

/* Takes two items and breaks off: lets go, or closes. */
static asy_status consumer(asy_value *out_value, asy_error **out_error, void *closes) {
  asy_generator *generator = generate(numbers);
  asy_status status = ASY_OK;
  for (int i = 0; i < 2 && !status; ++i) status = asy_await(asy_generator_next(generator), out_value, out_error);
  if (closes && !status) status = asy_await(asy_generator_close(generator), NULL, out_error);
  note("b");
  asy_generator_unref(generator);
  return status;
}

/* case 40, AGEN-04 AGEN-05: let go of, the loop closes it later; closed, it has cleaned up there and then */
static void test_a_consumer_breaks_off(void **state) {
  (void)state;
  assert_int_equal(1, finish_int(spawn(consumer, NULL)));
  finish(asy_sleep(loop, ASY_SECOND));
  assert_string_equal("bu", trail);
  trail[0] = 0;
  assert_int_equal(1, finish_int(spawn(consumer, "closes")));
  assert_string_equal("ub", trail);
}

/* case 40, AGEN-09: a consumer that is cancelled inside a step cancels what the generator waits for */
static void test_a_consumer_is_cancelled_inside_a_step(void **state) {
  (void)state;
  asy_task *task = spawn(consumer, NULL);
  settle();
  asy_task_cancel(task, NULL);
  assert_int_equal(ASY_E_CANCELLED, finish(task));
  assert_string_equal("cb", trail);
}

/* case 40, AGEN-03: one step at a time, and no close during one; the step is unharmed */
static void test_a_step_and_a_close_during_a_step_are_refused(void **state) {
  asy_generator *generator = generate(numbers);
  (void)state;
  asy_future *step = asy_generator_next(generator);
  settle();
  assert_int_equal(ASY_E_BUSY, finish(asy_generator_next(generator)));
  assert_int_equal(ASY_E_BUSY, finish(asy_generator_close(generator)));
  assert_int_equal(0, finish_int(step));
  assert_int_equal(ASY_OK, finish(asy_generator_close(generator)));
  assert_string_equal("u", trail);
  asy_generator_unref(generator);
}

/* case 40, AGEN-05 AGEN-07: nobody waits for its end, which fails: told once, by the loop or by the closing of all */
static void test_a_failure_of_one_that_nobody_closes_is_told(void **state) {
  (void)state;
  clean_up_fails = 1;
  for (int survives = 0; survives < 2; ++survives) {
    asy_generator *generator = generate(numbers);
    assert_int_equal(0, finish_int(asy_generator_next(generator)));
    if (survives) assert_int_equal(ASY_OK, finish(asy_loop_close_generators(loop)));
    asy_generator_unref(generator);
    finish(asy_sleep(loop, ASY_SECOND));
    assert_int_equal(1, asy_test_reports());
  }
  assert_string_equal("uu", trail);
}

static asy_status yields_in_a_scope(asy_value *out_value, asy_error **out_error, void *data) {
  asy_timeout *timeout;
  (void)out_value, (void)out_error, (void)data;
  asy_timeout_enter(loop, NULL, ASY_SECOND, &timeout);
  note(asy_yield(NULL, NULL, NULL) == ASY_E_STATE ? "s" : "?");
  return asy_timeout_exit(timeout, NULL, out_error);
}

/* case 40, AGEN-10: a yield inside a scope would let it cancel somebody else's code */
static void test_a_yield_inside_a_scope_is_refused(void **state) {
  asy_generator *generator = generate(yields_in_a_scope);
  (void)state;
  assert_int_equal(ASY_E_END, finish(asy_generator_next(generator)));
  assert_string_equal("s", trail);
  asy_generator_unref(generator);
}

#define GENERATOR(f) ANY_ORDER_WITH(f, generator_setup, asy_test_teardown)
int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      GENERATOR(test_a_consumer_breaks_off),
      GENERATOR(test_a_consumer_is_cancelled_inside_a_step),
      GENERATOR(test_a_step_and_a_close_during_a_step_are_refused),
      GENERATOR(test_a_failure_of_one_that_nobody_closes_is_told),
      GENERATOR(test_a_yield_inside_a_scope_is_refused),
  };
  return asy_test_main(argc, argv, "cases: generator", tests);
}
