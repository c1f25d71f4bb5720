/* Running a loop from Lua: the main task, and the teardown that cancels and awaits what is left. */
#include "host.h"

static void must_be_outside(lua_State *L, const asy_lua_host *host, const char *function) {
  if (host->loop || asy_loop_current())
    asy_lua_fail(L, "%s: a loop is running already; await the function, or start it with async.spawn", function);
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

/* run(runner, context, f, ...): true and the results, or false, the error and its traceback. */
int asy_lua_fn_run(lua_State *L) {
  asy_lua_host *const host = asy_lua_of(L);
  asy_runner *const runner = asy_lua_check(L, 1, ASY_LUA_runner, "async.run");
  must_be_outside(L, host, "async.run");
  asy_loop *const loop = asy_runner_loop(runner);
  if (!loop) return asy_lua_raise_status(L, ASY_E_CLOSED, "async.run");
  const asy_task_options options = {.size = sizeof options,
                                    .context = asy_lua_check(L, 2, ASY_LUA_context, "async.run")};
  asy_lua_push(L, host, ASY_LUA_future, NULL);
  lua_insert(L, 3);
  asy_task *const task = asy_lua_spawn(L, host, loop, 4, &options);
  ((asy_lua_handle *)lua_touserdata(L, 3))->pointer = task;
  lua_settop(L, 3);
  enter(L, host, loop);
  const bool aside = asy_lua_interrupt_aside();
  const asy_status status = asy_runner_run_future(runner, task);
  if (aside) asy_lua_interrupt_back();
  leave(host);
  asy_error *const raised = asy_loop_take_raised(loop);
  if (raised) return asy_lua_raise(L, raised);
  if (status < 0) return asy_lua_raise_status(L, status, "async.run");
  lua_pushboolean(L, asy_future_error(task) == NULL);
  return 1 + give_outcome(L, host, task);
}

/* loop_state(loop): whether it is running, closed, in debug mode. */
int asy_lua_fn_loop_state(lua_State *L) {
  asy_loop *const loop = asy_lua_check(L, 1, ASY_LUA_loop, "loop_state");
  lua_pushboolean(L, asy_loop_is_running(loop));
  lua_pushboolean(L, asy_loop_is_closed(loop));
  lua_pushboolean(L, asy_loop_is_debug(loop));
  return 3;
}

/* close(loop, grace): the core's staged teardown, then the loop is closed. Again: nothing. */
int asy_lua_fn_close(lua_State *L) {
  asy_lua_host *const host = asy_lua_of(L);
  asy_loop *const loop = asy_lua_check(L, 1, ASY_LUA_loop, "close");
  if (asy_loop_is_closed(loop)) return 0;
  const uint64_t grace_ns = asy_lua_duration(L, 2, "close");
  if (asy_loop_task_count(loop) || !(host->loop || asy_loop_current())) {
    must_be_outside(L, host, "close");
    enter(L, host, loop);
    const bool aside = asy_lua_interrupt_aside();
    asy_future *const shut = asy_loop_shutdown(loop, grace_ns);
    asy_loop_run_until_complete(loop, shut);
    asy_future_unref(shut);
    if (aside) asy_lua_interrupt_back();
    leave(host);
  }
  const asy_status status = asy_loop_close(loop);
  asy_lua_bury(host);
  return status < 0 ? asy_lua_raise_status(L, status, "close") : 0;
}
