/* For tests whose bodies await: a loop and a trail that the bodies write. */
#ifndef ASY_TASK_TEST_H
#define ASY_TASK_TEST_H
#include "asy_test.h"

static asy_loop *loop;
static char trail[256];
static int freed;

static UNUSED void note(const char *text) { strncat(trail, text, sizeof trail - strlen(trail) - 1); }
static UNUSED void count_free(void *data) { (void)data, ++freed; }

static UNUSED void asy_task_begin(asy_loop *fresh) {
  loop = fresh;
  trail[0] = 0;
  freed = 0;
}
static UNUSED int asy_task_setup(void **state) {
  int failed = asy_test_setup(state);
  asy_task_begin(*state);
  return failed;
}
#define TASK_TEST(f) cmocka_unit_test_setup_teardown(f, asy_task_setup, asy_test_teardown)

static UNUSED asy_task *spawn(asy_run_cb body, void *data) { return asy_spawn(loop, body, data, NULL, NULL); }
static UNUSED asy_status finish(asy_future *future) { return asy_test_finish(loop, future, NULL); }
static UNUSED int64_t finish_int(asy_future *future) {
  int64_t number = INT64_MIN;
  return asy_test_finish(loop, future, &number) ? INT64_MIN : number;
}
/* Runs turns until nothing is ready, without letting virtual time pass. */
static UNUSED void settle(void) {
  for (int i = 0; i < 20; ++i) asy_test_turn(loop);
}
static UNUSED asy_status wait_ms(uint64_t ms) { return asy_await(asy_sleep(loop, ms * ASY_MILLISECOND), NULL, NULL); }
static UNUSED asy_error *boom(void) { return asy_error_new(ASY_E_FOREIGN, "boom", NULL); }

/* Bodies. */
static UNUSED asy_status sleeper(asy_value *out_value, asy_error **out_error, void *ms) {
  (void)out_error;
  asy_status status = wait_ms((uint64_t)(uintptr_t)ms);
  if (status) note("x");
  else asy_value_set_int(out_value, (int64_t)(uintptr_t)ms);
  return status;
}
static UNUSED asy_status failer(asy_value *out_value, asy_error **out_error, void *ms) {
  (void)out_value;
  asy_status status = wait_ms((uint64_t)(uintptr_t)ms);
  if (status) return status;
  *out_error = boom();
  return ASY_E_FOREIGN;
}
static UNUSED asy_status waiter(asy_value *out_value, asy_error **out_error, void *future) {
  asy_status status = asy_await(asy_future_ref(future), out_value, out_error);
  note(status == ASY_E_CANCELLED ? "c" : status ? "e" : "v");
  return status;
}
/* Takes one cancel and returns all the same. */
static UNUSED asy_status stubborn(asy_value *out_value, asy_error **out_error, void *ms) {
  (void)out_error;
  if (wait_ms((uint64_t)(uintptr_t)ms) == ASY_E_CANCELLED) note("s");
  asy_value_set_int(out_value, 77);
  return ASY_OK;
}
#define MS(n) ((void *)(uintptr_t)(n))
#endif
