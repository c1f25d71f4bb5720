/* Texts and counters that libasync tells by callbacks, collected for Go. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "state.h"

typedef struct text {
  char *data;
  size_t size, room;
  int failed; /* memory ran out */
} text;

static void on_line(const char *line, void *pointer) {
  text *t = pointer;
  size_t size = strlen(line);
  if (t->room - t->size < size + 1) {
    size_t room = 2 * (t->room + size + 1);
    char *grown = realloc(t->data, room);
    if (!grown) {
      t->failed = 1;
      return;
    }
    t->data = grown;
    t->room = room;
  }
  memcpy(t->data + t->size, line, size);
  t->data[t->size + size] = '\n';
  t->size += size + 1;
}

static void on_live(const char *kind, size_t count, void *pointer) {
  char line[80];
  snprintf(line, sizeof line, "%zu %s", count, kind);
  on_line(line, pointer);
}

static asy_status finish(asy_go *g, text *t, asy_status status, asy_value *out_value) {
  if (!status && t->failed) status = ASY_E_NOMEM;
  if (!status) status = asy_value_set_string(out_value, t->data, t->size);
  free(t->data);
  return go_leave(g, status, NULL);
}

asy_status asy_go_dump(asy_go *g, size_t op_count, asy_value *out_value) {
  text t = {0};
  asy_status status = go_enter(g, op_count);
  return status ? status : finish(g, &t, asy_loop_dump(g->loop, on_line, &t, NULL), out_value);
}

asy_status asy_go_call_graph(asy_go *g, size_t op_count, asy_future *future, asy_value *out_value) {
  text t = {0};
  asy_status status = go_enter(g, op_count);
  if (status) return status;
  return finish(g, &t, asy_future_call_graph(future, INT32_MAX, 0, on_line, &t, NULL), out_value);
}

asy_status asy_go_live(asy_go *g, size_t op_count, asy_value *out_value) {
  text t = {0};
  asy_status status = go_enter(g, op_count);
  return status ? status : finish(g, &t, asy_loop_visit_live(g->loop, on_live, &t, NULL), out_value);
}

asy_status asy_go_metrics(asy_go *g, size_t op_count, void *out_metrics) {
  asy_status status = go_enter(g, op_count);
  return status ? status : go_leave(g, asy_loop_read_metrics(g->loop, out_metrics), NULL);
}
