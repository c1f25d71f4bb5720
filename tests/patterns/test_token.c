/* One refresh at a time. */
#include "asy_task_test.h"
#include "patterns.h"

static struct token token;
static int refreshes, failures;

static asy_status ask(asy_value *out_value, asy_error **out_error, void *data) {
  (void)data;
  ++refreshes;
  asy_status status = asy_await(asy_sleep(loop, 5), NULL, out_error);
  if (!status && failures && failures--) status = ASY_E_OS;
  asy_value_set_int(out_value, 100 + refreshes);
  return status;
}
static asy_future *refresh(void *data) { return spawn(ask, data); }
static asy_status user(asy_value *out_value, asy_error **out_error, void *data) {
  int64_t value = 0;
  (void)data;
  asy_status status = token_get(&token, &value, out_error);
  asy_value_set_int(out_value, value);
  return status;
}
static int token_setup(void **state) {
  int failed = asy_task_setup(state);
  token = (struct token){.loop = loop, .lifetime_ns = 100, .on_refresh = refresh};
  refreshes = failures = 0;
  return failed || asy_lock_new(loop, 0, &token.lock) ? -1 : 0;
}
static int token_teardown(void **state) {
  asy_lock_unref(token.lock);
  return asy_test_teardown(state);
}

/* ECO-17 SYNC-07 */
static void test_many_that_find_it_too_old_refresh_it_once(void **state) {
  asy_task *users[5];
  (void)state;
  for (int round = 1; round <= 2; ++round) {
    for (int i = 0; i < 5; ++i) users[i] = spawn(user, NULL);
    for (int i = 0; i < 5; ++i) assert_int_equal(100 + round, finish_int(users[i]));
    assert_int_equal(round, refreshes);
    asy_loop_advance(loop, 100);
  }
}

/* ECO-17 */
static void test_the_next_one_tries_again_after_a_failure_or_a_cancel(void **state) {
  (void)state;
  failures = 1;
  asy_task *first = spawn(user, NULL), *second = spawn(user, NULL);
  assert_int_equal(ASY_E_OS, finish(first));
  assert_int_equal(102, finish_int(second));
  asy_loop_advance(loop, 100);
  first = spawn(user, NULL), second = spawn(user, NULL);
  settle();
  asy_task_cancel(first, NULL);
  assert_int_equal(ASY_E_CANCELLED, finish(first));
  assert_int_equal(104, finish_int(second));
}

#define TOKEN_TEST(f) cmocka_unit_test_setup_teardown(f, token_setup, token_teardown)
int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      TOKEN_TEST(test_many_that_find_it_too_old_refresh_it_once),
      TOKEN_TEST(test_the_next_one_tries_again_after_a_failure_or_a_cancel),
  };
  return asy_test_main(argc, argv, "token", tests);
}
