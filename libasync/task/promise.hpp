#pragma once
#include "libasync/task/future.hpp"

namespace libasync {

/// The writing end of a future; from malloc, counted atomically, for any thread.
struct promise;

/// Consumes the triple. `out` is NULL when the future has failed already.
future *promise_new(loop &l, asy_cancel_cb on_cancel, void *user_data, asy_free_cb on_free, promise *&out) noexcept;
promise *promise_ref(promise *p) noexcept;
void promise_unref(promise *p) noexcept;
/// Once; consumes the value or error.
asy_status promise_set(promise &p, asy_value value, error *failure) noexcept;

}  // namespace libasync
