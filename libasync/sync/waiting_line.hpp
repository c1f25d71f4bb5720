#pragma once
#include "libasync/task/future.hpp"

namespace libasync {

/// A future that stands in a line; what waits embeds the links, so that nothing
/// that completes or releases allocates.
struct standing : future {
  standing *next_standing, *previous_standing;  // a circle; NULL when not in a line
  struct waiting_line *line;
  bool adopted;  // nobody holds it any more, and its line does
};

/// First come, first served.
///
/// Who stands in the line keeps what is waited for, and leaves when nobody waits
/// any more: the line itself holds nobody.
///
/// Who is served leaves the line completed, with the slot or value in hand: a
/// later cancel of its task finds the result there, so nothing can be lost
/// between waking up and running, and nobody can overtake.
struct waiting_line {
  standing *first;
  object *of;  // what is waited for

  bool empty() const noexcept { return !first; }
  void join(standing &s) noexcept;
  /// The first who can still be served; NULL when there is none.
  standing *front() noexcept;
  /// The same one, out of the line.
  standing *next() noexcept {
    standing *const s = first ? front() : nullptr;
    if (s) leave(*s);
    return s;
  }
  /// How many can still be served.
  std::size_t count() const noexcept;
  /// Completes everybody who can be served with the status of a failure.
  void fail(asy_status status) noexcept;
  /// May release what was waited for; the caller holds what it needs.
  static void leave(standing &s) noexcept;
  /// One that was dropped stays in the line, and keeps nothing any more.
  static void adopt(standing &s) noexcept;
};

/// For the kinds of those who stand in lines: leave, cancelled.
void standing_cancel(future &self, error *reason) noexcept;
/// The same at the loop's end, which completes the future itself.
void standing_close(object &self) noexcept;
void standing_dispose(object &self) noexcept;

}  // namespace libasync
