/* The hard cases of task groups: 4, 5, 20 of cases/README.md. */
#include "asy_cases_test.h"

/* A parent whose children are given; what it does after its group is the case's. */
struct family {
  asy_run_cb children[3];
  asy_future *future; /* what `waiter` children await */
  uint64_t body_ms;
  int swallow, goes_on;
  asy_status body, exit, after;
  size_t errors;
  int level;
};

static asy_status fails_when_cancelled(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)data;
  if (wait_ms(1000) != ASY_E_CANCELLED) return ASY_OK;
  note("f");
  *out_error = boom();
  return ASY_E_FOREIGN;
}
static asy_status cleans_up(asy_value *out_value, asy_error **out_error, void *data) {
  asy_status status = asy_await(asy_sleep(loop, ASY_SECOND), out_value, out_error);
  (void)data;
  wait_ms(3);
  note("u");
  return status;
}
static asy_status fails_at_10(asy_value *out_value, asy_error **out_error, void *data) {
  (void)data;
  return failer(out_value, out_error, MS(10));
}

static void clear(asy_error **error) {
  if (*error) asy_error_unref(*error);
  *error = NULL;
}

/* Two awaits of a body that does not care. */
static asy_status body_of(struct family *f, asy_error **error) {
  asy_status status = asy_await(asy_sleep(loop, f->body_ms * ASY_MILLISECOND), NULL, error);
  if (!f->swallow) return status;
  clear(error);
  for (int i = 0; i < 2; ++i) note(wait_ms(1) == ASY_OK ? "." : "!");
  return status;
}

static asy_status parent(asy_value *out_value, asy_error **out_error, void *data) {
  struct family *f = data;
  asy_group *group;
  asy_error *error = NULL;
  (void)out_value;
  asy_group_new(loop, NULL, &group);
  for (int i = 0; i < 3 && f->children[i]; ++i) {
    asy_task *child = spawn(f->children[i], f->future);
    asy_group_add(group, child);
    asy_future_unref(child);
  }
  if (f->body_ms) f->body = body_of(f, &error);
  f->exit = asy_await(asy_group_exit(group, error), NULL, out_error);
  f->errors = *out_error ? asy_error_child_count(*out_error) : 0;
  f->level = asy_task_cancelling(asy_task_current(loop));
  asy_group_unref(group);
  if (!f->goes_on) return f->exit;
  clear(out_error);
  return f->after = asy_await(asy_sleep(loop, 1), NULL, out_error);
}

/* A parent that handles the group's error and returns, or awaits first. */
static asy_status handler(asy_value *out_value, asy_error **out_error, void *data) {
  asy_status status = parent(out_value, out_error, data);
  if (((struct family *)data)->goes_on) return status;
  clear(out_error);
  return ASY_OK;
}

/* case 4, TG-02 TG-05 TG-06 TG-10, D1: a child whose failure is on its way, a cancel of the parent, in both orders; a
   child that fails because of the cancel. The errors come, all children have ended, the cancel is due again */
static void test_a_parent_is_cancelled_and_a_child_fails_in_one_turn(void **state) {
  (void)state;
  for (int variant = 0; variant < 8; ++variant) {
    const int cancel_first = variant & 1, goes_on = variant >> 1 & 1, in_body = variant >> 2;
    struct family f = {.children = {waiter, cleans_up, cancel_first ? fails_when_cancelled : NULL},
                       .future = asy_future_new(loop),
                       .body_ms = in_body ? 500 : 0,
                       .goes_on = goes_on};
    asy_task *task = spawn(handler, &f);
    settle();
    if (cancel_first) asy_task_cancel(task, NULL);
    asy_future_set_error(f.future, boom());
    if (!cancel_first) asy_task_cancel(task, NULL);
    assert_int_equal(ASY_E_CANCELLED, finish(task));
    assert_int_equal(ASY_E_GROUP, f.exit);
    /* a body's cancel reaches the children with its exit: till then a waiting child's error comes through */
    assert_int_equal(cancel_first && in_body ? 2 : 1, f.errors);
    assert_int_equal(goes_on ? ASY_E_CANCELLED : ASY_OK, f.after);
    assert_int_equal(1, f.level);
    /* a child whose error is on its way ends before its own cancel is raised; a body's exit may come before or after */
    int reports = asy_test_reports();
    if (!in_body) assert_int_equal(!cancel_first, reports);
    assert_non_null(strchr(trail, 'u'));
    trail[0] = 0;
    asy_future_unref(f.future);
  }
}

/* case 5, TG-07 TASK-16: the body goes on as it likes; at the exit the group's own request is gone */
static void test_a_body_that_swallows_the_groups_cancel(void **state) {
  struct family f = {.children = {fails_at_10, cleans_up}, .body_ms = 500, .swallow = 1};
  (void)state;
  assert_int_equal(ASY_E_GROUP, finish(spawn(parent, &f)));
  assert_int_equal(ASY_E_CANCELLED, f.body);
  assert_string_equal("..u", trail);
  assert_int_equal(1, f.errors);
  assert_int_equal(0, f.level);
}

/* case 5, TG-07: handled outside the group, nothing of the cancel is left */
static void test_nothing_of_the_groups_cancel_leaks_past_it(void **state) {
  struct family f = {.children = {fails_at_10}, .body_ms = 500, .swallow = 1, .goes_on = 1};
  (void)state;
  assert_int_equal(ASY_OK, finish(spawn(handler, &f)));
  assert_int_equal(ASY_OK, f.after);
  assert_int_equal(0, f.level);
}

static asy_status nested(asy_value *out_value, asy_error **out_error, void *data) {
  struct family *outer = data, inner = {.children = {fails_at_10}, .body_ms = 500};
  asy_group *group;
  asy_error *error = NULL;
  asy_group_new(loop, NULL, &group);
  asy_task *child = spawn(fails_at_10, NULL);
  asy_group_add(group, child);
  asy_future_unref(child);
  outer->body = parent(out_value, &error, &inner);
  outer->after = inner.level;
  outer->exit = asy_await(asy_group_exit(group, error), NULL, out_error);
  outer->errors = asy_error_child_count(*out_error);
  outer->level = asy_task_cancelling(asy_task_current(loop));
  asy_group_unref(group);
  return outer->exit;
}

/* case 20, TG-08 EXC-08: the inner error first, the outer's request still counted; then both in one tree, and 0 */
static void test_a_child_of_each_of_two_groups_fails_in_one_turn(void **state) {
  struct family f = {0};
  asy_task *task = spawn(nested, &f);
  size_t groups = 0, leaves = 0;
  (void)state;
  assert_int_equal(ASY_E_GROUP, finish(asy_future_ref(task)));
  assert_int_equal(ASY_E_GROUP, f.body);
  assert_int_equal(1, f.after);
  assert_int_equal(2, f.errors);
  assert_int_equal(0, f.level);
  for (size_t i = 0; i < 2; ++i) {
    asy_error *child = asy_error_child(asy_future_error(task), i);
    if (asy_error_code(child) == ASY_E_GROUP) groups += asy_error_child_count(child);
    else ++leaves;
  }
  assert_int_equal(1, groups);
  assert_int_equal(1, leaves);
  asy_future_unref(task);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      ANY_ORDER(test_a_parent_is_cancelled_and_a_child_fails_in_one_turn),
      ANY_ORDER(test_a_body_that_swallows_the_groups_cancel),
      ANY_ORDER(test_nothing_of_the_groups_cancel_leaks_past_it),
      ANY_ORDER(test_a_child_of_each_of_two_groups_fails_in_one_turn),
  };
  return asy_test_main(argc, argv, "cases: group", tests);
}
