/** @file
 * @brief Anything awaitable as a future, for the operations that combine several. */
#ifndef LIBASYNC_CPP_TO_FUTURE_HPP
#define LIBASYNC_CPP_TO_FUTURE_HPP
#include "task.hpp"

#include <ranges>

namespace asy::detail {

template <class T>
future<T> to_future(asy_loop *, future<T> &&awaitable) noexcept {
  return std::move(awaitable);
}
template <class T>
future<T> to_future(asy_loop *, const future<T> &awaitable) noexcept {
  return awaitable;
}
template <class T>
future<T> to_future(asy_loop *, future<T> &awaitable) noexcept {
  return awaitable;
}
template <class T>
future<T> to_future(asy_loop *loop, task<T> &&coroutine) noexcept {
  return asy::spawn(loop, std::move(coroutine));
}
template <class Awaitable>
requires requires(Awaitable &&a, asy_loop *loop) { std::forward<Awaitable>(a).to_future(loop); }
auto to_future(asy_loop *loop, Awaitable &&awaitable) { return std::forward<Awaitable>(awaitable).to_future(loop); }

/** The type an awaitable gives. */
template <class Awaitable>
using result_of = typename decltype(detail::to_future(nullptr, std::declval<Awaitable>()))::value_type;

/** Futures handed to a function that consumes each of an array. */
class future_array {
 public:
  future_array() = default;
  explicit future_array(std::size_t count) { raw_.reserve(count); }
  future_array(const future_array &) = delete;
  future_array &operator=(const future_array &) = delete;
  ~future_array() {
    for (asy_future *left : raw_) asy_future_unref(left);
  }
  template <class T>
  void add(future<T> &&one) {
    raw_.push_back(one.raw());
    one.release();
  }
  /** Call `use(array, count)`, which consumes the futures. */
  template <class Use>
  auto consume(Use use) {
    std::vector<asy_future *> all = std::move(raw_);
    raw_.clear();
    return use(all.data(), all.size());
  }
  /** @return the running loop, else the first future's */
  asy_loop *loop() const noexcept {
    asy_loop *running = asy_loop_current();
    return running || raw_.empty() ? running : asy_future_loop(raw_.front());
  }

 private:
  std::vector<asy_future *> raw_;
};

/** Whether a range's elements are somebody's who keeps them: also those that a temporary view shows, if they can be
 * copied. */
template <class Range>
concept keeps_elements = std::is_lvalue_reference_v<std::ranges::range_reference_t<Range>> &&
    (std::is_lvalue_reference_v<Range> ||
     (std::ranges::view<Range> && std::copy_constructible<std::ranges::range_value_t<Range>>));

/** Futures of a range of awaitables, whose elements are moved out of it when it is a temporary. */
template <class Range>
void add_range(future_array &all, Range &&range) {
  asy_loop *running = asy_loop_current();
  for (auto &&one : range) {
    if constexpr (keeps_elements<Range>) all.add(detail::to_future(running, one));
    else all.add(detail::to_future(running, std::move(one)));
  }
}
template <class Range>
using range_result =
    result_of<std::conditional_t<std::is_lvalue_reference_v<Range>, std::ranges::range_reference_t<Range>,
                                 std::ranges::range_rvalue_reference_t<Range>>>;

}  // namespace asy::detail
#endif
