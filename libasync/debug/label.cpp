#include "libasync/debug/label.hpp"

#include <cstdio>

#include "libasync/task/task.hpp"

namespace libasync {

void task_label(const task &t, char (&text)[longest_label]) noexcept {
  if (t.name) std::snprintf(text, sizeof text, "%s", t.name);
  else std::snprintf(text, sizeof text, "Task-%u", t.number);
}

}  // namespace libasync
