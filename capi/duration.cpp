/** @file
 * @brief Durations. */
#include <cmath>

#include "capi/handles.hpp"

extern "C" {

/**
 * Turn seconds into nanoseconds, the unit of every duration here.
 *
 * Negative seconds are 0, infinity is #ASY_FOREVER, and what does not fit is the
 * longest finite duration; fractions of a nanosecond are rounded up, so that a
 * wait is never shorter than asked.
 *
 * @param[in] seconds how long
 * @param[out] out_ns receives the nanoseconds; unchanged on error
 * @return #ASY_OK, or why not
 * @retval ASY_E_INVALID `seconds` is not a number, or `out_ns` is NULL
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_status asy_duration_from_seconds(double seconds, uint64_t *out_ns) ASY_NOEXCEPT {
  if (!out_ns || std::isnan(seconds)) return ASY_E_INVALID;
  const double ns = std::ceil(seconds * 1e9);
  if (seconds <= 0) *out_ns = 0;
  else if (std::isinf(seconds)) *out_ns = ASY_FOREVER;
  else *out_ns = ns >= 0x1p64 ? ASY_FOREVER - 1 : static_cast<uint64_t>(ns);
  return ASY_OK;
}

}  // extern "C"
