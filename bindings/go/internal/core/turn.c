/* One call per turn of the loop: operations in, events out. */
#include <stdlib.h>
#include <string.h>

#include "state.h"

enum { COMPLETIONS = 512 };

asy_go_event *go_add_event(asy_go *g) {
  asy_go_shared *s = &g->shared;
  if (s->event_count == g->event_capacity) {
    asy_go_event *grown = realloc(s->events, 2 * g->event_capacity * sizeof *grown);
    if (!grown) return NULL;
    s->events = grown;
    g->event_capacity *= 2;
  }
  return memset(&s->events[s->event_count++], 0, sizeof(asy_go_event));
}

static void open_error(asy_go_event *e) {
  e->data = asy_error_message(e->error);
  e->size = strlen(e->data);
  e->word = (uint64_t)asy_error_os_code(e->error);
  e->object = asy_go_slot(asy_error_object(e->error, asy_go_type()));
}

static void open_object(asy_go_event *e) {
  void *object = asy_value_object(e->value, NULL);
  e->type = asy_value_type(e->value);
  if (e->type == asy_go_type()) {
    e->word = asy_go_slot(object);
    return;
  }
  if (e->type && e->type->retain) e->type->retain(object);
  e->word = (uint64_t)(uintptr_t)object;
}

void go_open_value(asy_go_event *e) {
  asy_value *v = e->value;
  size_t size = 0;
  double number;
  switch (e->value_kind = asy_value_kind(v)) {
    case ASY_VALUE_BOOL:
    case ASY_VALUE_INT: e->word = (uint64_t)asy_value_int(v); break;
    case ASY_VALUE_DOUBLE:
      number = asy_value_double(v);
      memcpy(&e->word, &number, sizeof number);
      break;
    case ASY_VALUE_STRING:
    case ASY_VALUE_BYTES:
      e->data = asy_value_data(v, &size);
      e->size = size;
      break;
    case ASY_VALUE_LIST: e->size = asy_value_count(v); break;
    case ASY_VALUE_ERROR:
      e->error = asy_value_error(v);
      open_error(e);
      break;
    case ASY_VALUE_FUTURE: e->word = (uint64_t)(uintptr_t)asy_future_ref(asy_value_future(v)); break;
    case ASY_VALUE_POINTER: e->word = (uint64_t)(uintptr_t)asy_value_pointer(v); break;
    case ASY_VALUE_OBJECT: open_object(e); break;
    default: break;
  }
}

void asy_go_open(asy_go *g, asy_value *value, void *out_event) {
  asy_go_event *e = out_event;
  int counts = asy_value_kind(value) == ASY_VALUE_FUTURE; /* what only the loop's owner may */
  *e = (asy_go_event){.value = value};
  if (counts && (asy_future_loop(asy_value_future(value)) != g->loop || asy_loop_acquire(g->loop))) return;
  go_open_value(e);
  if (counts) asy_loop_release(g->loop);
}

/* Lets go of what the last turn's events pointed to. */
static void clear(asy_go *g) {
  for (size_t i = 0; i < g->completion_count; i++) {
    asy_completion *c = &g->completions[i];
    if (c->value.kind) asy_value_clear(&c->value);
    if (c->error) asy_error_unref(c->error);
  }
  g->completion_count = 0;
  g->shared.event_count = 0;
  go_free_notes(g->read);
  g->read = NULL;
}

static note *in_order(note *latest) {
  note *first = NULL;
  while (latest) {
    note *next = latest->next;
    latest->next = first;
    first = latest;
    latest = next;
  }
  return first;
}

static void collect(asy_go *g) {
  for (size_t i = 0; i < g->completion_count; i++) {
    asy_completion *c = &g->completions[i];
    asy_go_event *e = go_add_event(g); /* has room for all completions */
    e->tag = c->tag;
    e->kind = c->kind;
    e->status = c->status;
    e->word = c->word;
    e->error = c->error;
    e->value = &c->value;
    if (c->error) open_error(e);
    else if (c->value.kind) go_open_value(e);
  }
  if (__atomic_load_n(&g->notes, __ATOMIC_RELAXED)) {
    g->read = in_order(__atomic_exchange_n(&g->notes, NULL, __ATOMIC_ACQUIRE));
    for (note *n = g->read; n; n = n->next) {
      asy_go_event *e = go_add_event(g);
      if (e) *e = n->event;
    }
  }
  if (go_has_released()) go_collect_released(g);
}

asy_go *asy_go_new(uint32_t flags, uint32_t ready_budget, uint64_t shuffle_seed) {
  asy_loop_options options = {
      .size = sizeof options, .flags = flags, .ready_budget = ready_budget, .shuffle_seed = shuffle_seed};
  asy_go *g = calloc(1, sizeof *g);
  if (!g) return NULL;
  g->users = 1;
  g->event_capacity = 2 * COMPLETIONS;
  g->shared.events = malloc(g->event_capacity * sizeof *g->shared.events);
  g->completions = malloc(COMPLETIONS * sizeof *g->completions);
  if (!g->shared.events || !g->completions || asy_go_reserve(g, COMPLETIONS) || asy_loop_new(&options, &g->loop)) {
    go_unuse(g);
    return NULL;
  }
  g->shared.time = asy_loop_time(g->loop);
  asy_loop_release(g->loop);
  return g;
}

void go_unuse(asy_go *g) {
  if (__atomic_sub_fetch(&g->users, 1, __ATOMIC_ACQ_REL)) return;
  go_free_notes(g->notes);
  free(g->shared.ops);
  free(g->shared.events);
  free(g->completions);
  free(g);
}

asy_loop *asy_go_loop(asy_go *g) { return g->loop; }

asy_status asy_go_reserve(asy_go *g, size_t capacity) {
  if (g->shared.op_capacity >= capacity) return ASY_OK;
  asy_op *grown = realloc(g->shared.ops, capacity * sizeof *grown);
  if (!grown) return ASY_E_NOMEM;
  g->shared.ops = grown;
  g->shared.op_capacity = capacity;
  return ASY_OK;
}

asy_status asy_go_turn(asy_go *g, size_t op_count, uint64_t timeout_ns) {
  asy_status status = asy_loop_acquire(g->loop);
  if (status) return status;
  clear(g);
  if (go_has_released() || __atomic_load_n(&g->notes, __ATOMIC_RELAXED)) timeout_ns = 0;
  status = asy_loop_step_batch(g->loop, g->shared.ops, op_count, timeout_ns, g->completions, COMPLETIONS,
                               &g->completion_count);
  g->shared.time = asy_loop_time(g->loop);
  collect(g);
  asy_loop_release(g->loop);
  return status;
}

asy_status asy_go_call(asy_go *g, size_t op_count) {
  asy_completion last;
  asy_status status = asy_loop_acquire(g->loop);
  if (status) return g->shared.status = status;
  status = asy_loop_apply(g->loop, g->shared.ops, op_count, &last);
  go_leave(g, status ? status : last.status, NULL);
  g->shared.word = last.word;
  return status;
}

asy_status go_enter(asy_go *g, size_t op_count) {
  asy_status status = asy_loop_acquire(g->loop);
  g->shared.word = 0;
  if (!status && op_count && (status = asy_loop_apply(g->loop, g->shared.ops, op_count, NULL)))
    asy_loop_release(g->loop);
  return g->shared.status = status;
}

asy_status go_leave(asy_go *g, asy_status status, const void *word) {
  asy_loop_release(g->loop);
  g->shared.word = (uint64_t)(uintptr_t)word;
  return g->shared.status = status;
}

asy_status asy_go_enter(asy_go *g, size_t op_count) { return go_enter(g, op_count); }

void asy_go_leave(asy_go *g) { asy_loop_release(g->loop); }

asy_status asy_go_close(asy_go *g, size_t op_count) {
  asy_status status = go_enter(g, op_count);
  if (status) return status;
  clear(g);
  status = asy_loop_close(g->loop);
  if (status) return go_leave(g, status, NULL);
  asy_loop_unref(g->loop);
  collect(g);
  return g->shared.status = ASY_OK;
}

void asy_go_free(asy_go *g) {
  clear(g);
  go_unuse(g);
}

void *asy_go_alloc(size_t size) { return malloc(size); }

void asy_go_dealloc(void *block) { free(block); }

uint64_t asy_go_layout(uint32_t index) {
  // clang-format off
  static const uint64_t layout[] = {
      sizeof(asy_op), offsetof(asy_op, tag), offsetof(asy_op, task), offsetof(asy_op, args),
      sizeof(asy_go_event), offsetof(asy_go_event, status), offsetof(asy_go_event, word), offsetof(asy_go_event, data),
      offsetof(asy_go_event, type), offsetof(asy_go_event, error), offsetof(asy_go_event, value),
      offsetof(asy_go_event, object), offsetof(asy_go_event, value_kind),
      sizeof(asy_go_shared), offsetof(asy_go_shared, events), offsetof(asy_go_shared, time),
      offsetof(asy_go_shared, status), offsetof(asy_go_shared, word),
      sizeof(asy_value), sizeof(asy_task_options), offsetof(asy_task_options, name),
      offsetof(asy_task_options, context), offsetof(asy_task_options, flags), offsetof(asy_task_options, place),
      sizeof(asy_loop_metrics), offsetof(asy_loop_metrics, poll_ns)};
  // clang-format on
  return index < sizeof layout / sizeof *layout ? layout[index] : 0;
}
