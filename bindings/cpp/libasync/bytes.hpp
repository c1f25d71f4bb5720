/** @file
 * @brief Immutable, shared bytes. */
#ifndef LIBASYNC_CPP_BYTES_HPP
#define LIBASYNC_CPP_BYTES_HPP
#include "counted.hpp"

#include <cstddef>
#include <new>
#include <span>
#include <string_view>

namespace asy {

/** Immutable bytes that all languages share without copying; any thread. Empty ones may hold nothing. */
class bytes : public detail::counted<asy_bytes, asy_bytes_ref, asy_bytes_unref> {
 public:
  using counted::counted;
  /** Copy the data. */
  explicit bytes(std::string_view data) {
    asy_bytes *made = nullptr;
    if (asy_bytes_new(data.data(), data.size(), &made) < 0) throw std::bad_alloc();
    *this = bytes(adopt, made);
  }

  const char *data() const noexcept { return raw() ? static_cast<const char *>(asy_bytes_data(raw())) : nullptr; }
  std::size_t size() const noexcept { return raw() ? asy_bytes_size(raw()) : 0; }
  bool empty() const noexcept { return size() == 0; }
  /** @return whether there are any: `while (auto data = co_await peer.read(4096))` ends with the stream */
  explicit operator bool() const noexcept { return !empty(); }
  /** @return the bytes, valid as long as any handle to them */
  std::string_view view() const noexcept { return {data(), size()}; }
  /** @return the bytes, valid as long as any handle to them */
  std::span<const std::byte> span() const noexcept { return {reinterpret_cast<const std::byte *>(data()), size()}; }
  friend bool operator==(const bytes &left, const bytes &right) noexcept { return left.view() == right.view(); }
  friend bool operator==(const bytes &left, std::string_view right) noexcept { return left.view() == right; }
};

}  // namespace asy
#endif
