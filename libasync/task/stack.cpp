#include "libasync/task/stack.hpp"

#include <cstdio>
#include <new>

#include "libasync/task/body.hpp"
#include "libasync/task/sleep.hpp"
#include "libasync/task/stack_switch.hpp"

namespace libasync {
namespace {

constexpr uint16_t longest_streak = 128;  // done futures awaited in a row before a turn is given up
constexpr uint32_t patience = 1000;       // awaits that a body may still try while it is being ended

/// A function with a stack of its own; the coroutine behind a stackful task. Made
/// by stack_spawn() in memory that the pool keeps: what is not set there is set
/// before it is read.
struct fiber : small_stack {
  // What a switch reads: a line of the cache, as the head is.
  loop *home;
  task *owner;
  void (*errand)(void *argument);  // what the body wants done on the loop's stack
  void *errand_argument;
  future *awaits;         // owned until the step takes it
  asy_value *want_value;  // where the await wants its outcome; on the small stack
  error **want_error;
  uint32_t refusals;
  bool started, ending;

  callback<asy_run_cb> body;
  asy_value value;  // what the body returned
  error *raised;
};

/// The body that is being ended on this thread; then its loop refuses everything.
thread_local fiber *ending_here = nullptr;

stack_pool &pool_of(loop &l) noexcept { return *static_cast<stack_pool *>(l.stacks); }

void run_body(small_stack &self) noexcept {
  auto &f = static_cast<fiber &>(self);
  f.status = body_run(f.body, f.value, f.raised);
}

/// Until the body awaits or is over.
inline void enter(fiber &f) noexcept {
  loop &l = *f.home;
  for (;;) {
    l.on_stack = true;
    stack_enter(f, pool_of(l));
    l.on_stack = false;
    if (!f.errand) [[likely]]
      return;
    void (*const errand)(void *) = f.errand;
    f.errand = nullptr;
    errand(f.errand_argument);
  }
}

void finish_step(fiber &f, asy_step &out) noexcept {
  error *const failure = body_failure(f.status, f.value, f.raised);
  out.kind = failure ? ASY_STEP_RAISE : ASY_STEP_RETURN;
  out.value = f.value;
  out.error = reinterpret_cast<asy_error *>(failure);
  f.value = nil;
  f.raised = nullptr;
}

void resume(void *self, asy_task *, const asy_value *sent, asy_error *thrown, asy_step *out) {
  auto &f = *static_cast<fiber *>(self);
  if (!f.started) {
    f.started = true;
    stack_start(f, run_body);
  } else if (auto *e = reinterpret_cast<error *>(thrown)) {
    f.status = e->code;
    if (f.want_error) *f.want_error = error_ref(e);
  } else {
    f.status = ASY_OK;
    if (f.want_value) {
      future *source = f.owner->busy.awaiting;
      if (source && sent == &source->value) *f.want_value = future_hand_over(*source);
    }
  }
  enter(f);
  if (f.over) return finish_step(f, *out);
  out->kind = ASY_STEP_AWAIT;
  out->future = reinterpret_cast<asy_future *>(f.awaits);
  f.awaits = nullptr;
}

/// The loop closes: the body runs to its end, and whatever it awaits fails. False when it does not end.
bool end(fiber &f) noexcept {
  loop &l = *f.home;
  fiber *const outer = ending_here;
  task *const current = l.current;
  ending_here = &f;
  l.current = f.owner;
  f.ending = true;
  f.status = ASY_E_CLOSED;
  if (f.want_error) *f.want_error = error_of(ASY_E_CLOSED);
  enter(f);
  ending_here = outer;
  l.current = current;
  if (f.over) {
    asy_step last{};
    finish_step(f, last);
    value_clear(last.value);
    if (last.error) error_unref(reinterpret_cast<error *>(last.error));
    return true;
  }
  char what[160];
  std::snprintf(what, sizeof what, "task %s awaits again and again while its loop closes; its stack is kept",
                task_name(*f.owner));
  task_report(*f.owner, error_of(ASY_E_STATE), what);
  return false;
}

void destroy(void *self) {
  auto &f = *static_cast<fiber *>(self);
  stack_pool &pool = pool_of(*f.home);
  if (f.started && !f.over && !end(f)) return pool.keep(&f);
  f.body.free();
  pool.put(&f);
}

constexpr asy_coroutine stackful{sizeof(asy_coroutine), resume, destroy, nullptr, nullptr, "c"};

void free_pool(loop &l) noexcept {
  pool_of(l).clear();
  deallocate(l.stacks);
  l.stacks = nullptr;
}

bool make_pool(loop &l) noexcept {
  void *block = allocate(sizeof(stack_pool));
  if (!block) return false;
  l.stacks = new (block) stack_pool{};
  l.stacks_free = free_pool;
  l.stacks_bound = [](loop &bound) noexcept { return pool_of(bound).live != 0; };
  return true;
}

/// Every await that cannot be: consumes the future and says why.
[[gnu::cold, gnu::noinline]] asy_status refuse(future *f, error **out_error) noexcept {
  error *why = nullptr;
  loop *const l = stack_in_use();
  if (ending_here && l) {
    if (++ending_here->refusals > patience) stack_leave(*ending_here);  // and is not entered again
    why = error_of(ASY_E_CLOSED);
  } else if (!f) {
    why = error_new(ASY_E_INVALID, "asy_await of no future");
  } else if (!f->owner) {
    why = f->failure();  // an operation that failed before it had a loop; immortal
  } else if (!l) {
    why = error_new(ASY_E_STATE, "asy_await outside a function of asy_spawn");
  } else if (f == l->current) {
    why = error_new(ASY_E_STATE, "a task awaits itself");
  } else {
    why = error_of(ASY_E_WRONG_LOOP);
  }
  const asy_status status = why->code;
  if (out_error) *out_error = why;
  else error_unref(why);
  object_unref(f);
  return status;
}

/// The outcome of a future that is done already, which it consumes.
[[gnu::noinline]] asy_status take(future &f, asy_value *out_value, error **out_error) noexcept {
  asy_status status = ASY_OK;
  if (error *e = f.failure()) {
    future_mark_read(f);
    status = e->code;
    if (out_error) *out_error = error_ref(e);
  } else if (out_value) {
    struct share {
      future &from;
      asy_value &to;
      static void hand(void *argument) {
        auto &both = *static_cast<share *>(argument);
        both.to = future_hand_over(both.from);
      }
    } both{f, *out_value};
    // Another reference to a foreign object is foreign code.
    if (f.value.kind == ASY_VALUE_OBJECT && f.refs != 1) run_outside(share::hand, &both);
    else share::hand(&both);
  }
  unref_local(&f);
  return status;
}

}  // namespace

future *stack_spawn(loop &l, asy_run_cb on_run, void *user_data, asy_free_cb on_free,
                    const asy_task_options *with) noexcept {
  constexpr uint32_t usual = stack_pool::class_of(0);
  const uint32_t size_class = with ? stack_pool::class_of(with->stack_size) : usual;
  small_stack *stack = nullptr;
  asy_status status = ASY_E_INVALID;
  if (size_class < stack_pool::classes) {
    status = ASY_E_NOMEM;
    if (l.stacks || make_pool(l)) stack = pool_of(l).get(size_class, sizeof(fiber));
  }
  if (!stack) {
    if (on_free) run_outside(on_free, user_data);
    return future_of(status);
  }
  auto *f = static_cast<fiber *>(stack);
  f->home = &l;
  f->body.run = on_run;
  f->body.user_data = user_data;
  f->body.on_free = on_free;
  f->errand = nullptr;
  f->value = nil;
  f->raised = nullptr;
  f->refusals = 0;
  f->started = f->ending = false;
  task *const t = task_make(l, &stackful, f, with);
  if (!t) return future_of(ASY_E_NOMEM);
  t->stackful = true;
  f->owner = t;
  task_start(*t, with);
  return t;
}

asy_status stack_await(future *f, asy_value *out_value, error **out_error) noexcept {
  if (out_value) *out_value = nil;
  if (out_error) *out_error = nullptr;
  loop *const l = f ? f->owner : nullptr;
  if (!l || !loop_is_here(*l) || !l->on_stack || f == l->current) return refuse(f, out_error);
  task &t = *l->current;
  auto &me = *static_cast<fiber *>(t.self);
  if (me.ending) [[unlikely]]
    return refuse(f, out_error);
  if (f->done() && t.streak < longest_streak) {
    ++t.streak;
    return take(*f, out_value, out_error);
  }
  me.want_value = out_value;
  me.want_error = out_error;
  me.awaits = f;
  if (sleep_yield_turn(*f)) me.awaits = nullptr;
  return stack_leave_for_status(me);
}

void *stack_data(const task &t, asy_run_cb function) noexcept {
  const auto *f = t.stackful ? static_cast<const fiber *>(t.self) : nullptr;
  return f && f->body.run == function ? f->body.user_data : nullptr;
}

loop *stack_in_use() noexcept {
  loop *l = loop_current();
  if (l && l->on_stack) return l;
  return ending_here && ending_here->home->on_stack ? ending_here->home : nullptr;
}

void run_outside(void (*run)(void *argument), void *argument) noexcept {
  loop *l = stack_in_use();
  if (!l) return run(argument);
  fiber &f = *static_cast<fiber *>(ending_here ? ending_here : l->current->self);
  f.errand = run;
  f.errand_argument = argument;
  stack_leave(f);
}

void value_clear_outside(asy_value &value) noexcept {
  if (value_is_plain(value)) value_clear(value);
  else run_outside([](void *argument) { value_clear(*static_cast<asy_value *>(argument)); }, &value);
}

asy_value value_copy_outside(const asy_value &value) noexcept {
  if (value.kind != ASY_VALUE_OBJECT) return value_copy(value);
  struct copy {
    const asy_value &from;
    asy_value to;
    static void make(void *argument) {
      auto &both = *static_cast<copy *>(argument);
      both.to = value_copy(both.from);
    }
  } both{value, nil};
  run_outside(copy::make, &both);
  return both.to;
}

}  // namespace libasync
