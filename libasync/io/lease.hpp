#pragma once
#include <cstddef>

#include "libasync/loop/loop.hpp"

namespace libasync {

/// Buffers that streams lend to whoever reads a view.
///
/// Last in, first out: a reader that runs right after the poll brought its
/// bytes gets and gives back the same buffer as the one before it, which is
/// still in the processor's cache.
constexpr std::size_t lease_small = 64 * 1024, lease_large = 256 * 1024;

/// NULL without memory.
char *lease_take(loop &l, bool large) noexcept;
void lease_put(loop &l, char *buffer, bool large) noexcept;

}  // namespace libasync
