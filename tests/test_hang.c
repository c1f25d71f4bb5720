/* What a hang looks like from outside: a dump names who waits for what. */
#include <stdio.h>
#include "asy_task_test.h"

static char lines[2048];
static void take_line(const char *text, void *data) {
  (void)data;
  size_t length = strlen(lines);
  snprintf(lines + length, sizeof lines - length, "%s\n", text);
}
static asy_task *named(const char *name, asy_run_cb body, void *data) {
  asy_task_options options = {.size = sizeof options, .name = name};
  return asy_spawn(loop, body, data, NULL, &options);
}

static asy_lock *locks[2];
static asy_status takes_both(asy_value *out_value, asy_error **out_error, void *first) {
  (void)out_value;
  asy_lock *const own = locks[(uintptr_t)first], *const other = locks[1 - (uintptr_t)first];
  asy_status status = asy_await(asy_lock_acquire(own), NULL, out_error);
  if (status) return status;
  status = wait_ms(1);
  if (!status) status = asy_await(asy_lock_acquire(other), NULL, out_error);
  if (!status) asy_lock_release(other);
  asy_lock_release(own);
  return status;
}

/* SYNC-06 TEST-08: nobody notices; a test's own limit dumps what hangs */
static void test_locks_taken_in_two_orders_hang_and_the_dump_shows_both(void **state) {
  char held[100];
  (void)state;
  lines[0] = 0;
  for (int i = 0; i < 2; ++i) assert_int_equal(ASY_OK, asy_lock_new(loop, ASY_LOCK_OWNED, &locks[i]));
  asy_task *tasks[] = {named("first", takes_both, MS(0)), named("second", takes_both, MS(1))};
  asy_future *both =
      asy_wait(loop, (asy_future *[]){asy_future_ref(tasks[0]), asy_future_ref(tasks[1])}, 2, ASY_WAIT_ALL, ASY_SECOND);
  assert_int_equal(0, finish_int(both));
  assert_int_equal(ASY_OK, asy_loop_dump(loop, take_line, NULL, NULL));
  assert_string_equal("task first waiting for lock acquire\ntask second waiting for lock acquire\n", lines);
  for (int i = 0; i < 2; ++i) {
    asy_lock_describe(locks[i], held, sizeof held);
    assert_string_equal("lock locked, 1 waiting", held);
  }
  asy_future_cancel(tasks[0], NULL); /* either may go */
  assert_int_equal(ASY_E_CANCELLED, finish(tasks[0]));
  assert_int_equal(ASY_OK, finish(tasks[1]));
  for (int i = 0; i < 2; ++i) asy_lock_unref(locks[i]);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      TASK_TEST(test_locks_taken_in_two_orders_hang_and_the_dump_shows_both),
  };
  return asy_test_main(argc, argv, "hang", tests);
}
