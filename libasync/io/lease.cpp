#include "libasync/io/lease.hpp"

namespace libasync {
namespace {

void free_shelves(loop &l) noexcept {
  auto *all = static_cast<lease_shelves *>(l.leases);
  l.leases = nullptr;
  for (lease_shelf &s : all->of)
    while (free_lease *it = s.first) {
      s.first = it->next;
      deallocate(it);
    }
  deallocate(all);
}

}  // namespace

char *lease_make(loop &l, bool large) noexcept {
  if (!l.leases) {
    auto *all = static_cast<lease_shelves *>(allocate(sizeof(lease_shelves)));
    if (!all) return nullptr;
    *all = {{{nullptr, 0, 64}, {nullptr, 0, 16}}};
    l.leases = all;
    l.leases_free = free_shelves;
  }
  return static_cast<char *>(allocate(large ? lease_large : lease_small));
}

}  // namespace libasync
