/** @file
 * @brief Function objects as the triple (function, user_data, on_free) of the C ABI. */
#ifndef LIBASYNC_CPP_CALLBACK_HPP
#define LIBASYNC_CPP_CALLBACK_HPP
#include "capture.hpp"

#include <utility>

namespace asy::detail {

/** Report the exception being handled; the current loop's policy applies. */
inline void report_exception(asy_loop *loop, const char *what) noexcept {
  error_handle error(adopt, capture());
  asy_loop_report(loop ? loop : asy_loop_current(), error.raw(), what);
}

/** A function object on the heap. */
template <class F>
struct callback {
  static void *make(F &&function) { return new F(std::move(function)); }
  static F &get(void *self) noexcept { return *static_cast<F *>(self); }
  static void free(void *self) noexcept { delete static_cast<F *>(self); }
  static void call(void *self) noexcept {
    try {
      get(self)();
    } catch (...) {
      report_exception(nullptr, "in a callback");
    }
  }
  /** Hand the triple to `use`, which consumes it. */
  template <class Use>
  static auto with(F &&function, Use use) {
    return use(static_cast<asy_call_cb>(call), make(std::move(function)), static_cast<asy_free_cb>(free));
  }
};

}  // namespace asy::detail
#endif
