/* asy_sleep(0) awaited by a function: one turn, as for everybody else. */
#include "asy_test.h"

static struct {
  asy_loop *loop;
  asy_task *other;
  char order[16];
  asy_status status[2];
  int32_t done;
} saw;

static void note(char what) {
  const size_t at = strlen(saw.order);
  if (at + 1 < sizeof saw.order) saw.order[at] = what;
}
static void note_call(void *data) { note(*(const char *)data); }
static void call_soon(const char *what) { asy_loop_call_soon(saw.loop, note_call, (void *)what, NULL, NULL); }

static int setup(void **state) {
  memset(&saw, 0, sizeof saw);
  int status = asy_test_setup(state);
  saw.loop = *state;
  return status;
}
#define TURN_TEST(f) cmocka_unit_test_setup_teardown(f, setup, asy_test_teardown)

static asy_task *spawn(asy_run_cb on_run) { return asy_spawn(saw.loop, on_run, NULL, NULL, NULL); }
static asy_status run(asy_run_cb on_run) { return asy_test_finish(saw.loop, spawn(on_run), NULL); }

static asy_status between_calls(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error, (void)data;
  call_soon("1");
  asy_await(asy_sleep(saw.loop, 0), NULL, NULL);
  note('2');
  asy_future *turn = asy_sleep(saw.loop, 0);
  call_soon("4");
  asy_await(turn, NULL, NULL);
  note('3');
  asy_await(asy_sleep(saw.loop, 0), NULL, NULL);
  return ASY_OK;
}

/* COMB-02 */
static void test_a_turn_has_its_place_from_when_it_was_asked_for(void **state) {
  (void)state;
  assert_int_equal(ASY_OK, run(between_calls));
  assert_string_equal("1234", saw.order);
}

static asy_status give_way(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error, (void)data;
  saw.status[0] = asy_await(asy_sleep(saw.loop, 0), NULL, NULL);
  saw.status[1] = asy_await(asy_sleep(saw.loop, 0), NULL, NULL);
  return ASY_OK;
}
static asy_status cancel_other(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error, (void)data;
  asy_task_cancel(saw.other, NULL);
  return ASY_OK;
}

/* TASK-12 TASK-16 */
static void test_a_cancel_ends_the_turn_that_it_meets(void **state) {
  saw.other = spawn(give_way);
  asy_task *canceller = spawn(cancel_other);
  assert_int_equal(ASY_OK, asy_test_finish(*state, saw.other, NULL));
  assert_int_equal(ASY_E_CANCELLED, saw.status[0]);
  assert_int_equal(ASY_OK, saw.status[1]);
  asy_future_unref(canceller);
}

static asy_status share(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error, (void)data;
  asy_future *turn = asy_sleep(saw.loop, 0);
  saw.status[0] = asy_await(asy_future_ref(turn), NULL, NULL);
  saw.done = asy_future_is_done(turn);
  asy_future_unref(turn);
  return ASY_OK;
}

static void test_a_turn_that_others_hold_is_a_future_like_any(void **state) {
  (void)state;
  assert_int_equal(ASY_OK, run(share));
  assert_int_equal(ASY_OK, saw.status[0]);
  assert_true(saw.done);
}

static asy_status share_one(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error, (void)data;
  asy_future *turn = asy_sleep(saw.loop, 0);
  asy_future_set_shared(turn);
  asy_await(turn, NULL, NULL);
  asy_future *next = asy_sleep(saw.loop, 0), *beside = asy_sleep(saw.loop, 0);
  asy_task_cancel(asy_task_current(saw.loop), NULL);
  saw.status[0] = asy_await(asy_future_ref(next), NULL, NULL);
  saw.status[1] = asy_await(beside, NULL, NULL);
  saw.done = asy_future_is_cancelled(next);
  asy_future_unref(next);
  return ASY_OK;
}

/* D5: a shared future would not be cancelled with who awaits it */
static void test_what_was_said_of_a_turn_is_not_said_of_the_next(void **state) {
  (void)state;
  assert_int_equal(ASY_OK, run(share_one));
  assert_int_equal(ASY_E_CANCELLED, saw.status[0]);
  assert_int_equal(ASY_OK, saw.status[1]);
  assert_true(saw.done);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      TURN_TEST(test_a_turn_has_its_place_from_when_it_was_asked_for),
      TURN_TEST(test_a_cancel_ends_the_turn_that_it_meets),
      TURN_TEST(test_a_turn_that_others_hold_is_a_future_like_any),
      TURN_TEST(test_what_was_said_of_a_turn_is_not_said_of_the_next),
  };
  return asy_test_main(argc, argv, "stack_turn", tests);
}
