/* Contexts follow what is called later for whoever asked: for connections, attempts and predicates. */
#include "asy_io_test.h"

#include "asy_context_test.h"

/* What each callback of a protocol saw. */
static struct { int64_t data, eof, pause, resume, lost; } told;
static void on_data(asy_transport *transport, const void *data, size_t size, void *user_data) {
  (void)transport, (void)data, (void)size, (void)user_data;
  told.data = get();
  set(told.data + 1); /* for the callbacks after it, and nobody else */
}
static void on_eof(asy_transport *transport, void *user_data) { (void)transport, (void)user_data, told.eof = get(); }
static void on_pause(asy_transport *transport, void *user_data) {
  (void)transport, (void)user_data, told.pause = get();
}
static void on_resume(asy_transport *transport, void *user_data) {
  (void)transport, (void)user_data, told.resume = get();
}
static void on_lost(asy_transport *transport, asy_error *error, void *user_data) {
  (void)transport, (void)error, (void)user_data, told.lost = get();
}
static const asy_protocol protocol = {sizeof protocol, on_data, on_eof, on_pause, on_resume, on_lost, NULL, NULL};

static int peer;
static asy_transport *transport;
static asy_status started;
static asy_status starts_in(asy_value *out_value, asy_error **out_error, void *number) {
  (void)out_value, (void)out_error;
  set((intptr_t)number);
  started = asy_transport_start(transport, &protocol);
  set(99); /* too late */
  return ASY_OK;
}
static int connected_setup(void **state) {
  memset(&told, 0, sizeof told);
  if (context_setup(state)) return -1;
  transport = transport_with_peer(loop, &peer);
  return 0;
}
static int connected_teardown(void **state) {
  asy_transport_unref(transport);
  if (peer >= 0) close(peer);
  return context_teardown(state);
}
#define CONNECTED_TEST(f) cmocka_unit_test_setup_teardown(f, connected_setup, connected_teardown)

/* CTX-01 CTX-08 */
static void test_a_protocol_sees_the_context_of_its_start(void **state) {
  (void)state;
  assert_int_equal(ASY_OK, finish(spawn(starts_in, (void *)7)));
  assert_int_equal(ASY_OK, started);
  peer_send(peer, "x");
  asy_test_turn(loop);
  assert_int_equal(7, told.data);
  assert_int_equal(-1, get());
  close(peer);
  peer = -1;
  asy_test_turn(loop);
  assert_int_equal(8, told.eof);
  asy_transport_abort(transport);
  asy_test_turn(loop);
  assert_int_equal(8, told.lost);
}

static asy_status writes(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_error, (void)data;
  static char block[65536];
  set(3);
  while (!asy_transport_buffered(transport)) asy_transport_write(transport, block, sizeof block);
  asy_transport_set_limits(transport, 0, 0);
  asy_value_set_int(out_value, get());
  return ASY_OK;
}

/* CTX-01 CTX-02: also inside the write of a task with another one */
static void test_flow_control_is_told_in_the_protocols_context(void **state) {
  (void)state;
  assert_int_equal(ASY_OK, finish(spawn(starts_in, (void *)7)));
  assert_int_equal(3, finish_int(spawn(writes, NULL)));
  assert_int_equal(7, told.pause);
  asy_transport_set_limits(transport, 1 << 30, 1 << 30);
  assert_int_equal(7, told.resume);
  asy_transport_abort(transport);
}

static int64_t clients[2];
static void on_client(asy_server *server, asy_transport *client, void *count) {
  (void)server, (void)client;
  clients[(*(int *)count)++ % 2] = get();
}
static asy_server *server;
static asy_status listens(asy_value *out_value, asy_error **out_error, void *count) {
  (void)out_value, (void)out_error;
  set(5);
  asy_status status = asy_server_new(loop, "127.0.0.1", 0, NULL, on_client, count, NULL, &server);
  set(6);
  return status;
}

/* CTX-01 CTX-08 */
static void test_a_server_meets_its_clients_in_the_context_it_was_made_in(void **state) {
  int count = 0, ends[2];
  (void)state;
  assert_int_equal(ASY_OK, finish(spawn(listens, &count)));
  for (int i = 0; i < 2; ++i) ends[i] = peer_connect(asy_server_port(server));
  for (int i = 0; count < 2 && i < 100; ++i) asy_test_turn(loop);
  assert_int_equal(5, clients[0]);
  assert_int_equal(5, clients[1]);
  for (int i = 0; i < 2; ++i) close(ends[i]);
  assert_int_equal(ASY_OK, finish(asy_server_stop(server, 0)));
  asy_server_unref(server);
}

static asy_future *attempt(size_t index, void *user_data) {
  (void)user_data;
  see(NULL);
  return index < 2 ? NULL : asy_sleep(loop, 1);
}
static asy_future *race;
static asy_status races(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error, (void)data;
  set(4);
  race = asy_race(loop, 3, ASY_MILLISECOND, attempt, NULL, NULL);
  set(5);
  return ASY_OK;
}

/* CTX-01 */
static void test_a_race_begins_its_attempts_in_the_context_it_was_made_in(void **state) {
  (void)state;
  assert_int_equal(ASY_OK, finish(spawn(races, NULL)));
  assert_int_equal(ASY_OK, finish(race));
  assert_int_equal(3, seen_count);
  for (int i = 0; i < 3; ++i) assert_int_equal(4, seen[i]);
}

static asy_condition *condition;
static int32_t third_time(void *data) {
  (void)data;
  see(NULL);
  if (get() < 8) set(get() + 1);
  return get() == 8;
}
static asy_status waits_for_eight(asy_value *out_value, asy_error **out_error, void *data) {
  (void)data;
  asy_lock *lock = asy_condition_lock(condition);
  set(5);
  asy_status status = asy_await(asy_lock_acquire(lock), NULL, out_error);
  if (!status) status = asy_await(asy_condition_wait_for(condition, third_time, NULL, NULL), NULL, out_error);
  asy_lock_release(lock);
  asy_lock_unref(lock);
  asy_value_set_int(out_value, get());
  return status;
}
static asy_status notifies(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)data;
  asy_lock *lock = asy_condition_lock(condition);
  asy_status status = asy_await(asy_lock_acquire(lock), NULL, out_error);
  if (!status) status = asy_condition_notify_all(condition);
  asy_lock_release(lock);
  asy_lock_unref(lock);
  return status;
}

/* CTX-02: the predicate of a wait is a part of the task that waits */
static void test_a_predicate_shares_its_waiters_context(void **state) {
  (void)state;
  assert_int_equal(ASY_OK, asy_condition_new(loop, NULL, &condition));
  asy_task *waiting = spawn(waits_for_eight, NULL);
  for (int i = 0; i < 2; ++i) {
    settle();
    assert_int_equal(ASY_OK, finish(spawn(notifies, NULL)));
  }
  assert_int_equal(8, finish_int(waiting));
  assert_int_equal(3, seen_count);
  for (int i = 0; i < 3; ++i) assert_int_equal(5 + i, seen[i]);
  asy_condition_unref(condition);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      CONNECTED_TEST(test_a_protocol_sees_the_context_of_its_start),
      CONNECTED_TEST(test_flow_control_is_told_in_the_protocols_context),
      CONTEXT_TEST(test_a_server_meets_its_clients_in_the_context_it_was_made_in),
      CONTEXT_TEST(test_a_race_begins_its_attempts_in_the_context_it_was_made_in),
      CONTEXT_TEST(test_a_predicate_shares_its_waiters_context),
  };
  return asy_test_main(argc, argv, "context of later calls", tests);
}
