/** @file
 * @brief Values: making them.
 *
 * Every function overwrites `out_value`: it must be nil or cleared. */
#include <cstring>

#include "capi/handles.hpp"
#include "libasync/task/stack.hpp"

using namespace libasync;
using capi::core;

namespace {

/// Sets the value, or releases at once what a caller without a value gave away.
void set(asy_value *to, asy_value made) noexcept {
  if (to) *to = made;
  else value_clear_outside(made);
}

asy_status set_copy(asy_value *to, uint32_t kind, const void *data, std::size_t size) noexcept {
  if (!to || (!data && size)) return ASY_E_INVALID;
  bytes *copy = bytes_new(data, size);
  if (!copy) return ASY_E_NOMEM;
  *to = {kind, 0, 0, copy, nullptr};
  return ASY_OK;
}

}  // namespace

extern "C" {

/**
 * Make a value true or false.
 *
 * @param[out] out_value the value; overwritten; or NULL, then nothing happens
 * @param[in] truth 0 for false, anything else for true
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API void asy_value_set_bool(asy_value *out_value, int32_t truth) ASY_NOEXCEPT {
  set(out_value, {ASY_VALUE_BOOL, 0, truth != 0, nullptr, nullptr});
}

/**
 * Make a value an integer.
 *
 * @param[out] out_value the value; overwritten; or NULL, then nothing happens
 * @param[in] number the integer
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API void asy_value_set_int(asy_value *out_value, int64_t number) ASY_NOEXCEPT { set(out_value, value_int(number)); }

/**
 * Make a value a double.
 *
 * @param[out] out_value the value; overwritten; or NULL, then nothing happens
 * @param[in] number the double
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API void asy_value_set_double(asy_value *out_value, double number) ASY_NOEXCEPT {
  asy_value made{ASY_VALUE_DOUBLE, 0, 0, nullptr, nullptr};
  std::memcpy(&made.bits, &number, sizeof number);
  set(out_value, made);
}

/**
 * Make a value a string.
 *
 * The text is not checked: it is for the reader to find that it is no UTF-8.
 *
 * @param[out] out_value the value; overwritten; unchanged on error
 * @param[in] data the first byte; copied; or NULL with `size` 0
 * @param[in] size how many bytes
 * @return #ASY_OK, or why not
 * @retval ASY_E_INVALID `out_value` is NULL, or `data` is NULL and `size` is not 0
 * @retval ASY_E_NOMEM memory ran out
 * @par Ownership
 * the caller clears the value
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_status asy_value_set_string(asy_value *out_value, const char *data, size_t size) ASY_NOEXCEPT {
  return set_copy(out_value, ASY_VALUE_STRING, data, size);
}

/**
 * Make a value bytes, from a copy of memory.
 *
 * @param[out] out_value the value; overwritten; unchanged on error
 * @param[in] data the first byte; copied; or NULL with `size` 0
 * @param[in] size how many bytes
 * @return #ASY_OK, or why not
 * @retval ASY_E_INVALID `out_value` is NULL, or `data` is NULL and `size` is not 0
 * @retval ASY_E_NOMEM memory ran out
 * @par Ownership
 * the caller clears the value
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_status asy_value_set_bytes(asy_value *out_value, const void *data, size_t size) ASY_NOEXCEPT {
  return set_copy(out_value, ASY_VALUE_BYTES, data, size);
}

/**
 * Make a value bytes, without a copy.
 *
 * @param[out] out_value the value; overwritten; or NULL, then `bytes` are released
 * @param[in] bytes the bytes; consumed; or NULL, then the value is nil
 * @par Ownership
 * the value takes the caller's reference
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API void asy_value_set_bytes_object(asy_value *out_value, asy_bytes *bytes) ASY_NOEXCEPT {
  set(out_value, bytes ? value_bytes(core(bytes)) : nil);
}

/**
 * Make a value an error, which is then a result like any other.
 *
 * @param[out] out_value the value; overwritten; or NULL, then `error` is released
 * @param[in] error the error; consumed; or NULL, then the value is nil
 * @par Ownership
 * the value takes the caller's reference
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API void asy_value_set_error(asy_value *out_value, asy_error *error) ASY_NOEXCEPT {
  set(out_value, error ? asy_value{ASY_VALUE_ERROR, 0, 0, error, nullptr} : nil);
}

/**
 * Make a value a future or task.
 *
 * Awaiting something whose result is such a value does not await the future in it.
 *
 * @param[out] out_value the value; overwritten; or NULL, then `future` is released
 * @param[in] future the future; consumed; or NULL, then the value is nil
 * @par Ownership
 * the value takes the caller's reference
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API void asy_value_set_future(asy_value *out_value, asy_future *future) ASY_NOEXCEPT {
  set(out_value, future ? value_future(future) : nil);
}

/**
 * Make a value a pointer that is destroyed with it.
 *
 * Such a pointer has one owner: a copy of the value does not destroy it, and an
 * await takes it out of its future. Share objects with asy_value_set_object().
 *
 * @param[out] out_value the value; overwritten; or NULL, then `pointer` is destroyed at once
 * @param[in] pointer the pointer; consumed; or NULL
 * @param[in] on_free called with `pointer` when the value is cleared; or NULL
 * @par Ownership
 * the value takes `pointer` over
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API void asy_value_set_pointer(asy_value *out_value, void *pointer, asy_free_cb on_free) ASY_NOEXCEPT {
  set(out_value, {ASY_VALUE_POINTER, 0, reinterpret_cast<uint64_t>(on_free), pointer, nullptr});
}

/**
 * Make a value an object of a language or library.
 *
 * @param[out] out_value the value; overwritten; or NULL, then `object` is released
 * @param[in] object one reference to the object; consumed
 * @param[in] type how references are taken and given back; borrowed, it lives for ever; or NULL if they are not counted
 * @par Ownership
 * the value takes the caller's reference
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API void asy_value_set_object(asy_value *out_value, void *object, const asy_type *type) ASY_NOEXCEPT {
  set(out_value, value_object(object, type));
}

/**
 * Make a value a list of nils, to be filled through asy_value_item().
 *
 * @param[out] out_value the value; overwritten; unchanged on error
 * @param[in] count how many items
 * @return #ASY_OK, or why not
 * @retval ASY_E_INVALID `out_value` is NULL
 * @retval ASY_E_NOMEM memory ran out
 * @par Ownership
 * the caller clears the value, and with it the items
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_status asy_value_set_list(asy_value *out_value, size_t count) ASY_NOEXCEPT {
  if (!out_value) return ASY_E_INVALID;
  const asy_value made = value_list(count);
  if (made.kind != ASY_VALUE_LIST) return ASY_E_NOMEM;
  *out_value = made;
  return ASY_OK;
}

}  // extern "C"
