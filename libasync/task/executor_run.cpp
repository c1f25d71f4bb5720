#include "libasync/task/executor_run.hpp"

#include <new>
#include <utility>

#include "libasync/loop/context.hpp"
#include "libasync/task/body.hpp"
#include "libasync/task/stack.hpp"

namespace libasync {
namespace {

struct run_job;

struct run_future : future {
  run_job *out;  // NULL when nobody waits for it any more
};

struct run_job : job {
  callback<asy_run_cb> body;
  libasync::context *context = nullptr;  // of whoever made it; owned
  run_future *who = nullptr;             // the loop's thread looks
  std::atomic<bool> cancelled{false};    // the job itself may ask
  asy_value value = nil;
  error *failure = nullptr;
};

thread_local const run_job *running_here = nullptr;

void work(job &self) noexcept {
  auto &j = static_cast<run_job &>(self);
  error *raised = nullptr;
  asy_status status;
  running_here = &j;
  {
    context_scope in(context_slot(), std::exchange(j.context, nullptr));
    status = body_run(j.body, j.value, raised);
  }
  running_here = nullptr;
  j.failure = body_failure(status, j.value, raised);
  j.body.free();
}

void free_job(run_job &j) noexcept {
  context_unref(j.context);
  j.~run_job();
  deallocate(&j);
}

void finish(job &self, bool) noexcept {
  auto &j = static_cast<run_job &>(self);
  if (run_future *f = j.who) {
    f->out = nullptr;
    --j.home->external;
    if (j.failure) future_fail(*f, j.failure);
    else future_complete(*f, j.value);
  } else {
    if (j.failure) error_unref(j.failure);
    value_clear(j.value);
  }
  free_job(j);
}

/// Nobody waits any more: a job that has not begun never runs, the result of another is dropped.
void abandon(run_future &f) noexcept {
  run_job *const j = f.out;
  if (!j) return;
  f.out = nullptr;
  j->who = nullptr;
  j->cancelled.store(true, std::memory_order_relaxed);
  --f.owner->external;
  if (!executor_withdraw(*j)) return;
  callback<asy_run_cb> body = j->body;
  free_job(*j);
  body.free_outside();
}

void cancel(future &self, error *reason) noexcept {
  abandon(static_cast<run_future &>(self));
  future_cancelled(self, reason ? error_ref(reason) : nullptr);
}

void close(object &self) noexcept { abandon(static_cast<run_future &>(self)); }

void dispose(object &self) noexcept {
  abandon(static_cast<run_future &>(self));
  future_dispose(self);
}

const kind run_kind{"executor job", sizeof(run_future), 1, 0, true, false, dispose, cancel, close};

// ---- shutting down

struct end_watch;

struct end_future : future {
  executor *pool;  // owned while `out`
  end_watch *out;  // NULL when it waits no more
  timer alarm;
};

struct end_watch : quiet_watch {
  end_future *who;
};

end_future &future_of_alarm(timer &due) noexcept {
  return *reinterpret_cast<end_future *>(reinterpret_cast<char *>(&due) - offsetof(end_future, alarm));
}

void end_wait(end_future &f) noexcept {
  end_watch *const w = std::exchange(f.out, nullptr);
  if (!w) return;
  timer_stop(*f.owner, f.alarm);
  w->who = nullptr;
  if (executor_forget(*f.pool, *w)) deallocate(w);
  executor_unref(std::exchange(f.pool, nullptr));
}

void quiet(letter &mail, bool) noexcept {
  auto &w = static_cast<end_watch &>(mail);
  if (end_future *f = w.who) {
    f->out = nullptr;
    timer_stop(*f->owner, f->alarm);
    executor_unref(std::exchange(f->pool, nullptr));
    future_complete(*f, nil);
  }
  deallocate(&w);
}

void come_due(timer &due) noexcept {
  end_future &f = future_of_alarm(due);
  object_ref(&f);
  end_wait(f);
  future_fail(f, error_of(ASY_E_TIMEOUT));
  unref_local(&f);
}

void cancel_end(future &self, error *reason) noexcept {
  end_wait(static_cast<end_future &>(self));
  future_cancelled(self, reason ? error_ref(reason) : nullptr);
}

void close_end(object &self) noexcept { end_wait(static_cast<end_future &>(self)); }

void dispose_end(object &self) noexcept {
  end_wait(static_cast<end_future &>(self));
  future_dispose(self);
}

const kind end_kind{"executor shutdown", sizeof(end_future), 1, 1, true, false, dispose_end, cancel_end, close_end};

// ---- the loop's own

executor *default_executor(loop &l) noexcept {
  l.executor_free = executor_unref;
  if (!l.default_executor) l.default_executor = executor_new(nullptr, 0, 0);
  return l.default_executor;
}

future *refuse(loop &l, asy_status status) noexcept {
  if (status == ASY_E_AGAIN) return future_failed(&l, error_new(status, "the queue of the executor is full"));
  if (status == ASY_E_CLOSED) return future_failed(&l, error_new(status, "the executor was shut down"));
  return future_of(status);
}

}  // namespace

future *executor_run(executor *e, loop &l, callback<asy_run_cb> body) noexcept {
  asy_status refused = !e && l.default_executor_over ? ASY_E_CLOSED : ASY_OK;
  if (!refused && !e && !(e = default_executor(l))) refused = ASY_E_NOMEM;
  auto *f = refused ? nullptr : make<run_future>(l, run_kind);
  context *in = nullptr;
  void *block = f && context_capture(in) ? allocate(sizeof(run_job)) : nullptr;
  if (!block) context_unref(in);
  if (block) {
    auto *j = new (block) run_job;
    j->context = in;
    j->body = body;
    j->who = f;
    j->work = work;
    j->finish = finish;
    f->out = j;
    ++l.external;
    refused = executor_submit(*e, l, *j);
    if (!refused) return f;
    --l.external;
    f->out = nullptr;
    free_job(*j);
  }
  if (f) unref_local(f);
  body.free_outside();
  return refuse(l, refused ? refused : ASY_E_NOMEM);
}

bool executor_job_is_cancelled() noexcept {
  return running_here && running_here->cancelled.load(std::memory_order_relaxed);
}

future *executor_shutdown(executor &e, loop &l, uint64_t timeout) noexcept {
  auto *f = make<end_future>(l, end_kind);
  void *block = f ? allocate(sizeof(end_watch)) : nullptr;
  if (!block) {
    if (f) unref_local(f);
    return future_of(ASY_E_NOMEM);
  }
  auto *w = new (block) end_watch;
  w->deliver = quiet;
  w->who = f;
  f->alarm.init(come_due);
  if (executor_stop(e, l, *w)) {
    deallocate(w);
    future_complete(*f, nil);
    return f;
  }
  f->out = w;
  f->pool = executor_ref(&e);
  if (timeout != UINT64_MAX) timer_start(l, f->alarm, deadline_after(l, timeout));
  return f;
}

asy_status default_executor_set(loop &l, executor &e) noexcept {
  if (l.default_executor_over) return ASY_E_CLOSED;
  l.executor_free = executor_unref;
  executor *const before = std::exchange(l.default_executor, executor_ref(&e));
  executor_unref(before);
  return ASY_OK;
}

future *default_executor_shutdown(loop &l, uint64_t timeout) noexcept {
  l.default_executor_over = true;
  return l.default_executor ? executor_shutdown(*l.default_executor, l, timeout) : future_nil(l);
}

}  // namespace libasync
