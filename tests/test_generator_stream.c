/* A stream as the source of a generator: its lines, with a deadline for each. */
#include "asy_stream_test.h"

/* Hands the lines over, the last one also without its end. A stream's error is the iteration's. */
static asy_status lines(asy_value *out_value, asy_error **out_error, void *from) {
  asy_status status;
  asy_value line;
  (void)out_value;
  while (!(status = asy_await(asy_stream_read_until(from, "\n", 1), &line, out_error)))
    if ((status = asy_yield(&line, NULL, out_error))) return status;
  if (status != ASY_E_EOF) return status;
  asy_bytes *rest = asy_error_object(*out_error, asy_bytes_type());
  if (rest && asy_bytes_size(rest)) {
    asy_value_set_bytes_object(&line, asy_bytes_ref(rest));
    status = asy_yield(&line, NULL, NULL);
  }
  asy_error_unref(*out_error);
  *out_error = NULL;
  return status == ASY_E_EOF ? ASY_OK : status;
}

static asy_generator *lines_of(asy_loop *loop) {
  asy_generator *made;
  assert_int_equal(ASY_OK, asy_generator_spawn(loop, lines, stream, NULL, NULL, &made));
  return made;
}

/* AGEN-11 */
static void test_lines_are_handed_over_as_they_come(void **state) {
  asy_generator *all = lines_of(*state);
  peer_send(peer, "one\ntwo\n");
  assert_int_equal(ASY_OK, text_of(state, asy_generator_next(all)));
  assert_string_equal("one\n", text);
  assert_int_equal(ASY_OK, text_of(state, asy_generator_next(all)));
  assert_string_equal("two\n", text);
  asy_future *next = asy_generator_next(all);
  come(state, "thr");
  assert_int_equal(0, asy_future_is_done(next));
  come(state, "ee");
  shutdown(peer, SHUT_WR);
  assert_int_equal(ASY_OK, text_of(state, next));
  assert_string_equal("three", text);
  assert_int_equal(ASY_E_END, text_of(state, asy_generator_next(all)));
  asy_generator_unref(all);
}

/* AGEN-11: a deadline for one item ends the read, and with it the iteration; the stream is whole */
static void test_a_deadline_for_an_item_leaves_the_stream_usable(void **state) {
  asy_generator *all = lines_of(*state);
  come(state, "part");
  assert_int_equal(ASY_E_TIMEOUT, text_of(state, asy_wait_for(*state, asy_generator_next(all), ASY_SECOND)));
  assert_int_equal(ASY_E_END, text_of(state, asy_generator_next(all)));
  asy_generator_unref(all);
  all = lines_of(*state);
  come(state, "ly\n");
  assert_int_equal(ASY_OK, text_of(state, asy_generator_next(all)));
  assert_string_equal("partly\n", text);
  assert_int_equal(ASY_OK, asy_test_finish(*state, asy_generator_close(all), NULL));
  asy_generator_unref(all);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      STREAM_TEST(test_lines_are_handed_over_as_they_come),
      STREAM_TEST(test_a_deadline_for_an_item_leaves_the_stream_usable),
  };
  return asy_test_main(argc, argv, "generator_stream", tests);
}
