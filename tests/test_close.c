/* Closing a loop: from odd places, and with odd things left in it. */
#include "asy_task_test.h"

static void never(asy_future *future, void *data) { (void)future, (void)data, note("!"); }
static void report_something(asy_loop *where) {
  asy_error *error = boom();
  asy_loop_report(where, error, "between two runs");
  asy_error_unref(error);
}

/* LOOP-08 LOOP-17 */
static void test_a_raised_report_does_not_keep_a_loop_from_closing(void **state) {
  asy_future *future = asy_future_new(loop);
  (void)state;
  asy_future_add_done_callback(future, never, NULL, count_free);
  asy_future_set_result(future, NULL);
  asy_loop_set_report_policy(loop, ASY_REPORT_RAISE);
  report_something(loop);
  assert_int_equal(ASY_OK, asy_loop_close(loop));
  assert_int_equal(1, freed);
  assert_string_equal("", trail);
  assert_int_equal(1, asy_test_reports());
  asy_future_unref(future);
}

static void close_here(void *data) {
  if (asy_loop_close(data) == ASY_OK) note("c");
}
static void close_and_release(void *data) {
  close_here(data);
  asy_loop_unref(data);
}

/* LOOP-08: as when an interpreter frees the owner of a loop together with what it made */
static void test_a_value_that_closes_its_loop_may_go_with_its_future(void **state) {
  asy_value value;
  asy_loop *own;
  (void)state;
  assert_int_equal(ASY_OK, asy_loop_new(NULL, &own));
  asy_future *kept = asy_future_new(own), *going = asy_future_new(own);
  asy_value_set_pointer(&value, own, close_and_release);
  assert_int_equal(ASY_OK, asy_future_set_result(going, &value));
  asy_future_unref(going);
  assert_string_equal("c", trail);
  assert_int_equal(ASY_E_CLOSED, asy_future_status(kept));
  asy_future_unref(kept);
}

static void release_handle(void *handle) {
  asy_loop_unref(handle);
  note("r");
}

/* LOOP-08 LOOP-23 */
static void test_the_last_handle_may_go_while_its_loop_closes(void **state) {
  static char key;
  asy_loop *own;
  (void)state;
  assert_int_equal(ASY_OK, asy_loop_new(NULL, &own));
  assert_int_equal(ASY_OK, asy_loop_set_data(own, &key, own, release_handle));
  assert_int_equal(ASY_OK, asy_loop_close(own));
  assert_string_equal("r", trail);
}

static int destroyed;
static asy_loop *closes;
static void defer(void *self, asy_task *task, const asy_value *sent, asy_error *thrown, asy_step *out_step) {
  (void)self, (void)task, (void)sent, (void)thrown;
  out_step->kind = ASY_STEP_DEFERRED;
}
static void destroy(void *self) {
  (void)self;
  ++destroyed;
  if (closes) close_here(closes);
}
static const asy_coroutine deferring = {sizeof(asy_coroutine), defer, destroy, NULL, NULL};

static asy_status deliver(asy_task *task, uint32_t kind) {
  asy_step step = {.kind = kind};
  return asy_task_deliver(task, &step);
}

/* LOOP-08 CORO-13 */
static void test_a_coroutine_that_closes_its_loop_when_destroyed_ends_its_task(void **state) {
  asy_task *task = asy_task_new(loop, &deferring, NULL, NULL);
  (void)state;
  asy_test_turn(loop);
  destroyed = 0;
  closes = loop;
  assert_int_equal(ASY_OK, deliver(task, ASY_STEP_RETURN));
  closes = NULL;
  assert_int_equal(1, destroyed);
  assert_string_equal("c", trail);
  assert_int_equal(ASY_E_CLOSED, asy_future_status(task));
  asy_future_unref(task);
}

static asy_task *out, *told_of;
static asy_status delivered;
static void deliver_it(asy_task *task) {
  if (!out) return;
  out = NULL;
  delivered = deliver(task, ASY_STEP_RETURN);
}
static void deliver_on_report(asy_loop *from, asy_error *error, const char *what, void *task) {
  (void)from, (void)error, (void)what, deliver_it(task);
}
static void deliver_at_the_end(asy_task *task, void *data) { (void)data, deliver_it(task); }
static void deliver_when_told(void *self) { (void)self, deliver_it(told_of); }

/* CORO-13 LOOP-08: from inside everything that a close tells */
static void test_a_step_may_be_delivered_while_its_task_is_cut_off(void **state) {
  static const asy_coroutine told = {sizeof told, defer, destroy, NULL, deliver_when_told};
  (void)state;
  for (int from = 0; from < 3; ++from) {
    asy_loop *own;
    asy_task_hooks hooks = {.size = sizeof hooks, .on_finished = deliver_at_the_end};
    assert_int_equal(ASY_OK, asy_loop_new(NULL, &own));
    asy_task *task = out = told_of = asy_task_new(own, from == 2 ? &told : &deferring, NULL, NULL);
    asy_loop_set_report_hook(own, from == 0 ? deliver_on_report : asy_test_on_report, task, NULL);
    if (from == 1) assert_int_equal(ASY_OK, asy_loop_set_task_hooks(own, &hooks));
    asy_test_turn(own);
    destroyed = 0;
    assert_int_equal(ASY_OK, asy_loop_close(own));
    assert_int_equal(ASY_E_CLOSED, delivered);
    assert_int_equal(1, destroyed);
    assert_int_equal(ASY_E_CLOSED, asy_future_status(task));
    assert_int_equal(ASY_E_STATE, deliver(task, ASY_STEP_RETURN));
    assert_int_equal(1, destroyed);
    asy_future_unref(task);
    asy_loop_unref(own);
  }
  asy_test_reports();
}

static asy_status nested_close;
static void close_from_a_step(void *self, asy_task *task, const asy_value *sent, asy_error *thrown,
                              asy_step *out_step) {
  (void)task, (void)sent, (void)thrown;
  nested_close = asy_loop_close(self);
  out_step->kind = ASY_STEP_RETURN;
}
static const asy_coroutine closing = {sizeof(asy_coroutine), close_from_a_step, destroy, NULL, NULL};

/* LOOP-08 */
static void test_a_loop_is_not_closed_out_of_a_tasks_step(void **state) {
  asy_task *task = asy_task_new(loop, &closing, loop, NULL);
  (void)state;
  nested_close = ASY_OK;
  assert_int_equal(ASY_OK, finish(task));
  assert_int_equal(ASY_E_STATE, nested_close);
}

static asy_loop *other;

/* LOOP-08 LOOP-14 */
static void test_closing_one_loop_may_release_what_another_made(void **state) {
  (void)state;
  assert_int_equal(ASY_OK, asy_loop_new(NULL, &other));
  asy_future *theirs = asy_future_new_cancellable(other, never, NULL, count_free);
  asy_value value;
  asy_future *ours = asy_future_new(loop);
  asy_value_set_future(&value, theirs);
  asy_future_set_result(ours, &value);
  asy_loop_close(loop);
  assert_int_equal(0, freed);
  asy_future_unref(ours);
  assert_int_equal(1, freed);
  asy_loop_close(other);
  asy_loop_unref(other);
}

/* LOOP-08 */
static void test_long_chains_of_futures_are_released_one_by_one(void **state) {
  (void)state;
  for (int closed = 0; closed < 2; ++closed) {
    asy_future *chain = asy_future_new(loop);
    for (int i = 0; i < 200000; ++i) {
      asy_value value;
      asy_value_set_future(&value, chain);
      chain = asy_future_new_done(loop, &value);
    }
    if (closed) asy_loop_close(loop);
    asy_future_unref(chain);
  }
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      TASK_TEST(test_a_raised_report_does_not_keep_a_loop_from_closing),
      TASK_TEST(test_a_value_that_closes_its_loop_may_go_with_its_future),
      TASK_TEST(test_the_last_handle_may_go_while_its_loop_closes),
      TASK_TEST(test_a_coroutine_that_closes_its_loop_when_destroyed_ends_its_task),
      TASK_TEST(test_a_step_may_be_delivered_while_its_task_is_cut_off),
      TASK_TEST(test_a_loop_is_not_closed_out_of_a_tasks_step),
      TASK_TEST(test_closing_one_loop_may_release_what_another_made),
      TASK_TEST(test_long_chains_of_futures_are_released_one_by_one),
  };
  return asy_test_main(argc, argv, "close", tests);
}
