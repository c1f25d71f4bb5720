/* For C modules that add operations to the Lua binding: what libasync.core offers them. Such a module requires
 * "libasync.core" first and finds this table in the registry; libasync_curl is the example. */
#ifndef ASY_LUA_H
#define ASY_LUA_H
#include <lauxlib.h>
#include <libasync.h>
#include <lua.h>
#include <stdbool.h>
#include <stddef.h>

/* A kind of handle; lives for ever. */
typedef struct asy_lua_kind {
  const char *name;
  asy_free_cb release; /* gives the handle's reference back */
} asy_lua_kind;

#define ASY_LUA_API "libasync.api"
typedef struct asy_lua_api {
  size_t size;
  /* The running loop; raises without one. */
  asy_loop *(*loop)(lua_State *L, const char *function);
  /* Whether the caller is a task that can wait: asked before an operation begins. If not, the message is on the stack.
   */
  bool (*may_await)(lua_State *L, const char *function);
  /* Waits: `return api->await(L, future)` ends a function. On LuaJIT its Lua half is libasync.native's await_form(). */
  int (*await)(lua_State *L, asy_future *consumed);
  int (*raise_status)(lua_State *L, asy_status status, const char *function);
  void (*push)(lua_State *L, const asy_lua_kind *kind, void *consumed);
  /* The handle's object; raises for other arguments and closed handles. */
  void *(*check)(lua_State *L, int index, const asy_lua_kind *kind, const char *function);
  /* For programs that embed Lua. All may raise: call them in protected mode.
   * Starts the function at `first`, with the arguments above it, as a task of any loop that this thread owns; the
   * caller owns the task. */
  asy_task *(*spawn)(lua_State *L, asy_loop *loop, int first);
  int (*push_value)(lua_State *L, const asy_value *value);         /* exactly one Lua value */
  void (*to_value)(lua_State *L, int index, asy_value *out_value); /* must be nil before */
} asy_lua_api;
#endif
