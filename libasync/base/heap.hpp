#pragma once
#include <cstddef>
#include <cstdint>

#include "libasync/base/alloc.hpp"

namespace libasync {

/// A timer: the node that whoever waits for a deadline embeds.
struct timer {
  static constexpr uint32_t idle = UINT32_MAX;
  uint32_t index;     ///< where in the heap
  uint32_t sequence;  ///< order among equal deadlines
  void (*run)(timer &due) noexcept;

  /// Before anything else is done with it.
  void init(void (*when_due)(timer &due) noexcept) noexcept {
    index = idle;
    run = when_due;
  }
  bool armed() const noexcept { return index != idle; }
};

/// A 4-ary indexed heap of deadlines in ns, first in first out among equal ones.
///
/// As with the ring, room is reserved before; insert and remove never allocate.
class heap {
 public:
  heap() = default;
  heap(const heap &) = delete;
  heap &operator=(const heap &) = delete;
  ~heap() { deallocate(entries_); }

  bool reserve(uint32_t count) noexcept {
    if (reserved_ + count > capacity_ && !grow(reserved_ + count)) return false;
    reserved_ += count;
    return true;
  }
  void unreserve(uint32_t count) noexcept { reserved_ -= count; }

  void insert(timer &node, uint64_t when) noexcept;
  void remove(timer &node) noexcept;
  bool empty() const noexcept { return size_ == 0; }
  uint32_t size() const noexcept { return size_; }
  uint64_t next() const noexcept { return size_ ? entries_[0].when : UINT64_MAX; }
  timer &first() const noexcept { return *entries_[0].node; }
  uint64_t when(const timer &node) const noexcept { return node.armed() ? entries_[node.index].when : UINT64_MAX; }

 private:
  struct entry {
    uint64_t when;
    timer *node;
  };
  static bool before(const entry &a, const entry &b) noexcept {
    if (a.when != b.when) return a.when < b.when;
    return static_cast<int32_t>(a.node->sequence - b.node->sequence) < 0;
  }
  void place(uint32_t index, const entry &e) noexcept {
    entries_[index] = e;
    e.node->index = index;
  }
  void sift_up(uint32_t index, entry e) noexcept;
  void sift_down(uint32_t index, entry e) noexcept;
  bool grow(uint32_t needed) noexcept;

  entry *entries_ = nullptr;
  uint32_t size_ = 0, capacity_ = 0, reserved_ = 0, sequence_ = 0;
};

}  // namespace libasync
