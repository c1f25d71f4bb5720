/* Values: what crosses languages. */
#include "asy_test.h"

#include <math.h>
#include <pthread.h>

static int references, freed;
static void retain(void *object) { (void)object, ++references; }
static void release(void *object) { (void)object, --references; }
static const asy_type counted = {sizeof counted, "counted", retain, release, 0};
static const asy_type other = {sizeof other, "other", NULL, NULL, 0};
static void count_free(void *data) { (void)data, ++freed; }

static int setup(void **state) {
  references = freed = 0;
  return asy_test_setup(state);
}
#define VALUE_TEST(f) cmocka_unit_test_setup_teardown(f, setup, asy_test_teardown)

static void test_zero_filled_it_is_nil(void **state) {
  (void)state;
  asy_value value = {0};
  assert_int_equal(ASY_VALUE_NIL, asy_value_kind(&value));
  asy_value_clear(&value);
  assert_int_equal(32, sizeof value);
}

static void test_a_number_is_read_as_any_number(void **state) {
  (void)state;
  asy_value value;
  asy_value_set_bool(&value, 7);
  assert_int_equal(ASY_VALUE_BOOL, asy_value_kind(&value));
  assert_int_equal(1, asy_value_int(&value));
  assert_true(asy_value_double(&value) == 1.0);
  asy_value_set_int(&value, INT64_MIN);
  assert_true(asy_value_int(&value) == INT64_MIN);
  assert_true(asy_value_double(&value) == -0x1p63);
  asy_value_set_double(&value, -2.75);
  assert_int_equal(ASY_VALUE_DOUBLE, asy_value_kind(&value));
  assert_int_equal(-2, asy_value_int(&value));
  assert_true(asy_value_double(&value) == -2.75);
}

static void test_a_double_beyond_the_integers_stops_at_their_end(void **state) {
  (void)state;
  asy_value value;
  asy_value_set_double(&value, 1e300);
  assert_true(asy_value_int(&value) == INT64_MAX);
  asy_value_set_double(&value, -INFINITY);
  assert_true(asy_value_int(&value) == INT64_MIN);
  asy_value_set_double(&value, NAN);
  assert_int_equal(0, asy_value_int(&value));
}

static void test_texts_and_bytes_are_read_in_place(void **state) {
  (void)state;
  asy_value value;
  size_t size;
  assert_int_equal(ASY_OK, asy_value_set_string(&value, "gr\xc3\xbc\xc3\x9f", 6));
  assert_string_equal("gr\xc3\xbc\xc3\x9f", asy_value_data(&value, &size));
  assert_int_equal(6, size);
  asy_value_clear(&value);
  assert_int_equal(ASY_VALUE_NIL, asy_value_kind(&value));
  assert_int_equal(ASY_OK, asy_value_set_bytes(&value, "\0\1", 2));
  assert_memory_equal("\0\1\0", asy_value_data(&value, NULL), 3);
  asy_value_clear(&value);
  assert_int_equal(ASY_OK, asy_value_set_string(&value, NULL, 0));
  assert_string_equal("", asy_value_data(&value, NULL));
  asy_value_clear(&value);
}

static void test_bytes_are_taken_over_without_a_copy(void **state) {
  (void)state;
  asy_value value;
  asy_bytes *bytes;
  assert_int_equal(ASY_OK, asy_bytes_new("abc", 3, &bytes));
  asy_value_set_bytes_object(&value, bytes);
  assert_ptr_equal(bytes, asy_value_bytes(&value));
  assert_ptr_equal(asy_bytes_data(bytes), asy_value_data(&value, NULL));
  asy_value_clear(&value);
  asy_value_set_bytes_object(&value, NULL);
  assert_int_equal(ASY_VALUE_NIL, asy_value_kind(&value));
}

static void test_a_copy_shares_what_it_refers_to(void **state) {
  (void)state;
  asy_value value, copy;
  assert_int_equal(ASY_OK, asy_value_set_string(&value, "abc", 3));
  assert_int_equal(ASY_OK, asy_value_copy(&value, &copy));
  assert_ptr_equal(asy_value_data(&value, NULL), asy_value_data(&copy, NULL));
  asy_value_clear(&value);
  assert_string_equal("abc", asy_value_data(&copy, NULL));
  asy_value_clear(&copy);
}

/* EXC-11 */
static void test_an_object_comes_out_as_the_same_object(void **state) {
  (void)state;
  asy_value value, copy;
  references = 1;
  asy_value_set_object(&value, &references, &counted);
  assert_int_equal(ASY_OK, asy_value_copy(&value, &copy));
  assert_int_equal(2, references);
  assert_ptr_equal(&references, asy_value_object(&copy, &counted));
  assert_ptr_equal(&references, asy_value_object(&copy, NULL));
  assert_null(asy_value_object(&copy, &other));
  assert_ptr_equal(&counted, asy_value_type(&copy));
  asy_value_clear(&value);
  asy_value_clear(&copy);
  assert_int_equal(0, references);
}

static void test_a_type_need_not_count(void **state) {
  (void)state;
  asy_value value, copy;
  asy_value_set_object(&value, &freed, &other);
  assert_int_equal(ASY_OK, asy_value_copy(&value, &copy));
  asy_value_clear(&copy);
  asy_value_clear(&value);
  asy_value_set_object(&value, &freed, NULL);
  assert_null(asy_value_type(&value));
  asy_value_clear(&value);
}

static void test_a_pointer_is_destroyed_once(void **state) {
  (void)state;
  asy_value value, copy;
  asy_value_set_pointer(&value, &freed, count_free);
  assert_int_equal(ASY_OK, asy_value_copy(&value, &copy));
  assert_ptr_equal(&freed, asy_value_pointer(&copy));
  asy_value_clear(&copy);
  assert_int_equal(0, freed);
  asy_value_clear(&value);
  assert_int_equal(1, freed);
  asy_value_set_pointer(&value, &freed, NULL);
  asy_value_clear(&value);
}

static void test_a_list_holds_its_items(void **state) {
  (void)state;
  asy_value list, copy;
  references = 1;
  assert_int_equal(ASY_OK, asy_value_set_list(&list, 3));
  assert_int_equal(3, asy_value_count(&list));
  asy_value_set_int(asy_value_item(&list, 0), 5);
  asy_value_set_object(asy_value_item(&list, 2), &references, &counted);
  assert_int_equal(ASY_VALUE_NIL, asy_value_kind(asy_value_item(&list, 1)));
  assert_null(asy_value_item(&list, 3));
  assert_int_equal(ASY_OK, asy_value_copy(&list, &copy));
  assert_ptr_equal(asy_value_item(&list, 0), asy_value_item(&copy, 0));
  asy_value_clear(&list);
  assert_int_equal(1, references);
  assert_int_equal(5, asy_value_int(asy_value_item(&copy, 0)));
  asy_value_clear(&copy);
  assert_int_equal(0, references);
  assert_int_equal(ASY_OK, asy_value_set_list(&list, 0));
  assert_int_equal(ASY_VALUE_LIST, asy_value_kind(&list));
  asy_value_clear(&list);
}

static void test_errors_and_futures_are_values(void **state) {
  asy_value value, copy;
  asy_error *error = asy_error_new(ASY_E_FOREIGN, "boom", NULL);
  asy_value_set_error(&value, error);
  assert_ptr_equal(error, asy_value_error(&value));
  asy_value_clear(&value);
  asy_future *future = asy_future_new(*state);
  asy_value_set_future(&value, future);
  assert_int_equal(ASY_OK, asy_value_copy(&value, &copy));
  assert_ptr_equal(future, asy_value_future(&copy));
  asy_value_clear(&copy);
  asy_value_clear(&value);
  asy_value_set_error(&value, NULL);
  assert_int_equal(ASY_VALUE_NIL, asy_value_kind(&value));
  asy_value_set_future(&value, NULL);
  assert_int_equal(ASY_VALUE_NIL, asy_value_kind(&value));
}

static asy_status copied_elsewhere;
static void *copy_elsewhere(void *value) {
  asy_value copy;
  copied_elsewhere = asy_value_copy(value, &copy);
  return NULL;
}

/* TASK-34 */
static void test_a_future_is_copied_on_its_own_thread_only(void **state) {
  asy_value value;
  pthread_t thread;
  asy_value_set_future(&value, asy_future_new(*state));
  pthread_create(&thread, NULL, copy_elsewhere, &value);
  pthread_join(thread, NULL);
  assert_int_equal(ASY_E_WRONG_THREAD, copied_elsewhere);
  asy_value_clear(&value);
}

static void test_an_unknown_kind_is_carried(void **state) {
  (void)state;
  asy_value value = {.kind = 999, .bits = 1, .data = &freed}, copy;
  assert_int_equal(ASY_OK, asy_value_copy(&value, &copy));
  assert_int_equal(999, asy_value_kind(&copy));
  assert_int_equal(0, asy_value_int(&copy));
  assert_null(asy_value_data(&copy, NULL));
  asy_value_clear(&copy);
  asy_value_clear(&value);
}

static void test_of_another_kind_there_is_nothing(void **state) {
  (void)state;
  asy_value value;
  size_t size = 7;
  asy_value_set_int(&value, 5);
  assert_null(asy_value_data(&value, &size));
  assert_int_equal(0, size);
  assert_null(asy_value_bytes(&value));
  assert_null(asy_value_error(&value));
  assert_null(asy_value_future(&value));
  assert_null(asy_value_pointer(&value));
  assert_null(asy_value_object(&value, NULL));
  assert_null(asy_value_type(&value));
  assert_null(asy_value_item(&value, 0));
  assert_int_equal(0, asy_value_count(&value));
  assert_int_equal(ASY_OK, asy_value_set_string(&value, "7", 1));
  assert_int_equal(0, asy_value_int(&value));
  asy_value_clear(&value);
}

static void test_null_is_nil_to_readers(void **state) {
  (void)state;
  assert_int_equal(ASY_VALUE_NIL, asy_value_kind(NULL));
  assert_int_equal(0, asy_value_int(NULL));
  assert_true(asy_value_double(NULL) == 0);
  assert_null(asy_value_data(NULL, NULL));
  assert_null(asy_value_bytes(NULL));
  assert_null(asy_value_error(NULL));
  assert_null(asy_value_future(NULL));
  assert_null(asy_value_pointer(NULL));
  assert_null(asy_value_object(NULL, NULL));
  assert_null(asy_value_type(NULL));
  assert_null(asy_value_item(NULL, 0));
  assert_int_equal(0, asy_value_count(NULL));
  asy_value_clear(NULL);
}

static void test_without_a_value_what_is_given_is_released(void **state) {
  asy_value value = {0};
  references = 1;
  asy_value_set_bool(NULL, 1);
  asy_value_set_int(NULL, 1);
  asy_value_set_double(NULL, 1);
  asy_value_set_object(NULL, &references, &counted);
  assert_int_equal(0, references);
  asy_value_set_pointer(NULL, NULL, count_free);
  assert_int_equal(1, freed);
  asy_value_set_error(NULL, asy_error_new(ASY_E_FOREIGN, NULL, NULL));
  asy_value_set_future(NULL, asy_future_new(*state));
  asy_value_set_bytes_object(NULL, NULL);
  assert_int_equal(ASY_E_INVALID, asy_value_set_string(NULL, "a", 1));
  assert_int_equal(ASY_E_INVALID, asy_value_set_string(&value, NULL, 1));
  assert_int_equal(ASY_E_INVALID, asy_value_set_bytes(NULL, "a", 1));
  assert_int_equal(ASY_E_INVALID, asy_value_set_list(NULL, 1));
  assert_int_equal(ASY_E_NOMEM, asy_value_set_list(&value, SIZE_MAX));
  assert_int_equal(ASY_E_INVALID, asy_value_copy(NULL, &value));
  assert_int_equal(ASY_E_INVALID, asy_value_copy(&value, NULL));
  assert_int_equal(ASY_VALUE_NIL, asy_value_kind(&value));
}

static void test_lists_may_be_nested_deep(void **state) {
  asy_value outer, inner;
  (void)state;
  assert_int_equal(ASY_OK, asy_value_set_list(&inner, 0));
  for (int i = 0; i < 200000; ++i) {
    assert_int_equal(ASY_OK, asy_value_set_list(&outer, 3));
    *asy_value_item(&outer, 1) = inner;
    asy_value_set_pointer(asy_value_item(&outer, 2), NULL, i ? NULL : count_free);
    inner = outer;
  }
  freed = 0;
  asy_value_clear(&outer);
  assert_int_equal(1, freed);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      VALUE_TEST(test_zero_filled_it_is_nil),
      VALUE_TEST(test_a_number_is_read_as_any_number),
      VALUE_TEST(test_a_double_beyond_the_integers_stops_at_their_end),
      VALUE_TEST(test_texts_and_bytes_are_read_in_place),
      VALUE_TEST(test_bytes_are_taken_over_without_a_copy),
      VALUE_TEST(test_a_copy_shares_what_it_refers_to),
      VALUE_TEST(test_an_object_comes_out_as_the_same_object),
      VALUE_TEST(test_a_type_need_not_count),
      VALUE_TEST(test_a_pointer_is_destroyed_once),
      VALUE_TEST(test_a_list_holds_its_items),
      VALUE_TEST(test_errors_and_futures_are_values),
      VALUE_TEST(test_a_future_is_copied_on_its_own_thread_only),
      VALUE_TEST(test_an_unknown_kind_is_carried),
      VALUE_TEST(test_of_another_kind_there_is_nothing),
      VALUE_TEST(test_null_is_nil_to_readers),
      VALUE_TEST(test_without_a_value_what_is_given_is_released),
      VALUE_TEST(test_lists_may_be_nested_deep),
  };
  return asy_test_main(argc, argv, "value", tests);
}
