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

bool is_enough(uint32_t mode, const future &done) noexcept {
  return mode == wait_first || (mode == wait_first_error && done.state == FAILED);
}

/// How many are done, and whether that is all that is asked for.
struct tally {
  uint32_t mode;
  std::size_t done = 0, count = 0;
  bool enough = false;

  void add(const future &member) noexcept {
    ++count;
    if (!member.done()) return;
    ++done;
    enough = enough || is_enough(mode, member);
  }
  bool is_over() const noexcept { return enough || done == count; }
  asy_value value() const noexcept { return value_int(static_cast<int64_t>(done)); }
};

tally tally_of(const wait_future &f) noexcept {
  tally found{f.mode};
  for (std::size_t i = 0; i < f.count; ++i) found.add(*f.members[i].it);
  return found;
}

void complete(void *argument) noexcept {
  auto &f = *static_cast<wait_future *>(argument);
  if (!f.members) return unref_local(&f);  // cancelled or closed meanwhile
  const asy_value done = tally_of(f).value();
  drop(f);
  future_complete_from_queue(f, done);
}

/// In a turn of its own: what else is done in this one is counted too.
void end(wait_future &f) noexcept {
  if (f.ending) return;
  f.ending = true;
  loop_push(*f.owner, complete, ref(&f));
}

void member_done(future &done, waiter &w) noexcept {
  wait_future &f = *static_cast<member &>(w).all;
  if (--f.left == 0 || is_enough(f.mode, done)) end(f);
}

void come_due(timer &due) noexcept {
  end(*reinterpret_cast<wait_future *>(reinterpret_cast<char *>(&due) - offsetof(wait_future, due)));
}

/// What it waits for may have come before the cancel, and not have told us yet: then that is the outcome.
void cancel_wait(future &self, error *reason) noexcept {
  auto &f = static_cast<wait_future &>(self);
  if (!f.members) return;  // it ends just now, and this is of foreign code that the end ran
  const tally found = tally_of(f);
  if (f.ending || found.is_over()) future_complete(f, found.value());
  else future_cancelled(f, reason ? error_ref(reason) : nullptr);
  drop(f);
}

void close_wait(object &self) noexcept {
  future_close(static_cast<future &>(self));
  drop(static_cast<wait_future &>(self));
}

const awaiter_rule awaits(member_done, [](waiter &w) noexcept -> future * { return static_cast<member &>(w).all; });

// Two ready entries: a cancel may tell its waiters while `complete` is queued.
const kind wait_kind{"wait", sizeof(wait_future), 2, 1, true, false, future_dispose, cancel_wait, close_wait};

}  // namespace

future *wait_new(loop &l, future *const *members, std::size_t count, uint32_t mode, uint64_t delay) noexcept {
  if (!count || mode > wait_first_error) {
    members_release(members, count);
    return future_failed(&l, error_new(ASY_E_INVALID, count ? "an unknown mode of a wait" : "a wait for no futures"));
  }
  tally found{mode};
  for (std::size_t i = 0; i < count; ++i) found.add(*members[i]);
  if (found.is_over()) {
    members_release(members, count);
    return future_done(l, found.value());
  }
  auto *block = static_cast<member *>(allocate(sizeof(member) * count));
  auto *f = block ? make<wait_future>(l, wait_kind) : nullptr;
  if (!f) {
    deallocate(block);
    return members_refuse(members, count, ASY_E_NOMEM);
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
