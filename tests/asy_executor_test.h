/* For tests of executors: two threads with room for three jobs, and functions that run until a gate opens. */
#ifndef ASY_EXECUTOR_TEST_H
#define ASY_EXECUTOR_TEST_H
#define _GNU_SOURCE /* thread names */
#include "asy_test.h"

#include <pthread.h>
#include <semaphore.h>
#include <sys/wait.h>
#include <unistd.h>

static sem_t entered, gate;
static int running, most, calls, freed, saw_cancel;
static asy_loop *loop;
static asy_executor *executor;

static UNUSED int add(int *counter, int by) { return __atomic_add_fetch(counter, by, __ATOMIC_SEQ_CST); }
static UNUSED int get(int *counter) { return __atomic_load_n(counter, __ATOMIC_SEQ_CST); }
static UNUSED void count_free(void *data) { (void)data, add(&freed, 1); }

static UNUSED int executor_setup(void **state) {
  running = most = calls = freed = saw_cancel = 0;
  sem_init(&entered, 0, 0);
  sem_init(&gate, 0, 0);
  asy_executor_options options = {.size = sizeof options, .name = "work", .max_threads = 2, .max_queued = 3};
  if (asy_executor_new(&options, &executor) || asy_test_setup(state)) return -1;
  loop = *state;
  return 0;
}
static UNUSED void settle(void) {
  while (get(&running)) usleep(100);
}
static UNUSED int executor_teardown(void **state) {
  settle();
  asy_executor_unref(executor);
  return asy_test_teardown(state);
}
#define EXECUTOR_TEST(f) cmocka_unit_test_setup_teardown(f, executor_setup, executor_teardown)

static UNUSED void enter(int count) {
  while (count--) sem_wait(&entered);
}
static UNUSED void open_gate(int count) {
  while (count--) sem_post(&gate);
}
static UNUSED asy_status answers(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_error;
  add(&calls, 1);
  asy_value_set_int(out_value, (int64_t)(uintptr_t)data);
  return ASY_OK;
}
/* Runs until the gate opens. */
static UNUSED asy_status slow(asy_value *out_value, asy_error **out_error, void *data) {
  int now = add(&running, 1);
  if (now > get(&most)) __atomic_store_n(&most, now, __ATOMIC_SEQ_CST);
  sem_post(&entered);
  sem_wait(&gate);
  add(&saw_cancel, asy_executor_is_cancelled());
  asy_status status = answers(out_value, out_error, data);
  add(&running, -1);
  return status;
}
static UNUSED asy_future *start(asy_run_cb on_run, uintptr_t number) {
  return asy_executor_run(executor, loop, on_run, (void *)number, count_free);
}
static UNUSED asy_status finish(asy_future *future) { return asy_test_finish(loop, future, NULL); }
static UNUSED int64_t finish_int(asy_future *future) {
  int64_t number = -1;
  return asy_test_finish(loop, future, &number) ? -1 : number;
}

static UNUSED asy_status who_am_i(asy_value *out_value, asy_error **out_error, void *name) {
  (void)out_value, (void)out_error;
  pthread_getname_np(pthread_self(), name, 16);
  if (asy_loop_current()) return ASY_E_INTERNAL;
  return asy_await(asy_sleep(loop, 0), NULL, NULL);
}
#endif
