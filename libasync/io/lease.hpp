#pragma once
#include <cstddef>

#include "libasync/loop/loop.hpp"

namespace libasync {

/// Buffers that streams lend to whoever reads a view.
///
/// Last in, first out: a reader that runs right after the poll brought its
/// bytes gets and gives back the same buffer as the one before it, which is
/// still in the processor's cache.
constexpr std::size_t lease_small = 64 * 1024, lease_large = 256 * 1024;

struct free_lease {
  free_lease *next;
};

/// Those of one size; more than `most` free ones are given back.
struct lease_shelf {
  free_lease *first;
  uint32_t count, most;
};

struct lease_shelves {
  lease_shelf of[2];  // small, large
};

/// The slow ways.
char *lease_make(loop &l, bool large) noexcept;

/// NULL without memory.
inline char *lease_take(loop &l, bool large) noexcept {
  if (l.leases) [[likely]] {
    lease_shelf &s = static_cast<lease_shelves *>(l.leases)->of[large];
    if (free_lease *it = s.first) [[likely]] {
      s.first = it->next;
      --s.count;
      return reinterpret_cast<char *>(it);
    }
  }
  return lease_make(l, large);
}

inline void lease_put(loop &l, char *buffer, bool large) noexcept {
  if (!l.leases) return deallocate(buffer);  // the loop closes
  lease_shelf &s = static_cast<lease_shelves *>(l.leases)->of[large];
  if (s.count == s.most) return deallocate(buffer);
  auto *it = reinterpret_cast<free_lease *>(buffer);
  it->next = s.first;
  s.first = it;
  ++s.count;
}

}  // namespace libasync
