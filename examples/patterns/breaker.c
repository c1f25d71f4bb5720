#include "patterns.h"

static int admits(struct breaker *b) {
  if (!b->open_until) return 1;
  return asy_loop_time(b->loop) >= b->open_until && b->trying < b->trials; /* half open */
}

static void count(struct breaker *b, uint32_t openings, asy_status status) {
  if (status == ASY_E_CANCELLED || openings != b->openings) return;
  if (!status) {
    b->failures = 0;
    b->open_until = 0;
  } else if (++b->failures >= b->threshold || b->open_until) {
    b->open_until = asy_loop_time(b->loop) + b->pause_ns;
    ++b->openings;
  }
}

asy_status breaker_call(struct breaker *b, begin_cb on_begin, void *user_data, asy_value *out_value,
                        asy_error **out_error) {
  if (!admits(b)) {
    if (out_error) *out_error = asy_error_new(ASY_E_AGAIN, "the circuit is open", NULL);
    return ASY_E_AGAIN;
  }
  const int trial = b->open_until != 0;
  const uint32_t openings = b->openings;
  b->trying += trial;
  asy_status status = asy_await(on_begin(user_data), out_value, out_error);
  b->trying -= trial;
  count(b, openings, status);
  return status;
}
