/* For tests of transports: callbacks that record, and the peer as a plain socket. */
#ifndef ASY_TRANSPORT_TEST_H
#define ASY_TRANSPORT_TEST_H
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

static UNUSED void saw(char event) {
  size_t n = strlen(seen.events);
  if (n + 1 < sizeof seen.events) seen.events[n] = event;
}
static UNUSED void on_data(asy_transport *transport, const void *data, size_t size, void *user_data) {
  (void)user_data;
  saw('d');
  if (seen.size + size < sizeof seen.data) memcpy(seen.data + seen.size, data, size);
  seen.size += size;
  if (seen.inside) seen.inside(transport);
}
static UNUSED void on_eof(asy_transport *transport, void *user_data) { (void)transport, (void)user_data, saw('e'); }
static UNUSED void on_pause(asy_transport *transport, void *user_data) {
  (void)user_data;
  saw('p');
  seen.paused_at = asy_transport_buffered(transport);
}
static UNUSED void on_resume(asy_transport *transport, void *user_data) { (void)transport, (void)user_data, saw('r'); }
static UNUSED void on_lost(asy_transport *transport, asy_error *error, void *user_data) {
  (void)transport, (void)user_data;
  saw('l');
  seen.lost = error ? asy_error_code(error) : ASY_OK;
  seen.lost_os = error ? asy_error_os_code(error) : 0;
}
static UNUSED void on_free(void *user_data) { (void)user_data, saw('f'); }

static const asy_protocol whole = {sizeof whole, on_data, on_eof, on_pause, on_resume, on_lost, NULL, on_free};
static const asy_protocol no_eof = {sizeof whole, on_data, NULL, on_pause, on_resume, on_lost, NULL, on_free};

static int peer;
static asy_transport *transport;

static UNUSED int setup(void **state) {
  memset(&seen, 0, sizeof seen);
  if (asy_test_setup(state)) return -1;
  transport = transport_with_peer(*state, &peer);
  return 0;
}
static UNUSED int teardown(void **state) {
  asy_transport_unref(transport);
  transport = NULL;
  if (peer >= 0) close(peer);
  return asy_test_teardown(state);
}
#define TRANSPORT_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

static UNUSED void start(const asy_protocol *protocol) {
  assert_int_equal(ASY_OK, asy_transport_start(transport, protocol));
}
static UNUSED void turns(void **state, int count) {
  while (count--) asy_test_turn(*state);
}
/* Fills the connection until bytes are queued on this side. */
static UNUSED size_t fill(void) {
  static char block[65536];
  size_t written = 0;
  while (!asy_transport_buffered(transport)) {
    assert_int_equal(ASY_OK, asy_transport_write(transport, block, sizeof block));
    written += sizeof block;
  }
  return written;
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
#endif
