/** @file
 * @brief Transports: connections with callbacks. */
#include "capi/names.hpp"
#include "libasync/io/connect.hpp"
#include "libasync/io/protocol.hpp"

using namespace libasync;
using namespace libasync::capi;

namespace {

libasync::transport *core(asy_transport *t) noexcept { return core_of<libasync::transport>(t); }
libasync::transport *core(const asy_transport *t) noexcept { return core_of<libasync::transport>(t); }

}  // namespace

extern "C" {

/**
 * Connect to a host over TCP.
 *
 * Tries the host's addresses one after the other. Nothing is read before
 * asy_transport_start() or asy_stream_new(). A cancelled connect has closed its
 * socket before the cancel is seen.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] host a name or literal address; copied
 * @param[in] port 1 to 65535
 * @return a future of an object of asy_transport_type(); fails with #ASY_E_NOT_FOUND when the name is
 *   not known, with #ASY_E_OS when nothing answers: asy_error_os_code() tells why, and with several
 *   addresses asy_error_child() why each
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_transport_connect(asy_loop *loop, const char *host, uint32_t port) ASY_NOEXCEPT {
  if (future *refused = future_refusal(capi::core(loop))) return handle(refused);
  return handle(connect(*capi::core(loop), host, port, false));
}

/**
 * Tell a transport among other objects in values.
 *
 * @return the descriptor of #asy_transport objects
 * @par Ownership
 * nothing changes hands; it lives for ever
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API const asy_type *asy_transport_type(void) ASY_NOEXCEPT { return &transport_type; }

/**
 * Take a transport over with callbacks and start reading.
 *
 * From here on the transport lives until it is lost, whether a handle is kept
 * or not. The bytes of `on_data` are in a buffer that all connections share:
 * copy what is needed after the call. All callbacks run in one copy of the
 * context of this call.
 *
 * @param[in] transport the transport; borrowed
 * @param[in] protocol the callbacks; copied
 * @return zero or a negative #asy_status
 * @retval ASY_E_INVALID `on_data` is NULL
 * @retval ASY_E_STATE it is taken over already
 * @retval ASY_E_CLOSED it is closed
 * @par Ownership
 * the protocol's `user_data` is consumed, also on failure: its `on_free` runs
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_transport_start(asy_transport *transport, const asy_protocol *protocol) ASY_NOEXCEPT {
  asy_protocol p;
  if (const asy_status refused = read_callbacks(protocol, p)) return refused;
  const asy_status refused = object_check(core(transport));
  if (refused) return refuse(refused, p.user_data, p.on_free);
  return protocol_start(*core(transport),
                        {p.on_data, p.on_eof, p.on_pause, p.on_resume, p.on_lost, p.user_data, p.on_free, nullptr});
}

/**
 * Send bytes, as many as the system takes at once; the rest follows later.
 *
 * Never waits. The rest is copied; when more than the high mark has gathered,
 * `on_pause` is called inside this call. On a closed connection nothing
 * happens; the fifth such write is reported.
 *
 * @param[in] transport the transport; borrowed
 * @param[in] data the bytes; copied; or NULL with `size` 0
 * @param[in] size how many
 * @return zero or a negative #asy_status
 * @retval ASY_E_CLOSED it was closed on this side
 * @retval ASY_E_OS the connection is broken
 * @retval ASY_E_STATE asy_transport_write_eof() came before
 * @retval ASY_E_NOMEM memory ran out; if part of the bytes was sent before, the connection is aborted
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_transport_write(asy_transport *transport, const void *data, size_t size) ASY_NOEXCEPT {
  if (const asy_status refused = object_check(core(transport))) return refused;
  if (!data && size) return ASY_E_INVALID;
  return transport_write(*core(transport), data, size);
}

/**
 * End this side of the connection after what is queued; the peer's side stays open.
 *
 * @param[in] transport the transport; borrowed
 * @return zero or a negative #asy_status
 * @retval ASY_E_CLOSED it is closed
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_transport_write_eof(asy_transport *transport) ASY_NOEXCEPT {
  if (const asy_status refused = object_check(core(transport))) return refused;
  return transport_write_eof(*core(transport));
}

/**
 * Close the connection after what is queued was sent.
 *
 * Reading stops at once. `on_lost` comes later, never inside this call. A second
 * call does nothing.
 *
 * @param[in] transport the transport; borrowed
 * @return zero or a negative #asy_status
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_transport_close(asy_transport *transport) ASY_NOEXCEPT {
  if (const asy_status refused = object_check(core(transport))) return refused;
  transport_close(*core(transport));
  return ASY_OK;
}

/**
 * Close the connection now and drop what is queued.
 *
 * `on_lost` comes later, never inside this call, and without an error.
 *
 * @param[in] transport the transport; borrowed
 * @return zero or a negative #asy_status
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_transport_abort(asy_transport *transport) ASY_NOEXCEPT {
  if (const asy_status refused = object_check(core(transport))) return refused;
  transport_abort(*core(transport));
  return ASY_OK;
}

/**
 * Stop reading; no byte comes after this returns.
 *
 * @param[in] transport the transport; borrowed
 * @return zero or a negative #asy_status
 * @retval ASY_E_STATE nobody has taken it over
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_transport_pause(asy_transport *transport) ASY_NOEXCEPT {
  if (const asy_status refused = object_check(core(transport))) return refused;
  if (!core(transport)->taker()) return ASY_E_STATE;
  transport_read_stop(*core(transport));
  return ASY_OK;
}

/**
 * Read again after asy_transport_pause(); on a closed transport it does nothing.
 *
 * @param[in] transport the transport; borrowed
 * @return zero or a negative #asy_status
 * @retval ASY_E_STATE nobody has taken it over
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_transport_resume(asy_transport *transport) ASY_NOEXCEPT {
  if (const asy_status refused = object_check(core(transport))) return refused;
  if (!core(transport)->taker()) return ASY_E_STATE;
  transport_read_start(*core(transport));
  return ASY_OK;
}

/**
 * Count the bytes that wait for the system to take them.
 *
 * @param[in] transport the transport; borrowed
 * @return bytes
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API size_t asy_transport_buffered(const asy_transport *transport) ASY_NOEXCEPT {
  return object_check(core(transport)) ? 0 : transport_queued(*core(transport));
}

/**
 * Tell whether a transport is closed, closing or lost.
 *
 * @param[in] transport the transport; borrowed
 * @return 1 or 0; 1 too when it cannot be used from here
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API int32_t asy_transport_is_closing(const asy_transport *transport) ASY_NOEXCEPT {
  return object_check(core(transport)) || !core(transport)->open();
}

/**
 * Set the marks of the write buffer.
 *
 * Strictly above the high mark, `on_pause` is called; at the low mark or below,
 * `on_resume`. Without this call they are 64 KiB and 16 KiB. Takes effect at
 * once.
 *
 * @param[in] transport the transport; borrowed
 * @param[in] high bytes, less than 4 GiB
 * @param[in] low bytes, not above `high`; `SIZE_MAX` is a quarter of it
 * @return zero or a negative #asy_status
 * @retval ASY_E_INVALID the marks are out of range
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_transport_set_limits(asy_transport *transport, size_t high, size_t low) ASY_NOEXCEPT {
  if (const asy_status refused = object_check(core(transport))) return refused;
  return transport_set_limits(*core(transport), high, low == SIZE_MAX ? high / 4 : low);
}

/**
 * Name the other end, such as "127.0.0.1:80" or "[::1]:80"; also after the close.
 *
 * @param[in] transport the transport; borrowed
 * @param[out] out_value receives a string
 * @return zero or a negative #asy_status
 * @par Ownership
 * the caller clears `*out_value`
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_transport_peer_name(const asy_transport *transport, asy_value *out_value) ASY_NOEXCEPT {
  if (const asy_status refused = object_check(core(transport))) return refused;
  return give_name(core(transport)->peer, out_value);
}

/**
 * Name this end, such as "127.0.0.1:51034"; also after the close.
 *
 * @param[in] transport the transport; borrowed
 * @param[out] out_value receives a string
 * @return zero or a negative #asy_status
 * @par Ownership
 * the caller clears `*out_value`
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_transport_socket_name(const asy_transport *transport, asy_value *out_value) ASY_NOEXCEPT {
  if (const asy_status refused = object_check(core(transport))) return refused;
  return give_name(transport_local(*core(transport)), out_value);
}

/**
 * Take one more reference to a transport.
 *
 * @param[in] transport the transport; borrowed; or NULL
 * @return `transport`
 * @par Ownership
 * the caller owns one more reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_transport *asy_transport_ref(asy_transport *transport) ASY_NOEXCEPT {
  if (transport) object_ref(core_of<object>(transport));
  return transport;
}

/**
 * Give a reference to a transport back.
 *
 * The last one of a transport that nobody took over closes it.
 *
 * @param[in] transport the transport; consumed; or NULL
 * @par Ownership
 * one reference is taken from the caller
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API void asy_transport_unref(asy_transport *transport) ASY_NOEXCEPT { object_unref(core_of<object>(transport)); }

}  // extern "C"
