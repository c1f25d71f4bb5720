/* Every operation, with each of its allocations failing: once only, and from there on. */
#include "asy_every.h"

#include <sched.h>

/* A thread that an executor did not wait for may end a little later. */
static int nothing_is_allocated(void) {
  asy_status status = ASY_E_STATE;
  for (int i = 0; i < 100000 && (status = asy_set_allocator(NULL, NULL, NULL, NULL, NULL)); ++i) sched_yield();
  return status == ASY_OK;
}

/* How many allocations a run needs. */
static uint64_t run_counted(const struct scenario *s) {
  asy_test_fail_allocation(UINT64_MAX, 1);
  assert_int_equal(ASY_OK, run(s, 0, 0, NULL));
  uint64_t needed = asy_test_allocations();
  asy_test_fail_allocation(0, 0);
  return needed;
}

/* TEST-09: what there was no memory for says so, and nothing is left */
static void test_a_failure_of_any_allocation_leaves_nothing(void **state) {
  (void)state;
  for (const struct scenario *s = scenarios; s < scenarios + SCENARIOS; ++s) {
    for (uint64_t count = 1; count; count = count == 1 ? ASY_FOREVER : 0) {
      uint64_t nth = 0, needed = run_counted(s);
      do {
        assert_int_equal(ASY_OK, asy_test_fail_allocation(++nth, count));
        asy_status status = run(s, 0, 0, NULL);
        asy_test_fail_allocation(0, 0);
        int expected = status == ASY_OK || status == ASY_E_NOMEM || status == ASY_E_CANCELLED;
        if (*faults || !expected || !nothing_is_allocated())
          fail_msg("%s, allocation %d: %s, %s", s->name, (int)nth, asy_status_name(status), faults);
        if (nth > needed) assert_int_equal(ASY_OK, status);
      } while (nth <= needed);
    }
  }
}

/* TEST-09 */
static void test_allocations_are_counted_and_fail_where_asked(void **state) {
  asy_loop *made;
  (void)state;
  asy_test_fail_allocation(0, 1);
  assert_int_equal(ASY_OK, asy_loop_new(NULL, &made));
  uint64_t used = asy_test_allocations();
  assert_true(used > 0);
  asy_loop_close(made);
  asy_loop_unref(made);
  asy_test_fail_allocation(1, 1);
  assert_int_equal(ASY_E_NOMEM, asy_loop_new(NULL, &made));
  assert_int_equal(ASY_OK, asy_loop_new(NULL, &made));
  asy_loop_close(made);
  asy_loop_unref(made);
  asy_test_fail_allocation(0, 0);
  assert_int_equal(0, asy_test_allocations());
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_failure_of_any_allocation_leaves_nothing),
      cmocka_unit_test(test_allocations_are_counted_and_fail_where_asked),
  };
  return asy_test_main(argc, argv, "every allocation", tests);
}
