#include "libasync/task/signals.hpp"

#include "libasync/loop/uv_errors.hpp"

namespace libasync {

struct signal_next : future {
  signals *of;  // owned; NULL when it waits no more
};

namespace {

void leave(signal_next &f) noexcept {
  signals *const s = f.of;
  if (!s) return;
  f.of = nullptr;
  s->waiting = nullptr;
  unref_local(s);
}

void cancel(future &self, error *reason) noexcept {
  leave(static_cast<signal_next &>(self));
  future_cancelled(self, reason ? error_ref(reason) : nullptr);
}

void close_next(object &self) noexcept { leave(static_cast<signal_next &>(self)); }

void dispose_next(object &self) noexcept {
  leave(static_cast<signal_next &>(self));
  future_dispose(self);
}

const kind next_kind{"next signal", sizeof(signal_next), 1, 0, true, false, dispose_next, cancel, close_next};

bool is_pending(const signals &s, int32_t number) noexcept {
  for (uint32_t i = 0; i < s.pending; ++i)
    if (s.arrived[(s.first + i) % signals::kept] == number) return true;
  return false;
}

void arrive(signal_watch &w) noexcept {
  auto &s = *static_cast<signals *>(w.owner);
  if (signal_next *f = s.waiting) {
    object_ref(f);
    leave(*f);
    future_complete(*f, value_int(w.number));
    return unref_local(f);
  }
  if (s.pending >= signals::kept / 2 && is_pending(s, w.number)) return;
  s.arrived[(s.first + s.pending++) % signals::kept] = static_cast<uint8_t>(w.number);
}

void stop(signals &s) noexcept {
  s.closed = true;
  for (std::size_t i = 0; i < s.count; ++i) signal_watch_stop(s.watches[i]);
}

bool is_open(const signals &s) noexcept { return s.count && s.watches[0].open; }

void close(object &self) noexcept { stop(static_cast<signals &>(self)); }

void dispose(object &self) noexcept {
  auto &s = static_cast<signals &>(self);
  if (is_open(s)) return stop(s);  // dropped while open: disposed of again when libuv is done with it
  deallocate(s.watches);
}

const kind signals_kind{"signals", sizeof(signals), 0, 0, false, false, dispose, nullptr, close};

}  // namespace

asy_status signals_new(loop &l, const int32_t *numbers, std::size_t count, signals *&out) noexcept {
  auto *s = make<signals>(l, signals_kind);
  auto *watches = s ? static_cast<signal_watch *>(allocate(count * sizeof(signal_watch))) : nullptr;
  if (!watches) {
    if (s) unref_local(s);
    return ASY_E_NOMEM;
  }
  s->watches = watches;
  for (; s->count < count; ++s->count) {
    signal_watch &w = watches[s->count];
    w = {};
    if (const int status = signal_watch_open(w, *s, numbers[s->count], arrive)) {
      stop(*s);
      unref_local(s);
      return status_of_uv(status);
    }
  }
  out = s;
  return ASY_OK;
}

future *signals_next(signals &s) noexcept {
  loop &l = *s.owner;
  if (s.closed) return future_of(ASY_E_CLOSED);
  if (s.waiting) return future_failed(&l, error_new(ASY_E_BUSY, "another waits for the next signal of the stream"));
  if (s.pending) {
    future *const done = future_done(l, value_int(s.arrived[s.first]));
    if (done->done() && !done->failure()) {  // else it stays for the next who asks
      s.first = (s.first + 1) % signals::kept;
      --s.pending;
    }
    return done;
  }
  auto *f = make<signal_next>(l, next_kind);
  if (!f) return future_of(ASY_E_NOMEM);
  f->of = ref(&s);
  s.waiting = f;
  return f;
}

void signals_close(signals &s) noexcept {
  if (s.closed) return;
  const owned<signals> kept(ref(&s));
  stop(s);
  if (signal_next *f = s.waiting) {
    leave(*f);
    future_fail(*f, error_of(ASY_E_CLOSED));
  }
}

}  // namespace libasync
