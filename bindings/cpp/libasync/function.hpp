/** @file
 * @brief A function object as a function that the C ABI runs for its result. */
#ifndef LIBASYNC_CPP_FUNCTION_HPP
#define LIBASYNC_CPP_FUNCTION_HPP
#include "callback.hpp"
#include "value.hpp"

namespace asy::detail {

/** An asy_run_cb: what `F` returns is the value, what it throws the error. */
template <class F>
asy_status run_function(asy_value *out_value, asy_error **out_error, void *self) noexcept {
  using result = std::invoke_result_t<F &>;
  try {
    if constexpr (std::is_void_v<result>) callback<F>::get(self)();
    else convert<result>::put(callback<F>::get(self)(), out_value);
    return ASY_OK;
  } catch (...) {
    *out_error = capture();
    return asy_error_code(*out_error);
  }
}

}  // namespace asy::detail
#endif
