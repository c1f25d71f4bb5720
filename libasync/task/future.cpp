#include "libasync/task/future.hpp"

#include <cstdio>
#include <new>
#include <utility>

#include "libasync/loop/context.hpp"
#include "libasync/task/stack.hpp"

namespace libasync {
namespace {

using circle_of_waiters = circle<&waiter::next, &waiter::previous>;

void append(future &f, waiter &w) noexcept { circle_of_waiters::append(f.waiters, w); }
void remove(future &f, waiter &w) noexcept { circle_of_waiters::remove(f.waiters, w); }

/// One ready entry tells all waiters. Runs on the loop's stack.
void dispatch(void *argument) noexcept {
  auto &f = *static_cast<future *>(argument);
  loop &l = *f.owner;
  f.flags &= static_cast<uint8_t>(~future::scheduled);
  if (waiter *only = f.waiters; only && only->next == only) [[likely]] {
    remove(f, *only);
    only->run(f, *only);
    return unref_counted(&f);
  }
  // Those who register meanwhile come behind the mark, with a dispatch of their own.
  waiter mark;
  append(f, mark);
  while (f.waiters != &mark && !l.halted) {
    waiter &w = *f.waiters;
    remove(f, w);
    w.run(f, w);
  }
  const bool interrupted = f.waiters != &mark;
  remove(f, mark);
  if (interrupted && !(f.flags & future::scheduled)) {  // a report asked to stop: the others keep their place
    f.flags |= future::scheduled;
    l.ready.push_front(dispatch, &f);
    return;
  }
  unref_local(&f);
}

// ---- cancel hooks

struct hooked_future : future {
  callback<asy_cancel_cb> hook;
  error *asked;  // the reason of the latest request, for a completer that gives none; owned, or NULL
};

void drop_asked(hooked_future &f) noexcept {
  if (error *reason = std::exchange(f.asked, nullptr)) error_unref(reason);
}

void hooked_cancel(future &self, error *reason) noexcept {
  drop_asked(static_cast<hooked_future &>(self));
  if (reason) static_cast<hooked_future &>(self).asked = error_ref(reason);
  const owned<future> kept(ref(&self));  // the hook may drop what owns it
  run_outside(
      [](void *argument) {
        auto &f = *static_cast<hooked_future *>(argument);
        f.hook.run(reinterpret_cast<asy_future *>(static_cast<future *>(&f)), f.hook.user_data);
      },
      static_cast<hooked_future *>(&self));
}

void hooked_dispose(object &self) noexcept {
  static_cast<hooked_future &>(self).hook.free();
  drop_asked(static_cast<hooked_future &>(self));
  future_dispose(self);
}

void hooked_close(object &self) noexcept {
  static_cast<hooked_future &>(self).hook.free();
  drop_asked(static_cast<hooked_future &>(self));
}

const kind hooked_kind{"future", sizeof(hooked_future), 1, 0, true, false, hooked_dispose, hooked_cancel, hooked_close};

// ---- done callbacks

struct done_callback : waiter {
  uint32_t live;  // the pool's mark
  callback<asy_done_cb> call;
  libasync::context *context;  // owned, or NULL
};

/// A callback keeps what ends by itself. Of a future that its user drops unfinished nobody can say more.
bool is_kept_by_callbacks(const future &f) noexcept { return !future_is_users(f); }

void free_callback(loop &l, done_callback &c) noexcept {
  callback<asy_done_cb> call = c.call;
  libasync::context *const in = c.context;
  l.nodes.put(&c, sizeof(done_callback));
  call.free();
  context_unref(in);
}

void run_callback(future &f, waiter &w) noexcept {
  auto &c = static_cast<done_callback &>(w);
  loop &l = *f.owner;
  if (!l.closing) {
    context_scope in(l.context, std::exchange(c.context, nullptr));
    c.call.run(reinterpret_cast<asy_future *>(&f), c.call.user_data);
  }
  free_callback(l, c);
  if (is_kept_by_callbacks(f)) unref_counted(&f);
}

// ---- immortal futures, one per status

constexpr int immortal_count = 64;

}  // namespace

void future_report(future &f, error *e, const char *what) noexcept {
  if (task *const t = as_task(&f)) task_report(*t, e, what);
  else loop_report(*f.owner, e, what, &f);
}

void future_report_unread(future &f) noexcept {
  if (f.state != FAILED || f.flags & (future::read | future::quiet)) return;
  future_mark_read(f);
  if (f.owner->closing || f.owner->closed) return;
  char what[160];
  if (task *const t = as_task(&f))
    std::snprintf(what, sizeof what, "the error of task %s was never read", task_name(*t));
  else std::snprintf(what, sizeof what, "the error of %s was never read", f.what->name);
  future_report(f, f.failure(), what);
}

void future_clear_unusual(future &f) noexcept {
  future_report_unread(f);
  while (f.waiters) {  // pending, and nobody can complete it any more
    waiter &w = *f.waiters;
    remove(f, w);
    if (w.run == run_callback) free_callback(*f.owner, static_cast<done_callback &>(w));
  }
}

void future_dispose(object &self) noexcept { future_clear(static_cast<future &>(self)); }

const kind future_kind{"future", sizeof(future), 1, 0, true, false, future_dispose, nullptr, nullptr, nullptr, true};

future *future_of(asy_status failed) noexcept {
  static future *const all = [] {
    alignas(future) static char storage[sizeof(future) * immortal_count];
    auto *place = reinterpret_cast<future *>(storage);
    for (int i = 0; i < immortal_count; ++i) {
      auto *f = new (place + i) future{};
      f->refs = 1;
      f->flags = object::immortal | future::read;
      f->what = &future_kind;
      f->state = FAILED;
      f->value = {ASY_VALUE_ERROR, 0, 0, error_of(-i), nullptr};
    }
    place[-ASY_E_CANCELLED].state = CANCELLED;
    return place;
  }();
  return &all[failed < 0 && failed > -immortal_count ? -failed : -ASY_E_INTERNAL];
}

future *future_new(loop &l) noexcept {
  auto *f = make<future>(l, future_kind);
  return f ? f : future_of(ASY_E_NOMEM);
}

future *future_failed(loop *l, error *consumed) noexcept {
  const asy_status code = consumed->code;
  if (!l || loop_check(l)) {
    error_unref(consumed);
    return future_of(code);
  }
  auto *f = make<future>(*l, future_kind);
  if (!f) {
    error_unref(consumed);
    return future_of(ASY_E_NOMEM);
  }
  future_fail(*f, consumed);
  return f;
}

future *future_done(loop &l, asy_value consumed) noexcept {
  auto *f = make<future>(l, future_kind);
  if (!f) {
    value_clear_outside(consumed);
    return future_of(ASY_E_NOMEM);
  }
  f->state = DONE;
  f->value = consumed;
  return f;
}

void future_schedule(future &f) noexcept {
  if (f.flags & future::scheduled) return;
  f.flags |= future::scheduled;
  loop_push(*f.owner, dispatch, ref_counted(&f));
}

bool future_settle(future &f, future_state state, const asy_value &consumed) noexcept {
  if (f.done()) [[unlikely]] {
    asy_value late = consumed;
    value_clear(late);
    return false;
  }
  f.state = state;
  f.value = consumed;
  if (f.waiters) future_schedule(f);
  return true;
}

void future_complete_from_queue(future &consumed, const asy_value &plain) noexcept {
  if (consumed.done() || (consumed.flags & future::scheduled)) return unref_counted(&consumed);
  consumed.state = DONE;
  consumed.value = plain;
  if (!consumed.waiters) return unref_counted(&consumed);
  dispatch(&consumed);
}

bool future_fail(future &f, error *consumed) noexcept {
  if (consumed == error_of(ASY_E_CANCELLED) && f.what == &hooked_kind)
    if (error *asked = std::exchange(static_cast<hooked_future &>(f).asked, nullptr)) consumed = asked;
  const future_state state = consumed->code == ASY_E_CANCELLED ? CANCELLED : FAILED;
  return future_settle(f, state, {ASY_VALUE_ERROR, 0, 0, consumed, nullptr});
}

bool future_fail_with(future &f, error *consumed) noexcept {
  return future_settle(f, FAILED, {ASY_VALUE_ERROR, 0, 0, consumed, nullptr});
}

bool future_cancelled(future &f, error *consumed) noexcept {
  return future_fail(f, consumed ? consumed : error_of(ASY_E_CANCELLED));
}

asy_value future_hand_over(future &f) noexcept {
  if (f.refs == 1 && !(f.flags & object::immortal)) return value_take(&f.value);
  if (f.value.kind == ASY_VALUE_FUTURE && static_cast<future *>(f.value.data)->owner != f.owner)
    return value_take(&f.value);
  if (f.value.kind != ASY_VALUE_POINTER) return value_copy(f.value);
  const asy_value given = f.value;
  f.value.bits = 0;
  return given;
}

void future_copy(future &f, future &source) noexcept {
  if (error *e = source.failure()) {
    future_mark_read(source);
    future_fail(f, error_ref(e));
  } else {
    future_complete(f, future_hand_over(source));
  }
}

bool future_is_users(const future &f) noexcept { return f.what == &future_kind || f.what == &hooked_kind; }

error *cancel_reason(const char *message) noexcept {
  if (!message) return error_of(ASY_E_CANCELLED);
  error *made = error_new(ASY_E_CANCELLED, message);
  return made->code == ASY_E_CANCELLED ? made : error_of(ASY_E_CANCELLED);
}

error *scope_reason(const char *message) noexcept {
  error *made = cancel_reason(message);
  if (made->refs.load(std::memory_order_relaxed) != error::immortal) made->of_scope = true;
  return made;
}

bool future_cancel(future &f, error *reason) noexcept {
  if (f.done()) {
    future_mark_read(f);
    return false;
  }
  if (f.what->cancel) f.what->cancel(f, reason);
  else future_cancelled(f, reason ? error_ref(reason) : nullptr);
  return true;
}

void future_forget(future &f, waiter &w) noexcept {
  if (w.registered()) remove(f, w);
}

bool future_leave(future &f, waiter &w) noexcept {
  const bool others = w.next != &w;
  if (!others && !(f.flags & future::shared)) return false;
  remove(f, w);
  return true;
}

bool future_abandon(future &f, waiter &w, error *reason) noexcept {
  if (f.done()) return false;
  if (future_leave(f, w)) return true;
  future_cancel(f, reason);
  return false;
}

asy_status future_add_callback(future &f, asy_done_cb on_done, void *user_data, asy_free_cb on_free) noexcept {
  callback<asy_done_cb> call{on_done, user_data, on_free};
  loop &l = *f.owner;
  libasync::context *in = nullptr;
  auto *c = static_cast<done_callback *>(context_capture(in) ? l.nodes.get(sizeof(done_callback)) : nullptr);
  if (!c) {
    context_unref(in);
    call.free_outside();
    return ASY_E_NOMEM;
  }
  new (c) done_callback;
  c->run = run_callback;
  c->call = call;
  c->context = in;
  if (is_kept_by_callbacks(f)) object_ref(&f);
  future_wait(f, *c);
  return ASY_OK;
}

std::size_t future_remove_callback(future &f, asy_done_cb on_done, void *user_data) noexcept {
  if (f.done()) return 0;  // already on their way
  waiter *at = f.waiters;
  if (!at) return 0;
  const owned<future> kept(ref(&f));  // and with it the loop, which what is freed may close
  // All are taken out before the first is freed: that may run code that removes others.
  waiter *taken = nullptr, **end = &taken;
  waiter *const last = at->previous;
  for (bool more = true; more;) {
    more = at != last;
    waiter *next = at->next;
    auto &c = static_cast<done_callback &>(*at);
    if (at->run == run_callback && c.call.run == on_done && c.call.user_data == user_data) {
      remove(f, c);
      *end = at;
      end = &at->next;
    }
    at = next;
  }
  std::size_t removed = 0;
  loop &l = *f.owner;
  for (; taken; ++removed) {
    auto &c = static_cast<done_callback &>(*taken);
    taken = taken->next;
    callback<asy_done_cb> call = c.call;
    libasync::context *const in = c.context;
    l.nodes.put(&c, sizeof(done_callback));
    call.free_outside();
    context_unref(in);
    if (is_kept_by_callbacks(f)) unref_counted(&f);
  }
  return removed;
}

future *future_new_cancellable(loop &l, asy_cancel_cb on_cancel, void *user_data, asy_free_cb on_free) noexcept {
  callback<asy_cancel_cb> hook{on_cancel, user_data, on_free};
  auto *f = make<hooked_future>(l, hooked_kind);
  if (!f) {
    hook.free_outside();
    return future_of(ASY_E_NOMEM);
  }
  f->flags |= future::hooked;
  f->hook = hook;
  return f;
}

void future_close(future &f) noexcept {
  f.flags |= future::quiet;
  if (!f.done()) future_fail(f, error_of(ASY_E_CLOSED));
}

}  // namespace libasync
