/* What a program can see of its loop: places in Lua, counters. */
#include "host.h"

#include <stdio.h>
#include <string.h>

/* The innermost line that runs and is not ours. */
static size_t on_place(char *buffer, size_t size, void *user_data) {
  const asy_lua_host *const host = user_data;
  lua_State *const L = host->current ? host->current : host->runner;
  lua_Debug at;
  if (!host->anchor || !L) return 0;
  for (int level = 0; lua_getstack(L, level, &at); level++) {
    if (!lua_getinfo(L, "Sl", &at) || *at.what == 'C' || asy_lua_is_own(host, at.source)) continue;
    const int length = snprintf(buffer, size, "%s:%d", at.short_src, at.currentline);
    return length < 0 ? 0 : (size_t)length < size ? (size_t)length : size - 1;
  }
  return 0;
}

static void forget_host(void *user_data) { asy_lua_unref(user_data); }

/* place_hook(loop): in debug mode, what is made remembers its line. */
int asy_lua_fn_place_hook(lua_State *L) {
  asy_loop *const loop = asy_lua_check(L, 1, ASY_LUA_loop, "place_hook");
  asy_lua_host *const host = asy_lua_of(L);
  atomic_fetch_add_explicit(&host->count, 1, memory_order_relaxed);
  const asy_status status = asy_loop_set_place_hook(loop, on_place, host, forget_host);
  return status < 0 ? asy_lua_raise_status(L, status, "place_hook") : 0;
}

/* metrics(): a table; durations in seconds. */
int asy_lua_fn_metrics(lua_State *L) {
  asy_loop_metrics read = {.size = sizeof read};
  const asy_status status = asy_loop_read_metrics(asy_lua_loop(L, "metrics"), &read);
  if (status < 0) return asy_lua_raise_status(L, status, "metrics");
  lua_newtable(L);
#define COUNT(name) (asy_lua_push_integer(L, (int64_t)read.name), lua_setfield(L, -2, #name))
#define DURATION(name) (asy_lua_push_duration(L, read.name##_ns), lua_setfield(L, -2, #name))
  COUNT(polls);
  COUNT(entries);
  COUNT(ready);
  COUNT(ready_max);
  COUNT(timers);
  DURATION(lag);
  DURATION(lag_max);
  COUNT(tasks);
  COUNT(tasks_created);
  COUNT(tasks_finished);
  COUNT(steps);
  DURATION(step);
  DURATION(step_max);
  DURATION(poll);
  return 1;
}
