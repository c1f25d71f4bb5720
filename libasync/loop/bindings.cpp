#include "libasync/loop/bindings.hpp"

#include <new>

#include "libasync/task/stack.hpp"

namespace libasync {
namespace {

void free_bound(bound_value &b) noexcept {
  value_clear_outside(b.value);
  loop *const home = b.home;
  deallocate(&b);
  if (home) loop_unpin(*home);
}

}  // namespace

std::atomic<bool> context_vars_exist{false};

asy_status context_var_new(const char *name, const asy_value *fallback, context_var *&out) noexcept {
  out = nullptr;
  asy_value kept = nil;
  if (fallback)
    if (const asy_status refused = bound_copy(*fallback, nullptr, kept)) return refused;
  const std::size_t size = std::strlen(name) + 1;
  void *block = allocate(sizeof(context_var) + size);
  if (!block) {
    value_clear_outside(kept);
    return ASY_E_NOMEM;
  }
  auto *text = static_cast<char *>(block) + sizeof(context_var);
  context_vars_exist.store(true, std::memory_order_relaxed);
  out = new (block) context_var{1, fallback != nullptr, kept, text};
  std::memcpy(text, name, size);
  return ASY_OK;
}

void context_var_unref(context_var *v) noexcept {
  if (!v || v->refs.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  value_clear_outside(v->fallback);
  deallocate(v);
}

bound_value *bound_new(asy_value consumed) noexcept {
  void *block = allocate(sizeof(bound_value));
  if (!block) {
    value_clear_outside(consumed);
    return nullptr;
  }
  auto *made = new (block) bound_value;
  made->value = consumed;
  made->deliver = [](letter &mail, bool) noexcept { free_bound(static_cast<bound_value &>(mail)); };
  if (loop *l = value_is_tied(consumed) ? loop_current() : nullptr) {
    made->home = l;
    loop_pin(*l);
  }
  return made;
}

void bound_unref(bound_value *b) noexcept {
  if (!b || b->refs.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  if (b->home && !loop_is_here(*b->home)) mailbox_post(*b->home, *b);
  else free_bound(*b);
}

asy_status bound_copy(const asy_value &value, const loop *home, asy_value &out) noexcept {
  if (value.kind == ASY_VALUE_FUTURE) home = static_cast<const object *>(value.data)->owner;
  if (const asy_status refused = home ? loop_check(home) : ASY_OK) return refused;
  out = value_copy_outside(value);
  return ASY_OK;
}

void bindings_unref(bindings *b) noexcept {
  if (!b || b->refs.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  for (std::size_t i = 0; i < b->count; ++i) {
    bound_unref(b->items()[i].bound);
    context_var_unref(b->items()[i].var);
  }
  deallocate(b);
}

bound_value *bindings_find(bindings *in, const context_var &v) noexcept {
  for (std::size_t i = 0; in && i < in->count; ++i)
    if (in->items()[i].var == &v) return in->items()[i].bound;
  return nullptr;
}

bool bindings_derive(bindings *from, context_var &v, bound_value *bound, bindings *&out) noexcept {
  const std::size_t before = from ? from->count : 0;
  out = nullptr;
  void *block = allocate(sizeof(bindings) + (before + 1) * sizeof(binding));
  if (!block) return false;
  auto *made = new (block) bindings{1, 0};
  const auto add = [made](context_var &var, bound_value *value) noexcept {
    var.refs.fetch_add(1, std::memory_order_relaxed);
    made->items()[made->count++] = {&var, bound_ref(value)};
  };
  bool placed = false;
  for (std::size_t i = 0; i < before; ++i) {
    const binding &was = from->items()[i];
    const bool same = was.var == &v;
    placed |= same;
    if (bound_value *value = same ? bound : was.bound) add(*was.var, value);
  }
  if (!placed && bound) add(v, bound);
  if (made->count) out = made;
  else deallocate(block);
  return true;
}

}  // namespace libasync
