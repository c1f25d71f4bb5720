#pragma once
#include "libasync/loop/context.hpp"

namespace libasync {

/// A queued or scheduled callback.
struct handle : object {
  enum : uint8_t { QUEUED, SCHEDULED, FINISHED, CANCELLED };  // `state`
  callback<asy_call_cb> call;
  timer due;
  uint64_t when;
  libasync::context *context;  // owned, or NULL
};

/// All consume the callback. `out` may be NULL: then only the loop holds the handle.
asy_status handle_soon(loop &l, const callback<asy_call_cb> &call, handle **out) noexcept;
asy_status handle_at(loop &l, uint64_t when, const callback<asy_call_cb> &call, handle **out) noexcept;
/// After `delay` nanoseconds; 0: like handle_soon().
asy_status handle_after(loop &l, uint64_t delay, const callback<asy_call_cb> &call, handle **out) noexcept;
void handle_cancel(handle &h) noexcept;

}  // namespace libasync
