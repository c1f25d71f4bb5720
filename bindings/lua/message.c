/* Messages about misuse: they name the function as users know it, and their own line. */
#include "host.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What users call by another name. */
static const char *const renamed[][2] = {{"future_await", "async.await"},
                                         {"stream_connect", "async.connect"},
                                         {"server_new", "async.serve"},
                                         {"completions_new", "async.as_completed"},
                                         {"timeout_enter", "async.timeout"},
                                         {"var_get", "context_var:get"},
                                         {"token_reset", "context_token:reset"},
                                         {"queue_new_priority", "async.queue"},
                                         {"future_new_cancellable", "async.future"},
                                         {"loop_add_signal_handler", "async.on_signal"},
                                         {"loop_remove_signal_handler", "async.on_signal"}};

/* The word before the underscore that ends a kind's name, "task" among them, or NULL. */
static const char *after_kind(const char *function) {
  size_t longest = strncmp(function, "task_", 5) == 0 ? 4 : 0;
  for (int kind = 0; kind < ASY_LUA_KIND_COUNT; kind++) {
    const size_t size = strlen(asy_lua_kinds[kind].name);
    if (size > longest && strncmp(function, asy_lua_kinds[kind].name, size) == 0 && function[size] == '_')
      longest = size;
  }
  return longest ? function + longest : NULL;
}

/* "async.sleep", "queue:get": as users know it. Until the next call on this thread. */
const char *asy_lua_name(const char *function) {
  static _Thread_local char name[64];
  if (strpbrk(function, ".:")) return function;
  if (strncmp(function, "await_", 6) == 0) function += 6;
  for (size_t i = 0; i < sizeof renamed / sizeof *renamed; i++)
    if (strcmp(function, renamed[i][0]) == 0) return renamed[i][1];
  const char *const verb = after_kind(function);
  const int kind = verb ? (int)(verb - function) : 0;
  if (!verb) snprintf(name, sizeof name, "async.%s", function);
  else if (strncmp(function, "loop_", 5) == 0) snprintf(name, sizeof name, "async.%s", verb + 1);
  else if (strncmp(verb, "_new", 4) == 0) snprintf(name, sizeof name, "async.%.*s", kind, function);
  else snprintf(name, sizeof name, "%.*s:%s", kind, function, verb + 1);
  return name;
}

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
  const asy_lua_host *const host = asy_lua_seek(L);
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

/* Methods do not count the handle before the colon. */
static int number_of(const char *name, int index) { return strchr(name, ':') ? index - 1 : index; }

int asy_lua_bad_argument(lua_State *L, int index, const char *wanted, const char *function) {
  const char *const name = asy_lua_name(function), *const given = asy_lua_typename(L, index);
  const int number = number_of(name, index);
  if (!number) return asy_lua_fail(L, "%s: %s expected as self, got %s", name, wanted, given);
  return asy_lua_fail(L, "%s: %s expected as argument %d, got %s", name, wanted, number, given);
}

int asy_lua_out_of_range(lua_State *L, int index, const char *function) {
  const char *const name = asy_lua_name(function);
  lua_pushvalue(L, index);
  return asy_lua_fail(L, "%s: argument %d is out of range: %s", name, number_of(name, index), lua_tostring(L, -1));
}

int asy_lua_bad_options(lua_State *L, int index, const char *function) {
  return asy_lua_fail(L, "%s: a table of options expected, got %s", asy_lua_name(function), asy_lua_typename(L, index));
}

/* An option that is a number, on top of the stack. */
int64_t asy_lua_option(lua_State *L, const char *name, int64_t most, const char *function) {
  int64_t number = 0;
  if (asy_lua_to_integer(L, -1, &number) && number >= 0 && number <= most) return number;
  if (lua_type(L, -1) != LUA_TNUMBER)
    asy_lua_fail(L, "%s: integer expected as option %s, got %s", asy_lua_name(function), name, asy_lua_typename(L, -1));
  lua_pushfstring(L, "%s: option %s is out of range: %s", asy_lua_name(function), name, lua_tostring(L, -1));
  return asy_lua_raise(L, asy_error_new(ASY_E_INVALID, lua_tostring(L, -1), NULL));
}

/* callable(value): also behind a __metatable. */
int asy_lua_fn_callable(lua_State *L) {
  lua_pushboolean(L, lua_isfunction(L, 1) || luaL_getmetafield(L, 1, "__call"));
  return 1;
}

/* fail(message) */
int asy_lua_fn_fail(lua_State *L) { return asy_lua_fail(L, "%s", luaL_checkstring(L, 1)); }

/* For messages: handles by their kind. */
const char *asy_lua_typename(lua_State *L, int index) {
  for (int kind = 0; kind < ASY_LUA_KIND_COUNT; kind++)
    if (asy_lua_test(L, index, kind)) return asy_lua_kinds[kind].name;
  return luaL_typename(L, index);
}
