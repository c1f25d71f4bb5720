#include "libasync/base/object.hpp"

#include "libasync/loop/loop.hpp"
#include "libasync/task/task.hpp"

namespace libasync {

/// True when disposing of the object runs no code but ours, so that a small stack may do it.
static bool is_plain(const object &o) noexcept {
  if (o.what != &future_kind) return false;
  auto &f = static_cast<const future &>(o);
  return !f.waiters && !(f.flags & future::hooked) && f.state == DONE && value_is_plain(f.value);
}

/// What most objects are at their end: a future that holds nothing any more.
static inline bool is_bare(const object &o) noexcept {
  if (!o.what->ends_bare || o.state != DONE) return false;
  auto &f = static_cast<const future &>(o);
  if (f.waiters || f.value.kind >= ASY_VALUE_STRING) return false;
  return !o.what->is_task || task_is_bare(static_cast<const task &>(f));
}

/// One that had to wait, out of the graveyard.
static object *buried(loop &l) noexcept {
  object *const o = l.graveyard;
  l.graveyard = o->link;
  o->link = nullptr;
  return o;
}

/// False when that closed the loop, which may be gone then.
template <bool closed>
static bool dispose(loop &l, object *o) noexcept {
  const kind &what = *o->what;
  o->refs = 1;  // what is released below may look at the object once more
  if (what.dispose) what.dispose(*o);
  if (!closed && l.closed) [[unlikely]] {
    mailbox_release(*o);
    return false;
  }
  if (--o->refs) return true;  // brought back
  unmake(l, o, *o->what);
  if constexpr (closed) --l.live;
  return true;
}

/// One at a time: chains of objects that hold each other may be long.
template <bool closed>
static void dispose_chain(loop &l, object *o) noexcept {
  l.disposing = true;
  while (dispose<closed>(l, o)) {
    if (!l.graveyard || l.on_stack) [[likely]] {
      l.disposing = false;
      return;
    }
    o = buried(l);
  }
}

[[gnu::noinline]] static void dispose_of_more(loop &l, object *o) noexcept;

void object_dispose(object *o) noexcept {
  loop &l = *o->owner;
  if (is_bare(*o) && !l.closed) [[likely]]
    return unmake(l, o, *o->what);
  dispose_of_more(l, o);
}

static void dispose_of_more(loop &l, object *o) noexcept {
  if (l.disposing || (l.on_stack && !is_plain(*o))) [[unlikely]] {
    o->link = l.graveyard;
    l.graveyard = o;
    return;
  }
  if (l.closed) [[unlikely]] {
    o->refs = 1;
    return mailbox_release(*o);
  }
  dispose_chain<false>(l, o);
}

void object_dispose_closed(object *o) noexcept { dispose_chain<true>(*o->owner, o); }

void objects_bury(loop &l) noexcept {
  while (l.graveyard && !l.disposing) object_dispose(buried(l));
}

void object_unref(object *o) noexcept {
  if (!o || !o->owner) return;  // immortal; the flags are the owner's, and may change under another thread's eyes
  if (loop_is_here(*o->owner)) [[likely]]
    unref_counted(o);
  else mailbox_release(*o);
}

}  // namespace libasync
