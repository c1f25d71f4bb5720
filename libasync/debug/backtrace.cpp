#include "libasync/debug/backtrace.hpp"

#if __has_include(<execinfo.h>) && __has_include(<dlfcn.h>)
#define ASY_HAS_BACKTRACE 1
#include <dlfcn.h>
#include <execinfo.h>
#endif

#include <algorithm>
#include <cstring>

namespace libasync {

#ifdef ASY_HAS_BACKTRACE
namespace {

const void *module_of(const void *address) noexcept {
  Dl_info info;
  return dladdr(address, &info) ? info.dli_fbase : nullptr;
}

void tell(void *frame, const char *before, text &out) noexcept {
  Dl_info info;
  if (!dladdr(frame, &info) || !info.dli_fname) return out.add("%s%p", before, frame);
  const char *slash = std::strrchr(info.dli_fname, '/');
  const auto *base = static_cast<const char *>(info.dli_saddr ? info.dli_saddr : info.dli_fbase);
  out.add("%s%s+0x%tx (%s)", before, info.dli_sname ? info.dli_sname : "", static_cast<const char *>(frame) - base,
          slash ? slash + 1 : info.dli_fname);
}

}  // namespace

uint32_t backtrace_take(void **frames, uint32_t limit) noexcept {
  constexpr int inner = 8;  // at most so many are the library's own
  void *all[deepest_backtrace + inner];
  const int count = backtrace(all, static_cast<int>(std::min(limit, deepest_backtrace)) + inner);
  const void *const us = module_of(reinterpret_cast<const void *>(backtrace_take));
  int first = 0;
  while (first < count && module_of(all[first]) == us) ++first;
  if (first == count) first = std::min(count, 1);  // linked into the program: all of it is one module
  const auto taken = std::min(static_cast<uint32_t>(count - first), limit);
  std::copy_n(all + first, taken, frames);
  return taken;
}

void backtrace_tell(void *const *frames, uint32_t count, text &out) noexcept {
  for (uint32_t i = 0; i < count; ++i) tell(frames[i], i ? ", " : "", out);
}
#else
uint32_t backtrace_take(void **, uint32_t) noexcept { return 0; }
void backtrace_tell(void *const *, uint32_t, text &) noexcept {}
#endif

}  // namespace libasync
