#include "libasync/sync/channel.hpp"

#include <new>

#include "libasync/base/text.hpp"
#include "libasync/sync/queue_order.hpp"
#include "libasync/task/stack.hpp"

namespace libasync {

/// What any thread holds. The letter says that there is something for those who wait.
///
/// The inbox is an object of the loop, so that its values are released there. The line in it is the
/// loop's; what came and whether it is closed, the lock of the loop's mailbox guards.
struct channel : letter {
  std::atomic<uint32_t> handles{1};  // the users'
  std::atomic<uint32_t> owners{1};   // the users together, and the letter
  loop *l;
  queue *inbox;          // owned
  bool awaited = false;  // somebody may stand in line; with the lock
  bool out = false;      // the letter is under way; with the lock
};

namespace {

using lock_guard = std::lock_guard<std::recursive_mutex>;

bool take(queue &inbox, asy_value &out) noexcept {
  lock_guard guard(inbox.owner->mailbox.lock);
  if (!inbox.count) return false;
  out = queue_take(inbox);
  return true;
}

/// Foreign destructors do not run under the lock.
void release_items(queue &inbox) noexcept {
  for (asy_value item; take(inbox, item);) value_clear_outside(item);
  lock_guard guard(inbox.owner->mailbox.lock);
  queue_release_items(inbox);
}

void inbox_dispose(object &self) noexcept { release_items(static_cast<queue &>(self)); }

void inbox_close(object &self) noexcept {
  auto &inbox = static_cast<queue &>(self);
  {
    lock_guard guard(inbox.owner->mailbox.lock);
    inbox.closed = true;
  }
  release_items(inbox);
}

void describe(object &self, text &out) noexcept {
  auto &inbox = static_cast<queue &>(self);
  lock_guard guard(inbox.owner->mailbox.lock);
  out.add(" of %zu", inbox.count);
  if (inbox.max_size) out.add(" at most %zu", inbox.max_size);
  out.add(", %zu receiving%s", inbox.getters.count(), inbox.closed ? ", shut down" : "");
}

const kind inbox_kind{"channel", sizeof(queue), 0, 0, false, false, inbox_dispose, nullptr, inbox_close, describe};
const kind receive_kind{"channel receive", sizeof(standing), 1,       0,   true, false, standing_dispose,
                        standing_cancel,   standing_close,   nullptr, true};

void drop(channel &c) noexcept {
  if (c.owners.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  loop *const l = c.l;
  object_unref(c.inbox);
  c.~channel();
  deallocate(&c);
  loop_unpin(*l);
}

/// On the loop: gives those who wait what came, and refuses the rest when nothing can come any more.
void serve(channel &c) noexcept {
  queue &inbox = *c.inbox;
  for (;;) {
    standing *const first = inbox.getters.front();
    asy_value item = nil;
    bool came;
    {
      lock_guard guard(c.l->mailbox.lock);
      c.awaited = first;
      came = inbox.count;
      if (!first || (!came && !inbox.closed)) return;
      if (came) item = queue_take(inbox);
    }
    waiting_line::leave(*first);
    if (came) future_complete(*first, item);
    else future_fail(*first, error_of(ASY_E_CLOSED));
  }
}

void deliver(letter &mail, bool closed) noexcept {
  auto &c = static_cast<channel &>(mail);
  {
    lock_guard guard(c.l->mailbox.lock);
    c.out = false;
  }
  if (!closed) serve(c);
  drop(c);
}

/// With the lock. A loop where nobody waits is left alone.
void tell(channel &c) noexcept {
  if (!c.awaited || c.out) return;
  c.out = true;
  c.owners.fetch_add(1, std::memory_order_relaxed);
  mailbox_post(*c.l, c);
}

asy_status append(channel &c, const asy_value &item) noexcept {
  // In the child of a fork the lock may be held by a thread that is not there.
  if (c.l->forked) return ASY_E_FORKED;
  queue &inbox = *c.inbox;
  lock_guard guard(c.l->mailbox.lock);
  if (inbox.closed) return ASY_E_CLOSED;
  if (inbox.full()) return ASY_E_AGAIN;
  if (!queue_reserve(inbox)) return ASY_E_NOMEM;
  queue_append(inbox, item);
  tell(c);
  return ASY_OK;
}

}  // namespace

channel *channel_new(loop &l, std::size_t max_size) noexcept {
  auto *const inbox = make<queue>(l, inbox_kind);
  if (!inbox) return nullptr;
  inbox->max_size = max_size;
  inbox->getters.of = inbox;
  void *block = allocate(sizeof(channel));
  if (!block) {
    unref_local(inbox);
    return nullptr;
  }
  auto *made = new (block) channel;
  made->deliver = deliver;
  made->l = &l;
  made->inbox = inbox;
  loop_pin(l);
  return made;
}

channel *channel_ref(channel *c) noexcept {
  if (c) c->handles.fetch_add(1, std::memory_order_relaxed);
  return c;
}

void channel_unref(channel *c) noexcept {
  if (!c || c->handles.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  channel_shutdown(*c);
  drop(*c);
}

loop *channel_loop(const channel &c) noexcept { return c.l; }

asy_status channel_send(channel &c, asy_value &consumed) noexcept {
  const asy_status status = append(c, consumed);
  if (status) value_clear_outside(consumed);
  return status;
}

future *channel_receive(channel &c) noexcept {
  auto *const made = make<standing>(*c.l, receive_kind);
  if (!made) return future_of(ASY_E_NOMEM);
  c.inbox->getters.join(*made);
  serve(c);
  return made;
}

asy_status channel_try_receive(channel &c, asy_value &out) noexcept {
  serve(c);  // those who wait come first
  lock_guard guard(c.l->mailbox.lock);
  if (take(*c.inbox, out)) return ASY_OK;
  return c.inbox->closed ? ASY_E_CLOSED : ASY_E_AGAIN;
}

std::size_t channel_size(const channel &c) noexcept {
  if (c.l->forked) return 0;
  lock_guard guard(c.l->mailbox.lock);
  return c.inbox->count;
}

asy_status channel_shutdown(channel &c) noexcept {
  if (c.l->forked) return ASY_E_FORKED;
  lock_guard guard(c.l->mailbox.lock);
  c.inbox->closed = true;
  tell(c);
  return ASY_OK;
}

}  // namespace libasync
