/* What the tests of connections share: the other end as a plain blocking socket of the system, so that
   a test decides what the peer does and when. */
#ifndef ASY_IO_TEST_H
#define ASY_IO_TEST_H
#include "asy_test.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

/* A listening socket on 127.0.0.1. */
static UNUSED int peer_listen(uint32_t *port) {
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof at;
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (bind(fd, (struct sockaddr *)&at, size) || listen(fd, 64) || getsockname(fd, (struct sockaddr *)&at, &size))
    return -1;
  *port = ntohs(at.sin_port);
  return fd;
}

static UNUSED int peer_connect(uint32_t port) {
  struct sockaddr_in to = {
      .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int on = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (connect(fd, (struct sockaddr *)&to, sizeof to)) {
    close(fd);
    return -1;
  }
  return fd;
}

/* A port that nobody listens on. */
static UNUSED uint32_t peer_free_port(void) {
  uint32_t port = 0;
  int fd = peer_listen(&port);
  close(fd);
  return port;
}

/* Closes with a reset. */
static UNUSED void peer_reset(int fd) {
  struct linger now = {1, 0};
  setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  close(fd);
}

static UNUSED void peer_send(int fd, const char *text) {
  assert_int_equal((int)strlen(text), (int)send(fd, text, strlen(text), MSG_NOSIGNAL));
}

/* Reads at most `size` bytes without waiting; -1 when there is nothing, 0 at the end. */
static UNUSED int peer_receive(int fd, char *data, size_t size) { return (int)recv(fd, data, size, MSG_DONTWAIT); }

/* Finishes `connect` against `listener` and gives the peer's end; the value stays in the future. */
static UNUSED int peer_accept(asy_loop *loop, asy_future *connect, int listener) {
  assert_int_equal(ASY_OK, asy_loop_run_until_complete(loop, connect));
  assert_int_equal(ASY_OK, asy_future_status(connect));
  return accept(listener, NULL, NULL);
}

/* A stream with its peer's end in *fd. */
static UNUSED asy_stream *stream_with_peer(asy_loop *loop, int *fd) {
  uint32_t port = 0;
  int listener = peer_listen(&port);
  asy_future *connect = asy_stream_connect(loop, "127.0.0.1", port);
  *fd = peer_accept(loop, connect, listener);
  close(listener);
  asy_stream *stream = asy_stream_ref(asy_value_object(asy_future_value(connect), asy_stream_type()));
  asy_future_unref(connect);
  return stream;
}

/* A transport that nobody has taken over, with its peer's end in *fd. */
static UNUSED asy_transport *transport_with_peer(asy_loop *loop, int *fd) {
  uint32_t port = 0;
  int listener = peer_listen(&port);
  asy_future *connect = asy_transport_connect(loop, "127.0.0.1", port);
  *fd = peer_accept(loop, connect, listener);
  close(listener);
  asy_transport *transport = asy_transport_ref(asy_value_object(asy_future_value(connect), asy_transport_type()));
  asy_future_unref(connect);
  return transport;
}

/* Finishes a future of bytes and copies them as text. */
static UNUSED asy_status finish_text(asy_loop *loop, asy_future *future, char *text, size_t room) {
  asy_status status = asy_loop_run_until_complete(loop, future);
  if (!status) status = asy_future_status(future);
  text[0] = '\0';
  if (!status) {
    size_t size;
    const void *data = asy_value_data(asy_future_value(future), &size);
    if (size >= room) size = room - 1;
    if (size) memcpy(text, data, size);
    text[size] = '\0';
  }
  asy_future_unref(future);
  return status;
}

/* Closes and lets go. */
static UNUSED void stream_done(asy_loop *loop, asy_stream *stream) {
  assert_int_equal(ASY_OK, asy_test_finish(loop, asy_stream_close(stream), NULL));
  asy_stream_unref(stream);
}
#endif
