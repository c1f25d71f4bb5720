/* Awaiting: a task's coroutine parks the future in the host and yields nothing; what it gives is fetched from there
 * when the loop resumes it. */
#include "host.h"

/* Asked before an operation begins. */
bool asy_lua_may_await(lua_State *L, const char *function) {
  const asy_lua_host *const host = asy_lua_running;
  const char *why;
  if (!host || host->current != L)
    why = host && host->current && asy_lua_find(L) == host
              ? "inside a coroutine that is no task; await in the task's own coroutine"
              : "outside a task; call it inside async.run or async.spawn";
  else if (!lua_isyieldable(L))
    why = "across a C-call boundary, such as a sort comparator, a gsub callback or a finalizer";
  else return true;
  asy_lua_push_where(L);
  lua_pushfstring(L, "%s: await %s", asy_lua_name(function), why);
  lua_concat(L, 2);
  return false;
}

/* check_await(function): raises where an await would be refused. */
int asy_lua_fn_check_await(lua_State *L) { return asy_lua_may_await(L, luaL_checkstring(L, 1)) ? 0 : lua_error(L); }

static int outcome(lua_State *L, asy_lua_host *host) {
  const asy_value *const sent = host->sent;
  asy_error *const thrown = host->thrown;
  host->sent = NULL;
  host->thrown = NULL;
  if (!thrown) return asy_lua_push_results(L, host, sent);
  asy_lua_push_error(L, host, thrown);
  asy_lua_passed(L, host, asy_error_traceback(thrown));
  return lua_error(L);
}

/* What the await gives, on the coroutine that was resumed. */
static int finish(lua_State *L) {
  asy_lua_host *const host = asy_lua_running;
  if (!host || host->current != L)
    return luaL_error(L, "a task's coroutine was resumed by somebody other than its loop");
  asy_future *const kept = host->task->kept;
  if (!kept) return outcome(L, host);
  host->task->kept = NULL;
  /* What had arrived before the cancel is delivered; the cancel waits for the next await that suspends. */
  if (host->thrown) host->task->held = asy_error_ref(host->thrown);
  host->thrown = NULL;
  asy_error *const error = asy_future_error(kept);
  if (error) {
    asy_lua_push_error(L, host, error);
    asy_lua_passed(L, host, asy_error_traceback(error));
  }
  const int count = error ? 1 : asy_lua_push_results(L, host, asy_future_value(kept));
  asy_future_unref(kept);
  return error ? lua_error(L) : count;
}

#if LUA_VERSION_NUM >= 504
static int finish_k(lua_State *L, int status, lua_KContext context) {
  (void)status;
  (void)context;
  return finish(L);
}
#define YIELD(L) lua_yieldk((L), 0, 0, finish_k)
#else
#define YIELD(L) lua_yield((L), 0)
#endif

#if LUA_VERSION_NUM < 504
/* What the Lua half of an await gets: whether it must call finish(), or the result is nil. */
static int reply(lua_State *L, bool more) {
  lua_pushboolean(L, more);
  return 1;
}
#endif

/* finish(): on LuaJIT, the second half of an await whose result is not nil. */
int asy_lua_fn_finish(lua_State *L) { return finish(L); }

/* A future that was done already: no suspension. */
static int give_now(lua_State *L, asy_lua_host *host, asy_future *done) {
  host->sent = NULL;
  host->thrown = NULL;
  host->task->kept = done;
#if LUA_VERSION_NUM < 504
  const asy_value *const value = asy_future_error(done) ? NULL : asy_future_value(done);
  if (!value || asy_value_kind(value) != ASY_VALUE_NIL) return reply(L, true);
  host->task->kept = NULL;
  asy_future_unref(done);
  return reply(L, false);
#else
  return finish(L);
#endif
}

int asy_lua_await(lua_State *L, asy_future *consumed) {
  asy_lua_host *const host = asy_lua_running;
  asy_lua_task *const task = host->task;
  asy_future *future = consumed;
  if (future && asy_future_is_done(future)) {
    if (++host->streak < ASY_LUA_STREAK) return give_now(L, host, future);
    task->kept = future;
    future = NULL;
  } else if (task->held) {
    asy_error *const held = task->held;
    task->held = NULL;
    if (future) asy_future_cancel(future, NULL);
    asy_future_unref(future);
    return asy_lua_raise(L, held);
  }
  host->parked = future;
  host->is_parked = true;
  return YIELD(L);
}

/* Puts what the await gives where it is fetched. Returns how many values the resume passes. */
int asy_lua_send(asy_lua_host *host, asy_lua_task *task, const asy_value *sent, asy_error *thrown) {
  host->sent = sent;
  host->thrown = thrown;
#if LUA_VERSION_NUM >= 504
  (void)task;
  return 0;
#else
  return reply(task->coroutine, thrown || task->kept || (sent && asy_value_kind(sent) != ASY_VALUE_NIL));
#endif
}
