#include <cstring>
#include <utility>

#include "libasync/task/awaiter.hpp"
#include "libasync/task/generator.hpp"
#include "libasync/task/stack.hpp"

namespace libasync {
namespace {

/// What a body waits for at a yield.
struct gate_future : future {
  task *body;
};

/// A task that hands items over. It is set aside but while an operation is under way.
struct task_generator : generator {
  task *body;         // owned; NULL once the generator is over
  gate_future *gate;  // owned, from a yield until the next operation
  waiter ended;       // the first that was registered on the body
  bool yielded_late;
};

task_generator &of(generator &g) noexcept { return static_cast<task_generator &>(g); }

task_generator &holder(waiter &ended) noexcept {
  return *reinterpret_cast<task_generator *>(reinterpret_cast<char *>(&ended) - offsetof(task_generator, ended));
}

/// Nobody waits for the body: it is asked to cancel once it goes on.
void cancel_gate(future &self, error *reason) noexcept { task_rearm(*static_cast<gate_future &>(self).body, reason); }

const kind gate_kind{"yield", sizeof(gate_future), 1, 0, true, false, future_dispose, cancel_gate, nullptr};

/// The body begins, or goes on from its yield.
void go_on(task_generator &g, asy_value consumed, error *thrown) noexcept {
  task_bring_back(*g.body);
  gate_future *const gate = std::exchange(g.gate, nullptr);
  if (!gate) return;
  if (thrown) future_fail_with(*gate, error_ref(thrown));
  else future_complete(*gate, consumed);
  unref_local(gate);
}

/// Why the end of a body is none of a generator; NULL when it is.
error *complaint(const task_generator &g) noexcept {
  if (g.body->state != DONE) return nullptr;
  if (g.yielded_late) return error_new(ASY_E_STATE, "a generator handed an item over after it was closed");
  if (g.body->value.kind == ASY_VALUE_NIL) return nullptr;
  return error_new(ASY_E_INVALID, "a generator's function gave a value at its end");
}

void body_ended(future &done, waiter &w) noexcept {
  task_generator &g = holder(w);
  if (g.owner->closing) return;
  if (g.state != GENERATOR_BUSY) return generator_at_close(g);  // it did not wait at its yield; an error stays unread
  error *failure = done.failure();
  if (failure) {
    future_mark_read(done);
    error_ref(failure);
  } else {
    failure = complaint(g);
  }
  generator_end(g, failure);
}

const awaiter_rule awaits(body_ended, [](waiter &w) noexcept -> future * { return holder(w).operation; });

/// The generator whose body this is, or NULL.
task_generator *generator_with(const task &t) noexcept {
  return t.waiters && t.waiters->run == body_ended ? &holder(*t.waiters) : nullptr;
}

/// What the body sees and changes; NULL where nobody iterates and nothing is set. False without memory.
bool iterating_context(loop &l, context *&out) noexcept {
  context *&slot = context_slot();
  out = l.current ? context_in(slot) : slot;
  return out || !l.current;
}

/// Unless it has entered one of its own.
void adopt_context(task &body, context *c) noexcept {
  const bool entered = body.context && body.context->entered == &body.context;
  if (c && !entered) context_unref(std::exchange(body.context, context_ref(c)));
}

asy_status resume(generator &g, asy_value &sent, error *thrown) noexcept {
  context *iterating;
  if (!iterating_context(*g.owner, iterating)) {
    value_clear_outside(sent);
    return ASY_E_NOMEM;
  }
  adopt_context(*of(g).body, iterating);
  go_on(of(g), sent, thrown);
  return ASY_OK;
}

/// In the context of whoever closes it, as far as that needs no memory.
void close(generator &g) noexcept {
  adopt_context(*of(g).body, context_slot());
  of(g).body->flags |= future::cleaning;
  go_on(of(g), nil, error_of(ASY_E_END));
}

void cancel(generator &g, error *reason) noexcept { task_cancel(*of(g).body, reason); }

void destroy(generator &g) noexcept {
  task *const body = std::exchange(of(g).body, nullptr);
  if (!body) return;
  future_forget(*body, of(g).ended);
  if (of(g).gate) unref_local(std::exchange(of(g).gate, nullptr));
  if (!is_over(*body)) task_end_aside(*body);
  unref_local(body);
}

void describe(generator &g, asy_line_cb on_line, void *user_data) noexcept {
  task_describe(*of(g).body, on_line, user_data);
}

constexpr generator_source source{resume, close, cancel, destroy, describe};
const kind generator_kind{"generator", sizeof(task_generator), 1, 0, false, false, generator_dispose,
                          nullptr,     generator_at_close};

/// One name for both. False without memory.
bool share_name(task_generator &g, task &body) noexcept {
  char name[64];
  generator_name(g, name);
  if (!body.name && task_set_name(body, name)) return false;
  const std::size_t size = std::strlen(body.name) + 1;
  g.name = static_cast<char *>(allocate(size));
  return g.name && std::memcpy(g.name, body.name, size);
}

/// Queued, and nobody has anything to do with it yet.
bool is_fresh(const task &t) noexcept {
  return t.phase == STEP_QUEUED && !t.started && !t.waiters && t.request == NO_REQUEST;
}

future *refuse(loop &l, asy_value consumed, asy_status status, const char *why) noexcept {
  value_clear_outside(consumed);
  return future_failed(&l, error_new(status, why));
}

}  // namespace

asy_status generator_of_task(future *consumed, generator *&out) noexcept {
  task *const t = as_task(consumed);
  if (!t || !is_fresh(*t)) {
    error *const failure = t ? nullptr : consumed->failure();
    const asy_status refused = t ? ASY_E_STATE : failure ? failure->code : ASY_E_INVALID;
    if (failure) future_mark_read(*consumed);
    object_unref(consumed);
    return refused;
  }
  task_set_aside(*t);
  auto *g = make<task_generator>(*t->owner, generator_kind);
  if (!g) {
    task_end_aside(*t);
    unref_local(t);
    return ASY_E_NOMEM;
  }
  generator_set_up(*g, source, nullptr);
  g->body = t;
  g->ended.run = body_ended;
  future_wait(*t, g->ended);
  if (share_name(*g, *t)) {
    out = g;
    return ASY_OK;
  }
  unref_local(g);
  return ASY_E_NOMEM;
}

future *generator_yield(task &t, asy_value consumed) noexcept {
  loop &l = *t.owner;
  task_generator *const g = generator_with(t);
  if (!g) return refuse(l, consumed, ASY_E_STATE, "a yield outside the task of a generator");
  if (t.phase != RUNNING && t.phase != DEFERRED)
    return refuse(l, consumed, ASY_E_STATE, "a yield in the name of a task that does not run");
  if (g->state != GENERATOR_BUSY) return refuse(l, consumed, ASY_E_STATE, "the yield before was not awaited");
  if (g->closing) {
    g->yielded_late = true;
    return refuse(l, consumed, ASY_E_STATE, "the generator is closed: clean up and return");
  }
  if (t.scopes) return refuse(l, consumed, ASY_E_STATE, "a yield inside an open timeout or task group");
  if (t.request != NO_REQUEST) {  // raised here, like at any await that suspends
    value_clear_outside(consumed);
    return future_new(l);
  }
  auto *gate = make<gate_future>(l, gate_kind);
  if (!gate) {
    value_clear_outside(consumed);
    return future_of(ASY_E_NOMEM);
  }
  gate->flags |= future::quiet;  // what is thrown in at the yield is told where it comes from
  gate->body = &t;
  g->gate = ref(gate);
  task_set_aside(t);
  generator_hand_over(*g, consumed);
  return gate;
}

asy_status generator_yield_here(asy_value consumed, asy_value *out_sent, error **out_error) noexcept {
  loop *const l = stack_in_use();
  if (l && !l->closing) return stack_await(generator_yield(*l->current, consumed), out_sent, out_error);
  value_clear_outside(consumed);
  const asy_status refused = stack_await(future_of(l ? ASY_E_CLOSED : ASY_E_STATE), out_sent, out_error);
  if (!l && out_error) *out_error = error_new(refused, "asy_yield outside a function of asy_generator_spawn");
  return refused;
}

}  // namespace libasync
