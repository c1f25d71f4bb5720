/* Handles are counted: every kind takes a reference, gives it back, and allows NULL. */
#include "asy_task_test.h"

#include <unistd.h>

static void call(void *data) { (void)data, note("x"); }
static void on_event(asy_watch *watch, uint32_t events, void *data) { (void)watch, (void)events, (void)data; }
static void on_client(asy_server *server, asy_transport *transport, void *data) {
  (void)server, (void)transport, (void)data;
}

/* Takes a second reference and gives both back; the caller's own is one of them. */
#define COUNTED(type, ref, unref, handle)    \
  do {                                       \
    type *counted = (handle);                \
    assert_ptr_equal(counted, ref(counted)); \
    unref(counted);                          \
    unref(counted);                          \
    assert_null(ref(NULL));                  \
    unref(NULL);                             \
  } while (0)

/* HND-01 */
static void test_a_handle_without_references_still_runs(void **state) {
  asy_handle *handle;
  (void)state;
  assert_int_equal(ASY_OK, asy_loop_call_soon(loop, call, NULL, NULL, &handle));
  COUNTED(asy_handle, asy_handle_ref, asy_handle_unref, handle);
  settle();
  assert_string_equal("x", trail);
}

/* SRV-05 */
static void test_every_kind_of_handle_is_counted(void **state) {
  asy_future *member = asy_future_new(loop);
  asy_completions *completions;
  asy_semaphore *semaphore;
  asy_event *event;
  asy_queue *queue;
  asy_channel *channel;
  asy_watch *watch;
  asy_server *server;
  asy_promise *promise;
  int ends[2];
  (void)state;
  assert_int_equal(ASY_OK, asy_completions_new(loop, &member, 1, &completions));
  COUNTED(asy_completions, asy_completions_ref, asy_completions_unref, completions);
  assert_int_equal(ASY_OK, asy_semaphore_new(loop, 1, &semaphore));
  COUNTED(asy_semaphore, asy_semaphore_ref, asy_semaphore_unref, semaphore);
  assert_int_equal(ASY_OK, asy_event_new(loop, &event));
  COUNTED(asy_event, asy_event_ref, asy_event_unref, event);
  assert_int_equal(ASY_OK, asy_queue_new(loop, 1, &queue));
  COUNTED(asy_queue, asy_queue_ref, asy_queue_unref, queue);
  assert_int_equal(ASY_OK, asy_channel_new(loop, 1, &channel));
  COUNTED(asy_channel, asy_channel_ref, asy_channel_unref, channel);
  assert_int_equal(0, pipe(ends));
  assert_int_equal(ASY_OK, asy_watch_new(loop, ends[0], ASY_WATCH_READABLE, on_event, NULL, NULL, &watch));
  assert_int_equal(ASY_OK, asy_watch_close(watch));
  COUNTED(asy_watch, asy_watch_ref, asy_watch_unref, watch);
  assert_int_equal(ASY_OK, asy_server_new(loop, "127.0.0.1", 0, NULL, on_client, NULL, count_free, &server));
  assert_int_equal(ASY_OK, asy_server_close(server));
  COUNTED(asy_server, asy_server_ref, asy_server_unref, server);
  asy_future *future = asy_promise_new(loop, NULL, NULL, NULL, &promise);
  COUNTED(asy_promise, asy_promise_ref, asy_promise_unref, promise);
  assert_int_equal(ASY_E_BROKEN_PROMISE, finish(asy_future_ref(future)));
  COUNTED(asy_future, asy_future_ref, asy_future_unref, future);
  settle();
  assert_int_equal(1, freed);
  close(ends[0]);
  close(ends[1]);
}

static asy_status open_group(asy_value *out_value, asy_error **out_error, void *data) {
  asy_group *group;
  (void)out_value, (void)data;
  asy_status status = asy_group_new(loop, NULL, &group);
  if (status) return status;
  asy_group_ref(group);
  asy_group_unref(group);
  status = asy_await(asy_group_exit(group, NULL), NULL, out_error);
  asy_group_unref(group);
  asy_group_unref(asy_group_ref(NULL));
  return status;
}

/* TG-15 */
static void test_a_group_is_counted(void **state) {
  (void)state;
  assert_int_equal(ASY_OK, finish(spawn(open_group, NULL)));
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      TASK_TEST(test_a_handle_without_references_still_runs),
      TASK_TEST(test_every_kind_of_handle_is_counted),
      TASK_TEST(test_a_group_is_counted),
  };
  return asy_test_main(argc, argv, "reference", tests);
}
