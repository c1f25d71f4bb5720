#include "libasync/task/members.hpp"

namespace libasync {
namespace {

asy_status refusal(const loop *l, future *const *members, std::size_t count) noexcept {
  if (const asy_status refused = loop_check(l)) return refused;
  if (count && !members) return ASY_E_INVALID;
  for (std::size_t i = 0; i < count; ++i) {
    if (!members[i]) return ASY_E_INVALID;
    if (members[i]->owner && members[i]->owner != l) return ASY_E_WRONG_LOOP;
  }
  return ASY_OK;
}

}  // namespace

void members_release(future *const *members, std::size_t count) noexcept {
  for (std::size_t i = 0; members && i < count; ++i) object_unref(members[i]);
}

future *members_refuse(future *const *members, std::size_t count, asy_status status) noexcept {
  members_release(members, count);
  return future_of(status);
}

asy_status members_check(const loop *l, future *const *members, std::size_t count) noexcept {
  const asy_status refused = refusal(l, members, count);
  if (refused) members_release(members, count);
  return refused;
}

}  // namespace libasync
