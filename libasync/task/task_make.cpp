// Making a task and disposing of it, and what can be asked of one at any time.
#include <cstdio>
#include <cstring>
#include <utility>

#include "libasync/task/shutdown.hpp"

namespace libasync {
namespace {

/// Process-wide, so that a name tells one task, and from one on. A loop takes many at a time.
uint32_t next_number(loop &l) noexcept {
  static std::atomic<uint32_t> taken{0};
  if (l.last_task % task_number_round == 0) {
    l.last_task = taken.fetch_add(task_number_round, std::memory_order_relaxed);
    l.counters.task_numbers += task_number_round;
  }
  return ++l.last_task;
}

char *copy_text(const char *text) noexcept {
  const std::size_t size = std::strlen(text) + 1;
  auto *copy = static_cast<char *>(allocate(size));
  return copy ? static_cast<char *>(std::memcpy(copy, text, size)) : nullptr;
}

/// False without memory.
[[gnu::noinline]] bool furnish(task &t, const asy_task_options &with) noexcept {
  if (with.name && !(t.name = copy_text(with.name))) return false;
  t.context = context_ref(reinterpret_cast<context *>(with.context));
  return with.context || context_capture(t.context);
}

[[gnu::cold, gnu::noinline]] task *without_memory(const asy_coroutine *coroutine, void *self) noexcept {
  run_outside(coroutine->destroy, self);
  return nullptr;
}

void cancel(future &self, error *reason) noexcept { task_cancel(static_cast<task &>(self), reason); }

void dispose(object &self) noexcept {
  auto &t = static_cast<task &>(self);
  if (t.phase != FINISHED) [[unlikely]] {  // never enlisted, or left behind by a close
    task_drop_awaiting(t);
    task_drop_reason(t);
    task_destroy_coroutine(t);
  }
  future_clear(t);  // may report, by name
  if (t.name) deallocate(t.name);
  context_unref(t.context);
}

void close(object &self) noexcept { context_unref(std::exchange(static_cast<task &>(self).context, nullptr)); }

void enlist(task &t) noexcept {
  t.number = next_number(*t.owner);
  all_tasks::append(t.owner->tasks, t);
  ++t.owner->task_count;
}

}  // namespace

const kind task_kind{"task", sizeof(task), 2, 0, true, true, dispose, cancel, close, nullptr, true};

void task_set_aside(task &t) noexcept {
  loop &l = *t.owner;
  task_delist(t);
  ++l.tasks_aside;
  if (t.phase == STEP_QUEUED) t.phase = HELD_BACK;
  if (l.ending) shutdown_task_left(l);
}

void task_bring_back(task &t) noexcept {
  enlist(t);
  --t.owner->tasks_aside;
  ++t.owner->counters.tasks_back;
  if (t.phase == HELD_BACK) t.phase = STEP_QUEUED;
  else if (t.phase == IDLE) task_queue_step(t);
}

/// In one piece, as every spawn runs through it: the calls alone would be a tenth of it.
[[gnu::flatten]] task *task_make(loop &l, const asy_coroutine *coroutine, void *self,
                                 const asy_task_options *with) noexcept {
  auto *t = make<task>(l, task_kind);
  if (!t) [[unlikely]]
    return without_memory(coroutine, self);
  if (!(with ? furnish(*t, *with) : context_capture(t->context))) [[unlikely]] {
    unref_local(t);
    return without_memory(coroutine, self);
  }
  t->coroutine = coroutine;
  t->self = self;
  if (l.observer) [[unlikely]]
    l.observer->spawned(*t, with ? with->place : nullptr);
  enlist(*t);
  ref_counted(t);  // the loop's, until the end
  return t;
}

[[gnu::flatten]] future *task_new(loop &l, const asy_coroutine *coroutine, void *self) noexcept {
  task *const t = task_make(l, coroutine, self, nullptr);
  if (!t) [[unlikely]]
    return future_of(ASY_E_NOMEM);
  task_start(*t, nullptr);
  return t;
}

void task_report(task &t, error *e, const char *what) noexcept {
  context_scope in(context_slot(), context_ref(t.context));
  loop_report(*t.owner, e, what, &t);
}

asy_status task_enter(task &t) noexcept {
  loop &l = *t.owner;
  if (l.current || t.phase != DEFERRED || loop_current() != &l) return ASY_E_STATE;
  l.current = l.entered = ref(&t);
  return ASY_OK;
}

asy_status task_leave(task &t) noexcept {
  loop &l = *t.owner;
  if (l.current != &t || l.entered != &t) return ASY_E_STATE;
  l.current = l.entered = nullptr;
  unref_local(&t);
  return ASY_OK;
}

const char *task_name(task &t) noexcept {
  if (!t.name) {
    char text[32];
    std::snprintf(text, sizeof text, "Task-%u", t.number);
    t.name = copy_text(text);
  }
  return t.name ? t.name : "Task";
}

asy_status task_set_name(task &t, const char *name) noexcept {
  char *copy = copy_text(name);
  if (!copy) return ASY_E_NOMEM;
  deallocate(t.name);
  t.name = copy;
  return ASY_OK;
}

}  // namespace libasync
