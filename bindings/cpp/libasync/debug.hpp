/** @file
 * @brief Debug mode, and a watch over what blocks a loop. */
#ifndef LIBASYNC_CPP_DEBUG_HPP
#define LIBASYNC_CPP_DEBUG_HPP
#include "loop.hpp"

namespace asy {

/** Check more, remember where things were made, report slow steps; changes no outcome. Any time. */
inline void set_debug(bool on, loop_ref loop = {}) { check(asy_loop_set_debug(loop.raw(), on)); }
inline bool is_debug(loop_ref loop = {}) noexcept { return asy_loop_is_debug(loop.raw()); }
/** Set how long a step may take in debug mode before it is reported, by the machine's clock. */
template <class Rep, class Period>
void set_slow_step(std::chrono::duration<Rep, Period> limit, loop_ref loop = {}) {
  check(asy_loop_set_slow_step(loop.raw(), to_ns(limit)));
}
/** @return where a future or task was made, "file:line" for a spawned one; "" outside debug mode */
template <class T>
std::string place(const future<T> &made) {
  std::string text(asy_future_place(made.raw(), nullptr, 0), '\0');
  asy_future_place(made.raw(), text.data(), text.size() + 1);
  return text;
}

/**
 * Call `function(const char *name, std::chrono::nanoseconds)` on a thread of its own while a step or callback has
 * blocked the loop for `limit`, by the machine's clock; once for each.
 */
template <class Rep, class Period, class F>
void set_watchdog(std::chrono::duration<Rep, Period> limit, F function, loop_ref loop = {}) {
  using call = detail::callback<F>;
  asy_stuck_cb tell = [](const char *name, std::uint64_t stuck_ns, void *self) {
    try {
      call::get(self)(name, from_ns(stuck_ns));
    } catch (...) {  // this thread has nobody to tell
    }
  };
  std::uint64_t ns = to_ns(limit);
  check(asy_loop_set_watchdog(loop.raw(), ns, tell, call::make(std::move(function)), call::free));
}
/** No watch from now on. */
inline void clear_watchdog(loop_ref loop = {}) {
  check(asy_loop_set_watchdog(loop.raw(), 0, nullptr, nullptr, nullptr));
}

}  // namespace asy
#endif
