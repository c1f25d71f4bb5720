#include "libasync/task/shutdown.hpp"

#include <cstdio>

#include "libasync/task/executor_run.hpp"
#include "libasync/task/generator.hpp"

namespace libasync {

struct shutdown : future {
  task *caller;  // spared; owned, or NULL
  future *part;  // what a stage waits for; owned, or NULL
  waiter part_wait;
  timer alarm;
  uint32_t stage;
  uint32_t last;  // the youngest task that this round asked to end
  uint32_t rounds;
  int64_t forced;
  bool queued;  // a turn is in the ready queue
};

namespace {

constexpr uint32_t most_rounds = 100;  // of tasks that start others while they die

constexpr uint64_t executor_limit = 300 * ASY_SECOND;

enum stage : uint32_t { TASKS, GENERATORS, EXECUTOR, OVER };

const char *left_behind(uint32_t stage) noexcept {
  return stage == GENERATORS ? "generators did not end while their loop was shut down"
                             : "the default executor did not end while its loop was shut down";
}

/// Whoever waits for the shutdown would never be done before it, and what generators clean up is not cut short.
bool is_spared(const shutdown &s, const task &t) noexcept {
  return &t == s.caller || (t.flags & future::cleaning) || (t.phase == WAITING && t.busy.awaiting == &s);
}

bool is_older(uint32_t one, uint32_t other) noexcept { return static_cast<int32_t>(one - other) < 0; }

/// The oldest unfinished task that is not spared. The list stands in the order of the numbers.
task *oldest(const shutdown &s) noexcept {
  task *const first = s.owner->tasks;
  for (task *t = first; t;) {
    if (!is_spared(s, *t)) return t;
    t = t->next_task == first ? nullptr : t->next_task;
  }
  return nullptr;
}

/// The next younger task; `t` may have ended meanwhile.
task *next_after(task &t) noexcept {
  task *const first = t.owner->tasks;
  if (t.next_task) return t.next_task == first ? nullptr : t.next_task;
  for (task *at = first; at;) {
    if (is_older(t.number, at->number)) return at;
    at = at->next_task == first ? nullptr : at->next_task;
  }
  return nullptr;
}

/// Calls `act` for every task of now but the spared; it may run foreign code, and tasks come and go.
template <class Act>
void for_each(shutdown &s, Act act) noexcept {
  loop &l = *s.owner;
  const uint32_t last = l.last_task;
  for (owned<task> t(l.tasks ? ref(l.tasks) : nullptr); t && !is_older(last, t->number);) {
    if (!is_over(*t) && !is_spared(s, *t)) act(*t);
    task *const next = next_after(*t);
    t = owned<task>(next ? ref(next) : nullptr);
  }
}

bool round_lasts(const shutdown &s) noexcept {
  const task *const t = oldest(s);
  return t && !is_older(s.last, t->number);
}

void turn(void *argument) noexcept;

void queue_turn(shutdown &s) noexcept {
  if (s.queued) return;
  s.queued = true;
  loop_push(*s.owner, turn, ref(&s));
}

/// The loop has no shutdown any more.
void leave(shutdown &s) noexcept {
  loop &l = *s.owner;
  if (l.ending != &s) return;
  l.ending = nullptr;
  timer_stop(l, s.alarm);
  if (future *part = s.part) {
    s.part = nullptr;
    future_forget(*part, s.part_wait);
    unref_local(part);
  }
  if (task *caller = s.caller) {
    s.caller = nullptr;
    unref_local(caller);
  }
  unref_local(&s);
}

void finish(shutdown &s) noexcept {
  future_complete(s, value_int(s.forced));
  leave(s);
}

/// Names what did not end, and ends the waiting for it.
void force(shutdown &s) noexcept {
  const owned<shutdown> kept(ref(&s));
  for_each(s, [&s](task &t) {
    char what[160];
    std::snprintf(what, sizeof what, "task %s did not end while its loop was shut down", task_name(t));
    t.flags |= future::quiet;
    ++s.forced;
    task_report(t, error_of(ASY_E_TIMEOUT), what);
  });
  if (s.part) {
    ++s.forced;
    loop_report(*s.owner, error_of(ASY_E_TIMEOUT), left_behind(s.stage));
  }
  if (!s.done()) finish(s);
}

void come_due(timer &due) noexcept {
  force(*reinterpret_cast<shutdown *>(reinterpret_cast<char *>(&due) - offsetof(shutdown, alarm)));
}

void cancel_tasks(shutdown &s) noexcept {
  s.last = s.owner->last_task;
  error *const reason = scope_reason("the loop is shut down");
  for_each(s, [&](task &t) {
    // One that another's request reached has it already.
    if (!t.cancelling || t.busy.reason != reason) task_cancel(t, reason, s.caller);
  });
  error_unref(reason);
}

void part_done(future &done, waiter &w) noexcept {
  auto &s = *reinterpret_cast<shutdown *>(reinterpret_cast<char *>(&w) - offsetof(shutdown, part_wait));
  if (s.owner->closing) return;
  s.part = nullptr;
  if (error *e = done.failure()) {
    future_mark_read(done);
    loop_report(*s.owner, e, left_behind(s.stage));
  }
  unref_local(&done);
  ++s.stage;
  queue_turn(s);
}

future *start_part(shutdown &s) noexcept {
  loop &l = *s.owner;
  future *const part = s.stage == EXECUTOR ? default_executor_shutdown(l, executor_limit) : generators_close_all(l);
  if (!part || part->owner) return part;
  loop_report(l, part->failure(), left_behind(s.stage));  // without memory for it
  return nullptr;
}

/// Until something has to be waited for. Tasks go first, also those that a later stage started.
void advance(shutdown &s) noexcept {
  while (!s.done() && !s.part) {
    if (round_lasts(s)) return;
    if (oldest(s)) {
      s.stage = TASKS;
      if (s.rounds++ == most_rounds) return force(s);
      return cancel_tasks(s);
    }
    if (s.stage == TASKS) s.stage = GENERATORS;
    if (s.stage == OVER) return finish(s);
    s.part = start_part(s);
    if (!s.part) ++s.stage;
    else future_wait(*s.part, s.part_wait);
  }
}

void turn(void *argument) noexcept {
  const owned<shutdown> s(static_cast<shutdown *>(argument));
  s->queued = false;
  if (s->owner->ending == s.get() && !s->owner->closing) advance(*s);
}

void cancel(future &self, error *reason) noexcept {
  future_cancelled(self, reason ? error_ref(reason) : nullptr);
  leave(static_cast<shutdown &>(self));
}

void close(object &self) noexcept {
  auto &s = static_cast<shutdown &>(self);
  future_close(s);
  leave(s);
}

const kind shutdown_kind{"shutdown", sizeof(shutdown), 2, 1, true, false, future_dispose, cancel, close};

}  // namespace

future *shutdown_start(loop &l, uint64_t grace) noexcept {
  if (l.ending) return future_failed(&l, error_new(ASY_E_BUSY, "another shutdown of the loop goes on"));
  auto *s = make<shutdown>(l, shutdown_kind);
  if (!s) return future_of(ASY_E_NOMEM);
  s->caller = l.current ? ref(l.current) : nullptr;
  s->part_wait.run = part_done;
  s->alarm.init(come_due);
  s->last = l.last_task;
  if (oldest(*s)) s->last = oldest(*s)->number - 1;  // nobody was asked yet
  l.ending = ref(s);
  if (grace != UINT64_MAX) timer_start(l, s->alarm, deadline_after(l, grace));
  queue_turn(*s);
  return s;
}

void shutdown_task_ended(task &t) noexcept {
  shutdown &s = *t.owner->ending;
  if (t.state == FAILED && !t.waiters && &t != s.caller && !(t.flags & future::read)) {
    char what[160];
    std::snprintf(what, sizeof what, "task %s failed while its loop was shut down", task_name(t));
    future_mark_read(t);
    task_report(t, t.failure(), what);
  }
  if (t.owner->ending == &s) shutdown_task_left(*t.owner);
}

void shutdown_task_left(loop &l) noexcept {
  if (!l.ending->part && !round_lasts(*l.ending)) queue_turn(*l.ending);
}

}  // namespace libasync
