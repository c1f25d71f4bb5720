#pragma once
#include "libasync/loop/loop.hpp"

namespace libasync {

/// A context variable; its address is its identity.
struct context_var {
  std::atomic<uint32_t> refs;
  bool has_default;
  asy_value fallback;
  const char *name;
};

/// A value in a context; shared by the tables that hold it.
struct bound_value : letter {
  std::atomic<uint32_t> refs{1};
  loop *home = nullptr;  // pinned: the value stays on its thread
  asy_value value = nil;
};

struct binding {
  context_var *var;
  bound_value *bound;
};

/// What variables are bound to: immutable, in the order in which they were first set.
struct bindings {
  std::atomic<uint32_t> refs;
  std::size_t count;
  binding *items() noexcept { return reinterpret_cast<binding *>(this + 1); }
};

/// Until the first variable is made, every context is empty.
extern std::atomic<bool> context_vars_exist;
asy_status context_var_new(const char *name, const asy_value *fallback, context_var *&out) noexcept;
void context_var_unref(context_var *v) noexcept;

/// NULL without memory.
bound_value *bound_new(asy_value consumed) noexcept;
void bound_unref(bound_value *b) noexcept;
inline bound_value *bound_ref(bound_value *b) noexcept {
  if (b) b->refs.fetch_add(1, std::memory_order_relaxed);
  return b;
}
/// A copy for whoever asks; refused when the value stays on another thread: that of `home`, or a future's.
asy_status bound_copy(const asy_value &value, const loop *home, asy_value &out) noexcept;

void bindings_unref(bindings *b) noexcept;
bound_value *bindings_find(bindings *in, const context_var &v) noexcept;
/// A table like `from` with one variable bound anew, or not at all; NULL for an empty one. False without memory.
bool bindings_derive(bindings *from, context_var &v, bound_value *bound, bindings *&out) noexcept;

}  // namespace libasync
