#pragma once
#include <cassert>
#include <cstdint>

#include "libasync/base/alloc.hpp"

namespace libasync {

/// The ready queue: a power-of-two ring of {function, argument}.
///
/// Room is reserved before it is needed (`reserve`), so that a push, which
/// happens where something completes, never allocates.
class ring {
 public:
  using function = void (*)(void *argument) noexcept;
  struct entry {
    function run;
    void *argument;
  };

  ring() = default;
  ring(const ring &) = delete;
  ring &operator=(const ring &) = delete;
  ~ring() { deallocate(entries_); }

  /// Makes room for `count` more entries than were reserved before.
  bool reserve(uint32_t count) noexcept {
    if (reserved_ + count > capacity_ && !grow(reserved_ + count)) return false;
    reserved_ += count;
    return true;
  }
  void unreserve(uint32_t count) noexcept { reserved_ -= count; }

  void push(function run, void *argument) noexcept {
    assert(size() < reserved_);
    entries_[tail_++ & mask()] = {run, argument};
  }
  /// Puts an entry back in front of all others.
  void push_front(function run, void *argument) noexcept {
    assert(size() < reserved_);
    entries_[--head_ & mask()] = {run, argument};
  }
  /// Puts the first `count` entries into an order that `random`, which is not zero, decides and moves on.
  void shuffle(uint32_t count, uint64_t &random) noexcept;
  /// While it is empty: what comes next stands where the memory is warm. A ring that was only ever walked round would
  /// touch all the room that is reserved in it.
  void rewind() noexcept {
    assert(empty());
    head_ = tail_ = 0;
  }
  entry pop() noexcept { return entries_[head_++ & mask()]; }
  /// Takes the last entry back, if it is this one.
  bool pop_last(function run, const void *argument) noexcept {
    if (empty()) return false;
    const entry &last = entries_[(tail_ - 1) & mask()];
    if (last.run != run || last.argument != argument) return false;
    --tail_;
    return true;
  }
  uint32_t size() const noexcept { return tail_ - head_; }
  bool empty() const noexcept { return tail_ == head_; }

 private:
  uint32_t mask() const noexcept { return capacity_ - 1; }
  bool grow(uint32_t needed) noexcept;

  entry *entries_ = nullptr;
  uint32_t head_ = 0, tail_ = 0, capacity_ = 0, reserved_ = 0;
};

}  // namespace libasync
