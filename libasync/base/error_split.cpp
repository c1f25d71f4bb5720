#include <algorithm>
#include <new>
#include <utility>

#include "libasync/base/error.hpp"

namespace libasync {
namespace {

/// A group that is being split. Kept in a list, as groups may go deeper than any stack.
struct level {
  level *above;
  error &whole;
  std::size_t next = 0, matched = 0, left = 0;

  error **matching() noexcept { return reinterpret_cast<error **>(this + 1); }
  error **others() noexcept { return matching() + whole.child_count; }
  /// Both owned from here on, or NULL.
  void add(error *match, error *rest) noexcept {
    if (match) matching()[matched++] = match;
    if (rest) others()[left++] = rest;
  }
};

bool open(level *&top, error &group) noexcept {
  void *block = allocate(sizeof(level) + 2 * group.child_count * sizeof(error *));
  if (block) top = new (block) level{top, group};
  return block;
}

void close(level *&top) noexcept {
  level *const done = std::exchange(top, top->above);
  for (std::size_t i = 0; i < done->matched; ++i) error_unref(done->matching()[i]);
  for (std::size_t i = 0; i < done->left; ++i) error_unref(done->others()[i]);
  deallocate(done);
}

/// The group of those children. NULL for none, or without memory.
error *part_of(error &whole, error *const *children, std::size_t count) noexcept {
  if (!count) return nullptr;
  if (count == whole.child_count && std::equal(children, children + count, whole.children)) return error_ref(&whole);
  return error_derive(whole, whole.cause, children, count);
}

/// Both halves of a level whose children are all told apart, or none without memory.
bool halve(level &of, error *&match, error *&rest) noexcept {
  match = part_of(of.whole, of.matching(), of.matched);
  rest = part_of(of.whole, of.others(), of.left);
  if ((match || !of.matched) && (rest || !of.left)) return true;
  if (match) error_unref(match);
  if (rest) error_unref(rest);
  match = rest = nullptr;
  return false;
}

/// Ends the levels that are through; without one left, the halves are the whole tree's. False without memory.
bool ascend(level *&top, error *&match, error *&rest) noexcept {
  while (top && top->next == top->whole.child_count) {
    if (!halve(*top, match, rest)) return false;
    close(top);
    if (top) top->add(match, rest);
  }
  return true;
}

}  // namespace

asy_status error_split(error &e, asy_match_cb on_match, void *user_data, error *&match, error *&rest) noexcept {
  level *top = nullptr;
  for (error *at = &e;; at = top->whole.children[top->next++]) {
    match = rest = nullptr;
    if (at->child_count) {
      if (!open(top, *at)) break;
    } else {
      (on_match(reinterpret_cast<asy_error *>(at), user_data) ? match : rest) = error_ref(at);
      if (top) top->add(match, rest);
    }
    if (!ascend(top, match, rest)) break;
    if (!top) return ASY_OK;
  }
  while (top) close(top);
  match = rest = nullptr;
  return ASY_E_NOMEM;
}

}  // namespace libasync
