/* Everything at once, in an order that a number decides: whatever it is, nothing is left at the end. Run with
   a range of numbers (`test_disorder FIRST COUNT`) it looks for one that breaks. */
#include "asy_test.h"

#include <stdio.h>

enum { FUTURES = 24, TASKS = 24, DEFERRED = 64 };

/* What one number does. The counts are of what was handed to the library and has to come back. */
static struct {
  asy_loop *loop;
  uint64_t seed;
  asy_future *futures[FUTURES];
  asy_task *tasks[TASKS];
  struct script *deferred[DEFERRED];
  int deferred_count;
  long owned, scripts;
} world;

static unsigned any(unsigned below) {
  world.seed = world.seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return (unsigned)(world.seed >> 33) % below;
}
static int chance(unsigned of) { return any(of) == 0; }

static void give_back(void *data) { (void)data, --world.owned; }
static void *own(void) {
  ++world.owned;
  return &world;
}
static asy_error *fault(void) { return asy_error_new(chance(2) ? ASY_E_FOREIGN : ASY_E_CANCELLED, "fault", NULL); }
static asy_value value(void) {
  asy_value made;
  asy_value_set_pointer(&made, own(), give_back);
  return made;
}
static asy_task *some_task(void) { return world.tasks[any(TASKS)]; }
static asy_future *some_future(void) { return world.futures[any(FUTURES)]; }
static void replace(asy_future **place, asy_future *made) {
  asy_future_unref(*place);
  *place = made;
}

/* ---- operations */

static void on_cancel(asy_future *future, void *data) {
  (void)data;
  if (chance(4)) asy_future_set_cancelled(future, NULL);
  else if (chance(3)) asy_future_set_result(future, NULL);
}
static asy_future *plain(void) {
  return chance(2) ? asy_future_new(world.loop) : asy_future_new_cancellable(world.loop, on_cancel, own(), give_back);
}
static asy_future *promised(void) {
  asy_promise *promise;
  asy_future *future = asy_promise_new(world.loop, NULL, NULL, NULL, &promise);
  asy_value kept = value();
  if (chance(2)) asy_promise_set_result(promise, &kept);
  asy_value_clear(&kept);
  asy_promise_unref(promise);
  return future;
}

static asy_future *operation(int depth);
static asy_future *several(int depth, int completed) {
  asy_future *parts[4], *next;
  asy_completions *completions;
  unsigned count = any(5);
  for (unsigned i = 0; i < count; ++i) parts[i] = operation(depth);
  if (!completed) return asy_gather(world.loop, parts, count, any(2));
  asy_completions_new(world.loop, parts, count, &completions);
  next = asy_completions_next(completions);
  if (chance(2)) asy_future_unref(asy_completions_next(completions));
  asy_completions_unref(completions);
  return next;
}
static asy_future *operation(int depth) {
  switch (any(depth > 2 ? 5 : 9)) {
    case 0: return asy_sleep(world.loop, chance(6) ? ASY_FOREVER : any(3) * any(30));
    case 1: return plain();
    case 2: return asy_sleep(NULL, 1);
    case 3: return promised();
    case 4:
    case 5: return asy_future_ref(chance(2) ? some_future() : some_task());
    case 6: return asy_wait_for(world.loop, operation(depth + 1), chance(4) ? ASY_FOREVER : any(60));
    default: return several(depth + 1, chance(2));
  }
}

/* ---- tasks: a coroutine that does as it likes, with a group and a timeout of its own, and may defer its steps */

struct script {
  int left;
  asy_task *task;
  asy_group *group;
  asy_timeout *timeout;
};

static void leave_scopes(struct script *s) {
  asy_error *error = NULL;
  if (s->timeout) asy_timeout_exit(s->timeout, chance(2) ? NULL : fault(), &error);
  asy_error_unref(error);
  asy_group_unref(s->group);
  s->timeout = NULL;
  s->group = NULL;
}
static void decide(struct script *s, asy_step *step) {
  if (s->left-- <= 0) {
    leave_scopes(s);
    step->kind = chance(3) ? ASY_STEP_RAISE : ASY_STEP_RETURN;
    if (step->kind == ASY_STEP_RAISE) step->error = fault();
    else if (chance(2)) step->value = value();
    return;
  }
  step->kind = ASY_STEP_AWAIT;
  if (s->group && chance(8)) {
    step->future = asy_group_exit(s->group, chance(3) ? fault() : NULL);
    asy_group_unref(s->group);
    s->group = NULL;
  } else if (!chance(8)) {
    step->future = operation(0);
  }
}
static asy_task *start(int steps);
static void resume(void *self, asy_task *task, const asy_value *sent, asy_error *thrown, asy_step *out_step) {
  struct script *s = self;
  (void)sent;
  s->task = task;
  if (thrown && chance(2)) {
    leave_scopes(s);
    out_step->kind = ASY_STEP_RAISE;
    out_step->error = asy_error_ref(thrown);
    return;
  }
  if (!s->group && chance(6)) asy_group_new(world.loop, NULL, &s->group);
  if (!s->timeout && chance(6)) asy_timeout_enter(world.loop, NULL, any(40), &s->timeout);
  if (s->group && chance(2)) {
    asy_task *child = start(3);
    asy_group_add(s->group, child);
    asy_future_unref(child);
  }
  if (chance(8)) asy_task_uncancel(task);
  if (chance(9)) asy_task_cancel(task, "by itself");
  if (world.deferred_count < DEFERRED && chance(5)) {
    world.deferred[world.deferred_count++] = s;
    out_step->kind = ASY_STEP_DEFERRED;
  } else {
    decide(s, out_step);
  }
}
static int undefer(struct script *s) {
  for (int i = 0; i < world.deferred_count; ++i)
    if (world.deferred[i] == s) {
      world.deferred[i] = world.deferred[--world.deferred_count];
      return 1;
    }
  return 0;
}
static void deliver(struct script *s, int ends) {
  asy_step step = {.kind = ASY_STEP_RETURN};
  if (!undefer(s)) return;
  if (!ends) decide(s, &step);
  asy_task_deliver(s->task, &step);
}
static void destroy(void *self) {
  undefer(self);
  leave_scopes(self);
  free(self);
  --world.scripts;
}
static void cancel_requested(void *self) {
  if (asy_loop_is_closed(world.loop) || chance(3)) deliver(self, 1);
}
static const asy_coroutine script = {sizeof(asy_coroutine), resume, destroy, NULL, cancel_requested};
static asy_task *start(int steps) {
  struct script *s = calloc(1, sizeof *s);
  s->left = (int)any((unsigned)steps);
  ++world.scripts;
  return asy_task_new(world.loop, &script, s, NULL);
}

static asy_status body(asy_value *out_value, asy_error **out_error, void *data) {
  (void)data;
  for (unsigned n = any(5); n; --n) {
    asy_value_clear(out_value);
    asy_error_unref(*out_error);
    asy_status status = asy_await(operation(0), out_value, out_error);
    if (status && chance(2)) return status;
    if (chance(6)) asy_task_cancel(some_task(), "by a function");
  }
  return ASY_OK;
}

/* ---- the world outside of the tasks */

static void on_done(asy_future *future, void *data) {
  (void)future, (void)data;
  if (chance(10)) asy_task_cancel(some_task(), "by a callback");
}
static void on_call(void *data) { on_done(NULL, data); }
static void act(void) {
  asy_handle *handle;
  asy_value kept;
  switch (any(13)) {
    case 0:
    case 1:
    case 2: asy_loop_step(world.loop, chance(3) ? any(40) : 0); return;
    case 3: kept = value(), asy_future_set_result(some_future(), &kept); return;
    case 4: asy_future_set_error(some_future(), fault()); return;
    case 5: asy_future_cancel(some_future(), "from outside"); return;
    case 6: asy_task_cancel(some_task(), chance(2) ? NULL : "from outside"); return;
    case 7: replace(&world.futures[any(FUTURES)], operation(0)); return;
    case 8:
      replace(&world.tasks[any(TASKS)], chance(3) ? asy_spawn(world.loop, body, own(), give_back, NULL) : start(8));
      return;
    case 9: asy_future_add_done_callback(chance(2) ? some_future() : some_task(), on_done, own(), give_back); return;
    case 10: asy_future_remove_done_callback(some_future(), on_done, &world); return;
    case 11:
      if (world.deferred_count) deliver(world.deferred[any((unsigned)world.deferred_count)], 0);
      return;
    default: break;
  }
  if (chance(3)) asy_future_set_shared(some_future());
  asy_loop_call_later(world.loop, any(30), on_call, own(), give_back, &handle);
  if (chance(2)) asy_handle_cancel(handle);
  asy_handle_unref(handle);
}

/* How much was left behind. */
static long live(uint64_t number) {
  memset(&world, 0, sizeof world);
  world.seed = number * UINT64_C(0x9E3779B97F4A7C15);
  asy_loop_options options = {.size = sizeof options, .ready_budget = any(3), .shuffle_seed = chance(2) ? number : 0};
  options.flags = ASY_LOOP_VIRTUAL_CLOCK | (chance(2) ? ASY_LOOP_NO_DRAIN : 0);
  if (asy_loop_new(&options, &world.loop)) return -1;
  asy_loop_set_report_hook(world.loop, asy_test_on_report, NULL, NULL);
  if (chance(4)) asy_loop_set_report_policy(world.loop, ASY_REPORT_RAISE);
  for (int i = 0; i < FUTURES; ++i) world.futures[i] = plain();
  for (int i = 0; i < TASKS; ++i) world.tasks[i] = start(8);
  for (unsigned n = any(400); n; --n) act();
  if (chance(2))
    for (int i = 0; i < FUTURES; ++i) replace(&world.futures[i], NULL);
  asy_loop_close(world.loop);
  while (world.deferred_count) deliver(world.deferred[0], 1);
  for (int i = 0; i < FUTURES; ++i) asy_future_unref(world.futures[i]);
  for (int i = 0; i < TASKS; ++i) asy_future_unref(world.tasks[i]);
  asy_loop_unref(world.loop);
  asy_test_reports();
  return world.owned + world.scripts;
}

/* LOOP-08 TASK-33 TG-15 */
static void test_whatever_happens_nothing_is_left(void **state) {
  (void)state;
  for (uint64_t number = 1; number <= 60; ++number)
    if (live(number)) fail_msg("number %llu left something", (unsigned long long)number);
}

int main(int argc, char **argv) {
  if (argc > 2) {
    uint64_t first = strtoull(argv[1], NULL, 10), count = strtoull(argv[2], NULL, 10);
    for (uint64_t number = first; number < first + count; ++number)
      if (live(number)) return printf("number %llu left something\n", (unsigned long long)number), 1;
    return 0;
  }
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_whatever_happens_nothing_is_left)};
  return asy_test_main(argc, argv, "disorder", tests);
}
