/* Bodies of tasks, what waits for several of them, and generators; see asy_every.h. */
#ifndef ASY_EVERY_TASKS_H
#define ASY_EVERY_TASKS_H
#include "asy_every_bodies.h"

/* ---- TASK */

BODY(child) {
  TRY(await(asy_sleep(loop, data ? ASY_MILLISECOND : 0)));
  return await(asy_sleep(loop, 0));
}
BODY(tasks) {
  asy_task *one = spawn(child, NULL), *other = spawn(child, loop);
  asy_task_cancel(other, "not needed");
  asy_status status = await(one), ended = await(other);
  return first(status, ended == ASY_E_CANCELLED ? ASY_OK : ended);
}

/* ---- COMB */

BODY(gathers) {
  asy_future *members[] = {spawn(child, NULL), asy_sleep(loop, 3), spawn(child, loop)};
  return await(asy_gather(loop, members, 3, 0));
}
BODY(as_completed) {
  asy_future *members[] = {spawn(child, loop), asy_sleep(loop, 3), spawn(child, NULL)};
  asy_completions *completions;
  TRY(asy_completions_new(loop, members, 3, &completions));
  asy_status status = ASY_OK;
  for (int i = 0; i < 3; ++i) status = first(status, await(asy_completions_next(completions)));
  asy_completions_unref(completions);
  return status;
}
BODY(wait_fors) {
  asy_status expired = await(asy_wait_for(loop, asy_future_new(loop), 5));
  if (expired != ASY_E_TIMEOUT) return expired;
  return await(asy_wait_for(loop, spawn(child, NULL), ASY_SECOND));
}
BODY(timeouts) {
  asy_timeout *timeout;
  asy_error *error = NULL;
  TRY(asy_timeout_enter(loop, asy_task_current(loop), 5, &timeout));
  asy_status status = asy_await(asy_sleep(loop, ASY_SECOND), NULL, &error);
  asy_error *outcome = NULL;
  asy_status left = asy_timeout_exit(timeout, status ? error : NULL, &outcome);
  asy_error_unref(outcome);
  return left == ASY_E_TIMEOUT ? ASY_OK : left;
}
/* A deadline that is put off, taken away and set again while the body runs. */
BODY(timeouts_moved) {
  asy_timeout *timeout;
  asy_error *error = NULL, *outcome = NULL;
  TRY(asy_timeout_enter(loop, asy_task_current(loop), 5, &timeout));
  asy_status status = asy_timeout_reschedule(timeout, asy_loop_time(loop) + ASY_SECOND);
  if (!status) status = asy_await(asy_sleep(loop, 10), NULL, &error);
  if (!status) status = asy_timeout_reschedule(timeout, ASY_FOREVER);
  if (!status) status = asy_await(asy_sleep(loop, 2 * ASY_SECOND), NULL, &error);
  if (!status) status = asy_timeout_reschedule(timeout, 0);
  if (!status) status = asy_await(asy_sleep(loop, ASY_SECOND), NULL, &error);
  asy_status left = asy_timeout_exit(timeout, error, &outcome);
  asy_error_unref(outcome);
  return left == ASY_E_TIMEOUT ? ASY_OK : first(left, status);
}
BODY(deadlines) {
  asy_future *members[] = {spawn(child, NULL), asy_sleep(loop, ASY_SECOND)};
  asy_completions *completions;
  TRY(asy_completions_new(loop, members, 2, &completions));
  asy_status status = asy_completions_set_timeout(completions, ASY_MILLISECOND);
  if (!status) status = await(asy_completions_next(completions));
  if (!status) status = await(asy_completions_next(completions));
  asy_completions_unref(completions);
  return status == ASY_E_TIMEOUT ? ASY_OK : status;
}

/* ---- TG */

BODY(groups) {
  asy_group *group;
  TRY(asy_group_new(loop, asy_task_current(loop), &group));
  asy_status status = ASY_OK;
  for (int i = 0; i < 3 && !status; ++i) {
    asy_task *member = spawn(child, i % 2 ? loop : NULL);
    status = asy_group_add(group, member);
    if (status) asy_task_cancel(member, NULL);
    asy_future_unref(member);
  }
  asy_error *error = status ? asy_error_new(status, "no member", NULL) : NULL;
  asy_status left = await(asy_group_exit(group, error));
  asy_group_unref(group);
  return left == ASY_E_GROUP ? ASY_E_NOMEM : left;
}

/* One that could not be made is none. */
static asy_status add_member(asy_group *group, asy_task *consumed) {
  const asy_status made = asy_future_status(consumed);
  const asy_status status = made == ASY_E_AGAIN ? asy_group_add(group, consumed) : made;
  if (status) asy_task_cancel(consumed, NULL);
  asy_future_unref(consumed);
  return status;
}
/* Cancelled as a whole, it ends without an error. */
BODY(groups_cancelled) {
  asy_group *group;
  TRY(asy_group_new(loop, asy_task_current(loop), &group));
  asy_status status = add_member(group, spawn(child, loop));
  status = first(status, asy_group_cancel(group, "enough"));
  await(asy_sleep(loop, ASY_SECOND)); /* the body is cancelled too */
  asy_status left = await(asy_group_exit(group, NULL));
  asy_group_unref(group);
  return left == ASY_E_GROUP ? ASY_E_NOMEM : first(left, status);
}
BODY(fails) {
  asy_status status = await(asy_sleep(loop, 1));
  return status ? status : ASY_E_EOF;
}
/* A member fails: the others and the body are cancelled, and the error is a group with it. */
BODY(groups_failing) {
  asy_group *group;
  TRY(asy_group_new(loop, asy_task_current(loop), &group));
  asy_status status = add_member(group, spawn(fails, NULL));
  status = first(status, add_member(group, spawn(child, loop)));
  asy_status slept = await(asy_sleep(loop, ASY_SECOND));
  if (slept == ASY_OK) status = first(status, ASY_E_CANCELLED); /* before it could fail */
  asy_error *error = NULL;
  asy_status left = asy_await(asy_group_exit(group, NULL), NULL, &error);
  if (left == ASY_E_GROUP) left = asy_error_code(asy_error_child(error, 0)) == ASY_E_EOF ? ASY_OK : ASY_E_NOMEM;
  asy_error_unref(error);
  asy_group_unref(group);
  return first(left, status);
}

static asy_future *attempt(size_t index, void *data) {
  (void)data;
  return index ? spawn(child, loop) : asy_future_new_failed(loop, asy_error_new(ASY_E_EOF, "the first fails", NULL));
}
BODY(races) {
  TRY(await(asy_race(loop, 3, 0, attempt, NULL, NULL)));
  return await(asy_race(loop, 3, 2, attempt, NULL, NULL));
}
BODY(waits) {
  asy_future *first_of[] = {spawn(child, loop), asy_sleep(loop, 3)},
             *all_of[] = {spawn(child, loop), spawn(child, NULL)};
  asy_status status = await(asy_wait(loop, first_of, 2, ASY_WAIT_FIRST, ASY_FOREVER));
  return first(status, await(asy_wait(loop, all_of, 2, ASY_WAIT_ALL, 5)));
}
BODY(shields) {
  asy_task *inner = spawn(child, loop);
  asy_status status = await(asy_shield(loop, asy_future_ref(inner)));
  return first(status, await(inner));
}
BODY(eager) {
  asy_task_options options = {.size = sizeof options, .name = "eager", .flags = ASY_TASK_EAGER};
  return await(asy_spawn(loop, child, loop, NULL, &options));
}
BODY(shutdowns) {
  asy_task *other = spawn(child, loop);
  asy_status status = await(asy_loop_shutdown(loop, ASY_SECOND)), ended = await(other);
  return first(status, ended == ASY_E_CANCELLED ? ASY_OK : ended);
}

static int created, finished;
static void on_created(asy_task *task, void *data) { (void)task, (void)data, ++created; }
static void on_finished(asy_task *task, void *data) { (void)task, (void)data, ++finished; }
static void on_switched(asy_task *task, int32_t entered, void *data) { (void)task, (void)entered, (void)data; }
BODY(hooks) {
  asy_task_hooks hooks = {
      .size = sizeof hooks, .on_created = on_created, .on_switched = on_switched, .on_finished = on_finished};
  created = finished = 0;
  TRY(asy_loop_set_task_hooks(loop, &hooks));
  asy_status status = await(spawn(child, NULL));
  /* One that was cancelled may have left its child to run on. */
  if (!status && created != finished) status = ASY_E_INTERNAL;
  return first(status, asy_loop_set_task_hooks(loop, NULL));
}

/* ---- CTX */

BODY(contexts) {
  asy_context_var *var;
  asy_context_token *token = NULL;
  asy_value value;
  TRY(asy_context_var_new("var", NULL, &var));
  asy_value_set_int(&value, 7);
  asy_status status = asy_context_set(NULL, var, &value, &token);
  if (!status) status = await(spawn(child, NULL));
  if (token) asy_context_reset(token);
  asy_context_var_unref(var);
  return status;
}
static void see_var(asy_context_var *var, const asy_value *value, void *data) { (void)var, (void)value, (void)data; }
BODY(contexts_entered) {
  asy_context *context = asy_context_new(), *copy = NULL;
  asy_context_var *var = NULL;
  asy_value value;
  asy_value_set_int(&value, 7);
  asy_status status = context ? asy_context_var_new("var", &value, &var) : ASY_E_NOMEM;
  if (!status) status = asy_context_enter(context);
  if (!status) {
    status = first(asy_context_set(NULL, var, &value, NULL), await(spawn(child, NULL)));
    status = first(status, asy_context_exit(context));
  }
  if (!status && !(copy = asy_context_copy(context))) status = ASY_E_NOMEM;
  if (!status) status = asy_context_visit(copy, see_var, NULL, NULL);
  asy_context_unref(copy);
  asy_context_unref(context);
  asy_context_var_unref(var);
  return status;
}
#endif
