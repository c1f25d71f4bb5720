#include "libasync/io/lease.hpp"

namespace libasync {
namespace {

struct free_lease {
  free_lease *next;
};

/// Those of one size; more than `most` free ones are given back.
struct shelf {
  free_lease *first;
  uint32_t count, most;
};

struct shelves {
  shelf small, large;
};

void empty(shelf &s) noexcept {
  while (free_lease *it = s.first) {
    s.first = it->next;
    deallocate(it);
  }
}

void free_shelves(loop &l) noexcept {
  auto *all = static_cast<shelves *>(l.leases);
  l.leases = nullptr;
  empty(all->small);
  empty(all->large);
  deallocate(all);
}

shelf *shelf_of(loop &l, bool large) noexcept {
  auto *all = static_cast<shelves *>(l.leases);
  return !all ? nullptr : large ? &all->large : &all->small;
}

}  // namespace

char *lease_take(loop &l, bool large) noexcept {
  if (!l.leases) [[unlikely]] {
    auto *all = static_cast<shelves *>(allocate(sizeof(shelves)));
    if (!all) return nullptr;
    *all = {{nullptr, 0, 64}, {nullptr, 0, 16}};
    l.leases = all;
    l.leases_free = free_shelves;
  }
  shelf &s = *shelf_of(l, large);
  if (free_lease *it = s.first) {
    s.first = it->next;
    --s.count;
    return reinterpret_cast<char *>(it);
  }
  return static_cast<char *>(allocate(large ? lease_large : lease_small));
}

void lease_put(loop &l, char *buffer, bool large) noexcept {
  shelf *s = shelf_of(l, large);
  if (!s || s->count == s->most) return deallocate(buffer);
  auto *it = reinterpret_cast<free_lease *>(buffer);
  it->next = s->first;
  s->first = it;
  ++s->count;
}

}  // namespace libasync
