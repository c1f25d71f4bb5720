#include "libasync/sync/event.hpp"

#include "libasync/base/text.hpp"
namespace libasync {
namespace {

void describe(object &self, text &out) noexcept {
  auto &e = static_cast<event &>(self);
  out.add(" %s, %zu waiting", e.set ? "set" : "not set", e.waiting.count());
}

const kind event_kind{"event", sizeof(event), 0, 0, false, false, nullptr, nullptr, nullptr, describe};
const kind wait_kind{"event wait",    sizeof(standing), 1,       0,   true, false, standing_dispose,
                     standing_cancel, standing_close,   nullptr, true};

}  // namespace

event *event_new(loop &l) noexcept {
  auto *made = make<event>(l, event_kind);
  if (made) made->waiting.of = made;
  return made;
}

void event_set(event &e) noexcept {
  e.set = true;
  // Those who wait now are released, even if the flag is cleared before they run.
  while (standing *s = e.waiting.next()) future_complete(*s, nil);
}

future *event_wait(event &e) noexcept {
  if (e.set) return future_nil(*e.owner);
  auto *f = make<standing>(*e.owner, wait_kind);
  if (!f) return future_of(ASY_E_NOMEM);
  e.waiting.join(*f);
  return f;
}

}  // namespace libasync
