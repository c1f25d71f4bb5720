/** @file
 * @brief Immutable bytes. */
#include "libasync/base/bytes.hpp"
#include "capi/handles.hpp"
#include "libasync/base/bytes_type.hpp"

using namespace libasync;
using capi::core;

extern "C" {

/**
 * Make bytes from a copy of memory.
 *
 * @param[in] data the first byte; copied; or NULL with `size` 0
 * @param[in] size how many
 * @param[out] out_bytes receives the bytes; NULL on error
 * @return #ASY_OK, or why not
 * @retval ASY_E_INVALID `out_bytes` is NULL, or `data` is NULL and `size` is not 0
 * @retval ASY_E_NOMEM memory ran out
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_status asy_bytes_new(const void *data, size_t size, asy_bytes **out_bytes) ASY_NOEXCEPT {
  if (!out_bytes) return ASY_E_INVALID;
  *out_bytes = nullptr;
  if (!data && size) return ASY_E_INVALID;
  *out_bytes = capi::handle(bytes_new(data, size));
  return *out_bytes ? ASY_OK : ASY_E_NOMEM;
}

/**
 * Take one more reference to bytes.
 *
 * @param[in] bytes the bytes; borrowed; or NULL
 * @return `bytes`
 * @par Ownership
 * the caller owns one more reference
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_bytes *asy_bytes_ref(asy_bytes *bytes) ASY_NOEXCEPT {
  if (bytes) bytes_ref(core(bytes));
  return bytes;
}

/**
 * Give a reference to bytes back.
 *
 * @param[in] bytes the bytes; consumed; or NULL
 * @par Ownership
 * one reference is taken from the caller
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API void asy_bytes_unref(asy_bytes *bytes) ASY_NOEXCEPT { bytes_unref(core(bytes)); }

/**
 * Read bytes in place.
 *
 * A NUL stands behind the last one, so text can be used as a C string.
 *
 * @param[in] bytes the bytes; borrowed; or NULL
 * @return the first byte; NULL only for NULL
 * @par Ownership
 * nothing changes hands; the memory lives as long as the caller's reference
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API const void *asy_bytes_data(const asy_bytes *bytes) ASY_NOEXCEPT {
  return bytes ? core(const_cast<asy_bytes *>(bytes))->data() : nullptr;
}

/**
 * Count bytes.
 *
 * @param[in] bytes the bytes; borrowed; or NULL, which has none
 * @return how many, without the NUL behind them
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API size_t asy_bytes_size(const asy_bytes *bytes) ASY_NOEXCEPT {
  return bytes ? core(const_cast<asy_bytes *>(bytes))->size : 0;
}

/**
 * Tell how to recognise bytes among an error's objects.
 *
 * An error of code #ASY_E_EOF carries what came before the end under this
 * descriptor: `asy_error_object(error, asy_bytes_type())` is an #asy_bytes.
 *
 * @return the descriptor; never NULL
 * @par Ownership
 * nothing changes hands; the descriptor lives for ever
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API const asy_type *asy_bytes_type(void) ASY_NOEXCEPT { return &bytes_type; }

}  // extern "C"
