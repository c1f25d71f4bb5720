#pragma once
#include "libasync/sync/waiting_line.hpp"

namespace libasync {

enum class queue_order : uint8_t { FIFO, LIFO, PRIORITY };

/// A queue of values.
///
/// Getters wait only while it is empty, putters only while it is full: an item
/// goes straight to the first getter, and a freed place to the first putter.
struct queue : object {
  // Kept in order by queue_order.hpp.
  asy_value *items;
  std::size_t first, count, capacity;
  std::size_t max_size;  // 0: unbounded
  uint64_t *ages, next_age;
  callback<asy_compare_cb> compare;
  queue_order order;
  bool comparing;  // foreign code looks at items: nobody may move them

  bool closed;
  uint64_t unfinished;  // items that came and of which nobody said that they are done
  waiting_line getters, putters, joiners;

  bool full() const noexcept { return max_size && count >= max_size; }
};

/// NULL without memory.
queue *queue_new(loop &l, std::size_t max_size, queue_order order) noexcept;
future *queue_put(queue &q, asy_value &consumed) noexcept;
asy_status queue_try_put(queue &q, asy_value &consumed) noexcept;
future *queue_get(queue &q) noexcept;
asy_status queue_try_get(queue &q, asy_value &out) noexcept;
/// Done when nothing is unfinished.
future *queue_join(queue &q) noexcept;
asy_status queue_task_done(queue &q) noexcept;
/// Puts fail from now on, gets when nothing is left; at once when what is left goes.
asy_status queue_shutdown(queue &q, bool immediate) noexcept;

}  // namespace libasync
