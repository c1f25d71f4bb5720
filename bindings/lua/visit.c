/* Callbacks that are called before the function they are given to returns, or whose result the core waits for. */
#include "host.h"

static int push_line(lua_State *L, asy_lua_entry *at) {
  lua_pushstring(L, at->text);
  return 1;
}

void asy_lua_on_line(const char *text, void *user_data) {
  asy_lua_enter_or_report(&(asy_lua_entry){.push = push_line, .text = text}, user_data, asy_loop_current(),
                          "a callback for lines failed");
}

void asy_lua_on_future(asy_future *future, void *user_data) {
  asy_lua_enter_or_report(&(asy_lua_entry){.push = asy_lua_entry_future, .subject = future}, user_data,
                          asy_future_loop(future), "a callback for futures failed");
}

static int push_count(lua_State *L, asy_lua_entry *at) {
  lua_pushstring(L, at->text);
  asy_lua_push_integer(L, (int64_t)at->number);
  return 2;
}

void asy_lua_on_live(const char *kind, size_t count, void *user_data) {
  asy_lua_enter_or_report(&(asy_lua_entry){.push = push_count, .text = kind, .number = count}, user_data,
                          asy_loop_current(), "a callback for counts failed");
}

typedef struct binding {
  asy_context_var *var;
  const asy_value *value;
} binding;

static int push_binding(lua_State *L, asy_lua_entry *at) {
  const binding *const found = at->subject;
  asy_lua_push(L, at->host, ASY_LUA_context_var, asy_context_var_ref(found->var));
  asy_lua_push_value(L, at->host, found->value);
  return 2;
}

void asy_lua_on_var(asy_context_var *var, const asy_value *value, void *user_data) {
  binding found = {var, value};
  asy_lua_enter_or_report(&(asy_lua_entry){.push = push_binding, .subject = &found}, user_data, asy_loop_current(),
                          "a callback for variables failed");
}

static int ask_match(lua_State *L, asy_lua_entry *at) {
  asy_lua_push_error(L, at->host, at->error);
  lua_call(L, 1, 1);
  at->number = (uint64_t)lua_toboolean(L, -1);
  return -1;
}

int32_t asy_lua_on_match(asy_error *leaf, void *user_data) {
  asy_lua_entry made = {.push = ask_match, .error = leaf};
  asy_lua_enter_or_report(&made, user_data, asy_loop_current(), "a callback that chooses errors failed");
  return (int32_t)made.number;
}

static int start_attempt(lua_State *L, asy_lua_entry *at) {
  asy_lua_push_integer(L, (int64_t)at->number + 1);
  lua_call(L, 1, 1);
  at->subject = asy_future_ref(asy_lua_check(L, lua_gettop(L), ASY_LUA_future, "race"));
  return -1;
}

asy_future *asy_lua_on_start(size_t index, void *user_data) {
  asy_lua_entry made = {.push = start_attempt, .number = index};
  asy_error *const failure = asy_lua_enter(&made, user_data);
  if (!failure) return made.subject;
  asy_future *const failed = asy_future_new_failed(asy_loop_current(), failure);
  return failed;
}
