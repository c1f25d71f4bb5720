#include "libasync/io/protocol.hpp"

#include <utility>

namespace libasync {
namespace {

asy_transport *handle_of(transport &t) noexcept { return reinterpret_cast<asy_transport *>(&t); }

protocol &protocol_of(transport &t) noexcept { return *static_cast<protocol *>(t.taker()); }

std::ptrdiff_t receive(transport &t, bool &filled) noexcept {
  char *const data = shared_buffer(*t.owner);
  const std::ptrdiff_t got = socket_receive(t.fd, data, shared_buffer_size);
  filled = got == shared_buffer_size;
  if (got > 0) {
    const protocol &p = protocol_of(t);
    context_scope in(t.owner->context, context_ref(p.context));
    p.on_data(handle_of(t), data, static_cast<std::size_t>(got), p.user_data);
  }
  return got;
}

bool both_ended(const transport &t) noexcept { return t.is(transport::read_ended) && t.is(transport::write_ended); }

void eof(transport &t) noexcept {
  const protocol &p = protocol_of(t);
  if (p.on_eof) {
    context_scope in(t.owner->context, context_ref(p.context));
    p.on_eof(handle_of(t), p.user_data);
  }
  if (!p.on_eof || both_ended(t)) transport_close(t);
}

void ended(transport &t) noexcept {
  if (both_ended(t)) transport_close(t);
}

/// Inside the write that crossed the mark, and the task that writes, on a stack that fits users' code.
void flow(transport &t, bool paused) noexcept {
  const protocol &p = protocol_of(t);
  if (!(paused ? p.on_pause : p.on_resume)) return;
  run_outside(
      [](void *argument) {
        auto &told = *static_cast<transport *>(argument);
        const protocol &callbacks = protocol_of(told);
        const auto call = told.is(transport::paused) ? callbacks.on_pause : callbacks.on_resume;
        context_scope in(context_slot(), context_ref(callbacks.context));
        call(handle_of(told), callbacks.user_data);
      },
      &t);
}

void lost(transport &t) noexcept {
  protocol p = protocol_of(t);
  loop &l = *t.owner;
  l.nodes.put(t.taker(), sizeof(protocol));
  transport_leave(t);
  if (p.on_lost && !l.closing) {
    context_scope in(l.context, std::exchange(p.context, nullptr));
    p.on_lost(handle_of(t), reinterpret_cast<asy_error *>(t.failure()), p.user_data);
  }
  context_unref(p.context);
  if (p.on_free) p.on_free(p.user_data);
}

constexpr transport_ops protocol_ops{receive, eof, flow, ended, lost};

}  // namespace

asy_status protocol_start(transport &t, const protocol &callbacks) noexcept {
  loop &l = *t.owner;
  asy_status refused = t.ops ? ASY_E_STATE : !t.open() ? transport_refusal(t) : ASY_OK;
  if (!refused && !callbacks.on_data) refused = ASY_E_INVALID;
  context *in = nullptr;
  const bool captured = !refused && context_capture(in);
  auto *p = captured ? static_cast<protocol *>(l.nodes.get(sizeof(protocol))) : nullptr;
  if (!refused && (!p || !shared_buffer(l))) {
    if (p) l.nodes.put(p, sizeof(protocol));
    refused = ASY_E_NOMEM;
  }
  if (refused) {
    context_unref(in);
    if (callbacks.on_free) run_outside(callbacks.on_free, callbacks.user_data);
    return refused;
  }
  *p = callbacks;
  p->context = in;
  transport_take(t, protocol_ops, p);
  transport_hold(t);
  transport_read_start(t);
  return ASY_OK;
}

}  // namespace libasync
