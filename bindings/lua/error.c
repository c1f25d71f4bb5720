/* Errors across the ABI. What a Lua program raised comes back as the same Lua value; what libasync or another language
   raised is an error handle. The traceback travels beside the value, never in it. */
#include "host.h"

#include <stdlib.h>
#include <string.h>

/* Marks an error whose message is the string that was raised; holds nothing. */
static void nothing(void *object) { (void)object; }
const asy_type asy_lua_string_type = {sizeof(asy_type), "lua string", nothing, nothing, 0};

static bool is_plain_cancel(asy_error *error) {
  return asy_error_code(error) == ASY_E_CANCELLED && !asy_error_object(error, NULL) &&
         strcmp(asy_error_message(error), asy_status_text(ASY_E_CANCELLED)) == 0;
}

bool asy_lua_is_cancelled(lua_State *L, int index) {
  const asy_lua_handle *const handle = asy_lua_test(L, index, ASY_LUA_error);
  return handle && handle->pointer && asy_error_code(handle->pointer) == ASY_E_CANCELLED;
}

void asy_lua_push_error(lua_State *L, asy_lua_host *host, asy_error *error) {
  const asy_lua_ref *const ref = asy_error_object(error, &asy_lua_object_type);
  if (ref && ref->host == host) lua_rawgeti(L, LUA_REGISTRYINDEX, ref->slot);
  else if (asy_error_object(error, &asy_lua_string_type)) lua_pushstring(L, asy_error_message(error));
  else if (is_plain_cancel(error)) lua_rawgeti(L, LUA_REGISTRYINDEX, host->cancelled_slot);
  else asy_lua_push(L, host, ASY_LUA_error, asy_error_ref(error));
}

int asy_lua_raise(lua_State *L, asy_error *consumed) {
  asy_lua_push_error(L, asy_lua_of(L), consumed);
  asy_error_unref(consumed);
  return lua_error(L);
}

static const struct {
  const char *function;
  asy_status status;
  const char *text;
} reasons[] = {
#include "reasons.inc"
};

static const char *reason(asy_status status, const char *function) {
  for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
    if (reasons[i].status == status && strcmp(reasons[i].function, function) == 0) return reasons[i].text;
  return asy_status_text(status);
}

int asy_lua_raise_status(lua_State *L, asy_status status, const char *function) {
  lua_pushfstring(L, "%s: %s", asy_lua_name(function), reason(status, function));
  return asy_lua_raise(L, asy_error_new(status, lua_tostring(L, -1), NULL));
}

/* What tostring() gives, on the stack. */
static const char *push_text(lua_State *L, int index) {
#if LUA_VERSION_NUM >= 504
  return luaL_tolstring(L, index, NULL);
#else
  lua_getglobal(L, "tostring");
  lua_pushvalue(L, index);
  lua_call(L, 1, 1);
  return lua_tostring(L, -1);
#endif
}

/* The record of the running task if the error at `index` is the one it traced. */
static asy_lua_task *traced(lua_State *L, const asy_lua_host *host, int index) {
  asy_lua_task *const task = host->current == L ? host->task : NULL;
  if (!task || !task->traceback) return NULL;
  lua_rawgeti(L, LUA_REGISTRYINDEX, host->traced_slot);
  lua_rawgeti(L, -1, task->slot);
  const bool same = lua_rawequal(L, index, -1);
  lua_pop(L, 2);
  return same ? task : NULL;
}

/* An error of libasync that a task of ours let through: the same, with the place in the Lua program. */
static asy_error *with_traceback(lua_State *L, int index, asy_error *error, const char *traceback) {
  if (!traceback || *asy_error_traceback(error) || asy_error_child_count(error) || asy_error_object(error, NULL) ||
      asy_error_code(error) == ASY_E_CANCELLED)
    return asy_error_ref(error);
  const asy_error_options options = {
      sizeof options,       asy_error_cause(error),  traceback, asy_lua_ref_new(L, index),
      &asy_lua_object_type, asy_error_os_code(error)};
  return asy_error_new(asy_error_code(error), asy_error_message(error), &options);
}

asy_error *asy_lua_to_error(lua_State *L, int index) {
  const asy_lua_host *const host = asy_lua_of(L);
  const asy_lua_task *const task = traced(L, host, index);
  const char *const traceback = task ? task->traceback : NULL;
  const asy_lua_handle *const handle = asy_lua_test(L, index, ASY_LUA_error);
  if (handle && handle->pointer) return with_traceback(L, index, handle->pointer, traceback);
  asy_error_options options = {sizeof options, NULL, traceback, NULL, NULL, 0};
  if (lua_type(L, index) == LUA_TSTRING && strlen(lua_tostring(L, index)) == lua_rawlen(L, index)) {
    options.object = (void *)&asy_lua_string_type;
    options.type = &asy_lua_string_type;
    return asy_error_new(ASY_E_FOREIGN, lua_tostring(L, index), &options);
  }
  const char *text = task ? task->message : NULL;
  if (!text) text = push_text(L, index);
  else lua_pushnil(L);
  options.object = asy_lua_ref_new(L, index);
  options.type = &asy_lua_object_type;
  asy_error *const error = asy_error_new(ASY_E_FOREIGN, text, &options);
  lua_pop(L, 1);
  return error;
}

static int text_of(lua_State *L) {
  push_text(L, 1);
  return 1;
}

/* The same where __tostring may fail, whose error is pushed then: the one that it describes still counts. */
const char *asy_lua_push_text(lua_State *L, int index) {
  lua_pushcfunction(L, text_of);
  lua_pushvalue(L, index);
  lua_pcall(L, 1, 1, 0);
  return lua_tostring(L, -1);
}

static char *copy_text(lua_State *L) {
  const char *const text = lua_tostring(L, -1);
  char *const copy = text ? malloc(strlen(text) + 1) : NULL;
  if (copy) strcpy(copy, text);
  return copy;
}

/* Ties the error on top of the stack to the traceback of the running task. */
static void tie(lua_State *L, const asy_lua_host *host) {
  lua_rawgeti(L, LUA_REGISTRYINDEX, host->traced_slot);
  lua_pushvalue(L, -2);
  lua_rawseti(L, -2, host->task->slot);
  lua_pop(L, 1);
}

static void forget(asy_lua_task *task) {
  free(task->traceback);
  free(task->message);
  task->traceback = task->message = NULL;
  task->passed = false;
}

void asy_lua_passed(lua_State *L, asy_lua_host *host, const char *traceback) {
  if (!*traceback || asy_lua_test(L, lua_gettop(L), ASY_LUA_error)) return;
  forget(host->task);
  lua_pushstring(L, traceback);
  host->task->traceback = copy_text(L);
  host->task->passed = true;
  lua_pop(L, 1);
  tie(L, host);
}

/* The message handler of tasks and scopes. It must return the value unchanged: __close handlers receive it. The text is
   put aside. An error that passes several scopes keeps its first; one of an awaited task gets the frames that awaited.
 */
int asy_lua_trace(lua_State *L) {
  lua_settop(L, 1);
  asy_lua_host *const host = asy_lua_seek(L);
  asy_lua_task *const task = host && host->current == L ? host->task : NULL;
  if (!task || asy_lua_is_cancelled(L, 1)) return 1;
  const bool known = traced(L, host, 1) != NULL;
  if (known && !task->passed) return 1;
  luaL_traceback(L, L, known ? task->traceback : NULL, 1);
  char *const traceback = copy_text(L);
  lua_settop(L, 1);
  forget(task);
  task->traceback = traceback;
  if (lua_type(L, 1) != LUA_TSTRING && !asy_lua_test(L, 1, ASY_LUA_error)) {
    asy_lua_push_text(L, 1);
    task->message = copy_text(L);
    lua_settop(L, 1);
  }
  tie(L, host);
  return 1;
}

/* error_value(error): what a program raised, or the handle itself. */
int asy_lua_fn_error_value(lua_State *L) {
  asy_lua_push_error(L, asy_lua_of(L), asy_lua_check(L, 1, ASY_LUA_error, "error_value"));
  return 1;
}

/* error_partial(error): the bytes that came before the stream ended too early, or nil. */
int asy_lua_fn_error_partial(lua_State *L) {
  const asy_error *const error = asy_lua_check(L, 1, ASY_LUA_error, "error_partial");
  const asy_bytes *const bytes = asy_error_object(error, asy_bytes_type());
  if (!bytes) return 0;
  lua_pushlstring(L, asy_bytes_data(bytes), asy_bytes_size(bytes));
  return 1;
}
