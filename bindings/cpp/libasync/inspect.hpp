/** @file
 * @brief Looking in: what things are, who waits for whom, how much goes on. */
#ifndef LIBASYNC_CPP_INSPECT_HPP
#define LIBASYNC_CPP_INSPECT_HPP
#include "barrier.hpp"
#include "condition.hpp"
#include "event.hpp"
#include "limiter.hpp"
#include "queue.hpp"
#include "semaphore.hpp"

namespace asy {

namespace detail {

inline auto describer(asy_future *) noexcept { return asy_future_describe; }
inline auto describer(asy_handle *) noexcept { return asy_handle_describe; }
inline auto describer(asy_barrier *) noexcept { return asy_barrier_describe; }
inline auto describer(asy_condition *) noexcept { return asy_condition_describe; }
inline auto describer(asy_event *) noexcept { return asy_event_describe; }
inline auto describer(asy_limiter *) noexcept { return asy_limiter_describe; }
inline auto describer(asy_lock *) noexcept { return asy_lock_describe; }
inline auto describer(asy_queue *) noexcept { return asy_queue_describe; }
inline auto describer(asy_semaphore *) noexcept { return asy_semaphore_describe; }

/** Collects lines; without memory some may be missing. */
inline void add_line(const char *text, void *lines) noexcept {
  try {
    static_cast<std::string *>(lines)->append(text).append("\n");
  } catch (...) {}
}

}  // namespace detail

/** @return a line about a future, a task, a handle, or one of the things that tasks wait for */
template <class Handle>
requires requires(const Handle &one) { detail::describer(one.raw()); }
std::string describe(const Handle &one) {
  auto write = detail::describer(one.raw());
  std::string text(write(one.raw(), nullptr, 0), '\0');
  write(one.raw(), text.data(), text.size() + 1);
  return text;
}

/** @return who waits for a future, in the order in which they came to wait */
template <class T>
std::vector<future<value>> awaiters(const future<T> &awaited) {
  std::vector<future<value>> all;
  asy_future_cb note = [](asy_future *one, void *list) {
    try {
      static_cast<std::vector<future<value>> *>(list)->emplace_back(borrow, one);
    } catch (...) {  // no memory: one is missing
    }
  };
  check(asy_future_visit_awaiters(awaited.raw(), note, &all, nullptr));
  return all;
}

/**
 * Tell where a future stands and who waits for it, upward; a line for each, and one for each coroutine of a task.
 * @param frames of each task: that many of the innermost, when negative of the outermost
 * @param levels of awaiters to follow; 0 for all
 */
template <class T>
std::string call_graph(const future<T> &from, std::int32_t frames = INT32_MAX, std::uint32_t levels = 0) {
  std::string lines;
  check(asy_future_call_graph(from.raw(), frames, levels, detail::add_line, &lines, nullptr));
  return lines;
}
/** The same for the running task; throws state_error where no loop runs. */
inline std::string call_graph() { return call_graph(future<value>()); }

/** @return where every unfinished task of a loop stands, the oldest first: what to print when a program hangs */
inline std::string dump(loop_ref loop = {}) {
  std::string lines;
  check(asy_loop_dump(loop.raw(), detail::add_line, &lines, nullptr));
  return lines;
}

/** @return what a loop has counted so far */
inline asy_loop_metrics metrics(loop_ref loop = {}) {
  asy_loop_metrics all{};
  all.size = sizeof all;
  check(asy_loop_read_metrics(loop.raw(), &all));
  return all;
}

}  // namespace asy
#endif
