#pragma once
#include "libasync/loop/loop.hpp"

namespace libasync {

/// Runs a user's function. What leaves it as an exception becomes ASY_E_INTERNAL with its words.
asy_status body_run(const callback<asy_run_cb> &body, asy_value &value, error *&raised) noexcept;

/// What a body came to: its error, which the caller owns, or NULL when `value` is its result. Consumes `raised`.
error *body_failure(asy_status status, asy_value &value, error *raised) noexcept;

}  // namespace libasync
