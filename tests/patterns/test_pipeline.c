/* Producers and consumers. */
#include "asy_task_test.h"
#include "patterns.h"

static struct {
  int64_t made[4], taken, sum;
  int fail_at;
  size_t fullest;
} work;
static struct pipeline pipeline;

static asy_status produce(uint32_t producer, asy_value *out_item, void *data) {
  (void)data;
  if (work.made[producer] == 10) return ASY_E_END;
  asy_value_set_int(out_item, ++work.made[producer]);
  return ASY_OK;
}
static asy_status consume(const asy_value *item, void *data) {
  (void)data;
  if (asy_queue_size(pipeline.queue) > work.fullest) work.fullest = asy_queue_size(pipeline.queue);
  asy_status status = asy_await(asy_sleep(loop, ASY_MILLISECOND), NULL, NULL);
  if (status) return status;
  work.sum += asy_value_int(item);
  return ++work.taken == work.fail_at ? ASY_E_FOREIGN : ASY_OK;
}
static asy_status body(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)data;
  return pipeline_run(&pipeline, out_error);
}
static asy_task *run(int fail_at) {
  memset(&work, 0, sizeof work);
  work.fail_at = fail_at;
  pipeline = (struct pipeline){loop, 3, 2, 4, produce, consume, NULL, NULL};
  return spawn(body, NULL);
}

/* ECO-07 Q-09 Q-11 */
static void test_every_item_is_consumed_and_the_queue_stays_bounded(void **state) {
  (void)state;
  assert_int_equal(ASY_OK, finish(run(0)));
  assert_int_equal(30, work.taken);
  assert_int_equal(3 * 55, work.sum);
  assert_in_range(work.fullest, 1, 4);
}

/* ECO-07 */
static void test_a_failing_consumer_ends_them_all_without_a_hang(void **state) {
  (void)state;
  assert_int_equal(ASY_E_GROUP, finish(run(5)));
  assert_in_range(work.taken, 5, 6); /* the other one was done with its item in that turn */
  assert_int_equal(0, asy_loop_task_count(loop));
}

/* ECO-07 */
static void test_a_cancel_ends_them_all(void **state) {
  (void)state;
  asy_task *task = run(0);
  settle();
  asy_task_cancel(task, NULL);
  assert_int_equal(ASY_E_CANCELLED, finish(task));
  assert_int_equal(0, asy_loop_task_count(loop));
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      TASK_TEST(test_every_item_is_consumed_and_the_queue_stays_bounded),
      TASK_TEST(test_a_failing_consumer_ends_them_all_without_a_hang),
      TASK_TEST(test_a_cancel_ends_them_all),
  };
  return asy_test_main(argc, argv, "pipeline", tests);
}
