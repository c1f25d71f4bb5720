/* The hard cases of the ready queue, timers and callbacks: 24, 25, 26 of cases/README.md. Their order is promised. */
#include <fcntl.h>
#include <unistd.h>

#include "asy_cases_test.h"

static asy_handle *later_call;

static void letter(void *text) { note(text); }
static void queue_more(void *text) {
  note(text);
  asy_loop_call_soon(loop, letter, "+", NULL, NULL);
}
static void stop(void *text) {
  note(text);
  asy_loop_stop(loop);
}
static void cancel_later_call(void *text) {
  note(text);
  asy_handle_cancel(later_call);
}
static void report(void *text) {
  note(text);
  asy_error *error = boom();
  asy_loop_report(loop, error, "a callback failed");
  asy_error_unref(error);
}

/* case 24, LOOP-02 LOOP-07 LOOP-16 HND-01: new ones come after the batch, a cancelled one is skipped, an error is told
 */
static void test_a_batch_that_queues_cancels_fails_and_stops(void **state) {
  (void)state;
  asy_loop_call_soon(loop, queue_more, "q", NULL, NULL);
  asy_loop_call_soon(loop, cancel_later_call, "c", NULL, NULL);
  asy_loop_call_soon(loop, report, "r", NULL, NULL);
  asy_loop_call_soon(loop, stop, "s", NULL, NULL);
  asy_loop_call_soon(loop, letter, "never", count_free, &later_call);
  asy_loop_call_soon(loop, queue_more, "l", NULL, NULL);
  assert_int_equal(ASY_OK, asy_loop_run(loop));
  assert_string_equal("qcrsl", trail);
  assert_int_equal(1, freed);
  assert_int_equal(1, asy_test_reports());
  asy_test_turn(loop);
  assert_string_equal("qcrsl++", trail);
  asy_handle_unref(later_call);
}

static void read_letter(asy_watch *watch, uint32_t events, void *fd) {
  char c[2] = {0, 0};
  (void)watch, (void)events;
  if (read((int)(intptr_t)fd, c, 1) == 1) note(c);
  asy_loop_call_soon(loop, letter, *c == 'i' ? "1" : "2", NULL, NULL);
}

/* Two descriptors are readable and a timer is due while something is queued. */
static void run_a_full_turn(void) {
  int pipes[2][2];
  asy_watch *watches[2];
  for (int i = 0; i < 2; ++i) {
    assert_int_equal(0, pipe(pipes[i]));
    asy_watch_new(loop, pipes[i][0], ASY_WATCH_READABLE, read_letter, (void *)(intptr_t)pipes[i][0], NULL, &watches[i]);
    assert_int_equal(1, write(pipes[i][1], i ? "j" : "i", 1));
  }
  asy_loop_call_later(loop, 1, letter, "t", NULL, NULL);
  asy_loop_advance(loop, 2);
  asy_loop_call_soon(loop, letter, "q", NULL, NULL);
  settle();
  for (int i = 0; i < 2; ++i) {
    asy_watch_close(watches[i]);
    asy_watch_unref(watches[i]);
    close(pipes[i][0]);
    close(pipes[i][1]);
  }
}

static int drainless_setup(void **state) {
  int failed = asy_test_setup_flags(state, ASY_LOOP_VIRTUAL_CLOCK | ASY_LOOP_NO_DRAIN);
  asy_task_begin(*state);
  return failed;
}

/* case 24, LOOP-01: asyncio's order, queued, then I/O, then timers; what I/O queued waits for the next turn */
static void test_without_draining_a_turn_is_queued_then_io_then_timers(void **state) {
  (void)state;
  run_a_full_turn();
  if (strcmp(trail, "ijqt12") && strcmp(trail, "jiqt21")) assert_string_equal("ijq12t", trail);
}

/* case 24, LOOP-01, D12: what an I/O callback made ready runs before the next descriptor's */
static void test_ready_work_runs_after_each_io_callback(void **state) {
  (void)state;
  run_a_full_turn();
  if (strcmp(trail, "iq1j2t")) assert_string_equal("jq2i1t", trail);
}

static uint64_t ran_at;
static void note_time(void *text) {
  note(text);
  ran_at = asy_loop_time(loop);
}

/* case 25, HND-04 HND-05, D4: never early, equal deadlines in the order they were set, no delay behind what is ready */
static void test_timers_of_one_turn_run_in_deadline_order(void **state) {
  static const struct {
    uint64_t delay;
    const char *name;
  } timers[] = {
      {5, "d"}, {3, "a"}, {3, "b"}, {0, "z"}, {5, "e"}, {3, "c"}, {ASY_FOREVER, "!"},
  };
  (void)state;
  asy_loop_call_soon(loop, letter, "s", NULL, NULL);
  for (size_t i = 0; i < sizeof timers / sizeof *timers; ++i)
    asy_loop_call_later(loop, timers[i].delay, letter, (void *)timers[i].name, NULL, NULL);
  asy_test_turn(loop);
  assert_string_equal("sz", trail);
  asy_loop_advance(loop, 2);
  settle();
  assert_string_equal("sz", trail);
  asy_loop_advance(loop, 1);
  settle();
  assert_string_equal("szabc", trail);
  asy_loop_advance(loop, 9);
  settle();
  assert_string_equal("szabcde", trail);
}

/* case 25, HND-04: a nanosecond is a nanosecond, not a millisecond of libuv's */
static void test_deadlines_are_finer_than_libuvs(void **state) {
  uint64_t start = asy_loop_time(loop);
  (void)state;
  asy_loop_call_later(loop, 1500, note_time, "t", NULL, NULL);
  assert_int_equal(ASY_OK, finish(asy_sleep(loop, ASY_MILLISECOND)));
  assert_string_equal("t", trail);
  assert_int_equal(1500, ran_at - start);
}

/* case 25, HND-06 HND-07: the loop was late, and half the timers are cancelled in bulk */
static void test_a_late_loop_with_many_cancelled_timers(void **state) {
  enum { COUNT = 1000 };
  static asy_handle *handles[COUNT];
  (void)state;
  for (int i = 0; i < COUNT; ++i)
    asy_loop_call_later(loop, (uint64_t)(COUNT - i), i % 100 ? letter : note_time, i % 100 ? "!" : "k", NULL,
                        &handles[i]);
  for (int i = 0; i < COUNT; ++i)
    if (i % 100) asy_handle_cancel(handles[i]);
  asy_loop_advance(loop, ASY_SECOND);
  asy_test_turn(loop);
  assert_string_equal("kkkkkkkkkk", trail);
  assert_int_equal(ASY_FOREVER, asy_loop_next_deadline(loop));
  for (int i = 0; i < COUNT; ++i) asy_handle_unref(handles[i]);
}

static asy_handle *pair[2];
static void cancel_the_other(void *index) {
  note(*(int *)index ? "1" : "0");
  asy_handle_cancel(pair[!*(int *)index]);
}

/* case 25, HND-01 HND-05: of two timers that cancel each other, due in one turn, the first wins */
static void test_two_timers_that_cancel_each_other(void **state) {
  static int index[2] = {0, 1};
  (void)state;
  for (int i = 0; i < 2; ++i) asy_loop_call_later(loop, 5, cancel_the_other, &index[i], NULL, &pair[i]);
  asy_loop_advance(loop, 5);
  settle();
  assert_string_equal("0", trail);
  assert_int_equal(1, asy_handle_is_cancelled(pair[1]));
  for (int i = 0; i < 2; ++i) asy_handle_unref(pair[i]);
}

static asy_future *other;
static void done_letter(asy_future *future, void *text) { (void)future, note(text); }
static void done_adds(asy_future *future, void *text) {
  note(text);
  asy_future_add_done_callback(future, done_letter, "+", NULL);
}
static void done_removes(asy_future *future, void *text) {
  note(text);
  note(asy_future_remove_done_callback(future, done_letter, "x") ? "?" : "0");
}
static void done_fails(asy_future *future, void *text) { (void)future, report(text); }
static void done_completes(asy_future *future, void *text) {
  (void)future;
  note(text);
  asy_future_set_result(other, NULL);
}

/* case 26, FUT-04 FUT-05 FUT-06, design 2: queued, in order, however they carry on; once notified the list is closed */
static void test_callbacks_that_add_remove_fail_and_complete(void **state) {
  asy_future *future = asy_future_new(loop);
  (void)state;
  other = asy_future_new(loop);
  asy_future_add_done_callback(other, done_letter, "o", NULL);
  static const struct {
    asy_done_cb call;
    const char *text;
  } calls[] = {
      {done_letter, "a"}, {done_adds, "A"},      {done_letter, "x"}, {done_removes, "R"},
      {done_fails, "F"},  {done_completes, "C"}, {done_letter, "x"}, {done_letter, "z"},
  };
  for (size_t i = 0; i < sizeof calls / sizeof *calls; ++i)
    asy_future_add_done_callback(future, calls[i].call, (void *)calls[i].text, NULL);
  asy_future_set_result(future, NULL);
  assert_string_equal("", trail);
  settle();
  assert_string_equal("aAxR0FCxz+o", trail);
  assert_int_equal(1, asy_test_reports());
  asy_future_add_done_callback(future, done_letter, "late", NULL);
  assert_string_equal("aAxR0FCxz+o", trail);
  settle();
  assert_string_equal("aAxR0FCxz+olate", trail);
  asy_future_unref(future);
  asy_future_unref(other);
}

/* case 26, FUT-05: all equal ones go, and how many they were is told */
static void test_equal_callbacks_are_removed_together(void **state) {
  asy_future *future = asy_future_new(loop);
  (void)state;
  for (int i = 0; i < 3; ++i) asy_future_add_done_callback(future, done_letter, "x", count_free);
  asy_future_add_done_callback(future, done_letter, "y", count_free);
  assert_int_equal(3, asy_future_remove_done_callback(future, done_letter, "x"));
  assert_int_equal(3, freed);
  asy_future_set_result(future, NULL);
  settle();
  assert_string_equal("y", trail);
  assert_int_equal(4, freed);
  asy_future_unref(future);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      IN_ORDER(test_a_batch_that_queues_cancels_fails_and_stops),
      CASE(test_without_draining_a_turn_is_queued_then_io_then_timers, "", 0, drainless_setup, asy_test_teardown),
      IN_ORDER(test_ready_work_runs_after_each_io_callback),
      IN_ORDER(test_timers_of_one_turn_run_in_deadline_order),
      IN_ORDER(test_deadlines_are_finer_than_libuvs),
      IN_ORDER(test_a_late_loop_with_many_cancelled_timers),
      IN_ORDER(test_two_timers_that_cancel_each_other),
      IN_ORDER(test_callbacks_that_add_remove_fail_and_complete),
      IN_ORDER(test_equal_callbacks_are_removed_together),
  };
  return asy_test_main(argc, argv, "cases: loop", tests);
}
