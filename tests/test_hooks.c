/* Hooks that hear of all tasks of a loop, and tasks of another runtime. */
#include <stdbool.h>

#include "asy_task_test.h"

static int released;
static void release(void *data) { (void)data, ++released; }
static char mark(asy_task *task) { return asy_task_name(task)[0]; }
static void mark_note(const char *what, asy_task *task) {
  char text[] = {what[0], mark(task), 0};
  note(text);
}
static void on_created(asy_task *task, void *data) { (void)data, mark_note("+", task); }
static void on_switched(asy_task *task, int32_t entered, void *data) {
  (void)data;
  mark_note(entered ? ">" : "<", task);
  if (asy_task_current(loop) != task) note("!");
}
static void on_finished(asy_task *task, void *data) {
  (void)data;
  mark_note(asy_future_is_done(task) ? "-" : "?", task);
}
static const asy_task_hooks tracing = {.size = sizeof tracing,
                                       .on_created = on_created,
                                       .on_switched = on_switched,
                                       .on_finished = on_finished,
                                       .on_free = release};

static int setup(void **state) {
  released = 0;
  return asy_task_setup(state);
}
static int teardown(void **state) {
  asy_loop_set_task_hooks(loop, NULL);
  return asy_test_teardown(state);
}
#define HOOKS_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

static asy_task *named(const char *name, asy_run_cb body, void *data, uint64_t flags) {
  asy_task_options options = {.size = sizeof options, .name = name, .flags = flags};
  return asy_spawn(loop, body, data, NULL, &options);
}
static asy_status nothing(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error, (void)data;
  return ASY_OK;
}
static asy_status with_child(asy_value *out_value, asy_error **out_error, void *flags) {
  asy_status status = asy_await(named("child", nothing, NULL, (uintptr_t)flags), out_value, out_error);
  if (status) return status;
  return wait_ms(1);
}

/* EXT-06 */
static void test_every_step_of_every_task_is_told(void **state) {
  (void)state;
  assert_int_equal(ASY_OK, asy_loop_set_task_hooks(loop, &tracing));
  assert_int_equal(ASY_OK, finish(named("parent", with_child, NULL, 0)));
  assert_string_equal("+p>p+c<p>c<c-c>p<p>p<p-p", trail);
  assert_int_equal(ASY_OK, asy_loop_set_task_hooks(loop, NULL));
  assert_int_equal(1, released);
}

/* TASK-22 */
static void test_an_eager_child_is_told_inside_its_creator(void **state) {
  (void)state;
  asy_loop_set_task_hooks(loop, &tracing);
  assert_int_equal(ASY_OK, finish(named("parent", with_child, (void *)ASY_TASK_EAGER, 0)));
  assert_string_equal("+p>p+c>c<c-c<p>p<p-p", trail);
}

static void make_eager(asy_loop *where, asy_task_options *options, void *data) {
  (void)where, (void)data;
  note(options->name ? "named" : "bare");
  options->flags |= ASY_TASK_EAGER;
  if (!options->name) options->name = "given";
}
static asy_status tell_name(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error, (void)data;
  note(asy_task_name(asy_task_current(loop)));
  return ASY_OK;
}
static asy_status spawn_two(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)data;
  asy_task *eager = spawn(tell_name, NULL);
  bool right = asy_future_is_done(eager);
  asy_future_unref(eager);
  asy_task *lazy = named("lazy", tell_name, NULL, ASY_TASK_LAZY);
  if (asy_future_is_done(lazy) || !right) return ASY_E_INTERNAL;
  return asy_await(lazy, NULL, out_error);
}

/* EXT-02 TASK-06 TASK-09 */
static void test_a_factory_changes_how_tasks_are_made(void **state) {
  (void)state;
  asy_task *task = named("first", spawn_two, NULL, 0);
  asy_task_hooks factory = {.size = sizeof factory, .on_options = make_eager};
  assert_int_equal(ASY_OK, asy_loop_set_task_hooks(loop, &factory));
  assert_int_equal(ASY_OK, finish(task));
  assert_string_equal("baregivennamedlazy", trail);
}

static void bad_flags(asy_loop *where, asy_task_options *options, void *data) {
  (void)where, (void)data;
  options->flags = 64;
}

/* EXT-02 */
static void test_a_factory_that_asks_for_the_unknown_makes_nothing(void **state) {
  (void)state;
  asy_task_hooks factory = {.size = sizeof factory, .on_options = bad_flags};
  asy_loop_set_task_hooks(loop, &factory);
  assert_int_equal(ASY_E_INVALID, finish(asy_spawn(loop, nothing, NULL, count_free, NULL)));
  assert_int_equal(1, freed);
}

/* EXT-02 */
static void test_wrong_hooks_are_refused_and_consumed(void **state) {
  (void)state;
  struct {
    asy_task_hooks hooks;
    uint64_t newer;
  } wrong = {tracing, 1};
  wrong.hooks.size = sizeof wrong;
  asy_loop_set_task_hooks(loop, &tracing);
  assert_int_equal(ASY_E_INVALID, asy_loop_set_task_hooks(loop, &wrong.hooks));
  assert_int_equal(ASY_E_INVALID, asy_loop_set_task_hooks(NULL, &tracing));
  assert_int_equal(2, released);
  assert_int_equal(ASY_OK, finish(named("x", nothing, NULL, 0)));
  assert_string_equal("+x>x<x-x", trail);
}

/* ---- hooks that do something */

static void cancel_it(asy_task *task, void *data) { (void)data, asy_task_cancel(task, NULL); }
static void spawn_one(asy_task *task, void *data) {
  (void)data;
  mark_note("+", task);
  if (mark(task) != 'h') asy_future_unref(named("helper", nothing, NULL, ASY_TASK_EAGER));
}
static void replace(asy_task *task, int32_t entered, void *data) {
  on_switched(task, entered, data);
  asy_loop_set_task_hooks(loop, &tracing);
}

static void test_a_hook_may_cancel_what_was_made(void **state) {
  (void)state;
  asy_task_hooks hooks = {.size = sizeof hooks, .on_created = cancel_it};
  asy_loop_set_task_hooks(loop, &hooks);
  assert_int_equal(ASY_E_CANCELLED, finish(named("x", sleeper, MS(1), ASY_TASK_EAGER)));
}

static void test_a_hook_may_make_tasks(void **state) {
  (void)state;
  asy_task_hooks hooks = {.size = sizeof hooks, .on_created = spawn_one, .on_finished = on_finished};
  asy_loop_set_task_hooks(loop, &hooks);
  assert_int_equal(ASY_OK, finish(named("parent", with_child, NULL, 0)));
  settle();
  assert_string_equal("+p+h-h+c+h-h-c-p", trail);
}

static void test_a_hook_may_set_other_hooks(void **state) {
  (void)state;
  asy_task_hooks hooks = {.size = sizeof hooks, .on_switched = replace, .on_free = release};
  asy_loop_set_task_hooks(loop, &hooks);
  assert_int_equal(ASY_OK, finish(named("parent", with_child, NULL, 0)));
  assert_int_equal(1, released);
  assert_string_equal(">p+c>c<c-c>p<p>p<p-p", trail); /* the step under way is told to neither */
}

static void close_the_loop(asy_task *task, void *data) {
  (void)task, (void)data;
  note("close");
  if (asy_loop_close(loop)) note("!");
}

static void test_a_hook_may_close_the_loop(void **state) {
  (void)state;
  asy_task_hooks hooks = {.size = sizeof hooks, .on_created = close_the_loop, .on_free = release};
  asy_loop_set_task_hooks(loop, &hooks);
  assert_int_equal(ASY_E_CLOSED, asy_future_status(asy_spawn(loop, nothing, NULL, count_free, NULL)));
  assert_string_equal("close", trail);
  assert_int_equal(1, freed);
  assert_int_equal(1, released);
  assert_int_equal(1, asy_test_reports()); /* of the task that was pending */
}

static void test_a_close_tells_of_the_tasks_it_ends(void **state) {
  (void)state;
  asy_loop_set_task_hooks(loop, &tracing);
  asy_task *task = named("x", sleeper, MS(5), 0);
  asy_test_turn(loop);
  asy_loop_close(loop);
  assert_string_equal("+x>x<x-xx", trail); /* the last is the body, which sees its wait fail */
  assert_int_equal(1, released);
  assert_int_equal(1, asy_test_reports());
  asy_future_unref(task);
}

/* ---- tasks of another runtime: deferred, and current while their own code runs */

static void defer(void *self, asy_task *task, const asy_value *sent, asy_error *thrown, asy_step *step) {
  (void)self, (void)task, (void)sent, (void)thrown;
  step->kind = ASY_STEP_DEFERRED;
}
static const asy_coroutine foreign = {sizeof foreign, defer, count_free, NULL, NULL, "foreign"};
static asy_task *theirs, *ours;
static asy_status entered[8];
static void run_theirs(void *data) {
  (void)data;
  entered[0] = asy_task_leave(theirs);
  entered[1] = asy_task_enter(ours);
  entered[2] = asy_task_enter(theirs);
  note(asy_task_current(loop) == theirs ? "theirs" : "!");
  entered[3] = asy_task_enter(theirs);
  entered[4] = asy_task_leave(ours);
  entered[5] = asy_task_leave(theirs);
  note(asy_task_current(loop) ? "!" : "none");
  asy_task_enter(theirs);
  asy_step step = {.kind = ASY_STEP_RETURN};
  asy_value_set_int(&step.value, 5);
  asy_task_deliver(theirs, &step);
  note(asy_task_current(loop) ? "!" : "none");
  entered[6] = asy_task_leave(theirs);
  entered[7] = asy_task_enter(theirs);
}

/* TASK-31 EXT-06 TASK-22 */
static void test_another_runtimes_task_is_the_current_one_while_it_runs(void **state) {
  (void)state;
  theirs = asy_task_new(loop, &foreign, NULL, NULL);
  ours = spawn(sleeper, MS(1));
  assert_int_equal(ASY_E_STATE, asy_task_enter(theirs)); /* the loop does not run */
  asy_test_turn(loop);
  asy_loop_call_soon(loop, run_theirs, NULL, NULL, NULL);
  assert_int_equal(5, finish_int(asy_future_ref(theirs)));
  asy_status expected[] = {ASY_E_STATE, ASY_E_STATE, ASY_OK,      ASY_E_STATE,
                           ASY_E_STATE, ASY_OK,      ASY_E_STATE, ASY_E_STATE};
  assert_memory_equal(expected, entered, sizeof expected);
  assert_string_equal("theirsnonenone", trail);
  assert_int_equal(ASY_OK, finish(ours));
  asy_future_unref(theirs);
}

static void forget_to_leave(void *data) { (void)data, asy_task_enter(theirs); }
static asy_status deliver_theirs(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error, (void)data;
  asy_step step = {.kind = ASY_STEP_RETURN};
  asy_status status = asy_task_deliver(theirs, &step);
  asy_future_unref(theirs);
  return status;
}

/* TASK-31 */
static void test_one_that_was_never_left_stays_in_memory_until_the_close(void **state) {
  (void)state;
  theirs = asy_task_new(loop, &foreign, NULL, NULL);
  asy_test_turn(loop);
  asy_loop_call_soon(loop, forget_to_leave, NULL, NULL, NULL);
  asy_test_turn(loop);
  assert_int_equal(ASY_OK, finish(spawn(deliver_theirs, NULL)));
  assert_true(asy_future_is_done(asy_task_current(loop)));
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      HOOKS_TEST(test_every_step_of_every_task_is_told),
      HOOKS_TEST(test_an_eager_child_is_told_inside_its_creator),
      HOOKS_TEST(test_a_factory_changes_how_tasks_are_made),
      HOOKS_TEST(test_a_factory_that_asks_for_the_unknown_makes_nothing),
      HOOKS_TEST(test_wrong_hooks_are_refused_and_consumed),
      HOOKS_TEST(test_a_hook_may_cancel_what_was_made),
      HOOKS_TEST(test_a_hook_may_make_tasks),
      HOOKS_TEST(test_a_hook_may_set_other_hooks),
      HOOKS_TEST(test_a_hook_may_close_the_loop),
      HOOKS_TEST(test_a_close_tells_of_the_tasks_it_ends),
      HOOKS_TEST(test_another_runtimes_task_is_the_current_one_while_it_runs),
      HOOKS_TEST(test_one_that_was_never_left_stays_in_memory_until_the_close),
  };
  return asy_test_main(argc, argv, "hooks", tests);
}
