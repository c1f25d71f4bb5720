#include "libasync/task/timeout.hpp"

#include <cstdio>

namespace libasync {
namespace {

void come_due(timer &due) noexcept {
  auto &scope = *reinterpret_cast<timeout *>(reinterpret_cast<char *>(&due) - offsetof(timeout, due));
  scope.expired = true;
  // The request says whose it is; without memory for that, it is a plain cancel.
  error *reason = scope_reason("the deadline of a timeout passed");
  task_cancel(*scope.scoped, reason);
  error_unref(reason);
}

/// A deadline that had passed when it was set comes before whatever is queued later, a turn given away too.
void come_due_now(void *argument) noexcept {
  auto &scope = *static_cast<timeout *>(argument);
  scope.queued = false;
  loop &l = *scope.owner;
  if (scope.scoped && !scope.expired && !l.closing && scope.when <= l.clock.now()) {
    timer_stop(l, scope.due);
    come_due(scope.due);
  }
  unref_local(&scope);
}

void arm(timeout &scope, uint64_t when, bool past) noexcept {
  scope.when = when;
  if (when != UINT64_MAX) timer_start(*scope.owner, scope.due, when);
  if (!past || scope.queued) return;
  scope.queued = true;
  loop_push(*scope.owner, come_due_now, ref(&scope));
}

void drop(object &self) noexcept {
  auto &scope = static_cast<timeout &>(self);
  timer_stop(*scope.owner, scope.due);
  if (task *scoped = scope.scoped) {
    scope.scoped = nullptr;
    task_leave_scope(*scoped);
    unref_local(scoped);
  }
}

const kind timeout_kind{"timeout", sizeof(timeout), 1, 1, false, false, drop, nullptr, drop};

}  // namespace

error *timed_out(error *cause) noexcept {
  error_details details;
  details.cause = cause;
  error *made = error_new(ASY_E_TIMEOUT, nullptr, details);
  return made->code == ASY_E_TIMEOUT ? made : error_of(ASY_E_TIMEOUT);
}

asy_status timeout_enter(loop &l, task *scoped, uint64_t delay, timeout *&out) noexcept {
  out = nullptr;
  if (!scoped) scoped = l.current;
  if (!scoped) return ASY_E_STATE;
  if (scoped->owner != &l) return ASY_E_WRONG_LOOP;
  if (scoped->done()) return ASY_E_STATE;
  auto *scope = make<timeout>(l, timeout_kind);
  if (!scope) return ASY_E_NOMEM;
  if (!task_enter_scope(*scoped)) {
    unref_local(scope);
    return ASY_E_LIMIT;
  }
  scope->scoped = ref(scoped);
  scope->entry_level = task_cancel_level(*scoped);
  scope->due.init(come_due);
  arm(*scope, deadline_after(l, delay), !delay);
  out = scope;
  return ASY_OK;
}

/// The error of a body that raised its own after the deadline. That of a language stays the very object, and
/// a fatal one leaves the run as it is.
static error *caused_by_expiry(error *consumed) noexcept {
  if (consumed->cause || consumed->object || consumed->fatal) return consumed;
  error *const expiry = timed_out(error_of(ASY_E_CANCELLED));
  error *const made = error_derive(*consumed, expiry, consumed->children, consumed->child_count);
  error_unref(expiry);
  if (!made) return consumed;
  error_unref(consumed);
  return made;
}

asy_status timeout_exit(timeout &scope, error *body, error *&out) noexcept {
  out = body;
  timer_stop(*scope.owner, scope.due);
  if (!scope.scoped) {  // it was left before
    unref_local(&scope);
    return out ? out->code : ASY_OK;
  }
  const bool ours = scope.expired && task_uncancel(*scope.scoped, scope.entry_level) <= scope.entry_level;
  if (ours && body && body->code == ASY_E_CANCELLED) {
    out = timed_out(body);
    error_unref(body);
  } else if (ours && body) {
    out = caused_by_expiry(body);
  } else if (scope.expired && !body) {
    char what[160];
    std::snprintf(what, sizeof what, "task %s went on after its timeout expired", task_name(*scope.scoped));
    task_report(*scope.scoped, error_of(ASY_E_TIMEOUT), what);
  }
  drop(scope);  // also when a handle remains
  unref_local(&scope);
  return out ? out->code : ASY_OK;
}

asy_status timeout_reschedule(timeout &scope, uint64_t when) noexcept {
  if (scope.expired || !scope.scoped) return ASY_E_STATE;
  timer_stop(*scope.owner, scope.due);
  arm(scope, when, when <= scope.owner->clock.now());
  return ASY_OK;
}

}  // namespace libasync
