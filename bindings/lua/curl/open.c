/* The module's name as Lua looks for it. SWIG's opener leaves names in the globals; they are put back. */
#include <lauxlib.h>
#include <lua.h>

int luaopen_asy_curl_core(lua_State *L); /* SWIG's */
__attribute__((visibility("default"))) int luaopen_libasync_curl_core(lua_State *L);

int luaopen_libasync_curl_core(lua_State *L) {
  lua_getglobal(L, "swig_type");
  lua_getglobal(L, "swig_equals");
  lua_getglobal(L, "asy_curl_core");
  lua_pushcfunction(L, luaopen_asy_curl_core);
  lua_call(L, 0, 1);
  lua_insert(L, -4);
  lua_setglobal(L, "asy_curl_core");
  lua_setglobal(L, "swig_equals");
  lua_setglobal(L, "swig_type");
  return 1;
}
