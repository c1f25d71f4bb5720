#include <cstdio>
#include <cstdlib>

#include "libasync/base/text.hpp"
#include "libasync/loop/loop.hpp"

namespace libasync {

static constexpr int deepest_printed = 32;

static void print(const error *e, const char *what, const char *indent, int depth = 0) noexcept {
  for (; e; e = e->cause, what = "caused by", indent = "  ") {
    std::fprintf(stderr, "%s%s: %s (%s)\n", indent, what, e->message, status_name(e->code));
    if (*e->traceback) std::fprintf(stderr, "%s%s\n", indent, e->traceback);
    if (e->child_count && depth == deepest_printed) {
      std::fprintf(stderr, "%sbecause: errors that lie deeper\n", indent);
      continue;
    }
    for (std::size_t i = 0; i < e->child_count; ++i) print(e->children[i], "because", "  ", depth + 1);
  }
}

void print_report(const error &e, const char *what) noexcept { print(&e, what, "libasync: "); }

/// The run ends with the first error that asks for it.
static void end_run(loop &l, error *e) noexcept {
  if (!l.raised_status) {
    l.raised_status = e->code;
    if (l.raised) error_unref(l.raised);
    l.raised = error_ref(e);
  }
  l.stopping = l.halted = true;
}

void loop_leave(loop &l, error *e) noexcept {
  error *const before = l.fatal;
  // A language may have wrapped the same object anew.
  if (before && (before == e || (e->object && before->object == e->object))) return;
  l.fatal = error_ref(e);
  if (before) error_unref(before);
  end_run(l, e);
}

void loop_tell(loop &l, error *e, const char *what) noexcept {
  struct report {
    loop &l;
    error *e;
    const char *what;
    static void tell(void *argument) {
      const auto &[l, e, what] = *static_cast<report *>(argument);
      if (l.report_hook) l.report_hook.run(reinterpret_cast<asy_loop *>(&l), reinterpret_cast<asy_error *>(e), what);
      else print_report(*e, what);
    }
  } told{l, e, what};
  run_outside(report::tell, &told);
}

void loop_report(loop &l, error *e, const char *what, const object *about) noexcept {
  if (e->fatal && !l.closing) return loop_leave(l, e);
  char placed[longest_place + 200];
  if (about && l.observer) {
    text out(placed, sizeof placed);
    out.add("%s", what);
    l.observer->place(*about, out);
    what = placed;
  }
  loop_pin(l);  // the hook may be the end of it
  loop_tell(l, e, what);
  if (l.report_policy == report_abort) std::abort();
  if (l.report_policy == report_raise && !l.closing && !l.closed) end_run(l, e);
  loop_unpin(l);
}

}  // namespace libasync
