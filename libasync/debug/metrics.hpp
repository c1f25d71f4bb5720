#pragma once
#include "libasync/loop/loop.hpp"

namespace libasync {

/// Tasks made since the loop was.
uint64_t tasks_created(const loop &l) noexcept;
/// Those of them that have ended.
uint64_t tasks_finished(const loop &l) noexcept;
/// Unfinished ones whose coroutine says that it is of this language.
std::size_t tasks_of(const loop &l, const char *language) noexcept;

}  // namespace libasync
