/* The host: one per Lua state, found through the registry, kept until the last thing that C holds of the state is gone.
 */
#include "host.h"

#include <lualib.h>
#include <stdlib.h>

_Thread_local asy_lua_host *asy_lua_running;
static const char host_key;

int luaopen_asy_core(lua_State *L); /* SWIG's */
__attribute__((visibility("default"))) int luaopen_libasync_core(lua_State *L);

void asy_lua_unref(asy_lua_host *host) {
  if (atomic_fetch_sub_explicit(&host->count, 1, memory_order_acq_rel) != 1) return;
  asy_lua_bury(host);
  free(host->own);
  free(host);
}

asy_lua_host *asy_lua_find(lua_State *L) {
  lua_pushlightuserdata(L, (void *)&host_key);
  lua_rawget(L, LUA_REGISTRYINDEX);
  asy_lua_host **const slot = lua_touserdata(L, -1);
  lua_pop(L, 1);
  return slot ? *slot : NULL;
}

asy_loop *asy_lua_loop(lua_State *L, const char *function) {
  const asy_lua_host *const host = asy_lua_seek(L);
  asy_loop *const loop = host && host->loop ? host->loop : asy_loop_current();
  if (!loop) asy_lua_fail(L, "%s: no loop is running; call it inside async.run", asy_lua_name(function));
  return loop;
}

/* The state closes, every other finalizer of ours has run. */
static int host_gc(lua_State *L) {
  asy_lua_host **const slot = lua_touserdata(L, 1);
  asy_lua_host *const host = *slot;
  if (!host) return 0;
  *slot = NULL;
  asy_lua_bury(host);
  while (host->idle) {
    asy_lua_task *const task = host->idle;
    host->idle = task->next;
    free(task);
  }
  host->anchor = host->runner = host->current = NULL;
  if (asy_lua_running == host) asy_lua_running = NULL;
  asy_lua_unref(host);
  return 0;
}

static int keep(lua_State *L) { return luaL_ref(L, LUA_REGISTRYINDEX); }

static int keep_function(lua_State *L, lua_CFunction function) {
  lua_pushcfunction(L, function);
  return keep(L);
}

/* What a task's coroutine runs: C on 5.4; on LuaJIT, which cannot yield across a C function, a line of Lua. */
static int make_body(lua_State *L) {
#if LUA_VERSION_NUM >= 504
  return keep_function(L, asy_lua_body);
#else
  static const char line[] =
      "local xpcall, done = ... return function(trace, f, ...) return done(xpcall(f, trace, ...)) end";
  if (luaL_loadbuffer(L, line, sizeof line - 1, "=libasync")) return lua_error(L);
  lua_getglobal(L, "xpcall");
  lua_pushcfunction(L, asy_lua_fn_done);
  lua_call(L, 2, 1);
  return keep(L);
#endif
}

static void make_host(lua_State *L) {
  asy_lua_host **const slot = lua_newuserdata(L, sizeof *slot);
  *slot = NULL;
  lua_newtable(L);
  lua_pushcfunction(L, host_gc);
  lua_setfield(L, -2, "__gc");
  lua_setmetatable(L, -2);
  asy_lua_host *const host = *slot = calloc(1, sizeof *host);
  if (!host) {
    luaL_error(L, "not enough memory");
    return;
  }
  atomic_init(&host->count, 1);
  lua_pushlightuserdata(L, (void *)&host_key);
  lua_insert(L, -2);
  lua_rawset(L, LUA_REGISTRYINDEX);
  /* Our own thread: the one that loads the module may be a coroutine that ends. */
  host->anchor = lua_newthread(L);
  host->anchor_slot = keep(L);
  host->lobby = lua_newthread(L);
  host->lobby_slot = keep(L);
  lua_newtable(L);
  host->traced_slot = keep(L);
  for (int kind = 0; kind < ASY_LUA_KIND_COUNT; kind++) {
    asy_lua_push_metatable(L, &asy_lua_kinds[kind]);
    host->metatables[kind] = keep(L);
  }
  host->room_slot = keep_function(L, asy_lua_room);
  asy_lua_push(L, host, ASY_LUA_error, asy_error_new(ASY_E_CANCELLED, NULL, NULL));
  host->cancelled_slot = keep(L);
  host->body_slot = make_body(L);
  host->make_slot = keep_function(L, asy_lua_make);
  host->trace_slot = keep_function(L, asy_lua_trace);
  host->call_slot = keep_function(L, asy_lua_call);
  host->failed_slot = keep_function(L, asy_lua_failed);
}

/* SWIG's own opener leaves names in the globals; those are put back as they were. */
int luaopen_libasync_core(lua_State *L) {
  if (!asy_lua_find(L)) make_host(L);
  asy_lua_host *const host = asy_lua_find(L);
  asy_lua_find_own(L, host);
  lua_getglobal(L, "swig_type");
  lua_getglobal(L, "swig_equals");
  lua_getglobal(L, "asy_core");
  lua_pushcfunction(L, luaopen_asy_core);
  lua_call(L, 0, 1);
  lua_rawgeti(L, LUA_REGISTRYINDEX, host->cancelled_slot);
  lua_setfield(L, -2, "CANCELLED");
  asy_lua_set_system(L);
  asy_lua_set_api(L);
  lua_insert(L, -4);
  lua_setglobal(L, "asy_core");
  lua_setglobal(L, "swig_equals");
  lua_setglobal(L, "swig_type");
  return 1;
}
