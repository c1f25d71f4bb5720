/* Bodies over coroutines of a language's own, and what looks at tasks; see asy_every.h. */
#ifndef ASY_EVERY_COROUTINES_H
#define ASY_EVERY_COROUTINES_H
#include "asy_every_bodies.h"

#include <stdlib.h>

/* ---- CORO */

/* Awaits, yields, and defers a step that comes later. */
struct machine {
  asy_task *deferred;
  int stands;
};
static void machine_deliver(void *data) {
  struct machine *m = data;
  asy_step step = {.kind = ASY_STEP_AWAIT, .future = asy_sleep(loop, 1)};
  asy_task *task = m->deferred;
  m->deferred = NULL;
  asy_task_deliver(task, &step);
  asy_future_unref(task);
}
static void machine_defer(struct machine *m, asy_task *task, asy_step *step) {
  if (asy_loop_call_later(loop, 1, machine_deliver, m, NULL, NULL)) {
    *step = (asy_step){.kind = ASY_STEP_RAISE, .error = asy_error_new(ASY_E_NOMEM, "no later", NULL)};
    return;
  }
  m->deferred = asy_future_ref(task);
  step->kind = ASY_STEP_DEFERRED;
}
static void machine_resume(void *self, asy_task *task, const asy_value *sent, asy_error *thrown, asy_step *step) {
  struct machine *m = self;
  (void)sent;
  int stands = thrown ? -1 : m->stands++;
  if (thrown) *step = (asy_step){.kind = ASY_STEP_RAISE, .error = asy_error_ref(thrown)};
  else if (stands == 0) *step = (asy_step){.kind = ASY_STEP_AWAIT, .future = asy_sleep(loop, 1)};
  else if (stands == 1) *step = (asy_step){.kind = ASY_STEP_AWAIT};
  else if (stands == 2) machine_defer(m, task, step);
  else step->kind = ASY_STEP_RETURN;
}
static void machine_destroy(void *self) { free(self); }
static const asy_coroutine machine_type = {sizeof machine_type, machine_resume, machine_destroy, NULL, NULL, "c"};

BODY(coroutines) {
  asy_task *task = asy_task_new(loop, &machine_type, calloc(1, sizeof(struct machine)), NULL);
  return await(task);
}
BODY(remote_coroutines) {
  asy_thread_future *remote;
  TRY(asy_task_new_threadsafe(loop, &machine_type, calloc(1, sizeof(struct machine)), NULL, &remote));
  asy_status status = await(asy_sleep(loop, ASY_MILLISECOND));
  if (!status) status = asy_thread_future_wait(remote, 0, NULL, NULL);
  asy_thread_future_cancel(remote);
  asy_thread_future_unref(remote);
  return status;
}

/* ---- INTR */

static void see_line(const char *text, void *data) { *(size_t *)data += *text != '\0'; }
BODY(dumps) {
  size_t lines = 0, graph = 0;
  asy_task *waiting = asy_task_new(loop, &machine_type, calloc(1, sizeof(struct machine)), NULL);
  asy_status status = await(asy_sleep(loop, 0));
  if (!status) status = asy_loop_dump(loop, see_line, &lines, NULL);
  if (!status) status = asy_future_call_graph(waiting, -1, -1, see_line, &graph, NULL);
  if (!status && !(lines && graph)) status = ASY_E_INTERNAL;
  return first(status, await(waiting));
}
/* ---- DBG */

static size_t here(char *buffer, size_t size, void *data) {
  (void)data;
  return (size_t)snprintf(buffer, size, "every.c:1");
}
static void stuck(const char *name, uint64_t stuck_ns, void *data) { (void)name, (void)stuck_ns, (void)data; }
/* Debug mode, with a watchdog: what is made remembers where, and reports say so. */
BODY(debugged) {
  asy_error *error = asy_error_new(ASY_E_CANCELLED, "told", NULL);
  asy_status status = asy_loop_set_debug(loop, 1);
  if (!status) status = asy_loop_set_place_hook(loop, here, NULL, NULL);
  if (!status) status = asy_loop_set_slow_step(loop, ASY_FOREVER);
  if (!status) status = asy_loop_set_watchdog(loop, 3600 * ASY_SECOND, stuck, NULL, NULL);
  if (!status) status = asy_loop_report(loop, error, "it is only told");
  asy_error_unref(error);
  asy_task *task = asy_task_new(loop, &machine_type, calloc(1, sizeof(struct machine)), NULL);
  if (!status && asy_future_is_task(task)) status = asy_task_set_name(task, "a name of its own");
  status = first(status, await(task));
  asy_loop_set_watchdog(loop, 0, NULL, NULL, NULL);
  return status;
}
#endif
