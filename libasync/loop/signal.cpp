#include "libasync/loop/signal.hpp"

#include <csignal>
#include <mutex>

#include "libasync/loop/uv_errors.hpp"

namespace libasync {
namespace {

#ifndef _WIN32
#ifdef NSIG
constexpr int signal_count = NSIG;
#else
constexpr int signal_count = 65;
#endif

/// What the process did with a signal before the first of our waiters.
///
/// libuv installs its handler without SA_ONSTACK, which kills a thread whose
/// stack is small (Go's, our own), and leaves the default behind instead of
/// what it found. Both are put right here.
struct disposition {
  uint32_t waiters;
  bool restore;
  struct sigaction before;
};

std::mutex lock;
disposition dispositions[signal_count];

int install(uv_signal_t &handle, uv_signal_cb on_signal, int number) noexcept {
  std::lock_guard guard(lock);
  disposition &d = dispositions[number];
  struct sigaction before, after;
  const bool known = sigaction(number, nullptr, &before) == 0;
  if (const int status = uv_signal_start(&handle, on_signal, number)) return status;
  if (known && sigaction(number, nullptr, &after) == 0) {
    if (d.waiters == 0) {
      d.restore = before.sa_handler != after.sa_handler;  // else a libuv loop of the host's has it already
      d.before = before;
    }
    if (!(after.sa_flags & SA_ONSTACK)) {
      after.sa_flags |= SA_ONSTACK;
      sigaction(number, &after, nullptr);
    }
  }
  ++d.waiters;
  return 0;
}

void uninstall(uv_signal_t &handle, int number) noexcept {
  std::lock_guard guard(lock);
  disposition &d = dispositions[number];
  uv_signal_stop(&handle);
  struct sigaction now;
  if (--d.waiters || !d.restore || sigaction(number, nullptr, &now)) return;
  if (now.sa_handler == SIG_DFL) sigaction(number, &d.before, nullptr);
}
#else
constexpr int signal_count = NSIG;
int install(uv_signal_t &handle, uv_signal_cb on_signal, int number) noexcept {
  return uv_signal_start(&handle, on_signal, number);
}
void uninstall(uv_signal_t &handle, int) noexcept { uv_signal_stop(&handle); }
#endif

struct signal_future : future {
  uv_signal_t signal;
  int32_t number;
  bool open;
};

signal_future &future_of_handle(void *handle) noexcept {
  return *static_cast<signal_future *>(static_cast<uv_handle_t *>(handle)->data);
}

void on_closed(uv_handle_t *handle) noexcept {
  signal_future &f = future_of_handle(handle);
  loop &l = *f.owner;
  loop_unblock(l);
  loop_uv_closed(l);
  unref_local(&f);
}

/// The handler is gone when this returns; libuv needs the memory a little longer.
void stop(signal_future &f) noexcept {
  if (!f.open) return;
  f.open = false;
  uninstall(f.signal, f.number);
  object_ref(&f);
  uv_close(reinterpret_cast<uv_handle_t *>(&f.signal), on_closed);
}

void on_signal(uv_signal_t *handle, int number) noexcept {
  signal_future &f = future_of_handle(handle);
  io_scope scope(*f.owner);
  stop(f);
  future_complete(f, value_int(number));
}

void cancel(future &self, error *reason) noexcept {
  stop(static_cast<signal_future &>(self));
  future_cancelled(self, reason ? error_ref(reason) : nullptr);
}

void close(object &self) noexcept { stop(static_cast<signal_future &>(self)); }

void dispose(object &self) noexcept {
  auto &f = static_cast<signal_future &>(self);
  if (f.open) return stop(f);  // dropped while pending: disposed of again when libuv is done with it
  future_dispose(self);
}

const kind signal_kind{"signal wait", sizeof(signal_future), 1, 0, true, false, dispose, cancel, close};

}  // namespace

future *signal_wait(loop &l, int32_t number) noexcept {
  if (number <= 0 || number >= signal_count) return future_of(ASY_E_INVALID);
  auto *f = make<signal_future>(l, signal_kind);
  if (!f) return future_of(ASY_E_NOMEM);
  f->number = number;
  int status = uv_signal_init(l.uv, &f->signal);
  if (!status) {
    f->signal.data = f;
    f->open = true;
    loop_uv_opened(l);
    status = install(f->signal, on_signal, number);
    if (status) {
      f->open = false;
      object_ref(f);
      uv_close(reinterpret_cast<uv_handle_t *>(&f->signal), on_closed);
    }
  }
  if (status)
    future_fail(*f, status_of_uv(status) == ASY_E_INVALID ? error_of(ASY_E_INVALID)
                                                          : error_new_uv(status, "wait for a signal"));
  return f;
}

}  // namespace libasync
