#include "libasync/io/connect.hpp"

#include <cstdio>
#include <cstring>

#include "libasync/io/resolve.hpp"
#include "libasync/io/stream.hpp"
#include "libasync/io/transport.hpp"

namespace libasync {
namespace {

/// An address to try, and what became of it.
struct target {
  address at;
  error *failure;
};

struct connecting : future {
  lookup *looking;
  transport *attempt;  // owned
  target *targets;     // `count`, the first `next` of them tried
  std::size_t count, next;
  uint32_t port;
  bool as_stream;
  char host[longest_host + 1];
};

// ---- what went wrong

error *failure_of(int status, const address &at) noexcept {
  char name[address_text_size], what[address_text_size + 16];
  std::snprintf(what, sizeof what, "connect %s", address_text(at, true, name));
  return error_new_uv(status, what);
}

/// One failure is itself; several that agree keep their code and number.
error *combine(const connecting &f) noexcept {
  error *first = f.targets[0].failure;
  if (f.count == 1) return error_ref(first);
  constexpr std::size_t most_children = 16;
  error *children[most_children];
  const std::size_t kept = f.count < most_children ? f.count : most_children;
  bool agree = true;
  for (std::size_t i = 0; i < kept; ++i) {
    children[i] = f.targets[i].failure;
    agree = agree && children[i]->code == first->code && children[i]->os_code == first->os_code;
  }
  char text[1024];
  int used = std::snprintf(text, sizeof text, "connect %s:%u: ", f.host, unsigned{f.port});
  for (std::size_t i = 0; i < kept && used > 0 && static_cast<std::size_t>(used) < sizeof text; ++i) {
    const char *message = children[i]->message;
    if (std::strncmp(message, "connect ", 8) == 0) message += 8;
    used += std::snprintf(text + used, sizeof text - static_cast<std::size_t>(used), i ? "; %s" : "%s", message);
  }
  error_details details;
  details.children = children;
  details.child_count = kept;
  details.os_code = agree ? first->os_code : 0;
  return error_new(agree ? first->code : ASY_E_OS, text, details);
}

// ---- attempts

void drop_attempt(connecting &f) noexcept {
  transport *t = f.attempt;
  if (!t) return;
  f.attempt = nullptr;
  transport_abort(*t);
  unref_local(t);
}

/// Leaves nothing under way.
void give_up(connecting &f) noexcept {
  if (f.looking) lookup_abandon(*f.looking);
  f.looking = nullptr;
  drop_attempt(f);
}

void succeed(connecting &f) noexcept {
  transport *t = f.attempt;
  f.attempt = nullptr;
  transport_leave(*t);
  if (f.as_stream) {
    stream *made = nullptr;
    const asy_status failed = stream_new(*t, made);
    unref_local(t);  // the stream's now, or closed
    if (failed) future_fail(f, error_of(failed));
    else future_complete(f, value_object(made, &stream_type));
  } else {
    future_complete(f, value_object(t, &transport_type));
  }
}

/// The status of a socket that the poll says something about.
int outcome(const transport &t, int poll_status) noexcept {
  const int status = socket_error(t.fd);
  if (status || poll_status >= 0) return status;
  return UV_ECONNABORTED;
}

/// A port in the range that the system takes local ports from can connect to itself.
bool is_own_echo(transport &t) noexcept {
  const address local = transport_local(t);
  return std::memcmp(&local, &t.peer, sizeof local) == 0;
}

void try_next(connecting &f) noexcept;

void on_connected(uv_poll_t *handle, int status, int) noexcept {
  auto &f = *static_cast<connecting *>(handle->data);  // who has taken it over
  transport &t = *f.attempt;
  loop &l = *f.owner;
  object_ref(&f);
  {
    io_scope scope(l);
    status = outcome(t, status);
    if (!status && is_own_echo(t)) status = UV_ECONNREFUSED;
    uv_poll_stop(handle);
    if (status) {
      f.targets[f.next - 1].failure = failure_of(status, t.peer);
      drop_attempt(f);
      try_next(f);
    } else {
      succeed(f);
    }
  }
  unref_local(&f);
}

/// Zero: under way or connected.
int start_attempt(connecting &f, const address &at) noexcept {
  const int fd = socket_open(at.family);
  if (fd < 0) return fd;
  if (const asy_status failed = transport_new(*f.owner, fd, at, f.attempt))
    return failed == ASY_E_NOMEM ? UV_ENOMEM : UV_EIO;
  transport &t = *f.attempt;
  t.poll.data = &f;
  int status = socket_connect(fd, at);
  if (status == UV_EAGAIN) return uv_poll_start(&t.poll, UV_WRITABLE, on_connected);
  if (!status && is_own_echo(t)) status = UV_ECONNREFUSED;
  if (status) drop_attempt(f);
  return status;
}

void try_next(connecting &f) noexcept {
  while (f.next < f.count) {
    target &now = f.targets[f.next++];
    const int status = start_attempt(f, now.at);
    if (!status) {
      if (!uv_is_active(reinterpret_cast<uv_handle_t *>(&f.attempt->poll))) succeed(f);
      return;
    }
    now.failure = failure_of(status, now.at);
  }
  future_fail(f, combine(f));
}

void start(connecting &f, const addresses &found) noexcept {
  f.targets = static_cast<target *>(allocate(found.count * sizeof(target)));
  if (!f.targets) {
    future_fail(f, error_of(ASY_E_NOMEM));
    return;
  }
  f.count = found.count;
  for (std::size_t i = 0; i < f.count; ++i) f.targets[i] = {found.at[i], nullptr};
  try_next(f);
}

void on_found(void *who, const addresses *found, error *failure) noexcept {
  auto &f = *static_cast<connecting *>(who);
  f.looking = nullptr;
  if (failure) future_fail(f, error_ref(failure));
  else if (f.owner->closing) future_fail(f, error_of(ASY_E_CLOSED));
  else start(f, *found);
}

// ---- the future

void cancel(future &self, error *reason) noexcept {
  give_up(static_cast<connecting &>(self));
  future_cancelled(self, reason ? error_ref(reason) : nullptr);
}

void close(object &self) noexcept { give_up(static_cast<connecting &>(self)); }

void dispose(object &self) noexcept {
  auto &f = static_cast<connecting &>(self);
  give_up(f);
  for (std::size_t i = 0; i < f.count; ++i)
    if (f.targets[i].failure) error_unref(f.targets[i].failure);
  deallocate(f.targets);
  future_dispose(self);
}

const kind connect_kind{"connect", sizeof(connecting), 1, 0, true, false, dispose, cancel, close};

}  // namespace

future *connect(loop &l, const char *host, uint32_t port, bool as_stream) noexcept {
  if (!host_is_sound(host) || !port || port > 65535) return future_of(ASY_E_INVALID);
  auto *f = make<connecting>(l, connect_kind);
  if (!f) return future_of(ASY_E_NOMEM);
  f->port = port;
  f->as_stream = as_stream;
  std::snprintf(f->host, sizeof f->host, "%s", host);
  address literal;
  if (address_parse(host, port, literal)) {
    start(*f, addresses{1, {literal}});
  } else {
    f->looking = lookup_start(l, host, port, on_found, f);
    if (!f->looking) future_fail(*f, error_of(ASY_E_NOMEM));
  }
  return f;
}

}  // namespace libasync
