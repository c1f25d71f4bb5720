/* The callbacks that libasync has for Go. They run no Go: what they are told is queued for the end of the turn. */
#include "hooks.h"

#include <stdlib.h>
#include <string.h>

#include "state.h"

void go_push(asy_go *g, note *n) {
  if (__atomic_exchange_n(&n->queued, 1, __ATOMIC_ACQ_REL)) return;
  n->next = __atomic_load_n(&g->notes, __ATOMIC_RELAXED);
  while (!__atomic_compare_exchange_n(&g->notes, &n->next, n, 1, __ATOMIC_RELEASE, __ATOMIC_RELAXED)) {}
}

void go_free_notes(note *n) {
  while (n) {
    note *next = n->next;
    asy_error_unref(n->event.error);
    __atomic_store_n(&n->queued, 0, __ATOMIC_RELEASE);
    free(n->block);
    n = next;
  }
}

static note *note_new(uint32_t kind, uint64_t tag, size_t extra) {
  note *n = calloc(1, sizeof *n + extra);
  if (!n) return NULL;
  n->event.kind = kind;
  n->event.tag = tag;
  n->block = n;
  return n;
}

/* What C holds for Go: a promise's cancel hook, a server's handler. Its last note is its end. */
typedef struct hook {
  asy_go *g;
  note asked, freed;
} hook;

static hook *hook_new(asy_go *g, uint64_t tag) {
  hook *h = calloc(1, sizeof *h);
  if (!h) return NULL;
  h->g = g;
  h->asked.event.kind = ASY_GO_ASKED;
  h->freed.event.kind = ASY_GO_FREED;
  h->asked.event.tag = h->freed.event.tag = tag;
  h->freed.block = h;
  __atomic_add_fetch(&g->users, 1, __ATOMIC_RELAXED);
  return h;
}

static void hook_free(void *pointer) {
  hook *h = pointer;
  asy_go *g = h->g;
  go_push(g, &h->freed);
  go_unuse(g);
}

static void on_cancel(asy_future *future, void *pointer) {
  hook *h = pointer;
  (void)future;
  go_push(h->g, &h->asked);
}

static void on_client(asy_server *server, asy_transport *transport, void *pointer) {
  hook *h = pointer;
  asy_stream *stream = NULL;
  note *n = note_new(ASY_GO_ACCEPTED, h->freed.event.tag, 0);
  (void)server;
  if (!n || asy_stream_new(transport, &stream)) {
    free(n);
    return; /* nobody takes the connection: it is closed */
  }
  n->event.word = (uint64_t)(uintptr_t)stream;
  go_push(h->g, n);
}

static void on_report(asy_loop *loop, asy_error *error, const char *what, void *pointer) {
  size_t size = strlen(what);
  note *n = note_new(ASY_GO_REPORT, 0, size + 1);
  (void)loop;
  if (!n) return;
  n->event.error = asy_error_ref(error);
  n->event.data = memcpy(n + 1, what, size + 1);
  n->event.size = size;
  go_push(pointer, n);
}

asy_status asy_go_take_reports(asy_go *g) {
  asy_status status = go_enter(g, 0);
  return status ? status : go_leave(g, asy_loop_set_report_hook(g->loop, on_report, g, NULL), NULL);
}

static void tell_task(asy_go *g, asy_task *task, uint32_t kind) {
  const char *name = asy_task_name(task);
  size_t size = strlen(name);
  note *n = note_new(kind, 0, size + 1);
  if (!n) return;
  n->event.data = memcpy(n + 1, name, size + 1);
  n->event.size = size;
  go_push(g, n);
}

static void on_created(asy_task *task, void *pointer) { tell_task(pointer, task, ASY_GO_CREATED); }

static void on_finished(asy_task *task, void *pointer) { tell_task(pointer, task, ASY_GO_FINISHED); }

asy_status asy_go_take_tasks(asy_go *g) {
  asy_task_hooks hooks = {.size = sizeof hooks, .on_created = on_created, .on_finished = on_finished, .user_data = g};
  asy_status status = go_enter(g, 0);
  return status ? status : go_leave(g, asy_loop_set_task_hooks(g->loop, &hooks), NULL);
}

asy_status asy_go_promise(asy_go *g, size_t op_count, uint64_t tag) {
  asy_status status = go_enter(g, op_count);
  if (status) return status;
  hook *h = hook_new(g, tag);
  if (!h) return go_leave(g, ASY_E_NOMEM, NULL);
  return go_leave(g, ASY_OK, asy_future_new_cancellable(g->loop, on_cancel, h, hook_free));
}

asy_status asy_go_server(asy_go *g, size_t op_count, const char *host, uint32_t port, uint32_t backlog, uint32_t flags,
                         uint64_t tag) {
  asy_server_options options = {.size = sizeof options, .backlog = backlog, .flags = flags};
  asy_server *server = NULL;
  asy_status status = go_enter(g, op_count);
  if (status) return status;
  hook *h = hook_new(g, tag);
  if (!h) return go_leave(g, ASY_E_NOMEM, NULL);
  status = asy_server_new(g->loop, host, port, &options, on_client, h, hook_free, &server);
  return go_leave(g, status, server);
}

/* The attempts of a race. */
typedef struct attempts {
  asy_loop *loop;
  uint64_t tags[];
} attempts;

static asy_future *on_start(size_t index, void *pointer) {
  const attempts *a = pointer;
  return asy_future_ref(asy_task_new_deferred(a->loop, a->tags[index], NULL));
}

asy_status asy_go_race(asy_go *g, size_t op_count, const void *tags, size_t count, uint64_t delay_ns) {
  asy_status status = go_enter(g, op_count);
  if (status) return status;
  attempts *a = malloc(sizeof *a + count * sizeof *a->tags);
  if (!a) return go_leave(g, ASY_E_NOMEM, NULL);
  a->loop = g->loop;
  memcpy(a->tags, tags, count * sizeof *a->tags);
  return go_leave(g, ASY_OK, asy_race(g->loop, count, delay_ns, on_start, a, free));
}
