/** @file
 * @brief Tasks that wait for each other. */
#ifndef LIBASYNC_CPP_BARRIER_HPP
#define LIBASYNC_CPP_BARRIER_HPP
#include "loop.hpp"

namespace asy {

/** Lets a number of tasks go on together, round after round; copies share it. The loop's thread. */
class barrier : public detail::counted<asy_barrier, asy_barrier_ref, asy_barrier_unref> {
 public:
  using counted::counted;
  /** @param parties how many it waits for, at least 1 */
  explicit barrier(std::uint32_t parties, loop_ref loop = {}) {
    asy_barrier *made = nullptr;
    check(asy_barrier_new(loop.raw(), parties, &made));
    static_cast<counted &>(*this) = counted(adopt, made);
  }

  /** Wait for all parties. @return the place in this round, from 0; fails with broken_barrier */
  [[nodiscard]] future<std::uint32_t> wait() const noexcept {
    return future<std::uint32_t>(adopt, asy_barrier_wait(raw()));
  }
  /** Fail those who wait, and begin anew. */
  void reset() const { check(asy_barrier_reset(raw())); }
  /** Fail those who wait and all who come, until reset(). */
  void abort() const { check(asy_barrier_abort(raw())); }
  bool is_broken() const noexcept { return asy_barrier_is_broken(raw()); }
  std::uint32_t parties() const noexcept { return asy_barrier_parties(raw()); }
  std::uint32_t waiting() const noexcept { return asy_barrier_waiting(raw()); }
};

}  // namespace asy
#endif
