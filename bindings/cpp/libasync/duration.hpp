/** @file
 * @brief Durations: any std::chrono one in, nanoseconds of the C ABI out. */
#ifndef LIBASYNC_CPP_DURATION_HPP
#define LIBASYNC_CPP_DURATION_HPP
#include "error.hpp"

#include <chrono>
#include <cstdint>
#include <type_traits>
#include <utility>

namespace asy {

/** A duration that never ends. */
inline constexpr std::chrono::nanoseconds forever = std::chrono::nanoseconds::max();

/**
 * Nanoseconds of the C ABI for a duration: negative is 0, too long is #ASY_FOREVER, a fraction rounds up.
 * @throws asy::error #ASY_E_INVALID for a floating duration that is not a number
 */
template <class Rep, class Period>
constexpr std::uint64_t to_ns(std::chrono::duration<Rep, Period> length) {
  using namespace std::chrono;
  if constexpr (std::is_floating_point_v<Rep>) {
    std::uint64_t ns = 0;
    check(asy_duration_from_seconds(duration_cast<duration<double>>(length).count(), &ns));
    return ns;
  } else {
    using unit = duration<Rep, Period>;
    if (length <= unit::zero()) return 0;
    if constexpr (std::ratio_greater_equal_v<Period, std::nano>) {
      constexpr auto most = duration_cast<duration<std::int64_t, Period>>(forever).count();
      if (std::cmp_greater_equal(length.count(), most)) return ASY_FOREVER;
    }
    return static_cast<std::uint64_t>(ceil<nanoseconds>(length).count());
  }
}

/** Duration for nanoseconds of the C ABI; #ASY_FOREVER gives asy::forever. */
constexpr std::chrono::nanoseconds from_ns(std::uint64_t ns) noexcept {
  constexpr auto most = static_cast<std::uint64_t>(forever.count());
  return std::chrono::nanoseconds(static_cast<std::int64_t>(ns < most ? ns : most));
}

}  // namespace asy
#endif
