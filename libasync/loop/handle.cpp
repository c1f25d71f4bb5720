#include "libasync/loop/handle.hpp"

#include <new>
#include <utility>
#include "libasync/base/text.hpp"

namespace libasync {
namespace {

void handle_dispose(object &self) noexcept {
  auto &h = static_cast<handle &>(self);
  h.call.free();
  context_unref(h.context);
}

void handle_close(object &self) noexcept {
  auto &h = static_cast<handle &>(self);
  if (h.state == handle::SCHEDULED) handle_cancel(h);
  context_unref(std::exchange(h.context, nullptr));
}

void describe(object &self, text &out) noexcept {
  auto &h = static_cast<handle &>(self);
  constexpr const char *states[] = {"queued", "scheduled", "finished", "cancelled"};
  out.add(" %s", states[h.state]);
  if (h.when) out.add(", due %.9f s", static_cast<double>(h.when) / 1e9);
}

const kind handle_kind{"handle", sizeof(handle), 1, 1, false, false, handle_dispose, nullptr, handle_close, describe};

void run_queued(void *argument) noexcept {
  auto *h = static_cast<handle *>(argument);
  if (h->state == handle::QUEUED) {
    h->state = handle::FINISHED;
    callback<asy_call_cb> call = h->call;
    h->call = {};
    if (!h->owner->closing) {
      context_scope in(h->owner->context, context_ref(h->context));
      call.run(call.user_data);
    }
    call.free();
  }
  unref_local(h);
}

void come_due(timer &due) noexcept {
  auto *h = reinterpret_cast<handle *>(reinterpret_cast<char *>(&due) - offsetof(handle, due));
  h->state = handle::QUEUED;
  loop_push(*h->owner, run_queued, h);
}

asy_status handle_new(loop &l, const callback<asy_call_cb> &call, handle **out, handle *&made) noexcept {
  if (out) *out = nullptr;
  libasync::context *in = nullptr;
  made = context_capture(in) ? make<handle>(l, handle_kind) : nullptr;
  if (!made) {
    context_unref(in);
    callback<asy_call_cb> refused = call;
    refused.free_outside();
    return ASY_E_NOMEM;
  }
  made->call = call;
  made->context = in;
  made->due.init(come_due);
  if (out) *out = ref(made);
  return ASY_OK;
}

asy_status handle_timed(loop &l, uint64_t when, bool is_due, const callback<asy_call_cb> &call, handle **out) noexcept {
  handle *h;
  if (const asy_status status = handle_new(l, call, out, h)) return status;
  h->when = when;
  if (is_due) {
    h->state = handle::QUEUED;
    loop_push(l, run_queued, h);
  } else {
    h->state = handle::SCHEDULED;
    timer_start(l, h->due, when);
  }
  return ASY_OK;
}

}  // namespace

asy_status handle_soon(loop &l, const callback<asy_call_cb> &call, handle **out) noexcept {
  handle *h;
  if (const asy_status status = handle_new(l, call, out, h)) return status;
  h->state = handle::QUEUED;
  loop_push(l, run_queued, h);
  return ASY_OK;
}

asy_status handle_at(loop &l, uint64_t when, const callback<asy_call_cb> &call, handle **out) noexcept {
  return handle_timed(l, when, when <= l.clock.now(), call, out);
}

asy_status handle_after(loop &l, uint64_t delay, const callback<asy_call_cb> &call, handle **out) noexcept {
  return handle_timed(l, deadline_after(l, delay), !delay, call, out);
}

void handle_cancel(handle &h) noexcept {
  if (h.state == handle::SCHEDULED) {
    timer_stop(*h.owner, h.due);
    h.state = handle::CANCELLED;
    h.call.free_outside();
    unref_local(&h);
  } else if (h.state == handle::QUEUED) {
    h.state = handle::CANCELLED;
    h.call.free_outside();
  }
}

}  // namespace libasync
