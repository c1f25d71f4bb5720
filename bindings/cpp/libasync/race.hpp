/** @file
 * @brief Several ways at once, staggered; the first that succeeds. */
#ifndef LIBASYNC_CPP_RACE_HPP
#define LIBASYNC_CPP_RACE_HPP
#include "to_future.hpp"

namespace asy {

/** What a race() came to. */
template <class T>
struct race_result {
  /** Which attempt won, and what it gave. */
  std::size_t winner;
  detail::regular<T> item;
  /** Of each attempt that began its error, if it failed before. */
  std::vector<std::optional<error>> errors;
};

template <class T>
struct convert<race_result<T>> {
  static race_result<T> get(const asy_value &in) {
    return {convert<std::size_t>::get(*asy_value_item(&in, 0)),
            convert<detail::regular<T>>::get(*asy_value_item(&in, 1)),
            convert<std::vector<std::optional<error>>>::get(*asy_value_item(&in, 2))};
  }
};

/**
 * Try several ways and keep the first that succeeds; the others are cancelled and their clean-up is awaited.
 *
 * Each begins when the one before it failed, or `delay` after that began: asy::forever for one after the other.
 * @param count how many attempts there are
 * @param start called with an attempt's index; gives a task or a future. Kept alive until the end.
 * @return asy::race_result; fails with group_error where all fail
 */
template <class Rep, class Period, class F>
[[nodiscard]] auto race(std::size_t count, std::chrono::duration<Rep, Period> delay, F start, loop_ref loop = {}) {
  using result = detail::result_of<std::invoke_result_t<F &, std::size_t>>;
  using call = detail::callback<F>;
  std::uint64_t ns = to_ns(delay);
  asy_start_cb begin = [](std::size_t index, void *self) -> asy_future * {
    asy_loop *running = asy_loop_current();
    try {
      return detail::to_future(running, call::get(self)(index)).release();
    } catch (...) {
      return asy_future_new_failed(running, detail::capture());
    }
  };
  return future<race_result<result>>(adopt,
                                     asy_race(loop.raw(), count, ns, begin, call::make(std::move(start)), call::free));
}

}  // namespace asy
#endif
