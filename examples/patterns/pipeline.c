#include "patterns.h"

struct worker {
  struct pipeline *pipeline;
  asy_group *group;
  uint32_t index;
};

static asy_status producer(asy_value *out_value, asy_error **out_error, void *data) {
  struct worker *w = data;
  struct pipeline *p = w->pipeline;
  (void)out_value;
  for (;;) {
    asy_value item = {0};
    asy_status status = p->produce(w->index, &item, p->user_data);
    if (status == ASY_E_END) return ASY_OK;
    if (!status) status = asy_await(asy_queue_put(p->queue, &item), NULL, out_error); /* waits while it is full */
    if (status) return status;
  }
}

/* Ends when the queue is closed and empty. */
static asy_status consumer(asy_value *out_value, asy_error **out_error, void *data) {
  struct pipeline *p = ((struct worker *)data)->pipeline;
  (void)out_value;
  for (;;) {
    asy_value item = {0};
    asy_error *error = NULL;
    asy_status status = asy_await(asy_queue_get(p->queue), &item, &error);
    if (status == ASY_E_CLOSED) return asy_error_unref(error), ASY_OK;
    if (status) return *out_error = error, status;
    status = p->consume(&item, p->user_data);
    asy_value_clear(&item);
    if (status) return status;
  }
}

static void start(struct worker *w, asy_run_cb run) {
  asy_task *task = asy_spawn(w->pipeline->loop, run, w, NULL, NULL);
  asy_group_add(w->group, task);
  asy_future_unref(task);
}

/* The producers are a group inside the consumers' one: once it has ended, nothing more will come. */
static asy_status produce_all(asy_value *out_value, asy_error **out_error, void *data) {
  struct worker *all = data;
  struct pipeline *p = all->pipeline;
  asy_group *group;
  (void)out_value;
  asy_status status = asy_group_new(p->loop, NULL, &group);
  if (status) return status;
  struct worker workers[16];
  for (uint32_t i = 0; i < p->producers && i < 16; ++i) {
    workers[i] = (struct worker){p, group, i};
    start(&workers[i], producer);
  }
  status = asy_await(asy_group_exit(group, NULL), NULL, out_error);
  asy_group_unref(group);
  asy_queue_shutdown(p->queue, 0);
  return status;
}

asy_status pipeline_run(struct pipeline *p, asy_error **out_error) {
  struct worker all = {p, NULL, 0};
  asy_status status = asy_queue_new(p->loop, p->room, &p->queue);
  if (!status) status = asy_group_new(p->loop, NULL, &all.group);
  if (status) return asy_queue_unref(p->queue), status;
  start(&all, produce_all);
  for (uint32_t i = 0; i < p->consumers; ++i) start(&all, consumer);
  status = asy_await(asy_group_exit(all.group, NULL), NULL, out_error);
  asy_group_unref(all.group);
  asy_queue_unref(p->queue);
  return status;
}
