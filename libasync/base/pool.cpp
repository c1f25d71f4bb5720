#include "libasync/base/pool.hpp"

#include <algorithm>

namespace libasync {

pool::~pool() {
  while (chunk *c = chunks_) {
    chunks_ = c->next;
    deallocate(c);
  }
  while (link *block = large_) {
    large_ = block->next;
    deallocate(block);
  }
}

void *pool::refill(block_size size) noexcept {
  const auto bytes = static_cast<uint32_t>(std::max(size.bytes(), sizeof(free_block)));
  chunk *c = current_[size.granules];
  if (!c || c->used + bytes > c->end) {
    const uint32_t room = !c ? 4096 : c->end < 65536 ? c->end * 2 : 65536;
    auto *fresh = static_cast<chunk *>(allocate(room));
    if (!fresh) return nullptr;
    *fresh = {chunks_, bytes, static_cast<uint32_t>(sizeof(chunk)), room, 0};
    chunks_ = current_[size.granules] = c = fresh;
  }
  void *block = reinterpret_cast<char *>(c) + c->used;
  *static_cast<uint32_t *>(block) = 0;
  c->used += bytes;
  return block;
}

void *pool::get_large(std::size_t size) noexcept {
  auto *block = static_cast<link *>(allocate(sizeof(link) + size));
  if (!block) return nullptr;
  *block = {large_, nullptr};
  if (large_) large_->previous = block;
  large_ = block;
  *reinterpret_cast<uint32_t *>(block + 1) = 0;
  return block + 1;
}

void *pool::next(cursor &c) const noexcept {
  if (!c.started) {
    c = {chunks_, sizeof(chunk), nullptr, true};
  }
  for (; c.in; c.in = c.in->next, c.at = sizeof(chunk))
    while (c.at < c.in->used) {
      void *block = reinterpret_cast<char *>(c.in) + c.at;
      c.at += c.in->block_size;
      if (*static_cast<uint32_t *>(block)) return block;
    }
  c.on = c.on ? c.on->next : large_;
  return c.on ? c.on + 1 : nullptr;
}

void pool::put_large(void *p) noexcept {
  link *block = static_cast<link *>(p) - 1;
  if (block->next) block->next->previous = block->previous;
  (block->previous ? block->previous->next : large_) = block->next;
  deallocate(block);
}

}  // namespace libasync
