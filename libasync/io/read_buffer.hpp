#pragma once
#include "libasync/base/bytes.hpp"

namespace libasync {

/// Bytes that came before somebody read them: contiguous, and no memory when empty.
class read_buffer {
 public:
  std::size_t size() const noexcept { return block_ ? filled_part().end - filled_part().start : 0; }
  bool empty() const noexcept { return !block_ || filled_part().start == filled_part().end; }
  char *data() const noexcept { return block_ ? block_->data() + filled_part().start : nullptr; }

  bool append(const char *data, std::size_t size) noexcept;
  /// Room behind the last byte to be filled in place; NULL without memory.
  char *reserve(std::size_t room) noexcept;
  void filled(std::size_t size) noexcept { filled_part().end += size; }
  /// Takes the first `size` bytes out: the block itself where that wastes
  /// nothing, else a copy. NULL without memory, and then nothing is taken.
  bytes *take(std::size_t size) noexcept;
  /// Gives the whole block away; its bytes are at `data()` as it was.
  bytes *detach() noexcept;
  void clear() noexcept;

 private:
  /// Which bytes of the block are unread. It stands at the block's end: most streams never have one.
  struct part {
    std::size_t start, end;
  };
  std::size_t capacity() const noexcept { return block_ ? block_->size - sizeof(part) : 0; }
  part &filled_part() const noexcept { return *reinterpret_cast<part *>(block_->data() + capacity()); }

  bytes *block_;  // zero-filled is empty; its size is a multiple of a part's alignment
};

}  // namespace libasync
