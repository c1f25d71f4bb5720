/** @file
 * @brief Waiting for time to pass. */
#ifndef LIBASYNC_CPP_SLEEP_HPP
#define LIBASYNC_CPP_SLEEP_HPP
#include "duration.hpp"
#include "loop.hpp"

namespace asy {

/** What asy::sleep() returns: await it, or make it a future with to_future(). */
class [[nodiscard]] sleep_operation {
 public:
  explicit sleep_operation(std::uint64_t ns) noexcept : ns_(ns) {}
  future<void> to_future(asy_loop *loop) const noexcept { return future<void>(adopt, asy_sleep(loop, ns_)); }
  friend detail::start_awaiter<sleep_operation> make_awaiter(detail::promise_base &promise,
                                                             sleep_operation &&self) noexcept {
    return {promise, self};
  }

 private:
  friend detail::start_awaiter<sleep_operation>;
  asy_future *start(detail::promise_base &promise) const noexcept {
    return ns_ ? asy_sleep(promise.loop(), ns_) : nullptr;
  }
  void read(const asy_value &) const noexcept {}
  std::uint64_t ns_;
};

/**
 * Finish after a delay, never early.
 * @param delay any std::chrono duration: 0 or less goes once through the ready queue, asy::forever waits until
 *   cancelled. Throws asy::error #ASY_E_INVALID for a floating one that is not a number.
 */
template <class Rep, class Period>
sleep_operation sleep(std::chrono::duration<Rep, Period> delay) {
  return sleep_operation(to_ns(delay));
}
/** The same on a loop that need not be running yet. */
template <class Rep, class Period>
[[nodiscard]] future<void> sleep(loop_ref loop, std::chrono::duration<Rep, Period> delay) {
  return sleep_operation(to_ns(delay)).to_future(loop.raw());
}

/** Let everything run that is ready. */
inline sleep_operation yield() noexcept { return sleep_operation(0); }

}  // namespace asy
#endif
