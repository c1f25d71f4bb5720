#include "libasync/debug/monitor.hpp"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <new>
#include <utility>

namespace libasync {
namespace {

double seconds(uint64_t ns) noexcept { return static_cast<double>(ns) / 1e9; }

}  // namespace

monitor *monitor_of(loop &l) noexcept {
  if (!l.observer_kept)
    if (void *block = allocate(sizeof(monitor))) l.observer_kept = new (block) monitor(l);
  return monitor_kept(l);
}

void monitor::settle() noexcept {
  l_.observer = debug() || dog_ || disturbs_ ? this : nullptr;
  if (l_.observer) l_.counters.usual_batch = 0;
}

void monitor::set_debug(bool on) noexcept {
  l_.debug = on;
  if (!on) places_.forget();
  settle();
}

void monitor::set_place_hook(const callback<asy_place_cb> &consumed) noexcept { places_.hook.set(consumed); }

asy_status monitor::set_watchdog(uint64_t limit, const callback<asy_stuck_cb> &consumed) noexcept {
  callback<asy_stuck_cb> unused = consumed;
  if (!limit) unused.free_outside();
  watchdog *const made = limit ? watchdog::start(limit, consumed) : nullptr;
  if (limit && !made) return ASY_E_NOMEM;
  if (watchdog *old = std::exchange(dog_, made)) old->stop();
  settle();
  return ASY_OK;
}

void monitor::free() noexcept {
  if (dog_) dog_->stop();
  if (due_) unref_local(due_);
  places_.hook.set({});
  l_.observer = l_.observer_kept = nullptr;
  this->~monitor();
  deallocate(this);
}

// ---- places

void monitor::made(object &o) noexcept {
  if (!debug() || asking_) return;
  asking_ = true;
  places_.remember(o);
  asking_ = false;
}

void monitor::spawned(task &t, const char *place) noexcept {
  if (!debug() || asking_) return;
  char said[longest_place];
  if (const auto ask = place ? nullptr : told_by(*t.coroutine, &asy_coroutine::place)) {
    hook<asy_place_cb> coroutine;
    coroutine.set({ask, t.self});
    asking_ = true;
    if (place_ask(coroutine, said)) place = said;
    asking_ = false;
  }
  if (place) places_.remember(t, place);
}

void monitor::place_of(const object &o, text &out) const noexcept {
  if (const places::place *found = places_.find(&o)) place_tell(*found, out);
}

void monitor::place(const object &o, text &out) noexcept {
  if (!places_.find(&o)) return;
  out.add(", made at ");
  place_of(o, out);
}

// ---- time

void monitor::warn(const char *what) noexcept { loop_tell(l_, error_of(ASY_E_SLOW), what); }

void monitor::run(const ring::entry &next) noexcept {
  unit u;
  u.of = static_cast<object *>(next.argument);
  const places::place *const found = places_.find(u.of);
  u.serial = found ? found->serial : 0;
  u.step = 0;
  u.began = debug() ? clock::machine() : 0;
  unit *const outer = std::exchange(unit_, &u);
  watchdog::stint stint;
  if (dog_) dog_->begins(stint, "a callback");
  next.run(next.argument);
  unit_ = outer;
  if (l_.forked) return;  // the watchdog's lock may be held by a thread that is not here
  if (dog_) dog_->ends(stint);
  if (u.began) finish_unit(u, "a callback");
  if (due_) cancel_now();
}

void monitor::finish_unit(unit &u, const char *what) noexcept {
  const uint64_t took = clock::machine() - u.began;
  counters &c = l_.counters;
  ++c.steps;
  c.step += took;
  c.step_max = std::max(c.step_max, took);
  if (took < slow_) return;
  char warning[longest_place + 200];
  text out(warning, sizeof warning);
  if (u.step >= slow_) {
    out.add("task %s held the loop up for %.3f s in one step%s", u.step_name, seconds(u.step), u.place);
  } else {
    out.add("%s held the loop up for %.3f s", what, seconds(took));
    const places::place *const found = places_.find(u.of);
    if (found && found->serial == u.serial) place(*u.of, out);
  }
  warn(warning);
}

void monitor::resume(task &t, const asy_value *sent, asy_error *thrown, asy_step &out) noexcept {
  const uint64_t began = debug() ? clock::machine() : 0;
  watchdog::stint stint;
  if (dog_ && !l_.forked) dog_->begins(stint, t);
  task_resume(t, sent, thrown, out);
  if (dog_ && !l_.forked) dog_->ends(stint);
  if (began) note_step(t, clock::machine() - began);
  if (disturbs_) note_suspension(t, out);
}

void monitor::note_step(task &t, uint64_t took) noexcept {
  if (!unit_ || took < slow_ || took < unit_->step) return;
  unit_->step = took;
  task_label(t, unit_->step_name);
  text out(unit_->place, sizeof unit_->place);
  place(t, out);
}

void monitor::timer_late(uint64_t by) noexcept {
  if (!debug() || by < slow_) return;
  char text[80];
  std::snprintf(text, sizeof text, "a timer came %.3f s late", seconds(by));
  warn(text);
}

void monitor::ended(const char *what, uint64_t began) noexcept {
  const uint64_t took = clock::machine() - began;
  if (!debug() || took < slow_) return;
  char text[400];
  std::snprintf(text, sizeof text, "%s took %.3f s", what, seconds(took));
  warn(text);
}

void monitor::poll_begins(uint64_t deadline) noexcept {
  poll_began_ = debug() ? clock::machine() : 0;
  poll_until_ = deadline;
  io_took_ = 0;
}

/// What the callbacks in it took is theirs.
void monitor::poll_ends() noexcept {
  if (!poll_began_) return;
  const uint64_t now = clock::machine(), took = now - poll_began_;
  l_.counters.poll += took;
  const uint64_t asked = poll_until_ > poll_began_ ? poll_until_ - poll_began_ : 0;
  if (took <= asked || took - asked <= io_took_ || took - asked - io_took_ < slow_) return;
  char text[80];
  std::snprintf(text, sizeof text, "a poll took %.3f s longer than it was to", seconds(took - asked - io_took_));
  warn(text);
}

void monitor::io_begins() noexcept {
  io_began_ = debug() ? clock::machine() : 0;
  if (dog_) dog_->begins(io_stint_, "an I/O callback");
}

void monitor::io_ends() noexcept {
  if (l_.forked) return;
  if (dog_) dog_->ends(io_stint_);
  if (!io_began_) return;
  const uint64_t took = clock::machine() - io_began_;
  io_took_ += took;
  if (took < slow_) return;
  char text[80];
  std::snprintf(text, sizeof text, "an I/O callback held the loop up for %.3f s", seconds(took));
  warn(text);
}

// ---- disturbing, for tests

void monitor::cancel_at(task *t, uint64_t nth) noexcept {
  victim_ = t ? t->number : 0;
  if (task *old = std::exchange(due_, nullptr)) unref_local(old);
  suspensions_ = 0;
  cancel_at_ = nth;
  disturbs_ = true;
  settle();
}

/// Nothing that is done already suspends, nor the end of a body.
void monitor::note_suspension(task &t, const asy_step &s) noexcept {
  if (victim_ && victim_ != t.number) return;
  auto *f = reinterpret_cast<future *>(s.future);
  const bool suspends = s.kind == ASY_STEP_DEFERRED || (s.kind == ASY_STEP_AWAIT && !(f && f->done()));
  if (suspends && ++suspensions_ == cancel_at_) due_ = ref(&t);
}

void monitor::cancel_now() noexcept {
  task *const t = std::exchange(due_, nullptr);
  task_cancel(*t, nullptr);
  unref_local(t);
}

}  // namespace libasync
