#pragma once
#include <uv.h>

#include <atomic>
#include <cstring>

#include "libasync/base/error.hpp"
#include "libasync/base/heap.hpp"
#include "libasync/base/object.hpp"
#include "libasync/base/pool.hpp"
#include "libasync/base/ring.hpp"
#include "libasync/base/value.hpp"
#include "libasync/loop/callback.hpp"
#include "libasync/loop/clock.hpp"
#include "libasync/loop/counters.hpp"
#include "libasync/loop/mailbox.hpp"
#include "libasync/loop/observer.hpp"
#include "libasync/loop/thread.hpp"

namespace libasync {

struct task;
struct generator;
struct task_hooks;
struct batch;
struct shutdown;
struct executor;
struct signal_handler;
struct context;

/// Data that a binding keeps with the loop.
struct slot {
  slot *next;
  const void *key;
  void *data;
  asy_free_cb on_free;
};

/// The flags of asy_loop_options, by value: that header is above this layer.
inline constexpr uint32_t loop_virtual_clock = 1, loop_no_drain = 2, loop_debug = 4;
inline constexpr int32_t report_print = 0, report_raise = 1, report_abort = 2;

struct loop {
  // What every call reads first.
  std::atomic<thread_token> thread{no_thread};  // the owner; none when released or forked
  task *current = nullptr;                      // the task whose step runs
  task *entered = nullptr;                      // the deferred one whose own code runs; owned
  libasync::context *context = nullptr;         // of the callback that runs, when no task does; owned
  bool on_stack = false;                        // a stackful task's own stack is in use
  bool disposing = false;                       // an object is being disposed of
  relaxed<bool> running = false, closed = false, closing = false, forked = false;
  bool stopping = false, blocked = false;
  bool progressed = false;  // this poll ran something
  bool alarm_rang = false;  // in this poll
  bool draining = false, may_block = false, halted = false;
  uint32_t flags = 0, ready_budget = 64;
  task_hooks *hooks = nullptr;         // counted
  class observer *observer = nullptr;  // when something is to be timed, remembered or disturbed

  ring ready;
  heap timers;
  pool objects;  // blocks that begin with an `object`
  pool nodes;    // callback registrations and other blocks whose first word is not zero
  libasync::clock clock;
  task *tasks = nullptr;  // all unfinished ones but those set aside, a circular list
  uint32_t task_count = 0, tasks_aside = 0, last_task = 0;
  generator *generators = nullptr;  // the open ones, a circular list
  uint32_t generator_count = 0;
  bool generators_closed = false;  // all at once: one that starts later is told of
  uint32_t eager_depth = 0;        // tasks whose first step runs inside the call that made them
  libasync::counters counters;
  uint64_t shuffle = 0;  // not zero: the state of the order in which batches run
  relaxed<bool> debug = false;
  class observer *observer_kept = nullptr;      // also while it has nothing to do; from the debug floor
  uint32_t cancel_depth = 0, cancel_round = 0;  // a request and all it is forwarded to are one round
  struct future *nil = nullptr;                 // done without a value, for fast paths
  struct future *spare_turn = nullptr;  // task/sleep: one that nobody took; dead to the pool, with its entries reserved
  object *graveyard = nullptr;  // released on a small stack or by another object; disposed of on the loop's, one by one

  uv_loop_t *uv = nullptr;
  uv_loop_t own_uv;
  uv_prepare_t prepare;
  uv_idle_t idle;
  uv_timer_t alarm;
  uv_async_t wake;
  uint64_t alarm_at = UINT64_MAX;
  uint32_t uv_open = 0;                      // uv handles of ours that are not closed yet
  uint32_t external = 0;                     // executor jobs out: the virtual clock waits for them
  relaxed<thread_token> closer = no_thread;  // the thread inside loop_close
  bool orphaned = false;                     // and its handle went meanwhile

  libasync::mailbox mailbox;
  std::atomic<uint32_t> pins{1};     // the users' handles together, promises, jobs, all objects after close
  std::atomic<uint32_t> handles{1};  // the users'
  uint64_t live = 0;                 // objects left when it was closed

  hook<asy_report_cb> report_hook;
  int32_t report_policy = 0;
  error *raised = nullptr;  // what a report asked the run to end with
  asy_status raised_status = 0;
  error *fatal = nullptr;  // the last one that left a run; owned
  void (*before_block)(void *) = nullptr, (*after_block)(void *) = nullptr;
  void *block_data = nullptr;
  asy_free_cb block_free = nullptr;
  slot *slots = nullptr;
  batch *pending_batch = nullptr;
  void *read_buffer = nullptr;  // io/transport: the shared one, made at the first read
  void *leases = nullptr;       // io/stream: the free read views
  void (*leases_free)(loop &) noexcept = nullptr;
  void *stacks = nullptr;  // task/stack: pooled stacks
  void (*stacks_free)(loop &) noexcept = nullptr;
  bool (*stacks_bound)(loop &) noexcept = nullptr;  // stackful tasks are alive
  void (*woken)(loop &) noexcept = nullptr;         // loop/interrupt: looks for what a signal handler left
  shutdown *ending = nullptr;                       // task/shutdown: the one under way; owned
  signal_handler *signal_handlers = nullptr;        // each owned
  executor *default_executor = nullptr;             // task/executor_run: made at the first use; owned
  void (*executor_free)(executor *) noexcept = nullptr;
  bool default_executor_over = false;                   // shut down: no other takes its place
  loop *next_loop = nullptr, *previous_loop = nullptr;  // for the child of a fork
};

// ---- life
asy_status loop_new(uint32_t flags, uint32_t ready_budget, uint64_t shuffle_seed, loop *&out) noexcept;
void loop_pin(loop &l) noexcept;
void loop_unpin(loop &l) noexcept;  // any thread
void loop_unref(loop &l) noexcept;  // a user's handle; the last one closes an open loop
asy_status loop_close(loop &l) noexcept;
asy_status loop_release(loop &l) noexcept;
asy_status loop_acquire(loop &l) noexcept;
loop *loop_current() noexcept;

/// Why the calling thread may not use the loop; never ASY_OK.
asy_status loop_refusal(const loop &l) noexcept;
/// The calling thread owns it, and it is open.
inline bool loop_is_here(const loop &l) noexcept { return l.thread.load(std::memory_order_relaxed) == this_thread(); }
inline asy_status loop_check(const loop *l) noexcept {
  if (!l) return ASY_E_INVALID;
  if (loop_is_here(*l)) [[likely]]
    return ASY_OK;
  const asy_status why = loop_refusal(*l);
#ifdef __GNUC__
  if (why == ASY_OK) __builtin_unreachable();  // so that it is the last call of whoever asks, who needs no frame then
#endif
  return why;
}
/// The check of an object's loop; an object without a loop is immortal.
inline asy_status object_check(const object *o) noexcept { return o ? loop_check(o->owner) : ASY_E_INVALID; }
/// The same without the reason, for what is called all the time.
inline bool object_is_here(const object *o) noexcept { return o && o->owner && loop_is_here(*o->owner); }

// ---- debug mode; with what it does, in debug/
asy_status loop_set_debug(loop &l, bool on) noexcept;  // any thread
bool debug_wanted() noexcept;                          // by the environment
/// Any thread: tells the owner that one which is not made a call.
void loop_note_stranger(loop &l) noexcept;

// ---- objects
/// Of a size the compiler knows, as a few wide stores; for such sizes it would rather call or loop.
template <std::size_t size>
inline void zero_fill(void *block) noexcept {
#ifdef __GNUC__
  struct [[gnu::packed, gnu::may_alias, gnu::aligned(8)]] wide {
    uint64_t a, b;
  };
  auto *at = static_cast<wide *>(block);
#pragma GCC unroll 32
  for (std::size_t i = 0; i < size / 16; ++i) at[i] = wide{0, 0};
  if constexpr (size % 16 != 0) std::memset(static_cast<char *>(block) + size / 16 * 16, 0, size % 16);
#else
  std::memset(block, 0, size);
#endif
}

/// NULL without memory. The object starts zero-filled behind its head, with one reference.
template <class T>
T *make(loop &l, const kind &what) noexcept {
  if (!l.ready.reserve(what.ready_entries)) return nullptr;
  if (what.timer_entries && !l.timers.reserve(what.timer_entries)) [[unlikely]] {
    l.ready.unreserve(what.ready_entries);
    return nullptr;
  }
  void *block = l.objects.get(sizeof(T));
  if (!block) [[unlikely]] {
    l.ready.unreserve(what.ready_entries);
    l.timers.unreserve(what.timer_entries);
    return nullptr;
  }
  zero_fill<sizeof(T)>(block);
  auto *made = static_cast<T *>(block);
  made->refs = 1;
  made->owner = &l;
  made->what = &what;
  if (l.observer) [[unlikely]]
    l.observer->made(*made);
  return made;
}

/// Takes back what make() gave; nothing is left in the object.
inline void unmake(loop &l, object *o, const kind &what) noexcept {
  l.ready.unreserve(what.ready_entries);
  l.timers.unreserve(what.timer_entries);
  l.objects.put(o, what.size);
}

// ---- running
asy_status loop_run(loop &l) noexcept;
asy_status loop_step(loop &l, uint64_t timeout) noexcept;
/// ASY_E_STATE when the loop was stopped before.
asy_status run_until_complete(loop &l, future &awaited) noexcept;
inline void loop_stop(loop &l) noexcept { l.stopping = true; }
uint64_t loop_next_deadline(loop &l) noexcept;
void loop_wake(loop &l) noexcept;  // any thread
inline void loop_push(loop &l, ring::function run, void *argument) noexcept { l.ready.push(run, argument); }

// ---- timers: the node's object reserved the entry
inline void timer_start(loop &l, timer &node, uint64_t when) noexcept { l.timers.insert(node, when); }
inline void timer_stop(loop &l, timer &node) noexcept { l.timers.remove(node); }
inline uint64_t deadline_after(loop &l, uint64_t delay) noexcept {
  const uint64_t now = l.clock.now();
  return delay > UINT64_MAX - now ? UINT64_MAX : now + delay;
}

// ---- uv callbacks
/// Stands first in every uv callback of ours: takes the interpreter's lock back.
void loop_unblock_now(loop &l) noexcept;
inline void loop_unblock(loop &l) noexcept {
  if (l.blocked) [[unlikely]]
    loop_unblock_now(l);
}
/// Stands last in every uv callback that brings I/O: runs what it made ready.
/// The caller touches nothing afterwards that a callback could have closed.
void loop_drain_now(loop &l) noexcept;
inline bool loop_may_drain(const loop &l) noexcept {
  return l.running && !l.draining && !l.stopping && !(l.flags & loop_no_drain);
}
inline void loop_drain(loop &l) noexcept {
  if (!l.ready.empty() && loop_may_drain(l)) loop_drain_now(l);
}
/// Scope of a uv callback that brings I/O.
class io_scope {
 public:
  explicit io_scope(loop &l) noexcept : l_(l) {
    loop_unblock(l);
    begin();
  }
  ~io_scope() {
    end();
    loop_drain(l_);
  }
  io_scope(const io_scope &) = delete;
  /// In between, for what brings more.
  void drain() noexcept {
    end();
    loop_drain(l_);
    begin();
  }

 private:
  void begin() noexcept {
    if (l_.observer) [[unlikely]]
      l_.observer->io_begins();
  }
  void end() noexcept {
    if (l_.observer) [[unlikely]]
      l_.observer->io_ends();
  }
  loop &l_;
};
/// uv handles that the loop waits for when it closes.
inline void loop_uv_opened(loop &l) noexcept { ++l.uv_open; }
inline void loop_uv_closed(loop &l) noexcept { --l.uv_open; }

// ---- reports
/// Hands an error that nobody else will see to the hook and applies the policy.
/// `about`: what was made somewhere that debug mode can tell, or NULL.
void loop_report(loop &l, error *e, const char *what, const object *about = nullptr) noexcept;
/// A fatal error ends the run, once.
void loop_leave(loop &l, error *e) noexcept;
/// To the hook alone: a warning, which the policy is not for.
void loop_tell(loop &l, error *e, const char *what) noexcept;
/// To standard error; any thread.
void print_report(const error &e, const char *what) noexcept;

// ---- per-loop data
asy_status loop_set_data(loop &l, const void *key, void *data, asy_free_cb on_free) noexcept;
void *loop_data(const loop &l, const void *key) noexcept;

}  // namespace libasync
