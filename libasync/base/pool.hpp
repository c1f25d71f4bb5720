#pragma once
#include <cstddef>
#include <cstdint>

#include "libasync/base/alloc.hpp"

namespace libasync {

/// A size as the pool sees it: in granules, rounded up. Of a size the compiler knows, it costs nothing.
struct block_size {
  static constexpr std::size_t granule = 8;
  uint32_t granules;
  constexpr block_size(std::size_t bytes) noexcept : granules(static_cast<uint32_t>((bytes + granule - 1) / granule)) {}
  std::size_t bytes() const noexcept { return granules * granule; }
};

/// Size-class free lists for one loop's small blocks.
///
/// A block's first 32-bit word is zero while it is free, and its user keeps it
/// non-zero while it is taken; that is how `next` finds the live ones. Built
/// with ASY_POOL_PASSTHROUGH, every block comes from the allocator itself, for
/// memory checkers.
class pool {
 public:
  pool() = default;
  pool(const pool &) = delete;
  pool &operator=(const pool &) = delete;
  ~pool();

  void *get(block_size size) noexcept;
  void put(void *block, block_size size) noexcept;

  struct chunk {
    chunk *next;
    uint32_t block_size, used, end;
    uint32_t padding;
  };
  struct link {  // before each block that is not pooled
    link *next, *previous;
  };
  /// A walk over the live blocks. Blocks may come and go meanwhile, but the one it stands on.
  struct cursor {
    chunk *in = nullptr;
    uint32_t at = 0;
    link *on = nullptr;
    bool started = false;
  };
  /// The next live block, or NULL after the last.
  void *next(cursor &c) const noexcept;

 private:
  static constexpr std::size_t classes = 64;  // blocks up to 512 bytes
  struct free_block {
    uint32_t dead, padding;
    free_block *next;
  };
  void *refill(block_size size) noexcept;
  void *get_large(std::size_t size) noexcept;
  void put_large(void *block) noexcept;

  free_block *free_[classes + 1] = {};
  chunk *current_[classes + 1] = {};
  chunk *chunks_ = nullptr;
  link *large_ = nullptr;
};

inline void *pool::get(block_size size) noexcept {
#ifndef ASY_POOL_PASSTHROUGH
  const uint32_t c = size.granules;
  if (c <= classes) [[likely]] {
    if (free_block *block = free_[c]) [[likely]] {
      free_[c] = block->next;
      return block;
    }
    return refill(size);
  }
#endif
  return get_large(size.bytes());
}

inline void pool::put(void *block, block_size size) noexcept {
#ifndef ASY_POOL_PASSTHROUGH
  const uint32_t c = size.granules;
  if (c <= classes) [[likely]] {
    auto *dead = static_cast<free_block *>(block);
    dead->dead = 0;
    dead->next = free_[c];
    free_[c] = dead;
    return;
  }
#endif
  (void)size;
  put_large(block);
}

}  // namespace libasync
