/* Servers: listening sockets that own their connections' tasks. */
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

static void count_free(void *data) { (void)data, ++with.frees; }
static void on_data(asy_transport *transport, const void *data, size_t size, void *user_data) {
  (void)user_data;
  asy_transport_write(transport, data, size);
}
static const asy_protocol echo = {.size = sizeof echo, .on_data = on_data};

static void on_client(asy_server *server, asy_transport *transport, void *data) {
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
static asy_status echo_lines(asy_value *out_value, asy_error **out_error, void *stream) {
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
static asy_status fail_at_once(asy_value *out_value, asy_error **out_error, void *stream) {
  (void)out_value;
  *out_error = asy_error_new(ASY_E_FOREIGN, "handler failed", NULL);
  asy_stream_abort(stream);
  asy_stream_unref(stream);
  return ASY_E_FOREIGN;
}
static asy_status return_at_once(asy_value *out_value, asy_error **out_error, void *stream) {
  (void)out_value, (void)out_error;
  asy_future_unref(asy_stream_write(stream, "bye", 3));
  /* its stream stays open: the server closes the connection */
  return ASY_OK;
}

static uint32_t port;
static void listen_on(void **state, const char *host) {
  assert_int_equal(ASY_OK, asy_server_new(*state, host, 0, NULL, on_client, NULL, count_free, &with.server));
  port = asy_server_port(with.server);
  assert_true(port > 0);
}
static int setup(void **state) {
  memset(&with, 0, sizeof with);
  return asy_test_setup(state);
}
static int teardown(void **state) {
  asy_server_unref(with.server);
  return asy_test_teardown(state);
}
#define SERVER_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

static void turns(void **state, int count) {
  while (count--) asy_test_turn(*state);
}
static int client(void **state) {
  int fd = peer_connect(port);
  assert_true(fd >= 0);
  turns(state, 2);
  return fd;
}
static void stop(void **state) {
  assert_int_equal(ASY_OK, asy_test_finish(*state, asy_server_stop(with.server, 0), NULL));
  assert_int_equal(1, with.frees);
}
static void assert_echo(void **state, int fd) {
  char answer[8] = {0};
  peer_send(fd, "ping");
  turns(state, 4);
  assert_int_equal(4, peer_receive(fd, answer, sizeof answer));
  assert_string_equal("ping", answer);
}

/* SRV-01 STRM-19 SRV-14 SRV-15 */
static void test_every_client_has_a_task_of_its_own(void **state) {
  int fds[50];
  with.serve = echo_lines;
  listen_on(state, "127.0.0.1");
  for (int i = 0; i < 50; ++i) fds[i] = peer_connect(port);
  turns(state, 5);
  assert_int_equal(50, with.clients);
  assert_int_equal(50, asy_server_connection_count(with.server));
  for (int i = 0; i < 50; ++i) peer_send(fds[i], "ping");
  turns(state, 5);
  for (int i = 0; i < 50; ++i) {
    char answer[8];
    assert_int_equal(4, peer_receive(fds[i], answer, sizeof answer));
    close(fds[i]);
  }
  turns(state, 5);
  assert_int_equal(50, with.finished);
  assert_int_equal(0, asy_server_connection_count(with.server));
  stop(state);
}

/* SRV-01 */
static void test_no_host_is_every_interface(void **state) {
  with.transports = 1;
  listen_on(state, NULL);
  int fd = client(state);
  assert_echo(state, fd);
  close(fd);
  turns(state, 3);
  stop(state);
}

/* SRV-01 */
static void test_localhost_and_literal_addresses_listen(void **state) {
  with.transports = 1;
  listen_on(state, "localhost");
  int fd = client(state);
  assert_echo(state, fd);
  close(fd);
  asy_server *six = NULL;
  asy_status status = asy_server_new(*state, "::1", 0, NULL, on_client, NULL, NULL, &six);
  assert_true(status == ASY_OK || status == ASY_E_NOT_FOUND || status == ASY_E_UNSUPPORTED);
  if (six) asy_server_close(six);
  asy_server_unref(six);
  stop(state);
}

/* SRV-01 SRV-02 */
static void test_bad_arguments_are_refused_and_the_callback_consumed(void **state) {
  asy_server *server = NULL;
  asy_server_options options = {sizeof options, 0, 64};
  listen_on(state, "127.0.0.1");
  assert_int_equal(ASY_E_INVALID, asy_server_new(NULL, NULL, 0, NULL, on_client, NULL, count_free, &server));
  assert_int_equal(ASY_E_INVALID, asy_server_new(*state, NULL, 65536, NULL, on_client, NULL, count_free, &server));
  assert_int_equal(ASY_E_INVALID, asy_server_new(*state, "no.name", 0, NULL, on_client, NULL, count_free, &server));
  assert_int_equal(ASY_E_INVALID, asy_server_new(*state, NULL, 0, NULL, NULL, NULL, count_free, &server));
  assert_int_equal(ASY_E_INVALID, asy_server_new(*state, NULL, 0, &options, on_client, NULL, count_free, &server));
  assert_int_equal(ASY_E_BUSY, asy_server_new(*state, "127.0.0.1", port, NULL, on_client, NULL, count_free, &server));
  assert_int_equal(ASY_E_NOT_FOUND, asy_server_new(*state, "192.0.2.1", 0, NULL, on_client, NULL, count_free, &server));
  assert_int_equal(7, with.frees);
  assert_null(server);
  assert_int_equal(0, asy_server_port(NULL));
  assert_int_equal(0, asy_server_connection_count(NULL));
  assert_int_equal(ASY_E_INVALID, asy_server_close(NULL));
  assert_int_equal(ASY_E_INVALID, asy_server_add(with.server, NULL, NULL));
  assert_int_equal(ASY_E_INVALID, asy_future_status(asy_server_stop(NULL, 0)));
  assert_int_equal(ASY_E_INVALID, asy_future_status(asy_server_wait_closed(NULL)));
  asy_server_unref(NULL);
  with.frees = 0;
  stop(state);
}

/* SRV-02 */
static void test_several_servers_share_a_port_when_asked(void **state) {
  asy_server_options options = {sizeof options, 16, ASY_SERVER_REUSE_PORT};
  asy_server *second = NULL;
  assert_int_equal(ASY_OK, asy_server_new(*state, "127.0.0.1", 0, &options, on_client, NULL, count_free, &with.server));
  port = asy_server_port(with.server);
  assert_int_equal(ASY_OK, asy_server_new(*state, "127.0.0.1", port, &options, on_client, NULL, NULL, &second));
  asy_server_close(second);
  asy_server_unref(second);
  stop(state);
}

/* SRV-10 */
static void test_a_connection_that_nobody_takes_is_closed(void **state) {
  char byte;
  with.ignore = 1;
  listen_on(state, "127.0.0.1");
  int fd = client(state);
  assert_int_equal(0, peer_receive(fd, &byte, 1));
  assert_int_equal(0, asy_server_connection_count(with.server));
  close(fd);
  stop(state);
}

/* STRM-19 SRV-14 */
static void test_a_failed_task_is_reported_with_the_peer_and_its_connection_closed(void **state) {
  char byte;
  with.serve = fail_at_once;
  listen_on(state, "127.0.0.1");
  int fd = client(state);
  turns(state, 2);
  assert_int_equal(1, asy_test_reports());
  assert_int_equal(ASY_E_FOREIGN, asy_reports.last);
  assert_non_null(strstr(asy_reports.what, "127.0.0.1:"));
  assert_int_equal(0, peer_receive(fd, &byte, 1));
  close(fd);
  stop(state);
}

/* STRM-19 */
static void test_the_connection_goes_with_its_task(void **state) {
  char answer[8];
  with.serve = return_at_once;
  listen_on(state, "127.0.0.1");
  int fd = client(state);
  turns(state, 2);
  assert_int_equal(3, peer_receive(fd, answer, sizeof answer));
  assert_int_equal(0, peer_receive(fd, answer, sizeof answer));
  assert_int_equal(0, asy_server_connection_count(with.server));
  asy_stream_unref(with.streams[0]);
  close(fd);
  stop(state);
}

/* SRV-05 SRV-06 */
static void test_close_stops_taking_and_lets_those_there_live(void **state) {
  with.transports = 1;
  listen_on(state, "127.0.0.1");
  int fd = client(state);
  asy_future *closed = asy_server_wait_closed(with.server), *again = asy_server_wait_closed(with.server);
  turns(state, 2);
  assert_int_equal(0, asy_future_is_done(closed));
  assert_int_equal(ASY_OK, asy_server_close(with.server));
  assert_int_equal(ASY_OK, asy_server_close(with.server));
  assert_int_equal(-1, peer_connect(port));
  turns(state, 2);
  assert_int_equal(1, with.frees);
  assert_echo(state, fd);
  assert_int_equal(0, asy_future_is_done(closed));
  close(fd);
  assert_int_equal(ASY_OK, asy_test_finish(*state, closed, NULL));
  assert_int_equal(ASY_OK, asy_test_finish(*state, again, NULL));
  assert_int_equal(ASY_OK, asy_test_finish(*state, asy_server_wait_closed(with.server), NULL));
}

/* SRV-07 SRV-08 */
static void test_stop_waits_its_grace_and_then_cancels(void **state) {
  with.serve = echo_lines;
  listen_on(state, "127.0.0.1");
  int fd = client(state);
  uint64_t begin = asy_loop_time(*state);
  assert_int_equal(ASY_OK, asy_test_finish(*state, asy_server_stop(with.server, 3 * ASY_SECOND), NULL));
  assert_true(asy_loop_time(*state) - begin >= 3 * ASY_SECOND);
  assert_int_equal(1, with.finished);
  assert_int_equal(0, asy_server_connection_count(with.server));
  close(fd);
}

/* SRV-07 SRV-08 */
static void test_stop_ends_with_the_last_connection_before_its_grace(void **state) {
  with.serve = echo_lines;
  listen_on(state, "127.0.0.1");
  int fd = client(state);
  uint64_t begin = asy_loop_time(*state);
  asy_future *stopped = asy_server_stop(with.server, ASY_FOREVER);
  assert_echo(state, fd);
  close(fd);
  assert_int_equal(ASY_OK, asy_test_finish(*state, stopped, NULL));
  assert_true(asy_loop_time(*state) - begin < ASY_SECOND);
  assert_int_equal(1, with.finished);
}

/* SRV-07 */
static void test_stop_aborts_a_connection_without_a_task_that_is_stuck(void **state) {
  with.transports = 1;
  listen_on(state, "127.0.0.1");
  int fd = client(state);
  static char block[1 << 20];
  for (int i = 0; i < 40; ++i) { /* nobody reads the echo: it piles up at the server */
    send(fd, block, sizeof block, MSG_DONTWAIT | MSG_NOSIGNAL);
    turns(state, 1);
  }
  asy_future *stopped = asy_server_stop(with.server, ASY_FOREVER);
  turns(state, 3);
  assert_int_equal(0, asy_future_is_done(stopped));
  assert_int_equal(ASY_OK, asy_test_finish(*state, asy_server_stop(with.server, 0), NULL)); /* more urgent */
  assert_int_equal(ASY_OK, asy_test_finish(*state, stopped, NULL));
  close(fd);
}

/* SRV-05 */
static void test_a_server_needs_no_handle(void **state) {
  with.transports = 1;
  listen_on(state, "127.0.0.1");
  asy_server_unref(with.server);
  with.server = NULL;
  int fd = client(state);
  assert_echo(state, fd);
  close(fd);
  turns(state, 2);
  assert_int_equal(ASY_OK, asy_loop_close(*state));
  assert_int_equal(1, with.frees);
}

/* SRV-09 */
static void test_without_descriptors_it_pauses_and_tries_again(void **state) {
  struct rlimit before, tight;
  with.transports = 1;
  listen_on(state, "127.0.0.1");
  int fd = peer_connect(port), fill = open("/dev/null", O_RDONLY);
  assert_int_equal(0, getrlimit(RLIMIT_NOFILE, &before));
  tight = before;
  tight.rlim_cur = (rlim_t)fill + 1;
  assert_int_equal(0, setrlimit(RLIMIT_NOFILE, &tight)); /* `fill` got the lowest number: all below are taken */
  turns(state, 1);
  assert_int_equal(0, with.clients);
  assert_int_equal(1, asy_test_reports());
  assert_int_equal(ASY_E_OS, asy_reports.last);
  turns(state, 1);
  assert_int_equal(0, asy_test_reports());
  assert_int_equal(0, setrlimit(RLIMIT_NOFILE, &before));
  uint64_t begin = asy_loop_time(*state);
  asy_test_finish(*state, asy_sleep(*state, 1100 * ASY_MILLISECOND), NULL);
  assert_true(asy_loop_time(*state) - begin >= ASY_SECOND);
  turns(state, 2);
  int later = client(state); /* the first one may not have survived a checker's idea of the limit */
  assert_in_range(with.clients, 1, 2);
  assert_echo(state, later);
  close(later);
  close(fill);
  close(fd);
  turns(state, 2);
  stop(state);
}

/* SRV-08 SRV-15 */
static void test_a_task_is_added_once_and_by_the_right_server(void **state) {
  listen_on(state, "127.0.0.1");
  int fd = client(state), other;
  asy_stream *foreign = stream_with_peer(*state, &other);
  asy_future *task = asy_future_new(*state);
  asy_transport *transport = asy_stream_transport(with.streams[0]);
  assert_int_equal(ASY_E_INVALID, asy_server_add(with.server, asy_stream_transport(foreign), task));
  assert_int_equal(ASY_OK, asy_server_add(with.server, transport, task));
  assert_int_equal(ASY_E_STATE, asy_server_add(with.server, transport, task));
  assert_int_equal(1, asy_server_connection_count(with.server));
  asy_stream_abort(with.streams[0]);
  turns(state, 2);
  assert_int_equal(1, asy_server_connection_count(with.server)); /* its task goes on */
  asy_future_set_result(task, NULL);
  turns(state, 2);
  assert_int_equal(0, asy_server_connection_count(with.server));
  asy_future_unref(task);
  asy_stream_unref(with.streams[0]);
  asy_stream_unref(foreign);
  close(fd);
  close(other);
  stop(state);
}

/* SRV-05 LOOP-10 */
static void test_closing_the_loop_ends_connections_and_tasks(void **state) {
  with.serve = echo_lines;
  listen_on(state, "127.0.0.1");
  int fd = client(state);
  assert_int_equal(ASY_OK, asy_loop_close(*state));
  assert_int_equal(1, with.finished);
  assert_int_equal(1, with.frees);
  assert_int_equal(ASY_E_CLOSED, asy_server_close(with.server));
  asy_test_reports();
  close(fd);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      SERVER_TEST(test_every_client_has_a_task_of_its_own),
      SERVER_TEST(test_no_host_is_every_interface),
      SERVER_TEST(test_localhost_and_literal_addresses_listen),
      SERVER_TEST(test_bad_arguments_are_refused_and_the_callback_consumed),
      SERVER_TEST(test_several_servers_share_a_port_when_asked),
      SERVER_TEST(test_a_connection_that_nobody_takes_is_closed),
      SERVER_TEST(test_a_failed_task_is_reported_with_the_peer_and_its_connection_closed),
      SERVER_TEST(test_the_connection_goes_with_its_task),
      SERVER_TEST(test_close_stops_taking_and_lets_those_there_live),
      SERVER_TEST(test_stop_waits_its_grace_and_then_cancels),
      SERVER_TEST(test_stop_ends_with_the_last_connection_before_its_grace),
      SERVER_TEST(test_stop_aborts_a_connection_without_a_task_that_is_stuck),
      SERVER_TEST(test_a_server_needs_no_handle),
      SERVER_TEST(test_without_descriptors_it_pauses_and_tries_again),
      SERVER_TEST(test_a_task_is_added_once_and_by_the_right_server),
      SERVER_TEST(test_closing_the_loop_ends_connections_and_tasks),
  };
  return asy_test_main(argc, argv, "server", tests);
}
