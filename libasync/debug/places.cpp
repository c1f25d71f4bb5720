#include "libasync/debug/places.hpp"

#include <algorithm>
#include <cstring>

namespace libasync {
namespace {

std::size_t start_of(const object *o, std::size_t capacity) noexcept {
  return (reinterpret_cast<uintptr_t>(o) >> 3) * UINT64_C(0x9E3779B97F4A7C15) >> 20 & (capacity - 1);
}

void copy_text(const char *text, std::size_t size, places::place &made) noexcept {
  made.text = static_cast<char *>(allocate(size + 1));
  if (!made.text) return;
  std::memcpy(made.text, text, size);
  made.text[size] = '\0';
}

}  // namespace

std::size_t place_ask(hook<asy_place_cb> &hook, char (&text)[longest_place]) noexcept {
  struct asking {
    libasync::hook<asy_place_cb> &who;
    char (&text)[longest_place];
    std::size_t size;
    static void ask(void *argument) {
      auto &self = *static_cast<asking *>(argument);
      self.size = std::min(self.who.run(self.text, sizeof self.text), sizeof self.text - 1);
    }
  } now{hook, text, 0};
  run_outside(asking::ask, &now);
  text[now.size] = '\0';
  return now.size;
}

void place_take(hook<asy_place_cb> &hook, places::place &made) noexcept {
  if (!hook) {
    made.depth = backtrace_take(made.frames, deepest_backtrace);
    return;
  }
  char text[longest_place];
  copy_text(text, place_ask(hook, text), made);
}

void place_tell(const places::place &p, text &out) noexcept {
  if (p.text) out.add("%s", p.text);
  else backtrace_tell(p.frames, p.depth, out);
}

places::place *places::slot_of(const object *o) noexcept {
  std::size_t at = start_of(o, capacity_);
  while (table_[at].of && table_[at].of != o) at = (at + 1) & (capacity_ - 1);
  return table_ + at;
}

bool places::grow() noexcept {
  const std::size_t capacity = capacity_ ? capacity_ * 2 : 256;
  auto *fresh = static_cast<place *>(allocate(capacity * sizeof(place)));
  if (!fresh) return false;
  std::memset(fresh, 0, capacity * sizeof(place));
  place *const old = table_;
  const std::size_t old_capacity = capacity_;
  table_ = fresh;
  capacity_ = capacity;
  for (std::size_t i = 0; i < old_capacity; ++i)
    if (old[i].of) *slot_of(old[i].of) = old[i];
  deallocate(old);
  return true;
}

void places::remember(const object &o, const char *known) noexcept {
  if (count_ * 4 >= capacity_ * 3 && !grow()) return;
  place now{};
  now.of = &o;
  now.serial = ++last_serial_;
  if (known) copy_text(known, std::min(std::strlen(known), longest_place - 1), now);
  else place_take(hook, now);
  place &at = *slot_of(&o);
  if (!at.of) ++count_;
  deallocate(at.text);
  at = now;
}

const places::place *places::find(const object *o) const noexcept {
  if (!capacity_) return nullptr;
  const place *found = const_cast<places *>(this)->slot_of(o);
  return found->of && (found->text || found->depth) ? found : nullptr;
}

void places::forget() noexcept {
  for (std::size_t i = 0; i < capacity_; ++i) deallocate(table_[i].text);
  deallocate(table_);
  table_ = nullptr;
  capacity_ = count_ = 0;
}

}  // namespace libasync
