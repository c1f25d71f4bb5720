#include "libasync/debug/thread_name.hpp"

#include <cstdio>

#ifdef __linux__
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>
#else
#include "libasync/loop/thread.hpp"
#endif

namespace libasync {

void thread_name(char (&text)[longest_thread_name]) noexcept {
#ifdef __linux__
  char name[16] = "";
  pthread_getname_np(pthread_self(), name, sizeof name);
  std::snprintf(text, sizeof text, "%s (%ld)", name, static_cast<long>(syscall(SYS_gettid)));
#else
  std::snprintf(text, sizeof text, "%#zx", static_cast<std::size_t>(this_thread()));
#endif
}

}  // namespace libasync
