/* Queues: other orders than first come first. */
#include <math.h>

#include "asy_queue_test.h"

static void make_priority(void **state, size_t max_size, asy_compare_cb on_compare) {
  assert_int_equal(ASY_OK, asy_queue_new_priority(*state, max_size, on_compare, NULL, count_free, &queue));
}
static asy_status put_value(asy_value value) { return asy_queue_try_put(queue, &value); }
static asy_value text(const char *string) {
  asy_value value;
  assert_int_equal(ASY_OK, asy_value_set_string(&value, string, strlen(string)));
  return value;
}
static asy_value real(double n) {
  asy_value value;
  asy_value_set_double(&value, n);
  return value;
}
static asy_value pair(asy_value first, asy_value second) {
  asy_value value;
  assert_int_equal(ASY_OK, asy_value_set_list(&value, 2));
  *asy_value_item(&value, 0) = first;
  *asy_value_item(&value, 1) = second;
  return value;
}
static asy_value job(int64_t priority, const char *name) { return pair(number(priority), text(name)); }
static const char *name_of(const asy_value *job_value) { return asy_value_data(asy_value_item(job_value, 1), NULL); }

/* */
static void test_the_last_in_comes_out_first(void **state) {
  assert_int_equal(ASY_OK, asy_queue_new_lifo(*state, 2, &queue));
  put_now(1);
  put_now(2);
  asy_future *third = put(3);
  assert_int_equal(2, get_now());
  assert_int_equal(ASY_OK, asy_future_status(third));
  asy_future_unref(third);
  assert_int_equal(3, get_now());
  assert_int_equal(1, get_now());
  for (int i = 0; i < 2; ++i) put_now(i);
  assert_int_equal(1, get_now());
  assert_int_equal(0, get_now());
}

/* */
static void test_the_least_comes_out_first(void **state) {
  make_priority(state, 0, NULL);
  uint32_t seed = 7;
  int64_t seen[200] = {0};
  for (int i = 0; i < 200; ++i) {
    seed = seed * 1664525 + 1013904223;
    put_now(seed >> 24);
  }
  for (int i = 0; i < 200; ++i) seen[i] = get_now();
  for (int i = 1; i < 200; ++i) assert_true(seen[i - 1] <= seen[i]);
}

/* */
static void test_equal_ones_come_out_in_order_of_arrival(void **state) {
  make_priority(state, 0, NULL);
  for (int64_t i = 0; i < 64; ++i) {
    asy_value pointer; /* opaque: all are equal */
    asy_value_set_pointer(&pointer, (void *)(intptr_t)(i + 1), NULL);
    assert_int_equal(ASY_OK, put_value(pointer));
  }
  for (intptr_t i = 0; i < 64; ++i) {
    asy_value value;
    assert_int_equal(ASY_OK, asy_queue_try_get(queue, &value));
    assert_ptr_equal((void *)(i + 1), asy_value_pointer(&value));
    asy_value_clear(&value);
  }
}

/* */
static void test_numbers_compare_as_numbers_exactly(void **state) {
  make_priority(state, 0, NULL);
  const int64_t large = (INT64_C(1) << 53) + 1;
  asy_value yes;
  asy_value_set_bool(&yes, 1);
  asy_value sorted[] = {real(-INFINITY),
                        number(INT64_MIN),
                        real(-1.5),
                        number(-1),
                        real(0.5),
                        yes,
                        real(1.5),
                        real(9007199254740992.0),
                        number(large),
                        number(INT64_MAX),
                        real(9223372036854775808.0)};
  const int count = sizeof sorted / sizeof *sorted;
  for (int i = count; i--;) assert_int_equal(ASY_OK, put_value(sorted[i]));
  for (int i = 0; i < count; ++i) {
    asy_value value;
    assert_int_equal(ASY_OK, asy_queue_try_get(queue, &value));
    assert_memory_equal(&sorted[i], &value, sizeof value);
  }
  put_now(1);
  assert_int_equal(ASY_E_INVALID, put_value(real(NAN)));
  assert_int_equal(1, asy_queue_size(queue));
}

/* */
static void test_lists_compare_item_by_item_and_text_by_bytes(void **state) {
  make_priority(state, 0, NULL);
  asy_value jobs[] = {job(2, "a"), job(1, "b"), job(1, "abc"), job(1, "ab"), job(3, "")};
  for (int i = 0; i < 5; ++i) assert_int_equal(ASY_OK, put_value(jobs[i]));
  const char *expected[] = {"ab", "abc", "b", "a", ""};
  for (int i = 0; i < 5; ++i) {
    asy_value value;
    assert_int_equal(ASY_OK, asy_queue_try_get(queue, &value));
    assert_string_equal(expected[i], name_of(&value));
    asy_value_clear(&value);
  }
}

/* */
static void test_what_cannot_be_compared_is_refused_and_changes_nothing(void **state) {
  make_priority(state, 0, NULL);
  assert_int_equal(ASY_OK, put_value(text("text")));
  assert_int_equal(ASY_E_INVALID, put_value(number(1)));
  assert_int_equal(ASY_E_INVALID, put_value(job(1, "list")));
  asy_value pointer;
  asy_value_set_pointer(&pointer, NULL, count_free);
  asy_future *failed = asy_queue_put(queue, &pointer);
  assert_int_equal(ASY_E_INVALID, asy_future_status(failed));
  asy_future_unref(failed);
  assert_int_equal(1, freed);
  assert_int_equal(1, asy_queue_size(queue));
  assert_int_equal(1, asy_queue_unfinished(queue));
  asy_value deep = number(1), other = number(1);
  for (int i = 0; i < 1000; ++i) {
    deep = pair(number(1), deep);
    other = pair(number(1), other);
  }
  asy_value out;
  assert_int_equal(ASY_OK, asy_queue_try_get(queue, &out));
  asy_value_clear(&out);
  assert_int_equal(ASY_OK, put_value(deep));
  assert_int_equal(ASY_E_INVALID, put_value(other)); /* no stack is that deep */
}

/* */
static void test_two_that_meet_only_later_keep_their_order_and_are_reported(void **state) {
  make_priority(state, 0, NULL);
  asy_value named = job(2, "named"), numbered = pair(number(2), number(9));
  assert_int_equal(ASY_OK, put_value(job(1, "root")));
  assert_int_equal(ASY_OK, put_value(named));    /* below the root, */
  assert_int_equal(ASY_OK, put_value(numbered)); /* as this is: they do not meet */
  asy_value value;
  assert_int_equal(ASY_OK, asy_queue_try_get(queue, &value));
  asy_value_clear(&value);
  assert_int_equal(1, asy_test_reports());
  assert_int_equal(ASY_E_INVALID, asy_reports.last);
  assert_int_equal(ASY_OK, asy_queue_try_get(queue, &value));
  assert_int_equal(ASY_VALUE_STRING, asy_value_kind(asy_value_item(&value, 1)));
  asy_value_clear(&value);
}

static asy_status greatest(const asy_value *a, const asy_value *b, int32_t *out_order, void *data) {
  (void)data;
  if (asy_value_int(a) == 13 || asy_value_int(b) == 13) return ASY_E_AGAIN;
  *out_order = asy_value_int(a) < asy_value_int(b) ? 1 : asy_value_int(a) > asy_value_int(b) ? -1 : 0;
  return ASY_OK;
}
static asy_status fill(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error, (void)data;
  for (int64_t n = 0; n < 20; ++n) {
    asy_status status = asy_await(put(n), NULL, NULL);
    if (status != (n == 13 ? ASY_E_INVALID : ASY_OK)) return ASY_E_INTERNAL;
  }
  return ASY_OK;
}

/* */
static void test_a_programs_own_order_serves_small_stacks_too(void **state) {
  make_priority(state, 0, greatest);
  assert_int_equal(ASY_OK, asy_test_finish(*state, asy_spawn(*state, fill, NULL, NULL, NULL), NULL));
  for (int64_t n = 20; n-- > 0;)
    if (n != 13) assert_int_equal(n, get_now());
  asy_queue_unref(queue);
  queue = NULL;
  assert_int_equal(1, freed);
}

/* Q-01 Q-03 */
static void test_a_waiting_put_that_cannot_be_compared_fails_and_the_next_comes_in(void **state) {
  make_priority(state, 2, greatest);
  put_now(1);
  put_now(2);
  asy_future *bad = put(13), *good = put(3);
  assert_int_equal(2, asy_queue_putters(queue));
  assert_int_equal(2, get_now());
  assert_int_equal(ASY_E_INVALID, asy_future_status(bad));
  assert_int_equal(ASY_OK, asy_future_status(good));
  assert_int_equal(2, asy_queue_size(queue));
  assert_int_equal(3, get_now());
  asy_future_unref(bad);
  asy_future_unref(good);
}

static asy_status inside[5];
static asy_loop *closed_inside;
static asy_status meddle(const asy_value *a, const asy_value *b, int32_t *out_order, void *data) {
  (void)a, (void)b, (void)data;
  *out_order = 0;
  asy_value value = number(1);
  asy_future *futures[2] = {put(1), asy_queue_get(queue)};
  inside[0] = asy_future_status(futures[0]);
  inside[1] = asy_future_status(futures[1]);
  for (int i = 0; i < 2; ++i) asy_future_unref(futures[i]);
  inside[2] = asy_queue_try_put(queue, &value);
  inside[3] = asy_queue_try_get(queue, &value);
  inside[4] = asy_queue_shutdown(queue, 1);
  if (closed_inside) {
    asy_loop_close(closed_inside);
    asy_queue_unref(queue);
    queue = NULL;
  }
  return ASY_OK;
}
static void test_an_order_that_meddles_with_the_queue_is_refused(void **state) {
  closed_inside = NULL;
  make_priority(state, 0, meddle);
  put_now(1);
  put_now(2);
  for (int i = 0; i < 5; ++i) assert_int_equal(ASY_E_BUSY, inside[i]);
  assert_int_equal(2, asy_queue_size(queue));
}
static void test_an_order_may_even_close_the_loop(void **state) {
  closed_inside = NULL;
  make_priority(state, 3, meddle);
  for (int i = 0; i < 3; ++i) {
    asy_value value;
    asy_value_set_pointer(&value, NULL, count_free);
    assert_int_equal(ASY_OK, put_value(value));
  }
  asy_value value;
  asy_value_set_pointer(&value, NULL, count_free);
  asy_future *waits = asy_queue_put(queue, &value);
  closed_inside = *state;
  asy_future_unref(asy_queue_get(queue));
  assert_null(queue);
  assert_int_equal(ASY_E_CLOSED, asy_future_status(waits));
  asy_future_unref(waits);
  assert_int_equal(5, freed); /* every value, and what the order owned */
}

static void put_again(void *data) {
  (void)data;
  ++freed;
  asy_value value = number(5);
  inside[0] = asy_queue_try_put(queue, &value);
}
static asy_status numbers_only(const asy_value *a, const asy_value *b, int32_t *out_order, void *data) {
  *out_order = (int32_t)(asy_value_int(a) - asy_value_int(b));
  return (void)data, asy_value_kind(a) == asy_value_kind(b) ? ASY_OK : ASY_E_INVALID;
}
static void test_a_destructor_that_fills_the_place_leaves_the_next_put_waiting(void **state) {
  make_priority(state, 2, numbers_only);
  put_now(1);
  put_now(2);
  asy_value value;
  asy_value_set_pointer(&value, NULL, put_again);
  asy_future *bad = asy_queue_put(queue, &value), *next = put(3);
  assert_int_equal(1, get_now());
  assert_int_equal(ASY_OK, inside[0]);
  assert_int_equal(ASY_E_INVALID, asy_future_status(bad));
  assert_false(asy_future_is_done(next));
  assert_int_equal(2, asy_queue_size(queue));
  assert_int_equal(2, get_now());
  assert_int_equal(3, get_now());
  assert_int_equal(5, get_now());
  asy_future_unref(bad);
  asy_future_unref(next);
}

static void test_a_queue_that_cannot_be_made_owns_nothing(void **state) {
  assert_int_equal(ASY_E_INVALID, asy_queue_new_priority(NULL, 0, greatest, NULL, count_free, &queue));
  assert_int_equal(ASY_E_INVALID, asy_queue_new_priority(*state, 0, greatest, NULL, count_free, NULL));
  assert_int_equal(2, freed);
  assert_int_equal(ASY_E_INVALID, asy_queue_new_lifo(*state, 0, NULL));
}

static void test_the_loops_end_releases_the_order(void **state) {
  make_priority(state, 0, greatest);
  put_now(1);
  assert_int_equal(ASY_OK, asy_loop_close(*state));
  assert_int_equal(1, freed);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      QUEUE_TEST(test_the_last_in_comes_out_first),
      QUEUE_TEST(test_the_least_comes_out_first),
      QUEUE_TEST(test_equal_ones_come_out_in_order_of_arrival),
      QUEUE_TEST(test_numbers_compare_as_numbers_exactly),
      QUEUE_TEST(test_lists_compare_item_by_item_and_text_by_bytes),
      QUEUE_TEST(test_what_cannot_be_compared_is_refused_and_changes_nothing),
      QUEUE_TEST(test_two_that_meet_only_later_keep_their_order_and_are_reported),
      QUEUE_TEST(test_a_programs_own_order_serves_small_stacks_too),
      QUEUE_TEST(test_a_waiting_put_that_cannot_be_compared_fails_and_the_next_comes_in),
      QUEUE_TEST(test_an_order_that_meddles_with_the_queue_is_refused),
      QUEUE_TEST(test_an_order_may_even_close_the_loop),
      QUEUE_TEST(test_a_destructor_that_fills_the_place_leaves_the_next_put_waiting),
      QUEUE_TEST(test_a_queue_that_cannot_be_made_owns_nothing),
      QUEUE_TEST(test_the_loops_end_releases_the_order),
  };
  return asy_test_main(argc, argv, "queue_order", tests);
}
