#pragma once
#include "libasync/sync/queue.hpp"

namespace libasync {

// How a queue keeps its items: first in first out in a ring; last in first out as a stack, which is a
// ring that begins at 0; the least first in a binary heap. All in one array.

bool queue_grow(queue &q) noexcept;
/// Room for one more; false without memory.
inline bool queue_reserve(queue &q) noexcept { return q.count < q.capacity || queue_grow(q); }
/// Into the room that was reserved; fails when the item cannot be compared, and then nothing has changed.
asy_status queue_heap_add(queue &q, const asy_value &item) noexcept;
asy_value queue_heap_take(queue &q) noexcept;
/// Everything, in no order. Foreign destructors may come back to the queue.
void queue_release_items(queue &q) noexcept;

inline void queue_append(queue &q, const asy_value &item) noexcept {
  std::size_t at = q.first + q.count++;
  if (at >= q.capacity) at -= q.capacity;
  q.items[at] = item;
}

inline asy_status queue_add(queue &q, const asy_value &item) noexcept {
  if (q.order == queue_order::PRIORITY) [[unlikely]]
    return queue_heap_add(q, item);
  queue_append(q, item);
  return ASY_OK;
}

/// The one that leaves next; there is one.
inline const asy_value &queue_first(const queue &q) noexcept {
  return q.items[q.order == queue_order::LIFO ? q.count - 1 : q.first];
}

inline asy_value queue_take(queue &q) noexcept {
  if (q.order == queue_order::PRIORITY) [[unlikely]]
    return queue_heap_take(q);
  --q.count;
  if (q.order == queue_order::LIFO) [[unlikely]]
    return q.items[q.count];
  const std::size_t at = q.first;
  q.first = at + 1 == q.capacity ? 0 : at + 1;
  return q.items[at];
}

}  // namespace libasync
