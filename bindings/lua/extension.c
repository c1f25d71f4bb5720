/* The table for other C modules. */
#include "host.h"

static void push(lua_State *L, const asy_lua_kind *kind, void *consumed) {
  asy_lua_handle *const handle = asy_lua_newuserdata(L, sizeof *handle);
  handle->pointer = consumed;
  handle->kind = kind;
  asy_lua_push_metatable(L, kind);
  lua_setmetatable(L, -2);
}

static void *check(lua_State *L, int index, const asy_lua_kind *kind, const char *function) {
  return asy_lua_check_kind(L, index, kind, function);
}

static asy_task *spawn(lua_State *L, asy_loop *loop, int first) {
  return asy_lua_spawn(L, asy_lua_of(L), loop, first, NULL);
}

static int push_value(lua_State *L, const asy_value *value) { return asy_lua_push_value(L, asy_lua_of(L), value); }

static const asy_lua_api api = {
    sizeof api, asy_lua_loop, asy_lua_may_await, asy_lua_await,   asy_lua_raise_status, push,
    check,      spawn,        push_value,        asy_lua_to_value};

void asy_lua_set_api(lua_State *L) {
  lua_pushlightuserdata(L, (void *)&api);
  lua_setfield(L, LUA_REGISTRYINDEX, ASY_LUA_API);
}
