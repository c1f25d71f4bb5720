/* C twice: a coroutine of two steps, and a function on a stack of its own. */
#include "tree.h"

#include <stdlib.h>
#include <string.h>

void tree_append(asy_value *out_value, const asy_value *text, char letter) {
  char joined[64] = "";
  size_t size;
  const void *const data = asy_value_data(text, &size);
  if (!data || size > sizeof joined - 2) return;
  memcpy(joined, data, size);
  joined[size] = letter;
  asy_value_set_string(out_value, joined, size + 1);
}

struct link {
  asy_loop *loop;
  asy_future *inner;
  asy_timeout *timeout;
  int32_t limited;
};

static void resume(void *self, asy_task *task, const asy_value *sent, asy_error *thrown, asy_step *out_step) {
  struct link *link = self;
  if (link->inner) {
    if (link->limited) asy_timeout_enter(link->loop, task, TREE_TIMEOUT, &link->timeout);
    out_step->kind = ASY_STEP_AWAIT;
    out_step->future = link->inner;
    link->inner = NULL;
    return;
  }
  asy_error *error = thrown ? asy_error_ref(thrown) : NULL;
  if (link->timeout) asy_timeout_exit(link->timeout, error, &error);
  link->timeout = NULL;
  out_step->kind = error ? ASY_STEP_RAISE : ASY_STEP_RETURN;
  out_step->error = error;
  if (error) {
    tree_note_error('c', error);
  } else {
    tree_note('c', 'v');
    tree_append(&out_step->value, sent, 'c');
  }
}
static void destroy(void *self) {
  struct link *link = self;
  asy_future_unref(link->inner);
  free(link);
}
static void describe(void *self, asy_line_cb on_line, void *user_data) {
  (void)self;
  on_line("link_c.c: in a C coroutine", user_data);
}
static const asy_coroutine coroutine = {
    .size = sizeof(asy_coroutine), .resume = resume, .destroy = destroy, .describe = describe};

static struct link *link_new(asy_loop *loop, asy_future *inner, int32_t limited) {
  struct link *link = calloc(1, sizeof *link);
  *link = (struct link){loop, inner, NULL, limited};
  return link;
}

asy_future *link_c(asy_loop *loop, asy_future *inner, int32_t timeout) {
  return asy_task_new(loop, &coroutine, link_new(loop, inner, timeout), NULL);
}

static asy_status body(asy_value *out_value, asy_error **out_error, void *user_data) {
  struct link *link = user_data;
  asy_value text = {0};
  asy_future *inner = link->inner;
  link->inner = NULL;
  if (link->limited) asy_timeout_enter(link->loop, NULL, TREE_TIMEOUT, &link->timeout);
  asy_status status = asy_await(inner, &text, out_error);
  if (link->timeout) status = asy_timeout_exit(link->timeout, *out_error, out_error);
  if (status) tree_note_error('s', *out_error);
  else {
    tree_note('s', 'v');
    tree_append(out_value, &text, 's');
  }
  asy_value_clear(&text);
  return status;
}

asy_future *link_stack(asy_loop *loop, asy_future *inner, int32_t timeout) {
  asy_task_options options = {.size = sizeof options, .name = "on a stack"};
  return asy_spawn(loop, body, link_new(loop, inner, timeout), destroy, &options);
}

static void raise_step(void *self, asy_task *task, const asy_value *sent, asy_error *thrown, asy_step *out_step) {
  (void)self, (void)task, (void)sent, (void)thrown;
  out_step->kind = ASY_STEP_RAISE;
  out_step->error = asy_error_new(ASY_E_FOREIGN, "boom", NULL);
}
static void nothing(void *self) { (void)self; }
static const asy_coroutine raising = {.size = sizeof(asy_coroutine), .resume = raise_step, .destroy = nothing};

static asy_status hand_on(asy_value *out_value, asy_error **out_error, void *user_data) {
  asy_generator *const inner = user_data;
  asy_status status;
  (void)out_value;
  for (;;) {
    asy_value item = {0}, longer = {0};
    status = asy_await(asy_generator_next(inner), &item, out_error);
    if (status) break;
    tree_append(&longer, &item, 's');
    asy_value_clear(&item);
    if ((status = asy_yield(&longer, NULL, out_error))) {
      asy_await(asy_generator_close(inner), NULL, NULL);
      tree_note('s', 'x');
      return status;
    }
  }
  if (status == ASY_E_END) tree_note('s', 'v');
  return status;
}
static void drop(void *inner) { asy_generator_unref(inner); }

asy_generator *items_stack(asy_loop *loop, asy_generator *inner) {
  asy_generator *made = NULL;
  asy_generator_spawn(loop, hand_on, inner, drop, NULL, &made);
  return made;
}

asy_future *raise_c(asy_loop *loop) { return asy_task_new(loop, &raising, NULL, NULL); }
