/* A toy loop with libasync's inside it. */
#include "asy_task_test.h"
#include "patterns.h"

static struct toy_loop toy;
static void letter(void *text) { note(text); }
static void again(void *text) {
  note(text);
  if (strlen(trail) < 6) toy_call_at(&toy, asy_loop_time(loop) + 10, again, text);
}
static asy_status in_libasync(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value;
  asy_status status = asy_await(asy_sleep(loop, 25), NULL, out_error);
  note(data);
  return status;
}

/* ECO-20 LOOP-24 */
static void test_jobs_run_in_the_order_of_their_times_beside_libasyncs(void **state) {
  static const struct {
    uint64_t delay;
    const char *name;
  } jobs[] = {{30, "d"}, {10, "b"}, {20, "c"}, {0, "a"}, {40, "e"}};
  uint64_t start = asy_loop_time(loop);
  (void)state;
  toy.count = 0;
  for (size_t i = 0; i < 5; ++i) toy_call_at(&toy, start + jobs[i].delay, letter, (void *)jobs[i].name);
  asy_task *task = spawn(in_libasync, "L");
  toy_run(&toy, loop);
  assert_string_equal("abcLde", trail);
  assert_int_equal(start + 40, asy_loop_time(loop));
  assert_int_equal(ASY_OK, finish(task));
}

/* ECO-20 */
static void test_a_job_may_queue_jobs(void **state) {
  (void)state;
  toy.count = 0;
  toy_call_at(&toy, 0, again, "x");
  toy_run(&toy, loop);
  assert_string_equal("xxxxxx", trail);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      TASK_TEST(test_jobs_run_in_the_order_of_their_times_beside_libasyncs),
      TASK_TEST(test_a_job_may_queue_jobs),
  };
  return asy_test_main(argc, argv, "toy_loop", tests);
}
