#pragma once
#include <cstddef>

#include "libasync/debug/backtrace.hpp"
#include "libasync/loop/loop.hpp"

namespace libasync {

/// Where objects were made: a table beside them, so that they carry nothing themselves. An object's place is
/// overwritten by that of the next one at its address; a lost place for want of memory is no failure.
class places {
 public:
  struct place {
    const object *of;
    uint64_t serial;  // tells it from the next at the same address
    uint32_t depth;   // of `frames`; zero: `text`
    void *frames[deepest_backtrace];
    char *text;  // owned
  };
  places() = default;
  places(const places &) = delete;
  ~places() { forget(); }

  /// At `known`, or NULL to find out.
  void remember(const object &o, const char *known = nullptr) noexcept;
  /// NULL when it is not known.
  const place *find(const object *o) const noexcept;
  void forget() noexcept;

  libasync::hook<asy_place_cb> hook;

 private:
  place *slot_of(const object *o) noexcept;
  bool grow() noexcept;

  place *table_ = nullptr;  // open addressing; `of` NULL is free
  std::size_t capacity_ = 0, count_ = 0;
  uint64_t last_serial_ = 0;
};

/// What the hook says; zero bytes when it does not know.
std::size_t place_ask(hook<asy_place_cb> &hook, char (&text)[longest_place]) noexcept;
/// Where the program is now, by the hook or by its frames. `made` receives it; its text is owned.
void place_take(hook<asy_place_cb> &hook, places::place &made) noexcept;
/// Adds its text.
void place_tell(const places::place &p, text &out) noexcept;

}  // namespace libasync
