#include <cstring>

#include "libasync/debug/inspect.hpp"
#include "libasync/task/awaiter.hpp"

namespace libasync {
namespace {

constexpr std::size_t named_awaiters = 2, shown_text = 32;

/// What names a future in a line about another.
void name(future &f, text &out) noexcept {
  if (task *const t = as_task(&f)) out.add("task %s", task_name(*t));
  else out.add("%s", f.what->name);
}

void value(const asy_value &v, text &out) noexcept {
  switch (v.kind) {
    case ASY_VALUE_NIL: return out.add("nil");
    case ASY_VALUE_BOOL: return out.add(v.bits ? "true" : "false");
    case ASY_VALUE_INT: return out.add("%lld", static_cast<long long>(v.bits));
    case ASY_VALUE_DOUBLE: {
      double number;
      std::memcpy(&number, &v.bits, sizeof number);
      return out.add("%g", number);
    }
    case ASY_VALUE_STRING: {
      auto &b = *static_cast<bytes *>(v.data);
      const bool whole = b.size <= shown_text;
      return out.add("\"%.*s\"%s", static_cast<int>(whole ? b.size : shown_text), b.data(), whole ? "" : "...");
    }
    case ASY_VALUE_BYTES: return out.add("%zu bytes", static_cast<bytes *>(v.data)->size);
    case ASY_VALUE_LIST: return out.add("a list of %zu", static_cast<list *>(v.data)->count);
    case ASY_VALUE_ERROR: return out.add("an error");
    case ASY_VALUE_FUTURE: return out.add("a future");
    case ASY_VALUE_OBJECT: return out.add("%s", v.type && v.type->name ? v.type->name : "an object");
    default: return out.add("a pointer");
  }
}

void outcome(future &f, text &out) noexcept {
  error *const e = f.failure();
  if (!e) {
    out.add("done: ");
    return value(f.value, out);
  }
  out.add(f.state == CANCELLED ? "cancelled" : "failed");
  if (f.state == FAILED || e != error_of(ASY_E_CANCELLED)) out.add(": %.80s (%s)", e->message, status_name(e->code));
}

void progress(task &t, text &out) noexcept {
  switch (t.phase) {
    case WAITING:
      out.add("waiting for ");
      name(*t.busy.awaiting, out);
      break;
    case STEP_QUEUED: out.add(t.started ? "ready" : "not started"); break;
    case HELD_BACK:
    case IDLE: out.add("not started"); break;
    case RUNNING: out.add("running"); break;
    case DEFERRED: out.add("running elsewhere"); break;
    case FINISHED: out.add("ending"); break;
  }
  if (t.cancelling) out.add(", cancelling");
}

void awaiters(future &f, text &out) noexcept {
  std::size_t count = 0;
  for (waiter *w = f.waiters; w; w = w->next == f.waiters ? nullptr : w->next) {
    if (count++ >= named_awaiters) continue;
    out.add(count == 1 ? ", awaited by " : " and ");
    if (future *const by = awaiter_rule::find(*w)) name(*by, out);
    else out.add("a callback");
  }
  if (count > named_awaiters) out.add(" and %zu more", count - named_awaiters);
}

}  // namespace

void describe(object &it, text &out) noexcept {
  if (!it.what->is_future) {
    out.add("%s", it.what->name);
    if (it.what->describe) it.what->describe(it, out);
    return;
  }
  auto &f = static_cast<future &>(it);
  name(f, out);
  out.add(" ");
  task *const t = as_task(&f);
  if (f.done()) outcome(f, out);
  else if (t) progress(*t, out);
  else out.add("pending");
  if (f.owner) awaiters(f, out);
  if (it.what->describe) it.what->describe(it, out);
}

}  // namespace libasync
