/* Streams: reading. */
#include "asy_stream_test.h"

/* STRM-02 */
static void test_read_gives_what_is_there_as_soon_as_there_is_any(void **state) {
  asy_future *read = asy_stream_read(stream, 100);
  assert_int_equal(0, asy_future_is_done(read));
  peer_send(peer, "hello");
  assert_int_equal(ASY_OK, text_of(state, read));
  assert_string_equal("hello", text);
  come(state, "more than asked for");
  read = asy_stream_read(stream, 4);
  assert_int_equal(1, asy_future_is_done(read));
  assert_int_equal(ASY_OK, text_of(state, read));
  assert_string_equal("more", text);
  assert_int_equal(ASY_OK, text_of(state, asy_stream_read(stream, 100)));
  assert_string_equal(" than asked for", text);
}

/* STRM-02 */
static void test_read_of_nothing_is_done_at_once(void **state) {
  asy_future *read = asy_stream_read(stream, 0);
  assert_int_equal(1, asy_future_is_done(read));
  assert_int_equal(ASY_OK, text_of(state, read));
  assert_string_equal("", text);
}

/* STRM-02 STRM-11 */
static void test_the_end_gives_no_bytes_however_often_one_reads(void **state) {
  peer_send(peer, "last");
  shutdown(peer, SHUT_WR);
  assert_int_equal(ASY_OK, text_of(state, asy_stream_read(stream, 2)));
  assert_int_equal(0, asy_stream_at_eof(stream));
  assert_int_equal(ASY_OK, text_of(state, asy_stream_read(stream, 99)));
  assert_string_equal("st", text);
  for (int i = 0; i < 2; ++i) {
    assert_int_equal(ASY_OK, text_of(state, asy_stream_read(stream, 99)));
    assert_string_equal("", text);
  }
  assert_int_equal(1, asy_stream_at_eof(stream));
  assert_partial(state, asy_stream_read_exactly(stream, 1), "");
}

/* STRM-02 */
static void test_read_all_gives_everything_up_to_the_end(void **state) {
  asy_future *read = asy_stream_read_all(stream);
  come(state, "one ");
  assert_int_equal(0, asy_future_is_done(read));
  come(state, "two");
  shutdown(peer, SHUT_WR);
  assert_int_equal(ASY_OK, text_of(state, read));
  assert_string_equal("one two", text);
  assert_int_equal(ASY_OK, text_of(state, asy_stream_read_all(stream)));
  assert_string_equal("", text);
}

/* STRM-03 */
static void test_read_exactly_waits_for_all_of_it(void **state) {
  asy_future *read = asy_stream_read_exactly(stream, 6);
  come(state, "abc");
  assert_int_equal(0, asy_future_is_done(read));
  come(state, "defgh");
  assert_int_equal(ASY_OK, text_of(state, read));
  assert_string_equal("abcdef", text);
  assert_int_equal(ASY_OK, text_of(state, asy_stream_read_exactly(stream, 2)));
  assert_string_equal("gh", text);
  assert_int_equal(ASY_OK, text_of(state, asy_stream_read_exactly(stream, 0)));
}

/* STRM-03 STRM-10 */
static void test_read_exactly_goes_beyond_the_limit(void **state) {
  enum { size = 3 << 20 };
  char *data = malloc(size);
  for (size_t i = 0; i < size; ++i) data[i] = (char)(i * 7 % 253);
  asy_future *read = asy_stream_read_exactly(stream, size);
  size_t sent = 0;
  for (int idle = 0; sent < size && idle < 1000; ++idle) {
    ssize_t n = send(peer, data + sent, size - sent, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n > 0) sent += (size_t)n, idle = 0;
    turns(state, 1);
  }
  assert_int_equal(ASY_OK, asy_loop_run_until_complete(*state, read));
  size_t got;
  const void *bytes = asy_value_data(asy_future_value(read), &got);
  assert_int_equal(size, got);
  assert_int_equal(0, memcmp(data, bytes, size));
  asy_future_unref(read);
  free(data);
}

/* STRM-03 EXC-04 case 29 */
static void test_an_early_end_hands_over_what_came(void **state) {
  asy_future *read = asy_stream_read_exactly(stream, 10);
  peer_send(peer, "abc");
  shutdown(peer, SHUT_WR);
  assert_partial(state, read, "abc");
  assert_int_equal(1, asy_stream_at_eof(stream));
}

/* STRM-03 STRM-09 */
static void test_a_cancelled_read_leaves_the_bytes(void **state) {
  asy_future *read = asy_stream_read_exactly(stream, 10);
  come(state, "abc");
  asy_future_cancel(read, "no more");
  assert_int_equal(ASY_E_CANCELLED, text_of(state, read));
  come(state, "def");
  assert_int_equal(ASY_OK, text_of(state, asy_stream_read_exactly(stream, 6)));
  assert_string_equal("abcdef", text);
}

/* STRM-04 */
static void test_read_until_includes_the_separator(void **state) {
  asy_future *read = asy_stream_read_until(stream, "\r\n", 2);
  come(state, "line\rone\r");
  assert_int_equal(0, asy_future_is_done(read));
  come(state, "\nline two\r\nrest");
  assert_int_equal(ASY_OK, text_of(state, read));
  assert_string_equal("line\rone\r\n", text);
  read = asy_stream_read_until(stream, "\r\n", 2);
  assert_int_equal(1, asy_future_is_done(read));
  assert_int_equal(ASY_OK, text_of(state, read));
  assert_string_equal("line two\r\n", text);
  assert_int_equal(ASY_OK, text_of(state, asy_stream_read(stream, 99)));
  assert_string_equal("rest", text);
}

/* STRM-04 */
static void test_a_long_separator_is_found_across_many_chunks(void **state) {
  const char *separator = "--boundary-of-many-bytes--";
  asy_future *read = asy_stream_read_until(stream, separator, strlen(separator));
  come(state, "x--bound");
  for (const char *at = separator; *at; ++at) {
    char one[2] = {*at, 0};
    assert_int_equal(0, asy_future_is_done(read));
    come(state, one);
  }
  assert_int_equal(ASY_OK, text_of(state, read));
  assert_string_equal("x--bound--boundary-of-many-bytes--", text);
}

/* STRM-04 */
static void test_the_end_before_a_separator_hands_over_what_came(void **state) {
  asy_future *read = asy_stream_read_until(stream, "\n", 1);
  peer_send(peer, "no newline");
  shutdown(peer, SHUT_WR);
  assert_partial(state, read, "no newline");
}

/* STRM-05 EXC-05 */
static void test_a_separator_beyond_the_limit_leaves_the_bytes(void **state) {
  assert_int_equal(ASY_OK, asy_stream_set_limit(stream, 4));
  asy_future *read = asy_stream_read_until(stream, "\n", 1);
  come(state, "abcd"); /* exactly the limit: it may still come */
  assert_int_equal(0, asy_future_is_done(read));
  come(state, "\n");
  assert_int_equal(ASY_OK, text_of(state, read));
  assert_string_equal("abcd\n", text);
  read = asy_stream_read_until(stream, "\n", 1);
  come(state, "abcde\n");
  assert_int_equal(ASY_E_LIMIT, text_of(state, read));
  assert_int_equal(ASY_E_LIMIT, text_of(state, asy_stream_read_until(stream, "\n", 1)));
  assert_int_equal(ASY_OK, text_of(state, asy_stream_read(stream, 99)));
  assert_string_equal("abcde\n", text);
}

/* STRM-05 */
static void test_a_separator_that_never_comes_is_an_error_at_the_limit(void **state) {
  static char block[200000];
  memset(block, 'x', sizeof block);
  asy_future *read = asy_stream_read_until(stream, "\n", 1);
  assert_int_equal(sizeof block, send(peer, block, sizeof block, MSG_NOSIGNAL));
  assert_int_equal(ASY_E_LIMIT, text_of(state, read));
  assert_int_equal(ASY_OK, text_of(state, asy_stream_read(stream, 3)));
  assert_string_equal("xxx", text);
}

/* STRM-08 */
static void test_a_second_reader_is_refused_and_the_first_unharmed(void **state) {
  asy_future *first = asy_stream_read(stream, 99);
  assert_int_equal(ASY_E_BUSY, text_of(state, asy_stream_read(stream, 99)));
  assert_int_equal(ASY_E_BUSY, text_of(state, asy_stream_read_until(stream, "x", 1)));
  assert_int_equal(ASY_E_BUSY, asy_test_finish(*state, asy_stream_read_view(stream), NULL));
  come(state, "mine");
  assert_int_equal(ASY_OK, text_of(state, first));
  assert_string_equal("mine", text);
}

/* STRM-09 case 30 */
static void test_bytes_before_a_reset_are_read_then_the_error(void **state) {
  come(state, "before");
  peer_reset(peer);
  peer = -1;
  turns(state, 3);
  assert_int_equal(ASY_OK, text_of(state, asy_stream_read(stream, 3)));
  assert_string_equal("bef", text);
  asy_future *read = asy_stream_read_exactly(stream, 10);
  assert_int_equal(ASY_E_OS, asy_future_status(read));
  assert_int_equal(ECONNRESET, asy_error_os_code(asy_future_error(read)));
  assert_non_null(strstr(asy_error_message(asy_future_error(read)), "connection reset"));
  asy_future_unref(read);
  assert_int_equal(ASY_OK, text_of(state, asy_stream_read(stream, 99)));
  assert_string_equal("ore", text);
  assert_int_equal(ASY_E_OS, text_of(state, asy_stream_read(stream, 99)));
  assert_int_equal(ASY_E_OS, text_of(state, asy_stream_read_all(stream)));
}

/* STRM-09 */
static void test_a_waiting_read_is_woken_by_the_reset(void **state) {
  asy_future *read = asy_stream_read(stream, 99);
  peer_reset(peer);
  peer = -1;
  assert_int_equal(ASY_OK, asy_loop_run_until_complete(*state, read));
  assert_int_equal(ASY_E_OS, asy_future_status(read));
  assert_int_equal(ECONNRESET, asy_error_os_code(asy_future_error(read)));
  asy_future_unref(read);
}

/* STRM-10 */
static void test_while_nobody_reads_the_peer_has_to_wait(void **state) {
  static char block[65536];
  size_t sent = 0;
  for (int idle = 0; idle < 20; ++idle) {
    ssize_t n = send(peer, block, sizeof block, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n > 0) sent += (size_t)n, idle = 0;
    turns(state, 1);
  }
  assert_true(sent < 64u << 20);
  size_t got = 0;
  for (int idle = 0; got < sent && idle < 100; ++idle) {
    asy_future *read = asy_stream_read(stream, SIZE_MAX);
    assert_int_equal(ASY_OK, asy_loop_run_until_complete(*state, read));
    size_t n;
    asy_value_data(asy_future_value(read), &n);
    got += n;
    asy_future_unref(read);
  }
  assert_int_equal(sent, got);
}

/* STRM-02 */
static void test_a_view_lends_the_bytes_until_the_next_read(void **state) {
  size_t size = 9;
  int64_t number = 0;
  assert_null(asy_stream_view(stream, &size));
  assert_int_equal(0, size);
  asy_future *read = asy_stream_read_view(stream);
  peer_send(peer, "seen");
  assert_int_equal(ASY_OK, asy_test_finish(*state, read, &number));
  assert_int_equal(4, number);
  const void *view = asy_stream_view(stream, &size);
  assert_int_equal(4, size);
  assert_memory_equal("seen", view, 4);
  come(state, "next");
  assert_memory_equal("seen", view, 4);
  assert_int_equal(ASY_OK, asy_test_finish(*state, asy_stream_read_view(stream), &number));
  assert_memory_equal("next", asy_stream_view(stream, &size), 4);
  assert_int_equal(ASY_OK, asy_stream_release_view(stream));
  assert_null(asy_stream_view(stream, NULL));
  assert_int_equal(ASY_OK, asy_stream_release_view(stream));
  read = asy_stream_read_view(stream);
  asy_future_cancel(read, NULL);
  assert_int_equal(ASY_E_CANCELLED, asy_test_finish(*state, read, NULL));
  shutdown(peer, SHUT_WR);
  assert_int_equal(ASY_OK, asy_test_finish(*state, asy_stream_read_view(stream), &number));
  assert_int_equal(0, number);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      STREAM_TEST(test_read_gives_what_is_there_as_soon_as_there_is_any),
      STREAM_TEST(test_read_of_nothing_is_done_at_once),
      STREAM_TEST(test_the_end_gives_no_bytes_however_often_one_reads),
      STREAM_TEST(test_read_all_gives_everything_up_to_the_end),
      STREAM_TEST(test_read_exactly_waits_for_all_of_it),
      STREAM_TEST(test_read_exactly_goes_beyond_the_limit),
      STREAM_TEST(test_an_early_end_hands_over_what_came),
      STREAM_TEST(test_a_cancelled_read_leaves_the_bytes),
      STREAM_TEST(test_read_until_includes_the_separator),
      STREAM_TEST(test_a_long_separator_is_found_across_many_chunks),
      STREAM_TEST(test_the_end_before_a_separator_hands_over_what_came),
      STREAM_TEST(test_a_separator_beyond_the_limit_leaves_the_bytes),
      STREAM_TEST(test_a_separator_that_never_comes_is_an_error_at_the_limit),
      STREAM_TEST(test_a_second_reader_is_refused_and_the_first_unharmed),
      STREAM_TEST(test_bytes_before_a_reset_are_read_then_the_error),
      STREAM_TEST(test_a_waiting_read_is_woken_by_the_reset),
      STREAM_TEST(test_while_nobody_reads_the_peer_has_to_wait),
      STREAM_TEST(test_a_view_lends_the_bytes_until_the_next_read),
  };
  return asy_test_main(argc, argv, "stream_read", tests);
}
