#include "libasync/task/wait_for.hpp"

#include "libasync/task/awaiter.hpp"
#include "libasync/task/timeout.hpp"

namespace libasync {
namespace {

struct wait_for_future : future {
  future *inner;  // owned
  waiter done;
  timer due;
  bool expired;
};

void drop(wait_for_future &f) noexcept {
  timer_stop(*f.owner, f.due);
  if (future *inner = f.inner) {
    f.inner = nullptr;
    future_forget(*inner, f.done);
    unref_local(inner);
    unref_local(&f);  // the wait's reference
  }
}

wait_for_future &holder(waiter &w) noexcept {
  return *reinterpret_cast<wait_for_future *>(reinterpret_cast<char *>(&w) - offsetof(wait_for_future, done));
}

void inner_done(future &inner, waiter &w) noexcept {
  wait_for_future &f = holder(w);
  if (f.expired && inner.state == CANCELLED) future_fail(f, timed_out(inner.failure()));
  else future_copy(f, inner);
  drop(f);
}

void come_due(timer &due) noexcept {
  auto &f = *reinterpret_cast<wait_for_future *>(reinterpret_cast<char *>(&due) - offsetof(wait_for_future, due));
  if (f.inner->done()) return;  // it came in time; its value is on the way
  f.expired = true;
  error *reason = scope_reason("the deadline of a wait passed");
  if (future_abandon(*f.inner, f.done, reason)) {
    future_fail(f, timed_out(reason));
    drop(f);
  }
  error_unref(reason);
}

/// What came before the cancel is the outcome, unless it is our own deadline's.
void answer_cancel(wait_for_future &f, error *reason) noexcept {
  if (f.expired && f.inner->state == CANCELLED) future_cancelled(f, reason ? error_ref(reason) : nullptr);
  else future_copy(f, *f.inner);
  drop(f);
}

void cancel_wait_for(future &self, error *reason) noexcept {
  auto &f = static_cast<wait_for_future &>(self);
  if (!f.inner) return;
  if (f.inner->done()) return answer_cancel(f, reason);
  f.expired = false;
  timer_stop(*f.owner, f.due);
  if (future_abandon(*f.inner, f.done, reason)) {
    future_cancelled(f, reason ? error_ref(reason) : nullptr);
    drop(f);
  }
}

void close_wait_for(object &self) noexcept {
  auto &f = static_cast<wait_for_future &>(self);
  future_close(f);
  drop(f);
}

const awaiter_rule awaits(inner_done, [](waiter &w) noexcept -> future * { return &holder(w); });

const kind wait_for_kind{"wait_for",      sizeof(wait_for_future), 1, 1, true, false, future_dispose,
                         cancel_wait_for, close_wait_for};

}  // namespace

future *wait_for_new(loop &l, future *inner, uint64_t delay) noexcept {
  if (inner->done()) return inner;
  auto *f = make<wait_for_future>(l, wait_for_kind);
  if (!f) {
    unref_local(inner);
    return future_of(ASY_E_NOMEM);
  }
  f->inner = inner;
  f->done.run = inner_done;
  f->due.init(come_due);
  ref(f);  // the wait's
  future_wait(*inner, f->done);
  if (delay == 0) come_due(f->due);  // what has not begun never starts
  else if (delay != UINT64_MAX) timer_start(l, f->due, deadline_after(l, delay));
  return f;
}

}  // namespace libasync
