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
  if (!object_is_here(core(stream))) return refuse_call(core(stream));
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
