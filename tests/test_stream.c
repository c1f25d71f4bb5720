/* Streams: their life, and what holds for reading and writing. */
#include "asy_stream_test.h"

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
