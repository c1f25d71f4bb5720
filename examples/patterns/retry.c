#include "patterns.h"

/* xorshift64: no more is asked of a jitter. */
static uint64_t part_of(uint64_t pause, uint64_t *random) {
  if (!*random) return pause;
  *random ^= *random << 13;
  *random ^= *random >> 7;
  *random ^= *random << 17;
  return *random % (pause + 1);
}

static uint64_t pause_after(const struct retry *policy, uint32_t attempt) {
  uint64_t pause = policy->base_ns;
  while (attempt-- && pause < policy->cap_ns) pause *= 2;
  return pause < policy->cap_ns ? pause : policy->cap_ns;
}

asy_status retry(asy_loop *loop, struct retry *policy, begin_cb on_begin, void *user_data, asy_value *out_value,
                 asy_error **out_error) {
  const uint64_t start = asy_loop_time(loop);
  for (uint32_t attempt = 0;; ++attempt) {
    asy_error *error = NULL;
    asy_status status = asy_await(on_begin(user_data), out_value, &error);
    int again = status && status != ASY_E_CANCELLED && attempt + 1 < policy->attempts &&
                (!policy->is_retryable || policy->is_retryable(error));
    uint64_t pause = again ? part_of(pause_after(policy, attempt), &policy->random) : 0;
    if (!again || asy_loop_time(loop) - start + pause > policy->deadline_ns) {
      if (out_error) *out_error = error;
      else asy_error_unref(error);
      return status;
    }
    asy_error_unref(error);
    status = asy_await(asy_sleep(loop, pause), NULL, out_error);
    if (status) return status;
  }
}
