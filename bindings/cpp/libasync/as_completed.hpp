/** @file
 * @brief Results in the order in which they come. */
#ifndef LIBASYNC_CPP_AS_COMPLETED_HPP
#define LIBASYNC_CPP_AS_COMPLETED_HPP
#include "to_future.hpp"

namespace asy {

namespace detail {

using completions_handle = counted<asy_completions, asy_completions_ref, asy_completions_unref>;

/** Awaits a future whose value is an item, or whose given error code means that there is none. */
template <class T>
class next_awaiter : future_awaiter<future_handle &, read_as<T>> {
  using base = future_awaiter<future_handle &, read_as<T>>;

 public:
  next_awaiter(promise_base &promise, future_handle &future, asy_status last) noexcept
      : base(promise, future, {}), last_(last) {}
  using base::await_ready;
  using base::await_suspend;
  std::optional<T> await_resume() {
    if (this->status() == last_) return std::nullopt;
    return base::await_resume();
  }

 private:
  asy_status last_;
};

/** Gives std::optional: the next item, or nothing after the last. */
template <class T>
class [[nodiscard]] next_operation {
 public:
  next_operation(asy_future *future, asy_status last) noexcept : future_(adopt, future), last_(last) {}
  friend next_awaiter<T> make_awaiter(promise_base &promise, next_operation &&self) noexcept {
    return {promise, self.future_, self.last_};
  }

 private:
  future_handle future_;
  asy_status last_;
};

}  // namespace detail

/** Hands out futures in the order in which they finish; leaving early cancels none of them. */
template <class T>
class completions : public detail::completions_handle {
 public:
  using counted::counted;
  /**
   * The next finished one: `while (auto done = co_await all.next()) use(co_await *done);`
   * @return std::optional of the original future; nothing after the last
   */
  detail::next_operation<future<T>> next() const noexcept { return {asy_completions_next(raw()), ASY_E_END}; }
  /** Set an overall deadline from now: what comes later makes next() fail with timeout_error, and runs on. */
  template <class Rep, class Period>
  void set_timeout(std::chrono::duration<Rep, Period> delay) const {
    check(asy_completions_set_timeout(raw(), to_ns(delay)), "the deadline has passed");
  }
};

/**
 * Start a range of tasks or futures and hand them out as they finish.
 * @param range moved from when it is a temporary
 */
template <class Range>
[[nodiscard]] auto as_completed(Range &&range) {
  detail::future_array all;
  detail::add_range(all, std::forward<Range>(range));
  asy_loop *loop = all.loop();
  asy_completions *made = nullptr;
  check(all.consume(
      [&](asy_future *const *futures, std::size_t count) { return asy_completions_new(loop, futures, count, &made); }));
  return completions<detail::range_result<Range>>(adopt, made);
}

}  // namespace asy
#endif
