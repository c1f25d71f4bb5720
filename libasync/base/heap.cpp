#include "libasync/base/heap.hpp"

#include <cassert>

namespace libasync {

bool heap::grow(uint32_t needed) noexcept {
  uint32_t capacity = capacity_ ? capacity_ : 64;
  while (capacity < needed) {
    if (capacity > UINT32_MAX / 4) return false;
    capacity *= 2;
  }
  auto *fresh = static_cast<entry *>(reallocate(entries_, sizeof(entry) * capacity));
  if (!fresh) return false;
  entries_ = fresh;
  capacity_ = capacity;
  return true;
}

void heap::sift_up(uint32_t index, entry e) noexcept {
  while (index) {
    const uint32_t parent = (index - 1) / 4;
    if (!before(e, entries_[parent])) break;
    place(index, entries_[parent]);
    index = parent;
  }
  place(index, e);
}

void heap::sift_down(uint32_t index, entry e) noexcept {
  for (;;) {
    const uint32_t first = 4 * index + 1;
    if (first >= size_) break;
    const uint32_t end = first + 4 < size_ ? first + 4 : size_;
    uint32_t least = first;
    for (uint32_t child = first + 1; child < end; ++child)
      if (before(entries_[child], entries_[least])) least = child;
    if (!before(entries_[least], e)) break;
    place(index, entries_[least]);
    index = least;
  }
  place(index, e);
}

void heap::insert(timer &node, uint64_t when) noexcept {
  assert(size_ < reserved_);
  node.sequence = sequence_++;
  sift_up(size_++, {when, &node});
}

void heap::remove(timer &node) noexcept {
  if (!node.armed()) return;
  const uint32_t index = node.index;
  node.index = timer::idle;
  const entry last = entries_[--size_];
  if (last.node == &node) return;
  if (index && before(last, entries_[(index - 1) / 4])) sift_up(index, last);
  else sift_down(index, last);
}

}  // namespace libasync
