/* Debug mode tells what is slow. */
#include "asy_debug_test.h"

#include <time.h>
#include <unistd.h>

static uint64_t machine_time(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * ASY_SECOND + (uint64_t)now.tv_nsec;
}
static void hold_up(uint64_t ns) {
  for (uint64_t end = machine_time() + ns; machine_time() < end;) {}
}
static void slow_call(void *data) {
  (void)data;
  hold_up(2 * ASY_MILLISECOND);
}
static asy_status slow_body(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error;
  slow_call(data);
  return ASY_OK;
}

/* DBG-04 DBG-10 LOOP-25: the warning is no failure, whatever the policy */
static void test_a_slow_step_is_told_with_its_task_and_seconds(void **state) {
  (void)state;
  at("brew.c:7");
  asy_loop_set_slow_step(loop, ASY_MILLISECOND);
  asy_loop_set_report_policy(loop, ASY_REPORT_RAISE);
  asy_task_options options = {.size = sizeof options, .name = "brewer"};
  assert_int_equal(ASY_OK, finish(asy_spawn(loop, slow_body, NULL, NULL, &options)));
  assert_int_not_equal(0, asy_test_reports());
  assert_int_equal(ASY_E_SLOW, asy_reports.last);
  assert_true(told("brewer") && told(" s in one step") && told("0.0") && told("made at brew.c:7"));
}

/* DBG-04 DBG-02 */
static void test_a_slow_callback_is_told_with_the_place_it_was_made_at(void **state) {
  (void)state;
  at("call.c:9");
  asy_loop_set_slow_step(loop, ASY_MILLISECOND);
  assert_int_equal(ASY_OK, asy_loop_call_soon(loop, slow_call, NULL, NULL, NULL));
  at("later.c:1");
  asy_test_turn(loop);
  asy_test_reports();
  assert_true(told("a callback held the loop up") && told("call.c:9"));
}

/* DBG-04 */
static void test_without_debug_mode_nothing_is_timed(void **state) {
  asy_loop_metrics metrics = {.size = sizeof metrics};
  (void)state;
  asy_loop_set_debug(loop, 0);
  asy_loop_set_slow_step(loop, 1);
  assert_int_equal(ASY_OK, finish(asy_spawn(loop, slow_body, NULL, NULL, NULL)));
  assert_int_equal(0, asy_test_reports());
  asy_loop_read_metrics(loop, &metrics);
  assert_int_equal(0, metrics.steps + metrics.step_ns + metrics.poll_ns);
}

/* INTR-05: steps and polls are timed */
static void test_debug_mode_times_steps_and_polls(void **state) {
  asy_loop_metrics metrics = {.size = sizeof metrics};
  (void)state;
  assert_int_equal(ASY_OK, finish(asy_spawn(loop, slow_body, NULL, NULL, NULL)));
  asy_loop_read_metrics(loop, &metrics);
  assert_true(metrics.steps >= 1 && metrics.poll_ns > 0);
  assert_true(metrics.step_max_ns >= 2 * ASY_MILLISECOND && metrics.step_ns >= metrics.step_max_ns);
}

/* A loop on the machine's clock that tells of every millisecond. */
static asy_loop *impatient(void) {
  asy_loop *real;
  assert_int_equal(ASY_OK, asy_loop_new(NULL, &real));
  asy_loop_set_report_hook(real, asy_test_on_report, NULL, NULL);
  asy_loop_set_debug(real, 1);
  asy_loop_set_slow_step(real, ASY_MILLISECOND);
  return real;
}

/* Every report's text, as they come. */
static char all_told[4000];
static void gather_reports(asy_loop *from, asy_error *error, const char *what, void *data) {
  (void)from, (void)error, (void)data;
  strncat(all_told, what, sizeof all_told - strlen(all_told) - 1);
}

/* DBG-06: a poll that sleeps too long; a hook stands for the system */
static void test_a_slow_poll_is_told(void **state) {
  asy_loop *real = impatient();
  (void)state;
  all_told[0] = 0;
  asy_loop_set_report_hook(real, gather_reports, NULL, NULL);
  asy_loop_set_poll_hooks(real, slow_call, slow_call, NULL, NULL);
  while (!*all_told) asy_loop_step(real, ASY_MILLISECOND);
  assert_non_null(strstr(all_told, "a poll took 0.0"));
  asy_loop_close(real);
  asy_loop_unref(real);
}

static void slow_event(asy_watch *watch, uint32_t events, void *data) {
  (void)events;
  hold_up(2 * ASY_MILLISECOND);
  asy_watch_close(watch);
  asy_loop_stop(data);
}

/* DBG-04 DBG-06 */
static void test_a_slow_io_callback_is_told(void **state) {
  asy_loop *real = impatient();
  asy_watch *watch;
  int ends[2];
  (void)state;
  all_told[0] = 0;
  asy_loop_set_report_hook(real, gather_reports, NULL, NULL);
  assert_int_equal(0, pipe(ends));
  assert_int_equal(ASY_OK, asy_watch_new(real, ends[0], ASY_WATCH_READABLE, slow_event, real, NULL, &watch));
  assert_int_equal(1, write(ends[1], "x", 1));
  assert_int_equal(ASY_OK, asy_loop_run(real));
  assert_non_null(strstr(all_told, "an I/O callback held the loop up for 0.0"));
  asy_watch_unref(watch);
  asy_loop_close(real);
  asy_loop_unref(real);
  close(ends[0]);
  close(ends[1]);
}

/* DBG-06 */
static void test_a_slow_lookup_is_told_with_its_host(void **state) {
  asy_loop *real = impatient();
  (void)state;
  all_told[0] = 0;
  asy_loop_set_report_hook(real, gather_reports, NULL, NULL);
  asy_loop_set_slow_step(real, 1);
  asy_future *found = asy_resolve(real, "localhost", 80);
  assert_int_equal(ASY_OK, asy_loop_run_until_complete(real, found));
  asy_future_status(found);
  asy_future_unref(found);
  assert_non_null(strstr(all_told, "the lookup of host localhost took"));
  asy_loop_close(real);
  asy_loop_unref(real);
}

/* DBG-04 LOOP-25 */
static void test_a_late_timer_is_told(void **state) {
  asy_loop *real = impatient();
  (void)state;
  asy_future *due = asy_sleep(real, 1);
  hold_up(2 * ASY_MILLISECOND);
  assert_int_equal(ASY_OK, asy_loop_run_until_complete(real, due));
  asy_future_unref(due);
  assert_int_not_equal(0, asy_test_reports());
  assert_int_equal(ASY_E_SLOW, asy_reports.last);
  asy_loop_close(real);
  asy_loop_unref(real);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      DEBUG_TEST(test_a_slow_step_is_told_with_its_task_and_seconds),
      DEBUG_TEST(test_a_slow_callback_is_told_with_the_place_it_was_made_at),
      DEBUG_TEST(test_without_debug_mode_nothing_is_timed),
      DEBUG_TEST(test_debug_mode_times_steps_and_polls),
      DEBUG_TEST(test_a_slow_poll_is_told),
      DEBUG_TEST(test_a_slow_io_callback_is_told),
      DEBUG_TEST(test_a_slow_lookup_is_told_with_its_host),
      DEBUG_TEST(test_a_late_timer_is_told),
  };
  return asy_test_main(argc, argv, "slow", tests);
}
