#include "libasync/loop/interrupt.hpp"

#include <cerrno>
#include <csignal>
#include <thread>

namespace libasync {

#ifndef _WIN32
namespace {

std::atomic<loop *> catcher{nullptr};
std::atomic<uint32_t> handling{0};  // handlers that may look at the loop, on any thread
std::atomic<bool> came{false};

/// Installed for one signal only, so that a loop that never polls again can be ended by the next.
void on_signal(int number) noexcept {
  const int error_number = errno;
  handling.fetch_add(1);
  loop *const l = catcher.load();
  const bool caught = l && !l->forked;
  if (caught) {
    came.store(true);
    uv_async_send(&l->wake);
  }
  handling.fetch_sub(1);
  if (!caught) raise(number);  // the run is over, or is the parent's
  errno = error_number;
}

}  // namespace

bool interrupt_catch(loop &l, void (*on_interrupt)(loop &) noexcept) noexcept {
  struct sigaction now, ours = {};
  if (sigaction(SIGINT, nullptr, &now) || now.sa_handler != SIG_DFL) return false;
  loop *nobody = nullptr;
  if (!catcher.compare_exchange_strong(nobody, &l)) return false;
  came.store(false);
  l.woken = on_interrupt;
  ours.sa_handler = on_signal;
  ours.sa_flags = SA_ONSTACK | SA_RESTART | static_cast<int>(SA_RESETHAND);
  sigemptyset(&ours.sa_mask);
  sigaction(SIGINT, &ours, nullptr);
  return true;
}

bool interrupt_came() noexcept { return came.exchange(false); }

void interrupt_release(loop &l) noexcept {
  struct sigaction now;
  if (sigaction(SIGINT, nullptr, &now) == 0 && now.sa_handler == on_signal) {
    now.sa_handler = SIG_DFL;
    now.sa_flags = 0;
    sigaction(SIGINT, &now, nullptr);
  }
  l.woken = nullptr;
  catcher.store(nullptr);
  while (handling.load()) std::this_thread::yield();
  if (interrupt_came() && !l.forked) raise(SIGINT);
}
#else
bool interrupt_catch(loop &, void (*)(loop &) noexcept) noexcept { return false; }
bool interrupt_came() noexcept { return false; }
void interrupt_release(loop &) noexcept {}
#endif

}  // namespace libasync
