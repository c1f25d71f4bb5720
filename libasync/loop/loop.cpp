#include "libasync/loop/loop.hpp"

#include <new>
#include <utility>

#include "libasync/loop/handle.hpp"
#include "libasync/loop/uv_handles.hpp"
#include "libasync/task/future.hpp"

#ifndef _WIN32
#include <pthread.h>
#endif

namespace libasync {
namespace {

/// All open loops, so that the child of a fork can refuse them.
struct registry {
  std::mutex lock;
  loop *first = nullptr;
};

registry &all_loops() noexcept {
  static registry *const made = [] {
    alignas(registry) static char storage[sizeof(registry)];
    auto *place = new (storage) registry;
#ifndef _WIN32
    pthread_atfork([] { all_loops().lock.lock(); }, [] { all_loops().lock.unlock(); },
                   [] {
                     for (loop *l = all_loops().first; l; l = l->next_loop) {
                       l->forked = true;
                       l->thread.store(no_thread, std::memory_order_relaxed);
                       l->stopping = l->halted = true;  // a run that forked ends in the child
                     }
                     all_loops().lock.unlock();
                   });
#endif
    return place;
  }();
  return *made;
}

void enlist(loop &l) noexcept {
  registry &all = all_loops();
  std::lock_guard guard(all.lock);
  l.next_loop = all.first;
  if (all.first) all.first->previous_loop = &l;
  all.first = &l;
}

void delist(loop &l) noexcept {
  registry &all = all_loops();
  std::lock_guard guard(all.lock);
  if (l.next_loop) l.next_loop->previous_loop = l.previous_loop;
  if (l.previous_loop) l.previous_loop->next_loop = l.next_loop;
  else if (all.first == &l) all.first = l.next_loop;
  l.next_loop = l.previous_loop = nullptr;
}

}  // namespace

asy_status loop_new(uint32_t flags, uint32_t ready_budget, uint64_t shuffle_seed, loop *&out) noexcept {
  out = nullptr;
  void *block = allocate(sizeof(loop));
  if (!block) return ASY_E_NOMEM;
  auto *l = new (block) loop;
  l->flags = flags;
  if (ready_budget) l->ready_budget = ready_budget;
  l->shuffle = shuffle_seed;
  // Room for the entries that no object reserves.
  if (!l->ready.reserve(16) || !l->timers.reserve(1) || uv_handles_open(*l)) {
    l->~loop();
    deallocate(l);
    return ASY_E_NOMEM;
  }
  // A round start shows in traces that time is not the machine's.
  if (flags & loop_virtual_clock) l->clock.make_virtual(UINT64_C(1000000000));
  l->thread.store(this_thread(), std::memory_order_relaxed);
  l->nil = make<future>(*l, future_kind);
  if (!l->nil) {
    loop_close(*l);
    loop_unpin(*l);
    return ASY_E_NOMEM;
  }
  l->nil->state = DONE;
  if (((flags & loop_debug) || debug_wanted()) && loop_set_debug(*l, true)) {
    loop_close(*l);
    loop_unpin(*l);
    return ASY_E_NOMEM;
  }
  enlist(*l);
  out = l;
  return ASY_OK;
}

void loop_pin(loop &l) noexcept { l.pins.fetch_add(1, std::memory_order_relaxed); }

void loop_unpin(loop &l) noexcept {
  if (l.pins.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  delist(l);
  l.~loop();
  deallocate(&l);
}

void loop_unref(loop &l) noexcept {
  if (l.handles.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  if (l.forked) return;  // the parent's file descriptors are in there
  if (l.closing) {       // out of what the close runs; nobody else could close it without a handle
    l.orphaned = true;
    return;
  }
  if (!l.closed) {
    const char *what = "the last handle of an open loop was released without asy_loop_close";
    // Only its owner can close it, and not inside its run; for others it stays open, and alive.
    if (loop_check(&l) && loop_acquire(l)) return print_report(*error_of(ASY_E_STATE), what);
    loop_report(l, error_of(ASY_E_STATE), what);
    if (loop_close(l)) return;
  }
  loop_unpin(l);
}

asy_status loop_refusal(const loop &l) noexcept {
  if (l.forked) return ASY_E_FORKED;
  // While it closes, it belongs to the thread that closes it.
  if (l.closed || (l.closing && l.closer == this_thread())) return ASY_E_CLOSED;
  if (l.debug) loop_note_stranger(const_cast<loop &>(l));
  return ASY_E_WRONG_THREAD;
}

asy_status loop_release(loop &l) noexcept {
  if (const asy_status refused = loop_check(&l)) return refused;
  if (l.running || (l.stacks && l.stacks_bound(l))) return ASY_E_STATE;
  l.thread.store(no_thread, std::memory_order_release);
  return ASY_OK;
}

asy_status loop_acquire(loop &l) noexcept {
  thread_token nobody = no_thread;
  if (l.forked) return ASY_E_FORKED;
  if (l.closed) return ASY_E_CLOSED;
  return l.thread.compare_exchange_strong(nobody, this_thread(), std::memory_order_acquire) ? ASY_OK
                                                                                            : ASY_E_WRONG_THREAD;
}

asy_status loop_set_data(loop &l, const void *key, void *data, asy_free_cb on_free) noexcept {
  slot **at = &l.slots;
  while (*at && (*at)->key != key) at = &(*at)->next;
  slot *const found = *at;
  asy_status status = ASY_OK;
  if (found && data) {
    std::swap(found->data, data);
    std::swap(found->on_free, on_free);
  } else if (found) {
    *at = found->next;
    const slot was = *found;
    deallocate(found);
    if (was.on_free) run_outside(was.on_free, was.data);
  } else if (data) {
    if (auto *made = static_cast<slot *>(allocate(sizeof(slot)))) {
      *made = {l.slots, key, data, on_free};
      l.slots = made;
      return ASY_OK;
    }
    status = ASY_E_NOMEM;
  }
  if (on_free) run_outside(on_free, data);
  return status;
}

void *loop_data(const loop &l, const void *key) noexcept {
  for (slot *at = l.slots; at; at = at->next)
    if (at->key == key) return at->data;
  return nullptr;
}

}  // namespace libasync
