/* Trees of errors: those that match, and the rest. */
#include "asy_test.h"

static int freed, asked;
static void count_free(void *data) { (void)data, ++freed; }
static int32_t of_code(asy_error *leaf, void *code) {
  ++asked;
  return asy_error_code(leaf) == *(const asy_status *)code;
}
static asy_status split(asy_error *error, asy_status code, asy_error **match, asy_error **rest) {
  return asy_error_split(error, of_code, &code, count_free, match, rest);
}
static asy_error *leaf(asy_status code, const char *message) { return asy_error_new(code, message, NULL); }
/* Takes the children. */
static asy_error *group(const char *message, asy_error **children, size_t count) {
  asy_error *made = asy_error_new_group(message, children, count);
  for (size_t i = 0; i < count; ++i) asy_error_unref(children[i]);
  return made;
}
/* ((a:OS, b:EOF) "inner", c:EOF) "outer" */
static asy_error *tree(void) {
  asy_error *inner[] = {leaf(ASY_E_OS, "a"), leaf(ASY_E_EOF, "b")};
  asy_error *outer[] = {group("inner", inner, 2), leaf(ASY_E_EOF, "c")};
  return group("outer", outer, 2);
}

/* TG-16 EXC-08 TEST-05 */
static void test_both_halves_keep_nesting_and_messages(void **state) {
  asy_error *whole = tree(), *match, *rest;
  (void)state;
  freed = asked = 0;
  assert_int_equal(ASY_OK, split(whole, ASY_E_EOF, &match, &rest));
  assert_int_equal(3, asked);
  assert_int_equal(1, freed);
  assert_string_equal("outer", asy_error_message(match));
  assert_int_equal(ASY_E_GROUP, asy_error_code(match));
  assert_int_equal(2, asy_error_child_count(match));
  asy_error *inner = asy_error_child(match, 0);
  assert_string_equal("inner", asy_error_message(inner));
  assert_int_equal(1, asy_error_child_count(inner));
  assert_ptr_equal(asy_error_child(asy_error_child(whole, 0), 1),
                   asy_error_child(inner, 0)); /* leaves are the same objects */
  assert_ptr_equal(asy_error_child(whole, 1), asy_error_child(match, 1));
  assert_int_equal(1, asy_error_child_count(rest));
  assert_ptr_equal(asy_error_child(asy_error_child(whole, 0), 0), asy_error_child(asy_error_child(rest, 0), 0));
  asy_error_unref(match);
  asy_error_unref(rest);
  asy_error_unref(whole);
}

/* TG-16 */
static void test_all_or_nothing_gives_the_error_itself(void **state) {
  asy_error *whole = tree(), *match, *rest;
  (void)state;
  assert_int_equal(ASY_OK, split(whole, ASY_E_TIMEOUT, &match, &rest));
  assert_null(match);
  assert_ptr_equal(whole, rest);
  asy_error_unref(rest);
  asy_error *same[] = {leaf(ASY_E_EOF, "x"), leaf(ASY_E_EOF, "y")}, *all = group("all", same, 2);
  assert_int_equal(ASY_OK, split(all, ASY_E_EOF, &match, &rest));
  assert_ptr_equal(all, match);
  assert_null(rest);
  asy_error_unref(match);
  asy_error_unref(all);
  asy_error_unref(whole);
}

/* TG-16 */
static void test_groups_may_go_deeper_than_any_stack(void **state) {
  asy_error *pair[] = {leaf(ASY_E_OS, "a"), leaf(ASY_E_EOF, "b")}, *whole = group("innermost", pair, 2), *match, *rest;
  (void)state;
  for (int i = 0; i < 100000; ++i) whole = group("", &whole, 1);
  assert_int_equal(ASY_OK, split(whole, ASY_E_EOF, &match, &rest));
  asy_error_unref(whole);
  asy_error *at[] = {match, rest};
  for (int i = 0; i < 2; ++i)
    while (asy_error_child_count(at[i])) at[i] = asy_error_child(at[i], 0);
  assert_string_equal("b", asy_error_message(at[0]));
  assert_string_equal("a", asy_error_message(at[1]));
  asy_error_unref(match);
  asy_error_unref(rest);
}

/* TG-16: a group that is whole in its half is the same object there */
static void test_an_inner_group_that_stays_together_is_shared(void **state) {
  asy_error *inner[] = {leaf(ASY_E_OS, "a"), leaf(ASY_E_OS, "b")};
  asy_error *outer[] = {group("inner", inner, 2), leaf(ASY_E_EOF, "c")};
  asy_error *whole = group("outer", outer, 2), *match, *rest;
  (void)state;
  assert_int_equal(ASY_OK, split(whole, ASY_E_OS, &match, &rest));
  assert_ptr_equal(asy_error_child(whole, 0), asy_error_child(match, 0));
  assert_int_equal(1, asy_error_child_count(match));
  assert_ptr_equal(asy_error_child(whole, 1), asy_error_child(rest, 0));
  asy_error_unref(match);
  asy_error_unref(rest);
  asy_error_unref(whole);
}

/* TG-16 EXC-08 */
static void test_an_error_without_children_is_a_tree_of_one(void **state) {
  asy_error *one = leaf(ASY_E_EOF, "one"), *match, *rest;
  (void)state;
  assert_int_equal(ASY_OK, split(one, ASY_E_EOF, &match, &rest));
  assert_ptr_equal(one, match);
  assert_null(rest);
  asy_error_unref(match);
  assert_int_equal(ASY_OK, split(one, ASY_E_OS, &match, &rest));
  assert_null(match);
  assert_ptr_equal(one, rest);
  asy_error_unref(rest);
  asy_error_unref(one);
}

/* TG-16: leaf traces are kept with their errors */
static void test_tracebacks_and_causes_go_with_their_errors(void **state) {
  asy_error *cause = leaf(ASY_E_CANCELLED, "cause");
  asy_error_options with = {.size = sizeof with, .cause = cause, .traceback = "line 1", .os_code = 5};
  asy_error *two[] = {asy_error_new(ASY_E_EOF, "a", &with), leaf(ASY_E_OS, "b")}, *whole = group("g", two, 2);
  asy_error *match;
  (void)state;
  assert_int_equal(ASY_OK, split(whole, ASY_E_EOF, &match, NULL)); /* the rest is not wanted */
  assert_string_equal("line 1", asy_error_traceback(asy_error_child(match, 0)));
  assert_ptr_equal(cause, asy_error_cause(asy_error_child(match, 0)));
  asy_error_unref(match);
  asy_error_unref(whole);
  asy_error_unref(cause);
}

/* TG-16 */
static void test_bad_arguments_are_refused(void **state) {
  asy_error *one = leaf(ASY_E_EOF, "one"), *match = one, *rest = one;
  (void)state;
  freed = 0;
  assert_int_equal(ASY_E_INVALID, split(NULL, ASY_E_EOF, &match, &rest));
  assert_null(match);
  assert_null(rest);
  assert_int_equal(ASY_E_INVALID, asy_error_split(one, NULL, NULL, count_free, NULL, NULL));
  assert_int_equal(2, freed);
  assert_int_equal(ASY_E_INVALID, asy_error_code(asy_error_new_group("empty", NULL, 0)));
  asy_error_unref(one);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_both_halves_keep_nesting_and_messages),
      cmocka_unit_test(test_all_or_nothing_gives_the_error_itself),
      cmocka_unit_test(test_an_inner_group_that_stays_together_is_shared),
      cmocka_unit_test(test_groups_may_go_deeper_than_any_stack),
      cmocka_unit_test(test_an_error_without_children_is_a_tree_of_one),
      cmocka_unit_test(test_tracebacks_and_causes_go_with_their_errors),
      cmocka_unit_test(test_bad_arguments_are_refused),
  };
  return asy_test_main(argc, argv, "error_split", tests);
}
