#pragma once
#include <cstddef>

namespace libasync {

/// Text into a given room, or none; cut where that ends, and always ended with a NUL. `length` counts all of it, as
/// snprintf does.
struct text {
  text(char *room, std::size_t bytes) noexcept : buffer(room), size(room ? bytes : 0) {
    if (size) *buffer = '\0';
  }
  char *buffer;
  std::size_t size, length = 0;
  [[gnu::format(printf, 2, 3)]] void add(const char *format, ...) noexcept;
};

}  // namespace libasync
