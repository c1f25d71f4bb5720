#include <stdlib.h>

#include "patterns.h"

/* The jobs are the group's: one that fails cancels the body, and its error is the group's outcome. */
static asy_status start(asy_loop *loop, asy_group *group, const asy_run_cb *jobs, size_t count, void *user_data,
                        asy_task **tasks) {
  asy_status status = ASY_OK;
  for (size_t i = 0; i < count && !status; ++i) {
    tasks[i] = asy_spawn(loop, jobs[i], user_data, NULL, NULL);
    status = asy_group_add(group, tasks[i]);
  }
  return status;
}

asy_status with_background(asy_loop *loop, const asy_run_cb *jobs, size_t count, void *user_data, asy_run_cb body,
                           asy_value *out_value, asy_error **out_error) {
  asy_group *group;
  asy_error *error = NULL;
  asy_task **tasks = calloc(count + 1, sizeof(asy_task *));
  asy_status status = tasks ? asy_group_new(loop, NULL, &group) : ASY_E_NOMEM;
  if (status) return free(tasks), status;
  status = start(loop, group, jobs, count, user_data, tasks);
  if (!status) status = body(out_value, &error, user_data);
  if (status && !error) error = asy_error_new(status, NULL, NULL);
  for (size_t i = 0; tasks[i]; ++i) {
    if (!asy_task_cancelling(tasks[i]))
      asy_task_cancel(tasks[i], "the program ends"); /* twice would end its clean-up */
    asy_future_unref(tasks[i]);
  }
  status = asy_await(asy_group_exit(group, error), NULL, out_error);
  asy_group_unref(group);
  free(tasks);
  return status;
}
