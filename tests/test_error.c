/* Errors: immutable, shared, any thread. */
#include "asy_test.h"

#include <errno.h>

static int references;
static void retain(void *object) { (void)object, ++references; }
static void release(void *object) { (void)object, --references; }
static const asy_type counted = {sizeof counted, "counted", retain, release, 0};

static void test_an_error_has_code_and_message(void **state) {
  (void)state;
  char message[] = "boom";
  asy_error *error = asy_error_new(ASY_E_FOREIGN, message, NULL);
  message[0] = 'x';
  assert_int_equal(ASY_E_FOREIGN, asy_error_code(error));
  assert_string_equal("boom", asy_error_message(error));
  assert_string_equal("", asy_error_traceback(error));
  assert_int_equal(0, asy_error_os_code(error));
  assert_null(asy_error_cause(error));
  assert_null(asy_error_object(error, NULL));
  asy_error_unref(error);
}

static void test_without_a_message_the_codes_own_is_used(void **state) {
  (void)state;
  asy_error *error = asy_error_new(ASY_E_TIMEOUT, NULL, NULL);
  assert_string_equal(asy_status_text(ASY_E_TIMEOUT), asy_error_message(error));
  asy_error_unref(error);
}

/* EXC-10 */
static void test_a_cause_lives_as_long_as_its_consequence(void **state) {
  (void)state;
  asy_error_options options = {.size = sizeof options, .cause = asy_error_new(ASY_E_CANCELLED, "stop", NULL)};
  asy_error *error = asy_error_new(ASY_E_TIMEOUT, NULL, &options);
  asy_error_unref(options.cause);
  assert_int_equal(ASY_E_CANCELLED, asy_error_code(asy_error_cause(error)));
  assert_string_equal("stop", asy_error_message(asy_error_cause(error)));
  asy_error_unref(error);
}

static void test_a_long_chain_of_causes_is_released(void **state) {
  (void)state;
  asy_error *error = asy_error_new(ASY_E_FOREIGN, NULL, NULL);
  for (int i = 0; i < 200000; ++i) {
    asy_error_options options = {.size = sizeof options, .cause = error};
    asy_error *next = asy_error_new(ASY_E_FOREIGN, "", &options);
    asy_error_unref(error);
    error = next;
  }
  asy_error_unref(error);
}

static void test_a_deep_tree_of_groups_is_released(void **state) {
  (void)state;
  asy_error *error = asy_error_new(ASY_E_FOREIGN, NULL, NULL);
  for (int i = 0; i < 100000; ++i) {
    asy_error *group = asy_error_new_group("", &error, 1);
    asy_error_unref(error);
    error = group;
  }
  asy_error_unref(error);
}

/* EXC-11 */
static void test_a_languages_object_travels_with_its_error(void **state) {
  (void)state;
  references = 1;
  asy_error_options options = {
      .size = sizeof options, .traceback = "line 1\nline 2", .object = &references, .type = &counted};
  asy_error *error = asy_error_new(ASY_E_FOREIGN, "boom", &options);
  assert_ptr_equal(&references, asy_error_object(error, &counted));
  assert_ptr_equal(&references, asy_error_object(error, NULL));
  assert_null(asy_error_object(error, asy_bytes_type()));
  assert_string_equal("line 1\nline 2", asy_error_traceback(error));
  assert_ptr_equal(error, asy_error_ref(error));
  asy_error_unref(error);
  assert_int_equal(1, references);
  asy_error_unref(error);
  assert_int_equal(0, references);
}

/* EXC-08 */
static void test_a_group_holds_its_children(void **state) {
  (void)state;
  asy_error *children[] = {asy_error_new(ASY_E_FOREIGN, "one", NULL), asy_error_new(ASY_E_OS, "two", NULL)};
  asy_error *group = asy_error_new_group(NULL, children, 2);
  asy_error_unref(children[0]);
  asy_error_unref(children[1]);
  assert_int_equal(ASY_E_GROUP, asy_error_code(group));
  assert_int_equal(2, asy_error_child_count(group));
  assert_string_equal("one", asy_error_message(asy_error_child(group, 0)));
  assert_string_equal("two", asy_error_message(asy_error_child(group, 1)));
  assert_null(asy_error_child(group, 2));
  asy_error_unref(group);
}

/* EXC-09 */
static void test_the_systems_number_becomes_words(void **state) {
  (void)state;
  asy_error *error = asy_error_new_os(ECONNREFUSED, "connect 127.0.0.1:1");
  assert_int_equal(ASY_E_OS, asy_error_code(error));
  assert_int_equal(ECONNREFUSED, asy_error_os_code(error));
  assert_string_equal("connect 127.0.0.1:1: connection refused", asy_error_message(error));
  asy_error_unref(error);
  error = asy_error_new_os(ENOMEM, NULL);
  assert_int_equal(ASY_E_NOMEM, asy_error_code(error));
  asy_error_unref(error);
  error = asy_error_new_os(0, "read");
  assert_int_equal(ASY_E_INVALID, asy_error_code(error));
  asy_error_unref(error);
  error = asy_error_new_os(INT64_MAX, "read");
  assert_int_equal(ASY_E_INVALID, asy_error_code(error));
  asy_error_unref(error);
}

static void test_a_code_that_is_no_error_is_refused_and_consumes(void **state) {
  (void)state;
  references = 1;
  asy_error_options options = {.size = sizeof options, .object = &references, .type = &counted};
  asy_error *error = asy_error_new(ASY_OK, "fine", &options);
  assert_int_equal(ASY_E_INVALID, asy_error_code(error));
  assert_int_equal(0, references);
  asy_error_unref(error);
}

static void test_options_of_a_newer_version_must_be_zero(void **state) {
  (void)state;
  struct {
    asy_error_options known;
    uint64_t newer;
  } options = {.known = {.size = sizeof options}};
  asy_error *error = asy_error_new(ASY_E_OS, NULL, &options.known);
  assert_int_equal(ASY_E_OS, asy_error_code(error));
  asy_error_unref(error);
  references = 1;
  options.known.object = &references;
  options.known.type = &counted;
  options.newer = 1;
  error = asy_error_new(ASY_E_OS, NULL, &options.known);
  assert_int_equal(ASY_E_INVALID, asy_error_code(error));
  assert_int_equal(0, references);
  asy_error_unref(error);
  options.known.size = 1;
  error = asy_error_new(ASY_E_OS, NULL, &options.known);
  assert_int_equal(ASY_E_INVALID, asy_error_code(error));
  asy_error_unref(error);
}

static void test_options_of_an_older_version_are_enough(void **state) {
  (void)state;
  asy_error_options options = {.size = offsetof(asy_error_options, traceback), .traceback = "not read"};
  asy_error *error = asy_error_new(ASY_E_OS, NULL, &options);
  assert_string_equal("", asy_error_traceback(error));
  asy_error_unref(error);
}

static void test_null_is_no_error(void **state) {
  (void)state;
  asy_error *missing[] = {NULL};
  assert_null(asy_error_ref(NULL));
  asy_error_unref(NULL);
  assert_int_equal(ASY_OK, asy_error_code(NULL));
  assert_string_equal("", asy_error_message(NULL));
  assert_string_equal("", asy_error_traceback(NULL));
  assert_int_equal(0, asy_error_os_code(NULL));
  assert_null(asy_error_cause(NULL));
  assert_null(asy_error_object(NULL, NULL));
  assert_null(asy_error_child(NULL, 0));
  assert_int_equal(0, asy_error_child_count(NULL));
  assert_int_equal(ASY_E_INVALID, asy_error_code(asy_error_new_group(NULL, NULL, 1)));
  assert_int_equal(ASY_E_INVALID, asy_error_code(asy_error_new_group(NULL, missing, 1)));
  assert_int_equal(ASY_E_INVALID, asy_error_code(asy_error_new_group(NULL, missing, 0)));
}

static void test_every_status_has_name_and_text(void **state) {
  (void)state;
  assert_string_equal("ASY_OK", asy_status_name(ASY_OK));
  assert_string_equal("ASY_E_CANCELLED", asy_status_name(ASY_E_CANCELLED));
  assert_string_equal("ASY_E_INTERNAL", asy_status_name(ASY_E_INTERNAL));
  assert_string_equal("ASY_E_UNKNOWN", asy_status_name(-1000));
  assert_string_equal("ASY_E_UNKNOWN", asy_status_name(1));
  for (asy_status status = ASY_E_INTERNAL; status <= ASY_OK; ++status)
    assert_string_not_equal("", asy_status_text(status));
  assert_true(asy_version() >= 0x000100);
}

/* EXC-08 EXC-11 */
static void test_a_group_may_have_an_object_of_its_language(void **state) {
  (void)state;
  int object;
  references = 1;
  asy_error *children[] = {asy_error_new(ASY_E_TIMEOUT, "late", NULL), NULL};
  asy_error_options options = {
      .size = sizeof options, .object = &object, .type = &counted, .children = children, .child_count = 1};
  asy_error *group = asy_error_new(ASY_E_GROUP, "several", &options);
  assert_int_equal(1, asy_error_child_count(group));
  assert_ptr_equal(children[0], asy_error_child(group, 0));
  assert_ptr_equal(&object, asy_error_object(group, &counted));
  asy_error_unref(group);
  assert_int_equal(0, references);
  references = 2;
  asy_error *not_a_group = asy_error_new(ASY_E_TIMEOUT, NULL, &options);
  options.child_count = 2;
  asy_error *with_a_hole = asy_error_new(ASY_E_GROUP, NULL, &options);
  assert_int_equal(ASY_E_INVALID, asy_error_code(not_a_group));
  assert_int_equal(ASY_E_INVALID, asy_error_code(with_a_hole));
  assert_int_equal(0, references);
  asy_error_unref(children[0]);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_an_error_has_code_and_message),
      cmocka_unit_test(test_without_a_message_the_codes_own_is_used),
      cmocka_unit_test(test_a_cause_lives_as_long_as_its_consequence),
      cmocka_unit_test(test_a_long_chain_of_causes_is_released),
      cmocka_unit_test(test_a_deep_tree_of_groups_is_released),
      cmocka_unit_test(test_a_languages_object_travels_with_its_error),
      cmocka_unit_test(test_a_group_holds_its_children),
      cmocka_unit_test(test_a_group_may_have_an_object_of_its_language),
      cmocka_unit_test(test_the_systems_number_becomes_words),
      cmocka_unit_test(test_a_code_that_is_no_error_is_refused_and_consumes),
      cmocka_unit_test(test_options_of_a_newer_version_must_be_zero),
      cmocka_unit_test(test_options_of_an_older_version_are_enough),
      cmocka_unit_test(test_null_is_no_error),
      cmocka_unit_test(test_every_status_has_name_and_text),
  };
  return asy_test_main(argc, argv, "error", tests);
}
