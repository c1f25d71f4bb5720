#pragma once
#include "libasync/loop/signal_watch.hpp"
#include "libasync/task/future.hpp"

namespace libasync {

struct signal_next;

/// A stream of signals: what arrives between two asks is kept, in order.
struct signals : object {
  static constexpr uint32_t kept = 128;  // from half of it on, one of each number
  signal_watch *watches;                 // `count` of them; owned
  std::size_t count;
  signal_next *waiting;   // borrowed: it leaves before it goes
  uint8_t arrived[kept];  // a ring of numbers
  uint32_t first, pending;
  bool closed;
};

asy_status signals_new(loop &l, const int32_t *numbers, std::size_t count, signals *&out) noexcept;
future *signals_next(signals &s) noexcept;
void signals_close(signals &s) noexcept;

}  // namespace libasync
