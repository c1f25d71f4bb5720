/* Messages about misuse: they name the function as users know it, and their own line. */
#include "host.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

const char *asy_lua_name(const char *function) { return strncmp(function, "await_", 6) == 0 ? function + 6 : function; }

/* Remembers where our own Lua files are: the module is loaded by libasync/native.lua. */
void asy_lua_find_own(lua_State *L, asy_lua_host *host) {
  static const char tail[] = "/native.lua";
  lua_Debug at;
  for (int level = 0; lua_getstack(L, level, &at) && lua_getinfo(L, "S", &at); level++) {
    const size_t size = strlen(at.source);
    if (*at.source != '@' || size < sizeof tail || strcmp(at.source + size - sizeof tail + 1, tail) != 0) continue;
    free(host->own);
    host->own = strdup(at.source);
    if (host->own) host->own[size - sizeof tail + 1] = 0;
    return;
  }
}

/* Whether a chunk is libasync.lua, in libasync/, or the line that starts tasks. */
bool asy_lua_is_own(const asy_lua_host *host, const char *source) {
  const char *const own = host->own;
  const size_t size = own ? strlen(own) : 0;
  if (strcmp(source, "=libasync") == 0) return true;
  return own && strncmp(source, own, size) == 0 && (source[size] == '/' || strcmp(source + size, ".lua") == 0);
}

/* The place in the program: the innermost line that is not ours. */
void asy_lua_push_where(lua_State *L) {
  const asy_lua_host *const host = asy_lua_of(L);
  lua_Debug at;
  int level = 1;
  while (host && lua_getstack(L, level, &at) && lua_getinfo(L, "S", &at) &&
         (*at.what == 'C' || asy_lua_is_own(host, at.source)))
    level++;
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
