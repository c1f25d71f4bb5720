/* Generators: which context their code sees. */
#include "asy_context_test.h"
#include "asy_generator_test.h"

/* Hands over what it sees, and adds 100 to it. */
static asy_status sees_and_changes(asy_value *out_value, asy_error **out_error, void *data) {
  asy_status status = ASY_OK;
  (void)out_value, (void)out_error, (void)data;
  while (!status) {
    int64_t number = get();
    set(number + 100);
    if (number == 7 && wait_ms(1)) return ASY_E_INTERNAL; /* also across an await */
    status = yield_int(number);
  }
  seen[seen_count++] = get();
  return status;
}

static asy_generator *shared;
static asy_status iterates_with(asy_value *out_value, asy_error **out_error, void *number) {
  asy_status status = ASY_OK;
  (void)out_error;
  set((int64_t)(uintptr_t)number);
  for (int i = 0; i < 2 && !status; ++i) {
    status = asy_await(asy_generator_next(shared), out_value, NULL);
    seen[seen_count++] = asy_value_int(out_value);
    seen[seen_count++] = get();
  }
  return status;
}

/* CTX-05: the body sees and changes the iterating task's, whoever that is */
static void test_the_body_works_in_the_iterating_tasks_context(void **state) {
  (void)state;
  shared = generate(sees_and_changes, NULL);
  assert_int_equal(ASY_OK, finish(spawn(iterates_with, MS(7))));
  assert_int_equal(7, seen[0]);
  assert_int_equal(107, seen[1]);
  assert_int_equal(107, seen[2]);
  assert_int_equal(207, seen[3]);
  seen_count = 0;
  assert_int_equal(ASY_OK, finish(spawn(iterates_with, MS(1))));
  assert_int_equal(1, seen[0]);
  assert_int_equal(101, seen[1]);
  assert_int_equal(201, seen[3]);
  seen_count = 0;
  assert_int_equal(ASY_OK, close_it(shared)); /* outside a task: what it had */
  assert_int_equal(201, seen[0]);
  asy_generator_unref(shared);
  assert_int_equal(-1, get());
}

static asy_status closes_with(asy_value *out_value, asy_error **out_error, void *number) {
  set((int64_t)(uintptr_t)number);
  return asy_await(asy_generator_close(shared), out_value, out_error);
}

/* CTX-05, AGEN-06: cleaning up, too */
static void test_the_cleaning_works_in_the_context_of_who_closes(void **state) {
  (void)state;
  shared = generate(sees_and_changes, NULL);
  assert_int_equal(-1, next_int(shared)); /* outside a task, nothing is set */
  assert_int_equal(ASY_OK, finish(spawn(closes_with, MS(5))));
  assert_int_equal(5, seen[0]);
  asy_generator_unref(shared);
}

static asy_status stays_in_its_own(asy_value *out_value, asy_error **out_error, void *context) {
  asy_status status = asy_context_enter(context);
  (void)out_value, (void)out_error;
  while (!status) status = yield_int(get());
  seen[seen_count++] = asy_context_exit(context);
  return status;
}

/* CTX-05: a context that the body entered stays its own */
static void test_a_body_that_entered_a_context_stays_in_it(void **state) {
  asy_context *own = asy_context_new();
  (void)state;
  asy_context_token_unref(set_in(own, 42));
  shared = generate(stays_in_its_own, own);
  assert_int_equal(ASY_OK, finish(spawn(iterates_with, MS(7))));
  assert_int_equal(42, seen[0]);
  assert_int_equal(7, seen[1]);
  assert_int_equal(42, seen[2]);
  assert_int_equal(ASY_OK, close_it(shared));
  assert_int_equal(ASY_OK, seen[4]);
  asy_generator_unref(shared);
  asy_context_unref(own);
}

static asy_future *gives_a_sleep(void *self, const asy_value *sent, asy_error *thrown) {
  (void)self, (void)sent, (void)thrown;
  return asy_sleep(loop, 1);
}
static asy_future *sets_while_closing(void *self) { return (void)self, set(9), asy_sleep(loop, 1); }
static const asy_iterator setting = {sizeof setting, gives_a_sleep, sets_while_closing, count_free, NULL, NULL};

/* CTX-05, AGEN-05: closed by the loop, it has a context of its own, which callbacks of the loop do not see */
static void test_what_an_abandoned_one_sets_is_gone_with_it(void **state) {
  (void)state;
  assert_int_equal(ASY_OK, asy_generator_new(loop, &setting, NULL, &shared));
  assert_int_equal(ASY_OK, next_status(shared));
  drop(shared);
  assert_int_equal(ASY_OK, asy_loop_call_soon(loop, see, NULL, NULL, NULL));
  finish(asy_sleep(loop, ASY_MILLISECOND));
  assert_int_equal(1, freed);
  assert_int_equal(-1, seen[0]);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      CONTEXT_TEST(test_the_body_works_in_the_iterating_tasks_context),
      CONTEXT_TEST(test_the_cleaning_works_in_the_context_of_who_closes),
      CONTEXT_TEST(test_a_body_that_entered_a_context_stays_in_it),
      CONTEXT_TEST(test_what_an_abandoned_one_sets_is_gone_with_it),
  };
  return asy_test_main(argc, argv, "generator_context", tests);
}
