#pragma once
#include "libasync/base/circle.hpp"
#include "libasync/loop/loop.hpp"

namespace libasync {

enum future_state : uint8_t { PENDING, DONE, FAILED, CANCELLED };

/// A registration on a future, embedded in what waits.
struct waiter {
  waiter *next = nullptr, *previous = nullptr;  // a circle; NULL when not registered
  void (*run)(future &done, waiter &self) noexcept = nullptr;
  bool registered() const noexcept { return next; }
};

enum task_phase : uint8_t;
enum task_request : uint8_t;

struct future : object {
  // What is small in a task stands in the room that the head leaves.
  task_phase phase;
  task_request request;
  bool started : 1, stackful : 1;
  uint8_t streak;   // done futures awaited in a row
  uint16_t scopes;  // open timeouts and groups
  // flags of object: bit 0 is `immortal`
  static constexpr uint8_t read = 2;       // its error was seen
  static constexpr uint8_t scheduled = 4;  // a dispatch is in the ready queue
  static constexpr uint8_t shared = 8;     // only an explicit cancel reaches it
  static constexpr uint8_t hooked = 16;    // cancel only asks
  static constexpr uint8_t quiet = 32;     // an unread error is no report
  static constexpr uint8_t cleaning = 64;  // a generator ends in it: a shutdown waits for it and does not cancel it
  waiter *waiters;
  /// What only a pending future needs stands where its outcome will; `value.kind` is nil until then.
  union {
    asy_value value;  // DONE: the value; FAILED, CANCELLED: kind ERROR
    struct {
      uint64_t kind;
      timer due;
    } asleep;
    struct {
      uint64_t kind;
      void *data;
    } kept;  // by whose kind it is
    struct {
      uint32_t kind;
      uint32_t cancel_round;  // the last one that reached it
      future *awaiting;       // owned; also kept while its value is in use by a step
      error *reason;          // of the latest cancel request; owned, or NULL
      error *thrown;          // into the step that runs or is deferred; owned, or NULL
    } busy;
  };

  bool done() const noexcept { return state != PENDING; }
  error *failure() noexcept { return state >= FAILED ? static_cast<error *>(value.data) : nullptr; }
};

extern const kind future_kind;

/// Never NULL: without memory it is the immortal out-of-memory future.
future *future_new(loop &l) noexcept;
/// The immortal failed future of a status.
[[gnu::returns_nonnull]] future *future_of(asy_status failed) noexcept;
/// A failed future; `consumed` is the error. Without a loop or memory it is immortal.
future *future_failed(loop *l, error *consumed) noexcept;
future *future_done(loop &l, asy_value consumed) noexcept;
/// The loop's future that is done without a value; a new reference.
inline future *future_nil(loop &l) noexcept { return l.nil ? ref_counted(l.nil) : future_done(l, nil); }
/// What the start of an operation answers: NULL when it may go on, else the failed future.
inline future *future_refusal(const loop *l) noexcept {
  const asy_status status = loop_check(l);
  return status ? future_of(status) : nullptr;
}

// Completion. All consume what they are given, also when the future is done already
// (then they answer false).
bool future_settle(future &f, future_state state, const asy_value &consumed) noexcept;
inline bool future_complete(future &f, const asy_value &consumed) noexcept {
  if (f.done() || f.waiters) return future_settle(f, DONE, consumed);
  f.state = DONE;  // nobody to tell
  f.value = consumed;
  return true;
}
/// By an event of the poll: who waits alone is told now, as a drain right after would.
inline void future_complete_in_poll(future &f, asy_value consumed) noexcept {
  loop &l = *f.owner;
  waiter *const only = f.waiters;
  const bool alone = only && only->next == only && !f.done() && l.ready.empty();
  if (!alone || l.observer || !loop_may_drain(l)) {
    const asy_value later = consumed;  // a copy, so that the compiler keeps the other in registers
    future_complete(f, later);
    return;
  }
  l.draining = l.progressed = true;
  ++l.counters.entries;
  circle<&waiter::next, &waiter::previous>::remove(f.waiters, *only);
  f.state = DONE;
  f.value = consumed;
  ref_counted(&f);
  only->run(f, *only);
  unref_counted(&f);
  l.draining = false;
}
/// By a ready entry that holds a reference: the waiters are told in its turn. The value is one to copy.
void future_complete_from_queue(future &consumed, const asy_value &plain = nil) noexcept;
bool future_fail(future &f, error *consumed) noexcept;
/// Fails even with an error of code cancelled: the future itself was not cancelled.
bool future_fail_with(future &f, error *consumed) noexcept;
bool future_cancelled(future &f, error *consumed) noexcept;  // NULL: without a message
/// The value for one who gives `f` back right after. What cannot be shared here goes to the first
/// who asks: a pointer with its destructor, and another loop's future.
asy_value future_hand_over(future &f) noexcept;
/// Completes `f` as `source` was completed, which is given back right after.
void future_copy(future &f, future &source) noexcept;
/// True for the futures that users complete themselves; others end with their operation.
bool future_is_users(const future &f) noexcept;

/// Asks for cancellation; false when done already. `reason` is borrowed, NULL: without a message.
bool future_cancel(future &f, error *reason) noexcept;
/// An error of code cancelled with this message; the immortal one without. Consumed by nobody: a reference.
error *cancel_reason(const char *message) noexcept;
/// The same for a request that a scope makes on its own account.
error *scope_reason(const char *message) noexcept;

/// Queues the telling of all who wait for a done future.
void future_schedule(future &f) noexcept;
/// Registers; on a done future the waiter runs from the ready queue.
inline void future_wait(future &f, waiter &w) noexcept {
  circle<&waiter::next, &waiter::previous>::append(f.waiters, w);
  if (f.done()) [[unlikely]]
    future_schedule(f);
}
/// Takes a registration back; nothing happens when it ran or was never made.
void future_forget(future &f, waiter &w) noexcept;
/// Takes a registration back when others are interested, or the future is shared.
bool future_leave(future &f, waiter &w) noexcept;
/// One awaiter was cancelled. True: others are interested (or the future is shared),
/// the registration is gone, the awaiter leaves at once. False: the future was asked to
/// cancel, its answer will come to the waiter.
bool future_abandon(future &f, waiter &w, error *reason) noexcept;
/// An immortal one, which any thread may hold, is read from the start and not written to.
inline void future_mark_read(future &f) noexcept {
  if (!(f.flags & future::read)) f.flags |= future::read;
}

// Done callbacks of users.
asy_status future_add_callback(future &f, asy_done_cb on_done, void *user_data, asy_free_cb on_free) noexcept;
std::size_t future_remove_callback(future &f, asy_done_cb on_done, void *user_data) noexcept;

/// A future with a user's cancel hook; consumes the triple.
future *future_new_cancellable(loop &l, asy_cancel_cb on_cancel, void *user_data, asy_free_cb on_free) noexcept;

/// Reports what is about a future; the hook runs in the context of a task.
void future_report(future &f, error *e, const char *what) noexcept;
/// Tells of an error that nobody has read, and may never read any more.
void future_report_unread(future &f) noexcept;
/// The loop closes: a pending future fails, callbacks are dropped.
void future_close(future &f) noexcept;

/// Releases what a future holds: for the dispose of a kind that adds something of its own.
void future_clear_unusual(future &f) noexcept;
inline void future_clear(future &f) noexcept {
  if (f.state != DONE || f.waiters) [[unlikely]]
    future_clear_unusual(f);
  value_clear(f.value);
}
/// Every kind of future that adds nothing of its own to release disposes with this.
void future_dispose(object &self) noexcept;

}  // namespace libasync
