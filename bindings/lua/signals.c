/* Streams of signals. */
#include "host.h"

enum { MOST = 32 };

/* signals_new(number, ...) */
int asy_lua_fn_signals_new(lua_State *L) {
  int32_t numbers[MOST];
  const int count = lua_gettop(L);
  if (count > MOST) asy_lua_fail(L, "async.signals: more than %d signals", MOST);
  for (int i = 0; i < count; i++) numbers[i] = (int32_t)asy_lua_integer(L, i + 1, INT32_MIN, INT32_MAX, "signals");
  asy_signals *made = NULL;
  const asy_status status = asy_signals_new(asy_lua_loop(L, "signals"), numbers, (size_t)count, &made);
  if (status < 0) return asy_lua_raise_status(L, status, "signals");
  asy_lua_push(L, asy_lua_of(L), ASY_LUA_signals, made);
  return 1;
}
