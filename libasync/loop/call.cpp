#include "libasync/loop/call.hpp"

#include <new>

#include "libasync/loop/context.hpp"

namespace libasync {

struct call : letter {
  enum call_state : uint32_t { WAITING, RUNNING, ENDED, CANCELLED };
  std::atomic<uint32_t> refs{1};
  std::atomic<uint32_t> state{WAITING};
  std::atomic<thread_token> runner{no_thread};  // while it runs
  callback<asy_call_cb> body;
  libasync::context *context;  // of whoever made it; owned
  loop *l;
  bool reserved = false;
};

namespace {

/// Whoever moves it out of WAITING has the body.
bool leave_waiting(call &c, call::call_state next) noexcept {
  uint32_t waiting = call::WAITING;
  return c.state.compare_exchange_strong(waiting, next, std::memory_order_acq_rel);
}

void run(void *argument) noexcept {
  call &c = *static_cast<call *>(argument);
  if (c.reserved) c.l->ready.unreserve(1);
  c.runner.store(this_thread(), std::memory_order_relaxed);
  const bool drop = c.l->closing;
  if (leave_waiting(c, drop ? call::CANCELLED : call::RUNNING)) {
    if (!drop) {
      context_scope in(c.l->context, context_ref(c.context));
      c.body.run(c.body.user_data);
    }
    c.body.free();
    if (!drop) c.state.store(call::ENDED, std::memory_order_release);
    c.state.notify_all();
  }
  call_unref(&c);
}

void drop(call &c) noexcept {
  if (leave_waiting(c, call::CANCELLED)) c.body.free_outside();
  call_unref(&c);
}

void deliver(letter &mail, bool closed) noexcept {
  auto &c = static_cast<call &>(mail);
  if (closed) return drop(c);
  // The poster could not reserve the loop's room; without memory for it the call runs at once.
  c.reserved = c.l->ready.reserve(1);
  if (c.reserved) loop_push(*c.l, run, &c);
  else run(&c);
}

}  // namespace

call *call_new(loop &l, callback<asy_call_cb> body) noexcept {
  context *in = nullptr;
  void *block = context_capture(in) ? allocate(sizeof(call)) : nullptr;
  if (!block) {
    context_unref(in);
    body.free_outside();
    return nullptr;
  }
  auto *c = new (block) call;
  c->deliver = deliver;
  c->body = body;
  c->context = in;
  c->l = &l;
  return c;
}

call *call_ref(call *c) noexcept {
  if (c) c->refs.fetch_add(1, std::memory_order_relaxed);
  return c;
}

void call_unref(call *c) noexcept {
  if (!c || c->refs.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  c->body.free_outside();  // nobody posted it
  context_unref(c->context);
  c->~call();
  deallocate(c);
}

asy_status call_post(call &c) noexcept {
  call_ref(&c);  // the mailbox's
  loop &l = *c.l;
  if (l.forked) {
    drop(c);
    return ASY_E_FORKED;
  }
  std::unique_lock guard(l.mailbox.lock);
  if (l.mailbox.closed || l.closing) {
    guard.unlock();
    drop(c);
    return ASY_E_CLOSED;
  }
  mailbox_post(l, c);
  return ASY_OK;
}

asy_status call_soon(loop &l, callback<asy_call_cb> body, call **out) noexcept {
  call *const made = call_new(l, body);
  if (!made) return ASY_E_NOMEM;
  const asy_status status = call_post(*made);
  if (out && !status) *out = made;
  else call_unref(made);
  return status;
}

bool call_cancel(call &c) noexcept {
  if (leave_waiting(c, call::CANCELLED)) {
    c.body.free_outside();
    return true;
  }
  if (c.runner.load(std::memory_order_relaxed) == this_thread()) return call_is_cancelled(c);
  c.state.wait(call::RUNNING, std::memory_order_acquire);
  return call_is_cancelled(c);
}

bool call_is_cancelled(const call &c) noexcept { return c.state.load(std::memory_order_acquire) == call::CANCELLED; }

}  // namespace libasync
