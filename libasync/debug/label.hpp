#pragma once
#include <cstddef>

namespace libasync {

struct task;
/// Bytes of a task's name for reports, cut when it is longer.
inline constexpr std::size_t longest_label = 96;
/// Without memory of its own.
void task_label(const task &t, char (&text)[longest_label]) noexcept;

}  // namespace libasync
