#include "libasync/sync/barrier.hpp"

#include "libasync/base/text.hpp"

namespace libasync {
namespace {

void describe(object &self, text &out) noexcept {
  auto &b = static_cast<barrier &>(self);
  out.add(" %s, %zu of %u waiting", b.broken ? "broken" : "filling", b.waiting.count(), b.parties);
}

const kind barrier_kind{"barrier", sizeof(barrier), 0, 0, false, false, nullptr, nullptr, nullptr, describe};
const kind wait_kind{"barrier wait",  sizeof(standing), 1, 0, true, false, standing_dispose,
                     standing_cancel, standing_close};

bool is_last(barrier &b) noexcept {
  if (b.arrived + 1 < b.parties) return false;
  b.arrived = static_cast<uint32_t>(b.waiting.count());
  return b.arrived + 1 == b.parties;
}

/// Places are numbered here, not on arrival: each is given once though some may have left.
future *release(barrier &b) noexcept {
  future *last = future_done(*b.owner, value_int(b.parties - 1));
  if (last->state != DONE) return last;
  b.arrived = 0;
  for (int64_t place = 0; standing *s = b.waiting.next(); ++place) future_complete(*s, value_int(place));
  return last;
}

}  // namespace

barrier *barrier_new(loop &l, uint32_t parties) noexcept {
  auto *made = make<barrier>(l, barrier_kind);
  if (!made) return nullptr;
  made->parties = parties;
  made->waiting.of = made;
  return made;
}

future *barrier_wait(barrier &b) noexcept {
  if (b.broken) return future_of(ASY_E_BROKEN);
  if (is_last(b)) return release(b);
  auto *f = make<standing>(*b.owner, wait_kind);
  if (!f) return future_of(ASY_E_NOMEM);
  ++b.arrived;
  b.waiting.join(*f);
  return f;
}

void barrier_reset(barrier &b) noexcept {
  b.broken = false;
  b.arrived = 0;
  b.waiting.fail(ASY_E_BROKEN);
}

void barrier_abort(barrier &b) noexcept {
  b.broken = true;
  b.arrived = 0;
  b.waiting.fail(ASY_E_BROKEN);
}

}  // namespace libasync
