#pragma once
#include "libasync/task/future.hpp"

namespace libasync {

/// Completes with the number when the signal arrives. Never NULL.
future *signal_wait(loop &l, int32_t number) noexcept;

/// Runs the callback in the loop's turn, once for each arrival; in place of the one before. Consumes the callback.
asy_status signal_handler_set(loop &l, int32_t number, callback<asy_call_cb> call) noexcept;
/// False when there is none.
bool signal_handler_remove(loop &l, int32_t number) noexcept;

}  // namespace libasync
