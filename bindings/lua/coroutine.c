/* The coroutines of tasks. A task that has not started has none: its function and its arguments wait in the lobby, a
 * thread whose stack is cut into blocks. So tasks that end without waiting share one coroutine. */
#include "host.h"

#include <stdlib.h>

enum { ROOM = 4 /* values in a block */, BLOCKS = 4096 /* more tasks than that get their coroutines at once */ };

static int base_of(const asy_lua_task *task) { return task->block * ROOM + 1; }

/* ---- records */

static void add_block(asy_lua_host *host, asy_lua_task *task) {
  task->block = -1;
  if (host->blocks == BLOCKS || !lua_checkstack(host->lobby, 2 * ROOM)) return;
  task->block = host->blocks++;
  lua_settop(host->lobby, host->blocks * ROOM);
}

asy_lua_task *asy_lua_record_new(asy_lua_host *host) {
  asy_lua_task *task = host->idle;
  if (task) {
    host->idle = task->next;
    task->started = task->finished = false;
  } else {
    task = calloc(1, sizeof *task);
    if (!task) return NULL;
    task->host = host;
    add_block(host, task);
  }
  atomic_fetch_add_explicit(&host->count, 1, memory_order_relaxed);
  return task;
}

void asy_lua_record_free(asy_lua_task *task) {
  asy_lua_host *const host = task->host;
  if (host->anchor && task->block >= 0) {
    task->next = host->idle;
    host->idle = task;
  } else {
    free(task);
  }
  asy_lua_unref(host);
}

/* ---- the lobby */

/* Moves the values on top of L there; the first is the function. False: there is no room. */
bool asy_lua_wait(lua_State *L, asy_lua_task *task, int count) {
  if (task->block < 0 || count > ROOM) return false;
  lua_State *const lobby = task->host->lobby;
  lua_xmove(L, lobby, count);
  for (int i = count; i-- > 0;) lua_replace(lobby, base_of(task) + i);
  task->waiting = count;
  return true;
}

/* Moves them on, to `to` unless it is NULL. */
static void leave_lobby(asy_lua_task *task, lua_State *to) {
  lua_State *const lobby = task->host->lobby;
  const int count = task->waiting;
  task->waiting = 0;
  for (int i = 0; i < count; i++) {
    if (to) lua_pushvalue(lobby, base_of(task) + i);
    lua_pushnil(lobby);
    lua_replace(lobby, base_of(task) + i);
  }
  if (to) lua_xmove(lobby, to, count);
}

/* ---- coroutines */

/* In protected mode: host->make_slot. */
int asy_lua_make(lua_State *L) {
  asy_lua_host *const host = asy_lua_find(L);
  lua_State *const made = lua_newthread(L);
  host->made = (asy_lua_coroutine){made, luaL_ref(L, LUA_REGISTRYINDEX)};
  return 0;
}

static bool take(asy_lua_host *host) {
  if (host->pooled) {
    host->made = host->pool[--host->pooled];
    return true;
  }
  lua_State *const L = host->anchor;
  if (!lua_checkstack(L, 2)) return false;
  lua_rawgeti(L, LUA_REGISTRYINDEX, host->make_slot);
  if (!lua_pcall(L, 0, 0, 0)) return true;
  lua_pop(L, 1);
  return false;
}

/* Gives the task its coroutine, with what it runs on its stack. False without memory. */
bool asy_lua_begin(asy_lua_task *task) {
  asy_lua_host *const host = task->host;
  if (!take(host)) return false;
  lua_State *const co = task->coroutine = host->made.thread;
  task->slot = host->made.slot;
  lua_rawgeti(co, LUA_REGISTRYINDEX, host->body_slot);
  lua_rawgeti(co, LUA_REGISTRYINDEX, host->trace_slot);
  task->arguments = task->waiting + 1;
  leave_lobby(task, co);
  return true;
}

/* The error that was traced is not kept alive. */
static void drop_trace(asy_lua_task *task) {
  lua_State *const L = task->host->anchor;
  if (!task->traceback) return;
  if (L) {
    lua_rawgeti(L, LUA_REGISTRYINDEX, task->host->traced_slot);
    lua_pushnil(L);
    lua_rawseti(L, -2, task->slot);
    lua_pop(L, 1);
  }
  free(task->traceback);
  free(task->message);
  task->traceback = task->message = NULL;
}

/* Takes from the task what it has: its coroutine, or its place in the lobby. */
void asy_lua_end(asy_lua_task *task) {
  asy_lua_host *const host = task->host;
  lua_State *const co = task->coroutine;
  task->coroutine = NULL;
  drop_trace(task);
  if (!host->anchor) return;
  if (task->waiting) leave_lobby(task, NULL);
  if (!co) return;
  if (!task->started) {
    lua_settop(co, 0);
    task->finished = true;
  }
#if LUA_VERSION_NUM >= 504
  if (lua_gethook(co)) lua_sethook(co, NULL, 0, 0); /* LuaJIT has one for all threads */
#endif
  if (task->finished && host->pooled < ASY_LUA_POOL) {
    host->pool[host->pooled++] = (asy_lua_coroutine){co, task->slot};
    return;
  }
#if LUA_VERSION_NUM >= 504
  if (!task->finished) lua_resetthread(co); /* runs the __close handlers; they cannot await any more */
#endif
  luaL_unref(host->anchor, LUA_REGISTRYINDEX, task->slot);
}
