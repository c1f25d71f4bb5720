#include "libasync/task/shield.hpp"

#include <utility>

#include "libasync/task/awaiter.hpp"

namespace libasync {
namespace {

struct shield_future : future {
  future *inner;  // owned until it is done
  waiter ended;
};

void drop(shield_future &f) noexcept {
  if (future *const inner = std::exchange(f.inner, nullptr)) {
    future_forget(*inner, f.ended);
    unref_local(inner);
    unref_local(&f);  // the wait's reference
  }
}

/// Whoever would have read the error was cancelled. Two shields of one future tell it once.
void report_late(future &inner) noexcept {
  if (inner.state != FAILED || (inner.flags & future::read)) return;
  future_mark_read(inner);
  future_report(inner, inner.failure(), "a shielded future failed after its awaiter was cancelled");
}

shield_future &holder(waiter &w) noexcept {
  return *reinterpret_cast<shield_future *>(reinterpret_cast<char *>(&w) - offsetof(shield_future, ended));
}

void inner_done(future &inner, waiter &w) noexcept {
  shield_future &f = holder(w);
  const owned<shield_future> kept(ref(&f));
  if (f.done()) report_late(inner);
  else future_copy(f, inner);
  drop(f);
}

/// What came before the cancel is the outcome. Else the registration stays: what is shielded is wanted,
/// and its error must not get lost.
void cancel_shield(future &self, error *reason) noexcept {
  auto &f = static_cast<shield_future &>(self);
  if (!f.inner->done()) {
    future_cancelled(f, reason ? error_ref(reason) : nullptr);
    return;
  }
  future_copy(f, *f.inner);
  drop(f);
}

void close_shield(object &self) noexcept {
  future_close(static_cast<future &>(self));
  drop(static_cast<shield_future &>(self));
}

/// One that was cancelled only listens.
future *awaiter(waiter &w) noexcept {
  shield_future &f = holder(w);
  return f.done() ? nullptr : &f;
}
const awaiter_rule awaits(inner_done, awaiter);

const kind shield_kind{"shield", sizeof(shield_future), 1, 0, true, false, future_dispose, cancel_shield, close_shield};

}  // namespace

future *shield_new(loop &l, future *inner) noexcept {
  if (inner->done()) return inner;
  auto *f = make<shield_future>(l, shield_kind);
  if (!f) {
    unref_local(inner);
    return future_of(ASY_E_NOMEM);
  }
  f->inner = inner;
  f->ended.run = inner_done;
  ref(f);  // the wait's
  future_wait(*inner, f->ended);
  return f;
}

}  // namespace libasync
