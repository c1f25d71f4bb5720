#include "libasync/task/gather.hpp"

#include <new>

#include "libasync/task/awaiter.hpp"
#include "libasync/task/members.hpp"
#include "libasync/task/stack.hpp"

namespace libasync {
namespace {

struct gather_future;

struct member : waiter {
  gather_future *all;
  future *it;  // owned
};

struct gather_future : future {
  member *members;  // `count` of them, one block
  std::size_t count, left;
  asy_value results;
  error *reason;  // of a cancel, owned; all members end before it is raised
  bool return_errors, cancelled;
};

void drop(gather_future &f) noexcept {
  member *members = f.members;
  f.members = nullptr;
  if (!members) return;
  for (std::size_t i = 0; i < f.count; ++i)
    if (future *it = members[i].it) {
      future_forget(*it, members[i]);
      unref_local(it);
    }
  deallocate(members);
  value_clear_outside(f.results);
  if (f.reason) error_unref(f.reason);
  f.reason = nullptr;
  unref_local(&f);  // the members' reference
}

void end(gather_future &f) noexcept {
  if (f.cancelled) future_cancelled(f, f.reason ? error_ref(f.reason) : nullptr);
  else if (!f.done()) future_complete(f, value_take(&f.results));
  drop(f);
}

/// One member's outcome; `left` falls, and the caller ends the gather at zero.
void record(gather_future &f, std::size_t index, future &done) noexcept {
  error *e = done.failure();
  asy_value &slot = static_cast<list *>(f.results.data)->items()[index];
  if (e) future_mark_read(done);
  if (f.done() || f.cancelled) {
    // Nobody will see the list: what the member holds stays with it.
  } else if (!e) {
    slot = future_hand_over(done);
  } else if (f.return_errors) {
    slot = {ASY_VALUE_ERROR, 0, 0, error_ref(e), nullptr};
  } else {
    // The first to happen. The gather failed even where a member was cancelled.
    future_fail_with(f, error_ref(e));
  }
  --f.left;
}

void member_done(future &done, waiter &w) noexcept {
  auto &m = static_cast<member &>(w);
  gather_future &f = *m.all;
  m.it = nullptr;
  record(f, static_cast<std::size_t>(&m - f.members), done);
  unref_local(&done);
  if (f.left == 0) end(f);
}

void cancel_gather(future &self, error *reason) noexcept {
  auto &f = static_cast<gather_future &>(self);
  f.cancelled = true;
  if (f.reason) error_unref(f.reason);
  f.reason = reason ? error_ref(reason) : nullptr;
  ref(&f);
  for (std::size_t i = 0; i < f.count && f.members; ++i) {
    member &m = f.members[i];
    if (m.it && !m.it->done() && future_abandon(*m.it, m, reason)) {
      unref_local(m.it);
      m.it = nullptr;
      if (--f.left == 0) end(f);
    }
  }
  unref_local(&f);
}

void close_gather(object &self) noexcept {
  auto &f = static_cast<gather_future &>(self);
  future_close(f);
  drop(f);
}

const awaiter_rule awaits(member_done, [](waiter &w) noexcept -> future * { return static_cast<member &>(w).all; });

const kind gather_kind{"gather", sizeof(gather_future), 1, 0, true, false, future_dispose, cancel_gather, close_gather};

}  // namespace

future *gather_new(loop &l, future *const *members, std::size_t count, bool return_errors) noexcept {
  asy_value results = value_list(count);
  if (!results.kind) return members_refuse(members, count, ASY_E_NOMEM);
  if (!count) return future_done(l, results);
  auto *block = static_cast<member *>(allocate(sizeof(member) * count));
  auto *f = block ? make<gather_future>(l, gather_kind) : nullptr;
  if (!f) {
    deallocate(block);
    value_clear(results);
    return members_refuse(members, count, ASY_E_NOMEM);
  }
  f->members = block;
  f->count = f->left = count;
  f->results = results;
  f->return_errors = return_errors;
  ref(f);  // the members'
  for (std::size_t i = 0; i < count; ++i) {
    auto *m = new (block + i) member;
    m->run = member_done;
    m->all = f;
    m->it = members[i];
    if (!m->it->owner) {  // immortal: done, and without a loop to tell a waiter
      record(*f, i, *m->it);
      m->it = nullptr;
      continue;
    }
    future_wait(*m->it, *m);
  }
  if (f->left == 0) end(*f);
  return f;
}

}  // namespace libasync
