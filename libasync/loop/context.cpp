#include "libasync/loop/context.hpp"

#include <new>
#include <utility>

#include "libasync/task/stack.hpp"

namespace libasync {
namespace {

/// Only ever held for a few instructions.
class lock {
 public:
  explicit lock(context &c) noexcept : c_(c) {
    while (c.locked.exchange(true, std::memory_order_acquire)) {}
  }
  ~lock() { c_.locked.store(false, std::memory_order_release); }
  lock(const lock &) = delete;

 private:
  context &c_;
};

bindings *table_of(context *c) noexcept {
  if (!c) return nullptr;
  lock guard(*c);
  if (c->held) c->held->refs.fetch_add(1, std::memory_order_relaxed);
  return c->held;
}

/// Binds, or with NULL unbinds; `out_before` receives a reference to what was bound.
asy_status rebind(context &c, context_var &v, bound_value *bound, bound_value **out_before) noexcept {
  for (;;) {
    bindings *const old = table_of(&c);
    bindings *made;
    if (!bindings_derive(old, v, bound, made)) {
      bindings_unref(old);
      return ASY_E_NOMEM;
    }
    bool swapped;
    {
      lock guard(c);
      swapped = c.held == old;
      if (swapped) c.held = made;
    }
    if (swapped) {
      bound_value *const before = bindings_find(old, v);
      if (out_before) *out_before = bound_ref(before);
      bindings_unref(old);  // the context's
      bindings_unref(old);  // ours
      return ASY_OK;
    }
    bindings_unref(made);  // another thread was faster
    bindings_unref(old);
  }
}

context *make(bindings *consumed) noexcept {
  void *block = allocate(sizeof(context));
  if (block) return new (block) context{1, false, nullptr, consumed, nullptr};
  bindings_unref(consumed);
  return nullptr;
}

/// The slot of plain code; what it holds ends with its thread.
struct plain_slot {
  context *it = nullptr;
  ~plain_slot() {
    context_unwind(it);
    context_unref(std::exchange(it, nullptr));
  }
};
thread_local plain_slot plain;

}  // namespace

context *context_new() noexcept { return make(nullptr); }
context *context_copy(context &from) noexcept { return make(table_of(&from)); }

void context_release(context &c) noexcept {
  if (c.refs.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  bindings_unref(c.held);
  deallocate(&c);
}

context *&context_slot() noexcept {
  loop *l = loop_current();
  if (!l) l = stack_in_use();
  if (!l) return plain.it;
  return l->current ? l->current->context : l->context;
}

context *context_in(context *&slot) noexcept {
  if (!slot) slot = context_new();
  return slot;
}

bool context_copy_current(context *&out) noexcept {
  out = nullptr;
  bindings *const now = table_of(context_slot());
  return !now || (out = make(now));
}

asy_status context_get(context *c, context_var &v, asy_value &out) noexcept {
  out = nil;
  bindings *const table = table_of(c);
  bound_value *const found = bindings_find(table, v);
  asy_status status = ASY_E_NOT_FOUND;
  if (found) status = bound_copy(found->value, found->home, out);
  else if (v.has_default) status = bound_copy(v.fallback, nullptr, out);
  bindings_unref(table);
  return status;
}

asy_status context_set(context &c, context_var &v, asy_value consumed, context_token **out, bool anywhere) noexcept {
  bound_value *const bound = bound_new(consumed);
  void *block = bound && out ? allocate(sizeof(context_token)) : nullptr;
  bound_value *before = nullptr;
  asy_status status = bound && (block || !out) ? ASY_OK : ASY_E_NOMEM;
  if (!status) status = rebind(c, v, bound, out ? &before : nullptr);
  bound_unref(bound);
  if (status) {
    deallocate(block);
  } else if (out) {
    v.refs.fetch_add(1, std::memory_order_relaxed);
    *out = new (block) context_token{1, false, anywhere, context_ref(&c), &v, before};
  }
  return status;
}

asy_status context_reset(context_token &token) noexcept {
  if (!token.anywhere && context_slot() != token.of) return ASY_E_INVALID;
  if (token.used.exchange(true, std::memory_order_acq_rel)) return ASY_E_STATE;
  const asy_status status = rebind(*token.of, *token.var, token.before, nullptr);
  if (status) token.used.store(false, std::memory_order_release);
  return status;
}

void context_token_unref(context_token *token) noexcept {
  if (!token || token->refs.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  bound_unref(token->before);
  context_var_unref(token->var);
  context_unref(token->of);
  deallocate(token);
}

asy_status context_enter(context &c) noexcept {
  context *&slot = context_slot();
  for (const context *in = slot; in; in = in->entered == &slot ? in->outer : nullptr)
    if (in == &c) return ASY_E_STATE;
  context **nowhere = nullptr;
  if (!c.entered.compare_exchange_strong(nowhere, &slot, std::memory_order_acquire)) return ASY_E_STATE;
  c.outer = slot;
  slot = context_ref(&c);
  return ASY_OK;
}

/// The innermost one of those entered in a slot.
static void leave(context *&slot) noexcept {
  context *const inner = slot;
  slot = std::exchange(inner->outer, nullptr);
  inner->entered.store(nullptr, std::memory_order_release);
  context_unref(inner);
}

asy_status context_exit(context &c) noexcept {
  context *&slot = context_slot();
  if (slot != &c || c.entered.load(std::memory_order_relaxed) != &slot) return ASY_E_STATE;
  leave(slot);
  return ASY_OK;
}

void context_unwind(context *&slot, const context *base) noexcept {
  while (slot && slot != base && slot->entered.load(std::memory_order_relaxed) == &slot) leave(slot);
}

void context_scope::leave() noexcept {
  context_unwind(slot_, base_);
  context_unref(slot_);
}

void context_visit(context *c, asy_context_cb on_var, void *user_data) noexcept {
  bindings *const table = table_of(c);
  for (std::size_t i = 0; table && i < table->count; ++i) {
    const binding &at = table->items()[i];
    on_var(reinterpret_cast<asy_context_var *>(at.var), &at.bound->value, user_data);
  }
  bindings_unref(table);
}

}  // namespace libasync
