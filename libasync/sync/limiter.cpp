#include "libasync/sync/limiter.hpp"

#include <cmath>
#include "libasync/base/text.hpp"

namespace libasync {
namespace {

constexpr double longest_window = 4e18;  // half of what a clock holds

struct ticket : standing {
  limiter *from;  // kept by the line
  uint64_t cost;  // in time
};

uint64_t cost_of(const limiter &l, double amount) noexcept {
  return static_cast<uint64_t>(std::ceil(amount * l.nanoseconds_each));
}

/// When the cost can be paid.
uint64_t time_for(const limiter &l, uint64_t cost, uint64_t now) noexcept {
  const uint64_t full = (l.full_at > now ? l.full_at : now) + cost;
  return full > now + l.window ? full - l.window : now;
}

bool pay(limiter &l, uint64_t cost, uint64_t now) noexcept {
  if (time_for(l, cost, now) > now) return false;
  l.full_at = (l.full_at > now ? l.full_at : now) + cost;
  return true;
}

/// Serves whom it can, and sets the alarm for the next.
void serve(limiter &l) noexcept {
  const owned<limiter> kept(ref(&l));  // the last who waits may be the last who holds it
  const uint64_t now = l.owner->clock.now();
  timer_stop(*l.owner, l.due);
  while (auto *t = static_cast<ticket *>(l.waiting.front())) {
    if (!pay(l, t->cost, now)) return timer_start(*l.owner, l.due, time_for(l, t->cost, now));
    waiting_line::leave(*t);
    future_complete(*t, nil);
  }
}

void come_due(timer &due) noexcept {
  serve(*reinterpret_cast<limiter *>(reinterpret_cast<char *>(&due) - offsetof(limiter, due)));
}

/// Those behind may need less.
void cancel(future &self, error *reason) noexcept {
  const owned<limiter> l(ref(static_cast<ticket &>(self).from));
  standing_cancel(self, reason);
  serve(*l);
}

void dispose_ticket(object &self) noexcept {
  auto &t = static_cast<ticket &>(self);
  const owned<limiter> l(t.line ? ref(t.from) : nullptr);
  standing_dispose(self);
  if (l) serve(*l);
}

void stop_alarm(object &self) noexcept { timer_stop(*self.owner, static_cast<limiter &>(self).due); }

void describe(object &self, text &out) noexcept {
  auto &l = static_cast<limiter &>(self);
  out.add(" %g per second, %zu waiting", 1e9 / l.nanoseconds_each, l.waiting.count());
}

const kind limiter_kind{"limiter", sizeof(limiter), 0, 1, false, false, stop_alarm, nullptr, stop_alarm, describe};
const kind ticket_kind{"limiter acquire", sizeof(ticket), 1, 0, true, false, dispose_ticket, cancel, standing_close};

/// ASY_OK when it was paid.
asy_status take(limiter &l, double amount) noexcept {
  if (!(amount >= 0 && amount <= l.burst)) return ASY_E_INVALID;
  if (l.waiting.front() || !pay(l, cost_of(l, amount), l.owner->clock.now())) return ASY_E_AGAIN;
  return ASY_OK;
}

}  // namespace

bool limiter_is_sound(double rate, double burst) noexcept {
  return rate > 0 && burst > 0 && std::isfinite(rate) && burst / rate * 1e9 < longest_window;
}

limiter *limiter_new(loop &l, double rate, double burst) noexcept {
  auto *made = make<limiter>(l, limiter_kind);
  if (!made) return nullptr;
  made->nanoseconds_each = 1e9 / rate;
  made->burst = burst;
  made->window = cost_of(*made, burst);
  made->due.init(come_due);
  made->waiting.of = made;
  return made;
}

asy_status limiter_try_acquire(limiter &l, double amount) noexcept { return take(l, amount); }

future *limiter_acquire(limiter &l, double amount) noexcept {
  future *done = future_nil(*l.owner);
  if (done->state != DONE) return done;
  const asy_status status = take(l, amount);
  if (status == ASY_OK) return done;
  unref_local(done);
  if (status != ASY_E_AGAIN)
    return future_failed(l.owner, error_new(status, "the amount is negative, or more than the limiter's burst"));
  auto *t = make<ticket>(*l.owner, ticket_kind);
  if (!t) return future_of(ASY_E_NOMEM);
  t->from = &l;
  t->cost = cost_of(l, amount);
  l.waiting.join(*t);
  if (l.waiting.first == t) serve(l);
  return t;
}

}  // namespace libasync
