/** @file
 * @brief Streams: connections with awaitable reads and writes. */
#include "libasync/io/stream.hpp"

#include "capi/names.hpp"
#include "libasync/io/connect.hpp"

using namespace libasync;
using namespace libasync::capi;

namespace {

libasync::stream *core(asy_stream *s) noexcept { return core_of<libasync::stream>(s); }
libasync::stream *core(const asy_stream *s) noexcept { return core_of<libasync::stream>(s); }

/// What a read or write with wrong arguments, or in the wrong place, answers.
future *refusal(asy_stream *s, bool sound) noexcept {
  const asy_status refused = object_check(core(s));
  return refused ? future_of(refused) : sound ? nullptr : future_of(ASY_E_INVALID);
}

}  // namespace

extern "C" {

/**
 * Connect to a host over TCP and make a stream of it.
 *
 * The same as asy_transport_connect() with asy_stream_new().
 *
 * @param[in] loop the loop; borrowed
 * @param[in] host a name or literal address; copied
 * @param[in] port 1 to 65535
 * @return a future of an object of asy_stream_type(); fails with #ASY_E_NOT_FOUND when the name is not
 *   known, with #ASY_E_OS when nothing answers
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_stream_connect(asy_loop *loop, const char *host, uint32_t port) ASY_NOEXCEPT {
  if (future *refused = future_refusal(capi::core(loop))) return handle(refused);
  return handle(connect(*capi::core(loop), host, port, true));
}

/**
 * Tell a stream among other objects in values.
 *
 * @return the descriptor of #asy_stream objects
 * @par Ownership
 * nothing changes hands; it lives for ever
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API const asy_type *asy_stream_type(void) ASY_NOEXCEPT { return &stream_type; }

/**
 * Make a stream of a connection.
 *
 * @param[in] transport a transport that nobody has taken over; borrowed
 * @param[out] out_stream receives the stream, or NULL on failure
 * @return zero or a negative #asy_status
 * @retval ASY_E_STATE the transport is taken over already
 * @retval ASY_E_CLOSED the transport is closed
 * @par Ownership
 * the caller owns one reference in `*out_stream`; the stream keeps the transport
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_stream_new(asy_transport *transport, asy_stream **out_stream) ASY_NOEXCEPT {
  if (!out_stream) return ASY_E_INVALID;
  *out_stream = nullptr;
  auto *t = core_of<libasync::transport>(transport);
  if (const asy_status refused = object_check(t)) return refused;
  libasync::stream *made = nullptr;
  const asy_status status = stream_new(*t, made);
  *out_stream = handle_of<asy_stream>(made);
  return status;
}

/**
 * Give the connection under a stream, for its marks and names.
 *
 * @param[in] stream the stream; borrowed
 * @return the transport, or NULL when the stream cannot be used from here
 * @par Ownership
 * borrowed from the stream
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_transport *asy_stream_transport(asy_stream *stream) ASY_NOEXCEPT {
  return object_check(core(stream)) ? nullptr : handle_of<asy_transport>(core(stream)->connection);
}

/**
 * Read what is there, or wait for it.
 *
 * One read at a time: a second one fails with #ASY_E_BUSY, the first goes on. A
 * cancelled read leaves the bytes to the next one. Bytes that came before the
 * connection broke are read before its error is.
 *
 * @param[in] stream the stream; borrowed
 * @param[in] max_size how many bytes at most; 0 gives none at once
 * @return a future of 1 to `max_size` bytes, and of none at the end of the stream
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_stream_read(asy_stream *stream, size_t max_size) ASY_NOEXCEPT {
  if (future *refused = refusal(stream, true)) return handle(refused);
  return handle(stream_read(*core(stream), READ_SOME, max_size));
}

/**
 * Read until the end of the stream.
 *
 * @param[in] stream the stream; borrowed
 * @return a future of all the bytes
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_stream_read_all(asy_stream *stream) ASY_NOEXCEPT {
  if (future *refused = refusal(stream, true)) return handle(refused);
  return handle(stream_read(*core(stream), READ_ALL, SIZE_MAX));
}

/**
 * Read so many bytes, no more and no less; the limit does not count.
 *
 * @param[in] stream the stream; borrowed
 * @param[in] size how many
 * @return a future of the bytes; fails with #ASY_E_EOF when the stream ends before, the bytes that came
 *   are the error's object of asy_bytes_type()
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_stream_read_exactly(asy_stream *stream, size_t size) ASY_NOEXCEPT {
  if (future *refused = refusal(stream, true)) return handle(refused);
  return handle(stream_read(*core(stream), READ_EXACTLY, size));
}

/**
 * Read up to and including a separator.
 *
 * @param[in] stream the stream; borrowed
 * @param[in] data the separator; copied
 * @param[in] size its length, at least 1
 * @return a future of the bytes with the separator; fails with #ASY_E_EOF when the stream ends before,
 *   the bytes that came are the error's object of asy_bytes_type(); fails with #ASY_E_LIMIT when the
 *   separator starts beyond the limit, the bytes stay
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_stream_read_until(asy_stream *stream, const void *data, size_t size) ASY_NOEXCEPT {
  if (future *refused = refusal(stream, data && size)) return handle(refused);
  return handle(stream_read_until(*core(stream), static_cast<const char *>(data), size));
}

/**
 * Read what is there without a copy.
 *
 * asy_stream_view() gives the bytes, until asy_stream_release_view() or the next
 * read.
 *
 * @param[in] stream the stream; borrowed
 * @return a future of the number of bytes, 0 at the end of the stream
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_stream_read_view(asy_stream *stream) ASY_NOEXCEPT {
  if (future *refused = refusal(stream, true)) return handle(refused);
  return handle(stream_read(*core(stream), READ_VIEW, SIZE_MAX));
}

/**
 * Give the bytes of the last asy_stream_read_view().
 *
 * @param[in] stream the stream; borrowed
 * @param[out] out_size receives how many
 * @return the bytes, or NULL when no view is out
 * @par Ownership
 * borrowed from the stream until the view is released
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API const void *asy_stream_view(const asy_stream *stream, size_t *out_size) ASY_NOEXCEPT {
  const bool usable = !object_check(core(stream));
  if (out_size) *out_size = usable ? core(stream)->view_size : 0;
  return usable ? core(stream)->view : nullptr;
}

/**
 * End the last view; its bytes are gone.
 *
 * @param[in] stream the stream; borrowed
 * @return zero or a negative #asy_status
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_stream_release_view(asy_stream *stream) ASY_NOEXCEPT {
  if (const asy_status refused = object_check(core(stream))) return refused;
  stream_release_view(*core(stream));
  return ASY_OK;
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
  if (future *refused = refusal(stream, data || !size)) return handle(refused);
  return handle(stream_write(*core(stream), data, size));
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
  if (future *refused = refusal(stream, bytes)) return handle(refused);
  return handle(stream_write_bytes(*core(stream), capi::core(bytes)));
}

/**
 * Send what the system takes at once, and queue nothing.
 *
 * @param[in] stream the stream; borrowed
 * @param[in] data the bytes; borrowed; or NULL with `size` 0
 * @param[in] size how many
 * @param[out] out_written receives how many were sent
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
  if (future *refused = refusal(stream, true)) return handle(refused);
  return handle(stream_write_eof(*core(stream)));
}

/**
 * Close a stream after what is queued was sent.
 *
 * A read that waits fails with #ASY_E_CLOSED. Closing takes place whether the
 * future is kept or not; a second call gives another one.
 *
 * @param[in] stream the stream; borrowed
 * @return a future without a value, done when the connection is gone; fails with what broke the
 *   connection, if anything did
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_stream_close(asy_stream *stream) ASY_NOEXCEPT {
  if (future *refused = refusal(stream, true)) return handle(refused);
  return handle(stream_close(*core(stream)));
}

/**
 * Close a stream now and drop what is queued.
 *
 * @param[in] stream the stream; borrowed
 * @return zero or a negative #asy_status
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_stream_abort(asy_stream *stream) ASY_NOEXCEPT {
  if (const asy_status refused = object_check(core(stream))) return refused;
  stream_abort(*core(stream));
  return ASY_OK;
}

/**
 * Tell whether a stream is closed, closing or lost.
 *
 * @param[in] stream the stream; borrowed
 * @return 1 or 0; 1 too when it cannot be used from here
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API int32_t asy_stream_is_closing(const asy_stream *stream) ASY_NOEXCEPT {
  return object_check(core(stream)) || !core(stream)->connection->open();
}

/**
 * Tell whether the peer has ended its side and everything is read.
 *
 * @param[in] stream the stream; borrowed
 * @return 1 or 0
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API int32_t asy_stream_at_eof(const asy_stream *stream) ASY_NOEXCEPT {
  return !object_check(core(stream)) && core(stream)->is(libasync::stream::at_end) && core(stream)->unread.empty();
}

/**
 * Set how far asy_stream_read_until() looks, and how much gathers while nobody reads.
 *
 * Without this call it is 64 KiB.
 *
 * @param[in] stream the stream; borrowed
 * @param[in] limit bytes, at least 1
 * @return zero or a negative #asy_status
 * @retval ASY_E_INVALID `limit` is out of range
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_stream_set_limit(asy_stream *stream, size_t limit) ASY_NOEXCEPT {
  if (const asy_status refused = object_check(core(stream))) return refused;
  if (!limit || limit > SIZE_MAX / 4) return ASY_E_INVALID;
  core(stream)->limit = limit;
  return ASY_OK;
}

/**
 * Name the other end, such as "127.0.0.1:80" or "[::1]:80"; also after the close.
 *
 * @param[in] stream the stream; borrowed
 * @param[out] out_value receives a string
 * @return zero or a negative #asy_status
 * @par Ownership
 * the caller clears `*out_value`
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_stream_peer_name(const asy_stream *stream, asy_value *out_value) ASY_NOEXCEPT {
  if (const asy_status refused = object_check(core(stream))) return refused;
  return give_name(core(stream)->connection->peer, out_value);
}

/**
 * Name this end, such as "127.0.0.1:51034"; also after the close.
 *
 * @param[in] stream the stream; borrowed
 * @param[out] out_value receives a string
 * @return zero or a negative #asy_status
 * @par Ownership
 * the caller clears `*out_value`
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_stream_socket_name(const asy_stream *stream, asy_value *out_value) ASY_NOEXCEPT {
  if (const asy_status refused = object_check(core(stream))) return refused;
  return give_name(transport_local(*core(stream)->connection), out_value);
}

/**
 * Take one more reference to a stream.
 *
 * @param[in] stream the stream; borrowed; or NULL
 * @return `stream`
 * @par Ownership
 * the caller owns one more reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_stream *asy_stream_ref(asy_stream *stream) ASY_NOEXCEPT {
  if (stream) object_ref(core_of<object>(stream));
  return stream;
}

/**
 * Give a reference to a stream back.
 *
 * The last one of a stream that is still open aborts it, and reports that if
 * the stream was ever used.
 *
 * @param[in] stream the stream; consumed; or NULL
 * @par Ownership
 * one reference is taken from the caller
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API void asy_stream_unref(asy_stream *stream) ASY_NOEXCEPT { object_unref(core_of<object>(stream)); }

}  // extern "C"
