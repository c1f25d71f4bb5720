#pragma once
#include "libasync/io/socket.hpp"
#include "libasync/task/executor.hpp"
#include "libasync/task/future.hpp"

namespace libasync {

/// What a name stands for, in the resolver's order and without repetitions.
struct addresses {
  std::size_t count;
  address at[1];
};

/// A name that is being looked up on a thread of its own.
struct lookup;
/// Told once, on the loop, unless the lookup was abandoned. Exactly one of
/// `found` (borrowed) and `failure` (borrowed) is there.
using lookup_done = void (*)(void *who, const addresses *found, error *failure) noexcept;

/// NULL without memory or threads.
lookup *lookup_start(loop &l, const char *host, uint32_t port, lookup_done on_done, void *who) noexcept;
/// Nobody waits any more: it never starts, or its result is thrown away.
void lookup_abandon(lookup &job) noexcept;

/// A list of address texts. Never NULL.
future *resolve(loop &l, const char *host, uint32_t port) noexcept;

constexpr std::size_t longest_host = 255;
/// Not NULL, not empty, and no longer than a name can be.
bool host_is_sound(const char *host) noexcept;

}  // namespace libasync
