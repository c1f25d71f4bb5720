#pragma once
#include "libasync/io/transport.hpp"
#include "libasync/loop/context.hpp"

namespace libasync {

struct server_wait;
struct connection_task;

struct server;

/// What knows its server again.
struct server_origin : transport_origin {
  server *of;
};
struct server_alarm : timer {
  server *of;
};

/// A listening socket that owns its connections and their tasks.
///
/// It holds itself until it is closed and its last connection is gone:
/// releasing its handles stops nothing.
struct server : object {
  // `state`
  static constexpr uint8_t closed = 1;   // takes no connections any more
  static constexpr uint8_t overdue = 2;  // a stop's grace is over: who is left is cancelled
  static constexpr uint8_t polled = 4;   // libuv has not let go of it
  static constexpr uint8_t held = 8;     // by itself

  uv_poll_t poll;
  int fd;
  uint16_t port;
  callback<asy_client_cb> on_client;
  libasync::context *context;  // of whoever made it; owned
  server_origin origin;
  transport *connections;  // open ones, a circle
  connection_task *tasks;  // unfinished ones, a circle
  std::size_t count;       // connections with a socket or a task
  server_wait *waits;      // for the end, a circle; they hold the server
  server_alarm alarm;      // accepting goes on, or a stop's grace is over

  bool is(uint8_t bit) const noexcept { return state & bit; }
  void set(uint8_t bit) noexcept { state = static_cast<uint8_t>(state | bit); }
  void clear(uint8_t bit) noexcept { state = static_cast<uint8_t>(state & ~bit); }
};

/// NULL `host`: every interface. Consumes the callback.
asy_status server_new(loop &l, const char *host, uint32_t port, uint32_t backlog, bool reuse_port,
                      callback<asy_client_cb> on_client, server *&out) noexcept;
/// The task of a connection of this server. It ends, the connection closes; it fails, that is reported.
asy_status server_add(server &s, transport &t, future &task) noexcept;
/// Takes no more connections; those there are live on.
void server_close(server &s) noexcept;
/// Never NULL; done when it is closed and no connection is left.
future *server_wait_closed(server &s) noexcept;
/// The same after closing it; after `grace` who is left is cancelled.
future *server_stop(server &s, uint64_t grace) noexcept;

// ---- between the parts of the server
/// Cancels the tasks, and closes what has none.
void server_expel(server &s) noexcept;
/// One connection less.
void server_forget(server &s) noexcept;

}  // namespace libasync
