/* Generators made in Lua: tasks that hand items over. */
#include "host.h"

/* generator_new(f, ...) */
int asy_lua_fn_generator_new(lua_State *L) {
  static const asy_task_options options = {.size = sizeof options, .flags = ASY_TASK_LAZY};
  asy_lua_host *const host = asy_lua_of(L);
  asy_loop *const loop = asy_lua_loop(L, "generator");
  asy_generator *made;
  const asy_status status = asy_generator_of_task(asy_lua_spawn(L, host, loop, 1, &options), &made);
  if (status < 0) return asy_lua_raise_status(L, status, "generator");
  asy_lua_push(L, host, ASY_LUA_generator, made);
  return 1;
}
