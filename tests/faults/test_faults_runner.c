/* Runs and shutdowns while memory runs out: the loop is closed, nobody hangs. */
#include "faults.h"

static asy_status lasting(asy_value *out_value, asy_error **out_error, void *data) {
  (void)data;
  return asy_await(asy_sleep(asy_loop_current(), ASY_FOREVER), out_value, out_error);
}

static asy_status shut_down(asy_loop *loop) {
  asy_task *left[2];
  for (int i = 0; i < 2; ++i) left[i] = asy_spawn(loop, lasting, NULL, NULL, NULL);
  asy_loop_step(loop, 0);
  asy_status status = complete(loop, asy_loop_shutdown(loop, ASY_SECOND));
  for (int i = 0; i < 2; ++i) {
    asy_status ended = asy_future_status(left[i]);
    if (ended == ASY_E_AGAIN && !status) status = HANGS;
    if (ended == ASY_E_NOMEM) status = ended;
    asy_future_unref(left[i]);
  }
  return status;
}

static asy_status leaves_one(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_error, (void)data;
  asy_loop_set_report_hook(asy_loop_current(), fault_report, NULL, NULL);
  asy_task *left = asy_spawn(asy_loop_current(), lasting, NULL, NULL, NULL);
  asy_status status = asy_future_status(left) == ASY_E_AGAIN ? ASY_OK : asy_future_status(left);
  asy_future_unref(left);
  asy_value_set_int(out_value, 3);
  return status;
}

static asy_status run_once(asy_loop *loop) {
  (void)loop;
  asy_loop_options clock = {sizeof clock, ASY_LOOP_VIRTUAL_CLOCK, 0, 0};
  asy_runner_options options = {.size = sizeof options, .loop = &clock, .flags = ASY_RUNNER_INTERRUPT};
  asy_value value;
  asy_status status = asy_run(leaves_one, NULL, NULL, &options, &value, NULL);
  return status ? status : asy_value_int(&value) == 3 ? ASY_OK : ASY_E_INTERNAL;
}

static void test_a_shutdown_without_memory(void **state) { /* RUN-03 */
  (void)state;
  SURVIVE(shut_down);
}
static void test_a_run_without_memory(void **state) { /* RUN-01 */
  (void)state;
  SURVIVE(run_once);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_shutdown_without_memory),
      cmocka_unit_test(test_a_run_without_memory),
  };
  return asy_test_main(argc, argv, "faults_runner", tests);
}
