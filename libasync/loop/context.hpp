#pragma once
#include "libasync/loop/bindings.hpp"

namespace libasync {

/// What variables are bound to, for whatever runs in it. Copies share an immutable table until one is set.
///
/// Where a context stands is a slot: a task's, the loop's for its callbacks, or the thread's. NULL is empty.
struct context {
  std::atomic<uint32_t> refs;
  std::atomic<bool> locked;         // guards `held`
  std::atomic<context **> entered;  // the slot that context_enter() put it in, or NULL
  bindings *held;                   // NULL when empty
  context *outer;                   // what stood in that slot before; owned
};

struct context_token {
  std::atomic<uint32_t> refs;
  std::atomic<bool> used;
  bool anywhere;  // the set named its context
  context *of;
  context_var *var;
  bound_value *before;  // NULL when it was not bound
};

/// NULL without memory, as everything here that makes one.
context *context_new() noexcept;
context *context_copy(context &from) noexcept;
void context_release(context &c) noexcept;
inline void context_unref(context *c) noexcept {
  if (c) context_release(*c);
}
inline context *context_ref(context *c) noexcept {
  if (c) c->refs.fetch_add(1, std::memory_order_relaxed);
  return c;
}

/// Where the context of the calling code stands.
context *&context_slot() noexcept;
/// The context in a slot; one is made when it is empty.
context *context_in(context *&slot) noexcept;
/// A copy of the current context, for what is registered or created now; NULL while that is empty.
/// False without memory.
bool context_copy_current(context *&out) noexcept;
inline bool context_capture(context *&out) noexcept {
  if (context_vars_exist.load(std::memory_order_relaxed)) [[unlikely]]
    return context_copy_current(out);
  out = nullptr;  // whatever is current is empty; not even looked for
  return true;
}

/// The current context itself, for what goes on in the place of the code that asks; NULL while there is no variable.
/// False without memory.
inline bool context_share(context *&out) noexcept {
  out = nullptr;
  if (!context_vars_exist.load(std::memory_order_relaxed)) return true;
  return (out = context_ref(context_in(context_slot())));
}

asy_status context_get(context *c, context_var &v, asy_value &out) noexcept;
/// `anywhere`: the token may be used from any context.
asy_status context_set(context &c, context_var &v, asy_value consumed, context_token **out, bool anywhere) noexcept;
asy_status context_reset(context_token &token) noexcept;
void context_token_unref(context_token *token) noexcept;
asy_status context_enter(context &c) noexcept;
asy_status context_exit(context &c) noexcept;
void context_visit(context *c, asy_context_cb on_var, void *user_data) noexcept;
/// Takes contexts that were entered and never left out of a slot, down to `base`.
void context_unwind(context *&slot, const context *base = nullptr) noexcept;

/// What runs in it finds `consumed` in the slot.
class context_scope {
 public:
  context_scope(context *&slot, context *consumed) noexcept : slot_(slot), before_(slot), base_(consumed) {
    slot = consumed;
  }
  ~context_scope() {
    if (slot_) leave();
    slot_ = before_;
  }
  context_scope(const context_scope &) = delete;

 private:
  void leave() noexcept;
  context *&slot_, *before_, *base_;
};

}  // namespace libasync
