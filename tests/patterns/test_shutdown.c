/* The end of a service in two phases. */
#include "asy_task_test.h"
#include "patterns.h"

static struct service service;
static int worked;

/* A job is a number of milliseconds; a negative one fails. */
static asy_status work(asy_value *out_value, asy_error **out_error, void *job) {
  (void)out_value;
  const int64_t ms = asy_value_int(job);
  asy_status status = asy_await(asy_sleep(loop, (uint64_t)(ms < 0 ? 1 : ms) * ASY_MILLISECOND), NULL, out_error);
  if (status == ASY_E_CANCELLED) note(wait_ms(2) ? "!" : "u"); /* its clean-up takes time */
  worked += !status;
  return !status && ms < 0 ? ASY_E_EOF : status;
}
static void on_close(struct service *s) { note(asy_loop_task_count(s->loop) == 1 ? "C" : "?"); }
static asy_status run(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)data;
  return service_run(&service, out_error);
}
static asy_status submit(int64_t ms) {
  asy_value job;
  asy_value_set_int(&job, ms);
  return service_submit(&service, &job);
}
static int service_setup(void **state) {
  int failed = asy_task_setup(state);
  worked = 0;
  service = (struct service){.loop = loop,
                             .work = work,
                             .workers = 2,
                             .grace_ns = 100 * ASY_MILLISECOND,
                             .abort = asy_future_new(loop),
                             .on_close = on_close};
  return failed || asy_queue_new(loop, 0, &service.jobs) || asy_event_new(loop, &service.stopping) ? -1 : 0;
}
static int service_teardown(void **state) {
  asy_future_unref(service.abort);
  asy_queue_unref(service.jobs);
  asy_event_unref(service.stopping);
  return asy_test_teardown(state);
}

/* ECO-05 */
static void test_what_is_queued_is_done_and_nothing_new_is_taken(void **state) {
  uint64_t start = asy_loop_time(loop);
  (void)state;
  for (int i = 0; i < 6; ++i) assert_int_equal(ASY_OK, submit(10));
  asy_task *task = spawn(run, NULL);
  settle();
  asy_event_set(service.stopping);
  assert_int_equal(ASY_E_CLOSED, submit(10));
  assert_int_equal(ASY_OK, finish(task));
  assert_int_equal(6, worked);
  assert_int_equal(0, service.cancelled);
  assert_int_equal(start + 30 * ASY_MILLISECOND, asy_loop_time(loop));
  assert_string_equal("C", trail);
}

/* ECO-05 */
static void test_what_the_grace_does_not_suffice_for_is_cancelled(void **state) {
  uint64_t start = asy_loop_time(loop);
  (void)state;
  assert_int_equal(ASY_OK, submit(10));
  assert_int_equal(ASY_OK, submit(5000));
  asy_task *task = spawn(run, NULL);
  settle();
  asy_event_set(service.stopping);
  assert_int_equal(ASY_OK, finish(task));
  assert_int_equal(1, worked);
  assert_int_equal(1, service.cancelled);
  assert_int_equal(start + 102 * ASY_MILLISECOND, asy_loop_time(loop));
  assert_string_equal("uC", trail);
}

static void second_signal(void *data) { asy_future_set_result(data, NULL); }

/* ECO-05 */
static void test_a_second_signal_ends_the_grace_at_once(void **state) {
  uint64_t start = asy_loop_time(loop);
  (void)state;
  assert_int_equal(ASY_OK, submit(5000));
  asy_task *task = spawn(run, NULL);
  settle();
  asy_event_set(service.stopping);
  asy_loop_call_later(loop, 20 * ASY_MILLISECOND, second_signal, service.abort, NULL, NULL);
  assert_int_equal(ASY_OK, finish(task));
  assert_int_equal(1, service.cancelled);
  assert_int_equal(start + 22 * ASY_MILLISECOND, asy_loop_time(loop));
}

/* ECO-05 */
static void test_a_cancel_of_the_service_cancels_its_workers_and_closes(void **state) {
  (void)state;
  assert_int_equal(ASY_OK, submit(5000));
  asy_task *task = spawn(run, NULL);
  settle();
  asy_task_cancel(task, NULL);
  assert_int_equal(ASY_E_CANCELLED, finish(task));
  assert_string_equal("uC", trail);
}

/* ECO-05 */
static void test_a_job_that_fails_ends_the_service(void **state) {
  (void)state;
  assert_int_equal(ASY_OK, submit(5000));
  assert_int_equal(ASY_OK, submit(-1));
  assert_int_equal(ASY_E_GROUP, finish(spawn(run, NULL)));
  assert_string_equal("uC", trail);
}

#define SERVICE_TEST(f) cmocka_unit_test_setup_teardown(f, service_setup, service_teardown)
int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      SERVICE_TEST(test_what_is_queued_is_done_and_nothing_new_is_taken),
      SERVICE_TEST(test_what_the_grace_does_not_suffice_for_is_cancelled),
      SERVICE_TEST(test_a_second_signal_ends_the_grace_at_once),
      SERVICE_TEST(test_a_cancel_of_the_service_cancels_its_workers_and_closes),
      SERVICE_TEST(test_a_job_that_fails_ends_the_service),
  };
  return asy_test_main(argc, argv, "shutdown", tests);
}
