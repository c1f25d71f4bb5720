#pragma once
#include "libasync/base/bytes.hpp"

namespace libasync {

/// Bytes that came before somebody read them: contiguous, and no memory when empty.
class read_buffer {
 public:
  std::size_t size() const noexcept { return end_ - start_; }
  bool empty() const noexcept { return start_ == end_; }
  char *data() const noexcept { return block_ ? block_->data() + start_ : nullptr; }

  bool append(const char *data, std::size_t size) noexcept;
  /// Room behind the last byte to be filled in place; NULL without memory.
  char *reserve(std::size_t room) noexcept;
  void filled(std::size_t size) noexcept { end_ += size; }
  /// Takes the first `size` bytes out: the block itself where that wastes
  /// nothing, else a copy. NULL without memory, and then nothing is taken.
  bytes *take(std::size_t size) noexcept;
  /// Gives the whole block away; its bytes are at `data()` as it was.
  bytes *detach() noexcept;
  void clear() noexcept;

 private:
  bytes *block_;  // zero-filled is empty
  std::size_t start_, end_, capacity_;
};

}  // namespace libasync
