/* The hard case of a loop's end: 23 of cases/README.md. */
#include "asy_cases_test.h"

static asy_status cleans_up(asy_value *out_value, asy_error **out_error, void *data) {
  (void)data;
  asy_status status = asy_await(asy_sleep(loop, ASY_FOREVER), out_value, out_error);
  wait_ms(5);
  note("u");
  return status;
}
static asy_status fails_while_dying(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)data;
  wait_ms(1000000);
  note("f");
  *out_error = boom();
  return ASY_E_FOREIGN;
}
static asy_status spawns_while_dying(asy_value *out_value, asy_error **out_error, void *left) {
  uintptr_t more = (uintptr_t)left;
  asy_status status = asy_await(asy_sleep(loop, ASY_FOREVER), out_value, out_error);
  note("s");
  if (more) asy_future_unref(spawn(spawns_while_dying, (void *)(more - 1)));
  return status;
}
/* Swallows every cancel but that of the loop's close. */
static asy_status never_ends(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error, (void)data;
  while (asy_await(asy_sleep(loop, ASY_FOREVER), NULL, NULL) == ASY_E_CANCELLED) note("n");
  return ASY_OK;
}

/* case 23, RUN-02 RUN-04 RUN-06: cancelled, awaited, again for what they started; failures told */
static void test_everything_ends_in_stages(void **state) {
  (void)state;
  asy_future_unref(spawn(cleans_up, NULL));
  asy_future_unref(spawn(fails_while_dying, NULL));
  asy_future_unref(spawn(spawns_while_dying, (void *)2));
  settle();
  assert_int_equal(0, finish_int(asy_loop_shutdown(loop, ASY_FOREVER)));
  assert_int_equal(0, asy_loop_task_count(loop));
  assert_int_equal(1, asy_test_reports());
  assert_int_equal(ASY_E_FOREIGN, asy_reports.last);
  assert_non_null(strchr(trail, 'u'));
  assert_non_null(strchr(trail, 'f'));
  /* the last two were cancelled before they began, or after */
  assert_non_null(strchr(trail, 's'));
}

/* case 23, RUN-05, W18: after the grace the stubborn one is named and left, nobody hangs */
static void test_what_does_not_end_is_named_after_the_grace(void **state) {
  uint64_t start = asy_loop_time(loop);
  (void)state;
  asy_task *stubborn_one = spawn(never_ends, NULL);
  asy_task_set_name(stubborn_one, "mule");
  asy_future_unref(spawn(cleans_up, NULL));
  settle();
  assert_int_equal(1, finish_int(asy_loop_shutdown(loop, 100 * ASY_MILLISECOND)));
  assert_int_equal(start + 100 * ASY_MILLISECOND, asy_loop_time(loop));
  assert_int_equal(1, asy_test_reports());
  assert_int_equal(ASY_E_TIMEOUT, asy_reports.last);
  assert_non_null(strstr(asy_reports.what, "mule"));
  assert_non_null(strchr(trail, 'n'));
  assert_non_null(strchr(trail, 'u'));
  assert_int_equal(ASY_OK, asy_loop_close(loop));
  asy_future_unref(stubborn_one);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      ANY_ORDER(test_everything_ends_in_stages),
      ANY_ORDER(test_what_does_not_end_is_named_after_the_grace),
  };
  return asy_test_main(argc, argv, "cases: shutdown", tests);
}
