#pragma once
#include "libasync/loop/loop.hpp"

namespace libasync {

/// The loop's own uv loop and handles. A negative uv status on failure.
int uv_handles_open(loop &l) noexcept;
/// Closes all but the wake-up, which other threads may still use, and waits for
/// every other uv handle of ours.
void uv_handles_close(loop &l) noexcept;
/// Closes the wake-up and the uv loop; nobody may post any more.
void uv_wake_close(loop &l) noexcept;
/// Polls once: blocks at most until `deadline`; NOWAIT when ready work waits or `block` is false.
void uv_poll_once(loop &l, bool block, uint64_t deadline) noexcept;
/// Makes everything due ready.
void timers_due(loop &l) noexcept;

}  // namespace libasync
