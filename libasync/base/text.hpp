#pragma once
#include <cstddef>

namespace libasync {

/// Text into a given room, cut where that ends; `length` counts all of it, as snprintf does.
struct text {
  char *buffer;
  std::size_t size, length = 0;
  [[gnu::format(printf, 2, 3)]] void add(const char *format, ...) noexcept;
};

}  // namespace libasync
