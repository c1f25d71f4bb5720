/* Servers: listening and accepting. */
#include "asy_server_test.h"

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

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      SERVER_TEST(test_every_client_has_a_task_of_its_own),
      SERVER_TEST(test_no_host_is_every_interface),
      SERVER_TEST(test_localhost_and_literal_addresses_listen),
      SERVER_TEST(test_bad_arguments_are_refused_and_the_callback_consumed),
      SERVER_TEST(test_several_servers_share_a_port_when_asked),
      SERVER_TEST(test_a_connection_that_nobody_takes_is_closed),
      SERVER_TEST(test_without_descriptors_it_pauses_and_tries_again),
  };
  return asy_test_main(argc, argv, "server", tests);
}
