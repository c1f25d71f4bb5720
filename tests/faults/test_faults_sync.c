/* Semaphores, events and queues while memory runs out: no slot and no value is lost. */
#include "faults.h"

static asy_semaphore *semaphore;
static asy_event *event;
static asy_queue *queue;
static int freed;
static void count_free(void *data) { (void)data, ++freed; }

static asy_status handed_over(asy_loop *loop) {
  TRY(asy_semaphore_new(loop, 1, &semaphore));
  asy_future *mine = asy_semaphore_acquire(semaphore), *next = asy_semaphore_acquire(semaphore);
  asy_status status = complete(loop, mine);
  if (!status) {
    asy_semaphore_release(semaphore);
    status = complete(loop, next);
    if (!status) asy_semaphore_release(semaphore);
  } else {
    status = complete(loop, next) ? status : asy_semaphore_release(semaphore) ? ASY_E_INTERNAL : status;
  }
  /* Whoever got no future took no slot. */
  if (asy_semaphore_value(semaphore) != 1) status = ASY_E_INTERNAL;
  asy_semaphore_unref(semaphore);
  return status;
}

static asy_status raised(asy_loop *loop) {
  TRY(asy_event_new(loop, &event));
  asy_future *waits[3] = {asy_event_wait(event), asy_event_wait(event), asy_event_wait(event)};
  asy_status status = asy_event_set(event);
  for (int i = 0; i < 3; ++i) {
    asy_status finished = complete(loop, waits[i]);
    if (!status) status = finished;
  }
  asy_event_unref(event);
  return status;
}

/* Puts more than there is room for, and takes all out again. */
static asy_status through_a_queue(asy_loop *loop, size_t max_size, int many) {
  freed = 0;
  int taken = 0, refused = 0;
  asy_future *puts[40];
  TRY(asy_queue_new(loop, max_size, &queue));
  asy_status status = ASY_OK;
  for (int i = 0; i < many; ++i) {
    asy_value value;
    asy_value_set_pointer(&value, NULL, count_free);
    puts[i] = asy_queue_put(queue, &value);
  }
  for (int i = 0; i < many; ++i) {
    asy_future *get = asy_queue_get(queue);
    asy_status finished = asy_future_status(get);
    if (finished == ASY_OK) ++taken;
    else if (finished != ASY_E_AGAIN) status = finished;
    asy_future_unref(get);
  }
  asy_queue_close(queue);
  asy_value value;
  while (asy_queue_try_get(queue, &value) == ASY_OK) {
    ++taken;
    asy_value_clear(&value);
  }
  for (int i = 0; i < many; ++i) {
    asy_status finished = complete(loop, puts[i]);
    if (finished) {
      ++refused;
      if (!status || status == ASY_E_CLOSED) status = finished;
    }
  }
  asy_queue_unref(queue);
  return freed == many && taken + refused == many ? status : ASY_E_INTERNAL;
}

static asy_status unbounded(asy_loop *loop) { return through_a_queue(loop, 0, 40); }
static asy_status bounded(asy_loop *loop) { return through_a_queue(loop, 3, 20); }

static asy_status meeting(asy_loop *loop) {
  asy_value value;
  TRY(asy_queue_new(loop, 1, &queue));
  asy_future *get = asy_queue_get(queue);
  asy_status made = asy_value_set_string(&value, "met", 3);
  asy_status put = made ? made : complete(loop, asy_queue_put(queue, &value));
  if (put) asy_queue_close(queue);
  asy_status got = complete(loop, get);
  asy_queue_unref(queue);
  return put ? put : got;
}

static void test_semaphores_survive_without_memory(void **state) {
  (void)state;
  SURVIVE(handed_over);
}

static void test_events_survive_without_memory(void **state) {
  (void)state;
  SURVIVE(raised);
}

static void test_queues_survive_without_memory(void **state) {
  (void)state;
  survive("unbounded", unbounded, ASY_E_CLOSED);
  survive("bounded", bounded, ASY_E_CLOSED);
  SURVIVE(meeting);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_semaphores_survive_without_memory),
      cmocka_unit_test(test_events_survive_without_memory),
      cmocka_unit_test(test_queues_survive_without_memory),
  };
  return asy_test_main(argc, argv, "faults_sync", tests);
}
