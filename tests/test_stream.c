/* Streams: awaitable reads and writes. */
#include "asy_io_test.h"

#include <errno.h>

static int peer;
static asy_stream *stream;
static char text[4096];

static int setup(void **state) {
  if (asy_test_setup(state)) return -1;
  stream = stream_with_peer(*state, &peer);
  return 0;
}
static int teardown(void **state) {
  if (stream) {
    asy_stream_abort(stream);
    asy_stream_unref(stream);
  }
  stream = NULL;
  if (peer >= 0) close(peer);
  return asy_test_teardown(state);
}
#define STREAM_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

static asy_status text_of(void **state, asy_future *future) {
  return finish_text(*state, future, text, sizeof text);
}
static void turns(void **state, int count) {
  while (count--) asy_test_turn(*state);
}
static void come(void **state, const char *data) {
  peer_send(peer, data);
  turns(state, 2);
}
/* Writes until a write has to wait, and gives that write. */
static asy_future *fill(size_t *total) {
  static char block[65536];
  for (;;) {
    asy_future *write = asy_stream_write(stream, block, sizeof block);
    *total += sizeof block;
    if (!asy_future_is_done(write)) return write;
    assert_int_equal(ASY_OK, asy_future_status(write));
    asy_future_unref(write);
  }
}
static size_t drain_peer(void **state) {
  static char block[65536];
  size_t total = 0;
  for (int quiet = 0; quiet < 3; ++quiet) {
    int n;
    while ((n = peer_receive(peer, block, sizeof block)) > 0) total += (size_t)n, quiet = 0;
    asy_test_turn(*state);
  }
  return total;
}
/* The partial bytes that an early end hands over. */
static void assert_partial(void **state, asy_future *future, const char *expected) {
  assert_int_equal(ASY_OK, asy_loop_run_until_complete(*state, future));
  assert_int_equal(ASY_E_EOF, asy_future_status(future));
  asy_bytes *partial = asy_error_object(asy_future_error(future), asy_bytes_type());
  assert_non_null(partial);
  assert_int_equal(strlen(expected), asy_bytes_size(partial));
  assert_memory_equal(expected, asy_bytes_data(partial), strlen(expected));
  asy_future_unref(future);
}

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

/* STRM-03 case 29 */
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

/* STRM-05 */
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

/* STRM-15 */
static void test_close_flushes_and_finishes_when_all_is_gone(void **state) {
  size_t total = 0;
  asy_future *write = fill(&total), *first = asy_stream_close(stream), *second = asy_stream_close(stream);
  assert_int_equal(1, asy_stream_is_closing(stream));
  assert_int_equal(0, asy_future_is_done(first));
  assert_int_equal(ASY_E_CLOSED, asy_test_finish(*state, asy_stream_write(stream, "x", 1), NULL));
  assert_int_equal(ASY_E_CLOSED, text_of(state, asy_stream_read(stream, 1)));
  assert_int_equal(total, drain_peer(state));
  assert_int_equal(ASY_OK, asy_test_finish(*state, write, NULL));
  assert_int_equal(ASY_OK, asy_test_finish(*state, first, NULL));
  assert_int_equal(ASY_OK, asy_test_finish(*state, second, NULL));
  assert_int_equal(ASY_OK, asy_test_finish(*state, asy_stream_close(stream), NULL));
}

/* STRM-15 */
static void test_close_fails_with_what_broke_the_connection(void **state) {
  size_t total = 0;
  asy_future_unref(fill(&total));
  asy_future *close_it = asy_stream_close(stream);
  peer_reset(peer);
  peer = -1;
  assert_int_equal(ASY_E_OS, asy_test_finish(*state, close_it, NULL));
  assert_int_equal(ASY_E_OS, asy_test_finish(*state, asy_stream_close(stream), NULL));
  asy_future_unref(asy_stream_close(stream)); /* who does not wait does not care */
}

/* STRM-15 */
static void test_close_ends_a_waiting_read(void **state) {
  asy_future *read = asy_stream_read(stream, 99), *close_it = asy_stream_close(stream);
  assert_int_equal(ASY_E_CLOSED, text_of(state, read));
  assert_int_equal(ASY_OK, asy_test_finish(*state, close_it, NULL));
}

/* STRM-15 */
static void test_abort_drops_what_is_queued(void **state) {
  size_t total = 0;
  asy_future *write = fill(&total);
  assert_int_equal(ASY_OK, asy_stream_abort(stream));
  assert_int_equal(ASY_E_CLOSED, asy_test_finish(*state, write, NULL));
  assert_true(drain_peer(state) < total);
  assert_int_equal(ASY_OK, asy_stream_abort(stream));
}

/* STRM-20 */
static void test_an_open_stream_that_is_dropped_is_reported_and_aborted(void **state) {
  char byte;
  assert_int_equal(ASY_OK, asy_test_finish(*state, asy_stream_write(stream, "x", 1), NULL));
  asy_stream_unref(stream);
  stream = NULL;
  assert_int_equal(1, asy_test_reports());
  assert_int_equal(1, peer_receive(peer, &byte, 1));
  assert_int_equal(0, peer_receive(peer, &byte, 1));
  turns(state, 2);
}

/* STRM-20 STRM-21 */
static void test_a_read_that_waits_holds_its_stream(void **state) {
  asy_future *read = asy_stream_read(stream, 99);
  asy_stream_unref(stream);
  stream = NULL;
  assert_int_equal(0, asy_test_reports());
  peer_send(peer, "kept");
  assert_int_equal(ASY_OK, text_of(state, read));
  assert_string_equal("kept", text);
  assert_int_equal(1, asy_test_reports());
  turns(state, 2);
}

/* STRM-20 */
static void test_a_stream_left_open_at_the_loops_end_is_reported(void **state) {
  asy_future *read = asy_stream_read(stream, 99);
  assert_int_equal(ASY_OK, asy_loop_close(*state));
  assert_int_equal(1, asy_test_reports());
  asy_future_unref(read);
  assert_int_equal(ASY_E_CLOSED, asy_future_status(asy_stream_read(stream, 1)));
  asy_stream_unref(stream);
  stream = NULL;
}

/* STRM-17 */
static void test_names_and_transport(void **state) {
  asy_value mine = {0}, theirs = {0};
  assert_int_equal(ASY_OK, asy_stream_peer_name(stream, &theirs));
  assert_int_equal(ASY_OK, asy_stream_socket_name(stream, &mine));
  assert_memory_equal("127.0.0.1:", asy_value_data(&mine, NULL), 10);
  assert_string_not_equal(asy_value_data(&mine, NULL), asy_value_data(&theirs, NULL));
  asy_value_clear(&mine);
  asy_value_clear(&theirs);
  asy_transport *transport = asy_stream_transport(stream);
  assert_non_null(transport);
  asy_stream *second = stream;
  assert_int_equal(ASY_E_STATE, asy_stream_new(transport, &second));
  assert_null(second);
  asy_stream_abort(stream);
  turns(state, 2);
  assert_int_equal(ASY_OK, asy_stream_peer_name(stream, &theirs));
  asy_value_clear(&theirs);
}

/* STRM-04 STRM-03 */
static void test_bad_arguments_are_refused(void **state) {
  asy_value name = {0};
  asy_stream *made = stream;
  assert_int_equal(ASY_E_INVALID, asy_test_finish(*state, asy_stream_read_until(stream, NULL, 1), NULL));
  assert_int_equal(ASY_E_INVALID, asy_test_finish(*state, asy_stream_read_until(stream, "x", 0), NULL));
  assert_int_equal(ASY_E_INVALID, asy_test_finish(*state, asy_stream_write(stream, NULL, 1), NULL));
  assert_int_equal(ASY_E_INVALID, asy_stream_set_limit(stream, 0));
  assert_int_equal(ASY_E_INVALID, asy_stream_set_limit(stream, SIZE_MAX));
  assert_int_equal(ASY_E_INVALID, asy_future_status(asy_stream_read(NULL, 1)));
  assert_int_equal(ASY_E_INVALID, asy_future_status(asy_stream_read_all(NULL)));
  assert_int_equal(ASY_E_INVALID, asy_future_status(asy_stream_read_exactly(NULL, 1)));
  assert_int_equal(ASY_E_INVALID, asy_future_status(asy_stream_read_until(NULL, "x", 1)));
  assert_int_equal(ASY_E_INVALID, asy_future_status(asy_stream_read_view(NULL)));
  assert_int_equal(ASY_E_INVALID, asy_future_status(asy_stream_write(NULL, "x", 1)));
  assert_int_equal(ASY_E_INVALID, asy_future_status(asy_stream_write_eof(NULL)));
  assert_int_equal(ASY_E_INVALID, asy_future_status(asy_stream_close(NULL)));
  assert_int_equal(ASY_E_INVALID, asy_future_status(asy_stream_connect(NULL, "127.0.0.1", 1)));
  assert_int_equal(ASY_E_INVALID, asy_stream_abort(NULL));
  assert_int_equal(ASY_E_INVALID, asy_stream_release_view(NULL));
  assert_int_equal(ASY_E_INVALID, asy_stream_new(NULL, &made));
  assert_null(made);
  assert_int_equal(ASY_E_INVALID, asy_stream_peer_name(NULL, &name));
  assert_int_equal(ASY_E_INVALID, asy_stream_socket_name(stream, NULL));
  assert_null(asy_stream_transport(NULL));
  assert_null(asy_stream_view(NULL, NULL));
  assert_int_equal(1, asy_stream_is_closing(NULL));
  assert_int_equal(0, asy_stream_at_eof(NULL));
  asy_stream_unref(NULL);
  assert_int_equal(ASY_OK, asy_loop_release(*state));
  assert_int_equal(ASY_E_WRONG_THREAD, asy_future_status(asy_stream_read(stream, 1)));
  assert_int_equal(ASY_E_WRONG_THREAD, asy_stream_abort(stream));
  assert_int_equal(ASY_OK, asy_loop_acquire(*state));
}

static asy_status echo_three(asy_value *out_value, asy_error **out_error, void *unused) {
  asy_status status = ASY_OK;
  (void)unused;
  for (int i = 0; i < 3 && !status; ++i) {
    asy_value line = {0};
    status = asy_await(asy_stream_read_until(stream, "\n", 1), &line, out_error);
    if (!status) {
      size_t size;
      const void *data = asy_value_data(&line, &size);
      status = asy_await(asy_stream_write(stream, data, size), NULL, out_error);
    }
    asy_value_clear(&line);
  }
  asy_value_set_int(out_value, 3);
  return status;
}

/* STRM-04 STRM-12 */
static void test_a_function_on_its_own_stack_echoes_lines(void **state) {
  int64_t lines = 0;
  asy_task *task = asy_spawn(*state, echo_three, NULL, NULL, NULL);
  peer_send(peer, "a\nbc\ndef\n");
  assert_int_equal(ASY_OK, asy_test_finish(*state, task, &lines));
  assert_int_equal(3, lines);
  assert_int_equal(9, peer_receive(peer, text, sizeof text));
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
      STREAM_TEST(test_write_waits_above_the_mark_only),
      STREAM_TEST(test_a_cancelled_write_takes_nothing_back),
      STREAM_TEST(test_shared_bytes_are_sent_without_a_copy),
      STREAM_TEST(test_try_write_queues_nothing),
      STREAM_TEST(test_writing_after_a_reset_fails_with_the_reason),
      STREAM_TEST(test_write_eof_ends_one_side),
      STREAM_TEST(test_close_flushes_and_finishes_when_all_is_gone),
      STREAM_TEST(test_close_fails_with_what_broke_the_connection),
      STREAM_TEST(test_close_ends_a_waiting_read),
      STREAM_TEST(test_abort_drops_what_is_queued),
      STREAM_TEST(test_an_open_stream_that_is_dropped_is_reported_and_aborted),
      STREAM_TEST(test_a_read_that_waits_holds_its_stream),
      STREAM_TEST(test_a_stream_left_open_at_the_loops_end_is_reported),
      STREAM_TEST(test_names_and_transport),
      STREAM_TEST(test_bad_arguments_are_refused),
      STREAM_TEST(test_a_function_on_its_own_stack_echoes_lines),
  };
  return asy_test_main(argc, argv, "stream", tests);
}
