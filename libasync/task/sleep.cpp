#include "libasync/task/sleep.hpp"

namespace libasync {
namespace {

struct sleep_future : future {
  timer due;
};

void come_due(timer &due) noexcept {
  auto *f = reinterpret_cast<sleep_future *>(reinterpret_cast<char *>(&due) - offsetof(sleep_future, due));
  future_complete(*f, nil);
  unref_local(f);
}

void wake_up(void *argument) noexcept {
  auto *f = static_cast<sleep_future *>(argument);
  future_complete(*f, nil);
  unref_local(f);
}

void stop(sleep_future &f) noexcept {
  if (!f.due.armed()) return;
  timer_stop(*f.owner, f.due);
  unref_local(&f);
}

void cancel_sleep(future &self, error *reason) noexcept {
  future_cancelled(self, reason ? error_ref(reason) : nullptr);
  stop(static_cast<sleep_future &>(self));
}

void close_sleep(object &self) noexcept {
  future_close(static_cast<future &>(self));
  stop(static_cast<sleep_future &>(self));
}

const kind sleep_kind{"sleep", sizeof(sleep_future), 2, 1, true, false, future_dispose, cancel_sleep, close_sleep};

}  // namespace

future *sleep_new(loop &l, uint64_t delay) noexcept {
  auto *f = make<sleep_future>(l, sleep_kind);
  if (!f) return future_of(ASY_E_NOMEM);
  f->due.index = timer::idle;
  f->due.run = come_due;
  ref(f);  // the timer's or the queue's
  if (delay)
    timer_start(l, f->due, deadline_after(l, delay));
  else
    loop_push(l, wake_up, f);
  return f;
}

}  // namespace libasync
