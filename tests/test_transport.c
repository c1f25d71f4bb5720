/* Transports: connections with callbacks. */
#include "asy_io_test.h"

#include <errno.h>
#include <fcntl.h>

/* What the callbacks saw, in order: d data, e eof, p pause, r resume, l lost, f freed. */
static struct {
  char events[256], data[4096];
  size_t size;
  asy_status lost;
  int64_t lost_os;
  size_t paused_at;
  void (*inside)(asy_transport *transport); /* runs in on_data */
} seen;

static void saw(char event) {
  size_t n = strlen(seen.events);
  if (n + 1 < sizeof seen.events) seen.events[n] = event;
}
static void on_data(asy_transport *transport, const void *data, size_t size, void *user_data) {
  (void)user_data;
  saw('d');
  if (seen.size + size < sizeof seen.data) memcpy(seen.data + seen.size, data, size);
  seen.size += size;
  if (seen.inside) seen.inside(transport);
}
static void on_eof(asy_transport *transport, void *user_data) { (void)transport, (void)user_data, saw('e'); }
static void on_pause(asy_transport *transport, void *user_data) {
  (void)user_data;
  saw('p');
  seen.paused_at = asy_transport_buffered(transport);
}
static void on_resume(asy_transport *transport, void *user_data) { (void)transport, (void)user_data, saw('r'); }
static void on_lost(asy_transport *transport, asy_error *error, void *user_data) {
  (void)transport, (void)user_data;
  saw('l');
  seen.lost = error ? asy_error_code(error) : ASY_OK;
  seen.lost_os = error ? asy_error_os_code(error) : 0;
}
static void on_free(void *user_data) { (void)user_data, saw('f'); }

static const asy_protocol whole = {sizeof whole, on_data, on_eof, on_pause, on_resume, on_lost, NULL, on_free};
static const asy_protocol no_eof = {sizeof whole, on_data, NULL, on_pause, on_resume, on_lost, NULL, on_free};

static int peer;
static asy_transport *transport;

static int setup(void **state) {
  memset(&seen, 0, sizeof seen);
  if (asy_test_setup(state)) return -1;
  transport = transport_with_peer(*state, &peer);
  return 0;
}
static int teardown(void **state) {
  asy_transport_unref(transport);
  transport = NULL;
  if (peer >= 0) close(peer);
  return asy_test_teardown(state);
}
#define TRANSPORT_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

static void start(const asy_protocol *protocol) { assert_int_equal(ASY_OK, asy_transport_start(transport, protocol)); }
static void turns(void **state, int count) {
  while (count--) asy_test_turn(*state);
}
/* Fills the connection until bytes are queued on this side. */
static size_t fill(void) {
  static char block[65536];
  size_t written = 0;
  while (!asy_transport_buffered(transport)) {
    assert_int_equal(ASY_OK, asy_transport_write(transport, block, sizeof block));
    written += sizeof block;
  }
  return written;
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

/* TRN-01 TRN-02 TRN-09 */
static void test_bytes_come_in_and_go_out(void **state) {
  char answer[8] = {0};
  start(&whole);
  peer_send(peer, "hello");
  turns(state, 1);
  assert_string_equal("hello", seen.data);
  assert_int_equal(ASY_OK, asy_transport_write(transport, "world", 5));
  assert_int_equal(5, peer_receive(peer, answer, sizeof answer));
  assert_string_equal("world", answer);
  assert_int_equal(ASY_OK, asy_transport_write(transport, NULL, 0));
  assert_int_equal(0, asy_transport_buffered(transport));
}

/* TRN-01 */
static void test_nothing_is_read_before_somebody_takes_over(void **state) {
  peer_send(peer, "early");
  turns(state, 3);
  start(&whole);
  assert_int_equal(0, seen.size);
  turns(state, 1);
  assert_string_equal("early", seen.data);
}

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
  usleep(1000); /* the answer to that is a reset */
  assert_int_not_equal(ASY_OK, asy_transport_write(transport, "x", 1));
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

/* TRN-13 TRN-14 TRN-15 */
static void test_pause_and_resume_come_once_at_the_marks(void **state) {
  static char block[65536];
  start(&whole);
  fill();
  drain_peer(state);
  memset(seen.events, 0, sizeof seen.events);
  size_t before = fill();
  (void)before;
  size_t queued = asy_transport_buffered(transport);
  assert_int_equal(ASY_OK, asy_transport_set_limits(transport, queued, 0));
  assert_null(strchr(seen.events, 'p')); /* exactly at the mark: no pause */
  assert_int_equal(ASY_OK, asy_transport_write(transport, block, 1));
  assert_string_equal("p", seen.events);
  assert_int_equal(queued + 1, seen.paused_at);
  assert_int_equal(ASY_OK, asy_transport_write(transport, block, 1));
  assert_string_equal("p", seen.events);
  drain_peer(state);
  assert_string_equal("pr", seen.events);
}

/* TRN-13 TRN-14 */
static void test_new_marks_take_effect_at_once(void **state) {
  (void)state;
  start(&whole);
  assert_int_equal(ASY_OK, asy_transport_set_limits(transport, 1 << 20, SIZE_MAX));
  fill();
  assert_string_equal("", seen.events);
  assert_int_equal(ASY_OK, asy_transport_set_limits(transport, 0, 0));
  assert_string_equal("p", seen.events);
  assert_int_equal(ASY_OK, asy_transport_set_limits(transport, 1 << 20, 1 << 19));
  assert_string_equal("pr", seen.events);
  assert_int_equal(ASY_E_INVALID, asy_transport_set_limits(transport, 10, 11));
  asy_transport_abort(transport);
}

/* TRN-09 TRN-15 */
static void test_partial_sends_keep_the_order(void **state) {
  enum { count = 3000 };
  static unsigned char got[count * 1024 + 1];
  unsigned char block[1024];
  size_t size = 0;
  start(&whole);
  for (int i = 0; i < count; ++i) {
    memset(block, i % 251, sizeof block);
    assert_int_equal(ASY_OK, asy_transport_write(transport, block, sizeof block));
  }
  for (int idle = 0; size < count * 1024 && idle < 100; ++idle) {
    int n = peer_receive(peer, (char *)got + size, sizeof got - size);
    if (n > 0) size += (size_t)n, idle = 0;
    turns(state, 1);
  }
  assert_int_equal(count * 1024, size);
  for (size_t i = 0; i < size; ++i) assert_int_equal(i / 1024 % 251, got[i]);
}

static void pause_inside(asy_transport *t) { asy_transport_pause(t); }
/* TRN-16 */
static void test_no_byte_comes_after_pause_and_none_is_lost(void **state) {
  seen.inside = pause_inside;
  start(&whole);
  peer_send(peer, "one");
  turns(state, 1);
  assert_string_equal("one", seen.data);
  peer_send(peer, "two");
  turns(state, 3);
  assert_string_equal("one", seen.data);
  assert_int_equal(ASY_OK, asy_transport_pause(transport));
  assert_int_equal(ASY_OK, asy_transport_resume(transport));
  assert_int_equal(ASY_OK, asy_transport_resume(transport));
  turns(state, 1);
  assert_string_equal("onetwo", seen.data);
  asy_transport_close(transport);
  assert_int_equal(ASY_OK, asy_transport_resume(transport));
}

static void close_inside(asy_transport *t) { asy_transport_close(t); }
static void abort_inside(asy_transport *t) { asy_transport_abort(t); }
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

/* TRN-23 */
static void test_small_packets_are_not_delayed(void **state) {
  uint32_t port = 0;
  int listener = peer_listen(&port), on = 0;
  socklen_t size = sizeof on;
  /* The descriptor is the library's secret: the newest one is it. */
  asy_future *future = asy_transport_connect(*state, "127.0.0.1", port);
  int other = peer_accept(*state, future, listener), fd = other - 1;
  assert_int_equal(0, getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, &size));
  assert_int_equal(1, on);
  assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
  asy_future_unref(future);
  close(other);
  close(listener);
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

/* TRN-01 TRN-22 */
static void test_bad_arguments_are_refused(void **state) {
  asy_protocol empty = {.size = sizeof empty, .on_free = on_free}, newer = {.size = sizeof newer + 8};
  asy_value name = {0};
  assert_int_equal(ASY_E_STATE, asy_transport_pause(transport));
  assert_int_equal(ASY_E_STATE, asy_transport_resume(transport));
  assert_int_equal(ASY_E_INVALID, asy_transport_start(transport, NULL));
  assert_int_equal(ASY_E_INVALID, asy_transport_start(transport, &empty));
  assert_string_equal("f", seen.events);
  newer.size = 1;
  assert_int_equal(ASY_E_INVALID, asy_transport_start(transport, &newer));
  assert_int_equal(ASY_E_INVALID, asy_transport_start(NULL, &whole));
  assert_string_equal("ff", seen.events);
  start(&whole);
  assert_int_equal(ASY_E_STATE, asy_transport_start(transport, &whole));
  assert_string_equal("fff", seen.events);
  assert_int_equal(ASY_E_INVALID, asy_transport_write(transport, NULL, 1));
  assert_int_equal(ASY_E_INVALID, asy_transport_write(NULL, "x", 1));
  assert_int_equal(ASY_E_INVALID, asy_transport_write_eof(NULL));
  assert_int_equal(ASY_E_INVALID, asy_transport_close(NULL));
  assert_int_equal(ASY_E_INVALID, asy_transport_abort(NULL));
  assert_int_equal(ASY_E_INVALID, asy_transport_set_limits(NULL, 1, 1));
  assert_int_equal(ASY_E_INVALID, asy_transport_peer_name(transport, NULL));
  assert_int_equal(ASY_E_INVALID, asy_transport_socket_name(NULL, &name));
  assert_int_equal(0, asy_transport_buffered(NULL));
  assert_int_equal(1, asy_transport_is_closing(NULL));
  asy_transport_unref(NULL);
  asy_transport_abort(transport);
  turns(state, 1);
  assert_int_equal(ASY_E_STATE, asy_transport_pause(transport));
  assert_int_equal(ASY_E_CLOSED, asy_transport_start(transport, &whole));
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

/* LOOP-10 */
static void test_closing_the_loop_frees_without_calling_back(void **state) {
  start(&whole);
  fill();
  memset(seen.events, 0, sizeof seen.events);
  assert_int_equal(ASY_OK, asy_loop_close(*state));
  assert_string_equal("f", seen.events);
  assert_int_equal(ASY_E_CLOSED, asy_transport_write(transport, "x", 1));
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      TRANSPORT_TEST(test_bytes_come_in_and_go_out),
      TRANSPORT_TEST(test_nothing_is_read_before_somebody_takes_over),
      TRANSPORT_TEST(test_close_flushes_and_is_told_later_once),
      TRANSPORT_TEST(test_close_with_nothing_queued_is_told_in_the_next_turn),
      TRANSPORT_TEST(test_abort_drops_what_is_queued),
      TRANSPORT_TEST(test_a_reset_is_the_error_of_the_loss),
      TRANSPORT_TEST(test_writing_to_a_peer_that_went_raises_no_signal),
      TRANSPORT_TEST(test_a_reset_while_bytes_are_queued_drops_them),
      TRANSPORT_TEST(test_without_on_eof_the_end_closes),
      TRANSPORT_TEST(test_with_on_eof_writing_goes_on_until_both_ended),
      TRANSPORT_TEST(test_the_end_follows_what_is_queued_and_reading_goes_on),
      TRANSPORT_TEST(test_pause_and_resume_come_once_at_the_marks),
      TRANSPORT_TEST(test_new_marks_take_effect_at_once),
      TRANSPORT_TEST(test_partial_sends_keep_the_order),
      TRANSPORT_TEST(test_no_byte_comes_after_pause_and_none_is_lost),
      TRANSPORT_TEST(test_close_and_abort_inside_on_data),
      TRANSPORT_TEST(test_abort_inside_on_data_ends_a_long_read),
      TRANSPORT_TEST(test_small_packets_are_not_delayed),
      TRANSPORT_TEST(test_the_last_handle_of_one_that_nobody_took_closes_it),
      TRANSPORT_TEST(test_a_transport_in_use_needs_no_handle),
      TRANSPORT_TEST(test_bad_arguments_are_refused),
      TRANSPORT_TEST(test_names_are_known_after_the_close),
      TRANSPORT_TEST(test_closing_the_loop_frees_without_calling_back),
  };
  return asy_test_main(argc, argv, "transport", tests);
}
