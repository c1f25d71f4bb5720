#include "libasync/task/signal.hpp"

#include "libasync/loop/context.hpp"
#include "libasync/loop/signal_watch.hpp"
#include "libasync/loop/uv_errors.hpp"

namespace libasync {
namespace {

struct signal_future : future {
  signal_watch watch;
};

void complete(signal_watch &w) noexcept {
  auto &f = *static_cast<signal_future *>(w.owner);
  signal_watch_stop(w);
  future_complete(f, value_int(w.number));
}

void cancel(future &self, error *reason) noexcept {
  signal_watch_stop(static_cast<signal_future &>(self).watch);
  future_cancelled(self, reason ? error_ref(reason) : nullptr);
}

void close(object &self) noexcept { signal_watch_stop(static_cast<signal_future &>(self).watch); }

void dispose(object &self) noexcept {
  auto &f = static_cast<signal_future &>(self);
  if (f.watch.open) return signal_watch_stop(f.watch);  // dropped while pending: disposed of again when libuv is done
  future_dispose(self);
}

const kind signal_kind{"signal wait", sizeof(signal_future), 1, 0, true, false, dispose, cancel, close};

}  // namespace

/// One of the loop's; it keeps itself while a run of it is queued.
struct signal_handler : object {
  signal_watch watch;
  signal_handler *next;
  callback<asy_call_cb> call;
  libasync::context *context;  // of whoever set it; owned
  uint32_t arrivals;
  bool queued, running;
};

namespace {

void run_handler(void *argument) noexcept;

void queue_handler(signal_handler &h) noexcept {
  if (h.queued) return;
  h.queued = true;
  loop_push(*h.owner, run_handler, ref(&h));
}

void run_handler(void *argument) noexcept {
  const owned<signal_handler> h(static_cast<signal_handler *>(argument));
  h->queued = false;
  if (!h->watch.open || h->owner->closing) return;  // removed meanwhile
  h->running = true;
  {
    context_scope in(h->owner->context, context_ref(h->context));
    h->call.run(h->call.user_data);
  }
  h->running = false;
  if (!h->watch.open) h->call.free();  // removed by itself
  if (--h->arrivals && h->watch.open) queue_handler(*h);
}

void arrive(signal_watch &w) noexcept {
  auto &h = *static_cast<signal_handler *>(w.owner);
  ++h.arrivals;
  queue_handler(h);
}

void close_handler(object &self) noexcept {
  signal_handler_remove(*self.owner, static_cast<signal_handler &>(self).watch.number);
}

void dispose_handler(object &self) noexcept { context_unref(static_cast<signal_handler &>(self).context); }

const kind handler_kind{"signal handler", sizeof(signal_handler), 1, 0, false, false, dispose_handler,
                        nullptr,          close_handler};

}  // namespace

future *signal_wait(loop &l, int32_t number) noexcept {
  auto *f = make<signal_future>(l, signal_kind);
  if (!f) return future_of(ASY_E_NOMEM);
  const int status = signal_watch_open(f->watch, *f, number, complete);
  if (status)
    future_fail(*f, status_of_uv(status) == ASY_E_INVALID
                        ? error_new(ASY_E_INVALID, "the number is no signal, or one that cannot be caught")
                        : error_new_uv(status, "wait for a signal"));
  return f;
}

asy_status signal_handler_set(loop &l, int32_t number, callback<asy_call_cb> call) noexcept {
  context *in = nullptr;
  auto *h = context_capture(in) ? make<signal_handler>(l, handler_kind) : nullptr;
  if (!h) {
    context_unref(in);
    call.free_outside();
    return ASY_E_NOMEM;
  }
  h->call = call;
  h->context = in;
  if (const int status = signal_watch_open(h->watch, *h, number, arrive)) {
    h->call.free_outside();
    unref_local(h);
    return status_of_uv(status);
  }
  signal_handler_remove(l, number);  // after ours is there: no arrival falls between
  h->next = l.signal_handlers;
  l.signal_handlers = h;
  return ASY_OK;
}

bool signal_handler_remove(loop &l, int32_t number) noexcept {
  signal_handler **at = &l.signal_handlers;
  while (*at && (*at)->watch.number != number) at = &(*at)->next;
  signal_handler *const h = *at;
  if (!h) return false;
  *at = h->next;
  signal_watch_stop(h->watch);
  if (!h->running) h->call.free_outside();
  unref_local(h);
  return true;
}

}  // namespace libasync
