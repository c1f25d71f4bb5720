/* Generators whose bodies are Go coroutines: each step is a deferred task of the generator's tag. */
#include <stdlib.h>

#include "state.h"

struct asy_go_iterator {
  asy_go *g;
  uint64_t tag;
  asy_value sent;    /* where the step begins, */
  asy_error *thrown; /* or raised there */
  int closes;        /* the step does */
  note freed;
};

static asy_future *step(asy_go_iterator *i) { return asy_future_ref(asy_task_new_deferred(i->g->loop, i->tag, NULL)); }

static asy_future *on_next(void *self, const asy_value *sent, asy_error *thrown) {
  asy_go_iterator *i = self;
  if (thrown) i->thrown = asy_error_ref(thrown);
  if (sent && asy_value_copy(sent, &i->sent))
    return asy_future_new_failed(i->g->loop, asy_error_new(ASY_E_NOMEM, NULL, NULL));
  return step(i);
}

static asy_future *on_close(void *self) {
  asy_go_iterator *i = self;
  i->closes = 1;
  return step(i);
}

static void destroy(void *self) {
  asy_go_iterator *i = self;
  asy_go *g = i->g;
  asy_value_clear(&i->sent);
  asy_error_unref(i->thrown);
  i->thrown = NULL;
  go_push(g, &i->freed);
  go_unuse(g);
}

static const asy_iterator type = {sizeof(asy_iterator), on_next, on_close, destroy, NULL, "go"};

asy_go_iterator *asy_go_iterator_new(asy_go *g, uint64_t tag) {
  asy_go_iterator *i = calloc(1, sizeof *i);
  if (!i) return NULL;
  i->g = g;
  i->tag = i->freed.event.tag = tag;
  i->freed.event.kind = ASY_GO_FREED;
  i->freed.block = i;
  __atomic_add_fetch(&g->users, 1, __ATOMIC_RELAXED);
  return i;
}

asy_status asy_go_generator(asy_go *g, size_t op_count, asy_go_iterator *iterator) {
  asy_generator *generator = NULL;
  asy_status status = go_enter(g, op_count);
  if (status) return status;
  status = asy_generator_new(g->loop, &type, iterator, &generator);
  return go_leave(g, status, generator);
}

uint32_t asy_go_step(const asy_go_iterator *iterator) {
  uint32_t step = iterator->closes ? ASY_GO_CLOSES : 0;
  if (iterator->thrown) step |= ASY_GO_THROWS;
  if (asy_value_kind(&iterator->sent) != ASY_VALUE_NIL) step |= ASY_GO_SENDS;
  return step;
}

asy_status asy_go_sent(asy_go *g, size_t op_count, asy_go_iterator *iterator, asy_value *out_value) {
  asy_status status = go_enter(g, op_count);
  if (status) return status;
  *out_value = iterator->sent;
  iterator->sent = (asy_value){0};
  return go_leave(g, ASY_OK, NULL);
}

asy_error *asy_go_thrown(asy_go_iterator *iterator) {
  asy_error *thrown = iterator->thrown;
  iterator->thrown = NULL;
  return thrown;
}
