/* Coroutines as tasks. A task's body runs under pcall inside its own coroutine, so that <close> variables and clean-up
 * code can await. */
#include "host.h"

#include <stdio.h>
#include <stdlib.h>

/* done(ok, ...): the end of a body, still inside the coroutine, where running out of memory is an error. */
int asy_lua_fn_done(lua_State *L) {
  const asy_lua_host *const host = asy_lua_of(L);
  if (host->current != L) return luaL_error(L, "a task's coroutine was resumed by somebody other than its loop");
  asy_lua_task *const task = host->task;
  asy_step *const out = &task->outcome;
  if (lua_toboolean(L, 1)) {
    out->kind = ASY_STEP_RETURN;
    asy_lua_pack_results(L, 2, lua_gettop(L) - 1, &out->value);
  } else {
    out->kind = ASY_STEP_RAISE;
    out->error = asy_lua_to_error(L, 2);
  }
  task->finished = true;
  return 0;
}

#if LUA_VERSION_NUM >= 504
static int body_k(lua_State *L, int status, lua_KContext context) {
  (void)context;
  lua_pushboolean(L, status == LUA_OK || status == LUA_YIELD);
  lua_replace(L, 1);
  return asy_lua_fn_done(L);
}

/* Stack: the message handler, the function, its arguments. */
int asy_lua_body(lua_State *L) { return body_k(L, lua_pcallk(L, lua_gettop(L) - 2, LUA_MULTRET, 1, 0, body_k), 0); }
#endif

static void raise_step(asy_step *out, asy_status code, const char *message) {
  out->kind = ASY_STEP_RAISE;
  out->error = asy_error_new(code, message, NULL);
}

static void stray_yield(lua_State *co, asy_step *out) {
  char message[320];
  lua_Debug at;
  const bool known = lua_getstack(co, 1, &at) && lua_getinfo(co, "Sl", &at);
  snprintf(message, sizeof message, "a task called coroutine.yield at %s:%d; a task can only await",
           known ? at.short_src : "?", known ? at.currentline : 0);
  raise_step(out, ASY_E_STATE, message);
}

static void resume(void *self, asy_task *handle, const asy_value *sent, asy_error *thrown, asy_step *out) {
  asy_lua_task *const task = self;
  asy_lua_host *const host = task->host, *const before = asy_lua_running;
  lua_State *const current = host->current;
  asy_lua_task *const outer = host->task;
  (void)handle;
  if (!host->anchor) {
    raise_step(out, ASY_E_CLOSED, "the Lua state of this task is closed");
    return;
  }
  asy_lua_bury(host);
  if (!task->coroutine && !asy_lua_begin(task)) {
    raise_step(out, ASY_E_NOMEM, NULL);
    return;
  }
  lua_State *const co = task->coroutine;
  int count = task->arguments;
  if (task->started) count = asy_lua_send(host, task, sent, thrown);
  task->started = true;
  asy_lua_running = host;
  host->current = co;
  host->task = task;
  host->is_parked = false;
  host->streak = 0;
#if LUA_VERSION_NUM >= 504
  int results = 0;
  const int status = lua_resume(co, current ? current : host->runner ? host->runner : host->anchor, count, &results);
#else
  const int status = lua_resume(co, count);
#endif
  asy_lua_running = before;
  host->current = current;
  host->task = outer;
  const bool parked = host->is_parked;
  host->is_parked = false; /* another task may be the one that goes on: this one was eager */
  if (status == LUA_YIELD && parked) {
    out->kind = ASY_STEP_AWAIT;
    out->future = host->parked;
  } else if (status == LUA_YIELD) {
    stray_yield(co, out);
  } else if (task->finished) {
    *out = task->outcome;
    task->outcome = (asy_step){0};
    lua_settop(co, 0);
    asy_lua_end(task);
  } else {
    const char *const text = lua_tostring(co, -1);
    raise_step(out, status == LUA_ERRMEM ? ASY_E_NOMEM : ASY_E_FOREIGN, text ? text : "the coroutine failed");
  }
}

static void destroy(void *self) {
  asy_lua_task *const task = self;
  asy_future_unref(task->kept);
  asy_error_unref(task->held);
  task->kept = NULL;
  task->held = NULL;
  asy_lua_end(task);
  asy_lua_record_free(task);
}

/* A frame a line, innermost last; allocates nothing. */
static void describe(void *self, asy_line_cb on_line, void *user_data) {
  const asy_lua_task *const task = self;
  if (!task->host->anchor || !task->coroutine || task->finished) return;
  lua_Debug at;
  char line[320];
  int depth = 0;
  while (lua_getstack(task->coroutine, depth, &at)) depth++;
  while (depth-- > 0) {
    if (!lua_getstack(task->coroutine, depth, &at) || !lua_getinfo(task->coroutine, "Sln", &at)) continue;
    if (*at.what == 'C' || asy_lua_is_own(task->host, at.source)) continue;
    snprintf(line, sizeof line, "%s:%d: in %s", at.short_src, at.currentline, at.name ? at.name : "function");
    on_line(line, user_data);
  }
}

static const asy_coroutine table = {sizeof table, resume, destroy, describe, NULL, "lua"};

/* On the coroutine's own stack, where the lobby has no room. */
static bool begin_at_once(lua_State *L, asy_lua_task *task, int count) {
  if (!asy_lua_begin(task) || !lua_checkstack(task->coroutine, count)) return false;
  lua_xmove(L, task->coroutine, count);
  task->arguments += count;
  return true;
}

asy_task *asy_lua_spawn(lua_State *L, asy_lua_host *host, asy_loop *loop, int first, const asy_task_options *options) {
  const int count = lua_gettop(L) - first + 1;
  asy_lua_bury(host);
  if (!lua_isfunction(L, first) && !luaL_getmetafield(L, first, "__call"))
    asy_lua_fail(L, "a task needs a function, got %s", asy_lua_typename(L, first));
  lua_settop(L, first + count - 1);
  luaL_checkstack(L, count, "too many arguments for a task");
  asy_lua_task *const task = asy_lua_record_new(host);
  if (!task) luaL_error(L, "not enough memory");
  for (int i = first; i < first + count; i++) lua_pushvalue(L, i);
  if (!asy_lua_wait(L, task, count) && !begin_at_once(L, task, count)) {
    destroy(task);
    luaL_error(L, "not enough memory for a task");
  }
  return asy_task_new(loop, &table, task, options);
}

/* Of the value on top of the stack, which its table keeps; NULL for nil. */
const char *asy_lua_task_name(lua_State *L, const char *function) {
  if (lua_isnil(L, -1)) return NULL;
  if (lua_type(L, -1) != LUA_TSTRING)
    asy_lua_fail(L, "%s: string expected as name, got %s", function, luaL_typename(L, -1));
  return lua_tostring(L, -1);
}

asy_context *asy_lua_task_context(lua_State *L, const char *function) {
  if (lua_isnil(L, -1)) return NULL;
  const asy_lua_handle *const handle = asy_lua_test(L, lua_gettop(L), ASY_LUA_context);
  if (!handle) asy_lua_fail(L, "%s: context expected as context, got %s", function, asy_lua_typename(L, lua_gettop(L)));
  return handle->pointer;
}

/* Options {name, context, eager} may come before the function, for which this gives the index. Name and context stay
 * on the stack: where __index made them, nothing else keeps them. */
static int read_options(lua_State *L, int at, asy_task_options *out) {
  *out = (asy_task_options){.size = sizeof *out};
  if (!lua_istable(L, at)) return at;
  if (luaL_getmetafield(L, at, "__call")) return lua_pop(L, 1), at;
  lua_getfield(L, at, "name");
  out->name = asy_lua_task_name(L, "async.spawn");
  lua_getfield(L, at, "context");
  out->context = asy_lua_task_context(L, "async.spawn");
  lua_getfield(L, at, "eager");
  if (lua_toboolean(L, -1)) out->flags = ASY_TASK_EAGER;
  lua_pop(L, 1);
  lua_insert(L, at + 1);
  lua_insert(L, at + 1);
  return at + 3;
}

static asy_task *spawn(lua_State *L, asy_lua_host *host, int at, const char *function) {
  asy_loop *const loop = asy_lua_loop(L, function);
  if (lua_isfunction(L, at)) return asy_lua_spawn(L, host, loop, at, NULL);
  asy_task_options options;
  const int first = read_options(L, at, &options);
  return asy_lua_spawn(L, host, loop, first, &options);
}

/* The handle comes before the task: nothing can fail once that is made. */
static asy_lua_handle *push_first(lua_State *L, asy_lua_host *host) {
  asy_lua_push(L, host, ASY_LUA_future, NULL);
  lua_insert(L, 1);
  return lua_touserdata(L, 1);
}

/* spawn([options,] f, ...) */
int asy_lua_fn_spawn(lua_State *L) {
  asy_lua_host *const host = asy_lua_of(L);
  asy_lua_handle *const handle = push_first(L, host);
  handle->pointer = spawn(L, host, 2, "spawn");
  lua_settop(L, 1);
  return 1;
}

/* group_spawn(group, [options,] f, ...): a member from the start; the group may refuse. */
int asy_lua_fn_group_spawn(lua_State *L) {
  asy_lua_host *const host = asy_lua_of(L);
  asy_group *const group = asy_lua_check(L, 1, ASY_LUA_group, "group:spawn");
  asy_lua_handle *const handle = push_first(L, host);
  asy_task *const task = handle->pointer = spawn(L, host, 3, "group:spawn");
  lua_settop(L, 1);
  const asy_status status = asy_group_add(group, task);
  return status < 0 ? asy_lua_raise_status(L, status, "group:spawn") : 1;
}

/* timeout_exit(timeout, ok, ...): ends the scope with what pcall gave; results, or the error that is its outcome. */
int asy_lua_fn_timeout_exit(lua_State *L) {
  asy_timeout *const timeout = asy_lua_check(L, 1, ASY_LUA_timeout, "timeout");
  const bool ok = lua_toboolean(L, 2);
  asy_error *const error = ok ? NULL : asy_lua_to_error(L, 3);
  asy_error *out = NULL;
  ((asy_lua_handle *)lua_touserdata(L, 1))->pointer = NULL;
  asy_timeout_exit(timeout, error, &out);
  if (out) return asy_lua_raise(L, out);
  return ok ? lua_gettop(L) - 2 : 0;
}
