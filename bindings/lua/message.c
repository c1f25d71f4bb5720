/* Messages about misuse: they name the function as users know it, and their own line. */
#include "host.h"

#include <stdarg.h>
#include <string.h>

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
