#include "libasync/debug/metrics.hpp"

#include <cstring>

#include "libasync/task/task.hpp"

namespace libasync {

/// Numbers are taken in rounds, and given in order: those of the last round that are left were not given.
uint64_t tasks_created(const loop &l) noexcept {
  const uint64_t left = (task_number_round - l.last_task % task_number_round) % task_number_round;
  return l.counters.task_numbers - l.counters.tasks_back - left;
}

uint64_t tasks_finished(const loop &l) noexcept { return tasks_created(l) - l.task_count - l.tasks_aside; }

static const char *language_of(const task &t) noexcept {
  const char *const language = t.coroutine ? told_by(*t.coroutine, &asy_coroutine::language) : nullptr;
  return language ? language : "";
}

std::size_t tasks_of(const loop &l, const char *language) noexcept {
  std::size_t count = 0;
  const task *at = l.tasks;
  for (uint32_t left = l.task_count; left; --left, at = at->next_task)
    if (!std::strcmp(language_of(*at), language)) ++count;
  return count;
}

}  // namespace libasync
