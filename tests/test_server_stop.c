/* Servers: the tasks of their connections, and the end. */
#include "asy_server_test.h"

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
  asy_server_unref(asy_server_ref(with.server));
  asy_server_unref(with.server);
  with.server = NULL;
  int fd = client(state);
  assert_echo(state, fd);
  close(fd);
  turns(state, 2);
  assert_int_equal(ASY_OK, asy_loop_close(*state));
  assert_int_equal(1, with.frees);
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

/* SRV-05 LOOP-08 */
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
      SERVER_TEST(test_a_failed_task_is_reported_with_the_peer_and_its_connection_closed),
      SERVER_TEST(test_the_connection_goes_with_its_task),
      SERVER_TEST(test_close_stops_taking_and_lets_those_there_live),
      SERVER_TEST(test_stop_waits_its_grace_and_then_cancels),
      SERVER_TEST(test_stop_ends_with_the_last_connection_before_its_grace),
      SERVER_TEST(test_stop_aborts_a_connection_without_a_task_that_is_stuck),
      SERVER_TEST(test_a_server_needs_no_handle),
      SERVER_TEST(test_a_task_is_added_once_and_by_the_right_server),
      SERVER_TEST(test_closing_the_loop_ends_connections_and_tasks),
  };
  return asy_test_main(argc, argv, "server_stop", tests);
}
