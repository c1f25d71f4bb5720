#include "libasync/loop/watch.hpp"

#include <utility>

#include "libasync/loop/uv_errors.hpp"

namespace libasync {
namespace {

watch &watch_of(void *handle) noexcept { return *static_cast<watch *>(static_cast<uv_handle_t *>(handle)->data); }

void on_closed(uv_handle_t *handle) noexcept {
  watch &w = watch_of(handle);
  loop &l = *w.owner;
  loop_unblock(l);
  loop_uv_closed(l);
  w.on_event.free();
  context_unref(std::exchange(w.context, nullptr));
  unref_local(&w);
}

void on_poll(uv_poll_t *handle, int status, int events) noexcept;

int start(watch &w) noexcept {
  const int wanted = (w.events & watch::readable ? UV_READABLE : 0) | (w.events & watch::writable ? UV_WRITABLE : 0) |
                     (w.events & watch::disconnect ? UV_DISCONNECT : 0);
  return wanted ? uv_poll_start(&w.poll, wanted, on_poll) : uv_poll_stop(&w.poll);
}

void on_poll(uv_poll_t *handle, int status, int events) noexcept {
  watch &w = watch_of(handle);
  loop &l = *w.owner;
  object_ref(&w);
  {
    io_scope scope(l);
    uint32_t seen = (events & UV_READABLE ? watch::readable : 0) | (events & UV_WRITABLE ? watch::writable : 0) |
                    (events & UV_DISCONNECT ? watch::disconnect : 0);
    if (status < 0) {
      // A failed descriptor is ready for everything, as poll() has it; libuv stopped watching it.
      seen = w.events | watch::disconnect;
      start(w);
    }
    context_scope in(l.context, context_ref(w.context));
    w.on_event.run(reinterpret_cast<asy_watch *>(&w), seen, w.on_event.user_data);
  }
  unref_local(&w);
}

void close(object &self) noexcept { watch_close(static_cast<watch &>(self)); }

const kind watch_kind{"watch", sizeof(watch), 0, 0, false, false, nullptr, nullptr, close};

constexpr uint32_t all_events = watch::readable | watch::writable | watch::disconnect;

}  // namespace

asy_status watch_new(loop &l, int32_t fd, uint32_t events, callback<asy_watch_cb> on_event, watch *&out) noexcept {
  asy_status refused = fd < 0 || !on_event.run || (events & ~all_events) ? ASY_E_INVALID : ASY_OK;
  context *in = nullptr;
  watch *w = !refused && context_capture(in) ? make<watch>(l, watch_kind) : nullptr;
  if (!refused && !w) refused = ASY_E_NOMEM;
  if (!refused)
    if (const int status = uv_poll_init(l.uv, &w->poll, fd)) {
      w->state = watch::CLOSED;
      unref_local(w);
      refused = status_of_uv(status);
    }
  if (refused) {
    context_unref(in);
    on_event.free_outside();
    return refused;
  }
  w->poll.data = w;
  loop_uv_opened(l);
  object_ref(w);
  w->on_event = on_event;
  w->context = in;
  w->events = events;
  if (const int status = start(*w)) {
    watch_close(*w);
    unref_local(w);
    return status_of_uv(status);
  }
  out = w;
  return ASY_OK;
}

asy_status watch_set_events(watch &w, uint32_t events) noexcept {
  if (events & ~all_events) return ASY_E_INVALID;
  if (w.state == watch::CLOSED) return ASY_E_CLOSED;
  if (events == w.events) return ASY_OK;
  const uint32_t before = w.events;
  w.events = events;
  const int status = start(w);
  if (status) w.events = before;
  return status_of_uv(status);
}

void watch_close(watch &w) noexcept {
  if (w.state == watch::CLOSED) return;
  w.state = watch::CLOSED;
  uv_close(reinterpret_cast<uv_handle_t *>(&w.poll), on_closed);
}

}  // namespace libasync
