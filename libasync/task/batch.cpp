#include "libasync/task/batch.hpp"

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

template <class T> T &holder(ticket &t, ticket T::*member) noexcept {
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

void retire(deferred &d) noexcept {
  batch *b = d.answers;
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
  put(*d.answers, d.resume);
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

constexpr asy_coroutine coroutine{sizeof(asy_coroutine), resume, destroy, nullptr, cancel_requested, "go"};

void tell(answer &out, future &f) noexcept {
  out.status = f.state == DONE ? ASY_OK : f.failure()->code;
  if (f.state == DONE)
    out.value = value_copy(f.value);
  else
    out.fault = error_ref(f.failure());
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
