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

/// After close, any thread may give back the last reference. What runs foreign
/// code happens without the lock: an interpreter's lock may be needed for it.
void release_closed(object &o, std::unique_lock<std::recursive_mutex> &guard) noexcept {
  loop &l = *o.owner;
  if (--o.refs) return;
  asy_value left = nil;
  if (o.what->is_future) {
    auto &f = static_cast<future &>(o);
    left = f.value;
    f.value = nil;
  }
  object_dispose(&o);
  const bool empty = l.live == 0;
  guard.unlock();
  value_clear(left);
  if (empty) loop_unpin(l);  // the one that all objects share
}

}  // namespace

bool mailbox_post(loop &l, letter &mail) noexcept {
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
  std::unique_lock guard(l.mailbox.lock);
  if (l.mailbox.closed) return release_closed(o, guard);
  if (o.remote.fetch_add(1, std::memory_order_relaxed) == 0) {
    o.link = l.mailbox.released;
    l.mailbox.released = &o;
    wake_locked(l);
  }
}

void mailbox_drain(loop &l) noexcept {
  std::unique_lock guard(l.mailbox.lock);
  l.mailbox.woken = false;
  letter *mail = l.mailbox.first;
  l.mailbox.first = nullptr;
  l.mailbox.last = &l.mailbox.first;
  object *released = l.mailbox.released;
  l.mailbox.released = nullptr;
  // The counts are read under the lock, as a later release links the object anew.
  for (object *o = released; o; o = o->link) {
    o->refs -= o->remote.exchange(0, std::memory_order_relaxed) - 1;
  }
  guard.unlock();
  while (mail) {
    letter *next = mail->next;
    mail->deliver(*mail, l.closing);
    mail = next;
  }
  while (released) {
    object *next = released->link;
    unref_local(released);
    released = next;
  }
}

bool mailbox_empty(loop &l) noexcept {
  std::lock_guard guard(l.mailbox.lock);
  return !l.mailbox.first && !l.mailbox.released;
}

}  // namespace libasync
