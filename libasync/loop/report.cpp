#include <cstdio>
#include <cstdlib>

#include "libasync/loop/loop.hpp"

namespace libasync {

static void print(const error &e, const char *what, const char *indent) noexcept {
  std::fprintf(stderr, "%s%s: %s (%s)\n", indent, what, e.message, status_name(e.code));
  if (*e.traceback) std::fprintf(stderr, "%s%s\n", indent, e.traceback);
  for (std::size_t i = 0; i < e.child_count; ++i) print(*e.children[i], "because", "  ");
  if (e.cause) print(*e.cause, "caused by", "  ");
}

void loop_report(loop &l, error *e, const char *what) noexcept {
  if (l.report_hook.run)
    l.report_hook.run(reinterpret_cast<asy_loop *>(&l), reinterpret_cast<asy_error *>(e), what,
                      l.report_hook.user_data);
  else
    print(*e, what, "libasync: ");
  if (l.report_policy == report_abort) std::abort();
  if (l.report_policy == report_raise && !l.closing) {
    if (!l.raised_status) {
      l.raised_status = e->code;
      if (l.raised) error_unref(l.raised);
      l.raised = error_ref(e);
    }
    l.stopping = l.halted = true;
  }
}

}  // namespace libasync
