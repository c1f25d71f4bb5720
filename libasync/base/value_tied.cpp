#include <algorithm>

#include "libasync/base/error.hpp"
#include "libasync/base/value.hpp"

namespace libasync {
namespace {

constexpr int deepest = 32;  // a small stack may be in use; what lies deeper counts as tied

bool is_tied(const asy_type *type) noexcept {
  return type && (type->flags & (ASY_TYPE_LOOP_RELEASE | ASY_TYPE_LOOP_RETAIN));
}

bool is_tied(const error &e, int depth) noexcept {
  if (e.object && is_tied(e.type)) return true;
  if (depth == deepest) return e.cause || e.child_count;
  const auto tied = [depth](const error *one) noexcept { return is_tied(*one, depth + 1); };
  return (e.cause && tied(e.cause)) || std::any_of(e.children, e.children + e.child_count, tied);
}

bool is_tied(const asy_value &value, int depth) noexcept {
  if (value.kind == ASY_VALUE_OBJECT) return is_tied(value.type);
  if (value.kind == ASY_VALUE_ERROR) return is_tied(*static_cast<const error *>(value.data), depth);
  if (value.kind != ASY_VALUE_LIST) return false;
  auto &items = *static_cast<list *>(value.data);
  const auto tied = [depth](const asy_value &item) noexcept { return is_tied(item, depth + 1); };
  return depth == deepest ? items.count : std::any_of(items.items(), items.items() + items.count, tied);
}

}  // namespace

bool value_is_tied(const asy_value &value) noexcept { return is_tied(value, 0); }

}  // namespace libasync
