#include "libasync/sync/waiting_line.hpp"

namespace libasync {

using line_of_standing = circle<&standing::next_standing, &standing::previous_standing>;

void waiting_line::join(standing &s) noexcept {
  s.line = this;
  line_of_standing::append(first, s);
  ref(&s);
}

void waiting_line::leave(standing &s) noexcept {
  line_of_standing::remove(s.line->first, s);
  s.line = nullptr;
}

standing *waiting_line::front() noexcept {
  while (standing *s = first) {
    if (s->is_seen()) return s;
    leave(*s);
    unref_local(s);
  }
  return nullptr;
}

std::size_t waiting_line::count() const noexcept {
  std::size_t seen = 0;
  if (const standing *s = first) do {
      seen += s->is_seen();
      s = s->next_standing;
    } while (s != first);
  return seen;
}

void waiting_line::fail(asy_status status) noexcept {
  while (standing *s = next()) {
    future_fail(*s, error_of(status));
    unref_local(s);
  }
}

void standing_cancel(future &self, error *reason) noexcept {
  auto &s = static_cast<standing &>(self);
  waiting_line::leave(s);
  future_cancelled(s, reason ? error_ref(reason) : nullptr);
  unref_local(&s);
}

void standing_close(object &self) noexcept {
  auto &s = static_cast<standing &>(self);
  if (!s.line) return;
  waiting_line::leave(s);
  unref_local(&s);
}

}  // namespace libasync
