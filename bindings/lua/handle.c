/* Handles: userdata that hold one reference of an object of the ABI. SWIG's own classes are not used: their names are
 * global to the Lua state, their look-up is slow, and their finalizers leave the pointer behind. */
#include "host.h"

#include <stdlib.h>

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
RELEASE(generator)
RELEASE(future)
RELEASE(promise)
RELEASE(handle)
RELEASE(group)
RELEASE(completions)
RELEASE(lock)
RELEASE(condition)
RELEASE(barrier)
RELEASE(limiter)
RELEASE(semaphore)
RELEASE(event)
RELEASE(queue)
RELEASE(channel)
RELEASE(watch)
RELEASE(transport)
RELEASE(stream)
RELEASE(server)
RELEASE(runner)
RELEASE(executor)
RELEASE(call)
RELEASE(thread_future)
RELEASE(signals)
RELEASE(context)
RELEASE(context_var)
RELEASE(context_token)
RELEASE(error)

const asy_lua_kind asy_lua_kinds[ASY_LUA_KIND_COUNT] = {
#define X(name) {#name, release_##name},
    ASY_LUA_KINDS(X)
#undef X
};

/* Room for a handle. In protected mode: host->room_slot. */
int asy_lua_room(lua_State *L) {
  asy_lua_newuserdata(L, sizeof(asy_lua_handle));
  return 1;
}

/* Raises without memory; the reference is given back then. */
void asy_lua_push(lua_State *L, asy_lua_host *host, enum asy_lua_kind_index kind, void *consumed) {
  if (!consumed) {
    asy_lua_room(L);
  } else {
    lua_rawgeti(L, LUA_REGISTRYINDEX, host->room_slot);
    if (lua_pcall(L, 0, 1, 0)) {
      asy_lua_kinds[kind].release(consumed);
      lua_error(L);
    }
  }
  asy_lua_handle *const handle = lua_touserdata(L, -1);
  handle->pointer = consumed;
  handle->kind = &asy_lua_kinds[kind];
  lua_rawgeti(L, LUA_REGISTRYINDEX, host->metatables[kind]);
  lua_setmetatable(L, -2);
}

static asy_lua_handle *test(lua_State *L, int index, const asy_lua_kind *kind) {
  if (lua_type(L, index) != LUA_TUSERDATA || lua_rawlen(L, index) != sizeof(asy_lua_handle)) return NULL;
  asy_lua_handle *const handle = lua_touserdata(L, index);
  return handle->kind == kind ? handle : NULL;
}

asy_lua_handle *asy_lua_test(lua_State *L, int index, enum asy_lua_kind_index kind) {
  return test(L, index, &asy_lua_kinds[kind]);
}

void *asy_lua_check_kind(lua_State *L, int index, const asy_lua_kind *kind, const char *function) {
  const asy_lua_handle *const handle = test(L, index, kind);
  if (handle && handle->pointer) return handle->pointer;
  if (handle) asy_lua_fail(L, "%s: the %s handle is closed", asy_lua_name(function), kind->name);
  asy_lua_bad_argument(L, index, kind->name, function);
  return NULL;
}

void *asy_lua_check(lua_State *L, int index, enum asy_lua_kind_index kind, const char *function) {
  return asy_lua_check_kind(L, index, &asy_lua_kinds[kind], function);
}

/* The handle (1) of a metamethod whose upvalue is its kind; programs can call it with anything. */
static asy_lua_handle *own_handle(lua_State *L) { return test(L, 1, lua_touserdata(L, lua_upvalueindex(1))); }

/* Clears the pointer: what another finalizer or a __close handler finds afterwards is a closed handle. */
static int handle_gc(lua_State *L) {
  asy_lua_handle *const handle = own_handle(L);
  void *const pointer = handle ? handle->pointer : NULL;
  if (!pointer) return 0;
  handle->pointer = NULL;
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

/* Where the kind has no description of its own. */
static int handle_tostring(lua_State *L) {
  const asy_lua_handle *const handle = own_handle(L);
  if (!handle) return luaL_error(L, "a handle expected, got %s", luaL_typename(L, 1));
  if (handle->pointer) lua_pushfstring(L, "%s: %p", handle->kind->name, handle->pointer);
  else lua_pushfstring(L, "%s (closed)", handle->kind->name);
  return 1;
}

static void set_metamethod(lua_State *L, const asy_lua_kind *kind, const char *name, lua_CFunction function) {
  lua_pushlightuserdata(L, (void *)kind);
  lua_pushcclosure(L, function, 1);
  lua_setfield(L, -2, name);
}

/* Made at its first use. */
void asy_lua_push_metatable(lua_State *L, const asy_lua_kind *kind) {
  lua_pushfstring(L, "asy_%s", kind->name);
  lua_pushvalue(L, -1);
  lua_rawget(L, LUA_REGISTRYINDEX);
  if (lua_istable(L, -1)) {
    lua_remove(L, -2);
    return;
  }
  lua_pop(L, 1);
  lua_newtable(L);
  set_metamethod(L, kind, "__gc", handle_gc);
  set_metamethod(L, kind, "__eq", handle_eq);
  set_metamethod(L, kind, "__tostring", handle_tostring);
  lua_pushstring(L, kind->name);
  lua_setfield(L, -2, "__name");
  lua_newtable(L);
  lua_pushvalue(L, -1);
  lua_setfield(L, -3, "methods");
  lua_setfield(L, -2, "__index");
  lua_pushvalue(L, -1);
  lua_insert(L, -3);
  lua_rawset(L, LUA_REGISTRYINDEX);
}

/* methods(name): the table in which methods of this kind of handle are looked up, and its metatable; nil for no kind.
 */
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

/* key(future): the same number for every handle of the same future; nil for anything else and a closed one. */
int asy_lua_fn_key(lua_State *L) {
  const asy_lua_handle *const handle = asy_lua_test(L, 1, ASY_LUA_future);
  if (handle && handle->pointer) lua_pushnumber(L, (lua_Number)(uintptr_t)handle->pointer);
  else lua_pushnil(L);
  return 1;
}
