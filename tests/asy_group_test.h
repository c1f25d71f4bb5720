/* For tests of task groups: parents that follow a plan. */
#ifndef ASY_GROUP_TEST_H
#define ASY_GROUP_TEST_H
#include "asy_task_test.h"

/* A parent: opens a group, spawns what `children` names, runs `body_ms`, exits. */
struct plan {
  const char *children; /* s: sleeps 50, f: fails at 10, F: fails at 20, w: stubborn 50, i: sleeps 5 */
  uint64_t body_ms;
  int body_fails, swallow, level, sleep_after;
  asy_status body, exit, after;
  asy_group *group;
  size_t errors;
};

static UNUSED asy_task *child(char kind) {
  switch (kind) {
    case 'f': return spawn(failer, MS(10));
    case 'F': return spawn(failer, MS(20));
    case 'w': return spawn(stubborn, MS(50));
    case 'i': return spawn(sleeper, MS(5));
    default: return spawn(sleeper, MS(50));
  }
}

static UNUSED asy_status parent(asy_value *out_value, asy_error **out_error, void *data) {
  struct plan *p = data;
  asy_error *error = NULL;
  (void)out_value;
  if (asy_group_new(loop, NULL, &p->group)) return ASY_E_INTERNAL;
  for (const char *c = p->children; *c; ++c) {
    asy_task *task = child(*c);
    asy_group_add(p->group, task);
    asy_future_unref(task);
  }
  p->body = asy_await(asy_sleep(loop, p->body_ms * ASY_MILLISECOND), NULL, &error);
  if (p->swallow && error) {
    asy_error_unref(error);
    error = NULL;
    wait_ms(1);
  }
  if (p->body_fails) error = boom();
  p->exit = asy_await(asy_group_exit(p->group, error), NULL, out_error);
  p->level = asy_task_cancelling(asy_task_current(loop));
  p->errors = *out_error ? asy_error_child_count(*out_error) : 0;
  asy_group_unref(p->group);
  if (p->sleep_after) {
    if (*out_error) asy_error_unref(*out_error);
    *out_error = NULL;
    return p->after = asy_await(asy_sleep(loop, 1), NULL, out_error);
  }
  return p->exit;
}

/* A child whose clean-up fails. */
static UNUSED asy_status fails_when_cancelled(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)data;
  if (wait_ms(1000) != ASY_E_CANCELLED) return ASY_OK;
  *out_error = boom();
  return ASY_E_FOREIGN;
}
#endif
