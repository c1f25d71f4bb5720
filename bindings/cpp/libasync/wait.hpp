/** @file
 * @brief Waiting for some of several futures, touching none of them. */
#ifndef LIBASYNC_CPP_WAIT_HPP
#define LIBASYNC_CPP_WAIT_HPP
#include "to_future.hpp"

namespace asy {

/** When a wait() ends. */
enum class wait_mode : std::uint32_t {
  all = ASY_WAIT_ALL,
  first = ASY_WAIT_FIRST,
  /** One has failed, or all are done; a cancelled one has not failed. */
  first_error = ASY_WAIT_FIRST_ERROR
};

/** The futures of a wait(), each in one of the two, in their order. */
template <class T>
struct wait_result {
  std::vector<future<T>> done, pending;
};

namespace detail {

template <class T>
task<wait_result<T>> wait_until(std::vector<future<T>> futures, wait_mode mode, std::uint64_t ns) {
  future_array all(futures.size());
  for (const future<T> &one : futures) all.add(future<T>(one));
  co_await all.consume([&](asy_future *const *raw, std::size_t count) {
    return future<void>(adopt, asy_wait(asy_loop_current(), raw, count, static_cast<std::uint32_t>(mode), ns));
  });
  wait_result<T> result;
  for (future<T> &one : futures) (one.is_done() ? result.done : result.pending).push_back(std::move(one));
  co_return result;
}

}  // namespace detail

/**
 * Wait until some of several futures are done. Their errors are theirs, and neither the timeout nor a cancel of the
 * wait cancels one.
 * @param futures at least one
 * @param timeout 0 polls once; when it passes, the wait ends as if enough were done
 */
template <class T, class Rep, class Period>
task<wait_result<T>> wait(std::vector<future<T>> futures, wait_mode mode, std::chrono::duration<Rep, Period> timeout) {
  return detail::wait_until(std::move(futures), mode, to_ns(timeout));
}
template <class T>
task<wait_result<T>> wait(std::vector<future<T>> futures, wait_mode mode = wait_mode::all) {
  return detail::wait_until(std::move(futures), mode, ASY_FOREVER);
}

}  // namespace asy
#endif
