/** @file
 * @brief Servers: listening sockets that own their connections' tasks. */
#include "libasync/io/server.hpp"
#include "capi/handles.hpp"

using namespace libasync;
using namespace libasync::capi;

namespace {

libasync::server *core(asy_server *s) noexcept { return core_of<libasync::server>(s); }
libasync::server *core(const asy_server *s) noexcept { return core_of<libasync::server>(s); }

}  // namespace

extern "C" {

/**
 * Listen for TCP connections.
 *
 * Takes connections from the next turn of the loop on until
 * asy_server_close(), asy_server_stop() or the loop's end, whether a handle is
 * kept or not. When descriptors or memory run out, that is reported and it goes
 * on a second later. `on_client` runs in one copy of the context of this call.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] host a literal address or "localhost", which is 127.0.0.1; NULL or empty for every interface,
 *   IPv6 and IPv4; copied; or NULL
 * @param[in] port 0 to 65535; 0 lets the system choose, asy_server_port() tells
 * @param[in] options the options; copied; or NULL
 * @param[in] on_client called for every connection
 * @param[in] user_data handed to `on_client`
 * @param[in] on_free releases `user_data` when no call can come any more, or NULL
 * @param[out] out_server receives the server, or NULL on failure; or NULL
 * @return zero or a negative #asy_status
 * @retval ASY_E_INVALID `host` is no address, `port` is out of range or `on_client` is NULL
 * @retval ASY_E_BUSY another socket listens there
 * @retval ASY_E_NOT_FOUND the address is not this machine's
 * @retval ASY_E_OS the system refused, as for a port below 1024
 * @par Ownership
 * the caller owns one reference in `*out_server`; the triple is consumed, also on failure
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_server_new(asy_loop *loop, const char *host, uint32_t port, const asy_server_options *options,
                                  asy_client_cb on_client, void *user_data, asy_free_cb on_free,
                                  asy_server **out_server) ASY_NOEXCEPT {
  if (out_server) *out_server = nullptr;
  asy_server_options o;
  asy_status refused = loop_check(capi::core(loop));
  if (!refused) refused = read_options(options, o);
  if (!refused && (o.flags & ~uint32_t{ASY_SERVER_REUSE_PORT})) refused = ASY_E_INVALID;
  if (refused) return refuse(refused, user_data, on_free);
  libasync::server *made = nullptr;
  const bool reuse_port = o.flags & ASY_SERVER_REUSE_PORT;
  refused = server_new(*capi::core(loop), host, port, o.backlog, reuse_port, {on_client, user_data, on_free}, made);
  if (refused) return refused;
  if (out_server) *out_server = handle_of<asy_server>(made);
  else unref_local(made);
  return ASY_OK;
}

/**
 * Tell the port a server listens on.
 *
 * @param[in] server the server; borrowed
 * @return the port, also after the close; 0 when the server cannot be used from here
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API uint32_t asy_server_port(const asy_server *server) ASY_NOEXCEPT {
  return object_check(core(server)) ? 0 : core(server)->port;
}

/**
 * Make a task the one of a connection.
 *
 * When the task ends, the connection is closed if it is still open, and an error
 * that is no cancel is reported with the peer's name. asy_server_stop() waits for
 * the task and cancels it after its grace.
 *
 * @param[in] server the server; borrowed
 * @param[in] transport a connection that this server's `on_client` was given; borrowed
 * @param[in] task the task, or any future of the loop; borrowed
 * @return zero or a negative #asy_status
 * @retval ASY_E_INVALID the connection is not this server's
 * @retval ASY_E_STATE it has a task already, or is gone
 * @par Ownership
 * the server takes references of its own until the task is done
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_server_add(asy_server *server, asy_transport *transport, asy_task *task) ASY_NOEXCEPT {
  if (const asy_status refused = object_check(core(server))) return refused;
  if (!transport || !task) return ASY_E_INVALID;
  return server_add(*core(server), *core_of<libasync::transport>(transport), *capi::core(task));
}

/**
 * Take no more connections; those there are live on.
 *
 * The port is free when this returns. A second call does nothing.
 *
 * @param[in] server the server; borrowed
 * @return zero or a negative #asy_status
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_server_close(asy_server *server) ASY_NOEXCEPT {
  if (const asy_status refused = object_check(core(server))) return refused;
  server_close(*core(server));
  return ASY_OK;
}

/**
 * Close a server and see its connections out.
 *
 * Takes no more connections, waits until those there are have ended, and after
 * `grace_ns` cancels their tasks and aborts connections without a task; then
 * waits for what is left. Cancelling the wait does not take that back; a second
 * call may shorten the grace.
 *
 * @param[in] server the server; borrowed
 * @param[in] grace_ns nanoseconds until the rest is cancelled; #ASY_FOREVER never cancels
 * @return a future without a value, done when nothing is left
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_server_stop(asy_server *server, uint64_t grace_ns) ASY_NOEXCEPT {
  const asy_status refused = object_check(core(server));
  return handle(refused ? future_of(refused) : server_stop(*core(server), grace_ns));
}

/**
 * Wait until a server is closed and its last connection has ended.
 *
 * @param[in] server the server; borrowed
 * @return a future without a value; it does not close the server
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_server_wait_closed(asy_server *server) ASY_NOEXCEPT {
  const asy_status refused = object_check(core(server));
  return handle(refused ? future_of(refused) : server_wait_closed(*core(server)));
}

/**
 * Count the connections that are open or whose task has not ended.
 *
 * @param[in] server the server; borrowed
 * @return how many
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API size_t asy_server_connection_count(const asy_server *server) ASY_NOEXCEPT {
  return object_check(core(server)) ? 0 : core(server)->count;
}

/**
 * Take one more reference to a server.
 *
 * @param[in] server the server; borrowed; or NULL
 * @return `server`
 * @par Ownership
 * the caller owns one more reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_server *asy_server_ref(asy_server *server) ASY_NOEXCEPT {
  if (server) object_ref(core_of<object>(server));
  return server;
}

/**
 * Give a reference to a server back; it goes on listening.
 *
 * @param[in] server the server; consumed; or NULL
 * @par Ownership
 * one reference is taken from the caller
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API void asy_server_unref(asy_server *server) ASY_NOEXCEPT { object_unref(core_of<object>(server)); }

}  // extern "C"
