/* Context variables: the container. */
#include "asy_context_test.h"

/* CTX-07 */
static void test_a_variable_has_its_default_until_it_is_set(void **state) {
  (void)state;
  asy_context *context = asy_context_new();
  asy_value value;
  asy_context_var *bare;
  assert_string_equal("request", asy_context_var_name(var));
  assert_int_equal(-1, get_in(context));
  asy_context_token_unref(set_in(context, 7));
  assert_int_equal(7, get_in(context));
  assert_int_equal(-1, get());
  assert_int_equal(ASY_OK, asy_context_var_new("bare", NULL, &bare));
  assert_int_equal(ASY_E_NOT_FOUND, asy_context_get(context, bare, &value));
  assert_int_equal(ASY_VALUE_NIL, asy_value_kind(&value));
  asy_context_var_unref(bare);
  asy_context_unref(context);
}

/* CTX-07 */
static void test_a_copy_goes_its_own_way(void **state) {
  (void)state;
  asy_context *first = asy_context_new();
  asy_context_token_unref(set_in(first, 1));
  asy_context *second = asy_context_copy(first);
  assert_int_equal(1, get_in(second));
  asy_context_token_unref(set_in(second, 2));
  assert_int_equal(1, get_in(first));
  assert_int_equal(2, get_in(second));
  asy_context_unref(first);
  assert_int_equal(2, get_in(second));
  asy_context_unref(second);
}

/* CTX-07 */
static void test_a_token_takes_one_set_back_once(void **state) {
  (void)state;
  asy_context *context = asy_context_new();
  asy_context_token *unset = set_in(context, 1), *one = asy_context_token_ref(set_in(context, 2));
  assert_int_equal(ASY_OK, asy_context_reset(one));
  assert_int_equal(1, get_in(context));
  assert_int_equal(ASY_E_STATE, asy_context_reset(one));
  assert_int_equal(ASY_OK, asy_context_reset(unset));
  assert_int_equal(-1, get_in(context));
  asy_context_unref(context);
}

/* CTX-07 */
static void test_a_token_is_used_where_it_was_made(void **state) {
  (void)state;
  asy_context *other = asy_context_new();
  asy_context_token *token = asy_context_token_ref(set_in(NULL, 1));
  assert_int_equal(ASY_OK, asy_context_enter(other));
  assert_int_equal(ASY_E_INVALID, asy_context_reset(token));
  assert_int_equal(ASY_OK, asy_context_exit(other));
  assert_int_equal(1, get());
  assert_int_equal(ASY_OK, asy_context_reset(token));
  assert_int_equal(-1, get());
  asy_context_unref(other);
}

/* CTX-07 */
static void test_contexts_are_entered_once_and_left_in_order(void **state) {
  (void)state;
  asy_context *outer = asy_context_new(), *inner = asy_context_new();
  asy_context_token_unref(set_in(outer, 1));
  asy_context_token_unref(set_in(inner, 2));
  assert_int_equal(ASY_E_STATE, asy_context_exit(outer));
  assert_int_equal(ASY_OK, asy_context_enter(outer));
  assert_int_equal(ASY_E_STATE, asy_context_enter(outer));
  assert_int_equal(ASY_OK, asy_context_enter(inner));
  assert_int_equal(2, get());
  assert_int_equal(ASY_E_STATE, asy_context_enter(outer));
  assert_int_equal(ASY_E_STATE, asy_context_exit(outer));
  assert_int_equal(ASY_OK, asy_context_exit(inner));
  assert_int_equal(1, get());
  set(3);
  assert_int_equal(ASY_OK, asy_context_exit(outer));
  assert_int_equal(-1, get());
  assert_int_equal(3, get_in(outer));
  asy_context_unref(outer);
  asy_context_unref(inner);
}

static void count_var(asy_context_var *which, const asy_value *value, void *data) {
  (void)value, (void)data;
  note(asy_context_var_name(which));
}

/* CTX-07 */
static void test_a_visit_sees_what_is_set_in_order(void **state) {
  (void)state;
  asy_context *context = asy_context_new();
  asy_context_var *second;
  asy_value value = {0};
  assert_int_equal(ASY_OK, asy_context_var_new("second", NULL, &second));
  asy_context_token_unref(set_in(context, 1));
  asy_value_set_int(&value, 2);
  assert_int_equal(ASY_OK, asy_context_set(context, second, &value, NULL));
  asy_context_token_unref(set_in(context, 3));
  assert_int_equal(ASY_OK, asy_context_visit(context, count_var, NULL, count_free));
  assert_string_equal("requestsecond", trail);
  assert_int_equal(1, freed);
  asy_context_unref(context);
  asy_context_var_unref(second);
}

static void test_misuse_is_refused_and_consumes(void **state) {
  (void)state;
  asy_value value = {0};
  asy_context_var *none;
  assert_int_equal(ASY_E_INVALID, asy_context_var_new(NULL, NULL, &none));
  assert_null(none);
  assert_int_equal(ASY_E_INVALID, asy_context_var_new("x", NULL, NULL));
  asy_value_set_string(&value, "text", 4);
  assert_int_equal(ASY_E_INVALID, asy_context_set(NULL, NULL, &value, NULL));
  assert_int_equal(ASY_VALUE_NIL, asy_value_kind(&value));
  assert_int_equal(ASY_E_INVALID, asy_context_get(NULL, NULL, &value));
  assert_int_equal(ASY_E_INVALID, asy_context_get(NULL, var, NULL));
  assert_int_equal(ASY_E_INVALID, asy_context_enter(NULL));
  assert_int_equal(ASY_E_INVALID, asy_context_exit(NULL));
  assert_int_equal(ASY_E_INVALID, asy_context_reset(NULL));
  assert_int_equal(ASY_E_INVALID, asy_context_visit(NULL, NULL, NULL, count_free));
  assert_int_equal(1, freed);
  asy_future *future = asy_future_new(loop);
  assert_null(asy_task_context(future));
  asy_future_unref(future);
}

/* CTX-07 */
static void test_the_current_context_is_a_handle_like_any_other(void **state) {
  (void)state;
  asy_context *mine = asy_context_current(), *entered = asy_context_new();
  set(4);
  assert_int_equal(4, get_in(mine));
  assert_int_equal(ASY_OK, asy_context_enter(entered));
  asy_context *now = asy_context_current();
  assert_ptr_equal(entered, now);
  asy_context_unref(now);
  assert_int_equal(ASY_OK, asy_context_exit(asy_context_ref(entered)));
  asy_context_unref(entered);
  asy_context_unref(entered);
  set(-1);
  asy_context_unref(mine);
}

static void test_a_context_keeps_its_variables(void **state) {
  (void)state;
  asy_context_var *brief;
  asy_value value = {0};
  asy_context *context = asy_context_new();
  assert_int_equal(ASY_OK, asy_context_var_new("brief", NULL, &brief));
  asy_value_set_int(&value, 1);
  assert_int_equal(ASY_OK, asy_context_set(context, asy_context_var_ref(brief), &value, NULL));
  asy_context_var_unref(brief);
  asy_context_var_unref(brief);
  assert_int_equal(ASY_OK, asy_context_visit(context, count_var, NULL, NULL));
  assert_string_equal("brief", trail);
  asy_context_unref(context);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      CONTEXT_TEST(test_a_variable_has_its_default_until_it_is_set),
      CONTEXT_TEST(test_a_copy_goes_its_own_way),
      CONTEXT_TEST(test_a_token_takes_one_set_back_once),
      CONTEXT_TEST(test_a_token_is_used_where_it_was_made),
      CONTEXT_TEST(test_contexts_are_entered_once_and_left_in_order),
      CONTEXT_TEST(test_a_visit_sees_what_is_set_in_order),
      CONTEXT_TEST(test_the_current_context_is_a_handle_like_any_other),
      CONTEXT_TEST(test_a_context_keeps_its_variables),
      CONTEXT_TEST(test_misuse_is_refused_and_consumes),
  };
  return asy_test_main(argc, argv, "context", tests);
}
