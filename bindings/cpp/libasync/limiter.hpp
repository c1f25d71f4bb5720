/** @file
 * @brief A limit on how often. */
#ifndef LIBASYNC_CPP_LIMITER_HPP
#define LIBASYNC_CPP_LIMITER_HPP
#include "held.hpp"

namespace asy {

/** A bucket of tokens that fills at a rate and is full at first; copies share it. The loop's thread. */
class limiter : public detail::counted<asy_limiter, asy_limiter_ref, asy_limiter_unref> {
 public:
  using counted::counted;
  /**
   * @param rate tokens per second
   * @param burst how many may be taken at once
   */
  limiter(double rate, double burst, loop_ref loop = {}) {
    asy_limiter *made = nullptr;
    check(asy_limiter_new(loop.raw(), rate, burst, &made));
    static_cast<counted &>(*this) = counted(adopt, made);
  }

  /** Wait for tokens and take them, first come, first served; fails with #ASY_E_INVALID above the burst. */
  [[nodiscard]] future<void> acquire(double amount = 1) const noexcept {
    return future<void>(adopt, asy_limiter_acquire(raw(), amount));
  }
  /** @return whether the tokens were there and nobody waits for them */
  bool try_acquire(double amount = 1) const { return detail::tried(asy_limiter_try_acquire(raw(), amount)); }
  std::size_t waiting() const noexcept { return asy_limiter_waiting(raw()); }
};

}  // namespace asy
#endif
