// A call from a thread that does not own the loop, told to the one that does, with both their names.
#include <new>

#include "libasync/debug/backtrace.hpp"
#include "libasync/debug/thread_name.hpp"
#include "libasync/loop/call.hpp"

namespace libasync {
namespace {

struct stranger {
  loop &l;
  char name[longest_thread_name] = "";
  void *frames[deepest_backtrace] = {};
  uint32_t depth = 0;

  static void tell(void *argument) {
    const auto &self = *static_cast<stranger *>(argument);
    char owner[longest_thread_name], warning[longest_place + 200];
    thread_name(owner);
    text out(warning, sizeof warning);
    out.add("thread %s made a call that was refused: the loop belongs to thread %s%s", self.name, owner,
            self.depth ? "; called at " : "");
    backtrace_tell(self.frames, self.depth, out);
    loop_tell(self.l, error_of(ASY_E_WRONG_THREAD), warning);
  }
  static void free(void *argument) { deallocate(argument); }
};

}  // namespace

void loop_note_stranger(loop &l) noexcept {
  void *block = allocate(sizeof(stranger));
  if (!block) return;
  auto *made = new (block) stranger{l};
  thread_name(made->name);
  made->depth = backtrace_take(made->frames, deepest_backtrace);
  call_soon(l, {stranger::tell, made, stranger::free}, nullptr);
}

}  // namespace libasync
