#include "libasync/loop/mailbox.hpp"

#include "libasync/loop/loop.hpp"
#include "libasync/task/future.hpp"

namespace libasync {
namespace {

/// One wake-up is under way at most. Under the lock, so never to a closed handle.
void wake_locked(loop &l) noexcept {
  if (l.mailbox.woken) return;
  l.mailbox.woken = true;
  uv_async_send(&l.wake);
}

/// After close, any thread may give back the last reference. Close left nothing in an object that
/// runs foreign code but a future's value, and that goes without the lock: an interpreter's lock may
/// be needed for it.
void release_closed(object &released, std::unique_lock<std::recursive_mutex> &guard) noexcept {
  loop &l = *released.owner;
  for (object *o = &released; --o->refs == 0;) {
    asy_value left = nil;
    if (o->what->is_future) left = value_take(&static_cast<future *>(o)->value);
    object_dispose_closed(o);
    const bool empty = l.live == 0;
    guard.unlock();
    // A value that is a future of this loop is the next round: chains of them may be long.
    o = left.kind == ASY_VALUE_FUTURE ? static_cast<object *>(left.data) : nullptr;
    if (!o || o->owner != &l) {
      value_clear(left);
      if (empty) loop_unpin(l);  // the one that all objects share
      return;
    }
    guard.lock();
  }
}

}  // namespace

bool mailbox_post(loop &l, letter &mail) noexcept {
  // In the child of a fork the lock may be held by a thread that is not there, and the wake-up is the parent's.
  if (l.forked) {
    mail.deliver(mail, true);
    return false;
  }
  std::unique_lock guard(l.mailbox.lock);
  if (l.mailbox.closed) {
    guard.unlock();
    mail.deliver(mail, true);
    return false;
  }
  mail.next = nullptr;
  *l.mailbox.last = &mail;
  l.mailbox.last = &mail.next;
  wake_locked(l);
  return true;
}

void mailbox_release(object &o) noexcept {
  loop &l = *o.owner;
  // The thread that closes the loop owns it still, though every call is refused.
  if (l.closing && l.closer == this_thread()) return unref_local(&o);
  if (l.forked) return;  // what the parent goes on using stays as it was
  std::unique_lock guard(l.mailbox.lock);
  if (l.mailbox.closed) return release_closed(o, guard);
  if (o.remote.fetch_add(1, std::memory_order_acq_rel) == 0) {
    o.link = l.mailbox.released;
    l.mailbox.released = &o;
    wake_locked(l);
  }
}

void mailbox_drain(loop &l) noexcept {
  std::unique_lock guard(l.mailbox.lock);
  l.mailbox.woken = false;
  l.progressed = true;
  letter *mail = l.mailbox.first;
  l.mailbox.first = nullptr;
  l.mailbox.last = &l.mailbox.first;
  object *released = l.mailbox.released;
  l.mailbox.released = nullptr;
  guard.unlock();
  while (mail) {
    letter *next = mail->next;
    mail->deliver(*mail, l.closing);
    mail = next;
  }
  while (object *o = released) {
    released = o->link;  // before the count is taken: after it, a later release links the object anew
    o->refs -= o->remote.exchange(0, std::memory_order_acq_rel) - 1;
    unref_local(o);
  }
}

bool mailbox_empty(loop &l) noexcept {
  std::lock_guard guard(l.mailbox.lock);
  return !l.mailbox.first && !l.mailbox.released;
}

}  // namespace libasync
