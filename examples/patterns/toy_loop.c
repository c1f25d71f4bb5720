#include "patterns.h"

static void swap(struct toy_job *a, struct toy_job *b) {
  struct toy_job kept = *a;
  *a = *b, *b = kept;
}

void toy_call_at(struct toy_loop *toy, uint64_t when, asy_call_cb call, void *user_data) {
  size_t i = toy->count++;
  toy->jobs[i] = (struct toy_job){when, call, user_data};
  for (; i && toy->jobs[i].when < toy->jobs[(i - 1) / 2].when; i = (i - 1) / 2)
    swap(&toy->jobs[i], &toy->jobs[(i - 1) / 2]);
}

static struct toy_job pop(struct toy_loop *toy) {
  struct toy_job first = toy->jobs[0];
  toy->jobs[0] = toy->jobs[--toy->count];
  for (size_t i = 0, least; (least = 2 * i + 1) < toy->count; i = least) {
    if (least + 1 < toy->count && toy->jobs[least + 1].when < toy->jobs[least].when) ++least;
    if (toy->jobs[i].when <= toy->jobs[least].when) break;
    swap(&toy->jobs[i], &toy->jobs[least]);
  }
  return first;
}

/* Run what is due; then let libasync wait, for its own work or until ours is due. */
void toy_run(struct toy_loop *toy, asy_loop *loop) {
  for (;;) {
    while (toy->count && toy->jobs[0].when <= asy_loop_time(loop)) {
      struct toy_job due = pop(toy);
      due.call(due.user_data);
    }
    if (!toy->count && !asy_loop_task_count(loop)) return;
    uint64_t now = asy_loop_time(loop), next = toy->count ? toy->jobs[0].when : ASY_FOREVER;
    asy_loop_step(loop, next == ASY_FOREVER ? ASY_FOREVER : next > now ? next - now : 0);
  }
}
