/* libasync from C, without stacks of their own: coroutines are state machines, timers call back. */
#include "rows.h"

#include <libasync.h>
#include <pthread.h>

static asy_loop *loop;

struct machine {
  long left;
  int state;
  void *shared;
};

static asy_task *start(const asy_coroutine *type, struct machine *self) { return asy_task_new(loop, type, self, NULL); }

static void finish(asy_future *last) {
  if (asy_loop_run_until_complete(loop, last) || asy_future_status(last)) abort();
  asy_future_unref(last);
}

static void nothing(void *user_data) { (void)user_data; }

static void end_at_once(void *self, asy_task *task, const asy_value *sent, asy_error *thrown, asy_step *out_step) {
  (void)self, (void)task, (void)sent, (void)thrown;
  out_step->kind = ASY_STEP_RETURN;
}

static void spawn(long count) {
  static const asy_coroutine type = {.size = sizeof type, .resume = end_at_once, .destroy = nothing};
  static struct machine none;
  for (long made = 0; made < count; made += row_wave) {
    for (int i = 1; i < row_wave; ++i) asy_future_unref(start(&type, &none));
    finish(start(&type, &none));
  }
}

static void give_way(void *self, asy_task *task, const asy_value *sent, asy_error *thrown, asy_step *out_step) {
  struct machine *machine = self;
  (void)task, (void)sent, (void)thrown;
  out_step->kind = machine->left-- > 0 ? ASY_STEP_AWAIT : ASY_STEP_RETURN;
}

static void switches(long count) {
  static const asy_coroutine type = {.size = sizeof type, .resume = give_way, .destroy = nothing};
  struct machine all[row_tasks];
  for (int i = 0; i < row_tasks; ++i) all[i] = (struct machine){.left = count / row_tasks};
  for (int i = 1; i < row_tasks; ++i) asy_future_unref(start(&type, &all[i]));
  finish(start(&type, &all[0]));
}

static void pass_on(void *self, asy_task *task, const asy_value *sent, asy_error *thrown, asy_step *out_step) {
  struct machine *machine = self;
  (void)task, (void)sent, (void)thrown;
  out_step->kind = ASY_STEP_AWAIT;
  if (machine->state == 1) {  // holds it, and gives way once
    machine->state = 2;
    return;
  }
  if (machine->state == 2) asy_semaphore_release(machine->shared);
  if (machine->left-- == 0) out_step->kind = ASY_STEP_RETURN;
  else out_step->future = asy_semaphore_acquire(machine->shared);
  machine->state = 1;
}

static void lock(long count) {
  static const asy_coroutine type = {.size = sizeof type, .resume = pass_on, .destroy = nothing};
  asy_semaphore *semaphore;
  if (asy_semaphore_new(loop, 1, &semaphore)) abort();
  struct machine first = {.left = count / 2, .shared = semaphore}, second = first;
  asy_task *other = start(&type, &first);
  finish(start(&type, &second));
  finish(other);
  asy_semaphore_unref(semaphore);
}

static void produce(void *self, asy_task *task, const asy_value *sent, asy_error *thrown, asy_step *out_step) {
  struct machine *machine = self;
  asy_value value;
  (void)task, (void)sent, (void)thrown;
  out_step->kind = machine->left-- > 0 ? ASY_STEP_AWAIT : ASY_STEP_RETURN;
  if (out_step->kind == ASY_STEP_RETURN) return;
  asy_value_set_int(&value, machine->left);
  out_step->future = asy_queue_put(machine->shared, &value);
}

static void consume(void *self, asy_task *task, const asy_value *sent, asy_error *thrown, asy_step *out_step) {
  struct machine *machine = self;
  (void)task, (void)sent, (void)thrown;
  out_step->kind = machine->left-- > 0 ? ASY_STEP_AWAIT : ASY_STEP_RETURN;
  if (out_step->kind == ASY_STEP_AWAIT) out_step->future = asy_queue_get(machine->shared);
}

static void queue(long count) {
  static const asy_coroutine producer = {.size = sizeof producer, .resume = produce, .destroy = nothing};
  static const asy_coroutine consumer = {.size = sizeof consumer, .resume = consume, .destroy = nothing};
  asy_queue *queue;
  if (asy_queue_new(loop, 1, &queue)) abort();
  struct machine first = {.left = count, .shared = queue}, second = first;
  asy_task *other = start(&producer, &first);
  finish(start(&consumer, &second));
  finish(other);
  asy_queue_unref(queue);
}

static void timer_cancel(long count) {
  asy_handle *handle, **armed = malloc(row_armed * sizeof *armed);
  for (long i = 0; i < row_armed; ++i)
    asy_loop_call_later(loop, row_delay((unsigned long)i, ROW_HOUR, ROW_HOUR), nothing, NULL, NULL, &armed[i]);
  for (long i = 0; i < count; ++i) {
    asy_loop_call_later(loop, row_delay((unsigned long)i, ROW_HOUR, ROW_HOUR), nothing, NULL, NULL, &handle);
    asy_handle_cancel(handle);
    asy_handle_unref(handle);
  }
  for (long i = 0; i < row_armed; ++i) {
    asy_handle_cancel(armed[i]);
    asy_handle_unref(armed[i]);
  }
  free(armed);
}

static void count_down(void *user_data) {
  long *left = user_data;
  if (--*left == 0) asy_loop_stop(loop);
}

static void timer_fire(long count) {
  long left = count;
  for (long i = 0; i < count; ++i)
    asy_loop_call_later(loop, row_delay((unsigned long)i, 1, ROW_MILLISECOND), count_down, &left, NULL, NULL);
  asy_loop_run(loop);
}

static void doze(void *self, asy_task *task, const asy_value *sent, asy_error *thrown, asy_step *out_step) {
  struct machine *machine = self;
  (void)task, (void)sent, (void)thrown;
  out_step->kind = machine->state ? ASY_STEP_RETURN : ASY_STEP_AWAIT;
  if (!machine->state)
    out_step->future = asy_sleep(loop, row_delay((unsigned long)machine->left, 2 * ROW_SECOND, ROW_SECOND));
  machine->state = 1;
}

static void sleeping(long count) {
  static const asy_coroutine type = {.size = sizeof type, .resume = doze, .destroy = free};
  for (long i = 0; i < count; ++i) {
    struct machine *self = malloc(sizeof *self);
    *self = (struct machine){.left = i};
    asy_future_unref(start(&type, self));
  }
  while (asy_loop_task_count(loop)) asy_loop_step(loop, ASY_FOREVER);
}

static asy_future *pending[1000000]; /* in memory before anything is measured */

static void future(long count) {
  for (long i = 0; i < count; ++i) pending[i] = asy_future_new(loop);
  for (long i = 0; i < count; ++i) asy_future_unref(pending[i]);
}

struct posting {
  long count, left;
};

static void *post_all(void *user_data) {
  struct posting *posting = user_data;
  for (long i = posting->count; i > 0; --i)
    if (asy_loop_call_soon_threadsafe(loop, count_down, &posting->left, NULL, NULL)) abort();
  return NULL;
}

static void post(long count) {
  struct posting posting = {count, count};
  pthread_t thread;
  pthread_create(&thread, NULL, post_all, &posting);
  asy_loop_run(loop);
  pthread_join(thread, NULL);
}

int main(int argc, char **argv) {
  static const struct row rows[] = {{"spawn", spawn},
                                    {"switch", switches},
                                    {"lock", lock},
                                    {"queue", queue},
                                    {"timer_cancel", timer_cancel},
                                    {"timer_fire", timer_fire},
                                    {"sleeping", sleeping},
                                    {"future", future},
                                    {"post", post},
                                    {NULL, NULL}};
  memset(pending, 1, sizeof pending);
  if (asy_loop_new(NULL, &loop)) return 1;
  int status = row_main(argc, argv, rows);
  asy_loop_close(loop);
  asy_loop_unref(loop);
  return status;
}
