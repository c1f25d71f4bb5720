/** @file
 * @brief Streams: writing. */
#include "libasync/io/stream.hpp"

#include "capi/handles.hpp"

using namespace libasync;
using namespace libasync::capi;

namespace {

libasync::stream *core(asy_stream *s) noexcept { return core_of<libasync::stream>(s); }

}  // namespace

extern "C" {

/**
 * Send bytes as asy_stream_write() does, and give a future only if there is something to wait for.
 *
 * @param[in] stream the stream; borrowed
 * @param[in] data the bytes; copied; or NULL with `size` 0
 * @param[in] size how many
 * @return NULL when the bytes are accepted and no more than the high mark is queued, else a future as
 *   asy_stream_write() gives it
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_stream_write_or_wait(asy_stream *stream, const void *data, size_t size) ASY_NOEXCEPT {
  if (!object_is_here(core(stream)) || !(data || !size)) return refuse_call(core(stream));
  return handle(stream_write_or_wait(*core(stream), data, size));
}

/**
 * Send bytes, and wait while more than the high mark is queued.
 *
 * The bytes are accepted when this returns, unless the future has failed already;
 * cancelling it ends the wait and takes nothing back. Below the mark the future
 * is done at once.
 *
 * @param[in] stream the stream; borrowed
 * @param[in] data the bytes; copied; or NULL with `size` 0
 * @param[in] size how many
 * @return a future without a value; fails with #ASY_E_CLOSED after asy_stream_close(), with #ASY_E_OS
 *   when the connection is broken, with #ASY_E_STATE after asy_stream_write_eof()
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_stream_write(asy_stream *stream, const void *data, size_t size) ASY_NOEXCEPT {
  asy_future *const wait = asy_stream_write_or_wait(stream, data, size);
  return wait ? wait : handle(future_nil(*core(stream)->owner));
}

/**
 * Send refcounted bytes without copying them.
 *
 * @param[in] stream the stream; borrowed
 * @param[in] bytes the bytes; borrowed; what has to wait is kept by a reference
 * @return a future as asy_stream_write() gives it
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_stream_write_bytes(asy_stream *stream, asy_bytes *bytes) ASY_NOEXCEPT {
  if (!object_is_here(core(stream)) || !bytes) return refuse_call(core(stream));
  return handle(stream_write_bytes(*core(stream), capi::core(bytes)));
}

/**
 * Send what the system takes at once, and queue nothing.
 *
 * @param[in] stream the stream; borrowed
 * @param[in] data the bytes; borrowed; or NULL with `size` 0
 * @param[in] size how many
 * @param[out] out_written receives how many were sent, or NULL
 * @return zero or a negative #asy_status
 * @retval ASY_E_AGAIN nothing could be sent without waiting
 * @retval ASY_E_CLOSED it was closed on this side
 * @retval ASY_E_OS the connection is broken
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_stream_try_write(asy_stream *stream, const void *data, size_t size,
                                        size_t *out_written) ASY_NOEXCEPT {
  size_t written = 0;
  asy_status status = object_check(core(stream));
  if (!status && !data && size) status = ASY_E_INVALID;
  if (!status) status = stream_try_write(*core(stream), data, size, written);
  if (out_written) *out_written = written;
  return status;
}

/**
 * End this side of the connection after what is queued; reading goes on.
 *
 * @param[in] stream the stream; borrowed
 * @return a future without a value, done when the end was sent
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_stream_write_eof(asy_stream *stream) ASY_NOEXCEPT {
  if (!object_is_here(core(stream))) return refuse_call(core(stream));
  return handle(stream_write_eof(*core(stream)));
}

}  // extern "C"
