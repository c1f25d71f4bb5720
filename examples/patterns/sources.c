#include "patterns.h"

struct source {
  struct sources *all;
  asy_group *group;
  asy_run_cb run;
};

/* One that ends well ends the others; one that fails has the group do so. */
static asy_status run_source(asy_value *out_value, asy_error **out_error, void *data) {
  struct source *s = data;
  asy_status status = s->run(out_value, out_error, s->all->user_data);
  if (!status) asy_group_cancel(s->group, "another source ended");
  return status;
}

asy_status sources_run(struct sources *all, asy_error **out_error) {
  struct source sources[8];
  asy_group *group;
  if (all->count > 8) return ASY_E_INVALID;
  asy_status status = asy_group_new(all->loop, NULL, &group);
  if (status) return status;
  for (size_t i = 0; i < all->count; ++i) {
    sources[i] = (struct source){all, group, all->sources[i]};
    asy_task *task = asy_spawn(all->loop, run_source, &sources[i], NULL, NULL);
    asy_group_add(group, task);
    asy_future_unref(task);
  }
  status = asy_await(asy_group_exit(group, NULL), NULL, out_error);
  asy_group_unref(group);
  return status;
}
