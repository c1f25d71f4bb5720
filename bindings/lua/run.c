/* Running a loop from Lua: the main task, and the teardown that cancels and awaits what is left. */
#include "host.h"

#include <stdlib.h>

/* Tasks that dying tasks start are cancelled as well; a program that never stops doing so is left at this. */
#define ROUNDS 64

static asy_loop *check(lua_State *L, const asy_lua_host *host, const char *function) {
  asy_loop *const loop = asy_lua_check(L, 1, ASY_LUA_loop, function);
  if (host->loop || asy_loop_current())
    asy_lua_fail(L, "%s: a loop is running already; await the function, or start it with async.spawn", function);
  return loop;
}

static void enter(lua_State *L, asy_lua_host *host, asy_loop *loop) {
  host->loop = loop;
  host->runner = L;
}

static void leave(asy_lua_host *host) {
  host->loop = NULL;
  host->runner = NULL;
  asy_lua_bury(host);
}

static int give_outcome(lua_State *L, asy_lua_host *host, asy_future *done) {
  asy_error *const error = asy_future_error(done);
  if (!error) return asy_lua_push_results(L, host, asy_future_value(done));
  asy_lua_push_error(L, host, error);
  const char *const traceback = asy_error_traceback(error);
  lua_pushstring(L, *traceback ? traceback : NULL);
  return 2;
}

/* run(loop, f, ...): true and the results, or false, the error and its traceback. */
int asy_lua_fn_run(lua_State *L) {
  asy_lua_host *const host = asy_lua_of(L);
  asy_loop *const loop = check(L, host, "async.run");
  asy_lua_push(L, host, ASY_LUA_future, NULL);
  lua_insert(L, 2);
  asy_task *const task = asy_lua_spawn(L, host, loop, 3);
  ((asy_lua_handle *)lua_touserdata(L, 2))->pointer = task;
  lua_settop(L, 2);
  enter(L, host, loop);
  const asy_status status = asy_loop_run_until_complete(loop, task);
  leave(host);
  asy_error *const raised = asy_loop_take_raised(loop);
  if (raised) return asy_lua_raise(L, raised);
  if (status < 0) return asy_lua_raise_status(L, status, "async.run");
  lua_pushboolean(L, asy_future_error(task) == NULL);
  return 1 + give_outcome(L, host, task);
}

typedef struct leftovers {
  size_t count, capacity;
  asy_task **tasks;
} leftovers;

static void collect(asy_task *task, void *user_data) {
  leftovers *const found = user_data;
  if (found->count == found->capacity) {
    const size_t capacity = found->capacity ? found->capacity * 2 : 64;
    asy_task **const tasks = realloc(found->tasks, capacity * sizeof *tasks);
    if (!tasks) return;
    found->tasks = tasks;
    found->capacity = capacity;
  }
  found->tasks[found->count++] = asy_future_ref(task);
}

/* Cancels what there is and waits for it; answers how many there were. */
static size_t drain(asy_loop *loop) {
  leftovers found = {0};
  asy_loop_visit_tasks(loop, collect, &found, NULL);
  for (size_t i = 0; i < found.count; i++) {
    asy_task_cancel(found.tasks[i], NULL);
    asy_future_ref(found.tasks[i]); /* the gather's */
  }
  if (found.count) {
    asy_future *const all = asy_gather(loop, found.tasks, found.count, ASY_GATHER_RETURN_ERRORS);
    asy_loop_run_until_complete(loop, all);
    asy_future_unref(all);
  }
  for (size_t i = 0; i < found.count; i++) {
    asy_task *const task = found.tasks[i];
    if (asy_future_is_done(task) && !asy_future_is_cancelled(task) && asy_future_error(task))
      asy_loop_report(loop, asy_future_error(task), "a task failed while async.run ended");
    asy_future_unref(task);
  }
  free(found.tasks);
  return found.count;
}

/* close(loop): cancels and awaits every task, closes the loop. Again: nothing. */
int asy_lua_fn_close(lua_State *L) {
  asy_lua_host *const host = asy_lua_of(L);
  asy_loop *const loop = asy_lua_check(L, 1, ASY_LUA_loop, "close");
  if (asy_loop_is_closed(loop)) return 0;
  if (asy_loop_task_count(loop)) {
    check(L, host, "close");
    enter(L, host, loop);
    for (int round = 0; round < ROUNDS && drain(loop); round++) {}
    leave(host);
  }
  const asy_status status = asy_loop_close(loop);
  asy_lua_bury(host);
  return status < 0 ? asy_lua_raise_status(L, status, "close") : 0;
}
