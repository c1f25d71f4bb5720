#include "libasync/task/sleep.hpp"

namespace libasync {
namespace {

void take_turn(void *argument) noexcept { future_complete_from_queue(*static_cast<future *>(argument)); }

void come_due(timer &due) noexcept {
  auto *f = reinterpret_cast<future *>(reinterpret_cast<char *>(&due) - offsetof(future, asleep.due));
  future_complete(*f, nil);
  unref_local(f);
}

/// The timer stands where the outcome will: it is stopped first. `settle` completes the future.
template <class Settle>
void end_early(future &f, Settle settle) noexcept {
  const bool armed = !f.done() && f.asleep.due.armed();
  if (armed) timer_stop(*f.owner, f.asleep.due);
  settle();
  if (armed) unref_local(&f);
}

void cancel_sleep(future &self, error *reason) noexcept {
  end_early(self, [&] { future_cancelled(self, reason ? error_ref(reason) : nullptr); });
}

void close_sleep(object &self) noexcept {
  auto &f = static_cast<future &>(self);
  end_early(f, [&] { future_close(f); });
}

const kind sleep_kind{"sleep",        sizeof(future), 2,           1,       true, false,
                      future_dispose, cancel_sleep,   close_sleep, nullptr, true};
const kind turn_kind{"sleep", sizeof(future), 2, 0, true, false, future_dispose, nullptr, nullptr, nullptr, true};

/// Memory checkers see each turn come and go.
#ifdef ASY_POOL_PASSTHROUGH
constexpr bool turns_are_kept = false;
#else
constexpr bool turns_are_kept = true;
#endif

void turn_keep(loop &l, future &f) noexcept {
  if (!turns_are_kept || l.spare_turn) return unmake(l, &f, turn_kind);
  f.refs = 0;
  f.flags = 0;
  l.spare_turn = &f;
}

[[gnu::noinline]] future *turn_make(loop &l) noexcept {
  auto *f = make<future>(l, turn_kind);
  if (!f) return future_of(ASY_E_NOMEM);
  loop_push(l, take_turn, ref_counted(f));
  return f;
}

future *turn_new(loop &l) noexcept {
  future *const f = l.spare_turn;
  if (!f || l.observer) return turn_make(l);
  l.spare_turn = nullptr;
  f->refs = 2;
  loop_push(l, take_turn, f);
  return f;
}

}  // namespace

future *sleep_new(loop &l, uint64_t delay) noexcept {
  if (!delay) return turn_new(l);
  auto *f = make<future>(l, sleep_kind);
  if (!f) return future_of(ASY_E_NOMEM);
  f->asleep.due.init(come_due);
  ref_counted(f);  // the timer's
  timer_start(l, f->asleep.due, deadline_after(l, delay));
  return f;
}

bool sleep_yield_turn(future &f) noexcept {
  loop &l = *f.owner;
  if (f.what != &turn_kind || f.refs != 2 || f.done() || f.waiters || l.observer) return false;
  if (!l.ready.pop_last(take_turn, &f)) return false;
  turn_keep(l, f);
  return true;
}

}  // namespace libasync
