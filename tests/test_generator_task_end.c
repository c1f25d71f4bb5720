/* Generators of a language's own tasks: how they end, with their loop, unread or cancelled. */
#include "asy_script_test.h"

static asy_status reads_while_dying(asy_value *out_value, asy_error **out_error, void *items) {
  (void)out_value, (void)out_error;
  if (wait_ms(1000) == ASY_E_CANCELLED) note("c");
  for (int i = 0; i < 2; ++i) note(asy_await(asy_generator_next(items), NULL, NULL) ? "?" : "i");
  wait_ms(5);
  note("t");
  return ASY_OK;
}

/* RUN-03 AGEN-07: it is closed when the tasks have ended, which can still read it */
static void test_a_shutdown_closes_it_after_the_tasks(void **state) {
  struct script s;
  asy_generator *items = make(&s, "ywyyy");
  (void)state;
  assert_int_equal(1, next_int(items));
  asy_future_unref(spawn(reads_while_dying, items));
  settle();
  asy_future *end = asy_loop_shutdown(loop, ASY_SECOND);
  finish(asy_sleep(loop, 3 * ASY_MILLISECOND));
  assert_string_equal("cii", trail);
  assert_int_equal(ASY_OK, s.thrown);
  assert_int_equal(0, finish_int(end));
  assert_string_equal("ciit", trail);
  assert_int_equal(ASY_E_END, s.thrown);
  asy_generator_unref(items);
}

/* AGEN-05 DBG-09: at a yield, and before it began */
static void test_a_loop_that_closes_destroys_it_where_it_stands(void **state) {
  struct script s, t;
  asy_generator *suspended = make(&s, "yy"), *unstarted = make(&t, "y");
  (void)state;
  assert_int_equal(1, next_int(suspended));
  assert_int_equal(ASY_OK, asy_loop_close(loop));
  assert_int_equal(1, asy_test_reports()); /* the generator; its task is no task of the loop's */
  assert_non_null(strstr(asy_reports.what, "was still open"));
  assert_int_equal(1, s.destroyed);
  assert_int_equal(1, t.destroyed);
  asy_generator_unref(suspended);
  asy_generator_unref(unstarted);
}

/* AGEN-05 */
static void test_one_that_is_let_go_is_closed_by_the_loop(void **state) {
  struct script s, t;
  asy_generator *suspended = make(&s, "yy");
  (void)state;
  asy_generator_unref(make(&t, "y"));
  assert_int_equal(1, t.destroyed);
  assert_int_equal(0, t.number);
  assert_int_equal(1, next_int(suspended));
  drop(suspended);
  assert_int_equal(ASY_E_END, s.thrown);
  assert_int_equal(1, s.destroyed);
}

static void never_read(asy_loop *of, asy_error *error, const char *what, void *user_data) {
  (void)of, (void)error;
  if (strstr(what, "never read")) ++*(int *)user_data;
}

/* FUT-09 AGEN-05: what was thrown in at the yield is no error of the yield's own, so nobody has to read it there */
static void test_a_loop_that_closes_before_the_body_went_on(void **state) {
  struct script dropped, thrown_at;
  asy_generator *closed = make(&dropped, "yy"), *items = make(&thrown_at, "yy");
  asy_future *operation;
  int unread = 0;
  (void)state;
  assert_int_equal(1, next_int(closed));
  assert_int_equal(1, next_int(items));
  asy_generator_unref(closed);
  operation = asy_generator_throw(items, boom());
  assert_int_equal(ASY_OK, asy_loop_set_report_hook(loop, never_read, &unread, NULL));
  assert_int_equal(ASY_OK, asy_loop_close(loop));
  assert_int_equal(0, unread);
  assert_int_equal(1, dropped.destroyed);
  assert_int_equal(1, thrown_at.destroyed);
  assert_int_equal(ASY_E_CLOSED, asy_future_status(operation));
  asy_future_unref(operation);
  asy_generator_unref(items);
}

/* AGEN-09 */
static void test_a_cancel_waits_until_it_goes_on(void **state) {
  struct script s;
  asy_task *task = play(&s, "yw", NULL);
  asy_generator *items;
  (void)state;
  assert_int_equal(ASY_OK, asy_generator_of_task(asy_future_ref(task), &items));
  assert_int_equal(1, next_int(items));
  assert_int_equal(1, asy_task_cancel(task, NULL));
  settle();
  assert_int_equal(ASY_OK, s.thrown);
  assert_int_equal(ASY_E_CANCELLED, next_status(items));
  asy_generator_unref(items);
  asy_future_unref(task);
  task = play(&s, "y", NULL);
  assert_int_equal(ASY_OK, asy_generator_of_task(asy_future_ref(task), &items));
  assert_int_equal(1, asy_task_cancel(task, NULL));
  settle();
  assert_int_equal(ASY_E_CANCELLED, next_status(items));
  assert_int_equal(0, s.number); /* not entered */
  asy_generator_unref(items);
  asy_future_unref(task);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      TASK_TEST(test_a_shutdown_closes_it_after_the_tasks),
      TASK_TEST(test_a_loop_that_closes_destroys_it_where_it_stands),
      TASK_TEST(test_one_that_is_let_go_is_closed_by_the_loop),
      TASK_TEST(test_a_loop_that_closes_before_the_body_went_on),
      TASK_TEST(test_a_cancel_waits_until_it_goes_on),
  };
  return asy_test_main(argc, argv, "generator_task_end", tests);
}
