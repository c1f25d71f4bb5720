#include "libasync/task/promise.hpp"

#include <new>

#include "libasync/task/stack.hpp"

namespace libasync {

struct promise : letter {
  std::atomic<uint32_t> handles{1};  // the users'
  std::atomic<uint32_t> owners{1};   // the users together, and the letter
  std::atomic<bool> set{false};
  loop *l = nullptr;
  future *f = nullptr;  // its reference is given back by the letter
  asy_value value = nil;
  error *failure = nullptr;
};

namespace {

void drop(promise *p) noexcept {
  if (p->owners.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  loop *const l = p->l;
  p->~promise();
  deallocate(p);
  loop_unpin(*l);
}

/// What nobody will have may be foreign, and its completer a function on a small stack.
void drop_outcome(asy_value value, error *failure) noexcept {
  value_clear_outside(value);
  if (failure) run_outside([](void *unused) { error_unref(static_cast<error *>(unused)); }, failure);
}

/// On the loop; or anywhere after close, when the future has failed as closed already.
void deliver(letter &mail, bool closed) noexcept {
  auto &p = static_cast<promise &>(mail);
  const asy_value value = p.value;
  error *const failure = p.failure;
  p.value = nil;
  p.failure = nullptr;
  if (closed || p.f->done()) {
    drop_outcome(value, failure);
  } else if (failure) {
    future_fail(*p.f, failure);
  } else {
    future_complete(*p.f, value);
  }
  object_unref(p.f);
  drop(&p);
}

}  // namespace

future *promise_new(loop &l, asy_cancel_cb on_cancel, void *user_data, asy_free_cb on_free, promise *&out) noexcept {
  out = nullptr;
  callback<asy_cancel_cb> hook{on_cancel, user_data, on_free};
  void *block = allocate(sizeof(promise));
  if (!block) {
    hook.free_outside();
    return future_of(ASY_E_NOMEM);
  }
  future *f;
  if (on_cancel) {
    f = future_new_cancellable(l, on_cancel, user_data, on_free);
  } else {
    hook.free_outside();
    f = future_new(l);
  }
  if (!f->owner) {
    deallocate(block);
    return f;
  }
  auto *p = new (block) promise;
  p->deliver = deliver;
  p->l = &l;
  p->f = ref(f);
  loop_pin(l);
  out = p;
  return f;
}

promise *promise_ref(promise *p) noexcept {
  p->handles.fetch_add(1, std::memory_order_relaxed);
  return p;
}

void promise_unref(promise *p) noexcept {
  if (!p || p->handles.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  if (!p->set.load(std::memory_order_acquire)) promise_set(*p, nil, error_of(ASY_E_BROKEN_PROMISE));
  drop(p);
}

asy_status promise_set(promise &p, asy_value value, error *failure) noexcept {
  if (p.set.exchange(true, std::memory_order_acq_rel)) {
    drop_outcome(value, failure);
    return ASY_E_STATE;
  }
  p.value = value;
  p.failure = failure;
  p.owners.fetch_add(1, std::memory_order_relaxed);
  return mailbox_post(*p.l, p) ? ASY_OK : ASY_E_CLOSED;
}

}  // namespace libasync
