#pragma once
#include "libasync/sync/queue.hpp"

namespace libasync {

/// A queue into a loop: any thread sends, the loop's receives. Counted; for any thread.
struct channel;

/// NULL without memory. `max_size` 0: any number.
channel *channel_new(loop &l, std::size_t max_size) noexcept;
channel *channel_ref(channel *c) noexcept;
/// The last one shuts it down.
void channel_unref(channel *c) noexcept;
loop *channel_loop(const channel &c) noexcept;
/// ASY_E_AGAIN: it is full. ASY_E_CLOSED: it is shut down, or the loop closed.
asy_status channel_send(channel &c, asy_value &consumed) noexcept;
/// On the loop, as channel_try_receive().
future *channel_receive(channel &c) noexcept;
asy_status channel_try_receive(channel &c, asy_value &out) noexcept;
std::size_t channel_size(const channel &c) noexcept;
asy_status channel_shutdown(channel &c) noexcept;

}  // namespace libasync
