#include "libasync/base/object.hpp"

#include "libasync/loop/loop.hpp"
#include "libasync/task/future.hpp"

namespace libasync {

/// True when disposing of the object runs no code but ours, so that a small stack may do it.
static bool is_plain(const object &o) noexcept {
  if (o.what != &future_kind) return false;
  auto &f = static_cast<const future &>(o);
  return !f.waiters && !(f.flags & future::hooked) && f.state == DONE && value_is_plain(f.value);
}

void object_dispose(object *o) noexcept {
  loop &l = *o->owner;
  if (l.on_stack && !is_plain(*o)) [[unlikely]] {
    o->link = l.graveyard;
    l.graveyard = o;
    return;
  }
  const kind &what = *o->what;
  o->refs = 1;  // what is released below may look at the object once more
  if (what.dispose) what.dispose(*o);
  if (--o->refs) return;  // brought back
  l.ready.unreserve(what.ready_entries);
  if (what.timer_entries) l.timers.unreserve(what.timer_entries);
  l.objects.put(o, what.size);
  --l.live;
}

void object_unref(object *o) noexcept {
  if (!o || (o->flags & object::immortal)) return;
  if (o->owner->thread.load(std::memory_order_relaxed) == this_thread()) [[likely]]
    unref_local(o);
  else
    mailbox_release(*o);
}

}  // namespace libasync
