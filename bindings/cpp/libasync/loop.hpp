/** @file
 * @brief The event loop. */
#ifndef LIBASYNC_CPP_LOOP_HPP
#define LIBASYNC_CPP_LOOP_HPP
#include "callback.hpp"
#include "duration.hpp"
#include "error.hpp"
#include "future.hpp"

#include <vector>

namespace asy {

/** A queued or scheduled callback; dropping the handle does not cancel it. The loop's thread. */
class handle : public detail::counted<asy_handle, asy_handle_ref, asy_handle_unref> {
 public:
  using counted::counted;
  /** Make the callback never run and free it; harmless when it did already. */
  void cancel() const { check(asy_handle_cancel(raw())); }
  bool is_cancelled() const noexcept { return asy_handle_is_cancelled(raw()); }
  /** @return the deadline in loop time */
  std::chrono::nanoseconds when() const noexcept { return from_ns(asy_handle_when(raw())); }
  /** @return the context that the callback runs in */
  asy::context context() const noexcept { return asy::context(adopt, asy_handle_context(raw())); }
};

/** A callback that was queued from any thread; dropping the handle does not cancel it. Any thread. */
class call_handle : public detail::counted<asy_call, asy_call_ref, asy_call_unref> {
 public:
  using counted::counted;
  /**
   * Take it back; where it runs just now on another thread, wait for its end.
   * @return whether it will never run
   */
  bool cancel() const noexcept { return asy_call_cancel(raw()); }
  bool is_cancelled() const noexcept { return asy_call_is_cancelled(raw()); }
};

namespace detail {

/** Throw what ended a run of the loop. */
inline void check_run(asy_loop *loop, asy_status status) {
  if (status < 0) [[unlikely]] {
    error_handle raised(adopt, asy_loop_take_raised(loop));
    if (raised) throw_error(raised.raw());
    check(status, asy_loop_current() ? "a loop runs on this thread already: await instead"
                                     : "the loop was stopped before the future was done");
  }
}

}  // namespace detail

/**
 * Names a loop without owning it; any thread may hold one.
 *
 * Without an argument: the loop that runs on this thread, if any.
 */
class loop_ref {
 public:
  loop_ref() noexcept : raw_(asy_loop_current()) {}
  loop_ref(asy_loop *raw) noexcept : raw_(raw) {}

  /** @return the C loop, borrowed; nullptr if none */
  asy_loop *raw() const noexcept { return raw_; }

  /** Run `function()` once, after what is already queued. The loop's thread. */
  template <class F>
  handle call_soon(F function) const {
    asy_handle *made = nullptr;
    return take(made, detail::callback<F>::with(std::move(function), [&](auto... triple) {
                  return asy_loop_call_soon(raw_, triple..., &made);
                }));
  }
  /** Run `function()` no earlier than `delay` from now; equal deadlines in the order they were set. */
  template <class F, class Rep, class Period>
  handle call_later(std::chrono::duration<Rep, Period> delay, F function) const {
    asy_handle *made = nullptr;
    std::uint64_t ns = to_ns(delay);
    return take(made, detail::callback<F>::with(std::move(function), [&](auto... triple) {
                  return asy_loop_call_later(raw_, ns, triple..., &made);
                }));
  }
  /** Run `function()` when the loop's time() reaches `when`. */
  template <class F>
  handle call_at(std::chrono::nanoseconds when, F function) const {
    asy_handle *made = nullptr;
    return take(made, detail::callback<F>::with(std::move(function), [&](auto... triple) {
                  return asy_loop_call_at(raw_, to_ns(when), triple..., &made);
                }));
  }
  /** Run `function()` on the loop; any thread, in order per thread. Throws closed_error when it is closed. */
  template <class F>
  void call_soon_threadsafe(F function) const {
    check(detail::callback<F>::with(
        std::move(function), [&](auto... triple) { return asy_loop_call_soon_threadsafe(raw_, triple..., nullptr); }));
  }
  /** The same, to be cancelled by the result. */
  template <class F>
  [[nodiscard]] call_handle cancellable_call_soon_threadsafe(F function) const {
    asy_call *made = nullptr;
    check(detail::callback<F>::with(
        std::move(function), [&](auto... triple) { return asy_loop_call_soon_threadsafe(raw_, triple..., &made); }));
    return call_handle(adopt, made);
  }

  /** End run() after the current batch. */
  void stop() const { check(asy_loop_stop(raw_)); }
  /** Interrupt the poll; any thread. */
  void wake() const { check(asy_loop_wake(raw_)); }
  /** @return the loop's clock, from an arbitrary start */
  std::chrono::nanoseconds time() const noexcept { return from_ns(asy_loop_time(raw_)); }
  bool is_running() const noexcept { return asy_loop_is_running(raw_); }
  bool is_closed() const noexcept { return asy_loop_is_closed(raw_); }
  /** Report an error that nobody can be told: prints it, or what the report hook and policy say. */
  void report(const error &what_happened, const char *circumstances) const {
    check(asy_loop_report(raw_, what_happened.raw(), circumstances));
  }
  /**
   * End everything in order: cancel and await every task but the caller's and those that wait for it, then close
   * generators and the loop's own executor.
   * @param grace how long it may take; what is left then is reported
   * @return how many tasks did not end
   */
  template <class Rep = std::int64_t, class Period = std::nano>
  [[nodiscard]] future<std::size_t> shutdown(std::chrono::duration<Rep, Period> grace = forever) const {
    return future<std::size_t>(adopt, asy_loop_shutdown(raw_, to_ns(grace)));
  }
  /** @return how many tasks are unfinished */
  std::size_t task_count() const noexcept { return asy_loop_task_count(raw_); }
  /** @param language such as "c++", "go", "python" */
  std::size_t task_count(const char *language) const noexcept { return asy_loop_task_count_of(raw_, language); }
  /** @return the unfinished tasks */
  std::vector<future<value>> tasks() const {
    std::vector<future<value>> all;
    asy_task_cb note = [](asy_task *task, void *list) {
      static_cast<std::vector<future<value>> *>(list)->emplace_back(borrow, task);
    };
    all.reserve(task_count());  // so that the callback does not throw
    check(asy_loop_visit_tasks(raw_, note, &all, nullptr));
    return all;
  }

 protected:
  void rebind(asy_loop *raw) noexcept { raw_ = raw; }

 private:
  static handle take(asy_handle *const &made, asy_status status) {
    check(status);
    return handle(adopt, made);
  }

  asy_loop *raw_;
};

/**
 * A loop of one's own; the thread that makes it owns it until release().
 *
 * The destructor closes it: pending futures are cancelled, frames of unfinished tasks destroyed. Finish them
 * first with shutdown(), or use asy::run().
 */
class loop : public loop_ref {
 public:
  /** @param flags bits of #asy_loop_flag */
  explicit loop(std::uint32_t flags = 0) : loop(asy_loop_options{sizeof(asy_loop_options), flags, 0, 0}) {}
  explicit loop(const asy_loop_options &options) : loop_ref(nullptr) {
    asy_loop *made = nullptr;
    check(asy_loop_new(&options, &made));
    rebind(made);
  }
  loop(adopt_t, asy_loop *raw) noexcept : loop_ref(raw) {}
  loop(loop &&other) noexcept : loop_ref(other.raw()) { other.rebind(nullptr); }
  loop &operator=(loop &&other) noexcept {
    asy_loop *mine = raw();
    rebind(other.raw());
    other.rebind(mine);
    return *this;
  }
  ~loop() {
    if (raw()) {
      asy_loop_close(raw());
      asy_loop_unref(raw());
    }
  }

  /** Run until stop(); an idle loop waits. Throws what a report ended it with: see set_report_policy(). */
  void run() { ended(asy_loop_run(raw())); }
  /**
   * Run until the future is done.
   * @return its value, or throws its error; throws state_error if the loop was stopped first
   */
  template <class T>
  T run_until_complete(const future<T> &awaited) {
    run_until_done(awaited);
    return awaited.result();
  }
  /** The same without reading the outcome. */
  template <class T>
  void run_until_done(const future<T> &awaited) {
    ended(asy_loop_run_until_complete(raw(), awaited.raw()));
  }
  /** As above, for a task that is not running yet. */
  template <class T>
  T run_until_complete(task<T> main);
  /** Poll once for at most `timeout`, then run what is ready; for a program with its own loop. */
  template <class Rep, class Period>
  void step(std::chrono::duration<Rep, Period> timeout) {
    ended(asy_loop_step(raw(), to_ns(timeout)));
  }
  /** @return what to poll for reading between steps; throws closed_error */
  int fd() const {
    const std::int32_t found = asy_loop_get_fd(raw());
    check(found);
    return found;
  }
  /** @return the loop time at which the next step is due; asy::forever if only the fd matters */
  std::chrono::nanoseconds next_deadline() const noexcept { return from_ns(asy_loop_next_deadline(raw())); }
  /** Move a virtual clock on; what is due runs at the next step. */
  template <class Rep, class Period>
  void advance(std::chrono::duration<Rep, Period> length) {
    check(asy_loop_advance(raw(), to_ns(length)),
          "the clock is the machine's: make the loop with ASY_LOOP_VIRTUAL_CLOCK");
  }
  /** Give up the loop, so that another thread can acquire() it. */
  void release() {
    check(asy_loop_release(raw()),
          "the loop runs, or has functions on stacks of their own, which stay on their thread");
  }
  /** Own a released loop; any thread. Throws asy::error #ASY_E_WRONG_THREAD if somebody does. */
  void acquire() { check(asy_loop_acquire(raw())); }
  /** @param policy one of #asy_report_policy */
  void set_report_policy(std::int32_t policy) { check(asy_loop_set_report_policy(raw(), policy)); }
  /** Hand reports to `function(const asy::error &, const char *circumstances)` instead of printing them. */
  template <class F>
  void set_report_hook(F function) {
    using call = detail::callback<F>;
    asy_report_cb hook = [](asy_loop *, asy_error *what_happened, const char *circumstances, void *self) {
      try {
        call::get(self)(error(borrow, what_happened), circumstances);
      } catch (...) {  // a failing hook has nobody to tell
      }
    };
    check(asy_loop_set_report_hook(raw(), hook, call::make(std::move(function)), call::free));
  }
  /** Close it; twice is harmless. Throws state_error while it runs. */
  void close() { check(asy_loop_close(raw()), "a running loop is not closed: stop() it, or leave that to asy::run()"); }

 private:
  void ended(asy_status status) { detail::check_run(raw(), status); }
};

}  // namespace asy
#endif
