#include "libasync/task/generator.hpp"

#include <cstdio>
#include <utility>

#include "libasync/task/gather.hpp"
#include "libasync/task/stack.hpp"

namespace libasync {
namespace {

using circle_of_generators = circle<&generator::next_generator, &generator::previous_generator>;

struct operation_future : future {
  generator *of;  // while it is pending; its state holds the reference
  bool told;      // a failure is reported, with the generator's name
};

void report(generator &g, error *e, const char *circumstances) noexcept {
  char name[64], what[160];
  generator_name(g, name);
  std::snprintf(what, sizeof what, "generator %s %s", name, circumstances);
  loop_report(*g.owner, e, what);
}

/// The error may be a language's object.
void drop(error *consumed) noexcept {
  run_outside([](void *unused) { error_unref(static_cast<error *>(unused)); }, consumed);
}

// ---- open ones

void enlist(generator &g) noexcept {
  circle_of_generators::append(g.owner->generators, g);
  ++g.owner->generator_count;
}

void delist(generator &g) noexcept {
  circle_of_generators::remove(g.owner->generators, g);
  --g.owner->generator_count;
}

void open(generator &g) noexcept {
  enlist(g);
  if (g.owner->generators_closed) report(g, error_of(ASY_E_STATE), "was started after its loop had closed all of them");
}

/// Its code and data go. Touches nothing afterwards: that may run any code.
void bury(generator &g) noexcept {
  g.state = GENERATOR_OVER;
  if (g.next_generator) delist(g);
  g.source->destroy(g);
}

void drop_kept(generator &g) noexcept {
  g.keeps = false;
  asy_value unwanted = value_take(&g.kept);
  value_clear_outside(unwanted);
}

// ---- operations

void cancel_operation(future &self, error *reason) noexcept {
  if (generator *g = static_cast<operation_future &>(self).of) g->source->cancel(*g, reason);
}

const kind operation_kind{"generator operation", sizeof(operation_future), 1,      0, true, false,
                          future_dispose,        cancel_operation,         nullptr};

operation_future *begin(generator &g) noexcept {
  auto *op = make<operation_future>(*g.owner, operation_kind);
  if (!op) return nullptr;
  op->of = &g;
  g.operation = ref(op);
  return op;
}

operation_future *detach(generator &g) noexcept {
  auto *op = static_cast<operation_future *>(std::exchange(g.operation, nullptr));
  if (op) op->of = nullptr;
  return op;
}

/// Why no operation can begin; NULL when one can.
future *refusal(generator &g) noexcept {
  if (g.state == GENERATOR_OVER) return future_of(ASY_E_END);
  if (g.state != GENERATOR_BUSY) return nullptr;
  return future_failed(g.owner, error_new(ASY_E_BUSY, "another operation of the generator is under way"));
}

/// Consumes the value, borrows the error.
future *go_on(generator &g, asy_value sent, error *thrown) noexcept {
  const owned<generator> kept(ref(&g));  // it may end at once
  operation_future *op = begin(g);
  if (!op) {
    value_clear_outside(sent);
    return future_of(ASY_E_NOMEM);
  }
  const uint8_t before = g.state;
  if (before == GENERATOR_UNSTARTED) open(g);
  ref(&g);  // the operation's
  g.state = GENERATOR_BUSY;
  const asy_status refused = g.source->resume(g, sent, thrown);
  if (!refused) return op;
  g.state = before;
  if (before == GENERATOR_UNSTARTED) delist(g);
  unref_local(detach(g));
  unref_local(op);
  unref_local(&g);
  return future_of(refused);
}

future *take_kept(generator &g) noexcept {
  future *f = future_new(*g.owner);
  if (f->flags & object::immortal) return f;  // a future that cannot be made must not cost the item
  g.keeps = false;
  future_complete(*f, value_take(&g.kept));
  return f;
}

// ---- closing

void start_closing(generator &g) noexcept {
  g.state = GENERATOR_BUSY;
  g.closing = true;
  if (g.keeps) drop_kept(g);
  g.source->close(g);
}

/// Nobody holds it any more; the entry's reference is the closing's.
void close_abandoned(void *argument) noexcept {
  auto &g = *static_cast<generator *>(argument);
  if (g.owner->closing || g.state != GENERATOR_SUSPENDED) return unref_local(&g);
  context_scope in(context_slot(), nullptr);  // of nobody: what its code sets there goes with it
  start_closing(g);
}

future *close_suspended(generator &g) noexcept {
  operation_future *op = begin(g);
  if (!op) return future_of(ASY_E_NOMEM);
  ref(&g);  // the operation's
  start_closing(g);
  return op;
}

/// One of all that are closed together.
future *close_one(generator &g) noexcept {
  future *closing;
  if (g.state == GENERATOR_BUSY && g.closing) {
    if (g.operation) return ref(g.operation);
    operation_future *op = begin(g);
    closing = op ? op : future_of(ASY_E_NOMEM);
  } else {
    closing = generator_close(g);
  }
  if (closing->what == &operation_kind && !closing->done()) {
    static_cast<operation_future *>(closing)->told = true;
  } else if (error *e = closing->failure()) {
    report(g, e, "could not be closed");
  }
  return closing;
}

}  // namespace

void generator_set_up(generator &g, const generator_source &source, const char *language) noexcept {
  static std::atomic<uint32_t> made{0};
  g.source = &source;
  g.language = language;
  g.number = made.fetch_add(1, std::memory_order_relaxed) + 1;
}

void generator_name(const generator &g, char (&name)[64]) noexcept {
  if (g.name) std::snprintf(name, sizeof name, "%s", g.name);
  else
    std::snprintf(name, sizeof name, "%s%sGenerator-%u", g.language ? g.language : "", g.language ? " " : "", g.number);
}

void generator_hand_over(generator &g, asy_value consumed) noexcept {
  g.state = GENERATOR_SUSPENDED;
  operation_future *op = detach(g);
  if (op->refs > 1 || op->waiters) {
    future_complete(*op, consumed);
  } else {
    g.keeps = true;
    g.kept = consumed;
  }
  unref_local(op);
  unref_local(&g);  // the operation's
}

void generator_end(generator &g, error *failure) noexcept {
  operation_future *op = detach(g);
  bury(g);
  if (failure && failure->code == ASY_E_END) {  // an end that the code passed on
    error_unref(failure);
    failure = nullptr;
  }
  const bool failed = failure && failure->code != ASY_E_CANCELLED;
  if (failed && (op ? op->told : g.closing)) report(g, failure, "failed while it was closed");
  if (!op) {
    if (failure) error_unref(failure);
  } else if (failure) {
    future_fail(*op, failure);
  } else if (g.closing) {
    future_complete(*op, nil);
  } else {
    op->flags |= future::quiet;
    future_fail(*op, error_of(ASY_E_END));
  }
  if (op) unref_local(op);
  unref_local(&g);  // the operation's
}

future *generator_send(generator &g, asy_value consumed) noexcept {
  future *refused = refusal(g);
  if (!refused && consumed.kind != ASY_VALUE_NIL) {
    const char *why = g.state == GENERATOR_UNSTARTED ? "a generator that has not started takes no value"
                      : g.keeps                      ? "an item that was handed over is taken first, by a next"
                                                     : nullptr;
    if (why) refused = future_failed(g.owner, error_new(ASY_E_STATE, why));
  }
  if (refused) {
    value_clear_outside(consumed);
    return refused;
  }
  return g.keeps ? take_kept(g) : go_on(g, consumed, nullptr);
}

future *generator_throw(generator &g, error *consumed) noexcept {
  const owned<generator> kept(ref(&g));  // what ends here is foreign
  future *answer = refusal(g);
  if (answer) {
    drop(consumed);
    return answer;
  }
  if (g.state == GENERATOR_UNSTARTED) {
    bury(g);
    return future_failed(g.owner, consumed);
  }
  if (g.keeps) drop_kept(g);
  answer = go_on(g, nil, consumed);
  drop(consumed);
  return answer;
}

future *generator_close(generator &g) noexcept {
  if (g.state == GENERATOR_BUSY) return refusal(g);
  if (g.state == GENERATOR_SUSPENDED) return close_suspended(g);
  loop &l = *g.owner;
  if (g.state == GENERATOR_UNSTARTED) bury(g);
  return future_nil(l);
}

future *generators_close_all(loop &l) noexcept {
  l.generators_closed = true;
  const std::size_t count = l.generator_count;
  if (!count) return gather_new(l, nullptr, 0, true);
  auto **closing = static_cast<future **>(allocate(count * 2 * sizeof(future *)));
  if (!closing) return future_of(ASY_E_NOMEM);
  auto **all = reinterpret_cast<generator **>(closing + count);
  generator *next = l.generators;
  for (std::size_t i = 0; i < count; ++i, next = next->next_generator) all[i] = ref(next);  // closing runs any code
  for (std::size_t i = 0; i < count; ++i) {
    closing[i] = close_one(*all[i]);
    unref_local(all[i]);
  }
  future *gathered = gather_new(l, closing, count, true);
  deallocate(closing);
  return gathered;
}

void generator_describe(generator &g, asy_line_cb on_line, void *user_data) noexcept {
  struct account {
    generator &g;
    asy_line_cb on_line;
    void *user_data;
    static void give(void *argument) {
      const auto &[g, on_line, user_data] = *static_cast<account *>(argument);
      char name[64];
      generator_name(g, name);
      on_line(name, user_data);
      if (g.state != GENERATOR_OVER && g.source->describe) g.source->describe(g, on_line, user_data);
    }
  } told{g, on_line, user_data};
  const owned<generator> kept(ref(&g));  // a line may drop the last handle
  run_outside(account::give, &told);
}

void generator_dispose(object &self) noexcept {
  auto &g = static_cast<generator &>(self);
  if (g.state == GENERATOR_SUSPENDED && !g.owner->closing) {  // brought back: it may have to clean up
    loop_push(*g.owner, close_abandoned, ref(&g));
    return;
  }
  generator_at_close(g);
  deallocate(g.name);
}

void generator_at_close(object &self) noexcept {
  auto &g = static_cast<generator &>(self);
  const uint8_t before = g.state;
  if (before != GENERATOR_OVER) bury(g);
  value_clear(g.kept);
  if (before != GENERATOR_BUSY) return;
  if (operation_future *op = detach(g)) {
    future_close(*op);
    unref_local(op);
  }
  unref_local(&g);  // the operation's
}

void generators_close(loop &l) noexcept {
  while (generator *g = l.generators) {
    report(*g, error_of(ASY_E_CLOSED), "was still open when its loop was closed");
    generator_at_close(*g);
  }
}

}  // namespace libasync
