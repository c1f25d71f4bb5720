/* Jobs of other threads while memory runs out. */
#include "faults.h"

static int freed;
static void count_free(void *data) { (void)data, __atomic_add_fetch(&freed, 1, __ATOMIC_SEQ_CST); }
static asy_status answer(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_error, (void)data;
  asy_value_set_int(out_value, 1);
  return ASY_OK;
}

static asy_status one_job(asy_loop *loop) {
  asy_executor *executor;
  freed = 0;
  TRY(asy_executor_new(NULL, &executor));
  asy_status status = complete(loop, asy_executor_run(executor, loop, answer, NULL, count_free));
  asy_status ended = complete(loop, asy_executor_shutdown(executor, loop, ASY_FOREVER));
  asy_executor_unref(executor);
  return status ? status : ended ? ended : freed == 1 ? ASY_OK : ASY_E_INTERNAL;
}

static asy_status with_the_default(asy_loop *loop) {
  freed = 0;
  asy_status status = complete(loop, asy_executor_run(NULL, loop, answer, NULL, count_free));
  asy_status ended = complete(loop, asy_loop_shutdown_default_executor(loop, ASY_FOREVER));
  return status ? status : ended ? ended : freed == 1 ? ASY_OK : ASY_E_INTERNAL;
}

static void test_a_job_without_memory(void **state) { /* THR-01 */
  (void)state;
  SURVIVE(one_job);
}
static void test_a_default_executor_without_memory(void **state) { /* THR-05 */
  (void)state;
  SURVIVE(with_the_default);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_job_without_memory),
      cmocka_unit_test(test_a_default_executor_without_memory),
  };
  return asy_test_main(argc, argv, "faults_executor", tests);
}
