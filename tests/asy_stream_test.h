/* For tests of streams: one stream per test, and its peer as a plain socket. */
#ifndef ASY_STREAM_TEST_H
#define ASY_STREAM_TEST_H
#include "asy_io_test.h"

#include <errno.h>

static int peer;
static asy_stream *stream;
static char text[4096];

static UNUSED int setup(void **state) {
  if (asy_test_setup(state)) return -1;
  stream = stream_with_peer(*state, &peer);
  return 0;
}
static UNUSED int teardown(void **state) {
  if (stream) {
    asy_stream_abort(stream);
    asy_stream_unref(stream);
  }
  stream = NULL;
  if (peer >= 0) close(peer);
  return asy_test_teardown(state);
}
#define STREAM_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

static UNUSED asy_status text_of(void **state, asy_future *future) {
  return finish_text(*state, future, text, sizeof text);
}
static UNUSED void turns(void **state, int count) {
  while (count--) asy_test_turn(*state);
}
static UNUSED void come(void **state, const char *data) {
  peer_send(peer, data);
  turns(state, 2);
}
/* Writes until a write has to wait, and gives that write. */
static UNUSED asy_future *fill(size_t *total) {
  static char block[65536];
  for (;;) {
    asy_future *write = asy_stream_write(stream, block, sizeof block);
    *total += sizeof block;
    if (!asy_future_is_done(write)) return write;
    assert_int_equal(ASY_OK, asy_future_status(write));
    asy_future_unref(write);
  }
}
static UNUSED size_t drain_peer(void **state) {
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
static UNUSED void assert_partial(void **state, asy_future *future, const char *expected) {
  assert_int_equal(ASY_OK, asy_loop_run_until_complete(*state, future));
  assert_int_equal(ASY_E_EOF, asy_future_status(future));
  asy_bytes *partial = asy_error_object(asy_future_error(future), asy_bytes_type());
  assert_non_null(partial);
  assert_int_equal(strlen(expected), asy_bytes_size(partial));
  assert_memory_equal(expected, asy_bytes_data(partial), strlen(expected));
  asy_future_unref(future);
}
#endif
