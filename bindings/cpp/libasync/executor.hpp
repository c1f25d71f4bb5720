/** @file
 * @brief Functions that block, on threads of their own. */
#ifndef LIBASYNC_CPP_EXECUTOR_HPP
#define LIBASYNC_CPP_EXECUTOR_HPP
#include "function.hpp"
#include "loop.hpp"

#include <tuple>

namespace asy {

/** How many threads, and how long a queue. */
struct executor_options {
  /** What the system shows as the threads' name, up to 15 bytes; nullptr for "asy-work". */
  const char *name = nullptr;
  /** 0 for four more than processors, and 32 at most. */
  std::uint32_t max_threads = 0;
  /** Jobs that may wait for a thread; 0 for no limit. */
  std::uint32_t max_queued = 0;
};

/** Threads that run functions which may block; copies share them. An empty one stands for the loop's own. */
class executor : public detail::counted<asy_executor, asy_executor_ref, asy_executor_unref> {
 public:
  using counted::counted;
  explicit executor(const executor_options &options) {
    asy_executor_options plain{sizeof plain, options.name, options.max_threads, options.max_queued};
    asy_executor *made = nullptr;
    check(asy_executor_new(&plain, &made));
    static_cast<counted &>(*this) = counted(adopt, made);
  }

  /**
   * Run `function()` on a thread, in a copy of the caller's context.
   *
   * Cancelled before a thread took it, it never runs; later it is let go at once, and may ask is_cancelled().
   * @return what it returns or throws; fails with closed_error after shutdown(), #ASY_E_AGAIN when the queue is full
   */
  template <class F>
  [[nodiscard]] future<std::invoke_result_t<F &>> run(F function, loop_ref loop = {}) const {
    using call = detail::callback<F>;
    return future<std::invoke_result_t<F &>>(adopt, asy_executor_run(raw(), loop.raw(), detail::run_function<F>,
                                                                     call::make(std::move(function)), call::free));
  }
  /** Refuse new jobs and wait for the others; fails with timeout_error, and they go on. */
  template <class Rep = std::int64_t, class Period = std::nano>
  [[nodiscard]] future<void> shutdown(std::chrono::duration<Rep, Period> timeout = forever, loop_ref loop = {}) const {
    return future<void>(adopt, asy_executor_shutdown(raw(), loop.raw(), to_ns(timeout)));
  }
  /** @return whether nobody waits any more for the function that asks, on its thread */
  static bool is_cancelled() noexcept { return asy_executor_is_cancelled(); }
};

/** Run `function(args...)`, copied or moved, on a thread of the loop's own executor. */
template <class F, class... Args>
[[nodiscard]] auto to_thread(F function, Args... args) {
  return executor().run([function = std::move(function), args = std::tuple<Args...>(std::move(args)...)]() mutable {
    return std::apply(std::move(function), std::move(args));
  });
}

/** Choose the executor that to_thread() uses. */
inline void set_default_executor(const executor &chosen, loop_ref loop = {}) {
  check(asy_loop_set_default_executor(loop.raw(), chosen.raw()));
}
/** End the loop's own executor, as executor::shutdown(); later jobs for it are refused. */
template <class Rep = std::int64_t, class Period = std::nano>
[[nodiscard]] future<void> shutdown_default_executor(std::chrono::duration<Rep, Period> timeout = forever,
                                                     loop_ref loop = {}) {
  return future<void>(adopt, asy_loop_shutdown_default_executor(loop.raw(), to_ns(timeout)));
}

}  // namespace asy
#endif
