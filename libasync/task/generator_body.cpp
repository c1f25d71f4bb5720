#include <cstring>
#include <utility>

#include "libasync/task/generator.hpp"
#include "libasync/task/shutdown.hpp"
#include "libasync/task/stack.hpp"

namespace libasync {
namespace {

/// What a body waits for at a yield.
struct gate_future : future {
  task *body;
};

/// A function on a small stack, with a task that is in the loop's list only while an operation is under way.
struct body_generator : generator {
  callback<asy_run_cb> body;
  uint64_t stack_size;
  task *runner;       // owned; NULL before the start
  gate_future *gate;  // owned while the body is suspended
  waiter ended;
  bool yielded_late;
};

body_generator &of(generator &g) noexcept { return static_cast<body_generator &>(g); }

/// Nobody waits for the body: it is asked to cancel once it goes on.
void cancel_gate(future &self, error *reason) noexcept { task_rearm(*static_cast<gate_future &>(self).body, reason); }

const kind gate_kind{"yield", sizeof(gate_future), 1, 0, true, false, future_dispose, cancel_gate, nullptr};

void open_gate(body_generator &g, asy_value consumed, error *thrown) noexcept {
  gate_future *gate = std::exchange(g.gate, nullptr);
  task_enlist(*g.runner);
  if (thrown) future_fail_with(*gate, error_ref(thrown));
  else future_complete(*gate, consumed);
  unref_local(gate);
}

asy_status run(asy_value *out_value, asy_error **out_error, void *user_data) {
  auto &g = *static_cast<body_generator *>(user_data);
  asy_status status = g.body.run(out_value, out_error, g.body.user_data);
  if (status || (out_value->kind == ASY_VALUE_NIL && !g.yielded_late)) return status;
  if (*out_error) error_unref(reinterpret_cast<error *>(*out_error));
  error *why = g.yielded_late ? error_new(ASY_E_STATE, "a generator handed an item over after it was closed")
                              : error_new(ASY_E_INVALID, "a generator's function gave a value at its end");
  *out_error = reinterpret_cast<asy_error *>(why);
  return why->code;
}

void body_ended(future &done, waiter &w) noexcept {
  auto &g = *reinterpret_cast<body_generator *>(reinterpret_cast<char *>(&w) - offsetof(body_generator, ended));
  if (g.owner->closing) return;
  error *const failure = done.failure();
  if (failure) {
    future_mark_read(done);
    error_ref(failure);
  }
  generator_end(g, failure);
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

asy_status start(body_generator &g) noexcept {
  char name[64];
  generator_name(g, name);
  context *iterating;
  if (!iterating_context(*g.owner, iterating)) return ASY_E_NOMEM;
  asy_task_options with{};
  with.name = name;
  with.stack_size = g.stack_size;
  with.context = reinterpret_cast<asy_context *>(iterating);
  future *made = stack_spawn(*g.owner, {run, &g, nullptr}, with);
  g.runner = as_task(made);
  if (!g.runner) return made->failure()->code;
  g.ended.run = body_ended;
  future_wait(*g.runner, g.ended);
  return ASY_OK;
}

asy_status resume(generator &g, asy_value &sent, error *thrown) noexcept {
  if (!of(g).runner) return start(of(g));
  context *iterating;
  if (!iterating_context(*g.owner, iterating)) {
    value_clear_outside(sent);
    return ASY_E_NOMEM;
  }
  adopt_context(*of(g).runner, iterating);
  open_gate(of(g), sent, thrown);
  return ASY_OK;
}

/// In the context of whoever closes it, as far as that needs no memory.
void close(generator &g) noexcept {
  adopt_context(*of(g).runner, context_slot());
  of(g).runner->flags |= future::cleaning;
  open_gate(of(g), nil, error_of(ASY_E_END));
}

void cancel(generator &g, error *reason) noexcept { task_cancel(*of(g).runner, reason); }

void destroy(generator &base) noexcept {
  body_generator &g = of(base);
  if (task *runner = std::exchange(g.runner, nullptr)) {
    future_forget(*runner, g.ended);
    if (g.gate) {
      unref_local(std::exchange(g.gate, nullptr));
      task_end(*runner);
    }
    unref_local(runner);
  }
  g.body.free_outside();
}

constexpr generator_source source{resume, close, cancel, destroy, nullptr};
const kind body_kind{"generator", sizeof(body_generator), 1, 0, false, false, generator_dispose,
                     nullptr,     generator_at_close};

asy_status refuse(asy_value consumed, asy_status status, const char *why, error **out_error) noexcept {
  value_clear_outside(consumed);
  if (out_error) *out_error = error_new(status, why);
  return status;
}

}  // namespace

generator *generator_of_body(loop &l, callback<asy_run_cb> body, uint64_t stack_size, const char *name) noexcept {
  auto *g = make<body_generator>(l, body_kind);
  if (g) {
    generator_set_up(*g, source, nullptr);
    g->stack_size = stack_size;
    const std::size_t size = name ? std::strlen(name) + 1 : 0;
    if (size && (g->name = static_cast<char *>(allocate(size)))) std::memcpy(g->name, name, size);
    if (!size || g->name) {
      g->body = body;
      return g;
    }
    unref_local(g);
  }
  body.free_outside();
  return nullptr;
}

asy_status generator_yield(asy_value consumed, asy_value *out_sent, error **out_error) noexcept {
  if (out_sent) *out_sent = nil;
  if (out_error) *out_error = nullptr;
  loop *const l = stack_in_use();
  if (l && l->closing) {
    value_clear_outside(consumed);
    return stack_await(future_of(ASY_E_CLOSED), out_sent, out_error);
  }
  auto *g = l ? static_cast<body_generator *>(stack_data(*l->current, run)) : nullptr;
  if (!g) return refuse(consumed, ASY_E_STATE, "asy_yield outside a function of asy_generator_spawn", out_error);
  task &t = *g->runner;
  if (g->closing) {
    g->yielded_late = true;
    return refuse(consumed, ASY_E_STATE, "the generator is closed: clean up and return", out_error);
  }
  if (t.scopes) return refuse(consumed, ASY_E_STATE, "asy_yield inside an open timeout or task group", out_error);
  if (t.request != NO_REQUEST) {  // raised here, like at any await that suspends
    value_clear_outside(consumed);
    return stack_await(future_new(*l), out_sent, out_error);
  }
  auto *gate = make<gate_future>(*l, gate_kind);
  if (!gate) return refuse(consumed, ASY_E_NOMEM, nullptr, out_error);
  gate->body = &t;
  g->gate = ref(gate);
  task_delist(t);
  if (l->ending) shutdown_task_left(*l);
  generator_hand_over(*g, consumed);
  return stack_await(gate, out_sent, out_error);
}

}  // namespace libasync
