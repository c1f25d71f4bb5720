#include "libasync/task/race.hpp"

#include <cstring>
#include <new>
#include <utility>

#include "libasync/loop/context.hpp"
#include "libasync/task/awaiter.hpp"
#include "libasync/task/stack.hpp"

namespace libasync {
namespace {

struct race_future;

struct attempt : waiter {
  race_future *all;
  future *it;  // owned while it is unfinished
};

struct race_future : future {
  attempt *attempts;  // `begun` of `count`, one block
  error **errors;     // one each, owned, or NULL
  std::size_t count, begun, left;
  std::size_t winner;
  asy_value won;
  asy_value answer;  // the list, made beforehand
  error *reason;     // of a cancel, owned; all attempts end before it is raised
  callback<asy_start_cb> start;
  libasync::context *context;  // of whoever made it, for `start`; owned
  uint64_t delay;
  timer due;
  bool has_winner, cancelled;
  bool starting;              // an attempt is being made, by foreign code
  bool asking, asked_itself;  // attempts are asked to cancel; and one of them waits for the race
};

bool is_decided(const race_future &f) noexcept { return f.has_winner || f.cancelled; }

void drop(race_future &f) noexcept {
  attempt *const attempts = std::exchange(f.attempts, nullptr);
  if (!attempts) return;
  timer_stop(*f.owner, f.due);
  for (std::size_t i = 0; i < f.begun; ++i) {
    if (future *const it = attempts[i].it) {
      future_forget(*it, attempts[i]);
      unref_local(it);
    }
    if (f.errors[i]) error_unref(f.errors[i]);
  }
  deallocate(attempts);
  deallocate(f.errors);
  value_clear(f.won);
  value_clear(f.answer);
  if (f.reason) error_unref(f.reason);
  f.reason = nullptr;
  f.start.free();
  context_unref(std::exchange(f.context, nullptr));
  unref_local(&f);  // the attempts' reference
}

/// Index, value, and the errors of those that began.
asy_value answer(race_future &f) noexcept {
  asy_value *const items = static_cast<list *>(f.answer.data)->items();
  auto &errors = *static_cast<list *>(items[2].data);
  errors.count = f.begun;
  for (std::size_t i = 0; i < f.begun; ++i)
    if (error *const e = std::exchange(f.errors[i], nullptr)) errors.items()[i] = {ASY_VALUE_ERROR, 0, 0, e, nullptr};
  items[0] = value_int(static_cast<int64_t>(f.winner));
  items[1] = value_take(&f.won);
  return value_take(&f.answer);
}

error *all_failed(race_future &f) noexcept {
  error_details details;
  details.children = f.errors;
  details.child_count = f.begun;
  return error_new(ASY_E_GROUP, "every attempt of a race failed", details);
}

/// Once all that began have ended, and no other will begin.
void end_when_over(race_future &f) noexcept {
  if (!f.attempts || f.starting || f.left || !(is_decided(f) || f.begun == f.count)) return;
  if (f.cancelled) future_cancelled(f, f.reason ? error_ref(f.reason) : nullptr);
  else if (f.has_winner) future_complete(f, answer(f));
  else future_fail(f, all_failed(f));
  drop(f);
}

/// One that others wait for as well is left to them at once, and one that waits for the race, which would never answer.
void cancel(race_future &f, attempt &a, error *reason) noexcept {
  if (!a.it) return;
  f.asked_itself = false;
  if (!future_abandon(*a.it, a, reason)) {
    if (!f.asked_itself || !f.attempts || !a.it || a.it->done()) return;
    future_forget(*a.it, a);
  }
  f.errors[&a - f.attempts] = error_ref(reason);
  unref_local(std::exchange(a.it, nullptr));
  --f.left;
}

void cancel_attempts(race_future &f, error *reason) noexcept {
  timer_stop(*f.owner, f.due);
  f.asked_itself = std::exchange(f.asking, true);
  if (f.asked_itself) return;
  for (std::size_t i = 0; i < f.begun && f.attempts; ++i) cancel(f, f.attempts[i], reason);
  f.asking = false;
}

void cancel_losers(race_future &f) noexcept {
  error *reason = cancel_reason("another attempt of the race was first");
  cancel_attempts(f, reason);
  error_unref(reason);
}

/// The outcome of an attempt. A second winner's value stays with its future.
void record(race_future &f, std::size_t index, future &done) noexcept {
  if (error *const e = done.failure()) {
    future_mark_read(done);
    f.errors[index] = error_ref(e);
  } else if (!is_decided(f)) {
    f.has_winner = true;
    f.winner = index;
    f.won = future_hand_over(done);
  }
}

void begin(race_future &f) noexcept;

void attempt_done(future &done, waiter &w) noexcept {
  auto &a = static_cast<attempt &>(w);
  race_future &f = *a.all;
  const owned<race_future> kept(ref(&f));
  const auto index = static_cast<std::size_t>(&a - f.attempts);
  const bool was_decided = is_decided(f);
  a.it = nullptr;
  --f.left;
  record(f, index, done);
  unref_local(&done);
  if (!was_decided && f.has_winner) cancel_losers(f);
  if (!is_decided(f) && index + 1 == f.begun) begin(f);
  end_when_over(f);
}

/// What the program gave for an attempt, or why that cannot be one.
future *checked(race_future &f, future *given) noexcept {
  error *refused = nullptr;
  if (!given) refused = error_new(ASY_E_INVALID, "an attempt of the race gave no future");
  else if (given == &f) refused = error_new(ASY_E_STATE, "the race itself is none of its attempts");
  else if (given->owner && given->owner != f.owner) refused = error_of(ASY_E_WRONG_LOOP);
  if (!refused) return given;
  object_unref(given);
  return future_failed(f.owner, refused);
}

future *start(race_future &f, std::size_t index) noexcept {
  context_scope in(f.owner->context, context_ref(f.context));
  return checked(f, reinterpret_cast<future *>(f.start.run(index, f.start.user_data)));
}

/// True when it failed already, so that the next begins at once.
bool begin_next(race_future &f) noexcept {
  const std::size_t index = f.begun++;
  attempt &a = *new (f.attempts + index) attempt;
  a.run = attempt_done;
  a.all = &f;
  a.it = nullptr;
  future *const it = start(f, index);
  if (it->done()) {
    record(f, index, *it);
    unref_local(it);
    return true;
  }
  a.it = it;
  ++f.left;
  future_wait(*it, a);
  if (!f.cancelled) return false;
  error *const reason = error_ref(f.reason ? f.reason : error_of(ASY_E_CANCELLED));  // another may come meanwhile
  cancel(f, a, reason);
  error_unref(reason);
  return false;
}

/// The attempts that are due now.
void begin(race_future &f) noexcept {
  timer_stop(*f.owner, f.due);
  f.starting = true;
  while (!is_decided(f) && f.begun < f.count)
    if (!begin_next(f) && f.delay) break;
  f.starting = false;
  if (f.has_winner) cancel_losers(f);
  else if (!f.cancelled && f.begun < f.count && f.delay != UINT64_MAX)
    timer_start(*f.owner, f.due, deadline_after(*f.owner, f.delay));
}

void begin_queued(void *argument) noexcept {
  const owned<race_future> f(static_cast<race_future *>(argument));
  if (!f->attempts) return;  // cancelled or closed meanwhile
  begin(*f);
  end_when_over(*f);
}

void come_due(timer &due) noexcept {
  begin_queued(ref(reinterpret_cast<race_future *>(reinterpret_cast<char *>(&due) - offsetof(race_future, due))));
}

void cancel_race(future &self, error *reason) noexcept {
  auto &f = static_cast<race_future &>(self);
  const owned<race_future> kept(ref(&f));
  f.cancelled = true;
  if (f.reason) error_unref(f.reason);
  f.reason = reason ? error_ref(reason) : nullptr;
  cancel_attempts(f, reason ? reason : error_of(ASY_E_CANCELLED));
  run_outside([](void *argument) { end_when_over(*static_cast<race_future *>(argument)); }, &f);
}

void close_race(object &self) noexcept {
  future_close(static_cast<future &>(self));
  drop(static_cast<race_future &>(self));
}

const awaiter_rule awaits(attempt_done, [](waiter &w) noexcept -> future * { return static_cast<attempt &>(w).all; });

// Two ready entries: it may end while the first attempt is still to begin.
const kind race_kind{"race", sizeof(race_future), 2, 1, true, false, future_dispose, cancel_race, close_race};

/// A list of three whose last is one of `count`; nil without memory.
asy_value make_answer(std::size_t count) noexcept {
  asy_value made = value_list(3);
  if (!made.kind) return nil;
  asy_value &errors = static_cast<list *>(made.data)->items()[2];
  errors = value_list(count);
  if (!errors.kind) value_clear(made);
  return made;
}

}  // namespace

future *race_new(loop &l, std::size_t count, uint64_t delay, callback<asy_start_cb> start) noexcept {
  auto *attempts = static_cast<attempt *>(allocate(sizeof(attempt) * count));
  auto **errors = static_cast<error **>(allocate(sizeof(error *) * count));
  asy_value list = make_answer(count);
  context *in = nullptr;
  const bool furnished = attempts && errors && list.kind && context_capture(in);
  auto *f = furnished ? make<race_future>(l, race_kind) : nullptr;
  if (!f) {
    context_unref(in);
    deallocate(attempts);
    deallocate(errors);
    value_clear(list);
    start.free_outside();
    return future_of(ASY_E_NOMEM);
  }
  std::memset(errors, 0, sizeof(error *) * count);
  f->attempts = attempts;
  f->errors = errors;
  f->answer = list;
  f->count = count;
  f->delay = delay;
  f->start = start;
  f->context = in;
  f->due.init(come_due);
  ref(f);  // the attempts'
  loop_push(l, begin_queued, ref(f));
  return f;
}

}  // namespace libasync
