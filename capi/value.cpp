/** @file
 * @brief Values: reading and releasing them. */
#include <cmath>
#include <cstring>

#include "capi/handles.hpp"
#include "libasync/task/stack.hpp"

using namespace libasync;
using capi::handle;

namespace {

double number_of(const asy_value &value) noexcept {
  double number;
  std::memcpy(&number, &value.bits, sizeof number);
  return number;
}

/// Any reference but a future's may be taken by any thread.
asy_status refused_copy(const asy_value &value) noexcept {
  if (value.kind != ASY_VALUE_FUTURE) return ASY_OK;
  const auto *shared = static_cast<const object *>(value.data);
  return shared->flags & object::immortal ? ASY_OK : object_check(shared);
}

}  // namespace

extern "C" {

/**
 * Tell what a value is.
 *
 * A kind that this version does not know is possible; such a value can be copied
 * and cleared, nothing else.
 *
 * @param[in] value the value; borrowed; or NULL, which is nil
 * @return one of #asy_value_kind
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API uint32_t asy_value_kind(const asy_value *value) ASY_NOEXCEPT {
  return value ? value->kind : uint32_t{ASY_VALUE_NIL};
}

/**
 * Release what a value holds, and make it nil.
 *
 * Clearing nil does nothing. Destructors that it calls run on the loop's own
 * stack, also when called from a function of asy_spawn().
 *
 * @param[in,out] value the value; borrowed; or NULL
 * @par Ownership
 * what the value held is given back
 * @par Threads
 * any; an object whose type asks for its loop is cleared on the loop's thread
 * @since 0.1
 */
ASY_API void asy_value_clear(asy_value *value) ASY_NOEXCEPT {
  if (!value) return;
  asy_value held = value_take(value);
  value_clear_outside(held);
}

/**
 * Make a second reference to what a value holds.
 *
 * Strings, bytes, lists, errors, futures and objects are shared, not duplicated;
 * a list's items are the same for both. A pointer with a destructor has one owner
 * only: the copy is the bare pointer.
 *
 * @param[in] value the value; borrowed
 * @param[out] out_value receives the copy; overwritten, so it must not hold anything
 * @return #ASY_OK, or why not
 * @retval ASY_E_INVALID an argument is NULL
 * @retval ASY_E_WRONG_THREAD the value is a future, and its loop is another thread's
 * @par Ownership
 * the caller clears the copy
 * @par Threads
 * any; the loop's for a future, and for an object whose type has #ASY_TYPE_LOOP_RETAIN
 * @since 0.1
 */
ASY_API asy_status asy_value_copy(const asy_value *value, asy_value *out_value) ASY_NOEXCEPT {
  if (!value || !out_value) return ASY_E_INVALID;
  if (const asy_status refused = refused_copy(*value)) return refused;
  *out_value = value_copy_outside(*value);
  return ASY_OK;
}

/**
 * Read a value as an integer.
 *
 * A double is cut towards zero and kept within the range; what is no number is 0.
 *
 * @param[in] value the value; borrowed; or NULL
 * @return the integer, 1 for true, or 0
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API int64_t asy_value_int(const asy_value *value) ASY_NOEXCEPT {
  if (!value) return 0;
  if (value->kind == ASY_VALUE_INT || value->kind == ASY_VALUE_BOOL) return static_cast<int64_t>(value->bits);
  if (value->kind != ASY_VALUE_DOUBLE) return 0;
  const double number = number_of(*value);
  if (std::isnan(number)) return 0;
  if (number >= 0x1p63) return INT64_MAX;
  return number < -0x1p63 ? INT64_MIN : static_cast<int64_t>(number);
}

/**
 * Read a value as a double.
 *
 * Integers beyond 2^53 are rounded; what is no number is 0.
 *
 * @param[in] value the value; borrowed; or NULL
 * @return the double, the integer as a double, 1 for true, or 0
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API double asy_value_double(const asy_value *value) ASY_NOEXCEPT {
  if (!value) return 0;
  if (value->kind == ASY_VALUE_DOUBLE) return number_of(*value);
  return static_cast<double>(asy_value_int(value));
}

/**
 * Read a string or bytes in place.
 *
 * A NUL stands behind the last byte, so a string without NULs in it is a C string.
 *
 * @param[in] value the value; borrowed; or NULL
 * @param[out] out_size receives the number of bytes, without that NUL; or NULL
 * @return the first byte, or NULL when the value is neither
 * @par Ownership
 * nothing changes hands; the memory lives as long as the value
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API const void *asy_value_data(const asy_value *value, size_t *out_size) ASY_NOEXCEPT {
  const bool readable = value && (value->kind == ASY_VALUE_STRING || value->kind == ASY_VALUE_BYTES);
  auto *block = readable ? static_cast<bytes *>(value->data) : nullptr;
  if (out_size) *out_size = block ? block->size : 0;
  return block ? block->data() : nullptr;
}

/**
 * Get at the bytes of a value to keep them without a copy.
 *
 * @param[in] value the value; borrowed; or NULL
 * @return the bytes of a string or bytes value, else NULL
 * @par Ownership
 * nothing changes hands; take a reference with asy_bytes_ref() to keep them
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_bytes *asy_value_bytes(const asy_value *value) ASY_NOEXCEPT {
  const bool readable = value && (value->kind == ASY_VALUE_STRING || value->kind == ASY_VALUE_BYTES);
  return readable ? handle(static_cast<bytes *>(value->data)) : nullptr;
}

/**
 * Get at the error of a value.
 *
 * @param[in] value the value; borrowed; or NULL
 * @return the error, or NULL when the value is of another kind
 * @par Ownership
 * nothing changes hands; take a reference with asy_error_ref() to keep it
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_error *asy_value_error(const asy_value *value) ASY_NOEXCEPT {
  return value && value->kind == ASY_VALUE_ERROR ? static_cast<asy_error *>(value->data) : nullptr;
}

/**
 * Get at the future of a value.
 *
 * @param[in] value the value; borrowed; or NULL
 * @return the future or task, or NULL when the value is of another kind
 * @par Ownership
 * nothing changes hands; take a reference with asy_future_ref() to keep it
 * @par Threads
 * any; what is done with the future happens on its loop's
 * @since 0.1
 */
ASY_API asy_future *asy_value_future(const asy_value *value) ASY_NOEXCEPT {
  return value && value->kind == ASY_VALUE_FUTURE ? static_cast<asy_future *>(value->data) : nullptr;
}

/**
 * Get at the pointer of a value.
 *
 * @param[in] value the value; borrowed; or NULL
 * @return the pointer, or NULL when the value is of another kind
 * @par Ownership
 * nothing changes hands; the value keeps its destructor
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API void *asy_value_pointer(const asy_value *value) ASY_NOEXCEPT {
  return value && value->kind == ASY_VALUE_POINTER ? value->data : nullptr;
}

/**
 * Get at the object of a value, if it is of the right type.
 *
 * Types are compared by the address of their descriptors, as they live for ever.
 *
 * @param[in] value the value; borrowed; or NULL
 * @param[in] type the wanted type; borrowed; or NULL for any
 * @return the object, or NULL when the value is of another kind or type
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API void *asy_value_object(const asy_value *value, const asy_type *type) ASY_NOEXCEPT {
  if (!value || value->kind != ASY_VALUE_OBJECT) return nullptr;
  return !type || value->type == type ? value->data : nullptr;
}

/**
 * Tell the type of a value's object.
 *
 * @param[in] value the value; borrowed; or NULL
 * @return the descriptor, or NULL when the value is of another kind
 * @par Ownership
 * nothing changes hands; the descriptor lives for ever
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API const asy_type *asy_value_type(const asy_value *value) ASY_NOEXCEPT {
  return value && value->kind == ASY_VALUE_OBJECT ? value->type : nullptr;
}

/**
 * Count the items of a list.
 *
 * @param[in] value the value; borrowed; or NULL
 * @return how many, or 0 when the value is no list
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API size_t asy_value_count(const asy_value *value) ASY_NOEXCEPT {
  return value && value->kind == ASY_VALUE_LIST ? static_cast<list *>(value->data)->count : 0;
}

/**
 * Get at an item of a list, to read it or to fill a new list.
 *
 * Copies of a list share their items: write only before the list is handed on.
 *
 * @param[in] value the list; borrowed; or NULL
 * @param[in] index 0 for the first
 * @return the item in its place, or NULL when there is none
 * @par Ownership
 * nothing changes hands; the item lives as long as the list
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_value *asy_value_item(const asy_value *value, size_t index) ASY_NOEXCEPT {
  return index < asy_value_count(value) ? static_cast<list *>(value->data)->items() + index : nullptr;
}

}  // extern "C"
