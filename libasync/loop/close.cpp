#include <utility>

#include "libasync/loop/context.hpp"
#include "libasync/loop/uv_handles.hpp"
#include "libasync/task/generator.hpp"
#include "libasync/task/hooks.hpp"

namespace libasync {
namespace {

/// Runs what is queued, which while closing only gives back what it holds.
void discard_ready(loop &l) noexcept {
  while (!l.ready.empty()) {
    const ring::entry next = l.ready.pop();
    next.run(next.argument);
  }
}

void close_object(object &o) noexcept {
  if (o.what->close) o.what->close(o);
  if (o.what->is_future) future_close(static_cast<future &>(o));
}

void report_unread(object &o) noexcept {
  if (o.what->is_future) future_report_unread(static_cast<future &>(o));
}

/// One that waits for its end is left alone.
object *next_object(loop &l, pool::cursor &walk) noexcept {
  object *next;
  do next = static_cast<object *>(l.objects.next(walk));
  while (next && !next->refs);
  return next;
}

/// Each object is held until the next is: the end of one releases others.
void visit_objects(loop &l, void (*visit)(object &o) noexcept) noexcept {
  pool::cursor walk;
  object *at = next_object(l, walk);
  if (at) object_ref(at);
  while (at) {
    visit(*at);
    object *next = next_object(l, walk);
    if (next) object_ref(next);
    unref_local(at);
    at = next;
  }
}

uint64_t count_objects(const loop &l) noexcept {
  uint64_t count = 0;
  for (pool::cursor walk; l.objects.next(walk);) ++count;
  return count;
}

/// The loop is closed for other threads when nothing of theirs is left. What came so far is carried out
/// without the lock, as it runs foreign code; from then on, they do it where they stand.
void close_mailbox(loop &l) noexcept {
  for (;;) {
    mailbox_drain(l);
    discard_ready(l);
    std::lock_guard guard(l.mailbox.lock);
    if (l.mailbox.first || l.mailbox.released) continue;
    l.live = count_objects(l);
    if (l.live) loop_pin(l);  // for all objects together
    l.mailbox.closed = true;
    l.closed = true;
    l.closing = false;
    return;
  }
}

void free_hooks(loop &l) noexcept {
  if (l.observer_kept) l.observer_kept->free();
  l.report_hook.set({});
  hooks_set(l, nullptr);
  if (l.block_free) l.block_free(l.block_data);
  l.before_block = l.after_block = nullptr;
  l.block_free = nullptr;
  while (slot *s = l.slots) {
    l.slots = s->next;
    if (s->on_free) s->on_free(s->data);
    deallocate(s);
  }
  context_unwind(l.context);
  context_unref(std::exchange(l.context, nullptr));
  if (l.raised) error_unref(l.raised);
  if (l.fatal) error_unref(l.fatal);
  l.raised = l.fatal = nullptr;
  deallocate(l.read_buffer);
  l.read_buffer = nullptr;
}

}  // namespace

asy_status loop_close(loop &l) noexcept {
  if (l.closed || l.closing) return ASY_OK;
  if (const asy_status refused = loop_check(&l)) return refused;
  if (l.running || (l.current && l.current != l.entered)) return ASY_E_STATE;
  if (l.entered) task_leave(*l.entered);  // by code that did not
  visit_objects(l, report_unread);        // who holds one may never look at it
  if (l.closed) return ASY_OK;
  // From here on every call is refused, so that what runs below cannot start anything.
  l.closer = this_thread();
  l.closing = true;
  l.thread.store(closed_to_all, std::memory_order_relaxed);
  l.halted = false;     // by a report between runs
  l.disposing = false;  // what is released here ends here, also when an object's end closes its loop
  objects_bury(l);

  tasks_close(l);
  generators_close(l);
  mailbox_drain(l);
  discard_ready(l);
  visit_objects(l, close_object);
  discard_ready(l);
  if (l.nil) unref_local(l.nil);
  l.nil = nullptr;
  if (l.leases_free) l.leases_free(l);
  if (l.stacks_free) l.stacks_free(l);
  uv_handles_close(l);
  discard_ready(l);
  if (l.default_executor) l.executor_free(std::exchange(l.default_executor, nullptr));
  free_hooks(l);
  close_mailbox(l);
  uv_wake_close(l);
  if (l.orphaned) loop_unpin(l);
  return ASY_OK;
}

}  // namespace libasync
