#pragma once
#include "libasync/base/abi.h"
#include "libasync/base/bytes.hpp"

namespace libasync {

/// A list value's items; counted atomically like bytes.
struct list {
  std::atomic<uint32_t> refs;
  std::size_t count;
  list *next;  // of those that are being released
  asy_value *items() noexcept { return reinterpret_cast<asy_value *>(this + 1); }
};

inline constexpr asy_value nil{};

/// True when releasing the value runs no code but our own.
bool value_is_plain(const asy_value &value) noexcept;
/// True when something in it, however deep, stays on its loop's thread.
bool value_is_tied(const asy_value &value) noexcept;
void value_release(asy_value &value) noexcept;
inline void value_clear(asy_value &value) noexcept {
  if (value.kind >= ASY_VALUE_STRING) value_release(value);
  value = nil;
}
/// Another reference to what `value` holds; a pointer with destructor cannot be
/// shared and is handed out without it.
asy_value value_copy(const asy_value &value) noexcept;
/// Moves a value out and leaves nil.
inline asy_value value_take(asy_value *value) noexcept {
  if (!value) return nil;
  const asy_value taken = *value;
  *value = nil;
  return taken;
}

inline asy_value value_int(int64_t number) noexcept {
  return {ASY_VALUE_INT, 0, static_cast<uint64_t>(number), nullptr, nullptr};
}
inline asy_value value_bytes(bytes *consumed) noexcept { return {ASY_VALUE_BYTES, 0, 0, consumed, nullptr}; }
inline asy_value value_string(bytes *consumed) noexcept { return {ASY_VALUE_STRING, 0, 0, consumed, nullptr}; }
inline asy_value value_future(void *consumed) noexcept { return {ASY_VALUE_FUTURE, 0, 0, consumed, nullptr}; }
inline asy_value value_object(void *consumed, const asy_type *type) noexcept {
  return {ASY_VALUE_OBJECT, 0, 0, consumed, type};
}
/// A list of `count` nils; its kind is nil without memory.
asy_value value_list(std::size_t count) noexcept;

}  // namespace libasync
