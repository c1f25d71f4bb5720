#include "libasync/loop/uv_handles.hpp"
#include "libasync/task/task.hpp"

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

/// Until nothing new appears: what one object's end releases may make others.
void close_objects(loop &l) noexcept {
  object *found = nullptr;
  l.objects.each([&](void *block) {
    auto *o = static_cast<object *>(block);
    ++o->refs;
    o->link = found;
    found = o;
  });
  while (found) {
    object *next = found->link;
    found->link = nullptr;
    close_object(*found);
    unref_local(found);
    found = next;
  }
}

void free_hooks(loop &l) noexcept {
  l.report_hook.free();
  if (l.block_free) l.block_free(l.block_data);
  l.before_block = l.after_block = nullptr;
  l.block_free = nullptr;
  while (slot *s = l.slots) {
    l.slots = s->next;
    if (s->on_free) s->on_free(s->data);
    deallocate(s);
  }
  if (l.raised) error_unref(l.raised);
  l.raised = nullptr;
  deallocate(l.read_buffer);
  l.read_buffer = nullptr;
}

}  // namespace

asy_status loop_close(loop &l) noexcept {
  if (l.closed || l.closing) return ASY_OK;
  if (const asy_status refused = loop_check(&l)) return refused;
  if (l.running) return ASY_E_STATE;
  // From here on every call is refused, so that what runs below cannot start anything.
  l.closer = this_thread();
  l.closing = true;
  l.thread.store(no_thread, std::memory_order_relaxed);

  tasks_close(l);
  mailbox_drain(l);
  discard_ready(l);
  close_objects(l);
  discard_ready(l);
  if (l.nil) unref_local(l.nil);
  l.nil = nullptr;
  if (l.leases_free) l.leases_free(l);
  if (l.stacks_free) l.stacks_free(l);
  uv_handles_close(l);
  discard_ready(l);
  free_hooks(l);
  {
    // From here on other threads' releases and letters are carried out where they are made.
    std::unique_lock guard(l.mailbox.lock);
    mailbox_drain(l);
    discard_ready(l);
    if (l.live) loop_pin(l);  // for all objects together
    l.mailbox.closed = true;
    l.closed = true;
  }
  uv_wake_close(l);
  l.closing = false;
  return ASY_OK;
}

}  // namespace libasync
