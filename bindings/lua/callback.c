/* C calls Lua: every entry goes through lua_pcall, so that no error jumps over the loop's frames. What fails is
   reported to the loop. A callback runs on the thread that called run, or on the host's own. */
#include "host.h"

#include <stdio.h>

static _Thread_local asy_lua_entry *running_entry;

/* The protected function: host->call_slot. */
int asy_lua_call(lua_State *L) {
  asy_lua_entry *const at = running_entry;
  lua_rawgeti(L, LUA_REGISTRYINDEX, at->function->slot);
  const int count = at->push ? at->push(L, at) : 0;
  if (count >= 0) lua_call(L, count, 0);
  return 0;
}

/* Its message handler: host->failed_slot. Makes the error here, where running out of memory is still caught. */
int asy_lua_failed(lua_State *L) {
  asy_lua_host *const host = asy_lua_find(L);
  luaL_traceback(L, L, NULL, 1);
  const asy_lua_handle *const handle = asy_lua_test(L, 1, ASY_LUA_error);
  if (handle && handle->pointer) {
    host->failure = asy_error_ref(handle->pointer);
  } else {
    asy_error_options options = {sizeof options,       NULL, lua_tostring(L, -1), asy_lua_ref_new(L, 1),
                                 &asy_lua_object_type, 0};
    const char *const text = asy_lua_push_text(L, 1);
    host->failure = asy_error_new(ASY_E_FOREIGN, text ? text : luaL_typename(L, 1), &options);
  }
  return 0;
}

asy_error *asy_lua_enter(asy_lua_entry *made, asy_lua_ref *function) {
  asy_lua_host *const host = function->host;
  if (!host->anchor) return NULL; /* the state is closed */
  lua_State *const L = host->runner ? host->runner : host->anchor;
  asy_lua_entry *const outer = running_entry;
  made->host = host;
  made->function = function;
  running_entry = made;
  asy_error *failure = NULL;
  if (lua_checkstack(L, 8)) {
    lua_rawgeti(L, LUA_REGISTRYINDEX, host->failed_slot);
    const int handler = lua_gettop(L);
    lua_rawgeti(L, LUA_REGISTRYINDEX, host->call_slot);
    const int status = lua_pcall(L, 0, 0, handler);
    failure = host->failure;
    host->failure = NULL;
    if (status && !failure) failure = asy_error_new(ASY_E_NOMEM, NULL, NULL);
    lua_settop(L, handler - 1);
  }
  running_entry = outer;
  return failure;
}

void asy_lua_enter_or_report(asy_lua_entry *made, void *user_data, asy_loop *loop, const char *what) {
  asy_error *const failure = asy_lua_enter(made, user_data);
  if (!failure) return;
  asy_loop_report(loop, failure, what);
  asy_error_unref(failure);
}

void asy_lua_on_call(void *user_data) {
  asy_lua_enter_or_report(&(asy_lua_entry){0}, user_data, asy_loop_current(), "a Lua callback failed");
}

int asy_lua_entry_future(lua_State *L, asy_lua_entry *at) {
  asy_lua_push(L, at->host, ASY_LUA_future, asy_future_ref(at->subject));
  return 1;
}

void asy_lua_on_done(asy_future *future, void *user_data) {
  asy_lua_enter_or_report(&(asy_lua_entry){.push = asy_lua_entry_future, .subject = future}, user_data,
                          asy_future_loop(future), "a done callback failed");
}

void asy_lua_on_cancel(asy_future *future, void *user_data) {
  asy_lua_enter_or_report(&(asy_lua_entry){.push = asy_lua_entry_future, .subject = future}, user_data,
                          asy_future_loop(future), "a cancel callback failed");
}

static int push_report(lua_State *L, asy_lua_entry *at) {
  asy_lua_push(L, at->host, ASY_LUA_error, asy_error_ref(at->error));
  lua_pushstring(L, at->text);
  return 2;
}

/* A failing report hook is not reported to itself. */
void asy_lua_on_report(asy_loop *loop, asy_error *error, const char *what, void *user_data) {
  (void)loop;
  asy_error *const failure =
      asy_lua_enter(&(asy_lua_entry){.push = push_report, .error = error, .text = what}, user_data);
  if (!failure) return;
  fprintf(stderr, "libasync: the report hook failed: %s\nlibasync: %s: %s\n", asy_error_message(failure), what,
          asy_error_message(error));
  asy_error_unref(failure);
}

typedef struct comparison {
  const asy_value *a, *b;
  int32_t order;
} comparison;

/* The order (1), called with two values. */
static bool is_less(lua_State *L, asy_lua_entry *at, const asy_value *a, const asy_value *b) {
  lua_pushvalue(L, 1);
  asy_lua_push_value(L, at->host, a);
  asy_lua_push_value(L, at->host, b);
  lua_call(L, 2, 1);
  const bool less = lua_toboolean(L, -1);
  lua_pop(L, 1);
  return less;
}

static int compare(lua_State *L, asy_lua_entry *at) {
  comparison *const made = at->subject;
  if (is_less(L, at, made->a, made->b)) made->order = -1;
  else made->order = is_less(L, at, made->b, made->a);
  return -1;
}

asy_status asy_lua_on_compare(const asy_value *a, const asy_value *b, int32_t *out_order, void *user_data) {
  comparison made = {a, b, 0};
  asy_error *const failure = asy_lua_enter(&(asy_lua_entry){.push = compare, .subject = &made}, user_data);
  *out_order = made.order;
  if (!failure) return ASY_OK;
  asy_loop_report(asy_loop_current(), failure, "a queue's order failed");
  asy_error_unref(failure);
  return ASY_E_INVALID;
}

static int push_events(lua_State *L, asy_lua_entry *at) {
  lua_pushboolean(L, ((uint32_t)at->number & ASY_WATCH_READABLE) != 0);
  lua_pushboolean(L, ((uint32_t)at->number & ASY_WATCH_WRITABLE) != 0);
  lua_pushboolean(L, ((uint32_t)at->number & ASY_WATCH_DISCONNECT) != 0);
  return 3;
}

void asy_lua_on_event(asy_watch *watch, uint32_t events, void *user_data) {
  (void)watch;
  asy_lua_enter_or_report(&(asy_lua_entry){.push = push_events, .number = events}, user_data, asy_loop_current(),
                          "a watch callback failed");
}

typedef struct client {
  asy_server *server;
  asy_transport *transport;
} client;

/* The connection's task: the handler (1) with its stream (2). The server owns it and closes the transport after it. */
static int accept_client(lua_State *L, asy_lua_entry *at) {
  const client *const accepted = at->subject;
  asy_stream *stream = NULL;
  asy_status status = asy_stream_new(accepted->transport, &stream);
  if (status < 0) return asy_lua_raise_status(L, status, "serve");
  asy_lua_push(L, at->host, ASY_LUA_stream, stream);
  asy_task *const task = asy_lua_spawn(L, at->host, asy_loop_current(), 1, NULL);
  status = asy_server_add(accepted->server, accepted->transport, task);
  if (status < 0) {
    asy_task_cancel(task, NULL);
    asy_stream_abort(stream);
  }
  asy_future_unref(task);
  return status < 0 ? asy_lua_raise_status(L, status, "serve") : -1;
}

void asy_lua_on_client(asy_server *server, asy_transport *transport, void *user_data) {
  client accepted = {server, transport};
  asy_lua_enter_or_report(&(asy_lua_entry){.push = accept_client, .subject = &accepted}, user_data, asy_loop_current(),
                          "a connection was refused");
}
