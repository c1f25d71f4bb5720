/* Immutable bytes. */
#include "asy_test.h"

static void test_bytes_are_a_copy_with_a_nul_behind(void **state) {
  (void)state;
  char text[] = "a\0b";
  asy_bytes *bytes;
  assert_int_equal(ASY_OK, asy_bytes_new(text, 3, &bytes));
  text[0] = 'x';
  assert_int_equal(3, asy_bytes_size(bytes));
  assert_memory_equal("a\0b", asy_bytes_data(bytes), 4);
  asy_bytes_unref(bytes);
}

static void test_no_bytes_are_bytes_too(void **state) {
  (void)state;
  asy_bytes *bytes;
  assert_int_equal(ASY_OK, asy_bytes_new(NULL, 0, &bytes));
  assert_int_equal(0, asy_bytes_size(bytes));
  assert_string_equal("", asy_bytes_data(bytes));
  asy_bytes_unref(bytes);
}

static void test_the_last_reference_ends_them(void **state) {
  (void)state;
  asy_bytes *bytes;
  assert_int_equal(ASY_OK, asy_bytes_new("abc", 3, &bytes));
  assert_ptr_equal(bytes, asy_bytes_ref(bytes));
  asy_bytes_unref(bytes);
  assert_string_equal("abc", asy_bytes_data(bytes));
  asy_bytes_unref(bytes);
}

static void test_their_type_counts_references(void **state) {
  (void)state;
  const asy_type *type = asy_bytes_type();
  asy_bytes *bytes;
  assert_int_equal(ASY_OK, asy_bytes_new("abc", 3, &bytes));
  assert_int_equal(sizeof(asy_type), type->size);
  assert_string_equal("bytes", type->name);
  type->retain(bytes);
  type->release(bytes);
  assert_string_equal("abc", asy_bytes_data(bytes));
  type->release(bytes);
}

static void test_null_is_refused(void **state) {
  (void)state;
  asy_bytes *bytes = (asy_bytes *)&bytes;
  assert_int_equal(ASY_E_INVALID, asy_bytes_new("abc", 3, NULL));
  assert_int_equal(ASY_E_INVALID, asy_bytes_new(NULL, 3, &bytes));
  assert_null(bytes);
  assert_null(asy_bytes_ref(NULL));
  asy_bytes_unref(NULL);
  assert_null(asy_bytes_data(NULL));
  assert_int_equal(0, asy_bytes_size(NULL));
}

static void test_more_than_there_is_memory_is_refused(void **state) {
  (void)state;
  asy_bytes *bytes;
  assert_int_equal(ASY_E_NOMEM, asy_bytes_new("", SIZE_MAX, &bytes));
  assert_null(bytes);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_bytes_are_a_copy_with_a_nul_behind),
      cmocka_unit_test(test_no_bytes_are_bytes_too),
      cmocka_unit_test(test_the_last_reference_ends_them),
      cmocka_unit_test(test_their_type_counts_references),
      cmocka_unit_test(test_null_is_refused),
      cmocka_unit_test(test_more_than_there_is_memory_is_refused),
  };
  return asy_test_main(argc, argv, "bytes", tests);
}
