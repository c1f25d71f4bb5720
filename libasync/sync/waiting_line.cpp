#include "libasync/sync/waiting_line.hpp"

namespace libasync {

using line_of_standing = circle<&standing::next_standing, &standing::previous_standing>;

/// Dropped on a small stack, it is disposed of later.
static bool is_held(const standing &s) noexcept { return s.refs; }

void waiting_line::join(standing &s) noexcept {
  s.line = this;
  line_of_standing::append(first, s);
  object_ref(of);
}

void waiting_line::leave(standing &s) noexcept {
  object *const kept = s.adopted ? static_cast<object *>(&s) : s.line->of;
  line_of_standing::remove(s.line->first, s);
  s.line = nullptr;
  s.adopted = false;
  unref_local(kept);
}

void waiting_line::adopt(standing &s) noexcept {
  s.adopted = true;
  object_ref(&s);
  unref_local(s.line->of);
}

standing *waiting_line::front() noexcept {
  while (standing *s = first) {
    if (is_held(*s)) return s;
    leave(*s);
  }
  return nullptr;
}

std::size_t waiting_line::count() const noexcept {
  std::size_t held = 0;
  if (const standing *s = first) do {
      held += is_held(*s);
      s = s->next_standing;
    } while (s != first);
  return held;
}

void waiting_line::fail(asy_status status) noexcept {
  while (standing *s = next()) future_fail(*s, error_of(status));
}

void standing_cancel(future &self, error *reason) noexcept {
  waiting_line::leave(static_cast<standing &>(self));
  future_cancelled(self, reason ? error_ref(reason) : nullptr);
}

void standing_close(object &self) noexcept {
  auto &s = static_cast<standing &>(self);
  if (s.line) waiting_line::leave(s);
}

void standing_dispose(object &self) noexcept {
  standing_close(self);
  future_dispose(self);
}

}  // namespace libasync
