/* Tasks of every kind, scopes and batches, while memory runs out. */
#include "faults.h"

static asy_loop *here;
static int entered, left, freed;
static void count_free(void *data) { (void)data, ++freed; }

static asy_status sleep_and_give(asy_value *out_value, asy_error **out_error, void *data) {
  (void)data;
  ++entered;
  asy_status status = asy_await(asy_sleep(here, 1), NULL, out_error);
  if (!status) status = asy_value_set_string(out_value, "slept", 5);
  ++left;
  return status;
}

static asy_status parent(asy_value *out_value, asy_error **out_error, void *data) {
  (void)data;
  asy_task *children[] = {asy_spawn(here, sleep_and_give, NULL, count_free, NULL),
                          asy_spawn(here, sleep_and_give, NULL, count_free, NULL)};
  return asy_await(asy_gather(here, children, 2, 0), out_value, out_error);
}

static asy_status family(asy_loop *loop) {
  here = loop;
  entered = left = freed = 0;
  asy_task_options options = {.size = sizeof options, .name = "parent"};
  asy_task *task = asy_spawn(loop, parent, NULL, count_free, &options);
  asy_status status = complete(loop, task);
  for (int i = 0; i < 5; ++i) asy_loop_step(loop, ASY_SECOND); /* a failed gather leaves the others running */
  return entered != left ? ASY_E_INTERNAL : status;
}

static asy_status cancelled(asy_loop *loop) {
  here = loop;
  entered = left = freed = 0;
  asy_task *task = asy_spawn(loop, sleep_and_give, NULL, count_free, NULL);
  asy_loop_step(loop, 0);
  asy_future_cancel(task, "no longer needed");
  asy_status status = complete(loop, task);
  if (freed != 1 || entered != left) return ASY_E_INTERNAL;
  return status == ASY_E_CANCELLED ? ASY_OK : status;
}

static asy_status throw_away(asy_loop *loop) {
  here = loop;
  freed = 0;
  asy_future_unref(asy_spawn(loop, sleep_and_give, NULL, count_free, NULL));
  asy_future_unref(asy_spawn(loop, sleep_and_give, NULL, count_free, NULL));
  asy_loop_step(loop, 0);
  asy_status status = asy_loop_close(loop); /* with both suspended, or never made */
  return freed == 2 ? status : ASY_E_INTERNAL;
}

/* A coroutine that sleeps `left` times. */
typedef struct {
  int left, destroyed;
} counter;
static void resume(void *self, asy_task *task, const asy_value *sent, asy_error *thrown, asy_step *step) {
  (void)task, (void)sent;
  counter *c = self;
  if (thrown) {
    step->kind = ASY_STEP_RAISE;
    step->error = asy_error_ref(thrown);
  } else if (c->left--) {
    step->kind = ASY_STEP_AWAIT;
    step->future = asy_sleep(here, 1);
  } else {
    step->kind = ASY_STEP_RETURN;
  }
}
static void destroy(void *self) { ++((counter *)self)->destroyed; }
static const asy_coroutine coroutine = {sizeof coroutine, resume, destroy, NULL, NULL};

static asy_status coroutines(asy_loop *loop) {
  here = loop;
  counter a = {3, 0}, b = {2, 0};
  asy_task *first = asy_task_new(loop, &coroutine, &a, NULL), *second = asy_task_new(loop, &coroutine, &b, NULL);
  asy_status one = complete(loop, first), two = complete(loop, second);
  if (a.destroyed != 1 || b.destroyed != 1) return ASY_E_INTERNAL;
  return one ? one : two;
}

static asy_status scoped(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)data;
  asy_group *group;
  asy_timeout *timeout;
  TRY(asy_timeout_enter(here, NULL, ASY_MILLISECOND, &timeout));
  asy_status status = asy_group_new(here, NULL, &group);
  asy_error *error = NULL;
  if (!status) {
    for (int i = 0; i < 2; ++i) {
      asy_task *task = asy_spawn(here, sleep_and_give, NULL, NULL, NULL);
      if (asy_future_is_task(task)) asy_group_add(group, task);
      asy_future_unref(task);
    }
    status = asy_await(asy_group_exit(group, NULL), NULL, &error);
    asy_group_unref(group);
  } else {
    error = asy_error_new(status, NULL, NULL);
  }
  if (!status) status = asy_await(asy_sleep(here, ASY_SECOND), NULL, &error);
  asy_status outcome = asy_timeout_exit(timeout, error, out_error);
  return outcome;
}

static asy_status scopes(asy_loop *loop) {
  here = loop;
  asy_status status = complete(loop, asy_spawn(loop, scoped, NULL, NULL, NULL));
  for (int i = 0; i < 5; ++i) asy_loop_step(loop, ASY_SECOND);
  return status == ASY_E_TIMEOUT ? ASY_OK : status;
}

static asy_status deferred(asy_loop *loop) {
  asy_completion answers[8];
  size_t count = 0;
  asy_value value;
  asy_task *task = asy_task_new_deferred(loop, 5, NULL);
  if (!asy_future_is_task(task)) return complete(loop, task);
  asy_status status = asy_loop_step_batch(loop, NULL, 0, 0, answers, 8, &count);
  if (!status) {
    asy_value_set_int(&value, 1);
    status = asy_task_return_value(task, &value);
  }
  if (status) {
    asy_future_unref(task);
    return status;
  }
  return complete(loop, task);
}

static void test_spawned_functions_survive_without_memory(void **state) {
  (void)state;
  SURVIVE(family);
  SURVIVE(cancelled);
  survive("throw_away", throw_away, ASY_E_CLOSED);
}

static void test_coroutines_survive_without_memory(void **state) {
  (void)state;
  SURVIVE(coroutines);
  SURVIVE(deferred);
}

static void test_scopes_survive_without_memory(void **state) {
  (void)state;
  survive("scopes", scopes, ASY_E_GROUP);
}

static asy_loop *nursery;
static uint64_t allocations;
static asy_status nothing(asy_value *out_value, asy_error **out_error, void *data) {
  (void)out_value, (void)out_error, (void)data;
  return ASY_OK;
}
static asy_status many_in_turn(asy_value *out_value, asy_error **out_error, void *data) {
  asy_group *group;
  (void)out_value, (void)out_error, (void)data;
  TRY(asy_group_new(nursery, NULL, &group));
  for (int i = 0; i < 1000; ++i) {
    asy_task *task = asy_spawn(nursery, nothing, NULL, NULL, NULL);
    asy_status added = asy_group_add(group, task);
    if (i == 10) allocations = asy_test_allocations();
    TRY(added ? added : asy_await(task, NULL, NULL));
  }
  allocations = asy_test_allocations() - allocations;
  asy_status status = asy_await(asy_group_exit(group, NULL), NULL, NULL);
  asy_group_unref(group);
  return status;
}
static asy_status nursery_task(asy_loop *loop) {
  nursery = loop;
  return complete(loop, asy_spawn(loop, many_in_turn, NULL, NULL, NULL));
}

/* TG-01 TG-15: what it keeps grows with its unfinished tasks, not with all it ever had */
static void test_a_long_lived_group_does_not_grow(void **state) {
  (void)state;
  asy_test_fail_allocation(UINT64_MAX, 1); /* only counted */
  asy_status status = run_scenario(nursery_task);
  asy_test_fail_allocation(0, 0);
  assert_true(nothing_is_allocated());
  assert_int_equal(ASY_OK, status);
#ifndef ASY_POOL_PASSTHROUGH
  assert_int_equal(0, allocations);
#endif
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_spawned_functions_survive_without_memory),
      cmocka_unit_test(test_coroutines_survive_without_memory),
      cmocka_unit_test(test_scopes_survive_without_memory),
      cmocka_unit_test(test_a_long_lived_group_does_not_grow),
  };
  return asy_test_main(argc, argv, "faults_task", tests);
}
