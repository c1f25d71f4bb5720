#include "libasync/task/batch.hpp"

#include <cstring>

namespace libasync {

namespace {

/// A place in the queue of answers, embedded in what the answer is about. The
/// kind stands first: a pool's taken block begins with a word that is not zero.
struct ticket {
  answer_kind kind;
  bool queued;
  ticket *next;
};

/// One answer of an operation: that its function returned, or that its future is done.
struct operation : ticket {
  uint64_t tag;
  uint64_t word;
  future *result;  // owned, or NULL
  asy_status status;
  waiter wake;
};

}  // namespace

/// The answers of a loop. Outlives the loop's close while tasks still refer to it.
struct batch {
  ticket *first, **last;
  operation *spare;
  std::size_t spares;
  std::size_t tasks;
  loop *stepping;  // while a reader's step runs
  bool closed;
};

namespace {

/// The coroutine of a deferred task.
struct deferred {
  ticket resume, cancel, destroy;
  loop *home;
  batch *answers;
  task *driven;  // NULL until it was made
  uint64_t tag;
  const asy_value *sent;
  error *thrown;
  char *frames;  // where it stands, a text each and an empty one behind them; owned, or NULL
  bool over;
};

constexpr char slot_key = 0;

void put(batch &b, ticket &t) noexcept {
  if (t.queued) return;
  t.queued = true;
  t.next = nullptr;
  *b.last = &t;
  b.last = &t.next;
  // A virtual clock must not jump over what the poll brought: the reader comes first.
  if (b.stepping && b.stepping->draining && b.stepping->clock.is_virtual()) loop_stop(*b.stepping);
}

ticket *pop(batch &b) noexcept {
  ticket *t = b.first;
  if (!t) return nullptr;
  b.first = t->next;
  if (!b.first) b.last = &b.first;
  t->queued = false;
  return t;
}

template <class T>
T &holder(ticket &t, ticket T::*member) noexcept {
  const auto offset = reinterpret_cast<std::size_t>(&(static_cast<T *>(nullptr)->*member));
  return *reinterpret_cast<T *>(reinterpret_cast<char *>(&t) - offset);
}

void retire(loop &l, operation &o) noexcept {
  batch &b = *l.pending_batch;
  if (o.result) unref_local(o.result);
  o.next = b.spare;
  b.spare = &o;
  ++b.spares;
}

void forget_frames(deferred &d) noexcept {
  if (char *const frames = d.frames) [[unlikely]] {
    d.frames = nullptr;
    deallocate(frames);
  }
}

void retire(deferred &d) noexcept {
  batch *b = d.answers;
  forget_frames(d);
  d.home->nodes.put(&d, sizeof d);
  if (--b->tasks == 0 && b->closed) deallocate(b);
}

/// The loop closes: nobody will read what is left.
void close(void *loop_) noexcept {
  loop &l = *static_cast<loop *>(loop_);
  batch &b = *l.pending_batch;
  while (ticket *t = pop(b)) switch (t->kind) {
      case ANSWER_RETURNED:
      case ANSWER_DONE: retire(l, *static_cast<operation *>(t)); break;
      case ANSWER_RESUME: {
        deferred &d = holder(*t, &deferred::resume);
        if (d.over) break;
        asy_step gone{ASY_STEP_RAISE, 0, nullptr, reinterpret_cast<asy_error *>(error_of(ASY_E_CLOSED)), nil};
        task_deliver(*d.driven, gone);
        break;
      }
      case ANSWER_CANCEL: break;
      case ANSWER_DESTROY: {
        deferred &d = holder(*t, &deferred::destroy);
        unref_local(d.driven);
        retire(d);
        break;
      }
    }
  while (operation *o = b.spare) {
    b.spare = static_cast<operation *>(o->next);
    l.nodes.put(o, sizeof *o);
  }
  l.pending_batch = nullptr;
  b.closed = true;
  if (!b.tasks) deallocate(&b);
}

batch *answers_of(loop &l) noexcept {
  if (l.pending_batch) return l.pending_batch;
  auto *made = static_cast<batch *>(allocate(sizeof(batch)));
  if (!made) return nullptr;
  *made = {nullptr, &made->first, nullptr, 0, 0, nullptr, false};
  l.pending_batch = made;
  if (loop_set_data(l, &slot_key, &l, close)) return nullptr;  // it ran `close`
  return made;
}

operation &take(loop &l, answer_kind kind, uint64_t tag) noexcept {
  batch &b = *l.pending_batch;
  operation *o = b.spare;
  b.spare = static_cast<operation *>(o->next);
  --b.spares;
  *o = {};
  o->kind = kind;
  o->tag = tag;
  return *o;
}

void on_done(future &done, waiter &w) noexcept {
  auto &o = *reinterpret_cast<operation *>(reinterpret_cast<char *>(&w) - offsetof(operation, wake));
  put(*done.owner->pending_batch, o);
}

// ---- the coroutine
void resume(void *self, asy_task *driven, const asy_value *sent, asy_error *thrown, asy_step *out) noexcept {
  auto &d = *static_cast<deferred *>(self);
  d.driven = reinterpret_cast<task *>(driven);
  d.sent = sent;
  d.thrown = reinterpret_cast<error *>(thrown);
  out->kind = ASY_STEP_DEFERRED;
  forget_frames(d);
  put(*d.answers, d.resume);
}

void describe(void *self, asy_line_cb on_line, void *user_data) noexcept {
  const char *at = static_cast<deferred *>(self)->frames;
  for (; at && *at; at += std::strlen(at) + 1) on_line(at, user_data);
}

void cancel_requested(void *self) noexcept {
  auto &d = *static_cast<deferred *>(self);
  if (!d.answers->closed) put(*d.answers, d.cancel);
}

void destroy(void *self) noexcept {
  auto &d = *static_cast<deferred *>(self);
  d.over = true;
  if (!d.driven || d.answers->closed) return retire(d);
  ref(d.driven);  // its outcome is told
  put(*d.answers, d.destroy);
}

constexpr asy_coroutine coroutine{sizeof(asy_coroutine), resume, destroy, describe, cancel_requested, "go"};

void tell(answer &out, future &f) noexcept {
  out.status = f.state == DONE ? ASY_OK : f.failure()->code;
  if (f.state == DONE) out.value = value_copy(f.value);
  else out.fault = error_ref(f.failure());
  future_mark_read(f);
}

uint64_t word_of(const deferred &d) noexcept { return reinterpret_cast<uintptr_t>(d.driven); }

/// False when the answer means nothing any more.
bool tell(loop &l, ticket &t, answer &out) noexcept {
  out = {0, t.kind, ASY_OK, 0, nullptr, nil};
  switch (t.kind) {
    case ANSWER_RETURNED:
    case ANSWER_DONE: {
      auto &o = static_cast<operation &>(t);
      out.tag = o.tag;
      if (t.kind == ANSWER_RETURNED) {
        out.status = o.status;
        out.word = o.word;
        o.result = nullptr;  // the reader's now
      } else {
        tell(out, *o.result);
      }
      retire(l, o);
      return true;
    }
    case ANSWER_RESUME: {
      deferred &d = holder(t, &deferred::resume);
      if (d.over) return false;
      out.tag = d.tag;
      out.word = word_of(d);
      if (d.thrown) {
        out.status = d.thrown->code;
        out.fault = error_ref(d.thrown);
      } else if (d.sent) {
        out.value = value_copy(*d.sent);
      }
      return true;
    }
    case ANSWER_CANCEL: {
      deferred &d = holder(t, &deferred::cancel);
      out.tag = d.tag;
      return !d.over;
    }
    case ANSWER_DESTROY: {
      deferred &d = holder(t, &deferred::destroy);
      out.tag = d.tag;
      out.word = word_of(d);
      if (error *e = d.driven->failure()) out.status = e->code;
      unref_local(d.driven);
      retire(d);
      return true;
    }
  }
  return false;
}

}  // namespace

asy_status batch_reserve(loop &l, std::size_t answers) noexcept {
  batch *b = answers_of(l);
  if (!b) return ASY_E_NOMEM;
  while (b->spares < answers) {
    auto *o = static_cast<operation *>(l.nodes.get(sizeof(operation)));
    if (!o) return ASY_E_NOMEM;
    *o = {};
    o->kind = ANSWER_RETURNED;
    o->next = b->spare;
    b->spare = o;
    ++b->spares;
  }
  return ASY_OK;
}

void batch_returned(loop &l, uint64_t tag, asy_status status, uint64_t word, future *consumed) noexcept {
  operation &o = take(l, ANSWER_RETURNED, tag);
  o.status = status;
  o.word = word;
  o.result = consumed;
  put(*l.pending_batch, o);
}

void batch_watch(loop &l, uint64_t tag, future *consumed) noexcept {
  operation &o = take(l, ANSWER_DONE, tag);
  o.result = consumed;
  if (!consumed->owner) return put(*l.pending_batch, o);  // immortal: done, and calls nobody
  o.wake.run = on_done;
  future_wait(*consumed, o.wake);
}

future *batch_task(loop &l, uint64_t tag, const asy_task_options &with) noexcept {
  batch *b = answers_of(l);
  auto *d = b ? static_cast<deferred *>(l.nodes.get(sizeof(deferred))) : nullptr;
  if (!d) return future_of(ASY_E_NOMEM);
  *d = {};
  d->resume.kind = ANSWER_RESUME;
  d->cancel.kind = ANSWER_CANCEL;
  d->destroy.kind = ANSWER_DESTROY;
  d->home = &l;
  d->answers = b;
  d->tag = tag;
  ++b->tasks;
  task *const t = task_make(l, &coroutine, d, &with);
  if (!t) return future_of(ASY_E_NOMEM);
  d->driven = t;
  task_start(*t, &with);
  return t;
}

asy_status batch_set_frames(task &t, const char *frames) noexcept {
  if (is_over(t)) return ASY_E_STATE;
  if (t.coroutine != &coroutine) return ASY_E_INVALID;
  const std::size_t size = frames ? std::strlen(frames) : 0;
  char *const copy = size ? static_cast<char *>(allocate(size + 2)) : nullptr;
  if (size && !copy) return ASY_E_NOMEM;
  for (std::size_t i = 0; i < size; ++i) copy[i] = frames[i] == '\n' ? '\0' : frames[i];
  if (copy) copy[size] = copy[size + 1] = '\0';
  deferred &d = *static_cast<deferred *>(t.self);
  forget_frames(d);
  d.frames = copy;
  return ASY_OK;
}

asy_status batch_step(loop &l, uint64_t timeout) noexcept {
  batch &b = *l.pending_batch;  // batch_reserve() made it
  b.stepping = &l;
  const asy_status stepped = loop_step(l, batch_waiting(l) ? 0 : timeout);
  b.stepping = nullptr;
  return stepped;
}

bool batch_waiting(const loop &l) noexcept { return l.pending_batch && l.pending_batch->first; }

bool batch_next(loop &l, answer &out) noexcept {
  while (batch_waiting(l))
    if (tell(l, *pop(*l.pending_batch), out)) return true;
  return false;
}

}  // namespace libasync
