/* Transports: every way to end. */
#include "asy_transport_test.h"

static void close_inside(asy_transport *t) { asy_transport_close(t); }
static void abort_inside(asy_transport *t) { asy_transport_abort(t); }

/* TRN-04 TRN-03 */
static void test_close_flushes_and_is_told_later_once(void **state) {
  start(&whole);
  size_t total = fill();
  asy_transport_close(transport);
  assert_int_equal(1, asy_transport_is_closing(transport));
  assert_int_equal(ASY_E_CLOSED, asy_transport_write(transport, "x", 1));
  asy_transport_close(transport);
  assert_int_equal(total, drain_peer(state));
  assert_string_equal("lf", strchr(seen.events, 'l'));
  assert_int_equal(ASY_OK, seen.lost);
  asy_transport_abort(transport);
  turns(state, 2);
  assert_null(strchr(strchr(seen.events, 'l') + 1, 'l'));
}

/* TRN-04 TRN-03 */
static void test_close_with_nothing_queued_is_told_in_the_next_turn(void **state) {
  char byte;
  start(&whole);
  asy_transport_close(transport);
  assert_string_equal("", seen.events);
  assert_int_equal(0, peer_receive(peer, &byte, 1));
  turns(state, 1);
  assert_string_equal("lf", seen.events);
  assert_int_equal(ASY_OK, seen.lost);
}

/* TRN-05 */
static void test_abort_drops_what_is_queued(void **state) {
  start(&whole);
  size_t total = fill();
  asy_transport_abort(transport);
  assert_int_equal(0, asy_transport_buffered(transport));
  turns(state, 1);
  assert_non_null(strstr(seen.events, "lf"));
  assert_int_equal(ASY_OK, seen.lost);
  assert_true(drain_peer(state) < total);
}

/* TRN-06 TRN-10 TRN-03 */
static void test_a_reset_is_the_error_of_the_loss(void **state) {
  start(&whole);
  peer_reset(peer);
  peer = -1;
  turns(state, 2);
  assert_string_equal("lf", seen.events);
  assert_int_equal(ASY_E_OS, seen.lost);
  assert_int_equal(ECONNRESET, seen.lost_os);
  for (int i = 0; i < 8; ++i) assert_int_equal(ASY_E_OS, asy_transport_write(transport, "x", 1));
  assert_int_equal(1, asy_test_reports());
}

/* TRN-06 STRM-14 */
static void test_writing_to_a_peer_that_went_raises_no_signal(void **state) {
  start(&whole);
  close(peer);
  peer = -1;
  assert_int_equal(ASY_OK, asy_transport_write(transport, "x", 1));
  while (asy_transport_write(transport, "x", 1) == ASY_OK) {} /* until the answer to that has come, a reset */
  assert_int_equal(0, strlen(seen.events));
  turns(state, 2);
  assert_string_equal("lf", seen.events);
  assert_int_equal(ASY_E_OS, seen.lost);
}

/* TRN-06 */
static void test_a_reset_while_bytes_are_queued_drops_them(void **state) {
  start(&whole);
  fill();
  peer_reset(peer);
  peer = -1;
  turns(state, 3);
  assert_non_null(strstr(seen.events, "lf"));
  assert_int_equal(ASY_E_OS, seen.lost);
  assert_int_equal(0, asy_transport_buffered(transport));
}

/* TRN-08 */
static void test_without_on_eof_the_end_closes(void **state) {
  start(&no_eof);
  peer_send(peer, "x");
  shutdown(peer, SHUT_WR);
  turns(state, 4);
  assert_string_equal("dlf", seen.events);
  assert_int_equal(ASY_OK, seen.lost);
}

/* TRN-08 TRN-12 */
static void test_with_on_eof_writing_goes_on_until_both_ended(void **state) {
  char answer[8] = {0};
  start(&whole);
  shutdown(peer, SHUT_WR);
  turns(state, 3);
  assert_string_equal("e", seen.events);
  assert_int_equal(ASY_OK, asy_transport_write(transport, "still", 5));
  assert_int_equal(5, peer_receive(peer, answer, sizeof answer));
  assert_int_equal(ASY_OK, asy_transport_write_eof(transport));
  assert_int_equal(ASY_E_CLOSED, asy_transport_write_eof(transport));
  turns(state, 2);
  assert_string_equal("elf", seen.events);
  assert_int_equal(0, peer_receive(peer, answer, 1));
}

/* TRN-12 */
static void test_the_end_follows_what_is_queued_and_reading_goes_on(void **state) {
  char byte;
  start(&whole);
  size_t total = fill();
  assert_int_equal(ASY_OK, asy_transport_write_eof(transport));
  assert_int_equal(ASY_OK, asy_transport_write_eof(transport));
  assert_int_equal(ASY_E_STATE, asy_transport_write(transport, "x", 1));
  assert_int_equal(total, drain_peer(state));
  assert_int_equal(0, peer_receive(peer, &byte, 1));
  peer_send(peer, "answer");
  turns(state, 1);
  assert_string_equal("answer", seen.data);
}

/* TRN-02 TRN-03 */
static void test_close_and_abort_inside_on_data(void **state) {
  seen.inside = close_inside;
  start(&whole);
  peer_send(peer, "x");
  turns(state, 3);
  assert_string_equal("dlf", seen.events);
}

/* TRN-02 TRN-05 */
static void test_abort_inside_on_data_ends_a_long_read(void **state) {
  static char block[1 << 20];
  seen.inside = abort_inside;
  start(&whole);
  send(peer, block, sizeof block, MSG_DONTWAIT | MSG_NOSIGNAL);
  turns(state, 3);
  assert_string_equal("dlf", seen.events);
}

/* TRN-31 */
static void test_the_last_handle_of_one_that_nobody_took_closes_it(void **state) {
  char byte;
  asy_transport_unref(transport);
  transport = NULL;
  assert_int_equal(0, peer_receive(peer, &byte, 1));
  turns(state, 1);
}

/* TRN-01 */
static void test_a_transport_in_use_needs_no_handle(void **state) {
  start(&whole);
  asy_transport_unref(transport);
  transport = NULL;
  peer_send(peer, "x");
  turns(state, 1);
  assert_string_equal("x", seen.data);
  shutdown(peer, SHUT_WR);
  turns(state, 1);
  assert_string_equal("de", seen.events);
}

/* TRN-17 */
static void test_names_are_known_after_the_close(void **state) {
  asy_value before = {0}, after = {0};
  start(&whole);
  assert_int_equal(ASY_OK, asy_transport_peer_name(transport, &before));
  asy_transport_abort(transport);
  turns(state, 2);
  assert_int_equal(ASY_OK, asy_transport_peer_name(transport, &after));
  assert_string_equal(asy_value_data(&before, NULL), asy_value_data(&after, NULL));
  asy_value_clear(&after);
  assert_int_equal(ASY_OK, asy_transport_socket_name(transport, &after));
  asy_value_clear(&after);
  asy_value_clear(&before);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      TRANSPORT_TEST(test_close_flushes_and_is_told_later_once),
      TRANSPORT_TEST(test_close_with_nothing_queued_is_told_in_the_next_turn),
      TRANSPORT_TEST(test_abort_drops_what_is_queued),
      TRANSPORT_TEST(test_a_reset_is_the_error_of_the_loss),
      TRANSPORT_TEST(test_writing_to_a_peer_that_went_raises_no_signal),
      TRANSPORT_TEST(test_a_reset_while_bytes_are_queued_drops_them),
      TRANSPORT_TEST(test_without_on_eof_the_end_closes),
      TRANSPORT_TEST(test_with_on_eof_writing_goes_on_until_both_ended),
      TRANSPORT_TEST(test_the_end_follows_what_is_queued_and_reading_goes_on),
      TRANSPORT_TEST(test_close_and_abort_inside_on_data),
      TRANSPORT_TEST(test_abort_inside_on_data_ends_a_long_read),
      TRANSPORT_TEST(test_the_last_handle_of_one_that_nobody_took_closes_it),
      TRANSPORT_TEST(test_a_transport_in_use_needs_no_handle),
      TRANSPORT_TEST(test_names_are_known_after_the_close),
  };
  return asy_test_main(argc, argv, "transport_end", tests);
}
