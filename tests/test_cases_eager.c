/* The hard case of eager tasks: 27 of cases/README.md. Each body runs in an eager and in a lazy child, with one
 * outcome. */
#include "asy_cases_test.h"

static uint64_t flags;
static asy_task *start(asy_run_cb body, void *data) {
  asy_task_options options = {.size = sizeof options, .flags = flags};
  return asy_spawn(loop, body, data, NULL, &options);
}

static asy_status fails_at_once(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)data;
  note("f");
  *out_error = boom();
  return ASY_E_FOREIGN;
}
static asy_status ends_at_once(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_error, (void)data;
  note("e");
  asy_value_set_int(out_value, 7);
  return ASY_OK;
}
/* Starts children of its own, and sees itself as the current task again after each. */
static asy_status starts_others(asy_value *out_value, asy_error **out_error, void *depth) {
  asy_task *self = asy_task_current(loop);
  uintptr_t left = (uintptr_t)depth;
  (void)out_error;
  for (int i = 0; left && i < 2; ++i) {
    asy_task *child = start(starts_others, (void *)(left - 1));
    if (asy_task_current(loop) != self) note("!");
    if (asy_await(child, NULL, NULL)) note("?");
  }
  asy_value_set_int(out_value, (int64_t)left);
  return ASY_OK;
}

/* What a creator does with a child of each kind. */
static asy_status creator(asy_value *out_value, asy_error **out_error, void *data) {
  asy_task *self = asy_task_current(loop), *failing = start(fails_at_once, NULL), *ending = start(ends_at_once, NULL);
  asy_task *blocking = start(sleeper, MS(5));
  (void)out_value, (void)data;
  if (asy_task_current(loop) != self) note("!");
  if (asy_future_is_done(failing) != (flags != 0) || asy_future_is_done(blocking)) note("!");
  if (asy_await(failing, NULL, NULL) != ASY_E_FOREIGN) note("?");
  if (asy_await(ending, NULL, NULL)) note("?");
  if (asy_await(blocking, NULL, NULL)) note("?");
  return asy_await(start(starts_others, (void *)4), NULL, out_error);
}

/* case 27, TASK-07 TASK-08 TASK-22 */
static void test_children_of_each_kind_have_the_same_outcome(void **state) {
  (void)state;
  for (flags = 0; flags <= ASY_TASK_EAGER; ++flags) {
    trail[0] = 0;
    assert_int_equal(ASY_OK, finish(spawn(creator, NULL)));
    assert_int_equal(2, strlen(trail)); /* no ! and no ? */
  }
}

static asy_status cancelled_creator(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)data;
  asy_task_cancel(asy_task_current(loop), NULL);
  asy_task *child = start(sleeper, MS(5));
  note(asy_task_cancelling(child) ? "!" : "0");
  asy_status status = asy_await(asy_sleep(loop, 1), NULL, out_error); /* our own request comes here */
  note(status == ASY_E_CANCELLED ? "c" : "?");
  if (*out_error) asy_error_unref(*out_error);
  *out_error = NULL;
  return asy_await(child, out_value, out_error);
}

/* case 27, TASK-08: a child neither sees nor takes its creator's pending cancel */
static void test_a_pending_cancel_is_the_creators(void **state) {
  (void)state;
  for (flags = 0; flags <= ASY_TASK_EAGER; ++flags) {
    trail[0] = 0;
    assert_int_equal(5, finish_int(spawn(cancelled_creator, NULL)));
    assert_string_equal("0c", trail);
  }
}

static asy_status parent(asy_value *out_value, asy_error **out_error, void *data) {
  asy_group *group;
  asy_error *error = NULL;
  (void)out_value, (void)data;
  asy_group_new(loop, NULL, &group);
  asy_task *child = start(fails_at_once, NULL);
  asy_group_add(group, child);
  asy_future_unref(child);
  note("b"); /* not cancelled inside the creating call */
  note(asy_await(asy_sleep(loop, ASY_SECOND), NULL, &error) == ASY_E_CANCELLED ? "c" : "?");
  asy_status status = asy_await(asy_group_exit(group, error), NULL, out_error);
  note(asy_task_cancelling(asy_task_current(loop)) ? "!" : "0");
  asy_group_unref(group);
  return status;
}

/* case 27, TG-12: the group cancels its parent at the parent's next wait */
static void test_an_eager_failure_in_a_group(void **state) {
  (void)state;
  for (flags = 0; flags <= ASY_TASK_EAGER; ++flags) {
    trail[0] = 0;
    assert_int_equal(ASY_E_GROUP, finish(spawn(parent, NULL)));
    assert_string_equal(flags ? "fbc0" : "bfc0", trail);
  }
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      ANY_ORDER(test_children_of_each_kind_have_the_same_outcome),
      ANY_ORDER(test_a_pending_cancel_is_the_creators),
      ANY_ORDER(test_an_eager_failure_in_a_group),
  };
  return asy_test_main(argc, argv, "cases: eager", tests);
}
