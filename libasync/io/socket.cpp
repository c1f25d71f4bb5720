#include "libasync/io/socket.hpp"

#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>

namespace libasync {
namespace {

struct storage {
  union {
    sockaddr head;
    sockaddr_in v4;
    sockaddr_in6 v6;
  };
  socklen_t size;
};

storage storage_of(const address &a) noexcept {
  storage s{};
  if (a.family == AF_INET) {
    s.size = sizeof s.v4;
    s.v4.sin_family = AF_INET;
    s.v4.sin_port = htons(a.port);
    std::memcpy(&s.v4.sin_addr, a.bytes, 4);
  } else {
    s.size = sizeof s.v6;
    s.v6.sin6_family = AF_INET6;
    s.v6.sin6_port = htons(a.port);
    s.v6.sin6_scope_id = a.scope;
    std::memcpy(&s.v6.sin6_addr, a.bytes, 16);
  }
  return s;
}

void set_option(int fd, int level, int option) noexcept {
  const int on = 1;
  setsockopt(fd, level, option, &on, sizeof on);
}

/// What every connection's socket gets.
void prepare(int fd) noexcept {
  set_option(fd, IPPROTO_TCP, TCP_NODELAY);
#ifdef SO_NOSIGPIPE
  set_option(fd, SOL_SOCKET, SO_NOSIGPIPE);
#endif
}

#if !defined(__linux__)
int make_quiet(int fd) noexcept {
  fcntl(fd, F_SETFD, FD_CLOEXEC);
  fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
  return fd;
}
#endif

int new_socket(int family) noexcept {
#if defined(__linux__)
  const int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
#else
  const int fd = socket(family, SOCK_STREAM, 0);
  if (fd >= 0) make_quiet(fd);
#endif
  return fd < 0 ? -errno : fd;
}

}  // namespace

address address_of(const sockaddr *from) noexcept {
  address a{};
  if (from->sa_family == AF_INET) {
    auto *v4 = reinterpret_cast<const sockaddr_in *>(from);
    a.family = AF_INET;
    a.port = ntohs(v4->sin_port);
    std::memcpy(a.bytes, &v4->sin_addr, 4);
  } else if (from->sa_family == AF_INET6) {
    auto *v6 = reinterpret_cast<const sockaddr_in6 *>(from);
    a.port = ntohs(v6->sin6_port);
    const auto *raw = reinterpret_cast<const unsigned char *>(&v6->sin6_addr);
    if (IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr)) {  // a client of a socket for both families
      a.family = AF_INET;
      std::memcpy(a.bytes, raw + 12, 4);
    } else {
      a.family = AF_INET6;
      a.scope = v6->sin6_scope_id;
      std::memcpy(a.bytes, raw, 16);
    }
  }
  return a;
}

bool address_parse(const char *host, uint32_t port, address &out) noexcept {
  storage s{};
  const int number = static_cast<int>(port);
  if (uv_ip4_addr(host, number, &s.v4) && uv_ip6_addr(host, number, &s.v6)) return false;
  const char *zone = std::strchr(host, '%');
  if (zone && !s.v6.sin6_scope_id) return false;  // a zone that this machine does not have
  out = address_of(&s.head);
  return true;
}

const char *address_text(const address &a, bool with_port, char (&out)[address_text_size]) noexcept {
  char host[INET6_ADDRSTRLEN] = "?", zone[IF_NAMESIZE + 1] = "";
  if (!a.known()) {
    std::snprintf(out, sizeof out, "unknown address");
    return out;
  }
  uv_inet_ntop(a.family, a.bytes, host, sizeof host);
  if (a.scope && if_indextoname(a.scope, zone + 1)) zone[0] = '%';
  if (!with_port) std::snprintf(out, sizeof out, "%s%s", host, zone);
  else std::snprintf(out, sizeof out, a.family == AF_INET6 ? "[%s%s]:%u" : "%s%s:%u", host, zone, unsigned{a.port});
  return out;
}

int socket_open(int family) noexcept {
  const int fd = new_socket(family);
  if (fd >= 0) prepare(fd);
  return fd;
}

int socket_connect(int fd, const address &to) noexcept {
  const storage s = storage_of(to);
  int result;
  do result = connect(fd, &s.head, s.size);
  while (result < 0 && errno == EINTR);
  if (result < 0) return errno == EINPROGRESS ? UV_EAGAIN : -errno;
  return 0;
}

int socket_error(int fd) noexcept {
  int error = 0;
  socklen_t size = sizeof error;
  if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size)) error = errno;
  return -error;
}

int socket_listen(const address &at, int backlog, bool reuse_port, bool dual_stack) noexcept {
  const int fd = new_socket(at.family);
  if (fd < 0) return fd;
  set_option(fd, SOL_SOCKET, SO_REUSEADDR);
  if (reuse_port) {
#ifdef SO_REUSEPORT
    set_option(fd, SOL_SOCKET, SO_REUSEPORT);
#else
    socket_close(fd);
    return UV_ENOTSUP;
#endif
  }
  if (at.family == AF_INET6) {
    const int only = !dual_stack;
    setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &only, sizeof only);
  }
  const storage s = storage_of(at);
  if (bind(fd, &s.head, s.size) || listen(fd, backlog)) {
    const int status = -errno;
    socket_close(fd);
    return status;
  }
  return fd;
}

int socket_accept(int fd, address &peer) noexcept {
  storage s{};
  s.size = sizeof s.v6;
  int made;
#if defined(__linux__)
  do made = accept4(fd, &s.head, &s.size, SOCK_NONBLOCK | SOCK_CLOEXEC);
  while (made < 0 && errno == EINTR);
#else
  do made = accept(fd, &s.head, &s.size);
  while (made < 0 && errno == EINTR);
  if (made >= 0) make_quiet(made);
#endif
  if (made < 0) return -errno;
  prepare(made);
  peer = address_of(&s.head);
  return made;
}

int socket_shutdown(int fd) noexcept { return shutdown(fd, SHUT_WR) ? -errno : 0; }

void socket_close(int fd) noexcept { close(fd); }

address socket_name(int fd) noexcept {
  storage s{};
  s.size = sizeof s.v6;
  return getsockname(fd, &s.head, &s.size) ? address{} : address_of(&s.head);
}

}  // namespace libasync
