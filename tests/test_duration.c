/* Durations: seconds to nanoseconds, as every binding converts. */
#include "asy_test.h"

#include <math.h>

static uint64_t ns_of(double seconds) {
  uint64_t ns = 12345;
  assert_int_equal(ASY_OK, asy_duration_from_seconds(seconds, &ns));
  return ns;
}

static void test_seconds_become_nanoseconds(void **state) {
  (void)state;
  assert_int_equal(ASY_SECOND, ns_of(1));
  assert_int_equal(1500 * ASY_MILLISECOND, ns_of(1.5));
  assert_int_equal(250 * ASY_MILLISECOND, ns_of(0.25));
}

static void test_a_fraction_of_a_nanosecond_is_not_too_short(void **state) {
  (void)state;
  assert_int_equal(1, ns_of(1e-12));
}

static void test_no_and_negative_seconds_are_zero(void **state) {
  (void)state;
  assert_int_equal(0, ns_of(0));
  assert_int_equal(0, ns_of(-0.0));
  assert_int_equal(0, ns_of(-3));
  assert_int_equal(0, ns_of(-INFINITY));
}

/* HND-08 */
static void test_infinity_is_forever_and_what_does_not_fit_is_finite(void **state) {
  (void)state;
  assert_true(ns_of(INFINITY) == ASY_FOREVER);
  assert_true(ns_of(1e300) == ASY_FOREVER - 1);
  assert_true(ns_of(1.8e10) < ASY_FOREVER - 1);
}

/* HND-08 */
static void test_not_a_number_is_refused_and_changes_nothing(void **state) {
  (void)state;
  uint64_t ns = 7;
  assert_int_equal(ASY_E_INVALID, asy_duration_from_seconds(NAN, &ns));
  assert_int_equal(7, ns);
  assert_int_equal(ASY_E_INVALID, asy_duration_from_seconds(1, NULL));
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_seconds_become_nanoseconds),
      cmocka_unit_test(test_a_fraction_of_a_nanosecond_is_not_too_short),
      cmocka_unit_test(test_no_and_negative_seconds_are_zero),
      cmocka_unit_test(test_infinity_is_forever_and_what_does_not_fit_is_finite),
      cmocka_unit_test(test_not_a_number_is_refused_and_changes_nothing),
  };
  return asy_test_main(argc, argv, "duration", tests);
}
