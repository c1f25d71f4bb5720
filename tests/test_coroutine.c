/* Coroutines of a language's own: the table of functions that drives them. */
#include "asy_task_test.h"

/* A coroutine that plays back a script: one letter per resume.
   y yields, a awaits `future`, n awaits a NULL loop's future, r returns what was sent, x raises, d defers, ? an unknown step */
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
  asy_loop_options one = {sizeof one, ASY_LOOP_VIRTUAL_CLOCK, 1};
  (void)one;
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

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      TASK_TEST(test_the_four_steps),
      TASK_TEST(test_what_cannot_be_awaited_raises_at_the_await),
      TASK_TEST(test_a_refused_coroutine_is_destroyed_once),
      TASK_TEST(test_a_coroutine_that_never_started_is_destroyed_at_close),
      TASK_TEST(test_a_deferred_step_is_delivered_later),
      TASK_TEST(test_a_cancel_while_deferred_is_told_and_acts_at_the_delivery),
      TASK_TEST(test_closing_leaves_a_deferred_coroutine_until_its_delivery),
      TASK_TEST(test_128_done_futures_in_a_row_give_up_one_turn),
      TASK_TEST(test_a_done_task_holds_neither_coroutine_nor_awaited_future),
  };
  return asy_test_main(argc, argv, "coroutine", tests);
}
