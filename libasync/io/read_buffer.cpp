#include "libasync/io/read_buffer.hpp"

#include <cstring>

namespace libasync {

char *read_buffer::reserve(std::size_t room) noexcept {
  const std::size_t have = size();
  if (capacity_ - end_ < room) {
    constexpr std::size_t least = 1024;
    if (capacity_ >= have + room && start_ >= capacity_ / 2) {
      std::memmove(block_->data(), data(), have);
    } else {
      std::size_t wanted = capacity_ * 2 > have + room ? capacity_ * 2 : have + room;
      if (wanted < least) wanted = least;
      bytes *larger = bytes_new(wanted);
      if (!larger) return nullptr;
      if (have) std::memcpy(larger->data(), data(), have);
      bytes_unref(block_);
      block_ = larger;
      capacity_ = wanted;
    }
    start_ = 0;
    end_ = have;
  }
  return block_->data() + end_;
}

bool read_buffer::append(const char *data, std::size_t size) noexcept {
  char *room = reserve(size);
  if (!room) return false;
  std::memcpy(room, data, size);
  end_ += size;
  return true;
}

bytes *read_buffer::take(std::size_t size) noexcept {
  constexpr std::size_t worth_it = 16 * 1024;
  bytes *taken;
  if (!start_ && size == end_ && size >= worth_it) {
    taken = bytes_shrink(detach(), size);
  } else {
    taken = bytes_new(data(), size);
    if (!taken) return nullptr;
    start_ += size;
    if (empty()) clear();
  }
  return taken;
}

bytes *read_buffer::detach() noexcept {
  bytes *block = block_;
  block_ = nullptr;
  start_ = end_ = capacity_ = 0;
  return block;
}

void read_buffer::clear() noexcept { bytes_unref(detach()); }

}  // namespace libasync
