/* Tasks of a loop that other threads start, wait for and cancel. */
#include "asy_task_test.h"

#include <pthread.h>
#include <semaphore.h>

static asy_thread_future *remote;
static asy_status status;
static asy_value value;
static asy_error *error;
static int frees;
static void count(void *data) { (void)data, __atomic_add_fetch(&frees, 1, __ATOMIC_SEQ_CST); }

static int setup(void **state) {
  remote = NULL;
  error = NULL;
  frees = 0;
  memset(&value, 0, sizeof value);
  return asy_task_setup(state);
}
static int teardown(void **state) {
  asy_thread_future_unref(remote);
  asy_value_clear(&value);
  asy_error_unref(error);
  return asy_test_teardown(state);
}
#define REMOTE_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

/* Another thread's program, while this one runs the loop until it is over. */
static void (*program)(void);
static void stop(void *data) { asy_loop_stop(data); }
static void *run_program(void *data) {
  program();
  asy_loop_call_soon_threadsafe(loop, stop, loop, NULL, NULL);
  return data;
}
static void elsewhere(void (*what)(void)) {
  pthread_t thread;
  program = what;
  pthread_create(&thread, NULL, run_program, NULL);
  assert_int_equal(ASY_OK, asy_loop_run(loop));
  pthread_join(thread, NULL);
}
static asy_status wait(void) { return status = asy_thread_future_wait(remote, ASY_FOREVER, &value, &error); }

static void spawns_and_waits(void) {
  asy_task_options options = {.size = sizeof options, .name = "from afar"};
  if (!asy_spawn_threadsafe(loop, sleeper, MS(30), count, &options, &remote)) wait();
}

/* THR-07 THR-11 LOOP-21 */
static void test_another_thread_gets_the_result(void **state) {
  (void)state;
  elsewhere(spawns_and_waits);
  assert_int_equal(ASY_OK, status);
  assert_int_equal(30, asy_value_int(&value));
  assert_int_equal(1, frees);
  assert_int_equal(1, asy_thread_future_is_done(remote));
  assert_int_equal(ASY_OK, wait()); /* once more, here: it is done */
  assert_int_equal(30, asy_value_int(&value));
}

static void spawns_a_failure(void) {
  if (!asy_spawn_threadsafe(loop, failer, MS(5), NULL, NULL, &remote)) wait();
}

/* THR-07 */
static void test_another_thread_gets_the_error(void **state) {
  (void)state;
  elsewhere(spawns_a_failure);
  assert_int_equal(ASY_E_FOREIGN, status);
  assert_string_equal("boom", asy_error_message(error));
}

static void spawns_what_cannot_be(void) {
  asy_task_options options = {.size = sizeof options, .stack_size = UINT64_C(1) << 40};
  if (!asy_spawn_threadsafe(loop, sleeper, NULL, count, &options, &remote)) wait();
}

/* THR-07 */
static void test_a_task_that_cannot_be_made_fails_the_future(void **state) {
  (void)state;
  elsewhere(spawns_what_cannot_be);
  assert_int_equal(ASY_E_INVALID, status);
  assert_int_equal(1, frees);
}

static char place[32];
static asy_status notes_its_place(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error, (void)data;
  asy_future_place(asy_task_current(loop), place, sizeof place);
  return ASY_OK;
}
static void spawns_with_words_of_its_stack(void) {
  char words[] = "kitchen.c:5";
  asy_task_options options = {.size = sizeof options, .place = words};
  status = asy_spawn_threadsafe(loop, notes_its_place, NULL, NULL, &options, &remote);
  memset(words, 'x', sizeof words - 1);
  if (!status) wait();
}

/* DBG-02 */
static void test_where_a_task_was_made_outlives_the_caller(void **state) {
  (void)state;
  asy_loop_set_debug(loop, 1);
  elsewhere(spawns_with_words_of_its_stack);
  assert_int_equal(ASY_OK, status);
  assert_string_equal("kitchen.c:5", place);
}

static asy_future *gate;
static void open_gate(void *data) { asy_future_set_result(data, NULL); }
static asy_status waits_for_gate(asy_value *out_value, asy_error **out_error, void *data) {
  asy_value_set_int(out_value, 1000);
  return asy_await(asy_future_ref(data), NULL, out_error);
}
static asy_status looks, second_look;
static void looks_too_early(void) {
  if (asy_spawn_threadsafe(loop, waits_for_gate, gate, NULL, NULL, &remote)) return;
  looks = asy_thread_future_wait(remote, 0, &value, &error);
  if (error) looks = ASY_E_INTERNAL;
  second_look = asy_thread_future_wait(remote, ASY_MILLISECOND, NULL, NULL);
  asy_loop_call_soon_threadsafe(loop, open_gate, gate, NULL, NULL);
  wait();
}

/* case 39, THR-07 */
static void test_a_wait_that_times_out_cancels_nothing(void **state) {
  (void)state;
  gate = asy_future_new(loop);
  elsewhere(looks_too_early);
  asy_future_unref(gate);
  assert_int_equal(ASY_E_TIMEOUT, looks);
  assert_int_equal(ASY_E_TIMEOUT, second_look);
  assert_int_equal(ASY_OK, status);
  assert_int_equal(1000, asy_value_int(&value));
}

static int cancelled;
static void cancels(void) {
  if (asy_spawn_threadsafe(loop, sleeper, (void *)(uintptr_t)UINT32_MAX, NULL, NULL, &remote)) return;
  cancelled = asy_thread_future_cancel(remote) + asy_thread_future_cancel(remote);
  wait();
}

/* case 39, THR-07 */
static void test_cancelling_it_cancels_the_task(void **state) {
  (void)state;
  elsewhere(cancels);
  assert_true(cancelled >= 1);
  assert_int_equal(ASY_E_CANCELLED, status);
  assert_int_equal(0, asy_thread_future_cancel(remote));
  assert_int_equal(0, asy_loop_task_count(loop));
}

static void cancels_the_stubborn(void) {
  if (asy_spawn_threadsafe(loop, stubborn, (void *)(uintptr_t)UINT32_MAX, NULL, NULL, &remote)) return;
  /* It has to get to its wait first. */
  asy_thread_future *turn;
  if (!asy_spawn_threadsafe(loop, sleeper, NULL, NULL, NULL, &turn))
    asy_thread_future_wait(turn, ASY_FOREVER, NULL, NULL);
  asy_thread_future_unref(turn);
  asy_thread_future_cancel(remote);
  wait();
}

/* THR-07: done when the task is, not when it was asked */
static void test_a_task_may_answer_a_cancel_with_a_value(void **state) {
  (void)state;
  elsewhere(cancels_the_stubborn);
  assert_int_equal(ASY_OK, status);
  assert_int_equal(77, asy_value_int(&value));
}

/* THR-08 */
static void test_the_loops_own_thread_may_not_block(void **state) {
  (void)state;
  assert_int_equal(ASY_OK, asy_spawn_threadsafe(loop, sleeper, MS(1), NULL, NULL, &remote));
  assert_int_equal(ASY_E_STATE, wait());
  assert_int_equal(ASY_E_STATE, asy_thread_future_wait(remote, 0, NULL, NULL));
  assert_int_equal(0, asy_thread_future_is_done(remote));
  for (int i = 0; i < 20; ++i) asy_loop_step(loop, ASY_SECOND);
  assert_int_equal(ASY_OK, wait());
}

static void wait_in_a_close(void *data) {
  (void)data, status = asy_thread_future_wait(remote, ASY_FOREVER, NULL, NULL);
}

/* THR-08 LOOP-08: what a close releases is foreign code, of a thread that nobody else will free */
static void test_the_thread_that_closes_the_loop_may_not_block(void **state) {
  (void)state;
  asy_future_unref(asy_spawn(loop, sleeper, MS(1), wait_in_a_close, NULL));
  assert_int_equal(ASY_OK, asy_spawn_threadsafe(loop, sleeper, MS(1), NULL, NULL, &remote));
  settle();
  assert_int_equal(ASY_OK, asy_loop_close(loop));
  assert_int_equal(ASY_E_STATE, status);
  assert_int_equal(ASY_E_CLOSED, wait());
  asy_test_reports();
}

static asy_status waits_inside(asy_value *out_value, asy_error **out_error, void *data) {
  (void)data;
  return asy_thread_future_wait(remote, ASY_FOREVER, out_value, out_error);
}

/* THR-08 THR-11 */
static void test_a_task_of_the_loop_may_not_block(void **state) {
  (void)state;
  assert_int_equal(ASY_OK, asy_spawn_threadsafe(loop, sleeper, MS(1000), NULL, NULL, &remote));
  assert_int_equal(ASY_E_STATE, finish(spawn(waits_inside, NULL)));
  asy_thread_future_cancel(remote);
  settle();
  assert_int_equal(ASY_E_CANCELLED, wait());
}

/* Case 39 */
static void test_a_close_ends_it(void **state) {
  (void)state;
  asy_thread_future *begun, *late;
  assert_int_equal(ASY_OK, asy_spawn_threadsafe(loop, sleeper, MS(1000), count, NULL, &begun));
  settle();
  assert_int_equal(ASY_OK, asy_spawn_threadsafe(loop, sleeper, MS(1), count, NULL, &late));
  assert_int_equal(ASY_OK, asy_loop_close(loop));
  assert_int_equal(2, frees);
  assert_int_equal(ASY_E_CLOSED, asy_thread_future_wait(begun, ASY_FOREVER, NULL, NULL));
  assert_int_equal(ASY_E_CLOSED, asy_thread_future_wait(late, 0, NULL, NULL));
  assert_int_equal(0, asy_thread_future_cancel(begun));
  asy_thread_future_unref(begun);
  asy_thread_future_unref(late);
  assert_int_equal(ASY_E_CLOSED, asy_spawn_threadsafe(loop, sleeper, MS(1), count, NULL, &remote));
  assert_null(remote);
  assert_int_equal(3, frees);
  assert_int_equal(1, asy_test_reports()); /* the task that was pending */
}

static void on_done(asy_thread_future *future, void *data) {
  if (future == remote && asy_loop_current() == loop) note(data);
}

/* THR-07 */
static void test_done_callbacks_run_on_the_loop_in_their_order(void **state) {
  (void)state;
  assert_int_equal(ASY_OK, asy_spawn_threadsafe(loop, sleeper, MS(0), NULL, NULL, &remote));
  assert_int_equal(ASY_OK, asy_thread_future_add_done_callback(remote, on_done, "1", count));
  assert_int_equal(ASY_OK, asy_thread_future_add_done_callback(remote, on_done, "2", count));
  settle();
  assert_string_equal("12", trail);
  assert_int_equal(ASY_OK, asy_thread_future_add_done_callback(remote, on_done, "3", count));
  assert_string_equal("12", trail); /* never inside the call */
  settle();
  assert_string_equal("123", trail);
  assert_int_equal(3, frees);
  assert_int_equal(ASY_OK, asy_loop_close(loop));
  assert_int_equal(ASY_E_CLOSED, asy_thread_future_add_done_callback(remote, on_done, "4", count));
  assert_int_equal(4, frees);
}

static void test_a_close_drops_done_callbacks(void **state) {
  (void)state;
  assert_int_equal(ASY_OK, asy_spawn_threadsafe(loop, sleeper, MS(1000), NULL, NULL, &remote));
  assert_int_equal(ASY_OK, asy_thread_future_add_done_callback(remote, on_done, "1", count));
  assert_int_equal(ASY_OK, asy_loop_close(loop));
  assert_string_equal("", trail);
  assert_int_equal(1, frees);
}

static int destroyed;
static void once(void *self, asy_task *task, const asy_value *sent, asy_error *thrown, asy_step *out_step) {
  (void)self, (void)task, (void)sent, (void)thrown;
  out_step->kind = ASY_STEP_RETURN;
  asy_value_set_int(&out_step->value, 9);
}
static void destroy(void *self) { (void)self, ++destroyed; }

/* THR-07 */
static void test_any_coroutine_can_be_started(void **state) {
  (void)state;
  static const asy_coroutine type = {sizeof type, once, destroy, NULL, NULL},
                             bad = {sizeof bad, NULL, destroy, NULL, NULL};
  destroyed = 0;
  assert_int_equal(ASY_OK, asy_task_new_threadsafe(loop, &type, NULL, NULL, &remote));
  settle();
  assert_int_equal(ASY_OK, wait());
  assert_int_equal(9, asy_value_int(&value));
  assert_int_equal(1, destroyed);
  asy_thread_future *none;
  assert_int_equal(ASY_E_INVALID, asy_task_new_threadsafe(NULL, &type, NULL, NULL, &none));
  assert_int_equal(2, destroyed);
  assert_int_equal(ASY_E_INVALID, asy_task_new_threadsafe(loop, &bad, NULL, NULL, &none));
  assert_null(none);
}

static void test_bad_arguments_are_refused_and_consumed(void **state) {
  (void)state;
  asy_task_options newer[2] = {{.size = sizeof newer}};
  newer[1].size = 1;
  assert_int_equal(ASY_E_INVALID, asy_spawn_threadsafe(NULL, sleeper, NULL, count, NULL, &remote));
  assert_int_equal(ASY_E_INVALID, asy_spawn_threadsafe(loop, NULL, NULL, count, NULL, &remote));
  assert_int_equal(ASY_E_INVALID, asy_spawn_threadsafe(loop, sleeper, NULL, count, NULL, NULL));
  assert_int_equal(ASY_E_INVALID, asy_spawn_threadsafe(loop, sleeper, NULL, count, newer, &remote));
  assert_null(remote);
  assert_int_equal(4, frees);
  assert_int_equal(ASY_E_INVALID, asy_thread_future_wait(NULL, 0, NULL, NULL));
  assert_int_equal(ASY_E_INVALID, asy_thread_future_add_done_callback(NULL, on_done, NULL, count));
  assert_int_equal(5, frees);
  assert_int_equal(0, asy_thread_future_cancel(NULL));
  assert_int_equal(0, asy_thread_future_is_done(NULL));
  assert_null(asy_thread_future_ref(NULL));
  asy_thread_future_unref(NULL);
}

static void many_of_many(void) {
  asy_thread_future *all[50];
  int count_ok = 0;
  for (int i = 0; i < 50; ++i)
    if (asy_spawn_threadsafe(loop, sleeper, MS(i % 3), NULL, NULL, &all[i])) all[i] = NULL;
  for (int i = 0; i < 50; ++i) {
    if (i % 5 == 0) asy_thread_future_cancel(all[i]);
    asy_status came = asy_thread_future_wait(all[i], ASY_FOREVER, NULL, NULL);
    count_ok += came == ASY_OK || came == ASY_E_CANCELLED;
    asy_thread_future_unref(all[i]);
  }
  status = count_ok == 50 ? ASY_OK : ASY_E_INTERNAL;
}

/* THR-07 THR-10 */
static void test_many_tasks_from_another_thread(void **state) {
  (void)state;
  elsewhere(many_of_many);
  assert_int_equal(ASY_OK, status);
  assert_int_equal(0, asy_loop_task_count(loop));
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      REMOTE_TEST(test_another_thread_gets_the_result),
      REMOTE_TEST(test_another_thread_gets_the_error),
      REMOTE_TEST(test_a_task_that_cannot_be_made_fails_the_future),
      REMOTE_TEST(test_where_a_task_was_made_outlives_the_caller),
      REMOTE_TEST(test_a_wait_that_times_out_cancels_nothing),
      REMOTE_TEST(test_cancelling_it_cancels_the_task),
      REMOTE_TEST(test_a_task_may_answer_a_cancel_with_a_value),
      REMOTE_TEST(test_the_loops_own_thread_may_not_block),
      REMOTE_TEST(test_the_thread_that_closes_the_loop_may_not_block),
      REMOTE_TEST(test_a_task_of_the_loop_may_not_block),
      REMOTE_TEST(test_a_close_ends_it),
      REMOTE_TEST(test_done_callbacks_run_on_the_loop_in_their_order),
      REMOTE_TEST(test_a_close_drops_done_callbacks),
      REMOTE_TEST(test_any_coroutine_can_be_started),
      REMOTE_TEST(test_bad_arguments_are_refused_and_consumed),
      REMOTE_TEST(test_many_tasks_from_another_thread),
  };
  return asy_test_main(argc, argv, "thread_future", tests);
}
