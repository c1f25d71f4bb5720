#include "patterns.h"

struct monitor {
  asy_loop *loop;
  uint64_t period_ns;
  asy_call_cb on_period;
  void *user_data;
};

/* The next time is counted from the last one: what the callback takes does not add up. */
static asy_status watch(asy_value *out_value, asy_error **out_error, void *data) {
  const struct monitor *m = data;
  (void)out_value;
  for (uint64_t when = asy_loop_time(m->loop) + m->period_ns;; when += m->period_ns) {
    uint64_t now = asy_loop_time(m->loop);
    asy_status status = asy_await(asy_sleep(m->loop, when > now ? when - now : 0), NULL, out_error);
    if (status) return status;
    m->on_period(m->user_data);
  }
}

asy_status with_monitor(asy_loop *loop, uint64_t period_ns, asy_call_cb on_period, asy_run_cb body, void *user_data,
                        asy_value *out_value, asy_error **out_error) {
  struct monitor monitor = {loop, period_ns, on_period, user_data};
  asy_task *task = asy_spawn(loop, watch, &monitor, NULL, NULL);
  asy_status status = body(out_value, out_error, user_data);
  asy_task_cancel(task, "the body ended");
  /* Waited for even when we are being cancelled ourselves: it uses what is on our stack. */
  while (!asy_future_is_done(task)) asy_await(asy_future_ref(task), NULL, NULL);
  asy_future_unref(task);
  return status;
}
