/* Watching file descriptors. */
#include "asy_io_test.h"

#include <fcntl.h>

static int calls, frees;
static uint32_t seen;
static void count_free(void *data) { (void)data, ++frees; }
static void note(asy_watch *watch, uint32_t events, void *data) {
  (void)watch, (void)data;
  ++calls;
  seen = events;
}
static void close_inside(asy_watch *watch, uint32_t events, void *data) {
  note(watch, events, data);
  asy_watch_close(watch);
}
static void stop_inside(asy_watch *watch, uint32_t events, void *data) {
  note(watch, events, data);
  asy_watch_set_events(watch, 0);
}

static int ends[2];
static int setup(void **state) {
  calls = frees = 0;
  seen = 0;
  return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) || asy_test_setup(state);
}
static int teardown(void **state) {
  int status = asy_test_teardown(state);
  close(ends[0]);
  close(ends[1]);
  return status || frees > 1;
}
#define WATCH_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

static asy_watch *watch(void **state, uint32_t events, asy_watch_cb on_event) {
  asy_watch *made = NULL;
  assert_int_equal(ASY_OK, asy_watch_new(*state, ends[0], events, on_event, NULL, count_free, &made));
  return made;
}
static void finish(void **state, asy_watch *watch) {
  assert_int_equal(ASY_OK, asy_watch_close(watch));
  asy_watch_unref(watch);
  asy_test_turn(*state);
  asy_test_turn(*state);
  assert_int_equal(1, frees);
}

/* SOCK-01 */
static void test_a_readable_descriptor_calls_as_long_as_it_is_readable(void **state) {
  asy_watch *w = watch(state, ASY_WATCH_READABLE, note);
  char byte;
  asy_test_turn(*state);
  assert_int_equal(0, calls);
  peer_send(ends[1], "xy");
  asy_test_turn(*state);
  asy_test_turn(*state);
  assert_int_equal(2, calls);
  assert_int_equal(ASY_WATCH_READABLE, seen);
  assert_int_equal(1, read(ends[0], &byte, 1));
  assert_int_equal(1, read(ends[0], &byte, 1));
  asy_test_turn(*state);
  assert_int_equal(2, calls);
  finish(state, w);
}

/* SOCK-01 SOCK-02 */
static void test_directions_are_set_apart_and_stop_inside_the_callback(void **state) {
  asy_watch *w = watch(state, ASY_WATCH_READABLE | ASY_WATCH_WRITABLE, stop_inside);
  peer_send(ends[1], "x");
  asy_test_turn(*state);
  asy_test_turn(*state);
  assert_int_equal(1, calls);
  assert_int_equal(ASY_WATCH_READABLE | ASY_WATCH_WRITABLE, seen);
  assert_int_equal(ASY_OK, asy_watch_set_events(w, ASY_WATCH_WRITABLE));
  asy_test_turn(*state);
  assert_int_equal(ASY_WATCH_WRITABLE, seen);
  assert_int_equal(ASY_E_INVALID, asy_watch_set_events(w, 64));
  finish(state, w);
}

/* SOCK-02 SOCK-03 */
static void test_a_watch_closes_inside_its_callback(void **state) {
  asy_watch *w = watch(state, ASY_WATCH_WRITABLE, close_inside);
  asy_test_turn(*state);
  asy_test_turn(*state);
  assert_int_equal(1, calls);
  assert_int_equal(1, frees);
  assert_int_equal(ASY_OK, asy_watch_close(w));
  assert_int_equal(ASY_E_CLOSED, asy_watch_set_events(w, ASY_WATCH_READABLE));
  asy_watch_unref(w);
}

/* SOCK-10 TRN-21 */
static void test_the_descriptor_may_be_closed_and_its_number_used_again_at_once(void **state) {
  asy_watch *w = watch(state, ASY_WATCH_WRITABLE, note), *again;
  asy_test_turn(*state);
  calls = 0;
  assert_int_equal(ASY_OK, asy_watch_close(w));
  int number = ends[0], other[2];
  close(ends[0]);
  assert_int_equal(0, pipe(other));
  assert_int_equal(number, other[0]);
  ends[0] = other[0];
  asy_test_turn(*state);
  assert_int_equal(0, calls);
  assert_int_equal(ASY_OK, asy_watch_new(*state, other[0], ASY_WATCH_READABLE, note, NULL, NULL, &again));
  assert_int_equal(1, write(other[1], "x", 1));
  asy_test_turn(*state);
  assert_int_equal(1, calls);
  asy_watch_close(again);
  asy_watch_unref(again);
  asy_watch_unref(w);
  close(other[1]);
}

/* SOCK-01 TRN-30 */
static void test_a_descriptor_has_one_watch(void **state) {
  asy_watch *w = watch(state, ASY_WATCH_READABLE, note), *second = NULL;
  assert_int_equal(ASY_E_BUSY, asy_watch_new(*state, ends[0], ASY_WATCH_READABLE, note, NULL, count_free, &second));
  assert_null(second);
  assert_int_equal(1, frees);
  frees = 0;
  finish(state, w);
}

/* SOCK-01 */
static void test_bad_arguments_are_refused_and_the_callback_consumed(void **state) {
  asy_watch *w = NULL;
  int file = open("/dev/null", O_RDONLY | O_CLOEXEC), closed = dup(file);
  close(closed);
  assert_int_equal(ASY_E_INVALID, asy_watch_new(NULL, ends[0], 1, note, NULL, count_free, &w));
  assert_int_equal(ASY_E_INVALID, asy_watch_new(*state, -1, 1, note, NULL, count_free, &w));
  assert_int_equal(ASY_E_INVALID, asy_watch_new(*state, closed, 1, note, NULL, count_free, &w));
  assert_int_equal(ASY_E_INVALID, asy_watch_new(*state, ends[0], 1, NULL, NULL, count_free, &w));
  assert_int_equal(ASY_E_INVALID, asy_watch_new(*state, ends[0], 8, note, NULL, count_free, &w));
  assert_int_equal(ASY_E_UNSUPPORTED, asy_watch_new(*state, file, 1, note, NULL, count_free, &w));
  assert_int_equal(6, frees);
  assert_null(w);
  frees = 0;
  assert_int_equal(ASY_E_INVALID, asy_watch_set_events(NULL, 1));
  assert_int_equal(ASY_E_INVALID, asy_watch_close(NULL));
  assert_null(asy_watch_ref(NULL));
  asy_watch_unref(NULL);
  close(file);
}

/* SOCK-01 */
static void test_a_broken_connection_is_reported_as_everything_asked_for(void **state) {
  uint32_t port = 0;
  int listener = peer_listen(&port), mine = peer_connect(port), theirs = accept(listener, NULL, NULL);
  asy_watch *w = NULL;
  assert_int_equal(ASY_OK, asy_watch_new(*state, mine, ASY_WATCH_READABLE, note, NULL, count_free, &w));
  peer_reset(theirs);
  asy_test_turn(*state);
  assert_int_equal(ASY_WATCH_READABLE | ASY_WATCH_DISCONNECT, seen & ~ASY_WATCH_WRITABLE);
  asy_test_turn(*state);
  assert_int_equal(2, calls);
  finish(state, w);
  close(mine);
  close(listener);
}

/* SOCK-01 */
static void test_the_peers_end_is_told_to_who_asks(void **state) {
  asy_watch *w = watch(state, ASY_WATCH_DISCONNECT, note);
  peer_send(ends[1], "x");
  asy_test_turn(*state);
  assert_int_equal(0, calls);
  shutdown(ends[1], SHUT_WR);
  asy_test_turn(*state);
  assert_int_equal(1, calls);
  assert_true(seen & ASY_WATCH_DISCONNECT);
  finish(state, w);
}

/* LOOP-23 */
static void test_a_watch_without_handles_lives_until_the_loop_closes(void **state) {
  assert_int_equal(ASY_OK, asy_watch_new(*state, ends[0], ASY_WATCH_WRITABLE, note, NULL, count_free, NULL));
  asy_test_turn(*state);
  assert_int_equal(1, calls);
  assert_int_equal(ASY_OK, asy_loop_close(*state));
  assert_int_equal(1, frees);
  assert_int_equal(ASY_E_CLOSED, asy_watch_new(*state, ends[0], 1, note, NULL, NULL, NULL));
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      WATCH_TEST(test_a_readable_descriptor_calls_as_long_as_it_is_readable),
      WATCH_TEST(test_directions_are_set_apart_and_stop_inside_the_callback),
      WATCH_TEST(test_a_watch_closes_inside_its_callback),
      WATCH_TEST(test_the_descriptor_may_be_closed_and_its_number_used_again_at_once),
      WATCH_TEST(test_a_descriptor_has_one_watch),
      WATCH_TEST(test_bad_arguments_are_refused_and_the_callback_consumed),
      WATCH_TEST(test_a_broken_connection_is_reported_as_everything_asked_for),
      WATCH_TEST(test_the_peers_end_is_told_to_who_asks),
      WATCH_TEST(test_a_watch_without_handles_lives_until_the_loop_closes),
  };
  return asy_test_main(argc, argv, "watch", tests);
}
