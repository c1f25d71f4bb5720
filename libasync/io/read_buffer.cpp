#include "libasync/io/read_buffer.hpp"

#include <cstring>

namespace libasync {

char *read_buffer::reserve(std::size_t room) noexcept {
  const std::size_t have = size(), start = block_ ? filled_part().start : 0;
  if (capacity() - start - have >= room && block_) return block_->data() + start + have;
  constexpr std::size_t least = 1024;
  if (capacity() >= have + room && start >= capacity() / 2) {
    std::memmove(block_->data(), data(), have);
  } else {
    std::size_t wanted = capacity() * 2 > have + room ? capacity() * 2 : have + room;
    if (wanted < least) wanted = least;
    wanted = (wanted + alignof(part) - 1) / alignof(part) * alignof(part);
    bytes *larger = bytes_new(wanted + sizeof(part));
    if (!larger) return nullptr;
    if (have) std::memcpy(larger->data(), data(), have);
    bytes_unref(block_);
    block_ = larger;
  }
  filled_part() = {0, have};
  return block_->data() + have;
}

bool read_buffer::append(const char *data, std::size_t size) noexcept {
  char *room = reserve(size);
  if (!room) return false;
  std::memcpy(room, data, size);
  filled(size);
  return true;
}

bytes *read_buffer::take(std::size_t size) noexcept {
  constexpr std::size_t worth_it = 16 * 1024;
  bytes *taken;
  if (size >= worth_it && size == this->size() && !filled_part().start) {
    taken = bytes_shrink(detach(), size);
  } else {
    taken = bytes_new(data(), size);
    if (!taken) return nullptr;
    if (size) filled_part().start += size;
    if (empty()) clear();
  }
  return taken;
}

bytes *read_buffer::detach() noexcept {
  bytes *block = block_;
  block_ = nullptr;
  return block;
}

void read_buffer::clear() noexcept { bytes_unref(detach()); }

}  // namespace libasync
