/* Generators of a language's own tasks: set aside between two items. */
#include "asy_script_test.h"

static asy_status refused(asy_task *task) {
  asy_generator *none;
  const asy_status status = asy_generator_of_task(task, &none);
  assert_null(none);
  return status;
}

/* AGEN-01 AGEN-02 */
static void test_items_come_until_the_task_ends(void **state) {
  struct script s;
  asy_generator *items = make(&s, "ywyy");
  (void)state;
  settle();
  assert_int_equal(0, s.number); /* it began with nothing */
  for (int i = 1; i <= 3; ++i) assert_int_equal(i, next_int(items));
  assert_int_equal(ASY_E_END, next_status(items));
  assert_int_equal(ASY_E_END, next_status(items));
  assert_int_equal(1, s.destroyed);
  asy_generator_unref(items);
}

/* AGEN-02 AGEN-04 */
static void test_values_errors_and_the_end_arrive_at_the_yield(void **state) {
  struct script s;
  asy_generator *items = make(&s, "yyy");
  asy_value value;
  (void)state;
  assert_int_equal(1, next_int(items));
  asy_value_set_int(&value, 21);
  assert_int_equal(2, finish_int(asy_generator_send(items, &value)));
  assert_int_equal(21, s.sent);
  assert_int_equal(ASY_E_FOREIGN, finish(asy_generator_throw(items, boom())));
  assert_int_equal(ASY_E_FOREIGN, s.thrown);
  asy_generator_unref(items);
  items = make(&s, "yy");
  assert_int_equal(1, next_int(items));
  assert_int_equal(ASY_OK, close_it(items));
  assert_int_equal(ASY_E_END, s.thrown);
  asy_generator_unref(items);
}

/* AGEN-02 */
static void test_an_error_and_a_value_at_the_end_are_told(void **state) {
  struct script s;
  asy_generator *items = make(&s, "yx");
  (void)state;
  assert_int_equal(1, next_int(items));
  assert_int_equal(ASY_E_FOREIGN, next_status(items));
  asy_generator_unref(items);
  items = make(&s, "v");
  assert_int_equal(ASY_E_INVALID, next_status(items));
  asy_generator_unref(items);
}

/* INTR-05: one that is set aside is neither a task of the loop nor finished, and one task however often it comes back
 */
static void test_a_task_counts_while_an_operation_is_under_way(void **state) {
  struct script s;
  asy_generator *items = make(&s, "yyw");
  asy_loop_metrics m = {.size = sizeof m};
  (void)state;
  for (int i = 0; i < 2; ++i) {
    assert_int_equal(0, asy_loop_task_count(loop));
    asy_future *next = asy_generator_next(items);
    assert_int_equal(1, asy_loop_task_count_of(loop, "script"));
    assert_int_equal(i + 1, finish_int(next));
  }
  assert_int_equal(ASY_OK, asy_loop_read_metrics(loop, &m));
  assert_int_equal(0, m.tasks);
  assert_int_equal(1, m.tasks_created);
  assert_int_equal(0, m.tasks_finished);
  assert_int_equal(ASY_E_END, next_status(items));
  asy_generator *unstarted = make(&s, "y");
  asy_generator_unref(unstarted);
  assert_int_equal(ASY_OK, asy_loop_read_metrics(loop, &m));
  assert_int_equal(2, m.tasks_created);
  assert_int_equal(2, m.tasks_finished);
  asy_generator_unref(items);
}

static void ignore(asy_future *future, void *data) { (void)future, (void)data; }

/* AGEN-02: only a task that nobody has to do with yet; a refused one goes on */
static void test_what_is_no_fresh_task_is_refused(void **state) {
  struct script s, never;
  asy_generator *items = make(&s, "y");
  (void)state;
  assert_int_equal(1, next_int(items));
  assert_int_equal(ASY_E_STATE, refused(asy_future_ref(s.task)));
  asy_task *task = play(&never, "w", NULL);
  assert_int_equal(1, asy_task_cancel(task, NULL));
  assert_int_equal(ASY_E_STATE, refused(asy_future_ref(task)));
  assert_int_equal(ASY_E_CANCELLED, finish(asy_future_ref(task)));
  assert_int_equal(ASY_E_STATE, refused(task));
  task = play(&never, "w", NULL);
  asy_future_add_done_callback(task, ignore, NULL, NULL);
  assert_int_equal(ASY_E_STATE, refused(asy_future_ref(task)));
  settle();
  assert_int_equal(ASY_E_STATE, refused(asy_future_ref(task))); /* it has begun */
  assert_int_equal(ASY_OK, finish(task));
  assert_int_equal(ASY_E_INVALID, refused(asy_future_new(loop)));
  assert_int_equal(ASY_E_INVALID, refused(NULL));
  assert_int_equal(ASY_E_FOREIGN, refused(asy_future_new_failed(loop, boom())));
  assert_int_equal(ASY_E_INVALID, refused(asy_task_new(loop, NULL, NULL, NULL))); /* what its making says */
  assert_int_equal(ASY_E_INVALID, asy_generator_of_task(play(&never, "", NULL), NULL));
  drop(items);
}

/* AGEN-02: and it does no harm */
static void test_yields_that_nobody_awaits_are_told(void **state) {
  struct script s;
  asy_generator *items = make(&s, "YYww");
  (void)state;
  assert_int_equal(1, next_int(items));
  settle();
  assert_int_equal(ASY_E_STATE, asy_future_status(s.gate)); /* the second */
  assert_int_equal(2, s.number);
  assert_int_equal(0, asy_loop_task_count(loop));
  finish(asy_sleep(loop, 5 * ASY_MILLISECOND)); /* it ends, unasked */
  assert_int_equal(1, s.destroyed);
  assert_int_equal(ASY_E_END, next_status(items));
  asy_generator_unref(items);
  asy_future_unref(s.gate);
  items = make(&s, "Yx");
  assert_int_equal(1, next_int(items));
  settle();
  asy_generator_unref(items);
  assert_int_equal(1, asy_test_reports()); /* its error was nobody's */
  asy_future_unref(s.gate);
}

static asy_status yields_for(asy_value *out_value, asy_error **out_error, void *task) {
  asy_value item = {0};
  (void)out_value;
  return asy_await(asy_generator_yield(task, &item), NULL, out_error);
}

/* AGEN-02 */
static void test_a_yield_is_the_running_tasks_own(void **state) {
  struct script s;
  asy_generator *items = make(&s, "yw");
  asy_value item;
  (void)state;
  assert_int_equal(1, next_int(items));
  assert_int_equal(ASY_E_STATE, finish(spawn(yields_for, s.task)));
  assert_int_equal(ASY_E_STATE, finish(asy_generator_yield(s.task, NULL)));
  asy_value_set_pointer(&item, loop, count_free);
  assert_int_equal(ASY_E_INVALID, asy_future_status(asy_generator_yield(NULL, &item)));
  assert_int_equal(1, freed);
  asy_future *plain = asy_future_new(loop);
  assert_int_equal(ASY_E_INVALID, asy_future_status(asy_generator_yield(plain, NULL)));
  asy_future_unref(plain);
  assert_int_equal(ASY_E_END, next_status(items));
  asy_generator_unref(items);
}

/* AGEN-02: a task whose steps come later yields between two of them */
static void test_a_deferred_task_hands_items_over(void **state) {
  struct script s;
  asy_generator *items = make(&s, "dy");
  asy_future *next = asy_generator_next(items);
  (void)state;
  settle();
  asy_step step = {.kind = ASY_STEP_AWAIT, .future = yield_next(&s)};
  assert_int_equal(0, asy_loop_task_count(loop));
  assert_int_equal(ASY_OK, asy_task_deliver(s.task, &step));
  assert_int_equal(1, finish_int(next));
  assert_int_equal(2, next_int(items));
  assert_int_equal(ASY_OK, close_it(items));
  asy_generator_unref(items);
}

static void see(asy_task *task, void *count) { (void)task, ++*(int *)count; }
static void start_at_once(asy_loop *of, asy_task_options *options, void *user_data) {
  (void)of, (void)user_data;
  if (!(options->flags & ASY_TASK_LAZY)) options->flags |= ASY_TASK_EAGER;
}

/* EXT-02: hooks hear of it once, and cannot begin one that is lazy */
static void test_hooks_hear_of_it_as_of_any_task(void **state) {
  struct script s;
  int seen = 0;
  asy_task_options lazy = {.size = sizeof lazy, .flags = ASY_TASK_LAZY, .name = "mine"};
  asy_task_hooks hooks = {
      .size = sizeof hooks, .on_options = start_at_once, .on_created = see, .on_finished = see, .user_data = &seen};
  asy_generator *items;
  (void)state;
  assert_int_equal(ASY_OK, asy_loop_set_task_hooks(loop, &hooks));
  assert_int_equal(ASY_OK, asy_generator_of_task(play(&s, "yy", &lazy), &items));
  assert_int_equal(0, s.number);
  assert_int_equal(1, seen);
  assert_int_equal(1, next_int(items));
  assert_string_equal("mine", asy_task_name(s.task));
  assert_int_equal(1, seen);
  assert_int_equal(ASY_OK, close_it(items));
  assert_int_equal(2, seen);
  asy_generator_unref(items);
  assert_int_equal(ASY_OK, asy_loop_set_task_hooks(loop, NULL));
}

static char told[512];
static void take_line(const char *line, void *data) {
  (void)data;
  strncat(strncat(told, line, 200), "|", 2);
}

/* INTR-01: it tells where it stands, and a graph leads from its task to who iterates */
static void test_it_is_seen_where_it_stands(void **state) {
  struct script s;
  asy_task_options named = {.size = sizeof named, .name = "mine"};
  asy_generator *items;
  (void)state;
  assert_int_equal(ASY_OK, asy_generator_of_task(play(&s, "ywx", &named), &items));
  told[0] = 0;
  assert_int_equal(ASY_OK, asy_generator_describe(items, take_line, NULL, NULL));
  assert_string_equal("mine|", told);
  assert_int_equal(1, next_int(items));
  told[0] = 0;
  assert_int_equal(ASY_OK, asy_generator_describe(items, take_line, NULL, NULL));
  assert_string_equal("mine|wx|", told);
  asy_task_options reader = {.size = sizeof reader, .name = "reader"};
  asy_task *task = asy_spawn(loop, adds_up, items, NULL, &reader);
  settle();
  told[0] = 0;
  assert_int_equal(ASY_OK, asy_future_call_graph(s.task, 9, 0, take_line, NULL, NULL));
  assert_non_null(strstr(told, "task mine waiting for sleep, awaited by generator operation|  at x|"));
  assert_non_null(strstr(told, "awaited by task reader waiting for generator operation"));
  assert_int_equal(ASY_E_FOREIGN, finish(task));
  asy_generator_unref(items);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      TASK_TEST(test_items_come_until_the_task_ends),
      TASK_TEST(test_values_errors_and_the_end_arrive_at_the_yield),
      TASK_TEST(test_an_error_and_a_value_at_the_end_are_told),
      TASK_TEST(test_a_task_counts_while_an_operation_is_under_way),
      TASK_TEST(test_what_is_no_fresh_task_is_refused),
      TASK_TEST(test_yields_that_nobody_awaits_are_told),
      TASK_TEST(test_a_yield_is_the_running_tasks_own),
      TASK_TEST(test_a_deferred_task_hands_items_over),
      TASK_TEST(test_hooks_hear_of_it_as_of_any_task),
      TASK_TEST(test_it_is_seen_where_it_stands),
  };
  return asy_test_main(argc, argv, "generator_task", tests);
}
