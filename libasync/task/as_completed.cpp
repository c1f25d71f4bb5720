#include "libasync/task/as_completed.hpp"

#include <new>

#include "libasync/task/awaiter.hpp"
#include "libasync/task/members.hpp"

namespace libasync {

struct completion_member : waiter {
  completions *all;
  future *it;  // owned until it is handed out
};

struct next_future : future {
  completions *source;  // owned while it waits
  next_future *later;
};

namespace {

/// Takes a waiting reader out of the line, whose reference is the caller's then; false when it is in it no more.
bool leave(next_future &f) noexcept {
  completions *const source = f.source;
  if (!source) return false;
  next_future **at = &source->waiting;
  while (*at != &f) at = &(*at)->later;
  *at = f.later;
  if (source->last_waiting == &f.later) source->last_waiting = at;
  f.source = nullptr;
  --source->asked;
  unref_local(source);
  return true;
}

/// Else nobody would have what it got.
bool is_seen(const next_future &f) noexcept { return f.refs > 1 || f.waiters; }

/// The caller holds a reference to `c`.
void hand_out(completions &c) noexcept {
  while (c.handed < c.next_free && c.waiting) {
    next_future *f = c.waiting;
    leave(*f);
    if (is_seen(*f)) {
      ++c.asked;
      future_complete(*f, value_future(c.order[c.handed++]));
    }
    unref_local(f);
  }
}

void member_done(future &done, waiter &w) noexcept {
  auto &m = static_cast<completion_member &>(w);
  completions &c = *m.all;
  m.it = nullptr;
  c.order[c.next_free++] = &done;  // with the member's reference
  ref(&c);
  hand_out(c);
  unref_local(&c);
}

void cancel_next(future &self, error *reason) noexcept {
  future_cancelled(self, reason ? error_ref(reason) : nullptr);
  if (leave(static_cast<next_future &>(self))) unref_local(&self);
}

void close_next(object &self) noexcept {
  future_close(static_cast<future &>(self));
  if (leave(static_cast<next_future &>(self))) unref_local(&self);
}

const awaiter_rule awaits(member_done, [](waiter &w) noexcept -> future * {
  return static_cast<completion_member &>(w).all->waiting;
});

const kind next_kind{"as_completed", sizeof(next_future), 1, 0, true, false, future_dispose, cancel_next, close_next};

/// The futures run on: who iterates no longer owns nothing of them.
void forget_members(completions &c) noexcept {
  for (std::size_t i = 0; i < c.count; ++i)
    if (future *it = c.members[i].it) {
      c.members[i].it = nullptr;
      future_forget(*it, c.members[i]);
      unref_local(it);
    }
}

void come_due(timer &due) noexcept {
  auto &c = *reinterpret_cast<completions *>(reinterpret_cast<char *>(&due) - offsetof(completions, due));
  const owned<completions> kept(ref(&c));
  c.expired = true;
  forget_members(c);
  while (next_future *f = c.waiting) {
    leave(*f);
    if (is_seen(*f)) {
      ++c.asked;
      future_fail(*f, error_of(ASY_E_TIMEOUT));
    }
    unref_local(f);
  }
}

void completions_close(object &self) noexcept {
  auto &c = static_cast<completions &>(self);
  timer_stop(*c.owner, c.due);
  forget_members(c);
  while (c.handed < c.next_free) unref_local(c.order[c.handed++]);
}

void completions_dispose(object &self) noexcept {
  completions_close(self);
  auto &c = static_cast<completions &>(self);
  deallocate(c.members);
  deallocate(c.order);
}

const kind completions_kind{"as_completed", sizeof(completions), 0, 1, false, false, completions_dispose,
                            nullptr,        completions_close};

/// The loop's done future stands for any operation, so that it is none given twice.
bool is_registered(completions &c, future &f) noexcept {
  const waiter *last = f.waiters && &f != c.owner->nil ? f.waiters->previous : nullptr;
  return last && last->run == member_done && static_cast<const completion_member *>(last)->all == &c;
}

}  // namespace

asy_status completions_new(loop &l, future *const *futures, std::size_t count, completions *&out) noexcept {
  out = nullptr;
  auto *members = static_cast<completion_member *>(allocate(sizeof(completion_member) * count));
  auto **order = static_cast<future **>(allocate(sizeof(future *) * count));
  auto *c = members && order ? make<completions>(l, completions_kind) : nullptr;
  if (!c) {
    deallocate(members);
    deallocate(order);
    members_release(futures, count);
    return ASY_E_NOMEM;
  }
  c->members = members;
  c->order = order;
  c->last_waiting = &c->waiting;
  c->due.init(come_due);
  for (std::size_t i = 0; i < count; ++i) {
    future *const f = futures[i];
    if (f->owner && is_registered(*c, *f)) {
      unref_local(f);
      continue;
    }
    auto *m = new (members + c->count++) completion_member;
    m->run = member_done;
    m->all = c;
    if (f->owner) {
      m->it = f;
      future_wait(*f, *m);
    } else {  // immortal: finished before all others
      m->it = nullptr;
      c->order[c->next_free++] = f;
    }
  }
  out = c;
  return ASY_OK;
}

asy_status completions_set_timeout(completions &c, uint64_t delay) noexcept {
  if (c.expired) return ASY_E_STATE;
  timer_stop(*c.owner, c.due);
  if (delay != UINT64_MAX) timer_start(*c.owner, c.due, deadline_after(*c.owner, delay));
  return ASY_OK;
}

future *completions_next(completions &c) noexcept {
  if (c.asked == c.count) return future_of(ASY_E_END);
  if (c.expired && c.handed == c.next_free) {
    ++c.asked;
    return future_of(ASY_E_TIMEOUT);
  }
  auto *f = make<next_future>(*c.owner, next_kind);
  if (!f) return future_of(ASY_E_NOMEM);
  ++c.asked;
  *c.last_waiting = ref(f);
  c.last_waiting = &f->later;
  f->source = ref(&c);
  hand_out(c);
  return f;
}

}  // namespace libasync
