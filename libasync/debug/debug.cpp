#include "libasync/debug/debug.hpp"

#include <cstdlib>
#include <cstring>

#include "libasync/loop/call.hpp"

namespace libasync {

bool debug_wanted() noexcept {
  const char *value = std::getenv("LIBASYNC_DEBUG");
  return value && *value && !(value[0] == '0' && !value[1]);
}

static asy_status apply(loop &l) noexcept {
  monitor *const m = monitor_of(l);
  if (!m) return ASY_E_NOMEM;
  m->set_debug(l.debug);
  return ASY_OK;
}

asy_status loop_set_debug(loop &l, bool on) noexcept {
  const asy_status refused = loop_check(&l);
  if (refused && refused != ASY_E_WRONG_THREAD) return refused;
  l.debug = on;
  if (!refused) return apply(l);
  return call_soon(l, {[](void *of) { apply(*static_cast<loop *>(of)); }, &l, nullptr}, nullptr);
}

asy_status monitor_for(loop *l, monitor *&out) noexcept {
  out = nullptr;
  if (const asy_status refused = loop_check(l)) return refused;
  out = monitor_of(*l);
  return out ? ASY_OK : ASY_E_NOMEM;
}

asy_status visit_live(loop &l, asy_live_cb on_live, void *user_data) noexcept {
  struct row {
    const char *kind;
    std::size_t count;
  } rows[64];
  std::size_t used = 0;
  std::unique_lock guard(l.mailbox.lock);  // after close, other threads release what they hold
  pool::cursor walk;
  while (auto *o = static_cast<object *>(l.objects.next(walk))) {
    if (o == l.nil) continue;
    std::size_t at = 0;
    while (at < used && std::strcmp(rows[at].kind, o->what->name)) ++at;
    if (at == sizeof rows / sizeof *rows) continue;
    if (at == used) rows[used++] = {o->what->name, 0};
    ++rows[at].count;
  }
  guard.unlock();
  for (std::size_t i = 0; i < used; ++i) on_live(rows[i].kind, rows[i].count, user_data);
  return ASY_OK;
}

}  // namespace libasync
