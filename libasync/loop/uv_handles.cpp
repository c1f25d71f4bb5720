#include "libasync/loop/uv_handles.hpp"

namespace libasync {
namespace {

constexpr uint64_t millisecond = 1000000;

loop &loop_of(void *handle) noexcept { return *static_cast<loop *>(static_cast<uv_handle_t *>(handle)->data); }

void on_idle(uv_idle_t *) noexcept {}

/// libuv runs due timers and pending callbacks before it polls: what they made
/// ready must not wait behind a blocking poll, and an alarm that rang there ends
/// no poll any more.
void on_prepare(uv_prepare_t *handle) noexcept {
  loop &l = loop_of(handle);
  if (!l.may_block) return;
  if (!l.ready.empty() || l.stopping || l.alarm_rang) {
    uv_idle_start(&l.idle, on_idle);
  } else if (l.before_block) {
    l.blocked = true;
    l.before_block(l.block_data);
  }
}

void on_alarm(uv_timer_t *handle) noexcept {
  loop &l = loop_of(handle);
  loop_unblock(l);
  l.alarm_at = UINT64_MAX;
  l.alarm_rang = true;
  timers_due(l);
}

void on_wake(uv_async_t *handle) noexcept {
  loop &l = loop_of(handle);
  loop_unblock(l);
  mailbox_drain(l);
  if (l.woken) l.woken(l);
}

void on_closed(uv_handle_t *handle) noexcept { loop_uv_closed(loop_of(handle)); }

template <class Handle>
void opened(loop &l, Handle &handle) noexcept {
  handle.data = &l;
  loop_uv_opened(l);
}

/// The alarm moves only towards the present; a cancelled timer costs at most one wake-up.
void arm(loop &l, uint64_t when) noexcept {
  if (when >= l.alarm_at) return;
  l.alarm_at = when;
  // libuv counts whole milliseconds of a cached clock: round up to never wake early.
  const uint64_t due = when / millisecond + (when % millisecond != 0);
  const uint64_t now = uv_now(l.uv);
  uv_timer_start(&l.alarm, on_alarm, due > now ? due - now : 0, 0);
}

}  // namespace

int uv_handles_open(loop &l) noexcept {
  if (const int status = uv_loop_init(&l.own_uv)) return status;
  if (const int status = uv_async_init(&l.own_uv, &l.wake, on_wake)) {
    uv_loop_close(&l.own_uv);
    return status;
  }
  l.uv = &l.own_uv;
  uv_prepare_init(l.uv, &l.prepare);
  uv_idle_init(l.uv, &l.idle);
  uv_timer_init(l.uv, &l.alarm);
  opened(l, l.wake);
  opened(l, l.prepare);
  opened(l, l.idle);
  opened(l, l.alarm);
  uv_prepare_start(&l.prepare, on_prepare);
  return 0;
}

void uv_handles_close(loop &l) noexcept {
  for (void *handle : {static_cast<void *>(&l.prepare), static_cast<void *>(&l.idle), static_cast<void *>(&l.alarm)})
    uv_close(static_cast<uv_handle_t *>(handle), on_closed);
  while (l.uv_open > 1) uv_run(l.uv, UV_RUN_NOWAIT);
}

void uv_wake_close(loop &l) noexcept {
  uv_close(reinterpret_cast<uv_handle_t *>(&l.wake), on_closed);
  while (l.uv_open) uv_run(l.uv, UV_RUN_NOWAIT);
  uv_loop_close(l.uv);
}

static void note_lag(loop &l, uint64_t late) noexcept {
  l.counters.late(late);
  if (l.observer && !l.clock.is_virtual()) l.observer->timer_late(late);
}

void timers_due(loop &l) noexcept {
  if (l.timers.empty()) return;
  const uint64_t now = l.clock.now();
  if (l.timers.next() <= now) note_lag(l, now - l.timers.next());
  for (; l.timers.next() <= now; ++l.counters.timers) {
    timer &due = l.timers.first();
    l.timers.remove(due);
    due.run(due);
  }
}

void uv_poll_once(loop &l, bool block, uint64_t deadline) noexcept {
  block = block && l.ready.empty();
  if (block && deadline != UINT64_MAX) {
    const uint64_t now = l.clock.now();
    if (deadline <= now) block = false;
    else if (!l.clock.is_virtual()) arm(l, deadline);
  }
  l.may_block = block;
  l.alarm_rang = false;
  ++l.counters.polls;
  if (l.observer) l.observer->poll_begins(block ? deadline : 0);
  uv_run(l.uv, block ? UV_RUN_ONCE : UV_RUN_NOWAIT);
  if (l.observer) l.observer->poll_ends();
  l.may_block = false;
  loop_unblock(l);
  if (uv_is_active(reinterpret_cast<uv_handle_t *>(&l.idle))) uv_idle_stop(&l.idle);
}

}  // namespace libasync
