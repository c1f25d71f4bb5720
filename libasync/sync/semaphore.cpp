#include "libasync/sync/semaphore.hpp"

#include "libasync/base/text.hpp"
namespace libasync {
namespace {

void describe(object &self, text &out) noexcept {
  auto &s = static_cast<semaphore &>(self);
  out.add(" %s, %llu free, %zu waiting", s.value ? "unlocked" : "locked", static_cast<unsigned long long>(s.value),
          s.waiting.count());
}

const kind semaphore_kind{"semaphore", sizeof(semaphore), 0, 0, false, false, nullptr, nullptr, nullptr, describe};
const kind acquire_kind{"semaphore acquire", sizeof(standing), 1,       0,   true, false, standing_dispose,
                        standing_cancel,     standing_close,   nullptr, true};

}  // namespace

semaphore *semaphore_new(loop &l, uint64_t value, uint64_t limit) noexcept {
  auto *made = make<semaphore>(l, semaphore_kind);
  if (!made) return nullptr;
  made->value = value;
  made->limit = limit;
  made->waiting.of = made;
  return made;
}

asy_status semaphore_try_acquire(semaphore &s) noexcept {
  if (!s.value) return ASY_E_AGAIN;
  --s.value;
  return ASY_OK;
}

future *semaphore_acquire(semaphore &s) noexcept {
  if (s.value) [[likely]] {
    future *done = future_nil(*s.owner);
    if (done->state == DONE) --s.value;
    return done;
  }
  auto *f = make<standing>(*s.owner, acquire_kind);
  if (!f) return future_of(ASY_E_NOMEM);
  s.waiting.join(*f);
  return f;
}

asy_status semaphore_release(semaphore &s) noexcept {
  if (s.value == s.limit) return ASY_E_STATE;
  if (standing *first = s.waiting.next()) {
    future_complete(*first, nil);
    return ASY_OK;
  }
  ++s.value;
  return ASY_OK;
}

}  // namespace libasync
