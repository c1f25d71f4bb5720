#include "tree.h"

#include <asy_lua.h>
#include <lualib.h>
#include <stdio.h>
#include <stdlib.h>

static const char program[] =
    "local async, note = require 'libasync', ...\n"
    "local boom = setmetatable({}, { __tostring = function() return 'boom' end })\n"
    "local function link(inner, limit)\n"
    "  local ok, text\n"
    "  if limit then ok, text = pcall(async.timeout, limit, async.await, inner)\n"
    "  else ok, text = pcall(async.await, inner) end\n"
    "  if ok then note 'v' return text .. 'l' end\n"
    "  local e = text\n"
    "  if e == boom then note 'E'\n"
    "  elseif async.is_cancelled(e) then note 'c'\n"
    "  elseif type(e) ~= 'table' and e.code == 'timeout' then note 't'\n"
    "  else note 'e' end\n"
    "  error(e, 0)\n"
    "end\n"
    "local function items(inner)\n"
    "  return async.generator(function(yield)\n"
    "    local item = 'first'\n"
    "    while not inner do item = yield(item) end\n"
    "    local ok, e = pcall(async.each, inner, function(item) yield(item .. 'l') end)\n"
    "    note(ok and 'v' or 'x')\n"
    "    if not ok then error(e, 0) end\n"
    "  end)\n"
    "end\n"
    "return link, function() error(boom, 0) end, items\n";

static lua_State *state;
static int link_slot, raise_slot, items_slot;

static int note(lua_State *L) {
  tree_note('l', *luaL_checkstring(L, 1));
  return 0;
}

static void check(lua_State *L, int status) {
  if (!status) return;
  fprintf(stderr, "Lua: %s\n", lua_tostring(L, -1));
  abort();
}

void lua_open(void) {
  lua_State *const L = state = luaL_newstate();
  luaL_openlibs(L);
  check(L, luaL_loadstring(L, program));
  lua_pushcfunction(L, note);
  check(L, lua_pcall(L, 1, 3, 0));
  items_slot = luaL_ref(L, LUA_REGISTRYINDEX);
  raise_slot = luaL_ref(L, LUA_REGISTRYINDEX);
  link_slot = luaL_ref(L, LUA_REGISTRYINDEX);
}

void lua_shut(void) { lua_close(state); }

struct start {
  asy_loop *loop;
  asy_future *inner;
  int32_t limited;
  asy_future *task;
};

/* In protected mode, as what it calls may raise. */
static int start(lua_State *L) {
  struct start *const what = lua_touserdata(L, 1);
  lua_getfield(L, LUA_REGISTRYINDEX, ASY_LUA_API);
  const asy_lua_api *const api = lua_touserdata(L, -1);
  lua_settop(L, 1);
  lua_rawgeti(L, LUA_REGISTRYINDEX, what->inner ? link_slot : raise_slot);
  if (what->inner) {
    asy_value inner = {0};
    asy_value_set_future(&inner, what->inner);
    what->inner = NULL;
    api->push_value(L, &inner);
    asy_value_clear(&inner);
  }
  if (what->limited) lua_pushnumber(L, (lua_Number)TREE_TIMEOUT / ASY_SECOND);
  what->task = api->spawn(L, what->loop, 2);
  return 0;
}

static asy_future *protect(struct start what) {
  lua_pushcfunction(state, start);
  lua_pushlightuserdata(state, &what);
  check(state, lua_pcall(state, 1, 0, 0));
  return what.task;
}

asy_future *link_lua(asy_loop *loop, asy_future *inner, int32_t timeout) {
  return protect((struct start){loop, inner, timeout, NULL});
}

asy_future *raise_lua(asy_loop *loop) { return protect((struct start){loop, NULL, 0, NULL}); }

/* Stack: what is iterated over, and room for the generator. */
static int make_items(lua_State *L) {
  asy_value *const values = lua_touserdata(L, 1);
  lua_getfield(L, LUA_REGISTRYINDEX, ASY_LUA_API);
  const asy_lua_api *const api = lua_touserdata(L, -1);
  lua_rawgeti(L, LUA_REGISTRYINDEX, items_slot);
  api->push_value(L, &values[0]);
  lua_call(L, 1, 1);
  api->to_value(L, lua_gettop(L), &values[1]);
  return 0;
}

asy_generator *items_lua(asy_loop *loop, asy_generator *inner) {
  asy_value values[2] = {{0}, {0}};
  (void)loop;
  if (inner) asy_value_set_object(&values[0], inner, asy_generator_type());
  lua_pushcfunction(state, make_items);
  lua_pushlightuserdata(state, values);
  check(state, lua_pcall(state, 1, 0, 0));
  asy_generator *const made = asy_generator_ref(asy_value_object(&values[1], asy_generator_type()));
  asy_value_clear(&values[0]);
  asy_value_clear(&values[1]);
  return made;
}
