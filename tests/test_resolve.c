/* Looking up host names. */
#include "asy_resolver_test.h"

static int setup(void **state) {
  resolver_reset();
  return asy_test_setup(state);
}
#define RESOLVE_TEST(f) cmocka_unit_test_setup_teardown(f, setup, asy_test_teardown)

static const char *item(asy_future *future, size_t index) {
  return asy_value_data(asy_value_item(asy_future_value(future), index), NULL);
}

/* DNS-02 */
static void test_a_literal_address_is_its_own_answer_at_once(void **state) {
  asy_future *four = asy_resolve(*state, "127.0.0.1", 80), *six = asy_resolve(*state, "::1", 0);
  assert_int_equal(1, asy_future_is_done(four));
  assert_int_equal(ASY_OK, asy_future_status(four));
  assert_int_equal(1, asy_value_count(asy_future_value(four)));
  assert_string_equal("127.0.0.1", item(four, 0));
  assert_string_equal("::1", item(six, 0));
  assert_int_equal(0, resolver.calls);
  asy_future_unref(four);
  asy_future_unref(six);
}

/* DNS-01 */
static void test_a_name_has_addresses_in_the_resolvers_order(void **state) {
  asy_future *two = asy_resolve(*state, "two", 80), *twice = asy_resolve(*state, "twice", 80);
  assert_int_equal(ASY_OK, asy_loop_run_until_complete(*state, two));
  assert_int_equal(2, asy_value_count(asy_future_value(two)));
  assert_string_equal("127.0.0.2", item(two, 0));
  assert_string_equal("127.0.0.1", item(two, 1));
  assert_int_equal(ASY_OK, asy_loop_run_until_complete(*state, twice));
  assert_int_equal(1, asy_value_count(asy_future_value(twice)));
  asy_future_unref(two);
  asy_future_unref(twice);
}

/* DNS-01 DNS-03 EXC-09 */
static void test_an_unknown_name_is_an_error_that_names_it(void **state) {
  asy_future *future = asy_resolve(*state, "unknown", 80);
  assert_int_equal(ASY_OK, asy_loop_run_until_complete(*state, future));
  assert_int_equal(ASY_E_NOT_FOUND, asy_future_status(future));
  assert_non_null(strstr(asy_error_message(asy_future_error(future)), "unknown"));
  asy_future_unref(future);
  assert_int_equal(ASY_E_NOT_FOUND, asy_test_finish(*state, asy_resolve(*state, "again", 80), NULL));
}

/* DNS-02 */
static void test_bad_arguments_fail_the_future(void **state) {
  char name[400];
  memset(name, 'a', sizeof name);
  name[sizeof name - 1] = '\0';
  assert_int_equal(ASY_E_INVALID, asy_test_finish(*state, asy_resolve(*state, NULL, 80), NULL));
  assert_int_equal(ASY_E_INVALID, asy_test_finish(*state, asy_resolve(*state, "", 80), NULL));
  assert_int_equal(ASY_E_INVALID, asy_test_finish(*state, asy_resolve(*state, name, 80), NULL));
  assert_int_equal(ASY_E_INVALID, asy_test_finish(*state, asy_resolve(*state, "localhost", 65536), NULL));
  assert_int_equal(ASY_E_INVALID, asy_future_status(asy_resolve(NULL, "localhost", 80)));
  assert_int_equal(0, resolver.calls);
}

/* DNS-01 TEST-07 */
static void test_virtual_time_waits_for_a_look_up(void **state) {
  asy_future *sleep = asy_sleep(*state, 3600 * ASY_SECOND), *future = asy_resolve(*state, "two", 80);
  assert_int_equal(ASY_OK, asy_loop_run_until_complete(*state, future));
  assert_int_equal(0, asy_future_is_done(sleep));
  asy_future_unref(future);
  asy_future_cancel(sleep, NULL);
  asy_future_unref(sleep);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      RESOLVE_TEST(test_a_literal_address_is_its_own_answer_at_once),
      RESOLVE_TEST(test_a_name_has_addresses_in_the_resolvers_order),
      RESOLVE_TEST(test_an_unknown_name_is_an_error_that_names_it),
      RESOLVE_TEST(test_bad_arguments_fail_the_future),
      RESOLVE_TEST(test_virtual_time_waits_for_a_look_up),
  };
  return asy_test_main(argc, argv, "resolve", tests);
}
