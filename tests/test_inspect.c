/* Looking in: who waits for whom, and where everything stands. */
#include <stdio.h>

#include "asy_task_test.h"

static char lines[4096];
static int line_count;
static void take_line(const char *text, void *data) {
  (void)data;
  ++line_count;
  size_t length = strlen(lines);
  snprintf(lines + length, sizeof lines - length, "%s\n", text);
}
static const char *graph(asy_future *future, int32_t frames, uint32_t levels) {
  lines[0] = 0;
  line_count = 0;
  assert_int_equal(ASY_OK, asy_future_call_graph(future, frames, levels, take_line, NULL, count_free));
  return lines;
}
static const char *dumped(void) {
  lines[0] = 0;
  line_count = 0;
  assert_int_equal(ASY_OK, asy_loop_dump(loop, take_line, NULL, count_free));
  return lines;
}
static const char *described(asy_future *future) {
  static char text[256];
  size_t length = asy_future_describe(future, text, sizeof text);
  assert_int_equal(length, strlen(text));
  return text;
}

static asy_future *seen[8];
static size_t seen_count;
static void see(asy_future *future, void *data) {
  (void)data;
  if (seen_count < 8) seen[seen_count++] = future;
}
static size_t awaiters(asy_future *future) {
  seen_count = 0;
  assert_int_equal(ASY_OK, asy_future_visit_awaiters(future, see, NULL, count_free));
  return seen_count;
}

static asy_task *named(const char *name, asy_run_cb body, void *data) {
  asy_task_options options = {.size = sizeof options, .name = name};
  return asy_spawn(loop, body, data, NULL, &options);
}
static void end(asy_future *future) {
  asy_future_cancel(future, NULL);
  finish(future);
}

/* FUT-17 */
static void test_each_operation_that_waits_is_an_awaiter(void **state) {
  asy_future *f = asy_future_new(loop), *members[] = {asy_future_ref(f)};
  asy_task *task = named("t", waiter, f);
  (void)state;
  settle();
  asy_future *gathered = asy_gather(loop, members, 1, 0);
  members[0] = asy_future_ref(f);
  asy_future *waited = asy_wait(loop, members, 1, ASY_WAIT_ALL, ASY_FOREVER);
  asy_future *shielded = asy_shield(loop, asy_future_ref(f));
  asy_future *limited = asy_wait_for(loop, asy_future_ref(f), ASY_SECOND);
  asy_future_add_done_callback(f, (asy_done_cb)see, NULL, NULL); /* nobody */
  assert_int_equal(5, awaiters(f));
  assert_ptr_equal(task, seen[0]);
  assert_ptr_equal(gathered, seen[1]);
  assert_ptr_equal(waited, seen[2]);
  assert_ptr_equal(shielded, seen[3]);
  assert_ptr_equal(limited, seen[4]);
  asy_future_cancel(shielded, NULL); /* it only listens now */
  assert_int_equal(4, awaiters(f));
  asy_future_set_result(f, NULL);
  settle();
  assert_int_equal(0, awaiters(f)); /* done: nobody waits any more */
  asy_future *all[] = {task, gathered, waited, shielded, limited, f};
  for (int i = 0; i < 6; ++i) asy_future_unref(all[i]);
}

static asy_future *give(size_t index, void *future) { return index ? NULL : asy_future_ref(future); }

/* FUT-17: and a race's attempt; one that is given twice is one awaiter */
static void test_a_race_is_an_awaiter_and_nobody_comes_twice(void **state) {
  asy_future *f = asy_future_new(loop), *twice[] = {asy_future_ref(f), asy_future_ref(f)};
  asy_future *race = asy_race(loop, 1, 0, give, f, NULL), *gathered = asy_gather(loop, twice, 2, 0);
  (void)state;
  settle();
  assert_int_equal(2, awaiters(f));
  assert_ptr_equal(gathered, seen[0]);
  assert_ptr_equal(race, seen[1]);
  end(race);
  end(gathered);
  asy_future_unref(f);
}

static asy_group *group;
static asy_status holds_a_group(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)data;
  asy_status status = asy_group_new(loop, NULL, &group);
  if (status) return status;
  status = asy_await(asy_sleep(loop, ASY_SECOND), NULL, out_error);
  status = asy_await(asy_group_exit(group, status ? asy_error_new(status, NULL, NULL) : NULL), NULL, out_error);
  asy_group_unref(group);
  return status;
}

/* TG-17: also while the parent is still in the body */
static void test_a_member_of_a_group_is_awaited_by_the_parent(void **state) {
  asy_task *parent = named("parent", holds_a_group, NULL), *child = named("child", sleeper, MS(50));
  (void)state;
  settle();
  assert_int_equal(ASY_OK, asy_group_add(group, child));
  assert_int_equal(1, awaiters(child));
  assert_ptr_equal(parent, seen[0]);
  settle();
  assert_string_equal(
      "task child waiting for sleep, awaited by task parent\n"
      "  awaited by task parent waiting for sleep\n",
      graph(child, 0, 0));
  end(parent);
  finish(child);
}

/* TASK-30: through a limit, a gather, a wait, a shield and a race */
static void test_the_graph_goes_up_through_every_operation(void **state) {
  asy_future *f = asy_future_new(loop),
             *members[] = {asy_shield(loop, asy_wait_for(loop, asy_future_ref(f), ASY_SECOND))};
  members[0] = asy_gather(loop, members, 1, 0);
  members[0] = asy_wait(loop, members, 1, ASY_WAIT_ALL, ASY_FOREVER);
  asy_future *race = asy_race(loop, 1, 0, give, members[0], NULL);
  (void)state;
  settle();
  asy_future_unref(members[0]);
  asy_task *task = named("top", waiter, race);
  settle();
  assert_string_equal(
      "future pending, awaited by wait_for\n"
      "  awaited by wait_for pending, awaited by shield\n"
      "    awaited by shield pending, awaited by gather\n"
      "      awaited by gather pending, awaited by wait\n"
      "        awaited by wait pending, awaited by race\n"
      "          awaited by race pending, awaited by task top\n"
      "            awaited by task top waiting for race\n",
      graph(f, 0, 0));
  assert_string_equal(
      "future pending, awaited by wait_for\n"
      "  awaited by wait_for pending, awaited by shield\n",
      graph(f, 0, 1));
  end(task);
  asy_future_set_result(f, NULL);
  settle();
  asy_future_unref(race);
  asy_future_unref(f);
}

/* A coroutine with frames, that waits for what it was given. */
static void resume(void *self, asy_task *task, const asy_value *sent, asy_error *thrown, asy_step *step) {
  (void)task, (void)sent;
  asy_future **waits = self;
  if (thrown) {
    step->kind = ASY_STEP_RAISE;
    step->error = asy_error_ref(thrown);
  } else if (*waits) {
    step->future = *waits;
    *waits = NULL;
  } else {
    step->kind = ASY_STEP_RETURN;
  }
}
static void destroy(void *self) {
  asy_future **waits = self;
  asy_future_unref(*waits);
}
static void describe(void *self, asy_line_cb on_line, void *data) {
  (void)self;
  on_line("outer", data);
  on_line("middle", data);
  on_line("inner", data);
}
static const asy_coroutine framed = {.size = sizeof framed, .resume = resume, .destroy = destroy, .describe = describe};

static asy_task *framed_task(const char *name, asy_future **waits) {
  asy_task_options options = {.size = sizeof options, .name = name};
  return asy_task_new(loop, &framed, waits, &options);
}

/* TASK-28 TASK-30: the sign of the limit picks the end; 0 keeps only the links */
static void test_a_limit_keeps_the_innermost_or_the_outermost_frames(void **state) {
  asy_future *f = asy_future_new(loop), *waits = asy_future_ref(f);
  asy_task *task = framed_task("t", &waits);
  (void)state;
  settle();
  assert_string_equal("task t waiting for future\n  at outer\n  at middle\n  at inner\n", graph(task, INT32_MAX, 0));
  assert_string_equal("task t waiting for future\n  at middle\n  at inner\n", graph(task, 2, 0));
  assert_string_equal("task t waiting for future\n  at outer\n", graph(task, -1, 0));
  assert_string_equal("task t waiting for future\n  at outer\n  at middle\n  at inner\n", graph(task, INT32_MIN, 0));
  assert_string_equal("task t waiting for future\n", graph(task, 0, 0));
  assert_string_equal("future pending, awaited by task t\n  awaited by task t waiting for future\n    at inner\n",
                      graph(f, 1, 0));
  asy_future_set_result(f, NULL);
  assert_int_equal(ASY_OK, finish(asy_future_ref(task)));
  assert_string_equal("task t done: nil\n", graph(task, INT32_MAX, 0)); /* a finished task has no frames */
  asy_future_unref(task);
  asy_future_unref(f);
}

/* TASK-30: a circle is told, and two ways to the same awaiter meet */
static void test_a_circle_is_told_and_not_followed(void **state) {
  asy_future *waits[2] = {NULL, NULL};
  asy_task *a = framed_task("a", &waits[0]), *b = framed_task("b", &waits[1]);
  (void)state;
  waits[0] = asy_future_ref(b);
  waits[1] = asy_future_ref(a);
  settle();
  assert_string_equal(
      "task a waiting for task b, awaited by task b\n"
      "  awaited by task b waiting for task a, awaited by task a\n"
      "    awaited by task a waiting for task b, awaited by task b (told above)\n",
      graph(a, 0, 0));
  asy_future_cancel(a, NULL);
  finish(a);
  finish(b);
}

/* TASK-30 */
static void test_a_long_chain_is_told_without_recursion(void **state) {
  enum { length = 3000 };
  static asy_future *waits[length];
  asy_future *root = asy_future_new(loop), *last = asy_future_ref(root);
  (void)state;
  for (int i = 0; i < length; ++i) {
    waits[i] = last;
    last = framed_task("link", &waits[i]);
  }
  settle();
  graph(root, 0, 0);
  assert_int_equal(length + 1, line_count);
  asy_future_set_result(root, NULL);
  finish(last);
  asy_future_unref(root);
}

static asy_status asks_for_itself(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error, (void)data;
  return asy_future_call_graph(NULL, INT32_MAX, 0, take_line, NULL, count_free);
}
static asy_status outside_of_tasks;
static void ask_without_a_task(void *data) {
  (void)data;
  outside_of_tasks = asy_future_call_graph(NULL, INT32_MAX, 0, take_line, NULL, count_free);
}

/* TASK-30: the running task by default, from its own small stack; no task is no line, no loop an error */
static void test_the_running_task_is_meant_when_none_is_given(void **state) {
  (void)state;
  lines[0] = 0;
  line_count = 0;
  assert_int_equal(ASY_OK, finish(named("me", asks_for_itself, NULL)));
  assert_string_equal("task me running, awaited by a callback\n", lines);
  asy_loop_call_soon(loop, ask_without_a_task, NULL, NULL, NULL);
  settle();
  assert_int_equal(ASY_OK, outside_of_tasks);
  assert_int_equal(1, line_count);
  assert_int_equal(ASY_E_STATE, asy_future_call_graph(NULL, 0, 0, take_line, NULL, count_free));
  assert_int_equal(3, freed);
}

/* FUT-18 */
static void test_a_future_is_described_by_its_state_and_outcome(void **state) {
  asy_future *f = asy_future_new(loop);
  asy_value value;
  (void)state;
  assert_string_equal("future pending", described(f));
  for (int i = 0; i < 5; ++i) asy_future_add_done_callback(f, (asy_done_cb)see, NULL, NULL);
  assert_string_equal("future pending, awaited by a callback and a callback and 3 more", described(f));
  asy_value_set_string(&value, "a text that is longer than what a line should show of it", 56);
  asy_future_set_result(f, &value);
  settle();
  assert_string_equal("future done: \"a text that is longer than what \"...", described(f));
  asy_future_unref(f);
  f = asy_future_new_failed(loop, boom());
  assert_string_equal("future failed: boom (ASY_E_FOREIGN)", described(f));
  asy_future_error(f);
  asy_future_unref(f);
  f = asy_future_new(loop);
  asy_future_cancel(f, "why");
  assert_string_equal("future cancelled: why (ASY_E_CANCELLED)", described(f));
  asy_future_unref(f);
  assert_string_equal("future failed: an argument is NULL, out of range or of the wrong kind (ASY_E_INVALID)",
                      described(asy_sleep(NULL, 1)));
}

/* FUT-18: a result is shown by its kind; what it is made of is not asked, and a future in itself does no harm */
static void test_a_result_is_never_asked_to_describe_itself(void **state) {
  asy_future *f = asy_future_new(loop);
  asy_value value;
  (void)state;
  assert_int_equal(ASY_OK, asy_value_set_list(&value, 2));
  asy_value_set_future(asy_value_item(&value, 1), asy_future_ref(f));
  asy_future *holder = asy_future_new_done(loop, &value);
  assert_string_equal("future done: a list of 2", described(holder));
  asy_future_unref(holder);
  asy_value_set_double(&value, 1.5);
  holder = asy_future_new_done(loop, &value);
  assert_string_equal("future done: 1.5", described(holder));
  asy_future_unref(holder);
  asy_future_unref(f);
}

/* FUT-18 */
static void test_a_description_is_cut_to_its_room(void **state) {
  char text[8] = "xxxxxxx";
  asy_future *f = asy_future_new(loop);
  (void)state;
  assert_int_equal(14, asy_future_describe(f, text, sizeof text));
  assert_string_equal("future ", text);
  assert_int_equal(14, asy_future_describe(f, NULL, 0));
  assert_int_equal(14, asy_future_describe(f, NULL, 8));
  assert_int_equal(0, asy_future_describe(NULL, text, sizeof text));
  assert_string_equal("", text);
  asy_future_unref(f);
}

/* TASK-32 */
static void test_a_task_is_described_by_its_state_and_what_it_awaits(void **state) {
  asy_task *task = named("t", stubborn, MS(10)), *outer = named("o", waiter, task);
  (void)state;
  assert_string_equal("task t not started", described(task));
  settle();
  assert_string_equal("task t waiting for sleep, awaited by task o", described(task));
  assert_string_equal("task o waiting for task t", described(outer));
  asy_task_cancel(task, NULL);
  assert_string_equal("task t waiting for sleep, cancelling, awaited by task o", described(task));
  assert_int_equal(77, finish_int(outer));
  assert_string_equal("task t done: 77", described(task));
  asy_future_unref(task);
  task = named("c", sleeper, MS(1));
  asy_future_cancel(task, NULL);
  finish(asy_future_ref(task));
  assert_string_equal("task c cancelled", described(task));
  asy_future_unref(task);
}

/* INTR-06 INTR-01 */
static void test_a_hang_is_dumped_task_by_task(void **state) {
  asy_future *never = asy_future_new(loop), *waits = asy_future_ref(never);
  asy_task *inner = framed_task("inner", &waits), *outer = named("outer", waiter, inner);
  (void)state;
  assert_int_equal(ASY_OK, asy_loop_dump(loop, take_line, NULL, count_free));
  settle();
  assert_string_equal(
      "task inner waiting for future, awaited by task outer\n"
      "  at outer\n  at middle\n  at inner\n"
      "task outer waiting for task inner\n",
      dumped());
  asy_future_set_result(never, NULL);
  finish(outer);
  asy_future_unref(inner);
  asy_future_unref(never);
  assert_string_equal("", dumped());
}

/* FUT-17 TASK-30 INTR-06 */
static void test_bad_arguments_are_refused(void **state) {
  asy_future *f = asy_future_new(loop);
  (void)state;
  assert_int_equal(ASY_E_INVALID, asy_future_visit_awaiters(NULL, see, NULL, count_free));
  assert_int_equal(ASY_E_INVALID, asy_future_visit_awaiters(f, NULL, NULL, count_free));
  assert_int_equal(ASY_E_INVALID, asy_future_call_graph(f, 0, 0, NULL, NULL, count_free));
  assert_int_equal(ASY_E_INVALID, asy_loop_dump(NULL, take_line, NULL, count_free));
  assert_int_equal(ASY_E_INVALID, asy_loop_dump(loop, NULL, NULL, count_free));
  assert_int_equal(0, awaiters(asy_sleep(NULL, 1)));
  assert_int_equal(6, freed);
  asy_future_unref(f);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      TASK_TEST(test_each_operation_that_waits_is_an_awaiter),
      TASK_TEST(test_a_race_is_an_awaiter_and_nobody_comes_twice),
      TASK_TEST(test_a_member_of_a_group_is_awaited_by_the_parent),
      TASK_TEST(test_the_graph_goes_up_through_every_operation),
      TASK_TEST(test_a_limit_keeps_the_innermost_or_the_outermost_frames),
      TASK_TEST(test_a_circle_is_told_and_not_followed),
      TASK_TEST(test_a_long_chain_is_told_without_recursion),
      TASK_TEST(test_the_running_task_is_meant_when_none_is_given),
      TASK_TEST(test_a_future_is_described_by_its_state_and_outcome),
      TASK_TEST(test_a_result_is_never_asked_to_describe_itself),
      TASK_TEST(test_a_description_is_cut_to_its_room),
      TASK_TEST(test_a_task_is_described_by_its_state_and_what_it_awaits),
      TASK_TEST(test_a_hang_is_dumped_task_by_task),
      TASK_TEST(test_bad_arguments_are_refused),
  };
  return asy_test_main(argc, argv, "inspect", tests);
}
