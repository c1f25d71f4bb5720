/** @file
 * @brief Futures and tasks as handles. */
#ifndef LIBASYNC_CPP_FUTURE_HPP
#define LIBASYNC_CPP_FUTURE_HPP
#include "callback.hpp"
#include "context.hpp"
#include "coroutine.hpp"
#include "value.hpp"

namespace asy {

template <class T>
class task;
class loop_ref;

/**
 * The outcome of an operation or a spawned task, as a `T`; copies share it.
 *
 * Await it any number of times, by several tasks: a result that cannot be copied goes to the first reader.
 * Dropping the handle cancels nothing. The loop's thread, but for copying and dropping nothing else is safe.
 */
template <class T = void>
class future : public detail::future_handle {
 public:
  using counted::counted;
  using value_type = T;

  /** A future to be settled by set_value() and its like, on the loop's thread; cancel() completes it. */
  static future pending(asy_loop *loop) noexcept { return future(adopt, asy_future_new(loop)); }
  /** One whose cancel() only asks: `on_cancel()` is called, and the future waits for whoever settles it. */
  template <class F>
  static future pending(asy_loop *loop, F on_cancel) {
    using call = detail::callback<F>;
    asy_cancel_cb cancel = [](asy_future *, void *self) { call::call(self); };
    return future(adopt, asy_future_new_cancellable(loop, cancel, call::make(std::move(on_cancel)), call::free));
  }
  /** One that is done already, with the value made of `item`. */
  template <class... U>
  requires detail::settles<T, U...>
  static future done(asy_loop *loop, U &&...item) {
    value result = detail::value_for<T>(std::forward<U>(item)...);
    return future(adopt, asy_future_new_done(loop, result.raw()));
  }
  /** One that has failed already; `loop` may be nullptr. */
  static future failed(asy_loop *loop, const error &failure) noexcept {
    return future(adopt, asy_future_new_failed(loop, asy_error_ref(failure.raw())));
  }

  /** Read the value as another type. */
  template <class U>
  future<U> as() &&noexcept {
    return future<U>(adopt, release());
  }

  bool is_done() const noexcept { return asy_future_is_done(raw()); }
  bool is_cancelled() const noexcept { return asy_future_is_cancelled(raw()); }
  bool is_task() const noexcept { return asy_future_is_task(raw()); }
  /** @return the loop, borrowed; nullptr for one that failed without a loop */
  asy_loop *loop() const noexcept { return asy_future_loop(raw()); }

  /** @return the value, or throws the error; throws state_error while it is pending */
  T result() const {
    if (const asy_value *result = asy_future_value(raw())) return convert<T>::get(*result);
    if (asy_error *failure = asy_future_error(raw())) detail::throw_error(failure);
    throw state_error(ASY_E_STATE, "this future is not done: await it");
  }
  /** @return the error; nothing while pending or when it has a value. Counts as reading it. */
  std::optional<error> failure() const {
    asy_error *raw_error = asy_future_error(raw());
    return raw_error ? std::optional<error>(error(borrow, raw_error)) : std::nullopt;
  }

  /** Ask to cancel; @return false if it was done already */
  bool cancel(const char *message = nullptr) const noexcept { return asy_future_cancel(raw(), message) > 0; }
  /** Let only cancel() cancel it, never a cancelled awaiter. */
  void set_shared() const { check(asy_future_set_shared(raw())); }
  /** Call `function(future)` once it is done, always later and on its loop. */
  template <class F>
  void on_done(F function) const {
    using call = detail::callback<F>;
    asy_done_cb tell = [](asy_future *self, void *user_data) {
      try {
        call::get(user_data)(future(borrow, self));
      } catch (...) {
        detail::report_exception(asy_future_loop(self), "in a done callback");
      }
    };
    check(asy_future_add_done_callback(raw(), tell, call::make(std::move(function)), call::free));
  }

  /** Complete a pending() future; throws state_error if it is done. */
  template <class... U>
  requires detail::settles<T, U...>
  void set_value(U &&...item) const {
    value result = detail::value_for<T>(std::forward<U>(item)...);
    check(asy_future_set_result(raw(), result.raw()), set_once);
  }
  void set_error(const error &failure) const {
    check(asy_future_set_error(raw(), asy_error_ref(failure.raw())), set_once);
  }
  void set_exception(const std::exception_ptr &exception) const {
    check(asy_future_set_error(raw(), detail::to_error(exception)), set_once);
  }
  void set_cancelled(const char *message = nullptr) const { check(asy_future_set_cancelled(raw(), message), set_once); }

  /** Of a task: its name, valid until it is set again. */
  const char *name() const noexcept { return asy_task_name(raw()); }
  void set_name(const char *name) const { check(asy_task_set_name(raw(), name)); }
  /** Of a task: the context it runs in, also after its end; empty for other futures. */
  asy::context context() const noexcept { return asy::context(adopt, asy_task_context(raw())); }
  /** Of a task: take back one request to cancel; @return how many remain */
  std::int32_t uncancel() const noexcept {
    const std::int32_t left = asy_task_uncancel(raw());
    return left > 0 ? left : 0;
  }
  /** Of a task: how many requests to cancel are outstanding. */
  std::int32_t cancelling() const noexcept { return asy_task_cancelling(raw()); }

 private:
  static constexpr const char *set_once = "a future is completed once: this one is done, perhaps cancelled";
};

/** A result that may have failed, of operations that collect both. */
template <class T>
class outcome {
 public:
  using value_type = T;
  explicit outcome(T item) : item_(std::move(item)) {}
  explicit outcome(error failure) noexcept : failure_(std::move(failure)) {}
  explicit operator bool() const noexcept { return !failure_; }
  /** @return the value, or throws the error */
  T &get() & { return expect(), *item_; }
  const T &get() const & { return expect(), *item_; }
  T get() && { return expect(), std::move(*item_); }
  /** @return the error; #ASY_E_CANCELLED for a cancelled one */
  const std::optional<error> &failure() const noexcept { return failure_; }

 private:
  void expect() const {
    if (failure_) failure_->rethrow();
  }
  std::optional<T> item_;
  std::optional<error> failure_;
};

template <class T>
struct convert<outcome<T>> {
  static outcome<T> get(const asy_value &in) {
    if (in.kind == ASY_VALUE_ERROR) return outcome<T>(error(borrow, asy_value_error(&in)));
    return outcome<T>(convert<T>::get(in));
  }
};

template <class T>
struct convert<future<T>> {
  static void put(future<T> item, asy_value *out) noexcept { asy_value_set_future(out, item.release()); }
  static future<T> get(const asy_value &in) {
    if (in.kind != ASY_VALUE_FUTURE) detail::mismatch("future", in);
    return future<T>(borrow, asy_value_future(&in));
  }
};

namespace detail {

[[noreturn, gnu::cold]] inline void empty_handle() {
  throw state_error(ASY_E_STATE, "this handle is empty: it was moved away");
}

template <class T>
future_awaiter<future_handle, read_as<T>> make_awaiter(promise_base &promise, const future<T> &awaited) {
  if (!awaited) empty_handle();
  return {promise, future_handle(awaited), {}};
}
template <class T>
auto make_awaiter(promise_base &promise, future<T> &awaited) {
  return make_awaiter(promise, std::as_const(awaited));
}
template <class T>
future_awaiter<future_handle, read_as<T>> make_awaiter(promise_base &promise, future<T> &&awaited) {
  if (!awaited) empty_handle();
  return {promise, std::move(awaited), {}};
}

/** An operation whose result is made by a function of its own; await it where it is made. */
template <class Read>
class [[nodiscard]] operation {
 public:
  operation(asy_future *future, Read read) noexcept : handle_(adopt, future), read_(std::move(read)) {}
  friend future_awaiter<future_handle &, Read> make_awaiter(promise_base &promise, operation &&self) {
    if (!self.handle_) empty_handle();
    return {promise, self.handle_, std::move(self.read_)};
  }
  /** The same operation on another future that gives the same value. */
  template <class Wrap>
  operation wrapped(Wrap wrap) && {
    return {wrap(handle_.release()), std::move(read_)};
  }

 private:
  future_handle handle_;
  [[no_unique_address]] Read read_;
};

/** Anything else that has `to_future(asy_loop *)`. */
template <class Awaitable>
requires requires(Awaitable &&a, asy_loop *loop) { std::forward<Awaitable>(a).to_future(loop); }
auto make_awaiter(promise_base &promise, Awaitable &&awaitable) {
  return make_awaiter(promise, std::forward<Awaitable>(awaitable).to_future(promise.loop()));
}

}  // namespace detail
}  // namespace asy
#endif
