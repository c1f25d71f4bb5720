/* libasync from C, as plain functions that await. */
#include "rows.h"

#include <libasync.h>

static asy_loop *loop;

static asy_task *start(asy_run_cb run, void *user_data) { return asy_spawn(loop, run, user_data, NULL, NULL); }

static void finish(asy_future *last) {
  if (asy_loop_run_until_complete(loop, last) || asy_future_status(last)) abort();
  asy_future_unref(last);
}

static asy_status end_at_once(asy_value *out_value, asy_error **out_error, void *user_data) {
  (void)out_value, (void)out_error, (void)user_data;
  return ASY_OK;
}

static void spawn(long count) {
  for (long made = 0; made < count; made += row_wave) {
    for (int i = 1; i < row_wave; ++i) asy_future_unref(start(end_at_once, NULL));
    finish(start(end_at_once, NULL));
  }
}

static asy_status give_way(asy_value *out_value, asy_error **out_error, void *user_data) {
  (void)out_value, (void)out_error;
  for (long left = *(long *)user_data; left > 0; --left) asy_await(asy_sleep(loop, 0), NULL, NULL);
  return ASY_OK;
}

static void switches(long count) {
  long each = count / row_tasks;
  for (int i = 1; i < row_tasks; ++i) asy_future_unref(start(give_way, &each));
  finish(start(give_way, &each));
}

struct sharing {
  long count;
  void *what;
};

static asy_status pass_on(asy_value *out_value, asy_error **out_error, void *user_data) {
  struct sharing *sharing = user_data;
  (void)out_value, (void)out_error;
  for (long left = sharing->count / 2; left > 0; --left) {
    asy_await(asy_semaphore_acquire(sharing->what), NULL, NULL);
    asy_await(asy_sleep(loop, 0), NULL, NULL);
    asy_semaphore_release(sharing->what);
  }
  return ASY_OK;
}

static void lock(long count) {
  asy_semaphore *semaphore;
  if (asy_semaphore_new(loop, 1, &semaphore)) abort();
  struct sharing sharing = {count, semaphore};
  asy_task *other = start(pass_on, &sharing);
  finish(start(pass_on, &sharing));
  finish(other);
  asy_semaphore_unref(semaphore);
}

static asy_status produce(asy_value *out_value, asy_error **out_error, void *user_data) {
  struct sharing *sharing = user_data;
  asy_value value;
  (void)out_value, (void)out_error;
  for (long left = sharing->count; left > 0; --left) {
    asy_value_set_int(&value, left);
    asy_await(asy_queue_put(sharing->what, &value), NULL, NULL);
  }
  return ASY_OK;
}

static asy_status consume(asy_value *out_value, asy_error **out_error, void *user_data) {
  struct sharing *sharing = user_data;
  asy_value value;
  (void)out_value, (void)out_error;
  for (long left = sharing->count; left > 0; --left) asy_await(asy_queue_get(sharing->what), &value, NULL);
  return ASY_OK;
}

static void queue(long count) {
  asy_queue *queue;
  if (asy_queue_new(loop, 1, &queue)) abort();
  struct sharing sharing = {count, queue};
  asy_task *other = start(produce, &sharing);
  finish(start(consume, &sharing));
  finish(other);
  asy_queue_unref(queue);
}

static asy_status doze(asy_value *out_value, asy_error **out_error, void *user_data) {
  return asy_await(asy_sleep(loop, row_delay((unsigned long)user_data, 2 * ROW_SECOND, ROW_SECOND)), out_value,
                   out_error);
}

static void sleeping(long count) {
  for (long i = 0; i < count; ++i) asy_future_unref(start(doze, (void *)i));
  while (asy_loop_task_count(loop)) asy_loop_step(loop, ASY_FOREVER);
}

int main(int argc, char **argv) {
  static const struct row rows[] = {{"spawn", spawn}, {"switch", switches},   {"lock", lock},
                                    {"queue", queue}, {"sleeping", sleeping}, {NULL, NULL}};
  if (asy_loop_new(NULL, &loop)) return 1;
  int status = row_main(argc, argv, rows);
  asy_loop_close(loop);
  asy_loop_unref(loop);
  return status;
}
