/* A loop inside a host's: step, descriptor, deadline, poll hooks. */
#include "asy_task_test.h"

#include <poll.h>
#include <pthread.h>
#include <unistd.h>

static int real_setup(void **state) {
  int failed = asy_test_setup_flags(state, 0);
  loop = *state;
  trail[0] = 0;
  freed = 0;
  return failed;
}
#define HOST_TEST(f) cmocka_unit_test_setup_teardown(f, real_setup, asy_test_teardown)

static void call(void *text) { note(text); }

/* LOOP-24 LOOP-03 */
static void test_the_deadline_is_now_while_work_waits(void **state) {
  (void)state;
  assert_true(asy_loop_next_deadline(loop) <= asy_loop_time(loop)); /* its own descriptors are not flushed */
  asy_test_turn(loop);
  assert_int_equal(ASY_FOREVER, asy_loop_next_deadline(loop));
  asy_loop_call_soon(loop, call, "a", NULL, NULL);
  assert_true(asy_loop_next_deadline(loop) <= asy_loop_time(loop));
  asy_test_turn(loop);
  assert_string_equal("a", trail);
  assert_int_equal(ASY_FOREVER, asy_loop_next_deadline(loop));
}

static void *post(void *data) {
  asy_loop_call_soon_threadsafe(loop, call, data, NULL, NULL);
  return NULL;
}

/* A host that knows nothing but poll(2): returns how often it had to wake. */
static int host_until(asy_future *future) {
  int wakes = 0;
  while (!asy_future_is_done(future)) {
    uint64_t now = asy_loop_time(loop), next = asy_loop_next_deadline(loop);
    struct pollfd fd = {asy_loop_get_fd(loop), POLLIN, 0};
    int timeout = next == ASY_FOREVER ? -1
                  : next <= now       ? 0
                                      : (int)((next - now + ASY_MILLISECOND - 1) / ASY_MILLISECOND);
    poll(&fd, 1, timeout);
    assert_int_equal(ASY_OK, asy_loop_step(loop, 0));
    ++wakes;
  }
  return wakes;
}

/* LOOP-24 LOOP-21 EXT-01 */
static void test_a_host_drives_timers_and_other_threads_by_descriptor_and_deadline(void **state) {
  pthread_t thread;
  (void)state;
  asy_task *task = spawn(sleeper, MS(5));
  pthread_create(&thread, NULL, post, "p");
  int wakes = host_until(task);
  pthread_join(thread, NULL);
  asy_test_turn(loop);
  assert_string_equal("p", trail);
  assert_true(wakes < 20);
  assert_int_equal(5, finish_int(task));
}

/* LOOP-24 */
static void test_a_hosted_idle_loop_is_silent(void **state) {
  (void)state;
  asy_test_turn(loop);
  struct pollfd fd = {asy_loop_get_fd(loop), POLLIN, 0};
  assert_int_equal(0, poll(&fd, 1, 0));
  assert_int_equal(ASY_OK, asy_loop_wake(loop));
  assert_int_equal(1, poll(&fd, 1, 1000));
  asy_test_turn(loop);
  assert_int_equal(0, poll(&fd, 1, 0));
}

static void before(void *data) { (void)data, note("("); }
static void after(void *data) { (void)data, note(")"); }
static asy_status body(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error, (void)data;
  note("1");
  asy_status status = wait_ms(1);
  note("2");
  return status;
}

/* LOOP-24: nothing runs between the two hooks */
static void test_hooks_stand_around_a_poll_that_blocks(void **state) {
  (void)state;
  assert_int_equal(ASY_OK, asy_loop_set_poll_hooks(loop, before, after, NULL, count_free));
  asy_test_turn(loop);
  assert_string_equal("", trail);
  assert_int_equal(ASY_OK, finish(spawn(body, NULL)));
  assert_int_equal('1', trail[0]);
  for (size_t i = 1; trail[i]; ++i) assert_true(trail[i] == ')' ? trail[i - 1] == '(' : 1);
  assert_int_equal('2', trail[strlen(trail) - 1]);
  assert_non_null(strstr(trail, "()"));
  assert_int_equal(ASY_E_INVALID, asy_loop_set_poll_hooks(loop, before, NULL, NULL, count_free));
  assert_int_equal(1, freed);
  assert_int_equal(ASY_OK, asy_loop_set_poll_hooks(loop, NULL, NULL, NULL, NULL));
  assert_int_equal(2, freed);
}

/* LOOP-24 LOOP-03 */
static void test_a_step_waits_no_longer_than_it_is_told(void **state) {
  (void)state;
  asy_test_turn(loop);
  uint64_t start = asy_loop_time(loop);
  assert_int_equal(ASY_OK, asy_loop_step(loop, 2 * ASY_MILLISECOND));
  uint64_t took = asy_loop_time(loop) - start;
  assert_true(took >= ASY_MILLISECOND);
  asy_loop_call_soon(loop, call, "a", NULL, NULL);
  assert_int_equal(ASY_OK, asy_loop_step(loop, ASY_FOREVER));
  assert_string_equal("a", trail);
}

/* LOOP-04 LOOP-21 */
static void test_an_idle_loop_waits_for_a_wake_up(void **state) {
  pthread_t thread;
  (void)state;
  pthread_create(&thread, NULL, post, "p");
  while (!trail[0]) assert_int_equal(ASY_OK, asy_loop_step(loop, ASY_FOREVER));
  pthread_join(thread, NULL);
}

static void on_event(asy_watch *watch, uint32_t events, void *data) {
  (void)events, (void)data;
  note("r");
  asy_watch_close(watch);
  asy_loop_call_soon(loop, call, "d", NULL, NULL);
}

/* LOOP-24 TEST-07: what an I/O callback made ready ran within the poll, and nothing is left to wait for */
static void test_a_step_of_a_virtual_loop_returns_once_something_happened(void **state) {
  asy_watch *watch;
  int ends[2];
  assert_int_equal(0, asy_test_teardown(state) | asy_task_setup(state));
  assert_int_equal(0, pipe(ends));
  assert_int_equal(1, write(ends[1], "x", 1));
  assert_int_equal(ASY_OK, asy_watch_new(loop, ends[0], ASY_WATCH_READABLE, on_event, NULL, NULL, &watch));
  assert_int_equal(ASY_OK, asy_loop_step(loop, ASY_FOREVER));
  assert_int_equal('r', trail[0]);
  asy_watch_unref(watch);
  close(ends[0]);
  close(ends[1]);
  settle();
  assert_string_equal("rd", trail);
}

/* LOOP-03: libuv runs due timers before it polls, so an alarm that rings there must not be the last */
static void test_a_stale_alarm_does_not_swallow_the_end_of_a_step(void **state) {
  asy_handle *handle;
  (void)state;
  asy_test_turn(loop);
  assert_int_equal(ASY_OK, asy_loop_call_later(loop, ASY_MILLISECOND, call, "x", NULL, &handle));
  assert_int_equal(ASY_OK, asy_loop_wake(loop));
  assert_int_equal(ASY_OK, asy_loop_step(loop, ASY_FOREVER)); /* arms the alarm */
  assert_int_equal(ASY_OK, asy_handle_cancel(handle));
  asy_handle_unref(handle);
  uint64_t until = asy_loop_time(loop) + 3 * ASY_MILLISECOND;
  while (asy_loop_time(loop) < until) {}
  assert_int_equal(ASY_OK, asy_loop_step(loop, 5 * ASY_MILLISECOND));
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      HOST_TEST(test_the_deadline_is_now_while_work_waits),
      HOST_TEST(test_a_host_drives_timers_and_other_threads_by_descriptor_and_deadline),
      HOST_TEST(test_a_hosted_idle_loop_is_silent),
      HOST_TEST(test_hooks_stand_around_a_poll_that_blocks),
      HOST_TEST(test_a_step_waits_no_longer_than_it_is_told),
      HOST_TEST(test_an_idle_loop_waits_for_a_wake_up),
      HOST_TEST(test_a_stale_alarm_does_not_swallow_the_end_of_a_step),
      HOST_TEST(test_a_step_of_a_virtual_loop_returns_once_something_happened),
  };
  return asy_test_main(argc, argv, "host", tests);
}
