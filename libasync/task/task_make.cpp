// Making a task, and what can be asked of one at any time.
#include <cstdio>
#include <cstring>

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
bool furnish(task &t, const asy_task_options &with) noexcept {
  if (with.name && !(t.name = copy_text(with.name))) return false;
  t.context = context_ref(reinterpret_cast<context *>(with.context));
  return with.context || context_capture(t.context);
}

void enlist(task &t) noexcept {
  t.number = next_number(*t.owner);
  all_tasks::append(t.owner->tasks, t);
  ++t.owner->task_count;
}

}  // namespace

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
[[gnu::flatten]] future *task_make(loop &l, const asy_coroutine *coroutine, void *self, const asy_task_options &with) noexcept {
  auto *t = make<task>(l, task_kind);
  if (t && !furnish(*t, with)) {
    unref_local(t);
    t = nullptr;
  }
  if (!t) {
    run_outside(coroutine->destroy, self);
    return future_of(ASY_E_NOMEM);
  }
  t->coroutine = coroutine;
  t->self = self;
  if (with.place && l.observer) [[unlikely]] l.observer->made_at(*t, with.place);
  enlist(*t);
  ref_counted(t);  // the loop's, until the end
  return t;
}

future *task_new(loop &l, const asy_coroutine *coroutine, void *self, const asy_task_options &with) noexcept {
  future *const made = task_make(l, coroutine, self, with);
  if (task *t = as_task(made)) task_start(*t, with.flags);
  return made;
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
