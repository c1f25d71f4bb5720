/* Long computing that lets the others run. */
#include "asy_task_test.h"
#include "patterns.h"

static size_t done_items, done_at_turn[10];
static int turns;

static void item(size_t index, void *data) { (void)index, (void)data, ++done_items; }
static asy_status compute(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error;
  return in_chunks(loop, 25, 10, item, data);
}
static asy_status other(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error, (void)data;
  for (turns = 0; turns < 3; ++turns) {
    done_at_turn[turns] = done_items;
    asy_await(asy_sleep(loop, 0), NULL, NULL);
  }
  return ASY_OK;
}

/* ECO-19 COMB-02 LOOP-25 */
static void test_another_task_has_its_turn_after_each_chunk(void **state) {
  (void)state;
  done_items = 0;
  asy_task *computing = spawn(compute, NULL), *task = spawn(other, NULL);
  assert_int_equal(ASY_OK, finish(computing));
  assert_int_equal(ASY_OK, finish(task));
  assert_int_equal(10, done_at_turn[0]);
  assert_int_equal(20, done_at_turn[1]);
  assert_int_equal(25, done_at_turn[2]);
}

/* ECO-19 */
static void test_a_cancel_ends_it_between_two_chunks(void **state) {
  (void)state;
  done_items = 0;
  asy_task *computing = spawn(compute, NULL);
  asy_test_turn(loop);
  size_t before = done_items;
  asy_task_cancel(computing, NULL);
  asy_status status = finish(computing);
  assert_true(before == 25 ? status == ASY_OK : status == ASY_E_CANCELLED && done_items == before);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      TASK_TEST(test_another_task_has_its_turn_after_each_chunk),
      TASK_TEST(test_a_cancel_ends_it_between_two_chunks),
  };
  return asy_test_main(argc, argv, "chunks", tests);
}
