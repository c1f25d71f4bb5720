/* Task groups. */
#include "asy_group_test.h"

/* TG-01 TG-14 */
static void test_the_exit_waits_for_every_child(void **state) {
  struct plan p = {.children = "ssi"};
  uint64_t start = asy_loop_time(loop);
  (void)state;
  assert_int_equal(ASY_OK, finish(spawn(parent, &p)));
  assert_int_equal(start + 50 * ASY_MILLISECOND, asy_loop_time(loop));
}

/* TG-02 TG-07 */
static void test_a_failing_child_cancels_the_others_and_the_body(void **state) {
  struct plan p = {.children = "sfs", .body_ms = 1000};
  uint64_t start = asy_loop_time(loop);
  (void)state;
  assert_int_equal(ASY_E_GROUP, finish(spawn(parent, &p)));
  assert_int_equal(start + 10 * ASY_MILLISECOND, asy_loop_time(loop));
  assert_int_equal(ASY_E_CANCELLED, p.body);
  assert_int_equal(1, p.errors);
  assert_int_equal(0, p.level);
  assert_string_equal("xx", trail);
}

/* TG-07: case 5 */
static void test_a_body_that_swallows_the_abort_leaks_nothing_past_the_exit(void **state) {
  struct plan p = {.children = "f", .body_ms = 1000, .swallow = 1};
  (void)state;
  assert_int_equal(ASY_E_GROUP, finish(spawn(parent, &p)));
  assert_int_equal(0, p.level);
}

/* TG-03 */
static void test_a_failing_body_cancels_the_children_and_joins_the_errors(void **state) {
  struct plan p = {.children = "ss", .body_ms = 1, .body_fails = 1};
  (void)state;
  assert_int_equal(ASY_E_GROUP, finish(spawn(parent, &p)));
  assert_string_equal("xx", trail);
  assert_int_equal(1, p.errors);
}

static asy_status cancel_self(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error, (void)data;
  return ASY_E_CANCELLED;
}

static asy_status parent_of_cancelled(asy_value *out_value, asy_error **out_error, void *data) {
  asy_group *group;
  (void)out_value, (void)data;
  asy_group_new(loop, NULL, &group);
  asy_task *a = spawn(cancel_self, NULL), *b = spawn(sleeper, MS(10));
  asy_group_add(group, a);
  asy_group_add(group, b);
  asy_status status = asy_await(asy_group_exit(group, NULL), NULL, out_error);
  if (asy_future_status(b) == ASY_OK) note("b");
  asy_future_unref(a);
  asy_future_unref(b);
  asy_group_unref(group);
  return status;
}

/* TG-04 */
static void test_a_child_cancelled_alone_is_no_error(void **state) {
  (void)state;
  assert_int_equal(ASY_OK, finish(spawn(parent_of_cancelled, NULL)));
  assert_string_equal("b", trail);
}

/* TG-05 */
static void test_a_cancel_from_outside_cancels_the_children_and_goes_on(void **state) {
  struct plan p = {.children = "ss"};
  asy_task *task = spawn(parent, &p);
  (void)state;
  settle();
  asy_task_cancel(task, NULL);
  assert_int_equal(ASY_E_CANCELLED, finish(task));
  assert_string_equal("xx", trail);
  assert_int_equal(1, p.level);
}

/* TG-05: the exit is asked, not abandoned */
static void test_a_cancelled_exit_still_waits_for_its_children(void **state) {
  struct plan p = {.children = "w"};
  asy_task *task = spawn(parent, &p);
  (void)state;
  settle();
  asy_task_cancel(task, NULL);
  assert_int_equal(0, asy_future_is_done(task));
  assert_int_equal(ASY_E_CANCELLED, finish(task));
  assert_string_equal("s", trail);
}

static void advance_and_cancel(asy_task *task, uint64_t ms) {
  settle();
  asy_loop_advance(loop, ms * ASY_MILLISECOND);
  asy_task_cancel(task, NULL);
}

static asy_status parent_displaced(asy_value *out_value, asy_error **out_error, void *data) {
  struct plan *p = data;
  asy_group *group;
  (void)out_value;
  asy_group_new(loop, NULL, &group);
  asy_task *a = spawn(fails_when_cancelled, NULL);
  asy_group_add(group, a);
  asy_future_unref(a);
  p->exit = asy_await(asy_group_exit(group, NULL), NULL, out_error);
  asy_group_unref(group);
  if (p->sleep_after) {
    asy_error_unref(*out_error);
    *out_error = NULL;
    return p->after = asy_await(asy_sleep(loop, 1), NULL, out_error);
  }
  if (*out_error) asy_error_unref(*out_error);
  *out_error = NULL;
  return ASY_OK;
}

/* TG-06 TG-10: case 4 */
static void test_an_error_that_displaces_a_cancel_rearms_it(void **state) {
  struct plan waits = {.sleep_after = 1}, returns = {.sleep_after = 0};
  asy_task *task = spawn(parent_displaced, &waits);
  (void)state;
  advance_and_cancel(task, 1);
  assert_int_equal(ASY_E_CANCELLED, finish(task));
  assert_int_equal(ASY_E_GROUP, waits.exit);
  assert_int_equal(ASY_E_CANCELLED, waits.after);
  task = spawn(parent_displaced, &returns);
  advance_and_cancel(task, 1);
  assert_int_equal(ASY_E_CANCELLED, finish(task));
  assert_int_equal(ASY_E_GROUP, returns.exit);
}

static asy_status nested_groups(asy_value *out_value, asy_error **out_error, void *data) {
  struct plan *p = data;
  asy_group *outer;
  asy_error *error = NULL;
  asy_group_new(loop, NULL, &outer);
  asy_task *f = spawn(failer, MS(10));
  asy_group_add(outer, f);
  asy_future_unref(f);
  struct plan inner = {.children = "f", .body_ms = 100};
  parent(out_value, &error, &inner);
  p->body = inner.exit;
  p->level = inner.level;
  asy_status status = asy_await(asy_group_exit(outer, error), NULL, out_error);
  p->errors = asy_error_child_count(*out_error);
  p->after = asy_task_cancelling(asy_task_current(loop));
  asy_group_unref(outer);
  return status;
}

/* TG-08: case 20 */
static void test_nested_groups_each_withdraw_their_own_request(void **state) {
  struct plan p = {0};
  (void)state;
  assert_int_equal(ASY_E_GROUP, finish(spawn(nested_groups, &p)));
  assert_int_equal(ASY_E_GROUP, p.body);
  assert_int_equal(1, p.level);
  assert_int_equal(2, p.errors);
  assert_int_equal(0, p.after);
}

/* TG-02 TG-16 */
static void test_two_failures_are_both_in_the_error(void **state) {
  struct plan p = {.children = "fw"};
  (void)state;
  assert_int_equal(ASY_E_GROUP, finish(spawn(parent, &p)));
  struct plan both = {.children = "ff"};
  assert_int_equal(ASY_E_GROUP, finish(spawn(parent, &both)));
  assert_int_equal(2, both.errors);
}

static asy_status misuse(asy_value *out_value, asy_error **out_error, void *data) {
  asy_group *group;
  (void)out_value, (void)out_error, (void)data;
  asy_group_new(loop, NULL, &group);
  if (asy_await(asy_group_exit(group, NULL), NULL, NULL)) note("?");
  if (asy_await(asy_group_exit(group, NULL), NULL, NULL) == ASY_E_STATE) note("t");
  asy_task *late = asy_spawn(loop, sleeper, MS(0), count_free, NULL);
  if (asy_group_add(group, late) == ASY_E_STATE) note("l");
  if (asy_await(late, NULL, NULL) == ASY_E_CANCELLED) note("c");
  asy_group_unref(group);
  return ASY_OK;
}

/* TG-01 CORO-06 */
static void test_a_group_is_used_once_and_a_late_task_never_starts(void **state) {
  asy_group *group;
  (void)state;
  assert_int_equal(ASY_OK, finish(spawn(misuse, NULL)));
  assert_string_equal("tlc", trail);
  assert_int_equal(1, freed);
  assert_int_equal(ASY_E_STATE, asy_group_new(loop, NULL, &group));
  assert_null(group);
}

static void cancel_group(void *data) { asy_group_cancel(*(asy_group **)data, NULL); }

/* TG-18 */
static void test_cancelling_the_group_ends_it_without_error(void **state) {
  struct plan p = {.children = "ss", .body_ms = 1000};
  asy_task *task = spawn(parent, &p);
  (void)state;
  settle();
  assert_int_equal(ASY_OK, asy_loop_call_soon(loop, cancel_group, &p.group, NULL, NULL));
  assert_int_equal(ASY_OK, finish(task));
  assert_int_equal(ASY_E_CANCELLED, p.body);
  assert_string_equal("xx", trail);
  assert_int_equal(0, p.level);
}

/* LOOP-08 TASK-26 */
static void test_closing_the_loop_ends_a_group(void **state) {
  struct plan p = {.children = "si"};
  asy_task *task = spawn(parent, &p);
  (void)state;
  settle();
  asy_loop_close(loop);
  assert_int_equal(ASY_E_CLOSED, asy_future_status(task));
  assert_int_equal(3, asy_test_reports());
  asy_future_unref(task);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      TASK_TEST(test_the_exit_waits_for_every_child),
      TASK_TEST(test_a_failing_child_cancels_the_others_and_the_body),
      TASK_TEST(test_a_body_that_swallows_the_abort_leaks_nothing_past_the_exit),
      TASK_TEST(test_a_failing_body_cancels_the_children_and_joins_the_errors),
      TASK_TEST(test_a_child_cancelled_alone_is_no_error),
      TASK_TEST(test_a_cancel_from_outside_cancels_the_children_and_goes_on),
      TASK_TEST(test_a_cancelled_exit_still_waits_for_its_children),
      TASK_TEST(test_an_error_that_displaces_a_cancel_rearms_it),
      TASK_TEST(test_nested_groups_each_withdraw_their_own_request),
      TASK_TEST(test_two_failures_are_both_in_the_error),
      TASK_TEST(test_a_group_is_used_once_and_a_late_task_never_starts),
      TASK_TEST(test_cancelling_the_group_ends_it_without_error),
      TASK_TEST(test_closing_the_loop_ends_a_group),
  };
  return asy_test_main(argc, argv, "group", tests);
}
