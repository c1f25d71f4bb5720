#include "libasync/task/bridge.hpp"

#include <new>
#include <utility>

namespace libasync {
namespace {

struct bridge;

struct bridge_letter : letter {
  bridge *across;
};

/// What the near end, on its loop, and the far end, on the source's, have in common. Each field is
/// touched by one of them, and handed over by a letter.
struct bridge {
  std::atomic<uint32_t> letters{1};  // the question with its answer, and a cancel that is under way
  std::atomic<bool> cancelling{false};
  bridge_letter question, answer, cancel;
  loop *near, *far;  // pinned
  future *result;    // owned until the answer
  future *source;    // owned until it is done
  waiter done;
  error *reason = nullptr;  // of the cancel that is under way
  asy_value value = nil;    // of the answer
  error *failure = nullptr;
};

struct bridge_future : future {
  bridge *across;  // while it is pending
};

void release(bridge &b) noexcept {
  if (b.letters.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  loop &near = *b.near, &far = *b.far;
  b.~bridge();
  deallocate(&b);
  loop_unpin(near);
  loop_unpin(far);
}

/// The error as the loop's thread may have it: one that is not this one gets no object that stays here.
error *error_for(const loop &l, error *e) noexcept {
  if (loop_is_here(l) || !value_is_tied({ASY_VALUE_ERROR, 0, 0, e, nullptr})) return error_ref(e);
  error_details details;
  details.traceback = e->traceback;
  details.os_code = e->os_code;
  details.fatal = e->fatal;
  return error_new(e->code, e->message, details);
}

// ---- the far end

/// Consumes the outcome.
void send_answer(bridge &b, const asy_value &value, error *failure) noexcept {
  b.value = value;
  b.failure = failure;
  object_unref(std::exchange(b.source, nullptr));
  mailbox_post(*b.near, b.answer);
}

void source_done(future &source, waiter &w) noexcept {
  auto &b = *reinterpret_cast<bridge *>(reinterpret_cast<char *>(&w) - offsetof(bridge, done));
  if (error *const failure = source.failure()) {
    future_mark_read(source);
    return send_answer(b, nil, error_for(*b.near, failure));
  }
  if (loop_is_here(*b.near) || !value_is_tied(source.value)) return send_answer(b, future_hand_over(source), nullptr);
  send_answer(b, nil, error_new(ASY_E_WRONG_LOOP, "the result holds an object that stays on its own loop's thread"));
}

void take_question(letter &mail, bool closed) noexcept {
  bridge &b = *static_cast<bridge_letter &>(mail).across;
  closed ? send_answer(b, nil, error_of(ASY_E_CLOSED)) : future_wait(*b.source, b.done);
}

void take_cancel(letter &mail, bool closed) noexcept {
  bridge &b = *static_cast<bridge_letter &>(mail).across;
  error *const reason = std::exchange(b.reason, nullptr);
  b.cancelling.store(false, std::memory_order_release);
  // Without a registration it has been answered.
  if (!closed && b.done.registered() && future_abandon(*b.source, b.done, reason))
    send_answer(b, nil, error_ref(reason));
  error_unref(reason);
  release(b);
}

// ---- the near end

void take_answer(letter &mail, bool closed) noexcept {
  bridge &b = *static_cast<bridge_letter &>(mail).across;
  future &f = *b.result;
  if (closed || f.done()) {
    value_clear(b.value);
    if (b.failure) error_unref(b.failure);
  } else {
    static_cast<bridge_future &>(f).across = nullptr;
    b.failure ? future_fail(f, b.failure) : future_complete(f, b.value);
  }
  object_unref(&f);
  release(b);
}

void cancel(future &self, error *reason) noexcept {
  bridge *const b = static_cast<bridge_future &>(self).across;
  if (b->cancelling.exchange(true, std::memory_order_acquire)) return;  // one is on its way, and stands for this one
  b->reason = reason ? error_for(*b->far, reason) : error_of(ASY_E_CANCELLED);
  b->letters.fetch_add(1, std::memory_order_relaxed);
  mailbox_post(*b->far, b->cancel);
}

const kind bridge_kind{"bridge", sizeof(bridge_future), 1, 0, true, false, future_dispose, cancel, nullptr};

}  // namespace

future *bridge_new(loop &l, future *source) noexcept {
  if (!source->owner || source->owner == &l) return source;
  auto *f = make<bridge_future>(l, bridge_kind);
  void *block = f ? allocate(sizeof(bridge)) : nullptr;
  if (!block) {
    if (f) unref_local(f);
    object_unref(source);
    return future_of(ASY_E_NOMEM);
  }
  auto *b = new (block) bridge;
  f->across = b;
  b->question.across = b->answer.across = b->cancel.across = b;
  b->question.deliver = take_question;
  b->answer.deliver = take_answer;
  b->cancel.deliver = take_cancel;
  b->done.run = source_done;
  b->near = &l;
  b->far = source->owner;
  b->result = ref(f);
  b->source = source;
  loop_pin(*b->near);
  loop_pin(*b->far);
  mailbox_post(*b->far, b->question);
  return f;
}

}  // namespace libasync
