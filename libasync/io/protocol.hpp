#pragma once
#include "libasync/io/transport.hpp"
#include "libasync/loop/context.hpp"

namespace libasync {

/// A user's callbacks on a transport.
struct protocol {
  void (*on_data)(asy_transport *, const void *, std::size_t, void *);  // never NULL, as the pool wants it
  void (*on_eof)(asy_transport *, void *);
  void (*on_pause)(asy_transport *, void *);
  void (*on_resume)(asy_transport *, void *);
  void (*on_lost)(asy_transport *, asy_error *, void *);
  void *user_data;
  asy_free_cb on_free;
  libasync::context *context;  // of whoever started it; owned
};

/// The transport reads into the loop's shared buffer and holds itself until it
/// is lost. They run in a copy of the current context. Consumes their data, also on failure.
asy_status protocol_start(transport &t, const protocol &callbacks) noexcept;

}  // namespace libasync
