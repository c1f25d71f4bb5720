#include "libasync/task/thread_future.hpp"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <new>
#include <utility>

#include "libasync/loop/call.hpp"
#include "libasync/task/stack.hpp"

namespace libasync {

/// A user's callback, as a call that is posted when the future is done.
struct done_note {
  thread_future *of;  // owned
  callback<asy_thread_done_cb> call;
  libasync::call *posted;  // owned until then
  done_note *next;
};

struct thread_future : letter {
  struct request : letter {
    thread_future *of;
    std::atomic<bool> out{false};
  };

  std::atomic<uint32_t> refs{1};
  loop *l;
  remote_start *start;  // until the letter is delivered
  request cancel;
  waiter task_done;
  future *task = nullptr;  // owned; of the loop's thread

  std::mutex lock;
  std::condition_variable settled;
  std::atomic<bool> done{false};
  asy_value value = nil;
  error *failure = nullptr;
  done_note *notes = nullptr, **last_note = &notes;
};

namespace {

void post_notes(done_note *at) noexcept {
  while (done_note *n = at) {
    at = n->next;
    call *const posted = std::exchange(n->posted, nullptr);
    call_post(*posted);
    call_unref(posted);
  }
}

/// Consumes the outcome.
void settle(thread_future &f, const asy_value &value, error *failure) noexcept {
  done_note *notes;
  {
    std::lock_guard guard(f.lock);
    f.value = value;
    f.failure = failure;
    f.done.store(true, std::memory_order_release);
    notes = std::exchange(f.notes, nullptr);
    f.settled.notify_all();
  }
  post_notes(notes);
}

/// The task's outcome; of a loop that closes too.
void on_done(future &task, waiter &w) noexcept {
  auto &f = *reinterpret_cast<thread_future *>(reinterpret_cast<char *>(&w) - offsetof(thread_future, task_done));
  if (error *e = task.failure()) {
    future_mark_read(task);
    settle(f, nil, error_ref(e));
  } else {
    settle(f, future_hand_over(task), nullptr);
  }
  f.task = nullptr;
  unref_local(&task);
  thread_future_unref(&f);
}

void begin(letter &mail, bool closed) noexcept {
  auto &f = static_cast<thread_future &>(mail);
  remote_start &start = *std::exchange(f.start, nullptr);
  if (closed) {
    start.drop(start);
    settle(f, nil, error_of(ASY_E_CLOSED));
    return thread_future_unref(&f);
  }
  f.task = start.begin(start, *f.l);
  f.task_done.run = on_done;
  if (f.task->owner) return future_wait(*f.task, f.task_done);
  on_done(*f.task, f.task_done);  // immortal: it could not be made
}

void ask(letter &mail, bool closed) noexcept {
  auto &r = static_cast<thread_future::request &>(mail);
  thread_future &f = *r.of;
  r.out.store(false, std::memory_order_release);
  if (!closed && f.task) future_cancel(*f.task, nullptr);
  thread_future_unref(&f);
}

void run_note(void *note) {
  auto &n = *static_cast<done_note *>(note);
  n.call.run(reinterpret_cast<asy_thread_future *>(n.of), n.call.user_data);
}

void free_note(void *note) {
  auto *n = static_cast<done_note *>(note);
  n->call.free();
  thread_future_unref(n->of);
  deallocate(n);
}

/// What only one can have: a pointer with its destructor, and what stays on the loop.
bool is_single(const asy_value &value) noexcept {
  return value.kind == ASY_VALUE_POINTER || value.kind == ASY_VALUE_FUTURE || value_is_tied(value);
}

/// Another reference is foreign code, which does not run under the lock.
asy_value share(thread_future &f, std::unique_lock<std::mutex> &guard) noexcept {
  if (is_single(f.value)) return value_take(&f.value);
  guard.unlock();
  return value_copy_outside(f.value);
}

void dispose(thread_future &f) noexcept {
  loop *const l = f.l;
  value_clear_outside(f.value);
  if (f.failure) error_unref(f.failure);
  f.~thread_future();
  deallocate(&f);
  loop_unpin(*l);
}

bool must_go_home(const thread_future &f) noexcept {
  if (loop_is_here(*f.l)) return false;
  return value_is_tied(f.failure ? asy_value{ASY_VALUE_ERROR, 0, 0, f.failure, nullptr} : f.value);
}

}  // namespace

thread_future *thread_future_new(loop &l, remote_start &start) noexcept {
  void *block = allocate(sizeof(thread_future));
  if (!block) {
    start.drop(start);
    return nullptr;
  }
  auto *f = new (block) thread_future;
  f->deliver = begin;
  f->l = &l;
  f->start = &start;
  f->cancel.of = f;
  f->cancel.deliver = ask;
  loop_pin(l);
  return f;
}

asy_status thread_future_post(thread_future &f) noexcept {
  thread_future_ref(&f);
  return mailbox_post(*f.l, f) ? ASY_OK : ASY_E_CLOSED;
}

void thread_future_ref(thread_future *f) noexcept {
  if (f) f->refs.fetch_add(1, std::memory_order_relaxed);
}

void thread_future_unref(thread_future *f) noexcept {
  if (!f || f->refs.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  if (!must_go_home(*f)) return dispose(*f);
  f->deliver = [](letter &mail, bool) noexcept { dispose(static_cast<thread_future &>(mail)); };
  mailbox_post(*f->l, *f);
}

asy_status thread_future_wait(thread_future &f, uint64_t timeout, asy_value *out_value, error *&out_error) noexcept {
  using nanoseconds = std::chrono::nanoseconds;
  constexpr uint64_t longest = UINT64_C(1) << 62;
  const bool would_hang = loop_is_here(*f.l) || f.l->closer == this_thread();  // inside its close it is nobody's
  // In the child of a fork nobody will complete it, and the lock may be held by a thread that is not there.
  if (f.l->forked && !f.done.load(std::memory_order_acquire)) return ASY_E_FORKED;
  std::unique_lock guard(f.lock);
  const auto is_done = [&f] { return f.done.load(std::memory_order_relaxed); };
  if (!is_done() && would_hang) return ASY_E_STATE;
  if (timeout >= longest) f.settled.wait(guard, is_done);
  else if (!f.settled.wait_for(guard, nanoseconds(timeout), is_done)) return ASY_E_TIMEOUT;
  if (f.failure) {
    out_error = error_ref(f.failure);
    return f.failure->code;
  }
  if (out_value) *out_value = share(f, guard);
  return ASY_OK;
}

bool thread_future_cancel(thread_future &f) noexcept {
  if (f.done.load(std::memory_order_acquire)) return false;
  if (f.cancel.out.exchange(true, std::memory_order_acq_rel)) return true;  // one is on its way
  thread_future_ref(&f);
  return mailbox_post(*f.l, f.cancel);
}

bool thread_future_is_done(const thread_future &f) noexcept { return f.done.load(std::memory_order_acquire); }

asy_status thread_future_add_callback(thread_future &f, callback<asy_thread_done_cb> on_done) noexcept {
  void *block = allocate(sizeof(done_note));
  if (!block) {
    on_done.free_outside();
    return ASY_E_NOMEM;
  }
  thread_future_ref(&f);
  auto *n = new (block) done_note{&f, on_done, nullptr, nullptr};
  call *const posted = call_new(*f.l, {run_note, n, free_note});
  if (!posted) return ASY_E_NOMEM;  // and the note is gone
  n->posted = posted;
  {
    std::lock_guard guard(f.lock);
    if (!f.done.load(std::memory_order_relaxed)) {
      *f.last_note = n;
      f.last_note = &n->next;
      return ASY_OK;
    }
  }
  const asy_status status = call_post(*posted);
  call_unref(posted);
  return status;
}

}  // namespace libasync
