#include "libasync/task/awaiter.hpp"
#include "libasync/task/generator.hpp"
#include "libasync/task/stack.hpp"

namespace libasync {
namespace {

/// A language's own iterator: each of its steps is a future that it gives.
struct iterator_generator : generator {
  const asy_iterator *type;
  void *self;
  future *step;  // owned while it is awaited
  waiter done;
};

iterator_generator &of(generator &g) noexcept { return static_cast<iterator_generator &>(g); }

/// A step of its own has ended; consumed.
void answer(iterator_generator &g, future &step) noexcept {
  error *const failure = step.failure();
  if (failure) {
    future_mark_read(step);
    error_ref(failure);
  }
  if (failure || g.closing) {
    unref_local(&step);
    return generator_end(g, failure);
  }
  const asy_value item = future_hand_over(step);
  unref_local(&step);
  generator_hand_over(g, item);
}

iterator_generator &holder(waiter &done) noexcept {
  return *reinterpret_cast<iterator_generator *>(reinterpret_cast<char *>(&done) - offsetof(iterator_generator, done));
}

void step_done(future &step, waiter &w) noexcept {
  iterator_generator &g = holder(w);
  if (g.owner->closing) return;
  g.step = nullptr;
  answer(g, step);
}

const awaiter_rule awaits(step_done, [](waiter &w) noexcept -> future * { return holder(w).operation; });

void await(iterator_generator &g, future *step) noexcept {
  if (!step) step = future_failed(g.owner, error_new(ASY_E_INTERNAL, "an iterator's step gave no future"));
  if (step->owner && step->owner != g.owner) {
    object_unref(step);
    step = future_of(ASY_E_WRONG_LOOP);
  }
  if (step->done()) return answer(g, *step);
  if (g.closing && as_task(step)) step->flags |= future::cleaning;
  g.step = step;
  g.done.run = step_done;
  future_wait(*step, g.done);
}

/// Foreign code, and what it releases.
struct call {
  iterator_generator &g;
  const asy_value *sent;
  error *thrown;
  static void next(void *argument) noexcept {
    const auto &[g, sent, thrown] = *static_cast<call *>(argument);
    await(g, reinterpret_cast<future *>(g.type->next(g.self, sent, reinterpret_cast<asy_error *>(thrown))));
  }
  static void close(void *argument) noexcept {
    iterator_generator &g = static_cast<call *>(argument)->g;
    await(g, reinterpret_cast<future *>(g.type->close(g.self)));
  }
};

asy_status resume(generator &g, asy_value &sent, error *thrown) noexcept {
  call made{of(g), thrown ? nullptr : &sent, thrown};
  run_outside(call::next, &made);
  value_clear_outside(sent);
  return ASY_OK;
}

void close(generator &g) noexcept {
  call made{of(g), nullptr, nullptr};
  if (of(g).type->close) run_outside(call::close, &made);
  else generator_end(g, nullptr);
}

void cancel(generator &g, error *reason) noexcept {
  if (future *step = of(g).step) future_cancel(*step, reason);
}

void destroy(generator &g) noexcept {
  if (future *step = of(g).step) {
    of(g).step = nullptr;
    future_forget(*step, of(g).done);
    unref_local(step);
  }
  run_outside(of(g).type->destroy, of(g).self);
}

void describe(generator &g, asy_line_cb on_line, void *user_data) noexcept {
  if (of(g).type->describe) of(g).type->describe(of(g).self, on_line, user_data);
}

constexpr generator_source source{resume, close, cancel, destroy, describe};
const kind iterator_kind{"generator", sizeof(iterator_generator), 1, 0, false, false, generator_dispose,
                         nullptr,     generator_at_close};

}  // namespace

generator *generator_of_iterator(loop &l, const asy_iterator *type, void *self) noexcept {
  auto *g = make<iterator_generator>(l, iterator_kind);
  if (!g) {
    run_outside(type->destroy, self);
    return nullptr;
  }
  generator_set_up(*g, source, type->language);
  g->type = type;
  g->self = self;
  return g;
}

}  // namespace libasync
