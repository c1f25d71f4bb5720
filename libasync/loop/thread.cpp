#include "libasync/loop/thread.hpp"

#ifndef _WIN32
#include <csignal>
#endif

namespace libasync {

int thread_start(uv_thread_t &thread, void (*run)(void *), void *argument) noexcept {
#ifdef _WIN32
  return uv_thread_create(&thread, run, argument);
#else
  // One that starts meanwhile inherits what is blocked.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  const int status = uv_thread_create(&thread, run, argument);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return status;
#endif
}

}  // namespace libasync
