#include "patterns.h"

enum { MOST = 16 };

asy_status service_submit(struct service *s, asy_value *job) {
  if (!asy_event_is_set(s->stopping)) return asy_queue_try_put(s->jobs, job);
  asy_value_clear(job);
  return ASY_E_CLOSED;
}

/* Until the queue is closed and what was in it is done. */
static asy_status worker(asy_value *out_value, asy_error **out_error, void *data) {
  struct service *s = data;
  asy_status status = ASY_OK;
  while (!status) {
    asy_value job = {0};
    asy_error *error = NULL;
    status = asy_await(asy_queue_get(s->jobs), &job, &error);
    if (status == ASY_E_CLOSED) return asy_error_unref(error), ASY_OK;
    if (status) return *out_error = error, status;
    status = s->work(out_value, out_error, &job);
    asy_value_clear(&job);
  }
  return status;
}

/* The second phase ends with the workers, with the grace, or with the second signal. */
static asy_status give_grace(struct service *s, asy_task **workers) {
  asy_future *ends[2], *all[MOST], *first;
  asy_completions *either;
  for (uint32_t i = 0; i < s->workers; ++i) all[i] = asy_future_ref(workers[i]);
  ends[0] = asy_gather(s->loop, all, s->workers, ASY_GATHER_RETURN_ERRORS);
  ends[1] = asy_future_ref(s->abort);
  asy_status status = asy_completions_new(s->loop, ends, 2, &either);
  if (status) return status;
  first = asy_completions_next(either);
  status = asy_await(asy_wait_for(s->loop, first, s->grace_ns), NULL, NULL);
  asy_completions_unref(either);
  return status == ASY_E_TIMEOUT ? ASY_OK : status;
}

static void cancel_rest(struct service *s, asy_task **workers) {
  for (uint32_t i = 0; i < s->workers; ++i) s->cancelled += (uint32_t)asy_task_cancel(workers[i], "the grace is over");
}

asy_status service_run(struct service *s, asy_error **out_error) {
  asy_task *workers[MOST];
  asy_group *group;
  asy_error *error = NULL;
  if (s->workers > MOST) return ASY_E_INVALID;
  asy_status status = asy_group_new(s->loop, NULL, &group);
  if (status) return status;
  for (uint32_t i = 0; i < s->workers; ++i)
    asy_group_add(group, workers[i] = asy_spawn(s->loop, worker, s, NULL, NULL));
  status = asy_await(asy_event_wait(s->stopping), NULL, &error);
  if (!status) {
    asy_queue_shutdown(s->jobs, 0);
    status = give_grace(s, workers);
  }
  if (!status) cancel_rest(s, workers); /* else the group does, and twice would end their clean-up */
  if (status && !error) error = asy_error_new(status, NULL, NULL);
  status = asy_await(asy_group_exit(group, error), NULL, out_error);
  for (uint32_t i = 0; i < s->workers; ++i) asy_future_unref(workers[i]);
  asy_group_unref(group);
  s->on_close(s);
  return status;
}
