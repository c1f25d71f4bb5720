/* Running a function in a context. */
#include "host.h"

/* context_run(context, f, ...): nothing in it can await, because contexts nest strictly. */
int asy_lua_fn_context_run(lua_State *L) {
  asy_context *const context = asy_lua_check(L, 1, ASY_LUA_context, "context:run");
  const asy_status status = asy_context_enter(context);
  if (status < 0) return asy_lua_raise_status(L, status, "context:run");
  const int failed = lua_pcall(L, lua_gettop(L) - 2, LUA_MULTRET, 0);
  asy_context_exit(context);
  return failed ? lua_error(L) : lua_gettop(L) - 1;
}
