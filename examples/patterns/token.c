#include "patterns.h"

static int is_valid(const struct token *t) { return asy_loop_time(t->loop) < t->valid_until; }

static asy_status refresh(struct token *t, asy_error **out_error) {
  asy_value fresh = {0};
  asy_status status = asy_await(t->on_refresh(t->user_data), &fresh, out_error);
  if (status) return status;
  t->value = asy_value_int(&fresh);
  t->valid_until = asy_loop_time(t->loop) + t->lifetime_ns;
  return ASY_OK;
}

asy_status token_get(struct token *t, int64_t *out_token, asy_error **out_error) {
  asy_status status = ASY_OK;
  if (!is_valid(t)) {
    status = asy_await(asy_lock_acquire(t->lock), NULL, out_error);
    if (status) return status;
    if (!is_valid(t)) status = refresh(t, out_error); /* who waited finds that another has done it */
    asy_lock_release(t->lock);
  }
  *out_token = t->value;
  return status;
}
