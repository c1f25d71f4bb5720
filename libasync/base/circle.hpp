#pragma once

namespace libasync {

/// A list whose nodes link to each other in a circle by two members of theirs: the last is the first
/// one's `previous`. Whoever owns it keeps the first; a node outside has NULL links.
template <auto next, auto previous>
struct circle {
  template <class T>
  static void append(T *&first, T &node) noexcept {
    if (T *const head = first) {
      T *const last = head->*previous;
      node.*next = head;
      last->*next = &node;
      node.*previous = last;
      head->*previous = &node;
    } else {
      first = node.*next = node.*previous = &node;
    }
  }

  template <class T>
  static void remove(T *&first, T &node) noexcept {
    T *const after = node.*next;
    if (after == &node) {
      first = nullptr;
    } else {
      T *const before = node.*previous;
      before->*next = after;
      after->*previous = before;
      if (first == &node) first = after;
    }
    node.*next = node.*previous = nullptr;
  }
};

}  // namespace libasync
