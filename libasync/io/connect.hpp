#pragma once
#include "libasync/task/future.hpp"

namespace libasync {

/// Resolves a host and tries its addresses one after the other. The value is a
/// transport, or with `as_stream` a stream. Never NULL.
///
/// Ended early in whatever way, the socket is closed before anybody sees it.
future *connect(loop &l, const char *host, uint32_t port, bool as_stream) noexcept;

}  // namespace libasync
