/** @file
 * @brief Tasks started and awaited from other threads. */
#ifndef LIBASYNC_CPP_THREAD_FUTURE_HPP
#define LIBASYNC_CPP_THREAD_FUTURE_HPP
#include "task.hpp"

namespace asy {

/** The outcome of a task of another thread's loop; copies share it. Any thread. */
template <class T = void>
class thread_future : public detail::counted<asy_thread_future, asy_thread_future_ref, asy_thread_future_unref> {
 public:
  using counted::counted;
  /**
   * Block until the task is done.
   * @return its value, or throws its error; timeout_error after `timeout`, which cancels nothing; state_error on the
   *   loop's own thread, which would wait for itself; closed_error when the loop was closed first
   */
  template <class Rep = std::int64_t, class Period = std::nano>
  T wait(std::chrono::duration<Rep, Period> timeout = forever) const {
    value result;
    asy_error *failure = nullptr;
    asy_status status = asy_thread_future_wait(raw(), to_ns(timeout), result.raw(), &failure);
    detail::error_handle owned(adopt, failure);
    if (failure) detail::throw_error(failure);
    check(status, "the loop's own thread would wait for itself: co_await the task");
    return result.template as<T>();
  }
  /** Ask the task to cancel; @return false if it is done */
  bool cancel() const noexcept { return asy_thread_future_cancel(raw()); }
  bool is_done() const noexcept { return asy_thread_future_is_done(raw()); }
  /** Call `function(thread_future)` on the loop's thread when it is done. */
  template <class F>
  void on_done(F function) const {
    using call = detail::callback<F>;
    asy_thread_done_cb tell = [](asy_thread_future *self, void *user_data) {
      try {
        call::get(user_data)(thread_future(borrow, self));
      } catch (...) {
        detail::report_exception(nullptr, "in a done callback");
      }
    };
    check(asy_thread_future_add_done_callback(raw(), tell, call::make(std::move(function)), call::free));
  }
};

/**
 * Start a coroutine as a task of a loop, from any thread. Its arguments must outlive it: see asy::spawn().
 * @param name its name in reports; copied, or NULL
 */
template <class T>
thread_future<T> spawn_threadsafe(loop_ref loop, task<T> coroutine, const char *name = nullptr) {
  asy_task_options options{};
  options.size = sizeof options;
  options.name = name;
  void *frame = coroutine.release().address();
  if (!frame) throw state_error(ASY_E_STATE, detail::spawned_once);
  asy_thread_future *made = nullptr;
  check(asy_task_new_threadsafe(loop.raw(), &detail::coroutine_table, frame, &options, &made));
  return thread_future<T>(adopt, made);
}
/** The same with a function, kept alive with its arguments. */
template <class F, class... Args>
requires detail::is_task<detail::kept_result<F, Args...>>
auto spawn_threadsafe(loop_ref loop, F function, Args... args) {
  return asy::spawn_threadsafe(loop, detail::keep(std::move(function), std::move(args)...));
}

}  // namespace asy
#endif
