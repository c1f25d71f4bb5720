#pragma once
#include "libasync/task/task.hpp"

namespace libasync {

/// A task of a loop, seen from any thread. Counted; keeps the loop's inner core alive.
struct thread_future;

/// How the loop's thread begins the task; the object belongs to it from then on.
struct remote_start {
  future *(*begin)(remote_start &self, loop &l) noexcept;
  void (*drop)(remote_start &self) noexcept;  // it never begins
};

/// NULL without memory, with the start dropped.
thread_future *thread_future_new(loop &l, remote_start &start) noexcept;
/// Once. ASY_E_CLOSED: the loop is.
asy_status thread_future_post(thread_future &f) noexcept;
void thread_future_ref(thread_future *f) noexcept;
void thread_future_unref(thread_future *f) noexcept;
/// Blocks. ASY_E_TIMEOUT with no error: it is not done. `out_value` NULL leaves the value there.
asy_status thread_future_wait(thread_future &f, uint64_t timeout, asy_value *out_value, error *&out_error) noexcept;
bool thread_future_cancel(thread_future &f) noexcept;
bool thread_future_is_done(const thread_future &f) noexcept;
asy_status thread_future_add_callback(thread_future &f, callback<asy_thread_done_cb> on_done) noexcept;

}  // namespace libasync
