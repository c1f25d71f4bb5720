/* The host: one per Lua state, found through the registry, kept until the last thing that C holds of the state is gone.
   Also the handles, and references to Lua values. */
#include "host.h"

#include <lualib.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

_Thread_local asy_lua_host *asy_lua_running;
static const char host_key;

int luaopen_asy_core(lua_State *L); /* SWIG's */
__attribute__((visibility("default"))) int luaopen_libasync_core(lua_State *L);

/* ---- handles */

static void release_value(void *value) {
  asy_value_clear(value);
  free(value);
}

static void release_timeout(void *timeout) {
  asy_error *error = NULL;
  asy_timeout_exit(timeout, NULL, &error);
  asy_error_unref(error);
}

#define RELEASE(name) \
  static void release_##name(void *pointer) { asy_##name##_unref(pointer); }
RELEASE(loop)
RELEASE(future)
RELEASE(promise)
RELEASE(handle)
RELEASE(group)
RELEASE(completions)
RELEASE(semaphore)
RELEASE(event)
RELEASE(queue)
RELEASE(watch)
RELEASE(transport)
RELEASE(stream)
RELEASE(server)
RELEASE(error)

const asy_lua_kind asy_lua_kinds[ASY_LUA_KIND_COUNT] = {
#define X(name) {#name, release_##name},
    ASY_LUA_KINDS(X)
#undef X
};

const char *asy_lua_name(const char *function) {
  return strncmp(function, "await_", 6) == 0 ? function + 6 : function;
}

/* The place in the program: not the line of ours that wraps an await for LuaJIT. */
void asy_lua_push_where(lua_State *L) {
  lua_Debug at;
  int level = 1;
  if (lua_getstack(L, 1, &at) && lua_getinfo(L, "S", &at) && strstr(at.source, "libasync/native.lua")) level = 2;
  luaL_where(L, level);
}

int asy_lua_fail(lua_State *L, const char *format, ...) {
  va_list arguments;
  asy_lua_push_where(L);
  va_start(arguments, format);
  lua_pushvfstring(L, format, arguments);
  va_end(arguments);
  lua_concat(L, 2);
  return lua_error(L);
}

/* For messages: handles by their kind. */
const char *asy_lua_typename(lua_State *L, int index) {
  for (int kind = 0; kind < ASY_LUA_KIND_COUNT; kind++)
    if (asy_lua_test(L, index, kind)) return asy_lua_kinds[kind].name;
  return luaL_typename(L, index);
}

void asy_lua_push(lua_State *L, asy_lua_host *host, enum asy_lua_kind_index kind, void *consumed) {
  asy_lua_handle *const handle = asy_lua_newuserdata(L, sizeof *handle);
  handle->pointer = consumed;
  handle->kind = &asy_lua_kinds[kind];
  lua_rawgeti(L, LUA_REGISTRYINDEX, host->metatables[kind]);
  lua_setmetatable(L, -2);
}

asy_lua_handle *asy_lua_test(lua_State *L, int index, enum asy_lua_kind_index kind) {
  if (lua_type(L, index) != LUA_TUSERDATA || lua_rawlen(L, index) != sizeof(asy_lua_handle)) return NULL;
  asy_lua_handle *const handle = lua_touserdata(L, index);
  return handle->kind == &asy_lua_kinds[kind] ? handle : NULL;
}

void *asy_lua_check(lua_State *L, int index, enum asy_lua_kind_index kind, const char *function) {
  const asy_lua_handle *const handle = asy_lua_test(L, index, kind);
  const char *const name = asy_lua_kinds[kind].name;
  function = asy_lua_name(function);
  if (handle && handle->pointer) return handle->pointer;
  if (handle) asy_lua_fail(L, "%s: the %s handle is closed", function, name);
  asy_lua_fail(L, "%s: %s expected as argument %d, got %s", function, name, index, asy_lua_typename(L, index));
  return NULL;
}

/* Clears the pointer: what another finalizer or a __close handler finds afterwards is a closed handle. */
static int handle_gc(lua_State *L) {
  asy_lua_handle *const handle = lua_touserdata(L, 1);
  void *const pointer = handle->pointer;
  handle->pointer = NULL;
  if (!pointer) return 0;
  if (handle->kind == &asy_lua_kinds[ASY_LUA_loop]) {
    /* os.exit(code, true) inside run: the loop is on the C stack below us and stays. */
    const asy_lua_host *const host = asy_lua_find(L);
    if (host && host->loop == pointer) return 0;
    /* What is left in it is reported by printing: a state that closes finalizes nothing that a hook would make. */
    asy_loop_set_report_hook(pointer, NULL, NULL, NULL);
  }
  handle->kind->release(pointer);
  return 0;
}

static int handle_eq(lua_State *L) {
  const asy_lua_handle *const one = lua_touserdata(L, 1), *const other = lua_touserdata(L, 2);
  const bool handles = one && other && lua_rawlen(L, 1) == sizeof *one && lua_rawlen(L, 2) == sizeof *other;
  bool equal = handles && one->kind == other->kind && one->pointer == other->pointer && one->pointer;
  if (!equal && handles) equal = asy_lua_is_cancelled(L, 1) && asy_lua_is_cancelled(L, 2);
  lua_pushboolean(L, equal);
  return 1;
}

/* methods(name): the table in which methods of this kind of handle are looked up, and its metatable; nil for no kind. */
int asy_lua_fn_methods(lua_State *L) {
  lua_pushfstring(L, "asy_%s", luaL_checkstring(L, 1));
  lua_rawget(L, LUA_REGISTRYINDEX);
  if (!lua_istable(L, -1)) return 1;
  lua_getfield(L, -1, "methods");
  lua_insert(L, -2);
  return 2;
}

/* kind(value): the kind of a handle, "userdata" for one of others, else nil. */
int asy_lua_fn_kind(lua_State *L) {
  if (lua_type(L, 1) == LUA_TUSERDATA) lua_pushstring(L, asy_lua_typename(L, 1));
  else lua_pushnil(L);
  return 1;
}

/* key(handle): the same number for every handle of the same object. */
int asy_lua_fn_key(lua_State *L) {
  const asy_lua_handle *const handle = lua_touserdata(L, 1);
  lua_pushnumber(L, handle ? (lua_Number)(uintptr_t)handle->pointer : 0);
  return 1;
}

/* ---- references */

asy_lua_ref *asy_lua_ref_new(lua_State *L, int index) {
  asy_lua_host *const host = asy_lua_of(L);
  lua_pushvalue(L, index);
  const int slot = luaL_ref(L, LUA_REGISTRYINDEX);
  asy_lua_ref *const ref = malloc(sizeof *ref);
  if (!ref) {
    luaL_unref(L, LUA_REGISTRYINDEX, slot);
    luaL_error(L, "not enough memory");
    return NULL;
  }
  atomic_init(&ref->count, 1);
  ref->slot = slot;
  ref->host = host;
  atomic_fetch_add_explicit(&host->count, 1, memory_order_relaxed);
  return ref;
}

void asy_lua_ref_retain(void *object) {
  asy_lua_ref *const ref = object;
  atomic_fetch_add_explicit(&ref->count, 1, memory_order_relaxed);
}

/* Any thread: the slot waits in the host's list for the state's own thread. */
void asy_lua_ref_release(void *object) {
  asy_lua_ref *const ref = object;
  if (atomic_fetch_sub_explicit(&ref->count, 1, memory_order_acq_rel) != 1) return;
  asy_lua_host *const host = ref->host;
  ref->next = atomic_load_explicit(&host->dead, memory_order_relaxed);
  while (!atomic_compare_exchange_weak_explicit(&host->dead, &ref->next, ref, memory_order_release, memory_order_relaxed)) {
  }
  asy_lua_unref(host);
}

void asy_lua_bury(asy_lua_host *host) {
  if (!atomic_load_explicit(&host->dead, memory_order_relaxed)) return;
  asy_lua_ref *ref = atomic_exchange_explicit(&host->dead, NULL, memory_order_acquire);
  while (ref) {
    asy_lua_ref *const next = ref->next;
    if (host->anchor) luaL_unref(host->anchor, LUA_REGISTRYINDEX, ref->slot);
    free(ref);
    ref = next;
  }
}

/* ---- the host */

void asy_lua_unref(asy_lua_host *host) {
  if (atomic_fetch_sub_explicit(&host->count, 1, memory_order_acq_rel) != 1) return;
  asy_lua_bury(host);
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
  const asy_lua_host *const host = asy_lua_of(L);
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
  while (host->pool) {
    asy_lua_task *const task = host->pool;
    host->pool = task->next;
    free(task);
  }
  host->anchor = host->runner = host->current = NULL;
  if (asy_lua_running == host) asy_lua_running = NULL;
  asy_lua_unref(host);
  return 0;
}

static int keep(lua_State *L) {
  return luaL_ref(L, LUA_REGISTRYINDEX);
}

static int keep_function(lua_State *L, lua_CFunction function) {
  lua_pushcfunction(L, function);
  return keep(L);
}

static int make_metatable(lua_State *L, const char *name) {
  lua_pushfstring(L, "asy_%s", name);
  lua_newtable(L);
  lua_pushcfunction(L, handle_gc);
  lua_setfield(L, -2, "__gc");
  lua_pushcfunction(L, handle_eq);
  lua_setfield(L, -2, "__eq");
  lua_pushstring(L, name);
  lua_setfield(L, -2, "__name");
  lua_newtable(L);
  lua_pushvalue(L, -1);
  lua_setfield(L, -3, "methods");
  lua_setfield(L, -2, "__index");
  lua_pushvalue(L, -1);
  lua_insert(L, -3);
  lua_rawset(L, LUA_REGISTRYINDEX);
  return keep(L);
}

/* What a task's coroutine runs: C on 5.4; on LuaJIT, which cannot yield across a C function, a line of Lua. */
static int make_body(lua_State *L) {
#if LUA_VERSION_NUM >= 504
  return keep_function(L, asy_lua_body);
#else
  if (luaL_loadstring(L, "local xpcall, done = ... return function(trace, f, ...) return done(xpcall(f, trace, ...)) end"))
    return lua_error(L);
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
  lua_newtable(L);
  host->traced_slot = keep(L);
  for (int kind = 0; kind < ASY_LUA_KIND_COUNT; kind++)
    host->metatables[kind] = make_metatable(L, asy_lua_kinds[kind].name);
  asy_lua_push(L, host, ASY_LUA_error, asy_error_new(ASY_E_CANCELLED, NULL, NULL));
  host->cancelled_slot = keep(L);
  host->body_slot = make_body(L);
  host->trace_slot = keep_function(L, asy_lua_trace);
  host->call_slot = keep_function(L, asy_lua_call);
  host->failed_slot = keep_function(L, asy_lua_failed);
}

/* SWIG's own opener leaves two functions in the globals; they are put back as they were. */
int luaopen_libasync_core(lua_State *L) {
  if (!asy_lua_find(L)) make_host(L);
  const asy_lua_host *const host = asy_lua_find(L);
  lua_getglobal(L, "swig_type");
  lua_getglobal(L, "swig_equals");
  lua_pushcfunction(L, luaopen_asy_core);
  lua_call(L, 0, 1);
  lua_rawgeti(L, LUA_REGISTRYINDEX, host->cancelled_slot);
  lua_setfield(L, -2, "CANCELLED");
  asy_lua_push_signals(L);
  lua_setfield(L, -2, "SIGNALS");
  lua_insert(L, -3);
  lua_setglobal(L, "swig_equals");
  lua_setglobal(L, "swig_type");
  return 1;
}
