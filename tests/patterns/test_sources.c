/* A connection that several sources write to. */
#include "asy_task_test.h"
#include "patterns.h"

static struct {
  asy_lock *sending;
  int writers, most;
  uint64_t reader_ms;
  int reader_fails;
} link;

/* A message of three parts that nobody may write into. */
static asy_status send_message(asy_error **out_error) {
  asy_status status = asy_await(asy_lock_acquire(link.sending), NULL, out_error);
  if (status) return status;
  if (++link.writers > link.most) link.most = link.writers;
  for (int part = 0; part < 3 && !status; ++part) status = asy_await(asy_sleep(loop, 1), NULL, out_error);
  --link.writers;
  asy_lock_release(link.sending);
  return status;
}
static asy_status reader(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)data;
  asy_status status = send_message(out_error);
  if (!status) status = asy_await(asy_sleep(loop, link.reader_ms * ASY_MILLISECOND), NULL, out_error);
  note(status ? "r" : "R");
  return status ? status : link.reader_fails ? ASY_E_EOF : ASY_OK;
}
static asy_status pump(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)data;
  asy_status status = ASY_OK;
  while (!status) {
    status = send_message(out_error);
    if (!status) status = asy_await(asy_sleep(loop, ASY_MILLISECOND), NULL, out_error);
  }
  note("p");
  return status;
}
static asy_status body(asy_value *out_value, asy_error **out_error, void *data) {
  static const asy_run_cb both[] = {reader, pump};
  struct sources sources = {loop, both, 2, data};
  (void)out_value;
  return sources_run(&sources, out_error);
}
static asy_status run(int reader_fails) {
  memset(&link, 0, sizeof link);
  link.reader_ms = 10;
  link.reader_fails = reader_fails;
  asy_lock_new(loop, 0, &link.sending);
  asy_status status = finish(spawn(body, NULL));
  int locked = asy_lock_is_locked(link.sending);
  asy_lock_unref(link.sending);
  return locked ? ASY_E_INTERNAL : status;
}

/* ECO-08 */
static void test_the_end_of_one_ends_both_and_sends_are_one_by_one(void **state) {
  (void)state;
  assert_int_equal(ASY_OK, run(0));
  assert_string_equal("Rp", trail);
  assert_int_equal(1, link.most);
}

/* ECO-08 TG-02 */
static void test_the_failure_of_one_ends_both_and_comes_out(void **state) {
  (void)state;
  assert_int_equal(ASY_E_GROUP, run(1));
  assert_string_equal("Rp", trail);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      TASK_TEST(test_the_end_of_one_ends_both_and_sends_are_one_by_one),
      TASK_TEST(test_the_failure_of_one_ends_both_and_comes_out),
  };
  return asy_test_main(argc, argv, "sources", tests);
}
