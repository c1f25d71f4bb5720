#pragma once
#include "libasync/base/object.hpp"
#include "libasync/base/ring.hpp"

namespace libasync {

struct task;

/// Bytes of the text that tells where something was made.
inline constexpr std::size_t longest_place = 1024;

/// What watches a loop at work; made by the debug floor when something asks for it. Without one, a loop pays a look
/// at `loop.observer` per object, step and poll.
class observer {
 public:
  /// In place of the entry's own call.
  virtual void run(const ring::entry &next) noexcept = 0;
  /// In place of the coroutine's own call.
  virtual void resume(task &t, const asy_value *sent, asy_error *thrown, asy_step &out) noexcept = 0;
  virtual void made(object &o) noexcept = 0;
  /// A task is made of a coroutine, and the program says where, or NULL: the coroutine is asked.
  virtual void spawned(task &t, const char *place) noexcept = 0;
  /// A poll begins, that blocks until `deadline` at most; it ends.
  virtual void poll_begins(uint64_t deadline) noexcept = 0;
  virtual void poll_ends() noexcept = 0;
  /// A callback of libuv begins and ends.
  virtual void io_begins() noexcept = 0;
  virtual void io_ends() noexcept = 0;
  /// Something outside of the loop ended that began at `began`, of clock::machine().
  virtual void ended(const char *what, uint64_t began) noexcept = 0;
  /// The first timer that came due did so too late, in ns.
  virtual void timer_late(uint64_t by) noexcept = 0;
  /// Adds where the object was made, with the words before it, when that is known.
  virtual void place(const object &o, text &out) noexcept = 0;
  virtual void free() noexcept = 0;

 protected:
  ~observer() = default;
};

}  // namespace libasync
