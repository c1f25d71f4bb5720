/* For tests of debug mode: a loop that is in it, and a hook that says where everything is made. */
#ifndef ASY_DEBUG_TEST_H
#define ASY_DEBUG_TEST_H
#include "asy_task_test.h"

static int places_freed;
static UNUSED void free_place(void *data) { (void)data, ++places_freed; }
static UNUSED size_t here(char *buffer, size_t size, void *place) {
  size_t length = strlen(place);
  memcpy(buffer, place, length < size ? length : size);
  return length;
}
static UNUSED void at(const char *place) {
  assert_int_equal(ASY_OK, asy_loop_set_place_hook(loop, here, (void *)place, free_place));
}
static UNUSED int told(const char *text) { return strstr(asy_reports.what, text) != NULL; }

static UNUSED int debug_setup(void **state) {
  asy_reports.warnings_too = 1;
  int failed = asy_task_setup(state);
  return failed || asy_loop_set_debug(loop, 1) || asy_loop_set_slow_step(loop, ASY_FOREVER);
}
#define DEBUG_TEST(f) cmocka_unit_test_setup_teardown(f, debug_setup, asy_test_teardown)
#endif
