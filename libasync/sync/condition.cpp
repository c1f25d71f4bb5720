#include "libasync/sync/condition.hpp"

#include <utility>

#include "libasync/base/text.hpp"
#include "libasync/loop/context.hpp"

namespace libasync {
namespace {

struct condition_wait : lock_wait {
  condition *from;  // owned; NULL when it has ended
  error *outcome;   // what it ends with once it has the lock, owned; or NULL
  callback<asy_predicate_cb> check;
  libasync::context *context;  // of whoever waits, whose part the predicate is; owned
  bool notified;
};

void set_outcome(condition_wait &w, error *consumed) noexcept {
  if (w.outcome) error_unref(w.outcome);
  w.outcome = consumed;
}

/// Out of the condition's line and into the lock's.
void want_lock(lock &l, condition_wait &w) noexcept {
  waiting_line::leave(w);
  lock_line_up(l, w);
}

void notify(condition &c, std::size_t count) noexcept {
  for (; count > 0; --count) {
    auto *const w = static_cast<condition_wait *>(c.waiting.front());
    if (!w) return;
    w->notified = true;
    want_lock(*c.lock, *w);
  }
}

/// It will not act on its notification: another shall.
void hand_on(condition_wait &w) noexcept {
  if (w.notified && w.from) notify(*w.from, 1);
  w.notified = false;
}

/// It has the lock. The predicate's end is foreign code, which may drop the future.
void finish(condition_wait &w, const asy_value &value) noexcept {
  const owned<condition> from(std::exchange(w.from, nullptr));
  callback<asy_predicate_cb> check = std::exchange(w.check, {});
  if (error *const outcome = std::exchange(w.outcome, nullptr)) future_fail(w, outcome);
  else future_complete(w, value);
  context_unref(std::exchange(w.context, nullptr));
  check.free_outside();
}

// ---- waiting for a predicate: it is asked in a turn of its own, with the lock

void wait_again(condition &c, condition_wait &w) noexcept {
  w.notified = false;
  c.waiting.join(w);
  lock_pass_on(*c.lock);
}

/// Nobody would ever release the lock.
void give_up(condition &c, condition_wait &w) noexcept {
  hand_on(w);
  lock_pass_on(*c.lock);
}

/// Fails with the answer when that is a status.
asy_value answered(condition_wait &w, int32_t answer) noexcept {
  if (answer < 0 && !w.outcome) w.outcome = error_of(answer);
  return value_int(answer);
}

int32_t ask_in_context(condition_wait &w) noexcept {
  context_scope in(w.owner->context, context_ref(w.context));
  return w.check.run(w.check.user_data);
}

void ask(void *argument) noexcept {
  const owned<condition_wait> queued(static_cast<condition_wait *>(argument));
  condition_wait &w = *queued;
  if (w.owner->closing) return;
  const owned<condition> c(ref(w.from));
  if (!w.outcome && w.refs == 1) return give_up(*c, w);
  if (w.outcome) return finish(w, nil);
  const int32_t answer = ask_in_context(w);
  if (!answer && !w.outcome) return wait_again(*c, w);
  finish(w, answered(w, answer));
}

void granted(lock_wait &self) noexcept {
  auto &w = static_cast<condition_wait &>(self);
  if (w.outcome || !w.check.run) return finish(w, nil);
  loop_push(*w.owner, ask, ref(&w));
}

// ---- ends

void cancel(future &self, error *reason) noexcept {
  auto &w = static_cast<condition_wait &>(self);
  set_outcome(w, reason ? error_ref(reason) : error_of(ASY_E_CANCELLED));
  if (w.line == &w.from->waiting) return want_lock(*w.from->lock, w);
  hand_on(w);
}

void close(object &self) noexcept {
  standing_close(self);
  auto &w = static_cast<condition_wait &>(self);
  std::exchange(w.check, {}).free();
  context_unref(std::exchange(w.context, nullptr));
  owned(std::exchange(w.from, nullptr)).reset();
}

void dispose_wait(object &self) noexcept {
  auto &w = static_cast<condition_wait &>(self);
  standing_close(self);
  hand_on(w);
  set_outcome(w, nullptr);
  close(self);
  future_dispose(self);
}

const kind wait_kind{"condition wait", sizeof(condition_wait), 1, 0, true, false, dispose_wait, cancel, close};
const kind wait_for_kind{"condition wait_for", sizeof(condition_wait), 2, 0, true, false, dispose_wait, cancel, close};

void dispose(object &self) noexcept { unref_local(static_cast<condition &>(self).lock); }

void describe(object &self, text &out) noexcept {
  auto &c = static_cast<condition &>(self);
  out.add(" %s, %zu waiting", c.lock->locked ? "locked" : "unlocked", c.waiting.count());
}

const kind condition_kind{"condition", sizeof(condition), 0, 0, false, false, dispose, nullptr, nullptr, describe};

future *begin(condition &c, condition_wait &w) noexcept {
  w.task = lock_asker(*c.lock);
  w.granted = granted;
  w.from = ref(&c);
  c.waiting.join(w);
  lock_pass_on(*c.lock);
  return &w;
}

/// Asks a predicate wherever we are.
int32_t ask_outside(const callback<asy_predicate_cb> &check) noexcept {
  struct question {
    const callback<asy_predicate_cb> &check;
    int32_t answer;
  } asked{check, 0};
  run_outside(
      [](void *argument) {
        auto &q = *static_cast<question *>(argument);
        q.answer = q.check.run(q.check.user_data);
      },
      &asked);
  return asked.answer;
}

future *refuse(condition &c) noexcept {
  return future_failed(c.owner, error_new(ASY_E_STATE, "acquire the lock of the condition before waiting"));
}

/// The wait of a predicate that is not true yet.
future *wait_for_change(condition &c, callback<asy_predicate_cb> &check) noexcept {
  if (!lock_is_held(*c.lock)) return refuse(c);
  context *in;
  auto *w = context_share(in) ? make<condition_wait>(*c.owner, wait_for_kind) : nullptr;
  if (!w) {
    context_unref(in);
    return future_of(ASY_E_NOMEM);
  }
  w->context = in;
  w->check = check;
  check = {};
  return begin(c, *w);
}

}  // namespace

condition *condition_new(loop &l, lock *borrowed) noexcept {
  owned<lock> own(borrowed ? ref(borrowed) : lock_new(l, 0));
  auto *made = own ? make<condition>(l, condition_kind) : nullptr;
  if (!made) return nullptr;
  made->lock = own.release();
  made->waiting.of = made;
  return made;
}

future *condition_wait_new(condition &c) noexcept {
  if (!lock_is_held(*c.lock)) return refuse(c);
  auto *w = make<condition_wait>(*c.owner, wait_kind);
  return w ? begin(c, *w) : future_of(ASY_E_NOMEM);
}

future *condition_wait_for(condition &c, callback<asy_predicate_cb> check) noexcept {
  owned<condition> held(ref(&c));  // the predicate is foreign code
  const int32_t answer = ask_outside(check);
  const asy_status refused = loop_check(c.owner);
  future *f = refused      ? future_of(refused)
              : answer < 0 ? future_of(answer)
              : answer     ? future_done(*c.owner, value_int(answer))
                           : wait_for_change(c, check);
  check.free_outside();
  return f;
}

asy_status condition_notify(condition &c, std::size_t count) noexcept {
  if (!lock_is_held(*c.lock)) return ASY_E_STATE;
  notify(c, count);
  return ASY_OK;
}

}  // namespace libasync
