#pragma once
#include "libasync/loop/loop.hpp"

namespace libasync {

/// A callback that any thread gave to a loop, and may take back. Counted; for any thread.
struct call;

/// NULL without memory, with the callback consumed. It waits for call_post().
call *call_new(loop &l, callback<asy_call_cb> body) noexcept;
call *call_ref(call *c) noexcept;
void call_unref(call *c) noexcept;
/// Once. ASY_E_CLOSED: the loop is, and the call cancelled.
asy_status call_post(call &c) noexcept;
/// Both at once. `out` may be NULL: then only the loop holds the call.
asy_status call_soon(loop &l, callback<asy_call_cb> body, call **out) noexcept;
/// True: it will never run. False: it has ended, if need be after a wait for it; at once from inside itself.
bool call_cancel(call &c) noexcept;
bool call_is_cancelled(const call &c) noexcept;

}  // namespace libasync
