#include "libasync/base/value.hpp"

#include <new>

#include "libasync/base/error.hpp"
#include "libasync/base/object.hpp"

namespace libasync {

bool value_is_plain(const asy_value &value) noexcept {
  switch (value.kind) {
    case ASY_VALUE_LIST:
    case ASY_VALUE_ERROR:
    case ASY_VALUE_POINTER:
    case ASY_VALUE_OBJECT: return false;
    default: return true;
  }
}

/// Lists in lists are released one after the other: they may be nested deep.
static void release(list *items) noexcept {
  list *last = items;
  const auto drop = [&last](list *one) noexcept {
    if (one->refs.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
    one->next = nullptr;
    last = last->next = one;
  };
  if (items->refs.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  items->next = nullptr;
  while (list *const done = items) {
    for (std::size_t i = 0; i < done->count; ++i) {
      asy_value &item = done->items()[i];
      item.kind == ASY_VALUE_LIST ? drop(static_cast<list *>(item.data)) : value_clear(item);
    }
    items = done->next;
    deallocate(done);
  }
}

void value_release(asy_value &value) noexcept {
  switch (value.kind) {
    case ASY_VALUE_STRING:
    case ASY_VALUE_BYTES: bytes_unref(static_cast<bytes *>(value.data)); break;
    case ASY_VALUE_LIST: release(static_cast<list *>(value.data)); break;
    case ASY_VALUE_ERROR: error_unref(static_cast<error *>(value.data)); break;
    case ASY_VALUE_FUTURE: object_unref(static_cast<object *>(value.data)); break;
    case ASY_VALUE_POINTER:
      if (value.bits) reinterpret_cast<asy_free_cb>(value.bits)(value.data);
      break;
    case ASY_VALUE_OBJECT:
      if (value.type && value.type->release) value.type->release(value.data);
      break;
    default: break;
  }
}

asy_value value_copy(const asy_value &value) noexcept {
  asy_value copy = value;
  switch (value.kind) {
    case ASY_VALUE_STRING:
    case ASY_VALUE_BYTES: bytes_ref(static_cast<bytes *>(value.data)); break;
    case ASY_VALUE_LIST: static_cast<list *>(value.data)->refs.fetch_add(1, std::memory_order_relaxed); break;
    case ASY_VALUE_ERROR: error_ref(static_cast<error *>(value.data)); break;
    case ASY_VALUE_FUTURE: object_ref(static_cast<object *>(value.data)); break;
    case ASY_VALUE_POINTER: copy.bits = 0; break;
    case ASY_VALUE_OBJECT:
      if (value.type && value.type->retain) value.type->retain(value.data);
      break;
    default: break;
  }
  return copy;
}

asy_value value_list(std::size_t count) noexcept {
  if (count > (SIZE_MAX - sizeof(list)) / sizeof(asy_value)) return nil;
  void *block = allocate(sizeof(list) + count * sizeof(asy_value));
  if (!block) return nil;
  auto *made = new (block) list{1, count, nullptr};
  for (std::size_t i = 0; i < count; ++i) made->items()[i] = nil;
  return {ASY_VALUE_LIST, 0, 0, made, nullptr};
}

}  // namespace libasync
