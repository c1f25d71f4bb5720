/* References to Lua values that C holds. Any thread may give one back. */
#include "host.h"

#include <stdlib.h>

asy_lua_ref *asy_lua_ref_new(lua_State *L, int index) {
  asy_lua_host *const host = asy_lua_of(L);
  asy_lua_bury(host);
  lua_pushvalue(L, index);
  const int slot = luaL_ref(L, LUA_REGISTRYINDEX);
  asy_lua_ref *const ref = malloc(sizeof *ref);
  if (!ref) {
    luaL_unref(L, LUA_REGISTRYINDEX, slot);
    luaL_error(L, "not enough memory");
    return NULL;
  }
  atomic_init(&ref->count, 1);
  ref->slot = slot;
  ref->host = host;
  atomic_fetch_add_explicit(&host->count, 1, memory_order_relaxed);
  return ref;
}

void asy_lua_ref_retain(void *object) {
  asy_lua_ref *const ref = object;
  atomic_fetch_add_explicit(&ref->count, 1, memory_order_relaxed);
}

/* Any thread: the slot waits in the host's list for the state's own thread. */
void asy_lua_ref_release(void *object) {
  asy_lua_ref *const ref = object;
  if (atomic_fetch_sub_explicit(&ref->count, 1, memory_order_acq_rel) != 1) return;
  asy_lua_host *const host = ref->host;
  ref->next = atomic_load_explicit(&host->dead, memory_order_relaxed);
  while (!atomic_compare_exchange_weak_explicit(&host->dead, &ref->next, ref, memory_order_release,
                                                memory_order_relaxed)) {}
  asy_lua_unref(host);
}

void asy_lua_bury(asy_lua_host *host) {
  if (!atomic_load_explicit(&host->dead, memory_order_relaxed)) return;
  asy_lua_ref *ref = atomic_exchange_explicit(&host->dead, NULL, memory_order_acquire);
  while (ref) {
    asy_lua_ref *const next = ref->next;
    if (host->anchor) luaL_unref(host->anchor, LUA_REGISTRYINDEX, ref->slot);
    free(ref);
    ref = next;
  }
}
