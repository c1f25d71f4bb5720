/* For tests of servers: what on_client does with a connection, and clients as plain sockets. */
#ifndef ASY_SERVER_TEST_H
#define ASY_SERVER_TEST_H
#include "asy_io_test.h"

#include <fcntl.h>
#include <sys/resource.h>

enum { most = 64 };
static struct {
  int clients, frees, finished;
  asy_server *server;
  asy_stream *streams[most];
  int ignore;       /* nobody takes the connection */
  int transports;   /* take it with callbacks instead of a stream */
  asy_run_cb serve; /* a task per connection */
} with;

static UNUSED void count_free(void *data) { (void)data, ++with.frees; }
static UNUSED void on_data(asy_transport *transport, const void *data, size_t size, void *user_data) {
  (void)user_data;
  asy_transport_write(transport, data, size);
}
static const asy_protocol echo = {.size = sizeof echo, .on_data = on_data};

static UNUSED void on_client(asy_server *server, asy_transport *transport, void *data) {
  (void)data;
  int n = with.clients++;
  if (with.ignore) return;
  if (with.transports) {
    asy_transport_start(transport, &echo);
    return;
  }
  if (asy_stream_new(transport, &with.streams[n]) || !with.serve) return;
  asy_task *task = asy_spawn(asy_loop_current(), with.serve, with.streams[n], NULL, NULL);
  asy_server_add(server, transport, task);
  asy_future_unref(task);
}

/* Bodies of a connection's task; each gives its stream's handle back. */
static UNUSED asy_status echo_lines(asy_value *out_value, asy_error **out_error, void *stream) {
  asy_status status = ASY_OK;
  (void)out_value;
  while (!status && !asy_stream_at_eof(stream)) {
    asy_value line = {0};
    size_t size;
    status = asy_await(asy_stream_read(stream, 1000), &line, out_error);
    const void *bytes = asy_value_data(&line, &size);
    if (!status && size) status = asy_await(asy_stream_write(stream, bytes, size), NULL, out_error);
    asy_value_clear(&line);
  }
  asy_stream_abort(stream);
  asy_stream_unref(stream);
  ++with.finished;
  return status;
}
static UNUSED asy_status fail_at_once(asy_value *out_value, asy_error **out_error, void *stream) {
  (void)out_value;
  *out_error = asy_error_new(ASY_E_FOREIGN, "handler failed", NULL);
  asy_stream_abort(stream);
  asy_stream_unref(stream);
  return ASY_E_FOREIGN;
}
static UNUSED asy_status return_at_once(asy_value *out_value, asy_error **out_error, void *stream) {
  (void)out_value, (void)out_error;
  asy_future_unref(asy_stream_write(stream, "bye", 3));
  /* its stream stays open: the server closes the connection */
  return ASY_OK;
}

static uint32_t port;
static UNUSED void listen_on(void **state, const char *host) {
  assert_int_equal(ASY_OK, asy_server_new(*state, host, 0, NULL, on_client, NULL, count_free, &with.server));
  port = asy_server_port(with.server);
  assert_true(port > 0);
}
static UNUSED int setup(void **state) {
  memset(&with, 0, sizeof with);
  return asy_test_setup(state);
}
static UNUSED int teardown(void **state) {
  asy_server_unref(with.server);
  return asy_test_teardown(state);
}
#define SERVER_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

static UNUSED void turns(void **state, int count) {
  while (count--) asy_test_turn(*state);
}
static UNUSED int client(void **state) {
  int fd = peer_connect(port);
  assert_true(fd >= 0);
  turns(state, 2);
  return fd;
}
static UNUSED void stop(void **state) {
  assert_int_equal(ASY_OK, asy_test_finish(*state, asy_server_stop(with.server, 0), NULL));
  assert_int_equal(1, with.frees);
}
static UNUSED void assert_echo(void **state, int fd) {
  char answer[8] = {0};
  peer_send(fd, "ping");
  turns(state, 4);
  assert_int_equal(4, peer_receive(fd, answer, sizeof answer));
  assert_string_equal("ping", answer);
}
#endif
