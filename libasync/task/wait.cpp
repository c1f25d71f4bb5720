#include "libasync/task/wait.hpp"

#include <new>
#include <utility>

#include "libasync/task/awaiter.hpp"
#include "libasync/task/members.hpp"

namespace libasync {
namespace {

struct wait_future;

struct member : waiter {
  wait_future *all;
  future *it;  // owned
};

struct wait_future : future {
  member *members;  // `count` of them, one block
  std::size_t count, left;
  uint32_t mode;
  bool ending;  // a ready entry completes it
  timer due;
};

void drop(wait_future &f) noexcept {
  member *const members = std::exchange(f.members, nullptr);
  if (!members) return;
  timer_stop(*f.owner, f.due);
  for (std::size_t i = 0; i < f.count; ++i) {
    future_forget(*members[i].it, members[i]);
    unref_local(members[i].it);
  }
  deallocate(members);
  unref_local(&f);  // the members' reference
}

asy_value count_done(const wait_future &f) noexcept {
  int64_t done = 0;
  for (std::size_t i = 0; i < f.count; ++i) done += f.members[i].it->done();
  return value_int(done);
}

void complete(void *argument) noexcept {
  auto &f = *static_cast<wait_future *>(argument);
  if (!f.members) return unref_local(&f);  // cancelled or closed meanwhile
  const asy_value done = count_done(f);
  drop(f);
  future_complete_from_queue(f, done);
}

/// In a turn of its own: what else is done in this one is counted too.
void end(wait_future &f) noexcept {
  if (f.ending) return;
  f.ending = true;
  loop_push(*f.owner, complete, ref(&f));
}

bool is_enough(uint32_t mode, const future &done) noexcept {
  return mode == wait_first || (mode == wait_first_error && done.state == FAILED);
}

void member_done(future &done, waiter &w) noexcept {
  wait_future &f = *static_cast<member &>(w).all;
  if (--f.left == 0 || is_enough(f.mode, done)) end(f);
}

void come_due(timer &due) noexcept {
  end(*reinterpret_cast<wait_future *>(reinterpret_cast<char *>(&due) - offsetof(wait_future, due)));
}

void cancel_wait(future &self, error *reason) noexcept {
  future_cancelled(self, reason ? error_ref(reason) : nullptr);
  drop(static_cast<wait_future &>(self));
}

void close_wait(object &self) noexcept {
  future_close(static_cast<future &>(self));
  drop(static_cast<wait_future &>(self));
}

const awaiter_rule awaits(member_done, [](waiter &w) noexcept -> future * { return static_cast<member &>(w).all; });

// Two ready entries: a cancel may tell its waiters while `complete` is queued.
const kind wait_kind{"wait", sizeof(wait_future), 2, 1, true, false, future_dispose, cancel_wait, close_wait};

future *refuse(future *const *members, std::size_t count, asy_status status) noexcept {
  members_release(members, count);
  return future_of(status);
}

/// How many are done already, where that is all that is asked for; else -1.
int64_t done_at_once(future *const *members, std::size_t count, uint32_t mode) noexcept {
  int64_t done = 0;
  bool enough = false;
  for (std::size_t i = 0; i < count; ++i) {
    if (!members[i]->done()) continue;
    ++done;
    enough = enough || is_enough(mode, *members[i]);
  }
  return enough || static_cast<std::size_t>(done) == count ? done : -1;
}

}  // namespace

future *wait_new(loop &l, future *const *members, std::size_t count, uint32_t mode, uint64_t delay) noexcept {
  if (!count || mode > wait_first_error) return refuse(members, count, ASY_E_INVALID);
  if (const int64_t done = done_at_once(members, count, mode); done >= 0) {
    members_release(members, count);
    return future_done(l, value_int(done));
  }
  auto *block = static_cast<member *>(allocate(sizeof(member) * count));
  auto *f = block ? make<wait_future>(l, wait_kind) : nullptr;
  if (!f) {
    deallocate(block);
    return refuse(members, count, ASY_E_NOMEM);
  }
  f->members = block;
  f->count = f->left = count;
  f->mode = mode;
  f->due.init(come_due);
  ref(f);  // the members'
  for (std::size_t i = 0; i < count; ++i) {
    auto *m = new (block + i) member;
    m->run = member_done;
    m->all = f;
    m->it = members[i];
    if (m->it->done()) --f->left;
    else future_wait(*m->it, *m);
  }
  if (delay != UINT64_MAX) timer_start(l, f->due, deadline_after(l, delay));
  return f;
}

}  // namespace libasync
