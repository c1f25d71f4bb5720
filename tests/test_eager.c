/* Tasks whose first step runs inside the call that makes them. */
#include <stdbool.h>

#include "asy_group_test.h"

static const asy_task_options eager = {.size = sizeof eager, .flags = ASY_TASK_EAGER};
static asy_task *begin(asy_run_cb body, void *data) { return asy_spawn(loop, body, data, count_free, &eager); }

/* Runs `body` as a lazy task, so that what it begins can be eager. */
static asy_status run(asy_run_cb body) { return finish(spawn(body, NULL)); }

static asy_status give_seven(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_error, (void)data;
  note("7");
  asy_value_set_int(out_value, 7);
  return ASY_OK;
}
static asy_status fail_at_once(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)data;
  note("f");
  *out_error = boom();
  return ASY_E_FOREIGN;
}

static asy_status two_ends(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error, (void)data;
  asy_task *good = begin(give_seven, NULL), *bad = begin(fail_at_once, NULL);
  note("|");
  bool right = asy_future_status(good) == ASY_OK && asy_future_status(bad) == ASY_E_FOREIGN && freed == 2 &&
               asy_loop_task_count(loop) == 1 && !asy_task_cancel(good, NULL);
  asy_future_unref(good);
  asy_error_unref(asy_error_ref(asy_future_error(bad)));
  asy_future_unref(bad);
  return right ? ASY_OK : ASY_E_INTERNAL;
}

/* TASK-07 TASK-08 TASK-29 */
static void test_one_that_ends_at_once_is_done_on_return_and_throws_nothing(void **state) {
  (void)state;
  assert_int_equal(ASY_OK, run(two_ends));
  assert_string_equal("7f|", trail);
}

static asy_task *creator, *child_seen;
static asy_status tell_current(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error, (void)data;
  child_seen = asy_task_current(loop);
  wait_ms(1);
  note(asy_task_current(loop) == child_seen ? "same" : "other");
  return ASY_OK;
}
static asy_status compare_current(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error, (void)data;
  creator = asy_task_current(loop);
  asy_task *task = begin(tell_current, NULL);
  bool right = child_seen == task && asy_task_current(loop) == creator && !asy_future_is_done(task);
  asy_status status = asy_await(task, NULL, NULL);
  return right ? status : ASY_E_INTERNAL;
}

/* TASK-07 TASK-22 */
static void test_the_current_task_is_the_childs_and_then_the_creators_again(void **state) {
  (void)state;
  assert_int_equal(ASY_OK, run(compare_current));
  assert_string_equal("same", trail);
}

/* TASK-07 */
static void test_outside_a_run_it_starts_lazily(void **state) {
  (void)state;
  asy_task *task = begin(give_seven, NULL);
  assert_string_equal("", trail);
  assert_int_equal(7, finish_int(task));
}

static void begin_in_callback(void *data) {
  *(asy_task **)data = begin(give_seven, NULL);
  note(asy_task_current(loop) ? "task" : "none");
}

/* TASK-07 TASK-22 */
static void test_a_callback_may_begin_one(void **state) {
  asy_task *task = NULL;
  asy_loop_call_soon(*state, begin_in_callback, &task, NULL, NULL);
  asy_test_turn(*state);
  assert_string_equal("7none", trail);
  assert_int_equal(7, finish_int(task));
}

static asy_context_var *var;
static int64_t get(void) {
  asy_value value;
  return asy_context_get(NULL, var, &value) ? -1 : asy_value_int(&value);
}
static void set(int64_t number) {
  asy_value value = {0};
  asy_value_set_int(&value, number);
  asy_context_set(NULL, var, &value, NULL);
}
static asy_status change_context(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_error, (void)data;
  int64_t before = get();
  set(2);
  asy_value_set_int(out_value, before * 10 + get());
  return ASY_OK;
}
static asy_status compare_context(asy_value *out_value, asy_error **out_error, void *data) {
  (void)data;
  set(1);
  asy_task *task = begin(change_context, NULL);
  if (get() != 1) return ASY_E_INTERNAL;
  return asy_await(task, out_value, out_error);
}

/* CTX-06 TASK-07 */
static void test_it_has_a_copy_of_the_context_from_its_start(void **state) {
  (void)state;
  assert_int_equal(ASY_OK, asy_context_var_new("x", NULL, &var));
  assert_int_equal(12, finish_int(spawn(compare_context, NULL)));
  asy_context_var_unref(var);
}

static asy_status cancelled_creator(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error, (void)data;
  asy_task_cancel(asy_task_current(loop), NULL);
  asy_task *task = begin(sleeper, MS(5));
  note(asy_task_cancelling(task) ? "seen" : "unseen");
  asy_status status = wait_ms(1);
  if (status == ASY_E_CANCELLED) note("c");
  return asy_await(task, NULL, NULL);
}

/* TASK-08 */
static void test_a_pending_cancel_of_the_creator_is_not_the_childs(void **state) {
  (void)state;
  assert_int_equal(ASY_OK, run(cancelled_creator));
  assert_string_equal("unseenc", trail);
}

static asy_status cancel_blocked(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error, (void)data;
  asy_task *task = begin(sleeper, MS(5));
  asy_task_cancel(task, NULL);
  return asy_await(task, NULL, NULL);
}

/* TASK-08 */
static void test_one_that_waits_is_cancelled_as_any_other(void **state) {
  (void)state;
  assert_int_equal(ASY_E_CANCELLED, run(cancel_blocked));
  assert_string_equal("x", trail);
}

/* ---- in groups */

static asy_status group_with_failure(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)data;
  asy_group *group;
  asy_task *self = asy_task_current(loop);
  if (asy_group_new(loop, NULL, &group)) return ASY_E_INTERNAL;
  asy_task *task = begin(fail_at_once, NULL);
  asy_group_add(group, task);
  asy_future_unref(task);
  note(asy_task_cancelling(self) ? "early" : "later");
  asy_task *late = begin(sleeper, MS(50)); /* a child may be added still */
  asy_group_add(group, late);
  asy_future_unref(late);
  asy_error *error = NULL;
  if (asy_await(asy_sleep(loop, ASY_SECOND), NULL, &error) == ASY_E_CANCELLED) note("c");
  asy_status status = asy_await(asy_group_exit(group, error), NULL, out_error);
  asy_group_unref(group);
  return status;
}

/* TG-12 TG-13 */
static void test_a_groups_eager_failure_comes_at_the_parents_next_wait(void **state) {
  (void)state;
  assert_int_equal(ASY_E_GROUP, run(group_with_failure));
  assert_string_equal("flaterxc", trail);
}

static asy_group *open_group;
static asy_status fail_with_child(asy_value *out_value, asy_error **out_error, void *data) {
  asy_task *task = begin(give_seven, NULL);
  asy_status added = asy_group_add(open_group, task);
  asy_future_unref(task);
  if (added) return added;
  return fail_at_once(out_value, out_error, data);
}
static asy_status group_of_a_family(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)data;
  if (asy_group_new(loop, NULL, &open_group)) return ASY_E_INTERNAL;
  asy_task *task = begin(fail_with_child, NULL);
  asy_group_add(open_group, task);
  asy_future_unref(task);
  asy_status status = asy_await(asy_group_exit(open_group, NULL), NULL, out_error);
  asy_group_unref(open_group);
  return status;
}

/* TG-12 */
static void test_a_child_may_create_children_while_it_fails(void **state) {
  (void)state;
  assert_int_equal(ASY_E_GROUP, run(group_of_a_family));
  assert_string_equal("7f", trail);
}

/* ---- many of them */

static int begun, deepest, depth;
static asy_status nest(asy_value *out_value, asy_error **out_error, void *left) {
  ++begun;
  if (++depth > deepest) deepest = depth;
  asy_status status = ASY_OK;
  if (left) {
    asy_task *inner = begin(nest, (char *)left - 1);
    --depth;
    status = asy_await(inner, out_value, out_error);
    ++depth;
  }
  --depth;
  return status;
}

/* TASK-07 */
static void test_ten_thousand_inside_each_other_do_not_overflow(void **state) {
  (void)state;
  begun = deepest = depth = 0;
  assert_int_equal(ASY_OK, finish(spawn(nest, (void *)10000)));
  assert_int_equal(10001, begun);
  assert_in_range(deepest, 60, 70);
}

static asy_status many_in_a_row(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error, (void)data;
  for (int i = 0; i < 1000; ++i) {
    asy_task *task = begin(give_seven, NULL);
    if (!asy_future_is_done(task)) return ASY_E_INTERNAL;
    if (asy_await(task, NULL, NULL)) return ASY_E_INTERNAL;
    trail[0] = 0;
  }
  return ASY_OK;
}

static void test_many_in_a_row_are_all_eager(void **state) {
  (void)state;
  assert_int_equal(ASY_OK, run(many_in_a_row));
}

/* ---- coroutines that are no functions */

static int resumed, destroyed;
static void return_at_once(void *self, asy_task *task, const asy_value *sent, asy_error *thrown, asy_step *step) {
  (void)self, (void)task, (void)sent, (void)thrown;
  ++resumed;
  step->kind = ASY_STEP_RETURN;
}
static void defer(void *self, asy_task *task, const asy_value *sent, asy_error *thrown, asy_step *step) {
  (void)self, (void)task, (void)sent, (void)thrown;
  ++resumed;
  step->kind = ASY_STEP_DEFERRED;
}
static void destroy(void *self) { (void)self, ++destroyed; }
static const asy_coroutine returning = {sizeof returning, return_at_once, destroy, NULL, NULL, "test"};
static const asy_coroutine deferring = {sizeof deferring, defer, destroy, NULL, NULL, "test"};

static asy_status begin_coroutines(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error, (void)data;
  asy_task *task = asy_task_new(loop, &returning, NULL, &eager);
  bool right = resumed == 1 && destroyed == 1 && asy_future_is_done(task);
  asy_future_unref(task);
  task = asy_task_new(loop, &deferring, NULL, &eager);
  right = right && resumed == 2 && destroyed == 1;
  asy_step step = {.kind = ASY_STEP_RETURN};
  asy_task_deliver(task, &step);
  right = right && destroyed == 2 && asy_future_is_done(task);
  asy_future_unref(task);
  return right ? ASY_OK : ASY_E_INTERNAL;
}

/* TASK-07 */
static void test_any_coroutine_may_be_eager(void **state) {
  (void)state;
  resumed = destroyed = 0;
  assert_int_equal(ASY_OK, run(begin_coroutines));
}

static void test_options_it_does_not_know_are_refused(void **state) {
  (void)state;
  asy_task_options unknown = {.size = sizeof unknown, .flags = 1024};
  assert_int_equal(ASY_E_INVALID, finish(asy_spawn(loop, give_seven, NULL, count_free, &unknown)));
  assert_int_equal(1, freed);
}

/* Compiled against a version that had no `language` yet. */
static void test_a_shorter_table_is_still_good(void **state) {
  (void)state;
  asy_coroutine old = returning;
  old.size = offsetof(asy_coroutine, language);
  destroyed = 0;
  assert_int_equal(ASY_OK, finish(asy_task_new(loop, &old, NULL, NULL)));
  assert_int_equal(1, destroyed);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      TASK_TEST(test_one_that_ends_at_once_is_done_on_return_and_throws_nothing),
      TASK_TEST(test_the_current_task_is_the_childs_and_then_the_creators_again),
      TASK_TEST(test_outside_a_run_it_starts_lazily),
      TASK_TEST(test_a_callback_may_begin_one),
      TASK_TEST(test_it_has_a_copy_of_the_context_from_its_start),
      TASK_TEST(test_a_pending_cancel_of_the_creator_is_not_the_childs),
      TASK_TEST(test_one_that_waits_is_cancelled_as_any_other),
      TASK_TEST(test_a_groups_eager_failure_comes_at_the_parents_next_wait),
      TASK_TEST(test_a_child_may_create_children_while_it_fails),
      TASK_TEST(test_ten_thousand_inside_each_other_do_not_overflow),
      TASK_TEST(test_many_in_a_row_are_all_eager),
      TASK_TEST(test_any_coroutine_may_be_eager),
      TASK_TEST(test_options_it_does_not_know_are_refused),
      TASK_TEST(test_a_shorter_table_is_still_good),
  };
  return asy_test_main(argc, argv, "eager", tests);
}
