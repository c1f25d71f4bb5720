#include "libasync/task/group.hpp"

#include <new>
#include <utility>

#include "libasync/task/awaiter.hpp"

namespace libasync {

/// A member's registration on its task; it stands in the group's list while the task is unfinished.
struct group_member : waiter {
  uint32_t live;
  group *all;
  task *it;  // owned
  group_member *next_member, *previous_member;
};

namespace {

struct exit_future : future {
  group *all;  // owned while pending
};

void drop_errors(group &g) noexcept {
  for (std::size_t i = 0; i < g.error_count; ++i) error_unref(g.errors[i]);
  deallocate(g.errors);
  g.errors = nullptr;
  g.error_count = g.error_room = 0;
}

void drop_parent(group &g) noexcept {
  if (task *parent = g.parent) {
    g.parent = nullptr;
    task_leave_scope(*parent);
    unref_local(parent);
  }
}

/// Every member reserves room for its error while it is unfinished, and the body has one of its own.
bool reserve_error(group &g) noexcept {
  if (g.error_count + g.member_count + 2 <= g.error_room) return true;
  const std::size_t room = g.error_room ? g.error_room * 2 : 4;
  auto **grown = static_cast<error **>(reallocate(g.errors, room * sizeof(error *)));
  if (!grown) return false;
  g.errors = grown;
  g.error_room = room;
  return true;
}

void remove(group &g, group_member &m) noexcept {
  --g.member_count;
  if (g.next_to_cancel == &m) g.next_to_cancel = m.next_member;
  (m.previous_member ? m.previous_member->next_member : g.members) = m.next_member;
  if (m.next_member) m.next_member->previous_member = m.previous_member;
  task *const it = m.it;
  g.owner->nodes.put(&m, sizeof(group_member));
  unref_local(it);
}

/// Cancels every member once. That may run foreign code, and members be gone meanwhile.
void abort_members(group &g, error *reason) noexcept {
  g.aborting = true;
  g.next_to_cancel = g.members;
  while (group_member *m = g.next_to_cancel) {
    g.next_to_cancel = m->next_member;
    task_cancel(*m->it, reason);
  }
}

/// Cancels the members and the body.
void abort_all(group &g, const char *message) noexcept {
  error *reason = scope_reason(message);
  abort_members(g, reason);
  if (!g.exiting && g.parent && !g.parent_cancelled) {
    g.parent_cancelled = true;
    task_cancel(*g.parent, reason);
  }
  error_unref(reason);
}

error *outcome(group &g) noexcept {
  for (std::size_t i = 0; i < g.error_count; ++i)
    if (g.errors[i]->fatal) return error_ref(g.errors[i]);  // the first, as it is: nobody may take it for one of many
  if (g.error_count) {
    error_details details;
    details.children = g.errors;
    details.child_count = g.error_count;
    return error_new(ASY_E_GROUP, "errors in a task group", details);
  }
  if (g.propagate) return g.reason ? error_ref(g.reason) : error_of(ASY_E_CANCELLED);
  return nullptr;
}

/// The body and all members have ended.
void finish(group &g) noexcept {
  g.finished = true;
  future *const exit = g.exit;
  g.exit = nullptr;
  error *const failed = outcome(g);
  // A cancel from outside that an error displaced is asked for once more.
  if (g.error_count && g.parent && g.parent->cancelling > g.entry_level) task_rearm(*g.parent, g.reason);
  // An error may hold a language's frames, and these the group: nothing stays behind.
  drop_errors(g);
  if (error *reason = std::exchange(g.reason, nullptr)) error_unref(reason);
  drop_parent(g);
  static_cast<exit_future *>(exit)->all = nullptr;
  if (failed) future_fail(*exit, failed);
  else future_complete(*exit, nil);
  unref_local(exit);
  unref_local(&g);  // the exit's reference
}

void member_done(future &done, waiter &w) noexcept {
  auto &m = static_cast<group_member &>(w);
  group &g = *m.all;
  if (g.owner->closing) return;
  const owned<group> kept(ref(&g));  // a cancelled parent may end at once, and drop it
  error *e = done.failure();
  if (e && e->code != ASY_E_CANCELLED) {
    future_mark_read(done);
    if (g.finished || (g.parent && g.parent->done())) {
      task_report(*m.it, e, "a task failed after its group's parent had ended");
    } else {
      g.errors[g.error_count++] = error_ref(e);
      if (!g.aborting) abort_all(g, "another task of the group failed");
    }
  }
  remove(g, m);
  if (g.exiting && !g.members && g.exit) finish(g);
}

/// The parent was cancelled while it waits for the members: they are, and it goes on waiting.
void cancel_exit(future &self, error *reason) noexcept {
  if (!static_cast<exit_future &>(self).all) return;
  const owned<group> g(ref(static_cast<exit_future &>(self).all));
  g->propagate = true;
  if (g->reason) error_unref(g->reason);
  g->reason = reason ? error_ref(reason) : nullptr;
  if (!g->aborting) abort_members(*g, reason);
}

// The parent awaits the members, also while it is still in the body.
const awaiter_rule awaits(member_done,
                          [](waiter &w) noexcept -> future * { return static_cast<group_member &>(w).all->parent; });

const kind exit_kind{"group exit", sizeof(exit_future), 1, 0, true, false, future_dispose, cancel_exit, nullptr};

void group_close(object &self) noexcept {
  auto &g = static_cast<group &>(self);
  while (group_member *m = g.members) {
    future_forget(*m->it, *m);
    remove(g, *m);
  }
  drop_errors(g);
  drop_parent(g);
  if (g.reason) error_unref(g.reason);
  g.reason = nullptr;
  if (future *unused = std::exchange(g.reserved_exit, nullptr)) unref_local(unused);
  if (future *exit = g.exit) {
    g.exit = nullptr;
    static_cast<exit_future *>(exit)->all = nullptr;
    future_close(*exit);
    unref_local(exit);
    unref_local(&g);
  }
}

const kind group_kind{"group", sizeof(group), 0, 0, false, false, group_close, nullptr, group_close};

}  // namespace

asy_status group_new(loop &l, task *parent, group *&out) noexcept {
  out = nullptr;
  if (!parent) parent = l.current;
  if (!parent) return ASY_E_STATE;
  if (parent->owner != &l) return ASY_E_WRONG_LOOP;
  if (parent->done()) return ASY_E_STATE;
  auto *g = make<group>(l, group_kind);
  if (!g) return ASY_E_NOMEM;
  if (!task_enter_scope(*parent)) {
    unref_local(g);
    return ASY_E_LIMIT;
  }
  g->parent = ref(parent);
  g->entry_level = task_cancel_level(*parent);
  g->reserved_exit = make<exit_future>(l, exit_kind);
  if (!g->reserved_exit || !reserve_error(*g)) {
    unref_local(g);
    return ASY_E_NOMEM;
  }
  out = g;
  return ASY_OK;
}

asy_status group_add(group &g, task &t) noexcept {
  asy_status refused = ASY_OK;
  if (&t == g.parent) return ASY_E_STATE;  // it would wait for itself
  if (t.owner != g.owner) refused = ASY_E_WRONG_LOOP;
  else if (g.finished || g.aborting || (g.exiting && !g.members)) refused = ASY_E_STATE;
  auto *m = refused
                ? nullptr
                : static_cast<group_member *>(reserve_error(g) ? g.owner->nodes.get(sizeof(group_member)) : nullptr);
  if (!m) {
    if (!object_check(&t)) task_cancel(t, nullptr);
    return refused ? refused : ASY_E_NOMEM;
  }
  ++g.member_count;
  new (m) group_member;
  m->run = member_done;
  m->all = &g;
  m->it = ref(&t);
  m->previous_member = nullptr;
  m->next_member = g.members;
  if (g.members) g.members->previous_member = m;
  g.members = m;
  future_wait(t, *m);
  return ASY_OK;
}

future *group_exit(group &g, error *body) noexcept {
  const owned<group> kept(ref(&g));  // a cancel hook of a member may drop it
  if (g.exiting) {
    if (body) error_unref(body);
    return future_failed(g.owner, error_new(ASY_E_STATE, "the task group was exited before"));
  }
  auto *const exit = static_cast<exit_future *>(std::exchange(g.reserved_exit, nullptr));
  g.exiting = true;
  const bool body_cancelled = body && body->code == ASY_E_CANCELLED;
  if (body_cancelled) {
    g.propagate = true;
    if (g.reason) error_unref(g.reason);
    g.reason = error_ref(body);
  }
  if (g.parent_cancelled && g.parent && task_uncancel(*g.parent, g.entry_level) <= g.entry_level) g.propagate = false;
  if (body && !g.aborting) {
    error *const reason = body_cancelled ? error_ref(body) : scope_reason("the body of the task group failed");
    abort_members(g, reason);
    error_unref(reason);
  }
  if (body && !body_cancelled) g.errors[g.error_count++] = body;
  else if (body) error_unref(body);
  exit->all = &g;
  g.exit = exit;
  ref(exit);
  ref(&g);  // the exit's
  if (!g.members) finish(g);
  return exit;
}

asy_status group_cancel(group &g, const char *message) noexcept {
  const owned<group> kept(ref(&g));
  if (!g.finished && !g.aborting) abort_all(g, message ? message : "the task group was cancelled");
  return ASY_OK;
}

}  // namespace libasync
