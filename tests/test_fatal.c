/* Errors that ask for the program's end leave the run at once, and no group hides them. */
#include "asy_group_test.h"

static asy_error *fatal(const char *message) {
  asy_error_options options = {.size = sizeof options, .flags = ASY_ERROR_FATAL};
  return asy_error_new(ASY_E_FOREIGN, message, &options);
}
static asy_status fail_fatally(asy_value *out_value, asy_error **out_error, void *message) {
  (void)out_value;
  wait_ms(1);
  *out_error = fatal(message);
  return ASY_E_FOREIGN;
}
/* The message of what the last run ended with. */
static const char *taken(void) {
  static char message[64];
  asy_error *error = asy_loop_take_raised(loop);
  message[0] = 0;
  if (error) strncpy(message, asy_error_message(error), sizeof message - 1);
  asy_error_unref(error);
  return message;
}
static void note_it(void *text) { note(text); }

static void test_an_error_tells_that_it_is_fatal(void **state) {
  (void)state;
  asy_error_options unknown = {.size = sizeof unknown, .flags = 64}, old = {.size = offsetof(asy_error_options, flags)};
  asy_error_options options = {.size = sizeof options, .flags = ASY_ERROR_FATAL};
  asy_error *yes = fatal("x"), *no = boom(), *refused = asy_error_new(ASY_E_FOREIGN, "x", &unknown);
  asy_error *older = asy_error_new(ASY_E_FOREIGN, "x", &old),
            *cancelled = asy_error_new(ASY_E_CANCELLED, "x", &options);
  assert_true(asy_error_is_fatal(yes));
  assert_false(asy_error_is_fatal(no));
  assert_false(asy_error_is_fatal(NULL));
  assert_int_equal(ASY_E_INVALID, asy_error_code(refused));
  assert_int_equal(ASY_E_FOREIGN, asy_error_code(older));
  assert_int_equal(ASY_E_INVALID, asy_error_code(cancelled)); /* a cancel is no failure */
  asy_error *all[] = {yes, no, refused, older, cancelled};
  for (size_t i = 0; i < sizeof all / sizeof *all; ++i) asy_error_unref(all[i]);
}

/* case 21, TASK-21 LOOP-17 */
static void test_a_task_that_ends_with_one_ends_the_run_at_that_step(void **state) {
  (void)state;
  asy_task *other = spawn(sleeper, MS(1)), *task = spawn(fail_fatally, "ctrl-c"), *later = spawn(sleeper, MS(1));
  assert_int_equal(ASY_E_FOREIGN, asy_loop_run_until_complete(loop, later));
  assert_string_equal("ctrl-c", taken());
  assert_int_equal(ASY_E_FOREIGN, asy_future_status(task));
  assert_string_equal("ctrl-c", asy_error_message(asy_future_error(task)));
  assert_true(asy_future_is_done(other));
  assert_false(asy_future_is_done(later)); /* what was ready behind it waits */
  assert_int_equal(0, asy_test_reports());
  assert_int_equal(ASY_OK, finish(later)); /* the loop goes on */
  asy_future_unref(other);
  asy_future_unref(task);
}

static void report_fatal(void *data) {
  (void)data;
  asy_error *error = fatal("from a callback");
  asy_loop_report(loop, error, "a callback failed");
  asy_error_unref(error);
}

/* LOOP-17 */
static void test_a_callback_that_reports_one_ends_the_run_and_is_no_report(void **state) {
  (void)state;
  asy_loop_call_soon(loop, report_fatal, NULL, NULL, NULL);
  asy_loop_call_soon(loop, note_it, "later", NULL, NULL);
  assert_int_equal(ASY_E_FOREIGN, asy_loop_run(loop));
  assert_string_equal("", trail);
  assert_string_equal("from a callback", taken());
  assert_int_equal(0, asy_test_reports());
  asy_test_turn(loop);
  assert_string_equal("later", trail);
}

/* LOOP-17 */
static void test_the_loop_can_be_closed_after_one(void **state) {
  (void)state;
  asy_task *task = spawn(sleeper, MS(5));
  asy_loop_call_soon(loop, report_fatal, NULL, NULL, NULL);
  assert_int_equal(ASY_E_FOREIGN, asy_loop_run_until_complete(loop, task));
  assert_int_equal(ASY_OK, asy_loop_close(loop));
  assert_int_equal(1, asy_test_reports()); /* of the task that was pending */
  asy_future_unref(task);
}

static asy_status first, second;
static asy_status await_child(asy_value *out_value, asy_error **out_error, void *message) {
  (void)out_value;
  return asy_await(spawn(fail_fatally, message), NULL, out_error);
}

/* TASK-21 */
static void test_one_error_leaves_a_run_once_on_its_way_up(void **state) {
  (void)state;
  asy_task *parent_task = spawn(await_child, "once");
  first = asy_loop_run_until_complete(loop, parent_task);
  second = asy_loop_run_until_complete(loop, parent_task);
  assert_int_equal(ASY_E_FOREIGN, first);
  assert_int_equal(ASY_OK, second);
  assert_string_equal("once", asy_error_message(asy_future_error(parent_task)));
  asy_future_unref(parent_task);
}

/* ---- groups */

struct family {
  const char *bodies;     /* f: fatal at 1 ms, F: fatal when cancelled, e: an error at 1 ms, w: waits */
  const char *body_fails; /* the body's own fatal error */
  char outcome[32];
  asy_status status;
};

static asy_status fatal_when_cancelled(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)data;
  if (wait_ms(1000) != ASY_E_CANCELLED) return ASY_OK;
  note("F");
  *out_error = fatal("second");
  return ASY_E_FOREIGN;
}
static asy_task *relative(char kind) {
  switch (kind) {
    case 'f': return spawn(fail_fatally, "first");
    case 'F': return spawn(fatal_when_cancelled, NULL);
    case 'e': return spawn(failer, MS(1));
    default: return spawn(sleeper, MS(1000));
  }
}
static asy_status head_of(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error;
  struct family *family = data;
  asy_group *group;
  asy_error *error = NULL;
  if (asy_group_new(loop, NULL, &group)) return ASY_E_INTERNAL;
  for (const char *c = family->bodies; *c; ++c) {
    asy_task *task = relative(*c);
    asy_group_add(group, task);
    asy_future_unref(task);
  }
  if (family->body_fails) {
    wait_ms(0);
    error = fatal(family->body_fails);
  } else {
    asy_await(asy_sleep(loop, ASY_SECOND), NULL, &error);
  }
  asy_error *outcome = NULL;
  family->status = asy_await(asy_group_exit(group, error), NULL, &outcome);
  if (outcome) strncpy(family->outcome, asy_error_message(outcome), sizeof family->outcome - 1);
  asy_error_unref(outcome);
  asy_group_unref(group);
  note("|");
  return ASY_OK;
}
/* How often the run was left until the head of the family had ended. */
static int leave_runs(struct family *family) {
  asy_task *task = spawn(head_of, family);
  int left = 0;
  while (asy_loop_run_until_complete(loop, task)) {
    ++left;
    asy_error_unref(asy_loop_take_raised(loop));
  }
  asy_future_unref(task);
  return left;
}

/* case 21, TG-09 */
static void test_a_group_gives_a_childs_fatal_error_bare(void **state) {
  (void)state;
  struct family family = {.bodies = "wfew"};
  assert_int_equal(1, leave_runs(&family));
  assert_int_equal(ASY_E_FOREIGN, family.status);
  assert_string_equal("first", family.outcome);
  assert_string_equal("xx|", trail); /* the siblings were cancelled and awaited */
}

/* case 21, TG-09 */
static void test_a_group_gives_the_bodys_fatal_error_bare(void **state) {
  (void)state;
  struct family family = {.bodies = "ww", .body_fails = "body"};
  assert_int_equal(0, leave_runs(&family)); /* nobody ended with it yet */
  assert_string_equal("body", family.outcome);
  assert_string_equal("xx|", trail);
}

/* case 21, TG-09 */
static void test_the_first_fatal_error_wins_over_those_of_the_cleanup(void **state) {
  (void)state;
  struct family family = {.bodies = "Ff"};
  assert_int_equal(2, leave_runs(&family));
  assert_string_equal("first", family.outcome);
  assert_string_equal("F|", trail);
}

/* case 21, TG-09 */
static void test_a_fatal_error_of_the_cleanup_wins_over_ordinary_ones(void **state) {
  (void)state;
  struct family family = {.bodies = "Fe"};
  assert_int_equal(1, leave_runs(&family));
  assert_string_equal("second", family.outcome);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      TASK_TEST(test_an_error_tells_that_it_is_fatal),
      TASK_TEST(test_a_task_that_ends_with_one_ends_the_run_at_that_step),
      TASK_TEST(test_a_callback_that_reports_one_ends_the_run_and_is_no_report),
      TASK_TEST(test_the_loop_can_be_closed_after_one),
      TASK_TEST(test_one_error_leaves_a_run_once_on_its_way_up),
      TASK_TEST(test_a_group_gives_a_childs_fatal_error_bare),
      TASK_TEST(test_a_group_gives_the_bodys_fatal_error_bare),
      TASK_TEST(test_the_first_fatal_error_wins_over_those_of_the_cleanup),
      TASK_TEST(test_a_fatal_error_of_the_cleanup_wins_over_ordinary_ones),
  };
  return asy_test_main(argc, argv, "fatal", tests);
}
