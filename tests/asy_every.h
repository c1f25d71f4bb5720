/* Every operation as a small body that awaits, to be run under all that may go wrong: cancelled at each suspension,
   without memory at each allocation, in every order. To add a concept, write its body and one line in `scenarios`. */
#ifndef ASY_EVERY_H
#define ASY_EVERY_H
#include "asy_every_coroutines.h"
#include "asy_every_generators.h"
#include "asy_every_sync.h"
#include "asy_every_tasks.h"
#include "asy_every_threads.h"

#include <unistd.h>

/* ---- LOOP HND */

BODY(sleeps) {
  TRY(await(asy_sleep(loop, 0)));
  return await(asy_sleep(loop, ASY_MILLISECOND));
}
BODY(calls) {
  asy_handle *soon = NULL, *late = NULL;
  asy_future *future = asy_future_new(loop);
  asy_status status = asy_loop_call_soon(loop, nothing, NULL, NULL, &soon);
  status = first(status, asy_loop_call_at(loop, UINT64_MAX - 1, nothing, NULL, NULL, &late));
  status = first(status, asy_loop_call_later(loop, 5, set_done, asy_future_ref(future), drop, NULL));
  if (!status) status = await(asy_future_ref(future));
  if (soon) asy_handle_cancel(soon);
  if (late) asy_handle_cancel(late);
  asy_handle_unref(soon);
  asy_handle_unref(late);
  asy_future_unref(future);
  return status;
}

static void on_readable(asy_watch *watch, uint32_t events, void *future) {
  (void)watch, (void)events;
  asy_future_set_result(future, NULL);
}
BODY(watches) {
  int ends[2];
  asy_watch *watch;
  if (pipe(ends)) return ASY_E_INTERNAL;
  asy_future *seen = asy_future_new(loop);
  asy_status status = asy_watch_new(loop, ends[0], ASY_WATCH_READABLE, on_readable, asy_future_ref(seen), drop, &watch);
  if (!status && write(ends[1], "x", 1) != 1) status = ASY_E_INTERNAL;
  if (!status) status = await(asy_future_ref(seen));
  if (watch) asy_watch_close(watch);
  asy_watch_unref(watch);
  asy_future_unref(seen);
  close(ends[0]);
  close(ends[1]);
  return status;
}

/* ---- FUT */

static void cancels(asy_future *future, void *data) {
  (void)data;
  asy_future_set_cancelled(future, NULL);
}
BODY(futures) {
  asy_future *future = asy_future_new_cancellable(loop, cancels, NULL, NULL);
  asy_status status = asy_future_add_done_callback(future, done_too, NULL, NULL);
  status = first(status, asy_loop_call_later(loop, 5, set_done, asy_future_ref(future), drop, NULL));
  if (!status) status = await(asy_future_ref(future));
  asy_future_unref(future);
  return status;
}
BODY(promises) {
  asy_promise *promise;
  asy_future *future = asy_promise_new(loop, NULL, NULL, NULL, &promise);
  if (promise) asy_promise_set_result(promise, NULL);
  asy_promise_unref(promise);
  return await(future);
}

static const struct scenario {
  const char *name;
  asy_run_cb body;
} scenarios[] = {
#define SCENARIO(name) \
  { #name, name }
    SCENARIO(sleeps),
    SCENARIO(calls),
    SCENARIO(remote_calls),
    SCENARIO(calls_taken_back),
    SCENARIO(watches),
    SCENARIO(futures),
    SCENARIO(promises),
    SCENARIO(tasks),
    SCENARIO(eager),
    SCENARIO(hooks),
    SCENARIO(gathers),
    SCENARIO(as_completed),
    SCENARIO(waits),
    SCENARIO(shields),
    SCENARIO(races),
    SCENARIO(wait_fors),
    SCENARIO(timeouts),
    SCENARIO(timeouts_moved),
    SCENARIO(deadlines),
    SCENARIO(groups),
    SCENARIO(groups_cancelled),
    SCENARIO(groups_failing),
    SCENARIO(coroutines),
    SCENARIO(remote_coroutines),
    SCENARIO(dumps),
    SCENARIO(debugged),
    SCENARIO(shutdowns),
    SCENARIO(runners),
    SCENARIO(generators),
    SCENARIO(generators_closed),
    SCENARIO(generators_sent),
    SCENARIO(generators_of_tasks),
    SCENARIO(iterators),
    SCENARIO(semaphores),
    SCENARIO(bounded),
    SCENARIO(events),
    SCENARIO(queues),
    SCENARIO(priorities),
    SCENARIO(tries),
    SCENARIO(queues_shut_down),
    SCENARIO(channels),
    SCENARIO(locks),
    SCENARIO(conditions),
    SCENARIO(predicates),
    SCENARIO(barriers),
    SCENARIO(broken_barriers),
    SCENARIO(limiters),
    SCENARIO(contexts),
    SCENARIO(contexts_entered),
    SCENARIO(executors),
    SCENARIO(default_executors),
    SCENARIO(thread_futures),
    SCENARIO(signals),
    SCENARIO(signal_streams),
    SCENARIO(signal_handlers),
};
enum { SCENARIOS = sizeof scenarios / sizeof *scenarios };

/* ---- running one */

static void on_live(const char *kind, size_t count, void *data) {
  (void)count, (void)data;
  fault("still alive:", kind);
}
static void cancel_one(asy_task *task, void *data) {
  (void)data;
  asy_task_cancel(task, NULL);
}
static void turns(asy_future *until) {
  for (int i = 0; i < 300 && !(until ? asy_future_is_done(until) : !asy_loop_task_count(loop)); ++i)
    asy_loop_step(loop, ASY_SECOND);
}

/* Its partner is gone. Without memory it could not be found. */
static void end_what_waits_for_ever(void) {
  asy_test_fail_allocation(UINT64_MAX, 1);
  asy_loop_visit_tasks(loop, cancel_one, NULL, NULL);
  turns(NULL);
}

/* `nth` suspension is cancelled unless zero; gives how many there were. */
static asy_status run(const struct scenario *s, uint64_t seed, uint64_t nth, uint64_t *out_suspensions) {
  asy_loop_options options = {.size = sizeof options, .flags = ASY_LOOP_VIRTUAL_CLOCK, .shuffle_seed = seed};
  faults[0] = '\0';
  TRY(asy_loop_new(&options, &loop));
  asy_loop_set_report_hook(loop, on_report, NULL, NULL);
  asy_status status = out_suspensions ? asy_test_cancel_at(loop, NULL, nth) : ASY_OK;
  asy_future *main_task = spawn(s->body, NULL);
  turns(main_task);
  if (asy_future_status(main_task) == ASY_E_AGAIN) fault("hangs", "");
  turns(NULL);
  if (asy_loop_task_count(loop)) end_what_waits_for_ever();
  if (asy_loop_task_count(loop)) fault("tasks are left", "");
  status = first(status, asy_future_status(main_task));
  asy_future_unref(main_task);
  if (out_suspensions) *out_suspensions = asy_test_suspensions(loop);
  if (asy_loop_close(loop)) fault("does not close", "");
  asy_loop_visit_live(loop, on_live, NULL, NULL);
  asy_loop_unref(loop);
  return status;
}
#endif
