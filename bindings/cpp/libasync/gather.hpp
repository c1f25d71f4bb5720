/** @file
 * @brief Awaiting several things at once. */
#ifndef LIBASYNC_CPP_GATHER_HPP
#define LIBASYNC_CPP_GATHER_HPP
#include "to_future.hpp"

#include <tuple>

namespace asy {

/** First argument of gather(): wait for all, and give asy::outcome for each instead of failing. */
struct return_errors_t {
  explicit return_errors_t() = default;
};
inline constexpr return_errors_t return_errors{};

namespace detail {

template <class Result, class... Awaitable>
future<Result> gather_all(std::uint32_t flags, Awaitable &&...awaitable) {
  asy_loop *running = asy_loop_current();
  future_array all(sizeof...(Awaitable));
  (all.add(detail::to_future(running, std::forward<Awaitable>(awaitable))), ...);
  asy_loop *loop = all.loop();
  return all.consume([=](asy_future *const *futures, std::size_t count) {
    return future<Result>(adopt, asy_gather(loop, futures, count, flags));
  });
}

template <class Result, class Range>
future<Result> gather_range(std::uint32_t flags, Range &&range) {
  future_array all;
  detail::add_range(all, std::forward<Range>(range));
  asy_loop *loop = all.loop();
  return all.consume([=](asy_future *const *futures, std::size_t count) {
    return future<Result>(adopt, asy_gather(loop, futures, count, flags));
  });
}

template <class Range>
concept awaitable_range = std::ranges::input_range<Range> && requires {
  typename range_result<Range>;
};

}  // namespace detail

/**
 * Await all of several tasks, futures or sleeps, which run at the same time.
 *
 * The first error fails it at once; the others go on. Cancelling it cancels all and waits for them.
 * @return their results in order, as a std::tuple; std::monostate for void
 */
template <class... Awaitable>
requires(sizeof...(Awaitable) > 1 || !(detail::awaitable_range<Awaitable> || ...))
    [[nodiscard]] auto gather(Awaitable &&...awaitable) {
  using result = std::tuple<detail::regular<detail::result_of<Awaitable>>...>;
  return detail::gather_all<result>(0, std::forward<Awaitable>(awaitable)...);
}
template <class... Awaitable>
requires(sizeof...(Awaitable) > 1 || !(detail::awaitable_range<Awaitable> || ...))
    [[nodiscard]] auto gather(return_errors_t, Awaitable &&...awaitable) {
  using result = std::tuple<outcome<detail::regular<detail::result_of<Awaitable>>>...>;
  return detail::gather_all<result>(ASY_GATHER_RETURN_ERRORS, std::forward<Awaitable>(awaitable)...);
}

/**
 * The same for a range, whose elements are moved from when it is a temporary; futures that a view shows are copied.
 * @return a std::vector of the results in order; nothing for void
 */
template <detail::awaitable_range Range>
[[nodiscard]] auto gather(Range &&range) {
  using item = detail::range_result<Range>;
  using list = std::vector<detail::regular<item>>;
  using result = std::conditional_t<std::is_void_v<item>, void, list>;
  return detail::gather_range<result>(0, std::forward<Range>(range));
}
template <detail::awaitable_range Range>
[[nodiscard]] auto gather(return_errors_t, Range &&range) {
  using result = std::vector<outcome<detail::regular<detail::range_result<Range>>>>;
  return detail::gather_range<result>(ASY_GATHER_RETURN_ERRORS, std::forward<Range>(range));
}

}  // namespace asy
#endif
