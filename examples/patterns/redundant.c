#include "patterns.h"

enum { MOST = 16 };

/* Takes what comes until one answers; the last error is the outcome when none does. */
static asy_status wait_for_one(asy_completions *answers, size_t count, asy_value *out_value, asy_error **out_error) {
  asy_status status = ASY_E_INVALID;
  while (count--) {
    if (*out_error) asy_error_unref(*out_error);
    *out_error = NULL;
    asy_value one = {0};
    status = asy_await(asy_completions_next(answers), &one, out_error);
    asy_future *answer = status ? NULL : asy_value_future(&one);
    if (answer) status = asy_await(asy_future_ref(answer), out_value, out_error);
    asy_value_clear(&one);
    if (!status || !answer) break;
  }
  return status;
}

asy_status first_answer(asy_loop *loop, begin_cb const *attempts, size_t count, void *user_data, asy_value *out_value,
                        asy_error **out_error) {
  asy_future *begun[MOST] = {0}, *given[MOST] = {0};
  asy_completions *answers;
  asy_error *error = NULL;
  if (count > MOST) return ASY_E_INVALID;
  for (size_t i = 0; i < count; ++i) given[i] = asy_future_ref(begun[i] = attempts[i](user_data));
  asy_status status = asy_completions_new(loop, given, count, &answers);
  if (!status) status = wait_for_one(answers, count, out_value, &error);
  asy_completions_unref(answers);
  for (size_t i = 0; i < count; ++i) asy_future_cancel(begun[i], "another was faster");
  for (size_t i = 0; i < count; ++i) { /* their clean-up is ours to wait for, and their outcome nobody's */
    while (!asy_future_is_done(begun[i])) asy_await(asy_future_ref(begun[i]), NULL, NULL);
    asy_future_status(begun[i]);
    asy_future_unref(begun[i]);
  }
  if (out_error) *out_error = error;
  else asy_error_unref(error);
  return status;
}
