#include "libasync/io/server.hpp"

#include <cstdio>
#include <cstring>
#include <utility>

#include "libasync/io/socket.hpp"
#include "libasync/loop/uv_errors.hpp"

namespace libasync {

/// Waits until the server is closed and empty.
struct server_wait : future {
  server *of;  // owned; NULL when it waits no more
  server_wait *next, *previous;
};

namespace {

/// Connections one poll may bring before other sockets have their turn.
constexpr int fair_share = 32;
constexpr uint64_t pause_after_failure = ASY_SECOND;

server &server_of(void *handle) noexcept { return *static_cast<server *>(static_cast<uv_handle_t *>(handle)->data); }

// ---- waiting for the end

using circle_of_waits = circle<&server_wait::next, &server_wait::previous>;

void leave(server_wait &w) noexcept {
  server *s = w.of;
  if (!s) return;
  w.of = nullptr;
  circle_of_waits::remove(s->waits, w);
  unref_local(s);
}

void cancel_wait(future &self, error *reason) noexcept {
  leave(static_cast<server_wait &>(self));
  future_cancelled(self, reason ? error_ref(reason) : nullptr);
}

void close_wait(object &self) noexcept { leave(static_cast<server_wait &>(self)); }

void dispose_wait(object &self) noexcept {
  leave(static_cast<server_wait &>(self));
  future_dispose(self);
}

const kind wait_kind{"server wait", sizeof(server_wait), 1, 0, true, false, dispose_wait, cancel_wait, close_wait};

bool is_over(const server &s) noexcept { return s.is(server::closed) && !s.is(server::polled) && !s.count; }

/// Lets go of itself when nothing is left.
void check_over(server &s) noexcept {
  if (!is_over(s)) return;
  object_ref(&s);
  if (s.alarm.armed()) timer_stop(*s.owner, s.alarm);
  while (server_wait *w = s.waits) {
    leave(*w);
    future_complete(*w, nil);
  }
  if (s.is(server::held)) {
    s.clear(server::held);
    unref_local(&s);
  }
  unref_local(&s);
}

// ---- connections

using circle_of_connections = circle<&transport::next, &transport::previous>;

void gone(transport_origin &origin, transport &t) noexcept {
  server &s = *static_cast<server_origin &>(origin).of;
  t.clear(transport::counted);
  circle_of_connections::remove(s.connections, t);
  if (!t.is_tied()) server_forget(s);
}

void enlist(server &s, transport &t) noexcept {
  t.origin = &s.origin;
  t.set(transport::counted);
  ++s.count;
  circle_of_connections::append(s.connections, t);
}

void admit(server &s, int fd, const address &peer) noexcept {
  transport *t = nullptr;
  if (const asy_status failed = transport_new(*s.owner, fd, peer, t))
    return loop_report(*s.owner, error_of(failed), "a connection could not be taken in; it is closed");
  enlist(s, *t);
  {
    context_scope in(s.owner->context, context_ref(s.context));
    s.on_client.run(reinterpret_cast<asy_server *>(&s), reinterpret_cast<asy_transport *>(t), s.on_client.user_data);
  }
  unref_local(t);  // whom nobody took is closed by this
}

void on_incoming(uv_poll_t *handle, int status, int events) noexcept;

void resume(timer &due) noexcept {
  server &s = *static_cast<server_alarm &>(due).of;
  if (s.is(server::closed)) server_expel(s);
  else uv_poll_start(&s.poll, UV_READABLE, on_incoming);
}

/// No descriptors or memory left: accepting at once again would only fail again.
void pause(server &s, int status) noexcept {
  char what[64];
  std::snprintf(what, sizeof what, "accept on port %u", unsigned{s.port});
  error *e = error_new_uv(status, what);
  uv_poll_stop(&s.poll);
  timer_start(*s.owner, s.alarm, deadline_after(*s.owner, pause_after_failure));
  loop_report(*s.owner, e, "accepting goes on in a second");
  error_unref(e);
}

void on_incoming(uv_poll_t *handle, int, int) noexcept {
  server &s = server_of(handle);
  object_ref(&s);
  {
    io_scope scope(*s.owner);
    for (int i = 0; i < fair_share && s.fd >= 0 && !s.owner->stopping; ++i) {
      address peer{};
      const int fd = socket_accept(s.fd, peer);
      if (fd == UV_EAGAIN) break;
      if (fd == UV_ECONNABORTED) continue;  // it left before its turn
      if (fd < 0) {
        pause(s, fd);
        break;
      }
      admit(s, fd, peer);
      scope.drain();
    }
  }
  unref_local(&s);
}

// ---- the object

void on_closed(uv_handle_t *handle) noexcept {
  server &s = server_of(handle);
  loop &l = *s.owner;
  loop_unblock(l);
  loop_uv_closed(l);
  s.clear(server::polled);
  s.on_client.free();
  context_unref(std::exchange(s.context, nullptr));
  check_over(s);
  unref_local(&s);
}

/// The loop closes: it has closed the connections and ended the tasks, and counts on no order.
void close(object &self) noexcept {
  auto &s = static_cast<server &>(self);
  server_close(s);
  if (s.alarm.armed()) timer_stop(*s.owner, s.alarm);
}

void dispose(object &self) noexcept {
  auto &s = static_cast<server &>(self);
  if (s.is(server::polled)) server_close(s);
}

const kind server_kind{"server", sizeof(server), 0, 1, false, false, dispose, nullptr, close};

/// Every interface: both families through one socket, or IPv4 where there is no IPv6.
int listen_everywhere(uint32_t port, int backlog, bool reuse_port) noexcept {
  address any{};
  address_parse("::", port, any);
  const int fd = socket_listen(any, backlog, reuse_port, true);
  if (fd >= 0 || (fd != UV_EAFNOSUPPORT && fd != UV_EADDRNOTAVAIL)) return fd;
  address_parse("0.0.0.0", port, any);
  return socket_listen(any, backlog, reuse_port, false);
}

/// Looks nothing up: a number, or the name that every machine gives itself.
int listen_at(const char *host, uint32_t port, int backlog, bool reuse_port) noexcept {
  if (!host) return listen_everywhere(port, backlog, reuse_port);
  address at;
  if (!address_parse(std::strcmp(host, "localhost") ? host : "127.0.0.1", port, at)) return UV_EINVAL;
  return socket_listen(at, backlog, reuse_port, false);
}

}  // namespace

asy_status server_new(loop &l, const char *host, uint32_t port, uint32_t backlog, bool reuse_port,
                      callback<asy_client_cb> on_client, server *&out) noexcept {
  asy_status refused = port > 65535 || backlog > INT32_MAX || !on_client.run ? ASY_E_INVALID : ASY_OK;
  context *in = nullptr;
  server *s = !refused && context_capture(in) ? make<server>(l, server_kind) : nullptr;
  if (!refused && !s) refused = ASY_E_NOMEM;
  if (s) {
    s->fd = -1;
    s->alarm.index = timer::idle;
    s->alarm.run = resume;
    s->alarm.of = s->origin.of = s;
    s->origin.gone = gone;
    const int queue = backlog ? static_cast<int>(backlog) : 128;
    const int fd = listen_at(host && *host ? host : nullptr, port, queue, reuse_port);
    const int status = fd < 0 ? fd : uv_poll_init_socket(l.uv, &s->poll, fd);
    if (status) {
      if (fd >= 0) socket_close(fd);
      refused = status_of_uv(status);
      unref_local(s);
    } else {
      s->fd = fd;
    }
  }
  if (refused) {
    context_unref(in);
    on_client.free_outside();
    return refused;
  }
  s->poll.data = s;
  s->port = socket_name(s->fd).port;
  s->on_client = on_client;
  s->context = in;
  s->set(server::polled | server::held);
  object_ref(s);
  loop_uv_opened(l);
  uv_poll_start(&s->poll, UV_READABLE, on_incoming);
  out = s;
  return ASY_OK;
}

void server_close(server &s) noexcept {
  if (s.is(server::closed)) return;
  s.set(server::closed);
  if (s.alarm.armed()) timer_stop(*s.owner, s.alarm);
  object_ref(&s);
  uv_close(reinterpret_cast<uv_handle_t *>(&s.poll), on_closed);
  socket_close(s.fd);
  s.fd = -1;
}

void server_forget(server &s) noexcept {
  --s.count;
  check_over(s);
}

future *server_wait_closed(server &s) noexcept {
  if (is_over(s)) return future_nil(*s.owner);
  auto *w = make<server_wait>(*s.owner, wait_kind);
  if (!w) return future_of(ASY_E_NOMEM);
  w->of = ref(&s);
  circle_of_waits::append(s.waits, *w);
  return w;
}

future *server_stop(server &s, uint64_t grace) noexcept {
  future *w = server_wait_closed(s);
  if (is_over(s) || (w->flags & object::immortal)) return w;
  server_close(s);
  const uint64_t when = deadline_after(*s.owner, grace);
  if (s.alarm.armed()) {
    if (when >= s.owner->timers.when(s.alarm)) return w;
    timer_stop(*s.owner, s.alarm);  // a second stop may only be more urgent
  }
  if (!grace) server_expel(s);
  else if (grace != ASY_FOREVER) timer_start(*s.owner, s.alarm, when);
  return w;
}

}  // namespace libasync
