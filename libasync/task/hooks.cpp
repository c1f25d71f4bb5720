#include "libasync/task/hooks.hpp"

#include <new>

namespace libasync {
namespace {

void unref(task_hooks *h) noexcept {
  if (!h || --h->refs) return;
  const asy_task_hooks was = h->call;
  deallocate(h);
  if (was.on_free) run_outside(was.on_free, was.user_data);
}

/// Holds the hooks while one of them runs.
class hooks_scope {
 public:
  explicit hooks_scope(loop &l) noexcept : it_(l.hooks) { ++it_->refs; }
  ~hooks_scope() { unref(it_); }
  hooks_scope(const hooks_scope &) = delete;
  const asy_task_hooks &call() const noexcept { return it_->call; }

 private:
  task_hooks *it_;
};

void tell(task &t, asy_task_cb asy_task_hooks::*which) noexcept {
  const hooks_scope hooks(*t.owner);
  struct news {
    task &t;
    asy_task_cb hook;
    void *user_data;
    static void give(void *argument) {
      const auto &[t, hook, user_data] = *static_cast<news *>(argument);
      hook(reinterpret_cast<asy_task *>(static_cast<future *>(&t)), user_data);
    }
  } told{t, hooks.call().*which, hooks.call().user_data};
  if (told.hook) run_outside(news::give, &told);
}

}  // namespace

asy_status hooks_set(loop &l, const asy_task_hooks *wanted) noexcept {
  task_hooks *made = nullptr;
  if (wanted) {
    void *block = allocate(sizeof(task_hooks));
    if (!block) {
      if (wanted->on_free) run_outside(wanted->on_free, wanted->user_data);
      return ASY_E_NOMEM;
    }
    made = new (block) task_hooks{1, *wanted};
  }
  task_hooks *const before = l.hooks;
  l.hooks = made;
  unref(before);
  return ASY_OK;
}

void hooks_options(loop &l, asy_task_options &options) noexcept {
  const hooks_scope hooks(l);
  struct question {
    loop &l;
    asy_task_options &options;
    const asy_task_hooks &call;
    static void ask(void *argument) {
      const auto &[l, options, call] = *static_cast<question *>(argument);
      call.on_options(reinterpret_cast<asy_loop *>(&l), &options, call.user_data);
    }
  } asked{l, options, hooks.call()};
  if (asked.call.on_options) run_outside(question::ask, &asked);
}

void hooks_created(task &t) noexcept { tell(t, &asy_task_hooks::on_created); }
void hooks_finished(task &t) noexcept { tell(t, &asy_task_hooks::on_finished); }

/// On the loop's stack, as every step.
task_hooks *hooks_entered(task &t) noexcept {
  task_hooks *const h = t.owner->hooks;
  ++h->refs;
  if (h->call.on_switched)
    h->call.on_switched(reinterpret_cast<asy_task *>(static_cast<future *>(&t)), 1, h->call.user_data);
  return h;
}

void hooks_left(task &t, task_hooks *told) noexcept {
  // Those that replaced the ones which heard of the beginning do not hear of the end, nor do these.
  if (t.owner->hooks == told && told->call.on_switched)
    told->call.on_switched(reinterpret_cast<asy_task *>(static_cast<future *>(&t)), 0, told->call.user_data);
  unref(told);
}

}  // namespace libasync
