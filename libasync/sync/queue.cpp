#include "libasync/sync/queue.hpp"

#include "libasync/base/text.hpp"
#include "libasync/sync/queue_order.hpp"
#include "libasync/task/stack.hpp"

namespace libasync {
namespace {

/// A put that waits holds its value, so that making room for it needs no memory.
struct put_future : standing {
  asy_value item;
};

/// A put is meant even if nobody looks at it any more.
void put_dispose(object &self) noexcept {
  auto &put = static_cast<put_future &>(self);
  if (put.line) return waiting_line::adopt(put);
  value_clear(put.item);
  future_dispose(self);
}

// Values are released last: a destructor may come back and use the queue.

void put_cancel(future &self, error *reason) noexcept {
  asy_value item = value_take(&static_cast<put_future &>(self).item);
  standing_cancel(self, reason);
  value_clear_outside(item);
}

void put_close(object &self) noexcept {
  asy_value item = value_take(&static_cast<put_future &>(self).item);
  standing_close(self);
  value_clear(item);
}

/// The first in line, dropped or not, and a reference to it unless it is on its way to be disposed of.
put_future *first_putter(queue &q, owned<put_future> &held) noexcept {
  auto *const put = static_cast<put_future *>(q.putters.first);
  if (!put) return nullptr;
  if (put->refs) held = owned(ref(put));
  waiting_line::leave(*put);
  return put;
}

/// Also the dropped ones: that their values go is worth a report.
void fail_putters(queue &q) noexcept {
  owned<put_future> held;
  while (auto *put = first_putter(q, held)) {
    asy_value item = value_take(&put->item);
    future_fail(*put, error_of(ASY_E_CLOSED));
    held.reset();
    value_clear_outside(item);
  }
}

void queue_dispose(object &self) noexcept {
  auto &q = static_cast<queue &>(self);
  fail_putters(q);
  queue_release_items(q);
  q.compare.free();
}

/// The loop ends and nobody will get what is left; it may hold the end of a cycle.
void queue_at_close(object &self) noexcept {
  auto &q = static_cast<queue &>(self);
  if (q.comparing) return;  // by the very code that closes the loop
  queue_release_items(q);
  q.compare.free();
}

void describe(object &self, text &out) noexcept {
  auto &q = static_cast<queue &>(self);
  out.add(" of %zu", q.count);
  if (q.max_size) out.add(" at most %zu", q.max_size);
  out.add(", %llu unfinished, %zu getting, %zu putting%s", static_cast<unsigned long long>(q.unfinished),
          q.getters.count(), q.putters.count(), q.closed ? ", shut down" : "");
}

const kind queue_kind{"queue", sizeof(queue), 0, 0, false, false, queue_dispose, nullptr, queue_at_close, describe};
const kind get_kind{"queue get",     sizeof(standing), 1,       0,   true, false, standing_dispose,
                    standing_cancel, standing_close,   nullptr, true};
const kind put_kind{"queue put", sizeof(put_future), 1,         0,       true, false,
                    put_dispose, put_cancel,         put_close, nullptr, true};  // done, its item is in the queue
const kind join_kind{"queue join",    sizeof(standing), 1, 0, true, false, standing_dispose,
                     standing_cancel, standing_close};

void finish(queue &q, uint64_t many) noexcept {
  q.unfinished -= many;
  if (q.unfinished) return;
  while (standing *s = q.joiners.next()) future_complete(*s, nil);
}

/// What priorities are refused with.
error *refusal(asy_status status) noexcept {
  if (status == ASY_E_INVALID) return error_new(status, "the value cannot be compared with those in the queue");
  if (status == ASY_E_BUSY) return error_new(status, "the queue compares values just now");
  return error_of(status);
}

/// A place is free: the first who waits with a value gets it.
void admit_putter(queue &q) noexcept {
  while (!q.full()) {
    owned<put_future> held;
    auto *put = first_putter(q, held);
    if (!put) return;
    asy_value item = value_take(&put->item);
    const asy_status status = queue_add(q, item);
    if (status == ASY_OK) {
      ++q.unfinished;
      future_complete(*put, nil);
      return;
    }
    future_fail(*put, refusal(status));
    held.reset();
    value_clear_outside(item);
  }
}

/// A comparison is foreign code, which may drop the queue.
asy_status put_in_order(queue &q, const asy_value &item) noexcept {
  owned<queue> keep(ref(&q));
  const asy_status status = queue_heap_add(q, item);
  if (status == ASY_OK) ++q.unfinished;
  return status;
}

/// ASY_OK when the item was taken in.
asy_status put(queue &q, const asy_value &item) noexcept {
  if (q.closed) return ASY_E_CLOSED;
  if (q.comparing) return ASY_E_BUSY;
  if (standing *getter = q.getters.next()) {
    ++q.unfinished;
    future_complete(*getter, item);
    return ASY_OK;
  }
  if (q.full()) return ASY_E_AGAIN;
  if (!queue_reserve(q)) return ASY_E_NOMEM;
  if (q.order == queue_order::PRIORITY) [[unlikely]]
    return put_in_order(q, item);
  queue_append(q, item);
  ++q.unfinished;
  return ASY_OK;
}

/// There is one.
asy_status take_now(queue &q, asy_value &out) noexcept {
  out = queue_take(q);
  admit_putter(q);
  return ASY_OK;
}

/// A future that cannot be made must not cost the item.
future *get_now(queue &q) noexcept {
  const bool empty_handed = queue_first(q).kind == ASY_VALUE_NIL;
  future *f = empty_handed ? future_nil(*q.owner) : make<future>(*q.owner, future_kind);
  if (!f) return future_of(ASY_E_NOMEM);
  const asy_value item = queue_take(q);
  if (!empty_handed) {
    f->state = DONE;
    f->value = item;
  }
  admit_putter(q);
  return f;
}

}  // namespace

queue *queue_new(loop &l, std::size_t max_size, queue_order order) noexcept {
  auto *made = make<queue>(l, queue_kind);
  if (!made) return nullptr;
  made->max_size = max_size;
  made->order = order;
  made->getters.of = made->putters.of = made->joiners.of = made;
  return made;
}

asy_status queue_try_put(queue &q, asy_value &consumed) noexcept {
  const asy_status status = put(q, consumed);
  if (status) value_clear_outside(consumed);
  return status;
}

future *queue_put(queue &q, asy_value &consumed) noexcept {
  asy_status status = put(q, consumed);
  if (status == ASY_OK) return future_nil(*q.owner);
  if (status == ASY_E_AGAIN) {
    if (auto *f = make<put_future>(*q.owner, put_kind)) {
      f->item = consumed;
      q.putters.join(*f);
      return f;
    }
    status = ASY_E_NOMEM;
  }
  value_clear_outside(consumed);
  return status == ASY_E_NOMEM || status == ASY_E_CLOSED ? future_of(status) : future_failed(q.owner, refusal(status));
}

asy_status queue_try_get(queue &q, asy_value &out) noexcept {
  if (!q.count) return q.closed ? ASY_E_CLOSED : ASY_E_AGAIN;
  if (q.order != queue_order::PRIORITY) [[likely]]
    return take_now(q, out);
  if (q.comparing) return ASY_E_BUSY;
  owned<queue> keep(ref(&q));
  return take_now(q, out);
}

future *queue_get(queue &q) noexcept {
  if (q.count) {
    if (q.order != queue_order::PRIORITY) [[likely]]
      return get_now(q);
    if (q.comparing) return future_failed(q.owner, refusal(ASY_E_BUSY));
    owned<queue> keep(ref(&q));
    return get_now(q);
  }
  if (q.closed) return future_of(ASY_E_CLOSED);
  auto *f = make<standing>(*q.owner, get_kind);
  if (!f) return future_of(ASY_E_NOMEM);
  q.getters.join(*f);
  return f;
}

future *queue_join(queue &q) noexcept {
  if (!q.unfinished) return future_nil(*q.owner);
  auto *f = make<standing>(*q.owner, join_kind);
  if (!f) return future_of(ASY_E_NOMEM);
  q.joiners.join(*f);
  return f;
}

asy_status queue_task_done(queue &q) noexcept {
  if (!q.unfinished) return ASY_E_STATE;
  finish(q, 1);
  return ASY_OK;
}

asy_status queue_shutdown(queue &q, bool immediate) noexcept {
  if (q.comparing) return ASY_E_BUSY;
  owned<queue> keep(ref(&q));  // from destructors
  if (!q.closed) {
    q.closed = true;
    q.getters.fail(ASY_E_CLOSED);
    fail_putters(q);
  }
  if (!immediate) return ASY_OK;
  // What others hold in their hands stays unfinished.
  if (q.count) finish(q, q.count);
  queue_release_items(q);
  return ASY_OK;
}

}  // namespace libasync
