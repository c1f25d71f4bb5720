#pragma once
#include "libasync/loop/loop.hpp"

namespace libasync {

/// Tasks made since the loop was.
uint64_t tasks_created(const loop &l) noexcept;

}  // namespace libasync
