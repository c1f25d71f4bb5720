/* Transports: reading, writing, flow control. */
#include "asy_transport_test.h"

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

static asy_status write_until_paused(asy_value *out_value, asy_error **out_error, void *unused) {
  (void)out_error, (void)unused;
  fill();
  asy_transport_set_limits(transport, 0, 0);
  asy_value_set_int(out_value, strchr(seen.events, 'p') != NULL);
  return ASY_OK;
}

/* TRN-14 */
static void test_pause_comes_inside_a_write_from_a_small_stack_too(void **state) {
  int64_t paused = 0;
  start(&whole);
  asy_task *task = asy_spawn(*state, write_until_paused, NULL, NULL, NULL);
  assert_int_equal(ASY_OK, asy_test_finish(*state, task, &paused));
  assert_int_equal(1, paused);
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

/* TRN-01 TRN-22 */
static void test_bad_arguments_are_refused(void **state) {
  asy_protocol empty = {.size = sizeof empty, .on_free = on_free}, unreadable = {.size = 1};
  struct {
    asy_protocol known;
    uint64_t added;
  } later = {empty, 1};
  later.known.size = sizeof later;
  asy_value name = {0};
  assert_int_equal(ASY_E_STATE, asy_transport_pause(transport));
  assert_int_equal(ASY_E_STATE, asy_transport_resume(transport));
  assert_int_equal(ASY_E_INVALID, asy_transport_start(transport, NULL));
  assert_int_equal(ASY_E_INVALID, asy_transport_start(transport, &empty));
  assert_string_equal("f", seen.events);
  assert_int_equal(ASY_E_INVALID, asy_transport_start(transport, &unreadable));
  assert_int_equal(ASY_E_INVALID, asy_transport_start(NULL, &whole));
  assert_string_equal("ff", seen.events);
  assert_int_equal(ASY_E_INVALID, asy_transport_start(transport, &later.known));
  assert_string_equal("fff", seen.events);
  start(&whole);
  assert_int_equal(ASY_E_STATE, asy_transport_start(transport, &whole));
  assert_string_equal("ffff", seen.events);
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

/* What was read is there again at once. */
static void never_runs_dry(asy_transport *read) {
  (void)read;
  peer_send(peer, "more");
}
static void set_flag(asy_transport *read, const void *data, size_t size, void *flag) {
  (void)read, (void)data, (void)size;
  *(int *)flag = 1;
}

/* LOOP-26 */
static void test_a_connection_that_never_runs_dry_takes_one_read_of_each_turn(void **state) {
  int other_peer, served = 0;
  asy_transport *other = transport_with_peer(*state, &other_peer);
  asy_protocol quiet = {.size = sizeof quiet, .on_data = set_flag, .user_data = &served};
  seen.inside = never_runs_dry;
  start(&whole);
  assert_int_equal(ASY_OK, asy_transport_start(other, &quiet));
  peer_send(peer, "first");
  peer_send(other_peer, "x");
  turns(state, 1);
  assert_string_equal("d", seen.events);
  assert_int_equal(1, served);
  turns(state, 2);
  assert_string_equal("ddd", seen.events);
  asy_transport_unref(other);
  close(other_peer);
}

/* LOOP-08 */
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
      TRANSPORT_TEST(test_pause_and_resume_come_once_at_the_marks),
      TRANSPORT_TEST(test_new_marks_take_effect_at_once),
      TRANSPORT_TEST(test_pause_comes_inside_a_write_from_a_small_stack_too),
      TRANSPORT_TEST(test_partial_sends_keep_the_order),
      TRANSPORT_TEST(test_no_byte_comes_after_pause_and_none_is_lost),
      TRANSPORT_TEST(test_small_packets_are_not_delayed),
      TRANSPORT_TEST(test_bad_arguments_are_refused),
      TRANSPORT_TEST(test_a_connection_that_never_runs_dry_takes_one_read_of_each_turn),
      TRANSPORT_TEST(test_closing_the_loop_frees_without_calling_back),
  };
  return asy_test_main(argc, argv, "transport", tests);
}
