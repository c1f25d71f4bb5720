/* A loop that closes with everything pending, and destructors that come back in. */
#include <unistd.h>

#include "asy_task_test.h"

static asy_queue *queue;
static asy_event *event;
static asy_semaphore *semaphore;
static int accepted; /* calls of destructors that were let in, which none may be */

static void on_call(void *data) { (void)data, note("!"); }
static void on_done(asy_future *future, void *data) { (void)future, (void)data, note("!"); }
static void on_event(asy_watch *watch, uint32_t events, void *data) {
  (void)watch, (void)events, (void)data, note("!");
}
static void on_cancel(asy_future *future, void *data) { (void)future, (void)data; }

/* What a destructor might try; a refused call consumes its data, so that nothing comes of it. */
static void come_back(void *data) {
  asy_value value;
  asy_handle *handle = NULL;
  (void)data;
  ++freed;
  asy_value_set_int(&value, 1);
  accepted += !asy_loop_call_soon(loop, on_call, NULL, NULL, NULL);
  accepted += !asy_loop_call_later(loop, 0, on_call, NULL, NULL, &handle);
  accepted += !asy_loop_step(loop, 0);
  asy_future *futures[] = {asy_sleep(loop, 1),    asy_queue_put(queue, &value),     asy_queue_get(queue),
                           asy_event_wait(event), asy_semaphore_acquire(semaphore), spawn(sleeper, NULL),
                           asy_future_new(loop)};
  for (size_t i = 0; i < sizeof futures / sizeof *futures; ++i) {
    accepted += !asy_future_status(futures[i]);
    asy_future_unref(futures[i]);
  }
  asy_handle_unref(handle);
  asy_loop_close(loop);
}

static asy_status holds_on(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error;
  for (int i = 0; i < 3; ++i)
    if (asy_await(asy_future_ref(data), NULL, NULL) == ASY_E_CLOSED) note("x");
  return ASY_OK;
}

/* Everything that can be pending, each with a destructor that comes back. */
static int fill(asy_future **kept, int fd, asy_watch **watch, asy_promise **promise) {
  asy_value value;
  int n = 0;
  asy_loop_call_soon(loop, on_call, &n, come_back, NULL);
  asy_loop_call_later(loop, 5, on_call, &n, come_back, NULL);
  asy_loop_call_soon_threadsafe(loop, on_call, &n, come_back, NULL);
  asy_loop_set_data(loop, &queue, &n, come_back);
  kept[n++] = asy_sleep(loop, ASY_FOREVER);
  kept[n++] = asy_future_new_cancellable(loop, on_cancel, &n, come_back);
  asy_future_add_done_callback(kept[0], on_done, &n, come_back);
  kept[n++] = asy_wait_for(loop, asy_future_ref(kept[1]), ASY_SECOND);
  asy_future *members[] = {asy_future_ref(kept[1]), asy_future_ref(kept[0])};
  kept[n++] = asy_gather(loop, members, 2, 0);
  kept[n++] = asy_spawn(loop, holds_on, kept[1], come_back, NULL);
  kept[n++] = asy_spawn(loop, holds_on, kept[4], come_back, NULL);
  asy_value_set_pointer(&value, &n, come_back);
  kept[n++] = asy_queue_put(queue, &value);
  asy_value_set_pointer(&value, &n, come_back);
  kept[n++] = asy_queue_put(queue, &value); /* it waits: there is room for one */
  kept[n++] = asy_event_wait(event);
  kept[n++] = asy_semaphore_acquire(semaphore);
  kept[n++] = asy_promise_new(loop, on_cancel, &n, come_back, promise);
  asy_watch_new(loop, fd, ASY_WATCH_READABLE, on_event, &n, come_back, watch);
  return n;
}

/* LOOP-08 TASK-26: each is over, each destructor has run once and nothing that they called was let in */
static void test_everything_pending_ends_with_the_loop(void **state) {
  asy_future *kept[16];
  asy_watch *watch;
  asy_promise *promise;
  int ends[2];
  (void)state;
  accepted = 0;
  assert_int_equal(0, pipe(ends));
  assert_int_equal(ASY_OK, asy_queue_new(loop, 1, &queue));
  assert_int_equal(ASY_OK, asy_event_new(loop, &event));
  assert_int_equal(ASY_OK, asy_semaphore_new(loop, 0, &semaphore));
  int count = fill(kept, ends[0], &watch, &promise);
  for (int i = 4; i < 6; ++i) asy_task_set_name(kept[i], "holds on");
  assert_int_equal(ASY_OK, asy_loop_close(loop));
  for (int i = 0; i < count; ++i) {
    assert_int_equal(1, asy_future_is_done(kept[i]));
    asy_future_unref(kept[i]);
  }
  asy_watch_unref(watch);
  asy_promise_unref(promise);
  asy_queue_unref(queue);
  asy_event_unref(event);
  asy_semaphore_unref(semaphore);
  assert_int_equal(12, freed);
  assert_int_equal(0, accepted);
  assert_null(strchr(trail, '!'));
  assert_in_range(asy_test_reports(), 1, 20);
  close(ends[0]);
  close(ends[1]);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {TASK_TEST(test_everything_pending_ends_with_the_loop)};
  return asy_test_main(argc, argv, "misuse: close", tests);
}
