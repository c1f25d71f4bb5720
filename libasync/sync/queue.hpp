#pragma once
#include "libasync/sync/waiting_line.hpp"

namespace libasync {

/// A first-in first-out queue of values.
///
/// Getters wait only while it is empty, putters only while it is full: an item
/// goes straight to the first getter, and a freed place to the first putter.
struct queue : object {
  asy_value *items;  // a ring
  std::size_t first, count, capacity;
  std::size_t max_size;  // 0: unbounded
  bool closed;
  waiting_line getters, putters;

  bool full() const noexcept { return max_size && count >= max_size; }
};

/// NULL without memory.
queue *queue_new(loop &l, std::size_t max_size) noexcept;
future *queue_put(queue &q, asy_value consumed) noexcept;
asy_status queue_try_put(queue &q, asy_value consumed) noexcept;
future *queue_get(queue &q) noexcept;
asy_status queue_try_get(queue &q, asy_value &out) noexcept;
/// Puts fail from now on, gets when nothing is left.
void queue_close(queue &q) noexcept;

}  // namespace libasync
