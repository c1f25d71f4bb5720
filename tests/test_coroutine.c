/* Coroutines of a language's own: the table of functions that drives them. */
#include "asy_task_test.h"

#include <pthread.h>

/* A coroutine that plays back a script: one letter per resume.
   y yields, a awaits `future`, n awaits a NULL loop's future, r returns what was sent, x raises, d defers, ? an unknown
   step */
struct script {
  const char *at;
  asy_future *future;
  int64_t sent;
  asy_status thrown;
  int destroyed, asked;
  asy_task *task;
};

static void resume(void *self, asy_task *task, const asy_value *sent, asy_error *thrown, asy_step *out_step) {
  struct script *s = self;
  s->task = task;
  s->sent = sent ? asy_value_int(sent) : -1;
  s->thrown = asy_error_code(thrown);
  if (!thrown) s->thrown = ASY_OK;
  switch (*s->at++) {
    case 'y': out_step->kind = ASY_STEP_AWAIT; break;
    case 'a': out_step->kind = ASY_STEP_AWAIT, out_step->future = asy_future_ref(s->future); break;
    case 'n': out_step->kind = ASY_STEP_AWAIT, out_step->future = asy_sleep(NULL, 1); break;
    case 'x': out_step->kind = ASY_STEP_RAISE, out_step->error = boom(); break;
    case 'd': out_step->kind = ASY_STEP_DEFERRED; break;
    case '?': out_step->kind = 99; break;
    default: out_step->kind = ASY_STEP_RETURN, asy_value_set_int(&out_step->value, s->sent);
  }
}
static void destroy(void *self) { ++((struct script *)self)->destroyed; }
static void asked(void *self) { ++((struct script *)self)->asked; }
static const asy_coroutine script_coroutine = {sizeof(asy_coroutine), resume, destroy, NULL, asked};

static asy_task *play(struct script *s) { return asy_task_new(loop, &script_coroutine, s, NULL); }
static asy_status deliver_return(asy_task *task, int64_t number) {
  asy_step step = {.kind = ASY_STEP_RETURN};
  asy_value_set_int(&step.value, number);
  return asy_task_deliver(task, &step);
}

/* CORO-13 CORO-08 */
static void test_the_four_steps(void **state) {
  struct script s = {.at = "yar", .future = asy_future_new(loop)};
  asy_task *task = play(&s);
  asy_value value;
  (void)state;
  assert_int_equal(0, s.destroyed);
  settle();
  asy_value_set_int(&value, 5);
  asy_future_set_result(s.future, &value);
  assert_int_equal(5, finish_int(task));
  assert_int_equal(1, s.destroyed);
  asy_future_unref(s.future);
  struct script x = {.at = "x"};
  assert_int_equal(ASY_E_FOREIGN, finish(play(&x)));
  assert_int_equal(1, x.destroyed);
}

/* CORO-08 CORO-03 */
static void test_what_cannot_be_awaited_raises_at_the_await(void **state) {
  struct script s = {.at = "nr"};
  (void)state;
  assert_int_equal(-1, finish_int(play(&s)));
  assert_int_equal(ASY_E_INVALID, s.thrown);
  struct script unknown = {.at = "?"};
  assert_int_equal(ASY_E_INVALID, finish(play(&unknown)));
  assert_int_equal(1, unknown.destroyed);
}

/* CORO-06 */
static void test_a_refused_coroutine_is_destroyed_once(void **state) {
  struct script s = {.at = "r"};
  asy_task_options bad = {1, NULL, 0};
  asy_coroutine incomplete = {0};
  (void)state;
  assert_int_equal(ASY_E_INVALID, asy_future_status(asy_task_new(NULL, &script_coroutine, &s, NULL)));
  assert_int_equal(1, s.destroyed);
  assert_int_equal(ASY_E_INVALID, asy_future_status(asy_task_new(loop, &script_coroutine, &s, &bad)));
  assert_int_equal(2, s.destroyed);
  assert_int_equal(ASY_E_INVALID, asy_future_status(asy_task_new(loop, &incomplete, &s, NULL)));
  asy_loop_close(loop);
  assert_int_equal(ASY_E_CLOSED, asy_future_status(asy_task_new(loop, &script_coroutine, &s, NULL)));
  assert_int_equal(3, s.destroyed);
}

/* CORO-06: by whatever its table has; what tells no way to destroy it stays the caller's */
static void test_an_incomplete_table_destroys_what_it_can(void **state) {
  struct script s = {.at = "r"};
  asy_thread_future *remote;
  (void)state;
  asy_coroutine table = {.size = sizeof table, .destroy = script_coroutine.destroy};
  assert_int_equal(ASY_E_INVALID, asy_future_status(asy_task_new(loop, &table, &s, NULL)));
  assert_int_equal(1, s.destroyed);
  assert_int_equal(ASY_E_INVALID, asy_task_new_threadsafe(loop, &table, &s, NULL, &remote));
  assert_int_equal(2, s.destroyed);
  table.size = offsetof(asy_coroutine, describe); /* not even a whole one */
  assert_int_equal(ASY_E_INVALID, asy_future_status(asy_task_new(loop, &table, &s, NULL)));
  assert_int_equal(3, s.destroyed);
  table.size = offsetof(asy_coroutine, destroy);
  assert_int_equal(ASY_E_INVALID, asy_future_status(asy_task_new(loop, &table, &s, NULL)));
  table = script_coroutine;
  table.destroy = NULL;
  assert_int_equal(ASY_E_INVALID, asy_future_status(asy_task_new(loop, &table, &s, NULL)));
  assert_int_equal(ASY_E_INVALID, asy_task_new_threadsafe(loop, &table, &s, NULL, &remote));
  assert_int_equal(ASY_E_INVALID, asy_future_status(asy_task_new(loop, NULL, &s, NULL)));
  assert_int_equal(3, s.destroyed);
}

/* CORO-05 CORO-06 TASK-26 */
static void test_a_coroutine_that_never_started_is_destroyed_at_close(void **state) {
  struct script s = {.at = "r"};
  asy_task *task = play(&s);
  (void)state;
  asy_loop_close(loop);
  assert_int_equal(1, s.destroyed);
  assert_int_equal(1, asy_test_reports());
  asy_future_unref(task);
}

/* CORO-13 */
static void test_a_deferred_step_is_delivered_later(void **state) {
  struct script s = {.at = "ddr", .future = asy_future_new(loop)};
  asy_task *task = play(&s);
  asy_step step = {.kind = ASY_STEP_AWAIT, .future = asy_future_ref(s.future)};
  (void)state;
  assert_int_equal(ASY_E_STATE, deliver_return(task, 1)); /* nothing is deferred yet */
  settle();
  assert_null(asy_task_current(loop));
  assert_int_equal(ASY_OK, asy_task_deliver(task, &step));
  settle();
  asy_future_set_result(s.future, NULL);
  settle();
  assert_int_equal(ASY_OK, deliver_return(task, 8));
  assert_int_equal(ASY_E_STATE, deliver_return(task, 9));
  assert_int_equal(8, finish_int(task));
  assert_int_equal(1, s.destroyed);
  asy_future_unref(s.future);
}

/* CORO-13 TASK-12 */
static void test_a_cancel_while_deferred_is_told_and_acts_at_the_delivery(void **state) {
  struct script s = {.at = "dr", .future = asy_future_new(loop)};
  asy_task *task = play(&s);
  asy_step step = {.kind = ASY_STEP_AWAIT, .future = asy_future_ref(s.future)};
  (void)state;
  settle();
  assert_int_equal(1, asy_task_cancel(task, NULL));
  assert_int_equal(1, s.asked);
  settle();
  assert_int_equal(0, asy_future_is_done(task));
  assert_int_equal(ASY_OK, asy_task_deliver(task, &step));
  assert_int_equal(-1, finish_int(task)); /* it took the cancel at that await and returned */
  assert_int_equal(ASY_E_CANCELLED, s.thrown);
  assert_int_equal(1, asy_future_is_cancelled(s.future));
  asy_future_unref(s.future);
}

/* CORO-13 LOOP-08 */
static void test_closing_leaves_a_deferred_coroutine_until_its_delivery(void **state) {
  struct script s = {.at = "d"};
  asy_task *task = play(&s);
  (void)state;
  settle();
  asy_loop_close(loop);
  assert_int_equal(1, s.asked);
  assert_int_equal(0, s.destroyed);
  assert_int_equal(ASY_E_CLOSED, asy_future_status(task));
  assert_int_equal(ASY_E_CLOSED, deliver_return(task, 1));
  assert_int_equal(1, s.destroyed);
  assert_int_equal(1, asy_test_reports());
  asy_future_unref(task);
}

/* CORO-02 */
static void test_128_done_futures_in_a_row_give_up_one_turn(void **state) {
  char many[301];
  memset(many, 'a', 299);
  many[299] = 'r';
  many[300] = 0;
  struct script s = {.at = many, .future = asy_future_new(loop)};
  asy_future_set_result(s.future, NULL);
  asy_task *task = play(&s);
  (void)state;
  size_t turns = 0;
  while (!asy_future_is_done(task) && turns < 10) {
    asy_test_turn(loop);
    ++turns;
  }
  assert_true(turns <= 3);
  assert_int_equal(ASY_OK, finish(task));
  assert_int_equal(1, s.destroyed);
  asy_future_unref(s.future);
}

/* TASK-33 */
static void test_a_done_task_holds_neither_coroutine_nor_awaited_future(void **state) {
  asy_value pointer;
  asy_future *future = asy_future_new(loop);
  struct script s = {.at = "ar", .future = future};
  asy_task *task = play(&s);
  (void)state;
  settle();
  asy_value_set_pointer(&pointer, NULL, count_free);
  asy_future_set_result(future, &pointer);
  asy_future_unref(future);
  assert_int_equal(ASY_OK, finish(asy_future_ref(task)));
  assert_int_equal(1, s.destroyed);
  assert_int_equal(1, freed);
  asy_future_unref(task);
}

static void two_lines(void *self, asy_line_cb on_line, void *user_data) {
  (void)self;
  on_line("outer", user_data);
  on_line("inner", user_data);
}
static const asy_coroutine describing = {sizeof(asy_coroutine), resume, destroy, two_lines, NULL};
static void note_line(const char *text, void *data) { (void)data, note(text), note(";"); }
static asy_status describe(asy_task *task) { return asy_task_describe(task, note_line, NULL, count_free); }

/* TASK-28 */
static void test_a_suspended_coroutine_tells_where_it_stands(void **state) {
  struct script s = {.at = "ar", .future = asy_future_new(loop)}, mute = {.at = "ar", .future = s.future};
  asy_task *task = asy_task_new(loop, &describing, &s, NULL), *other = play(&mute);
  (void)state;
  settle();
  assert_int_equal(ASY_OK, describe(task));
  assert_string_equal("outer;inner;", trail);
  assert_int_equal(ASY_OK, describe(other));
  asy_future_set_result(s.future, NULL);
  assert_int_equal(0, finish_int(asy_future_ref(task)));
  assert_int_equal(ASY_OK, describe(task));
  assert_string_equal("outer;inner;", trail);
  assert_int_equal(ASY_E_INVALID, describe(s.future));
  assert_int_equal(ASY_E_INVALID, asy_task_describe(task, NULL, NULL, count_free));
  assert_int_equal(5, freed);
  asy_future_unref(task);
  asy_future_unref(s.future);
  finish(other);
}

static asy_error *raised;
static void keep_thrown(void *self, asy_task *task, const asy_value *sent, asy_error *thrown, asy_step *out_step) {
  struct script *s = self;
  raised = thrown;
  resume(self, task, sent, thrown, out_step);
  if (thrown) s->thrown = ASY_OK;
}
static const asy_coroutine keeping = {sizeof(asy_coroutine), keep_thrown, destroy, NULL, asked};

/* CORO-13 TASK-19: what was raised stays valid until the step is delivered, whoever cancels meanwhile */
static void test_a_deferred_step_keeps_the_error_that_was_raised(void **state) {
  struct script s = {.at = "ad", .future = asy_future_new(loop)};
  asy_task *task = asy_task_new(loop, &keeping, &s, NULL);
  (void)state;
  asy_future_set_shared(s.future);
  settle();
  asy_task_cancel(task, "first");
  settle();
  asy_task_cancel(task, "second");
  assert_string_equal("first", asy_error_message(raised));
  assert_int_equal(ASY_OK, deliver_return(task, 1));
  assert_int_equal(ASY_E_CANCELLED, finish(task)); /* the second was never raised */
  asy_future_unref(s.future);
}

static void *deliver_elsewhere(void *task) {
  asy_step step = {.kind = ASY_STEP_RETURN};
  asy_value_set_pointer(&step.value, NULL, count_free);
  return (void *)(intptr_t)asy_task_deliver(task, &step);
}

/* CORO-13 THR-09 */
static void test_a_delivery_is_consumed_in_every_state(void **state) {
  struct script s = {.at = "dr", .future = asy_future_new(loop)};
  asy_task *task = play(&s);
  pthread_t thread;
  void *status;
  (void)state;
  settle();
  pthread_create(&thread, NULL, deliver_elsewhere, task);
  pthread_join(thread, &status);
  assert_int_equal(ASY_E_WRONG_THREAD, (intptr_t)status);
  assert_int_equal(1, freed);
  assert_int_equal(ASY_E_INVALID, (intptr_t)deliver_elsewhere(s.future));
  assert_int_equal(2, freed);
  assert_int_equal(ASY_E_INVALID, (intptr_t)deliver_elsewhere(NULL));
  assert_int_equal(3, freed);
  asy_loop_close(loop);
  pthread_create(&thread, NULL, deliver_elsewhere, task); /* then any thread may */
  pthread_join(thread, &status);
  assert_int_equal(ASY_E_CLOSED, (intptr_t)status);
  assert_int_equal(1, s.destroyed);
  assert_int_equal(1, asy_test_reports());
  asy_future_unref(task);
  asy_future_unref(s.future);
}

static void unknown_step(void *self, asy_task *task, const asy_value *sent, asy_error *thrown, asy_step *out_step) {
  (void)self, (void)task, (void)sent, (void)thrown;
  out_step->kind = 99;
  out_step->error = boom();
  out_step->future = asy_future_new(loop);
  asy_value_set_pointer(&out_step->value, NULL, count_free);
}
static const asy_coroutine unknown = {sizeof(asy_coroutine), unknown_step, destroy, NULL, NULL};

/* CORO-08 */
static void test_an_unknown_step_is_consumed(void **state) {
  struct script s = {.at = ""};
  (void)state;
  assert_int_equal(ASY_E_INVALID, finish(asy_task_new(loop, &unknown, &s, NULL)));
  assert_int_equal(1, freed);
  assert_int_equal(1, s.destroyed);
}

static int ended;
static void end_now(void *self) {
  ended += asy_task_deliver(*(asy_task **)self, &(asy_step){.kind = ASY_STEP_RETURN}) == ASY_OK;
}
static void defer(void *self, asy_task *task, const asy_value *sent, asy_error *thrown, asy_step *out_step) {
  (void)self, (void)task, (void)sent, (void)thrown;
  out_step->kind = ASY_STEP_DEFERRED;
}
static void nothing(void *self) { (void)self; }
static const asy_coroutine ending = {sizeof(asy_coroutine), defer, nothing, NULL, end_now};
static void cancel_one(asy_task *task, void *data) {
  ++*(int *)data;
  asy_task_cancel(task, NULL);
}

/* TASK-23 */
static void test_tasks_may_end_while_they_are_visited(void **state) {
  asy_task *tasks[5];
  int visited = 0;
  (void)state;
  ended = 0;
  for (int i = 0; i < 5; ++i) tasks[i] = asy_task_new(loop, &ending, &tasks[i], NULL);
  settle();
  assert_int_equal(ASY_OK, asy_loop_visit_tasks(loop, cancel_one, &visited, NULL));
  assert_int_equal(5, visited);
  assert_int_equal(5, ended);
  assert_int_equal(0, asy_loop_task_count(loop));
  for (int i = 0; i < 5; ++i) assert_int_equal(ASY_E_CANCELLED, finish(tasks[i]));
}

static int bare;
static void count_bare(void *self) { bare += !self; }
static void return_nil(void *self, asy_task *task, const asy_value *sent, asy_error *thrown, asy_step *out_step) {
  (void)self, (void)task, (void)sent, (void)thrown;
  out_step->kind = ASY_STEP_RETURN;
}
static const asy_coroutine without_self = {sizeof(asy_coroutine), return_nil, count_bare, NULL, NULL};

/* CORO-13 CORO-06 */
static void test_a_coroutine_needs_no_data_of_its_own(void **state) {
  (void)state;
  bare = 0;
  assert_int_equal(ASY_OK, finish(asy_task_new(loop, &without_self, NULL, NULL)));
  assert_int_equal(1, bare);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      TASK_TEST(test_the_four_steps),
      TASK_TEST(test_what_cannot_be_awaited_raises_at_the_await),
      TASK_TEST(test_a_refused_coroutine_is_destroyed_once),
      TASK_TEST(test_an_incomplete_table_destroys_what_it_can),
      TASK_TEST(test_a_coroutine_that_never_started_is_destroyed_at_close),
      TASK_TEST(test_a_deferred_step_is_delivered_later),
      TASK_TEST(test_a_cancel_while_deferred_is_told_and_acts_at_the_delivery),
      TASK_TEST(test_closing_leaves_a_deferred_coroutine_until_its_delivery),
      TASK_TEST(test_128_done_futures_in_a_row_give_up_one_turn),
      TASK_TEST(test_a_done_task_holds_neither_coroutine_nor_awaited_future),
      TASK_TEST(test_a_suspended_coroutine_tells_where_it_stands),
      TASK_TEST(test_a_deferred_step_keeps_the_error_that_was_raised),
      TASK_TEST(test_a_delivery_is_consumed_in_every_state),
      TASK_TEST(test_an_unknown_step_is_consumed),
      TASK_TEST(test_tasks_may_end_while_they_are_visited),
      TASK_TEST(test_a_coroutine_needs_no_data_of_its_own),
  };
  return asy_test_main(argc, argv, "coroutine", tests);
}
