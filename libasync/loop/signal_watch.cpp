#include "libasync/loop/signal_watch.hpp"

#include <csignal>
#include <mutex>

namespace libasync {
namespace {

#ifndef _WIN32
#ifdef NSIG
constexpr int signal_count = NSIG;
#else
constexpr int signal_count = 65;
#endif

/// What the process did with a signal before the first of our watches.
///
/// libuv installs its handler without SA_ONSTACK, which kills a thread whose
/// stack is small (Go's, our own), and leaves the default behind instead of
/// what it found. Both are put right here.
struct disposition {
  uint32_t watches;
  bool restore;
  void (*installed)(int);  // libuv's
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
    if (d.watches == 0) {
      d.restore = before.sa_handler != after.sa_handler;  // else a libuv loop of the host's has it already
      d.installed = after.sa_handler;
      d.before = before;
    }
    if (after.sa_handler == d.installed && !(after.sa_flags & SA_ONSTACK)) {
      after.sa_flags |= SA_ONSTACK;
      sigaction(number, &after, nullptr);
    }
  }
  ++d.watches;
  return 0;
}

/// libuv leaves the default behind, also in place of what the program installed while we watched.
void uninstall(uv_signal_t &handle, int number) noexcept {
  std::lock_guard guard(lock);
  disposition &d = dispositions[number];
  struct sigaction now, left;
  const bool known = sigaction(number, nullptr, &now) == 0;
  const bool last = --d.watches == 0;
  uv_signal_stop(&handle);
  if (!known || sigaction(number, nullptr, &left) || left.sa_handler == now.sa_handler) return;
  if (now.sa_handler != d.installed) sigaction(number, &now, nullptr);
  else if (last && d.restore) sigaction(number, &d.before, nullptr);
}
#else
constexpr int signal_count = NSIG;
int install(uv_signal_t &handle, uv_signal_cb on_signal, int number) noexcept {
  return uv_signal_start(&handle, on_signal, number);
}
void uninstall(uv_signal_t &handle, int) noexcept { uv_signal_stop(&handle); }
#endif

signal_watch &watch_of(void *handle) noexcept {
  return *static_cast<signal_watch *>(static_cast<uv_handle_t *>(handle)->data);
}

void on_closed(uv_handle_t *handle) noexcept {
  object *const owner = watch_of(handle).owner;
  loop_unblock(*owner->owner);
  loop_uv_closed(*owner->owner);
  unref_local(owner);
}

void close(signal_watch &w) noexcept {
  w.open = false;
  object_ref(w.owner);
  uv_close(reinterpret_cast<uv_handle_t *>(&w.signal), on_closed);
}

void on_signal(uv_signal_t *handle, int) noexcept {
  signal_watch &w = watch_of(handle);
  io_scope scope(*w.owner->owner);
  w.arrived(w);
}

}  // namespace

int signal_watch_open(signal_watch &w, object &owner, int32_t number,
                      void (*arrived)(signal_watch &self) noexcept) noexcept {
  if (number <= 0 || number >= signal_count) return UV_EINVAL;
  loop &l = *owner.owner;
  w.owner = &owner;
  w.arrived = arrived;
  w.number = number;
  if (const int status = uv_signal_init(l.uv, &w.signal)) return status;
  w.signal.data = &w;
  w.open = true;
  loop_uv_opened(l);
  const int status = install(w.signal, on_signal, number);
  if (status) close(w);
  return status;
}

void signal_watch_stop(signal_watch &w) noexcept {
  if (!w.open) return;
  uninstall(w.signal, w.number);
  close(w);
}

}  // namespace libasync
