/* Hooks of a loop's tasks: a table of Lua functions. */
#include "host.h"

typedef struct heard {
  const char *name; /* the hook's field */
  asy_task *task;
  asy_task_options *options;
  bool entered;
} heard;

/* Name, context and flags as a table that the hook may change; what it holds lives as long as the hooks. */
static void ask_options(lua_State *L, asy_task_options *options) {
  lua_newtable(L);
  lua_pushstring(L, options->name);
  lua_setfield(L, -2, "name");
  lua_pushboolean(L, (options->flags & ASY_TASK_EAGER) != 0);
  lua_setfield(L, -2, "eager");
  lua_pushvalue(L, -1);
  lua_setfield(L, 1, "options");
  lua_pushvalue(L, -1);
  lua_insert(L, -3);
  lua_call(L, 1, 0);
  lua_getfield(L, -1, "name");
  options->name = asy_lua_task_name(L, "on_options");
  lua_getfield(L, -2, "context");
  if (!lua_isnil(L, -1)) options->context = asy_lua_task_context(L, "on_options");
  lua_getfield(L, -3, "eager");
  if (lua_toboolean(L, -1)) options->flags |= ASY_TASK_EAGER;
  else options->flags &= ~(uint64_t)ASY_TASK_EAGER;
}

/* The table (1). */
static int tell(lua_State *L, asy_lua_entry *at) {
  const heard *const event = at->subject;
  lua_getfield(L, 1, event->name);
  if (lua_isnil(L, -1)) return -1;
  if (event->options) return ask_options(L, event->options), -1;
  asy_lua_push(L, at->host, ASY_LUA_future, asy_future_ref(event->task));
  lua_pushboolean(L, event->entered > 0);
  lua_call(L, 2, 0);
  return -1;
}

static void hear(heard *event, asy_loop *loop, void *user_data) {
  asy_lua_enter_or_report(&(asy_lua_entry){.push = tell, .subject = event}, user_data, loop, "a task hook failed");
}

static void on_options(asy_loop *loop, asy_task_options *options, void *user_data) {
  hear(&(heard){"on_options", NULL, options, false}, loop, user_data);
}

static void on_created(asy_task *task, void *user_data) {
  hear(&(heard){"on_created", task, NULL, false}, asy_future_loop(task), user_data);
}

static void on_switched(asy_task *task, int32_t entered, void *user_data) {
  hear(&(heard){"on_switched", task, NULL, entered != 0}, asy_future_loop(task), user_data);
}

static void on_finished(asy_task *task, void *user_data) {
  hear(&(heard){"on_finished", task, NULL, false}, asy_future_loop(task), user_data);
}

static bool has(lua_State *L, const char *name) {
  lua_getfield(L, 1, name);
  const bool found = !lua_isnil(L, -1);
  lua_pop(L, 1);
  return found;
}

/* task_hooks(hooks): {on_options, on_created, on_switched, on_finished}, or nil for none. */
int asy_lua_fn_task_hooks(lua_State *L) {
  asy_loop *const loop = asy_lua_loop(L, "async.task_hooks");
  asy_task_hooks hooks = {sizeof hooks, on_options, on_created, on_switched, on_finished, NULL, asy_lua_ref_release};
  if (!lua_isnoneornil(L, 1)) {
    if (!lua_istable(L, 1)) return asy_lua_bad_argument(L, 1, "table", "async.task_hooks");
    if (!has(L, "on_options")) hooks.on_options = NULL;
    if (!has(L, "on_created")) hooks.on_created = NULL;
    if (!has(L, "on_switched")) hooks.on_switched = NULL;
    if (!has(L, "on_finished")) hooks.on_finished = NULL;
    hooks.user_data = asy_lua_ref_new(L, 1);
  }
  const asy_status status = asy_loop_set_task_hooks(loop, hooks.user_data ? &hooks : NULL);
  return status < 0 ? asy_lua_raise_status(L, status, "async.task_hooks") : 0;
}
