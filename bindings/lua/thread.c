/* A Lua function on a thread of the loop's executor. A Lua state belongs to one thread, so it runs in one of its own:
 * the function's code and plain values go there and come back, nothing is shared. */
#include "host.h"

#include <lualib.h>
#include <stdlib.h>
#include <string.h>

typedef struct job {
  char *code, *path, *cpath;
  size_t size;
  asy_value arguments; /* a list */
} job;

static void free_job(void *user_data) {
  job *const made = user_data;
  asy_value_clear(&made->arguments);
  free(made->code);
  free(made->path);
  free(made->cpath);
  free(made);
}

/* ---- what crosses: nil, booleans, numbers, strings */

static bool pack(lua_State *L, int first, int count, asy_value *out_list) {
  if (asy_value_set_list(out_list, (size_t)count) < 0) return false;
  for (int i = 0; i < count; i++) {
    const int type = lua_type(L, first + i);
    if (type != LUA_TNIL && type != LUA_TBOOLEAN && type != LUA_TNUMBER && type != LUA_TSTRING) return false;
    asy_lua_to_value(L, first + i, asy_value_item(out_list, (size_t)i));
  }
  return true;
}

static int unpack(lua_State *L, const asy_value *list) {
  const int count = (int)asy_value_count(list);
  luaL_checkstack(L, count, "too many values");
  for (int i = 0; i < count; i++) asy_lua_push_value(L, NULL, asy_value_item(list, (size_t)i));
  return count;
}

/* ---- on the thread */

static void set_path(lua_State *L, const char *field, const char *path) {
  lua_getglobal(L, "package");
  lua_pushstring(L, path);
  lua_setfield(L, -2, field);
  lua_pop(L, 1);
}

/* The state's main function: the job (1), where the results go (2). */
static int work(lua_State *L) {
  const job *const made = lua_touserdata(L, 1);
  asy_value *const out_value = lua_touserdata(L, 2);
  luaL_openlibs(L);
  set_path(L, "path", made->path);
  set_path(L, "cpath", made->cpath);
  if (luaL_loadbuffer(L, made->code, made->size, "=to_thread")) return lua_error(L);
  const int first = lua_gettop(L);
  lua_call(L, unpack(L, &made->arguments), LUA_MULTRET);
  if (!pack(L, first, lua_gettop(L) - first + 1, out_value))
    return luaL_error(L, "async.to_thread: the results must be nil, booleans, numbers or strings");
  return 0;
}

static asy_status run(asy_value *out_value, asy_error **out_error, void *user_data) {
  lua_State *const L = luaL_newstate();
  if (!L) return ASY_E_NOMEM;
  lua_pushcfunction(L, work);
  lua_pushlightuserdata(L, user_data);
  lua_pushlightuserdata(L, out_value);
  asy_status status = ASY_OK;
  if (lua_pcall(L, 2, 0, 0)) {
    const char *const text = lua_tostring(L, -1);
    asy_value_clear(out_value);
    *out_error = asy_error_new(status = ASY_E_FOREIGN, text ? text : luaL_typename(L, -1), NULL);
  }
  lua_close(L);
  return status;
}

/* ---- on the loop's side */

static int append(lua_State *L, const void *data, size_t size, void *user_data) {
  (void)L;
  job *const made = user_data;
  char *const code = realloc(made->code, made->size + size);
  if (!code) return 1;
  memcpy(code + made->size, data, size);
  made->code = code;
  made->size += size;
  return 0;
}

/* Locals of its surroundings would be missed there; the globals are those of its state. */
static void check_alone(lua_State *L) {
  if (lua_iscfunction(L, 1)) asy_lua_fail(L, "async.to_thread: a Lua function expected, got one of C");
  const char *name;
  for (int i = 1; (name = lua_getupvalue(L, 1, i)); i++) {
    lua_pop(L, 1);
    if (i > 1 || strcmp(name, "_ENV") != 0)
      asy_lua_fail(L, "async.to_thread: the function uses '%s', a local of its surroundings; pass it as an argument",
                   name);
  }
}

static char *copy_path(lua_State *L, const char *field) {
  lua_getglobal(L, "package");
  lua_getfield(L, -1, field);
  char *const copy = strdup(lua_isstring(L, -1) ? lua_tostring(L, -1) : "");
  lua_pop(L, 2);
  return copy;
}

/* await_to_thread(executor or nil, f, arguments, count): gives the list of results. */
int asy_lua_fn_to_thread(lua_State *L) {
  if (!asy_lua_may_await(L, "to_thread")) return lua_error(L);
  asy_executor *const executor = lua_isnil(L, 1) ? NULL : asy_lua_check(L, 1, ASY_LUA_executor, "to_thread");
  lua_remove(L, 1);
  if (!lua_isfunction(L, 1)) return asy_lua_bad_argument(L, 1, "function", "to_thread");
  const int count = (int)lua_tointeger(L, 3);
  luaL_checkstack(L, count, "too many arguments");
  for (int i = 1; i <= count; i++) lua_rawgeti(L, 2, i);
  check_alone(L);
  job *const made = calloc(1, sizeof *made);
  if (!made) return luaL_error(L, "not enough memory");
  made->path = copy_path(L, "path");
  made->cpath = copy_path(L, "cpath");
  const bool plain = pack(L, 4, count, &made->arguments);
  lua_settop(L, 1);
#if LUA_VERSION_NUM >= 504
  const bool dumped = lua_dump(L, append, made, 0) == 0;
#else
  const bool dumped = lua_dump(L, append, made) == 0;
#endif
  if (!plain || !dumped || !made->path || !made->cpath) {
    free_job(made);
    return asy_lua_fail(L, plain ? "async.to_thread: the function cannot be copied"
                                 : "async.to_thread: the arguments must be nil, booleans, numbers or strings");
  }
  return asy_lua_await(L, asy_executor_run(executor, asy_lua_loop(L, "to_thread"), run, made, free_job));
}
