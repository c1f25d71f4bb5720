/* Go values and errors that C holds: counted here, told to Go when the last reference goes. */
#include <stdlib.h>
#include <string.h>

#include "state.h"

typedef struct object {
  struct object *next;
  uint64_t slot;
  int refs;
} object;

static object *released; /* latest first; pushed from any thread */

static void retain(void *pointer) { __atomic_fetch_add(&((object *)pointer)->refs, 1, __ATOMIC_RELAXED); }

static void release(void *pointer) {
  object *o = pointer;
  if (__atomic_fetch_sub(&o->refs, 1, __ATOMIC_ACQ_REL) != 1) return;
  o->next = __atomic_load_n(&released, __ATOMIC_RELAXED);
  while (!__atomic_compare_exchange_n(&released, &o->next, o, 1, __ATOMIC_RELEASE, __ATOMIC_RELAXED)) {}
}

static const asy_type type = {sizeof(asy_type), "Go value", retain, release, 0};

const asy_type *asy_go_type(void) { return &type; }

static object *object_new(uint64_t slot) {
  object *o = malloc(sizeof *o);
  if (o) *o = (object){NULL, slot, 1};
  return o;
}

uint64_t asy_go_slot(const void *pointer) { return pointer ? ((const object *)pointer)->slot : 0; }

int go_has_released(void) { return __atomic_load_n(&released, __ATOMIC_RELAXED) != NULL; }

void go_collect_released(asy_go *g) {
  object *o = __atomic_exchange_n(&released, NULL, __ATOMIC_ACQUIRE);
  while (o) {
    object *next = o->next;
    asy_go_event *e = go_add_event(g);
    if (!e) { /* without memory: with a later turn */
      o->refs = 1;
      release(o);
    } else {
      e->kind = ASY_GO_RELEASED;
      e->word = o->slot;
      free(o);
    }
    o = next;
  }
}

asy_status asy_go_set_value(asy_value *out_value, uint32_t kind, uint64_t bits, const void *data, size_t size) {
  double number;
  object *o;
  switch (kind) {
    case ASY_VALUE_NIL: return ASY_OK;
    case ASY_VALUE_BOOL: asy_value_set_bool(out_value, bits != 0); return ASY_OK;
    case ASY_VALUE_INT: asy_value_set_int(out_value, (int64_t)bits); return ASY_OK;
    case ASY_VALUE_DOUBLE:
      memcpy(&number, &bits, sizeof number);
      asy_value_set_double(out_value, number);
      return ASY_OK;
    case ASY_VALUE_STRING: return asy_value_set_string(out_value, data, size);
    case ASY_VALUE_BYTES: return asy_value_set_bytes(out_value, data, size);
    case ASY_VALUE_OBJECT:
      if (!(o = object_new(bits))) return ASY_E_NOMEM;
      asy_value_set_object(out_value, o, &type);
      return ASY_OK;
    default: return ASY_E_INVALID;
  }
}

asy_error *asy_go_error(asy_status code, const char *message, const char *traceback, int64_t os_code, uint64_t slot) {
  asy_error_options options = {.size = sizeof options, .traceback = traceback, .os_code = os_code};
  if (slot && (options.object = object_new(slot))) options.type = &type;
  return asy_error_new(code, message, &options);
}

void asy_go_set_object(asy_value *out_value, void *object_, const asy_type *type_) {
  if (type_->retain) type_->retain(object_);
  asy_value_set_object(out_value, object_, type_);
}

asy_status asy_go_release_object(asy_go *g, size_t op_count, void *object_, const asy_type *type_) {
  asy_status status = go_enter(g, op_count);
  if (status) return status;
  if (type_->release) type_->release(object_);
  return go_leave(g, ASY_OK, NULL);
}
