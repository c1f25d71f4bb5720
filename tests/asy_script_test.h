/* A coroutine that plays back a script, for tests of generators that are tasks. */
#ifndef ASY_SCRIPT_TEST_H
#define ASY_SCRIPT_TEST_H
#include "asy_generator_test.h"

/* One letter after the other:
   y hands the next number over and awaits what that gives, Y does so without the wait, w waits a millisecond,
   d defers, x raises, v gives a value at its end; the end of the script is its own. An error ends it. */
struct script {
  const char *at;
  asy_task *task;
  asy_future *gate; /* what Y left behind */
  int64_t number, sent;
  asy_status thrown;
  int destroyed;
};

static void raise(asy_step *out_step, asy_error *error) {
  out_step->kind = ASY_STEP_RAISE;
  out_step->error = error;
}
static void await(asy_step *out_step, asy_future *future) {
  out_step->kind = ASY_STEP_AWAIT;
  out_step->future = future;
}
static asy_future *yield_next(struct script *s) {
  asy_value item;
  asy_value_set_int(&item, ++s->number);
  return asy_generator_yield(s->task, &item);
}
static void leave_gate(struct script *s) {
  asy_future_unref(s->gate);
  s->gate = yield_next(s);
}

static void resume(void *self, asy_task *task, const asy_value *sent, asy_error *thrown, asy_step *out_step) {
  struct script *s = self;
  s->task = task;
  s->sent = sent ? asy_value_int(sent) : -1;
  if (thrown) {
    s->thrown = asy_error_code(thrown);
    raise(out_step, asy_error_ref(thrown));
    return;
  }
  for (; *s->at == 'Y'; ++s->at) leave_gate(s);
  switch (*s->at ? *s->at++ : 0) {
    case 'y': await(out_step, yield_next(s)); break;
    case 'w': await(out_step, asy_sleep(loop, ASY_MILLISECOND)); break;
    case 'd': out_step->kind = ASY_STEP_DEFERRED; break;
    case 'x': raise(out_step, boom()); break;
    case 'v': asy_value_set_int(&out_step->value, 7); /* fall through */
    default: out_step->kind = ASY_STEP_RETURN;
  }
}
static void destroy(void *self) { ++((struct script *)self)->destroyed; }
static void frames(void *self, asy_line_cb on_line, void *user_data) {
  on_line(((struct script *)self)->at, user_data);
}
static const asy_coroutine scripted = {sizeof(asy_coroutine), resume, destroy, frames, NULL, "script"};

static UNUSED asy_task *play(struct script *s, const char *script, const asy_task_options *options) {
  *s = (struct script){.at = script};
  return asy_task_new(loop, &scripted, s, options);
}
static UNUSED asy_generator *make(struct script *s, const char *script) {
  asy_generator *made = NULL;
  assert_int_equal(ASY_OK, asy_generator_of_task(play(s, script, NULL), &made));
  return made;
}

#endif
