#include <stdlib.h>

#include "patterns.h"

/* The jobs are the group's: one that fails cancels the body, and its error is the group's outcome. */
static size_t start(asy_loop *loop, asy_group *group, const asy_run_cb *jobs, size_t count, void *user_data,
                    asy_task **tasks) {
  for (size_t i = 0; i < count; ++i) {
    tasks[i] = asy_spawn(loop, jobs[i], user_data, NULL, NULL);
    asy_group_add(group, tasks[i]);
  }
  return count;
}

asy_status with_background(asy_loop *loop, const asy_run_cb *jobs, size_t count, void *user_data, asy_run_cb body,
                           asy_value *out_value, asy_error **out_error) {
  asy_group *group;
  asy_error *error = NULL;
  asy_task **tasks = calloc(count, sizeof(asy_task *));
  asy_status status = tasks ? asy_group_new(loop, NULL, &group) : ASY_E_NOMEM;
  if (status) return free(tasks), status;
  size_t started = start(loop, group, jobs, count, user_data, tasks);
  status = body(out_value, &error, user_data);
  if (status && !error) error = asy_error_new(status, NULL, NULL);
  for (size_t i = 0; i < started; ++i) {
    asy_task_cancel(tasks[i], "the program ends");
    asy_future_unref(tasks[i]);
  }
  status = asy_await(asy_group_exit(group, error), NULL, out_error);
  asy_group_unref(group);
  free(tasks);
  return status;
}
