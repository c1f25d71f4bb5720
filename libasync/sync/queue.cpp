#include "libasync/sync/queue.hpp"

#include "libasync/base/text.hpp"
#include "libasync/task/stack.hpp"

namespace libasync {
namespace {

/// A put that waits holds its value, so that making room for it needs no memory.
struct put_future : standing {
  asy_value item;
};

void put_dispose(object &self) noexcept {
  value_clear(static_cast<put_future &>(self).item);
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

asy_value take_first(queue &q) noexcept {
  const asy_value item = q.items[q.first];
  if (++q.first == q.capacity) q.first = 0;
  --q.count;
  return item;
}

void release_items(queue &q) noexcept {
  while (q.count) {
    asy_value item = take_first(q);
    value_clear(item);
  }
}

/// Also the dropped ones: that their values go is worth a report.
void fail_putters(queue &q) noexcept {
  while (auto *s = static_cast<put_future *>(q.putters.first)) {
    waiting_line::leave(*s);
    asy_value item = value_take(&s->item);
    future_fail(*s, error_of(ASY_E_CLOSED));
    unref_local(s);
    value_clear_outside(item);
  }
}

void queue_dispose(object &self) noexcept {
  auto &q = static_cast<queue &>(self);
  q.getters.fail(ASY_E_CLOSED);
  fail_putters(q);
  release_items(q);
  deallocate(q.items);
  q.items = nullptr;
}

/// The loop ends and nobody will get what is left; it may hold the end of a cycle.
void queue_at_close(object &self) noexcept { release_items(static_cast<queue &>(self)); }

void describe(object &self, text &out) noexcept {
  auto &q = static_cast<queue &>(self);
  out.add(" of %zu", q.count);
  if (q.max_size) out.add(" at most %zu", q.max_size);
  out.add(", %zu getting, %zu putting%s", q.getters.count(), q.putters.count(), q.closed ? ", closed" : "");
}

const kind queue_kind{"queue", sizeof(queue), 0, 0, false, false, queue_dispose, nullptr, queue_at_close, describe};
const kind get_kind{"queue get", sizeof(standing), 1, 0, true, false, future_dispose, standing_cancel, standing_close};
const kind put_kind{"queue put", sizeof(put_future), 1, 0, true, false, put_dispose, put_cancel, put_close};

bool reserve(queue &q) noexcept {
  if (q.count < q.capacity) return true;
  std::size_t capacity = q.capacity ? 2 * q.capacity : 4;
  if (q.max_size && capacity > q.max_size) capacity = q.max_size;
  if (capacity > SIZE_MAX / sizeof(asy_value)) return false;
  auto *fresh = static_cast<asy_value *>(allocate(capacity * sizeof(asy_value)));
  if (!fresh) return false;
  for (std::size_t i = 0; i < q.count; ++i) fresh[i] = q.items[(q.first + i) % q.capacity];
  deallocate(q.items);
  q.items = fresh;
  q.capacity = capacity;
  q.first = 0;
  return true;
}

void append(queue &q, const asy_value &item) noexcept {
  std::size_t at = q.first + q.count++;
  if (at >= q.capacity) at -= q.capacity;
  q.items[at] = item;
}

/// A place is free: the first who waits with a value gets it. A put whose future
/// was dropped is meant all the same.
void admit_putter(queue &q) noexcept {
  auto *s = static_cast<put_future *>(q.putters.first);
  if (!s) return;
  waiting_line::leave(*s);
  append(q, value_take(&s->item));
  future_complete(*s, nil);
  unref_local(s);
}

/// ASY_OK when the item was taken in.
asy_status put(queue &q, const asy_value &item) noexcept {
  if (q.closed) return ASY_E_CLOSED;
  if (standing *getter = q.getters.next()) {
    future_complete(*getter, item);
    unref_local(getter);
    return ASY_OK;
  }
  if (q.full()) return ASY_E_AGAIN;
  if (!reserve(q)) return ASY_E_NOMEM;
  append(q, item);
  return ASY_OK;
}

}  // namespace

queue *queue_new(loop &l, std::size_t max_size) noexcept {
  auto *made = make<queue>(l, queue_kind);
  if (made) made->max_size = max_size;
  return made;
}

asy_status queue_try_put(queue &q, asy_value consumed) noexcept {
  const asy_status status = put(q, consumed);
  if (status) value_clear_outside(consumed);
  return status;
}

future *queue_put(queue &q, asy_value consumed) noexcept {
  future *done = future_nil(*q.owner);  // before the item is taken in, as it may need memory
  asy_status status = done->state == DONE ? put(q, consumed) : ASY_E_NOMEM;
  if (status == ASY_OK) return done;
  unref_local(done);
  if (status == ASY_E_AGAIN) {
    if (auto *f = make<put_future>(*q.owner, put_kind)) {
      f->item = consumed;
      q.putters.join(*f);
      return f;
    }
    status = ASY_E_NOMEM;
  }
  value_clear_outside(consumed);
  return future_of(status);
}

asy_status queue_try_get(queue &q, asy_value &out) noexcept {
  if (!q.count) return q.closed ? ASY_E_CLOSED : ASY_E_AGAIN;
  out = take_first(q);
  admit_putter(q);
  return ASY_OK;
}

future *queue_get(queue &q) noexcept {
  if (q.count) {
    // A future that cannot be made must not cost the item.
    const bool empty_handed = q.items[q.first].kind == ASY_VALUE_NIL;
    future *f = empty_handed ? future_nil(*q.owner) : future_new(*q.owner);
    if (f->flags & object::immortal) return f;
    const asy_value item = take_first(q);
    if (!empty_handed) future_complete(*f, item);
    admit_putter(q);
    return f;
  }
  if (q.closed) return future_of(ASY_E_CLOSED);
  auto *f = make<standing>(*q.owner, get_kind);
  if (!f) return future_of(ASY_E_NOMEM);
  q.getters.join(*f);
  return f;
}

void queue_close(queue &q) noexcept {
  if (q.closed) return;
  q.closed = true;
  q.getters.fail(ASY_E_CLOSED);
  fail_putters(q);
}

}  // namespace libasync
