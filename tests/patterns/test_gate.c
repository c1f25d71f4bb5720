/* A gate that workers wait at. */
#include "asy_task_test.h"
#include "patterns.h"

static asy_status worker(asy_value *out_value, asy_error **out_error, void *gate) {
  (void)out_value;
  asy_status status = gate_wait(gate, out_error);
  note(status == ASY_E_CANCELLED ? "c" : status ? "e" : "g");
  return status;
}

/* ECO-18 SYNC-08 FUT-08 */
static void test_it_holds_all_until_it_opens_and_nobody_after(void **state) {
  asy_future *gate = gate_new(loop);
  asy_task *a = spawn(worker, gate), *b = spawn(worker, gate), *c = spawn(worker, gate);
  (void)state;
  settle();
  assert_string_equal("", trail);
  asy_task_cancel(b, NULL);
  assert_int_equal(ASY_E_CANCELLED, finish(b));
  assert_int_equal(ASY_OK, gate_open(gate));
  assert_int_equal(ASY_OK, finish(a));
  assert_int_equal(ASY_OK, finish(c));
  assert_int_equal(ASY_OK, finish(spawn(worker, gate)));
  assert_string_equal("cggg", trail);
  asy_future_unref(gate);
}

/* ECO-18 */
static void test_a_failed_start_releases_them_with_its_error(void **state) {
  asy_future *gate = gate_new(loop);
  asy_task *a = spawn(worker, gate);
  (void)state;
  settle();
  assert_int_equal(ASY_OK, gate_fail(gate, boom()));
  assert_int_equal(ASY_E_FOREIGN, finish(a));
  assert_int_equal(ASY_E_FOREIGN, finish(spawn(worker, gate)));
  asy_future_unref(gate);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      TASK_TEST(test_it_holds_all_until_it_opens_and_nobody_after),
      TASK_TEST(test_a_failed_start_releases_them_with_its_error),
  };
  return asy_test_main(argc, argv, "gate", tests);
}
