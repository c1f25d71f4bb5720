/* Connecting: names, several addresses, failures, cancelling. */
#include "asy_resolver_test.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>

static int setup(void **state) {
  resolver_reset();
  return asy_test_setup(state);
}
#define CONNECT_TEST(f) cmocka_unit_test_setup_teardown(f, setup, asy_test_teardown)

static int open_descriptors(void) {
  DIR *all = opendir("/proc/self/fd");
  int count = 0;
  while (readdir(all)) ++count;
  closedir(all);
  return count;
}

static asy_error *failure(asy_loop *loop, asy_future *future) {
  assert_int_equal(ASY_OK, asy_loop_run_until_complete(loop, future));
  asy_error *error = asy_error_ref(asy_future_error(future));
  asy_future_unref(future);
  return error;
}

/* TRN-19 TRN-17 */
static void test_a_literal_address_connects(void **state) {
  int peer;
  asy_value name = {0};
  asy_transport *transport = transport_with_peer(*state, &peer);
  struct sockaddr_in mine;
  socklen_t size = sizeof mine;
  char text[64];
  getpeername(peer, (struct sockaddr *)&mine, &size);
  snprintf(text, sizeof text, "127.0.0.1:%u", ntohs(mine.sin_port));
  assert_int_equal(ASY_OK, asy_transport_socket_name(transport, &name));
  assert_string_equal(text, asy_value_data(&name, NULL));
  asy_value_clear(&name);
  getsockname(peer, (struct sockaddr *)&mine, &size);
  snprintf(text, sizeof text, "127.0.0.1:%u", ntohs(mine.sin_port));
  assert_int_equal(ASY_OK, asy_transport_peer_name(transport, &name));
  assert_string_equal(text, asy_value_data(&name, NULL));
  asy_value_clear(&name);
  asy_transport_unref(transport);
  asy_test_turn(*state);
  assert_int_equal(0, peer_receive(peer, text, 1));
  close(peer);
}

/* TRN-19 */
static void test_the_next_address_is_tried_when_one_refuses(void **state) {
  uint32_t port = 0;
  int listener = peer_listen(&port); /* 127.0.0.1 only */
  asy_future *future = asy_transport_connect(*state, "two", port);
  int peer = peer_accept(*state, future, listener);
  assert_true(peer >= 0);
  asy_future_unref(future);
  close(peer);
  close(listener);
}

/* TRN-19 EXC-09 */
static void test_refused_says_where_and_why(void **state) {
  uint32_t port = peer_free_port();
  char text[64];
  asy_error *error = failure(*state, asy_transport_connect(*state, "127.0.0.1", port));
  snprintf(text, sizeof text, "connect 127.0.0.1:%u: connection refused", port);
  assert_int_equal(ASY_E_OS, asy_error_code(error));
  assert_int_equal(ECONNREFUSED, asy_error_os_code(error));
  assert_string_equal(text, asy_error_message(error));
  asy_error_unref(error);
}

/* TRN-19 */
static void test_every_address_that_failed_is_in_the_error(void **state) {
  asy_error *error = failure(*state, asy_transport_connect(*state, "two", peer_free_port()));
  assert_int_equal(ASY_E_OS, asy_error_code(error));
  assert_int_equal(ECONNREFUSED, asy_error_os_code(error));
  assert_int_equal(2, asy_error_child_count(error));
  assert_non_null(strstr(asy_error_message(error), "connect two:"));
  assert_non_null(strstr(asy_error_message(error), "127.0.0.2:"));
  assert_non_null(strstr(asy_error_message(asy_error_child(error, 1)), "connect 127.0.0.1:"));
  asy_error_unref(error);
}

/* DNS-01 */
static void test_an_unknown_host_is_named(void **state) {
  asy_error *error = failure(*state, asy_stream_connect(*state, "unknown", 80));
  assert_int_equal(ASY_E_NOT_FOUND, asy_error_code(error));
  assert_non_null(strstr(asy_error_message(error), "unknown"));
  asy_error_unref(error);
}

/* TRN-22 */
static void test_bad_arguments_fail_the_future(void **state) {
  assert_int_equal(ASY_E_INVALID, asy_test_finish(*state, asy_transport_connect(*state, NULL, 80), NULL));
  assert_int_equal(ASY_E_INVALID, asy_test_finish(*state, asy_transport_connect(*state, "", 80), NULL));
  assert_int_equal(ASY_E_INVALID, asy_test_finish(*state, asy_transport_connect(*state, "127.0.0.1", 0), NULL));
  assert_int_equal(ASY_E_INVALID, asy_test_finish(*state, asy_transport_connect(*state, "127.0.0.1", 65536), NULL));
  assert_int_equal(ASY_E_INVALID, asy_future_status(asy_transport_connect(NULL, "127.0.0.1", 80)));
  asy_loop_close(*state);
  assert_int_equal(ASY_E_CLOSED, asy_future_status(asy_transport_connect(*state, "127.0.0.1", 80)));
}

/* TRN-21 STRM-01 */
static void test_a_cancelled_connect_has_closed_its_socket(void **state) {
  uint32_t port = 0;
  int listener = peer_listen(&port), before = open_descriptors();
  asy_future *future = asy_transport_connect(*state, "127.0.0.1", port);
  assert_int_equal(before + 1, open_descriptors());
  asy_future_cancel(future, NULL);
  assert_int_equal(before, open_descriptors());
  assert_int_equal(ASY_E_CANCELLED, asy_test_finish(*state, future, NULL));
  close(listener);
}

/* TRN-21 */
static void test_a_connect_cancelled_in_the_look_up_opens_none(void **state) {
  int before = open_descriptors();
  asy_future *future = asy_transport_connect(*state, "slow", 80);
  sem_wait(&resolver.entered);
  asy_future_cancel(future, NULL);
  sem_post(&resolver.gate);
  assert_int_equal(ASY_E_CANCELLED, asy_test_finish(*state, future, NULL));
  while (__atomic_load_n(&resolver.running, __ATOMIC_SEQ_CST)) usleep(100);
  asy_test_turn(*state);
  assert_int_equal(before, open_descriptors());
}

/* TRN-21 */
static void test_a_connection_that_nobody_took_is_closed(void **state) {
  uint32_t port = 0;
  char byte;
  int listener = peer_listen(&port);
  asy_future *future = asy_stream_connect(*state, "127.0.0.1", port);
  int peer = peer_accept(*state, future, listener);
  asy_future_unref(future); /* with its value: nobody ever had the stream, so that is no mistake */
  asy_test_turn(*state);
  assert_int_equal(0, peer_receive(peer, &byte, 1));
  close(peer);
  close(listener);
}

/* TRN-21 */
static void test_a_dropped_connect_leaves_nothing_behind(void **state) {
  uint32_t port = 0;
  int listener = peer_listen(&port), before = open_descriptors();
  asy_future_unref(asy_transport_connect(*state, "127.0.0.1", port));
  assert_int_equal(before, open_descriptors());
  close(listener);
}

/* LOOP-08 */
static void test_closing_the_loop_ends_a_connect(void **state) {
  uint32_t port = 0;
  int listener = peer_listen(&port);
  asy_future *future = asy_stream_connect(*state, "127.0.0.1", port);
  assert_int_equal(ASY_OK, asy_loop_close(*state));
  asy_future_unref(future);
  close(listener);
}

/* TRN-19 */
static void test_a_port_does_not_connect_to_itself(void **state) {
  FILE *range = fopen("/proc/sys/net/ipv4/ip_local_port_range", "r");
  unsigned low = 32768, high = 60999;
  if (range && fscanf(range, "%u %u", &low, &high) != 2) low = 32768;
  if (range) fclose(range);
  /* Bound there and not listening, the system may pick the same port for the client's end. */
  for (unsigned port = low + (low & 1); port < low + 200; port += 2) {
    asy_status status = asy_test_finish(*state, asy_transport_connect(*state, "127.0.0.1", port), NULL);
    if (status) assert_int_equal(ASY_E_OS, status);
  }
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      CONNECT_TEST(test_a_literal_address_connects),
      CONNECT_TEST(test_the_next_address_is_tried_when_one_refuses),
      CONNECT_TEST(test_refused_says_where_and_why),
      CONNECT_TEST(test_every_address_that_failed_is_in_the_error),
      CONNECT_TEST(test_an_unknown_host_is_named),
      CONNECT_TEST(test_bad_arguments_fail_the_future),
      CONNECT_TEST(test_a_cancelled_connect_has_closed_its_socket),
      CONNECT_TEST(test_a_connect_cancelled_in_the_look_up_opens_none),
      CONNECT_TEST(test_a_connection_that_nobody_took_is_closed),
      CONNECT_TEST(test_a_dropped_connect_leaves_nothing_behind),
      CONNECT_TEST(test_closing_the_loop_ends_a_connect),
      CONNECT_TEST(test_a_port_does_not_connect_to_itself),
  };
  return asy_test_main(argc, argv, "connect", tests);
}
