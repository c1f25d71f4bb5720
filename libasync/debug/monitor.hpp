#pragma once
#include "libasync/debug/places.hpp"
#include "libasync/debug/watchdog.hpp"
#include "libasync/task/task.hpp"

namespace libasync {

/// The observer of a loop: times it and remembers places in debug mode, feeds the watchdog, cancels for tests.
class monitor final : public observer {
 public:
  explicit monitor(loop &l) noexcept : l_(l) {}

  // ---- what it is asked for
  void set_debug(bool on) noexcept;
  void set_slow_step(uint64_t limit) noexcept { slow_ = limit; }
  void set_place_hook(const callback<asy_place_cb> &consumed) noexcept;
  asy_status set_watchdog(uint64_t limit, const callback<asy_stuck_cb> &consumed) noexcept;
  /// Cancels `t`, or whichever it is when NULL, at its `nth` suspension from now; zero only counts.
  void cancel_at(task *t, uint64_t nth) noexcept;
  uint64_t suspensions() const noexcept { return suspensions_; }
  /// Adds where it was made, when that is known.
  void place_of(const object &o, text &out) const noexcept;

  // ---- observer
  void run(const ring::entry &next) noexcept override;
  void resume(task &t, const asy_value *sent, asy_error *thrown, asy_step &out) noexcept override;
  void made(object &o) noexcept override;
  void spawned(task &t, const char *place) noexcept override;
  void poll_begins(uint64_t deadline) noexcept override;
  void poll_ends() noexcept override;
  void io_begins() noexcept override;
  void io_ends() noexcept override;
  void ended(const char *what, uint64_t began) noexcept override;
  void timer_late(uint64_t by) noexcept override;
  void place(const object &o, text &out) noexcept override;
  void free() noexcept override;

 private:
  /// What runs without giving the loop back, and the longest step of a task in it.
  struct unit {
    uint64_t began;
    const object *of;
    uint64_t serial;  // of its place; the object may be gone at the end, and another be there
    uint64_t step;
    char step_name[longest_label];
    char place[longest_place];
  };
  bool debug() const noexcept { return l_.debug; }
  /// Watches the loop as long as there is something to do.
  void settle() noexcept;
  void finish_unit(unit &u, const char *what) noexcept;
  void warn(const char *what) noexcept;
  void note_step(task &t, uint64_t took) noexcept;
  void note_suspension(task &t, const asy_step &s) noexcept;
  void cancel_now() noexcept;

  loop &l_;
  places places_;
  watchdog *dog_ = nullptr;
  watchdog::stint io_stint_;
  uint64_t slow_ = 100 * UINT64_C(1000000);
  unit *unit_ = nullptr;
  uint64_t poll_began_ = 0, poll_until_ = 0, io_began_ = 0, io_took_ = 0;
  bool asking_ = false;  // inside the place hook

  bool disturbs_ = false;
  uint32_t victim_ = 0;  // a task's number; zero: any
  uint64_t suspensions_ = 0, cancel_at_ = 0;
  task *due_ = nullptr;  // owned: to be cancelled once the unit has ended
};

/// The loop's monitor; made when there is none. NULL without memory.
monitor *monitor_of(loop &l) noexcept;
/// What was made before, or NULL.
inline monitor *monitor_kept(const loop &l) noexcept { return static_cast<monitor *>(l.observer_kept); }

}  // namespace libasync
