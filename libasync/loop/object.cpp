#include "libasync/base/object.hpp"

#include <cstring>

#include "libasync/loop/loop.hpp"
#include "libasync/task/future.hpp"

namespace libasync {

object *object_new(loop &l, const kind &what) noexcept {
  if (!l.ready.reserve(what.ready_entries)) return nullptr;
  if (what.timer_entries && !l.timers.reserve(what.timer_entries)) {
    l.ready.unreserve(what.ready_entries);
    return nullptr;
  }
  void *block = l.objects.get(what.size);
  if (!block) {
    l.ready.unreserve(what.ready_entries);
    l.timers.unreserve(what.timer_entries);
    return nullptr;
  }
  std::memset(block, 0, what.size);
  auto *made = static_cast<object *>(block);
  made->refs = 1;
  made->owner = &l;
  made->what = &what;
  ++l.live;
  return made;
}

/// True when disposing of the object runs no code but ours, so that a small stack may do it.
static bool is_plain(const object &o) noexcept {
  if (o.what != &future_kind) return false;
  auto &f = static_cast<const future &>(o);
  return !f.waiters && !(f.flags & future::hooked) && f.state == DONE && value_is_plain(f.value);
}

void object_dispose(object *o) noexcept {
  loop &l = *o->owner;
  if (l.on_stack && !is_plain(*o)) {
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
