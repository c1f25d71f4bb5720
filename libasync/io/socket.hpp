#pragma once
#include <sys/socket.h>
#include <uv.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>

// The one place that knows the system's socket calls. libuv polls the sockets
// (uv_poll); what is read and written goes through here, because libuv writes
// without MSG_NOSIGNAL: a peer that resets would end a process that does not
// ignore SIGPIPE, and a library may not change that for its host.
namespace libasync {

/// An IPv4 or IPv6 address with its port, as small as it can be.
struct address {
  uint16_t family;  // AF_INET, AF_INET6, or zero: none
  uint16_t port;
  uint32_t scope;
  unsigned char bytes[16];

  bool known() const noexcept { return family != 0; }
};

/// Room for any address as text, with its port and zone.
constexpr std::size_t address_text_size = 80;

address address_of(const sockaddr *from) noexcept;
/// False when `host` is no literal IPv4 or IPv6 address.
bool address_parse(const char *host, uint32_t port, address &out) noexcept;
/// "127.0.0.1:80" or "[::1]:80"; without a port "127.0.0.1" or "::1".
const char *address_text(const address &a, bool with_port, char (&out)[address_text_size]) noexcept;

// A negative result is a libuv status.
/// Non-blocking, not inherited by children, without delay of small packets.
int socket_open(int family) noexcept;
/// Zero: connected; UV_EAGAIN: under way, watch for writability, then ask socket_error().
int socket_connect(int fd, const address &to) noexcept;
int socket_error(int fd) noexcept;
int socket_listen(const address &at, int backlog, bool reuse_port, bool dual_stack) noexcept;
int socket_accept(int fd, address &peer) noexcept;
inline std::ptrdiff_t socket_receive(int fd, void *data, std::size_t size) noexcept {
  for (;;) {
    const ssize_t result = recv(fd, data, size, 0);
    if (result >= 0) [[likely]]
      return result;
    if (errno != EINTR) return -errno;
  }
}
inline std::ptrdiff_t socket_send(int fd, const void *data, std::size_t size) noexcept {
#ifdef MSG_NOSIGNAL
  constexpr int flags = MSG_NOSIGNAL;
#else
  constexpr int flags = 0;  // SO_NOSIGPIPE does it there
#endif
  for (;;) {
    const ssize_t result = send(fd, data, size, flags);
    if (result >= 0) [[likely]]
      return result;
    if (errno != EINTR) return -errno;
  }
}
/// Ends our side.
int socket_shutdown(int fd) noexcept;
void socket_close(int fd) noexcept;
address socket_name(int fd) noexcept;

}  // namespace libasync
