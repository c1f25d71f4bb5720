/* Generators over a language's own iterator: what it is asked, and when. */
#include "asy_generator_test.h"

/* Gives `left` numbers, each after a millisecond; writes what happens to it into the trail. */
typedef struct {
  int64_t left, given;
  asy_future *step; /* given instead of a sleep; its end is the next step's */
  int destroyed;
  asy_generator *whole;
} source;

static asy_status answer(asy_value *out_value, asy_error **out_error, void *self) {
  source *s = self;
  asy_status status = wait_ms(1);
  (void)out_error;
  if (status) return status;
  if (!s->left--) return ASY_E_END;
  asy_value_set_int(out_value, ++s->given);
  return ASY_OK;
}
static asy_future *next(void *self, const asy_value *sent, asy_error *thrown) {
  source *s = self;
  asy_future *step = s->step;
  if (thrown) {
    asy_future *failed = asy_future_new(loop);
    note("t");
    asy_future_set_error(failed, asy_error_ref(thrown));
    return failed;
  }
  if (asy_value_int(sent)) note("s");
  s->step = NULL;
  return step ? step : spawn(answer, s);
}
static asy_status clean_up(asy_value *out_value, asy_error **out_error, void *self) {
  (void)out_value, (void)out_error, (void)self;
  asy_status status = wait_ms(1);
  note(status ? "!" : "closed");
  return status;
}
static asy_future *close_source(void *self) { return spawn(clean_up, self); }
static void destroy(void *self) { ++((source *)self)->destroyed; }
static void describe(void *self, asy_line_cb on_line, void *user_data) {
  on_line(((source *)self)->given ? "has given" : "has not given", user_data);
}
static const asy_iterator counting = {sizeof counting, next, close_source, destroy, describe, "test"};
static const asy_iterator simple = {sizeof simple, next, NULL, destroy, NULL, NULL};

static asy_generator *over(source *s, const asy_iterator *type) {
  asy_generator *made;
  assert_int_equal(ASY_OK, asy_generator_new(loop, type, s, &made));
  return s->whole = made;
}

/* AGEN-01, AGEN-02 */
static void test_an_iterators_items_come_to_their_end(void **state) {
  source s = {.left = 2};
  asy_generator *numbers = over(&s, &counting);
  (void)state;
  assert_int_equal(1, next_int(numbers));
  assert_int_equal(2, next_int(numbers));
  assert_int_equal(ASY_E_END, next_status(numbers));
  assert_int_equal(1, s.destroyed);
  assert_int_equal(ASY_E_END, next_status(numbers));
  assert_int_equal(ASY_OK, close_it(numbers));
  assert_string_equal("", trail); /* one that has ended is not closed */
  asy_generator_unref(numbers);
}

/* AGEN-02 */
static void test_what_is_sent_and_thrown_reaches_the_iterator(void **state) {
  source s = {.left = 3};
  asy_generator *numbers = over(&s, &counting);
  asy_value value;
  (void)state;
  assert_int_equal(1, next_int(numbers));
  asy_value_set_int(&value, 5);
  assert_int_equal(2, finish_int(asy_generator_send(numbers, &value)));
  assert_int_equal(ASY_E_FOREIGN, finish(asy_generator_throw(numbers, boom())));
  assert_string_equal("st", trail);
  assert_int_equal(1, s.destroyed); /* an error ends it */
  assert_int_equal(ASY_E_END, next_status(numbers));
  asy_generator_unref(numbers);
}

/* AGEN-04 */
static void test_an_iterator_is_closed_once_and_then_destroyed(void **state) {
  source s = {.left = 3};
  asy_generator *numbers = over(&s, &counting);
  (void)state;
  assert_int_equal(1, next_int(numbers));
  assert_int_equal(ASY_OK, close_it(numbers));
  assert_string_equal("closed", trail);
  assert_int_equal(1, s.destroyed);
  assert_int_equal(ASY_OK, close_it(numbers));
  asy_generator_unref(numbers);
}

/* AGEN-04: without a close, it is over at once */
static void test_an_iterator_with_nothing_to_clean_up_is_destroyed_by_the_close(void **state) {
  source s = {.left = 3}, never = {0};
  asy_generator *numbers = over(&s, &simple), *unstarted = over(&never, &simple);
  (void)state;
  assert_int_equal(1, next_int(numbers));
  asy_future *closed = asy_generator_close(numbers);
  assert_int_equal(1, s.destroyed);
  assert_int_equal(ASY_OK, finish(closed));
  asy_generator_unref(numbers);
  asy_generator_unref(unstarted);
  assert_int_equal(1, never.destroyed);
}

/* AGEN-05 */
static void test_an_abandoned_iterator_is_closed_by_the_loop(void **state) {
  source s = {.left = 3};
  asy_generator *numbers = over(&s, &counting);
  (void)state;
  assert_int_equal(1, next_int(numbers));
  asy_generator_unref(numbers);
  assert_int_equal(0, s.destroyed);
  finish(asy_sleep(loop, 2 * ASY_MILLISECOND));
  assert_string_equal("closed", trail);
  assert_int_equal(1, s.destroyed);
}

/* AGEN-09 */
static void test_cancelling_a_next_cancels_the_iterators_step(void **state) {
  source s = {.left = 3};
  asy_generator *numbers = over(&s, &counting);
  asy_future *step = asy_generator_next(numbers);
  (void)state;
  settle();
  assert_int_equal(ASY_E_BUSY, next_status(numbers)); /* AGEN-03 */
  assert_int_equal(1, asy_future_cancel(step, NULL));
  assert_int_equal(ASY_E_CANCELLED, finish(step));
  assert_int_equal(1, s.destroyed);
  assert_int_equal(ASY_E_END, next_status(numbers));
  asy_generator_unref(numbers);
}

/* AGEN-01: a step that is done at once, one of another loop, none */
static void test_steps_of_every_kind_are_taken(void **state) {
  asy_loop *other;
  asy_value value;
  source s = {0};
  asy_generator *generator = over(&s, &simple);
  (void)state;
  s.step = asy_future_new(loop);
  asy_value_set_int(&value, 9);
  asy_future_set_result(s.step, &value);
  assert_int_equal(9, next_int(generator));
  assert_int_equal(ASY_OK, asy_loop_new(NULL, &other));
  s.step = asy_future_new(other);
  assert_int_equal(ASY_E_WRONG_LOOP, next_status(generator));
  asy_loop_close(other);
  asy_loop_unref(other);
  asy_generator_unref(generator);
}

static asy_future *asks_itself(void *self, const asy_value *sent, asy_error *thrown) {
  (void)sent, (void)thrown;
  return asy_generator_next(((source *)self)->whole);
}
static const asy_iterator circular = {sizeof circular, asks_itself, NULL, destroy, NULL, NULL};

/* AGEN-03: also from inside */
static void test_an_iterator_cannot_ask_itself(void **state) {
  source s = {0};
  asy_generator *generator = over(&s, &circular);
  (void)state;
  assert_int_equal(ASY_E_BUSY, next_status(generator));
  assert_int_equal(1, s.destroyed);
  asy_generator_unref(generator);
}

static asy_status iterates(asy_value *out_value, asy_error **out_error, void *numbers) {
  asy_value item;
  while (!asy_await(asy_generator_next(numbers), &item, NULL)) note("i");
  return asy_await(asy_generator_close(numbers), out_value, out_error);
}

/* AGEN-01: from a small stack; the iterator's code runs on the loop's */
static void test_a_c_function_iterates_over_a_languages_iterator(void **state) {
  source s = {.left = 3};
  asy_generator *numbers = over(&s, &counting);
  (void)state;
  assert_int_equal(ASY_OK, finish(spawn(iterates, numbers)));
  assert_string_equal("iii", trail);
  asy_generator_unref(numbers);
}

static void note_line(const char *line, void *user_data) { (void)user_data, note(line), note(";"); }

/* DBG-09: a generator has a name, and its code may say where it stands */
static void test_a_generator_is_described(void **state) {
  source s = {.left = 3};
  asy_generator *numbers = over(&s, &counting), *named = generate(count_to, MS(1));
  (void)state;
  assert_int_equal(ASY_OK, asy_generator_describe(named, note_line, NULL, count_free));
  assert_int_equal(ASY_E_INVALID, asy_generator_describe(NULL, note_line, NULL, count_free));
  assert_int_equal(2, freed);
  assert_string_equal("numbers;", trail);
  assert_int_equal(ASY_OK, asy_generator_describe(numbers, note_line, NULL, NULL));
  assert_non_null(strstr(trail, "test Generator-"));
  assert_non_null(strstr(trail, ";has not given;"));
  asy_generator_unref(named);
  asy_generator_unref(numbers);
}

/* AGEN-05: the loop closes: destroyed, not closed */
static void test_closing_the_loop_destroys_iterators(void **state) {
  source s = {.left = 3}, busy = {.left = 3}, never = {0};
  asy_generator *numbers = over(&s, &counting), *used = over(&busy, &counting), *unstarted = over(&never, &counting);
  (void)state;
  assert_int_equal(1, next_int(numbers));
  asy_future *step = asy_generator_next(used);
  asy_test_turn(loop);
  assert_int_equal(ASY_OK, asy_loop_close(loop));
  assert_int_equal(3, asy_test_reports()); /* two generators, the task of a step */
  assert_int_equal(3, s.destroyed + busy.destroyed + never.destroyed);
  assert_string_equal("", trail);
  assert_int_equal(ASY_E_CLOSED, asy_future_status(step));
  asy_future_unref(step);
  asy_generator_unref(numbers);
  asy_generator_unref(used);
  asy_generator_unref(unstarted);
}

/* AGEN-02 */
static void test_a_table_that_lacks_something_is_refused(void **state) {
  asy_iterator without = {sizeof without, NULL, NULL, destroy, NULL, NULL};
  source s = {0};
  asy_generator *none;
  (void)state;
  assert_int_equal(ASY_E_INVALID, asy_generator_new(loop, NULL, &s, &none));
  assert_int_equal(ASY_E_INVALID, asy_generator_new(loop, &without, &s, &none));
  assert_int_equal(1, s.destroyed); /* that much it can tell */
  assert_int_equal(ASY_E_INVALID, asy_generator_new(NULL, &simple, &s, &none));
  assert_int_equal(2, s.destroyed);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      TASK_TEST(test_an_iterators_items_come_to_their_end),
      TASK_TEST(test_what_is_sent_and_thrown_reaches_the_iterator),
      TASK_TEST(test_an_iterator_is_closed_once_and_then_destroyed),
      TASK_TEST(test_an_iterator_with_nothing_to_clean_up_is_destroyed_by_the_close),
      TASK_TEST(test_an_abandoned_iterator_is_closed_by_the_loop),
      TASK_TEST(test_cancelling_a_next_cancels_the_iterators_step),
      TASK_TEST(test_steps_of_every_kind_are_taken),
      TASK_TEST(test_an_iterator_cannot_ask_itself),
      TASK_TEST(test_a_c_function_iterates_over_a_languages_iterator),
      TASK_TEST(test_a_generator_is_described),
      TASK_TEST(test_closing_the_loop_destroys_iterators),
      TASK_TEST(test_a_table_that_lacks_something_is_refused),
  };
  return asy_test_main(argc, argv, "generator_iterator", tests);
}
