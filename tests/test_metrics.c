/* What a loop counts. */
#include "asy_task_test.h"

static asy_loop_metrics read_metrics(void) {
  asy_loop_metrics metrics = {.size = sizeof metrics};
  assert_int_equal(ASY_OK, asy_loop_read_metrics(loop, &metrics));
  return metrics;
}
static void nothing(void *data) { (void)data; }
static void later(int count) {
  while (count--) assert_int_equal(ASY_OK, asy_loop_call_soon(loop, nothing, NULL, NULL, NULL));
}

/* INTR-05 */
static void test_a_loop_counts_its_polls_and_what_it_ran(void **state) {
  (void)state;
  asy_loop_metrics before = read_metrics();
  later(5);
  assert_int_equal(5, read_metrics().ready);
  asy_test_turn(loop);
  later(3);
  asy_test_turn(loop);
  asy_loop_metrics after = read_metrics();
  assert_int_equal(2, after.polls - before.polls);
  assert_int_equal(8, after.entries - before.entries);
  assert_int_equal(0, after.ready);
  assert_int_equal(5, after.ready_max);
}

/* INTR-05 LOOP-25: a unit that holds the thread shows as lateness of the next timer */
static void test_late_timers_show_as_lag(void **state) {
  (void)state;
  asy_future *first = asy_sleep(loop, 10 * ASY_MILLISECOND), *second = asy_sleep(loop, 11 * ASY_MILLISECOND);
  asy_loop_advance(loop, 25 * ASY_MILLISECOND);
  asy_test_turn(loop);
  asy_loop_metrics late = read_metrics();
  assert_int_equal(15 * ASY_MILLISECOND, late.lag_ns);
  assert_int_equal(2, late.timers);
  assert_int_equal(ASY_OK, finish(asy_sleep(loop, ASY_SECOND)));
  assert_int_equal(0, read_metrics().lag_ns);
  assert_int_equal(15 * ASY_MILLISECOND, read_metrics().lag_max_ns);
  asy_future_unref(first);
  asy_future_unref(second);
}

/* INTR-05 */
static void test_tasks_are_counted_from_birth_to_end(void **state) {
  (void)state;
  enum { MANY = 3000 }; /* numbers are taken a thousand at a time */
  static asy_task *tasks[MANY];
  assert_int_equal(0, read_metrics().tasks_created);
  for (int i = 0; i < MANY; ++i) {
    tasks[i] = spawn(sleeper, MS(i == 0));
    assert_int_equal(i + 1, read_metrics().tasks_created);
  }
  asy_loop_metrics begun = read_metrics();
  assert_int_equal(MANY, begun.tasks);
  assert_int_equal(0, begun.tasks_finished);
  for (int i = 0; i < MANY; ++i) asy_future_unref(tasks[i]);
  settle();
  asy_loop_metrics ended = read_metrics();
  assert_int_equal(MANY, ended.tasks_created);
  assert_int_equal(MANY, ended.tasks_finished + ended.tasks);
  assert_int_equal(ASY_OK, finish(asy_sleep(loop, ASY_SECOND)));
  assert_int_equal(0, read_metrics().tasks);
  trail[0] = 0;
}

static void end_at_once(void *self, asy_task *task, const asy_value *sent, asy_error *thrown, asy_step *out_step) {
  (void)self, (void)task, (void)sent, (void)thrown;
  out_step->kind = ASY_STEP_RETURN;
}

/* INTR-05 */
static void test_tasks_are_counted_by_language(void **state) {
  static const asy_coroutine klingon = {
      .size = sizeof klingon, .resume = end_at_once, .destroy = nothing, .language = "klingon"};
  static const asy_coroutine older = {
      .size = offsetof(asy_coroutine, language), .resume = end_at_once, .destroy = nothing};
  (void)state;
  const asy_coroutine *const tables[] = {&klingon, &older, &klingon};
  for (int i = 0; i < 3; ++i) asy_future_unref(asy_task_new(loop, tables[i], NULL, NULL));
  asy_future_unref(spawn(sleeper, MS(0)));
  assert_int_equal(2, asy_loop_task_count_of(loop, "klingon"));
  assert_int_equal(1, asy_loop_task_count_of(loop, "c"));
  assert_int_equal(0, asy_loop_task_count_of(loop, "romulan"));
  assert_int_equal(0, asy_loop_task_count_of(loop, NULL));
  assert_int_equal(ASY_OK, finish(asy_sleep(loop, ASY_SECOND)));
  assert_int_equal(0, asy_loop_task_count_of(loop, "klingon"));
  trail[0] = 0;
}

/* INTR-05 */
static void test_an_older_caller_gets_what_it_knows(void **state) {
  (void)state;
  asy_loop_metrics metrics = {.size = offsetof(asy_loop_metrics, ready), .ready = 77};
  assert_int_equal(ASY_OK, asy_loop_read_metrics(loop, &metrics));
  assert_int_equal(offsetof(asy_loop_metrics, ready), metrics.size);
  assert_int_equal(77, metrics.ready);
  metrics.size = 0;
  assert_int_equal(ASY_E_INVALID, asy_loop_read_metrics(loop, &metrics));
  assert_int_equal(ASY_E_INVALID, asy_loop_read_metrics(loop, NULL));
  assert_int_equal(ASY_E_INVALID, asy_loop_read_metrics(NULL, &metrics));
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      TASK_TEST(test_a_loop_counts_its_polls_and_what_it_ran), TASK_TEST(test_late_timers_show_as_lag),
      TASK_TEST(test_tasks_are_counted_from_birth_to_end),     TASK_TEST(test_tasks_are_counted_by_language),
      TASK_TEST(test_an_older_caller_gets_what_it_knows),
  };
  return asy_test_main(argc, argv, "metrics", tests);
}
