/** @file
 * @brief Signals: the next one, a stream of them, handlers. */
#ifndef LIBASYNC_CPP_SIGNAL_HPP
#define LIBASYNC_CPP_SIGNAL_HPP
#include "as_completed.hpp"

#include <initializer_list>

namespace asy {

/** Wait for a signal, which is not delivered elsewhere meanwhile. @return its number */
[[nodiscard]] inline future<int> signal_wait(int signum, loop_ref loop = {}) noexcept {
  return future<int>(adopt, asy_signal_wait(loop.raw(), signum));
}

/** Listens to signals until close(), or until the last copy goes. The loop's thread. */
class signals : public detail::counted<asy_signals, asy_signals_ref, asy_signals_unref> {
 public:
  using counted::counted;
  explicit signals(std::initializer_list<std::int32_t> signums, loop_ref loop = {}) {
    asy_signals *made = nullptr;
    check(asy_signals_new(loop.raw(), signums.begin(), signums.size(), &made));
    static_cast<counted &>(*this) = counted(adopt, made);
  }

  /** `while (auto signum = co_await arriving.next())`; @return std::optional, empty once it is closed */
  [[nodiscard]] detail::next_operation<int> next() const noexcept { return {asy_signals_next(raw()), ASY_E_CLOSED}; }
  void close() const { check(asy_signals_close(raw())); }
};

/** Call `function()` on the loop for each arrival of a signal, in place of the loop's handler of before. */
template <class F>
void add_signal_handler(int signum, F function, loop_ref loop = {}) {
  check(detail::callback<F>::with(
      std::move(function), [&](auto... triple) { return asy_loop_add_signal_handler(loop.raw(), signum, triple...); }));
}
/** @return whether there was one */
inline bool remove_signal_handler(int signum, loop_ref loop = {}) {
  asy_status status = asy_loop_remove_signal_handler(loop.raw(), signum);
  if (status == ASY_E_NOT_FOUND) return false;
  check(status);
  return true;
}

}  // namespace asy
#endif
