/* For tests about contexts: a variable whose default is -1, and what callbacks saw of it. */
#ifndef ASY_CONTEXT_TEST_H
#define ASY_CONTEXT_TEST_H
#include "asy_task_test.h"

static asy_context_var *var;
static int64_t seen[8];
static int seen_count;

static UNUSED int context_setup(void **state) {
  asy_value none = {0};
  seen_count = 0;
  asy_value_set_int(&none, -1);
  return asy_task_setup(state) || asy_context_var_new("request", &none, &var);
}
static UNUSED int context_teardown(void **state) {
  int failed = asy_test_teardown(state);
  asy_context_var_unref(var);
  return failed;
}
#define CONTEXT_TEST(f) cmocka_unit_test_setup_teardown(f, context_setup, context_teardown)

/* INT64_MIN: not set. */
static UNUSED int64_t get_in(asy_context *context) {
  asy_value value;
  if (asy_context_get(context, var, &value)) return INT64_MIN;
  return asy_value_int(&value);
}
static UNUSED int64_t get(void) { return get_in(NULL); }
static UNUSED asy_context_token *set_in(asy_context *context, int64_t number) {
  asy_value value = {0};
  asy_context_token *token = NULL;
  asy_value_set_int(&value, number);
  asy_context_set(context, var, &value, &token);
  return token;
}
static UNUSED void set(int64_t number) { asy_context_token_unref(set_in(NULL, number)); }
static UNUSED void see(void *data) { (void)data, seen[seen_count++] = get(); }
#endif
