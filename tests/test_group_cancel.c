/* Task groups whose parent is cancelled, or that cancel. */
#include "asy_group_test.h"

static asy_status swallow_then_scope(asy_value *out_value, asy_error **out_error, void *data) {
  struct plan *p = data;
  (void)out_value;
  if (wait_ms(1000) == ASY_E_CANCELLED) note("s"); /* and goes on: its count stays 1 */
  struct plan inner = {.children = "f", .body_ms = 1000};
  asy_error *error = NULL;
  p->exit = parent(NULL, &error, &inner);
  asy_error_unref(error);
  p->level = asy_task_cancelling(asy_task_current(loop));
  return p->after = asy_await(asy_sleep(loop, 1), NULL, out_error);
}

/* TG-06 TG-07: only what was asked since the group began is asked again */
static void test_a_group_in_a_cancel_that_was_swallowed_cancels_nothing_after_it(void **state) {
  struct plan p = {0};
  asy_task *task = spawn(swallow_then_scope, &p);
  (void)state;
  settle();
  asy_task_cancel(task, NULL);
  assert_int_equal(ASY_OK, finish(task));
  assert_int_equal(ASY_E_GROUP, p.exit);
  assert_int_equal(1, p.level);
  assert_int_equal(ASY_OK, p.after);
}

static asy_status cancelled_before_its_group(asy_value *out_value, asy_error **out_error, void *data) {
  struct plan *p = data;
  (void)out_value;
  asy_task *a = spawn(fails_when_cancelled, NULL);
  wait_ms(1);
  asy_task_cancel(asy_task_current(loop), NULL);
  asy_group_new(loop, NULL, &p->group);
  asy_group_add(p->group, a);
  asy_future_unref(a);
  p->exit = asy_await(asy_group_exit(p->group, NULL), NULL, NULL);
  asy_group_unref(p->group);
  return p->after = asy_await(asy_sleep(loop, 1), NULL, out_error);
}

/* TG-06 */
static void test_a_cancel_of_before_the_group_that_an_error_displaces_is_asked_again(void **state) {
  struct plan p = {0};
  (void)state;
  assert_int_equal(ASY_E_CANCELLED, finish(spawn(cancelled_before_its_group, &p)));
  assert_int_equal(ASY_E_GROUP, p.exit);
  assert_int_equal(ASY_E_CANCELLED, p.after);
}

static void cancel_again(asy_future *child, void *task) {
  (void)child;
  asy_task_cancel(*(asy_task **)task, "again");
}
static asy_task *late;
static asy_status child_that_fails_late(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)data;
  wait_ms(1000);
  asy_future_add_done_callback(asy_task_current(loop), cancel_again, &late, NULL);
  *out_error = boom();
  return ASY_E_FOREIGN;
}
static asy_status parent_of_late(asy_value *out_value, asy_error **out_error, void *data) {
  asy_group *group;
  (void)out_value, (void)data;
  asy_group_new(loop, NULL, &group);
  asy_task *a = spawn(child_that_fails_late, NULL);
  asy_group_add(group, a);
  asy_future_unref(a);
  asy_await(asy_group_exit(group, NULL), NULL, out_error);
  asy_group_unref(group);
  if (*out_error) asy_error_unref(*out_error);
  *out_error = NULL;
  return ASY_OK;
}

/* TG-06 TASK-15: the exit is done, the parent has not resumed, and another cancel comes */
static void test_a_cancel_that_was_asked_again_stays_due(void **state) {
  (void)state;
  late = spawn(parent_of_late, NULL);
  settle();
  asy_task_cancel(late, NULL);
  assert_int_equal(ASY_E_CANCELLED, finish(late));
}

static asy_group *turning;
static void turn_inside(void *self) {
  asy_step step = {.kind = ASY_STEP_RETURN};
  note("t");
  if (asy_task_deliver(*(asy_task **)self, &step)) note("?");
  settle(); /* it leaves the group, with those that were cancelled before */
}
static void deferring(void *self, asy_task *task, const asy_value *sent, asy_error *thrown, asy_step *out_step) {
  (void)self, (void)task, (void)sent, (void)thrown;
  out_step->kind = ASY_STEP_DEFERRED;
}
static void destroy(void *self) { (void)self; }
static const asy_coroutine deferred = {sizeof(asy_coroutine), deferring, destroy, NULL, turn_inside};

static asy_status hold_open(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error;
  asy_group_new(loop, NULL, &turning);
  asy_task *d = asy_task_new(loop, &deferred, data, NULL);
  *(asy_task **)data = d;
  for (int i = 0; i < 3; ++i) {
    asy_task *a = i == 1 ? d : spawn(sleeper, MS(50));
    asy_group_add(turning, a);
    asy_future_unref(a);
  }
  return asy_await(asy_group_exit(turning, NULL), NULL, NULL);
}

/* TG-02 TG-18 */
static void test_members_may_end_while_all_are_being_cancelled(void **state) {
  asy_task *d, *task = spawn(hold_open, &d);
  (void)state;
  settle();
  assert_int_equal(ASY_OK, asy_group_cancel(turning, NULL));
  assert_string_equal("tx", trail);
  assert_int_equal(ASY_OK, finish(task));
  assert_string_equal("txx", trail);
  asy_group_unref(turning);
}

/* A parent whose step is out, and that gives up at once when it is cancelled. */
struct giver {
  asy_task *task;
  asy_group *group;
};
static void give_up(void *self) {
  asy_step step = {.kind = ASY_STEP_RETURN};
  if (asy_task_deliver(((struct giver *)self)->task, &step)) note("?");
}
static void drop_group(void *self) { asy_group_unref(((struct giver *)self)->group); }
static const asy_coroutine giving_up = {sizeof(asy_coroutine), deferring, drop_group, NULL, give_up};

/* TG-02 */
static void test_a_parent_may_drop_the_group_when_a_child_fails(void **state) {
  struct giver parent;
  (void)state;
  parent.task = asy_task_new(loop, &giving_up, &parent, NULL);
  assert_int_equal(ASY_OK, asy_group_new(loop, parent.task, &parent.group));
  asy_task *fails = spawn(failer, MS(1)), *other = spawn(sleeper, MS(50));
  assert_int_equal(ASY_OK, asy_group_add(parent.group, fails));
  assert_int_equal(ASY_OK, asy_group_add(parent.group, other));
  asy_future_unref(fails);
  assert_int_equal(ASY_E_CANCELLED, finish(parent.task));
  assert_int_equal(ASY_E_CANCELLED, finish(other));
}

static asy_group *escaped;
static asy_status leaves_a_group(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error, (void)data;
  asy_status status = asy_group_new(loop, NULL, &escaped);
  asy_task *child_task = spawn(failer, MS(10));
  if (!status) status = asy_group_add(escaped, child_task);
  asy_future_unref(child_task);
  return status;
}

/* TG-11 */
static void test_a_child_that_fails_after_its_parent_is_reported(void **state) {
  (void)state;
  assert_int_equal(ASY_OK, finish(spawn(leaves_a_group, NULL)));
  assert_int_equal(0, asy_test_reports());
  assert_int_equal(ASY_OK, finish(asy_sleep(loop, 20 * ASY_MILLISECOND)));
  assert_int_equal(1, asy_test_reports());
  assert_int_equal(ASY_E_FOREIGN, asy_reports.last);
  asy_group_unref(escaped);
}

/* Every step is out until the test delivers it. */
static void saying(void *self, asy_task *task, const asy_value *sent, asy_error *thrown, asy_step *out_step) {
  (void)self, (void)task, (void)sent;
  if (thrown) note(asy_error_code(thrown) == ASY_E_GROUP ? "g" : asy_error_code(thrown) == ASY_E_CANCELLED ? "c" : "?");
  out_step->kind = ASY_STEP_DEFERRED;
}
static const asy_coroutine told = {.size = sizeof(asy_coroutine), .resume = saying, .destroy = destroy};
static void deliver_await(asy_task *task, asy_future *future) {
  asy_step step = {.kind = ASY_STEP_AWAIT, .future = future};
  assert_int_equal(ASY_OK, asy_task_deliver(task, &step));
  settle();
}

/* TG-06 TG-08, case 4: an exit that is done at once is delivered before the cancel that it asks again */
static void test_a_cancel_that_is_asked_again_takes_no_error_of_a_group(void **state) {
  asy_task *parent = asy_task_new(loop, &told, NULL, NULL);
  asy_step end = {.kind = ASY_STEP_RETURN};
  asy_group *group;
  (void)state;
  settle();
  assert_int_equal(ASY_OK, asy_group_new(loop, parent, &group));
  asy_task_cancel(parent, "from outside");
  deliver_await(parent, asy_sleep(loop, 10 * ASY_MILLISECOND));
  deliver_await(parent, asy_group_exit(group, boom()));
  assert_string_equal("cg", trail);
  assert_int_equal(ASY_OK, asy_task_deliver(parent, &end));
  assert_int_equal(ASY_E_CANCELLED, finish(parent));
  asy_group_unref(group);
}

static asy_status add_itself(asy_value *out_value, asy_error **out_error, void *data) {
  asy_group *group;
  (void)out_value, (void)out_error, (void)data;
  asy_group_new(loop, NULL, &group);
  if (asy_group_add(group, asy_task_current(loop)) == ASY_E_STATE) note("s");
  asy_status status = asy_await(asy_group_exit(group, NULL), NULL, NULL);
  asy_group_unref(group);
  return status ? status : wait_ms(1);
}

/* TG-01 */
static void test_a_group_does_not_wait_for_its_own_task(void **state) {
  (void)state;
  assert_int_equal(ASY_OK, finish(spawn(add_itself, NULL)));
  assert_string_equal("s", trail);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      TASK_TEST(test_a_group_in_a_cancel_that_was_swallowed_cancels_nothing_after_it),
      TASK_TEST(test_a_cancel_of_before_the_group_that_an_error_displaces_is_asked_again),
      TASK_TEST(test_a_cancel_that_was_asked_again_stays_due),
      TASK_TEST(test_members_may_end_while_all_are_being_cancelled),
      TASK_TEST(test_a_parent_may_drop_the_group_when_a_child_fails),
      TASK_TEST(test_a_child_that_fails_after_its_parent_is_reported),
      TASK_TEST(test_a_cancel_that_is_asked_again_takes_no_error_of_a_group),
      TASK_TEST(test_a_group_does_not_wait_for_its_own_task),
  };
  return asy_test_main(argc, argv, "group_cancel", tests);
}
