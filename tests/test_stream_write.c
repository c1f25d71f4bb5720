/* Streams: writing. */
#include "asy_stream_test.h"

/* STRM-12 STRM-13 STRM-14 */
static void test_write_waits_above_the_mark_only(void **state) {
  size_t total = 0;
  asy_future *done = asy_stream_write(stream, "x", 1);
  assert_int_equal(1, asy_future_is_done(done));
  asy_future_unref(done);
  asy_future *first = fill(&total), *second = asy_stream_write(stream, "y", 1);
  assert_int_equal(0, asy_future_is_done(second));
  assert_int_equal(total + 2, drain_peer(state));
  assert_int_equal(ASY_OK, asy_test_finish(*state, first, NULL));
  assert_int_equal(ASY_OK, asy_test_finish(*state, second, NULL));
}

/* STRM-13 STRM-14 */
static void test_write_or_wait_makes_a_future_above_the_mark_only(void **state) {
  size_t total = 0;
  assert_null(asy_stream_write_or_wait(stream, "x", 1));
  assert_null(asy_stream_write_or_wait(stream, NULL, 0));
  asy_future *first = fill(&total), *second = asy_stream_write_or_wait(stream, "y", 1);
  assert_int_equal(0, asy_future_is_done(second));
  assert_int_equal(total + 2, drain_peer(state));
  assert_int_equal(ASY_OK, asy_test_finish(*state, first, NULL));
  assert_int_equal(ASY_OK, asy_test_finish(*state, second, NULL));
}

/* STRM-13 STRM-16 */
static void test_write_or_wait_fails_in_a_future(void **state) {
  assert_int_equal(ASY_E_INVALID, asy_future_status(asy_stream_write_or_wait(NULL, "x", 1)));
  assert_int_equal(ASY_E_INVALID, asy_future_status(asy_stream_write_or_wait(stream, NULL, 1)));
  assert_int_equal(ASY_OK, asy_test_finish(*state, asy_stream_write_eof(stream), NULL));
  assert_int_equal(ASY_E_STATE, asy_future_status(asy_stream_write_or_wait(stream, "x", 1)));
  assert_int_equal(ASY_OK, asy_test_finish(*state, asy_stream_close(stream), NULL));
  assert_int_equal(ASY_E_CLOSED, asy_future_status(asy_stream_write_or_wait(stream, "x", 1)));
}

/* STRM-13 */
static void test_a_cancelled_write_takes_nothing_back(void **state) {
  size_t total = 0;
  asy_future *write = fill(&total);
  asy_future_cancel(write, NULL);
  assert_int_equal(ASY_E_CANCELLED, asy_test_finish(*state, write, NULL));
  assert_int_equal(total, drain_peer(state));
}

/* STRM-12 */
static void test_shared_bytes_are_sent_without_a_copy(void **state) {
  enum { size = 1 << 20 };
  char *data = calloc(1, size);
  asy_bytes *bytes;
  size_t total = 0;
  assert_int_equal(ASY_OK, asy_bytes_new(data, size, &bytes));
  asy_future *write = NULL;
  do {
    asy_future_unref(write);
    write = asy_stream_write_bytes(stream, bytes);
    total += size;
  } while (asy_future_is_done(write));
  asy_bytes_unref(bytes);
  assert_int_equal(total, drain_peer(state));
  assert_int_equal(ASY_OK, asy_test_finish(*state, write, NULL));
  assert_int_equal(ASY_E_INVALID, asy_test_finish(*state, asy_stream_write_bytes(stream, NULL), NULL));
  free(data);
}

/* STRM-12 */
static void test_try_write_queues_nothing(void **state) {
  static char block[65536];
  size_t total = 0, written;
  asy_status status;
  while (!(status = asy_stream_try_write(stream, block, sizeof block, &written))) total += written;
  assert_int_equal(ASY_E_AGAIN, status);
  assert_int_equal(0, written);
  assert_int_equal(0, asy_transport_buffered(asy_stream_transport(stream)));
  assert_int_equal(total, drain_peer(state));
  assert_int_equal(ASY_OK, asy_stream_try_write(stream, NULL, 0, &written));
  assert_int_equal(ASY_E_INVALID, asy_stream_try_write(stream, NULL, 1, NULL));
}

/* STRM-13 STRM-14 case 31 */
static void test_writing_after_a_reset_fails_with_the_reason(void **state) {
  size_t total = 0;
  asy_future *waiting = fill(&total);
  peer_reset(peer);
  peer = -1;
  assert_int_equal(ASY_E_OS, asy_test_finish(*state, waiting, NULL));
  asy_future *write = asy_stream_write(stream, "x", 1);
  assert_int_equal(ASY_E_OS, asy_future_status(write));
  int64_t reason = asy_error_os_code(asy_future_error(write));
  assert_true(reason == ECONNRESET || reason == EPIPE);
  assert_non_null(strstr(asy_error_message(asy_future_error(write)), "127.0.0.1:"));
  asy_future_unref(write);
}

/* STRM-16 */
static void test_write_eof_ends_one_side(void **state) {
  char byte;
  size_t total = 0;
  asy_future *write = fill(&total), *end = asy_stream_write_eof(stream);
  assert_int_equal(0, asy_future_is_done(end));
  assert_int_equal(ASY_E_STATE, asy_test_finish(*state, asy_stream_write(stream, "x", 1), NULL));
  assert_int_equal(total, drain_peer(state));
  assert_int_equal(ASY_OK, asy_test_finish(*state, end, NULL));
  assert_int_equal(ASY_OK, asy_test_finish(*state, write, NULL));
  assert_int_equal(0, peer_receive(peer, &byte, 1));
  assert_int_equal(ASY_OK, asy_test_finish(*state, asy_stream_write_eof(stream), NULL));
  peer_send(peer, "still here");
  assert_int_equal(ASY_OK, text_of(state, asy_stream_read(stream, 99)));
  assert_string_equal("still here", text);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      STREAM_TEST(test_write_waits_above_the_mark_only),
      STREAM_TEST(test_write_or_wait_makes_a_future_above_the_mark_only),
      STREAM_TEST(test_write_or_wait_fails_in_a_future),
      STREAM_TEST(test_a_cancelled_write_takes_nothing_back),
      STREAM_TEST(test_shared_bytes_are_sent_without_a_copy),
      STREAM_TEST(test_try_write_queues_nothing),
      STREAM_TEST(test_writing_after_a_reset_fails_with_the_reason),
      STREAM_TEST(test_write_eof_ends_one_side),
  };
  return asy_test_main(argc, argv, "stream_write", tests);
}
