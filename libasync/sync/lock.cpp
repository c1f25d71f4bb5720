#include "libasync/sync/lock.hpp"

#include "libasync/base/text.hpp"

namespace libasync {
namespace {

void describe(object &self, text &out) noexcept {
  auto &l = static_cast<lock &>(self);
  out.add(" %s, %zu waiting", l.locked ? "locked" : "unlocked", l.waiting.count());
}

const kind lock_kind{"lock", sizeof(lock), 0, 0, false, false, nullptr, nullptr, nullptr, describe};
const kind acquire_kind{"lock acquire",  sizeof(lock_wait), 1, 0, true, false, standing_dispose,
                        standing_cancel, standing_close};

void acquired(lock_wait &self) noexcept { future_complete(self, nil); }

void take(lock &l, uint32_t task) noexcept {
  l.locked = true;
  l.holder = task;
}

}  // namespace

lock *lock_new(loop &l, uint32_t flags) noexcept {
  auto *made = make<lock>(l, lock_kind);
  if (!made) return nullptr;
  made->owned = flags & lock_owned;
  made->waiting.of = made;
  return made;
}

future *lock_acquire(lock &l) noexcept {
  const uint32_t task = lock_asker(l);
  if (!l.locked) [[likely]] {
    future *done = future_nil(*l.owner);
    if (done->state == DONE) take(l, task);
    return done;
  }
  if (task && l.holder == task)
    return future_failed(l.owner, error_new(ASY_E_STATE, "the task holds the lock already, and would wait for itself"));
  auto *f = make<lock_wait>(*l.owner, acquire_kind);
  if (!f) return future_of(ASY_E_NOMEM);
  f->task = task;
  f->granted = acquired;
  l.waiting.join(*f);
  return f;
}

void lock_line_up(lock &l, lock_wait &w) noexcept {
  if (l.locked) return l.waiting.join(w);
  take(l, w.task);
  w.granted(w);
}

void lock_pass_on(lock &l) noexcept {
  auto *const next = static_cast<lock_wait *>(l.waiting.next());
  l.locked = next;
  if (!next) return;
  l.holder = next->task;
  next->granted(*next);
}

}  // namespace libasync
