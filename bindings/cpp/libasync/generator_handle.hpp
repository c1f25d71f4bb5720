/** @file
 * @brief Generators of every language: handles that C++ iterates over, and that C++ coroutines become. */
#ifndef LIBASYNC_CPP_GENERATOR_HANDLE_HPP
#define LIBASYNC_CPP_GENERATOR_HANDLE_HPP
#include "as_completed.hpp"
#include "generator.hpp"

namespace asy {

namespace detail {

/** A C++ generator behind the C ABI: each step is a task that awaits it. */
template <class T>
class shared_generator {
 public:
  static asy_generator *make(loop_ref loop, generator<T> items) {
    if (!items) throw state_error(ASY_E_STATE, "this generator is empty: it was moved away");
    if (items.is_open()) throw state_error(ASY_E_STATE, "this generator has started: make a handle of it before");
    asy_generator *made = nullptr;
    check(asy_generator_new(loop.raw(), &table, new shared_generator(loop.raw(), std::move(items)), &made));
    return made;
  }

 private:
  shared_generator(asy_loop *loop, generator<T> items) noexcept : loop_(loop), items_(std::move(items)) {}

  static shared_generator &of(void *self) noexcept { return *static_cast<shared_generator *>(self); }
  static task<T> step(generator<T> &items, std::exception_ptr thrown) {
    std::optional<T> item;
    if (thrown) item = co_await items.throw_exception(std::move(thrown));
    else item = co_await items.next();
    if (!item) throw error(ASY_E_END);
    co_return std::move(*item);
  }
  /** As a task in the very context of whoever iterates. */
  template <class U>
  asy_future *start(task<U> coroutine) noexcept {
    asy_context *context = asy_context_current();
    asy_task_options options{};
    options.size = sizeof options;
    options.context = context;
    asy_future *made = asy_task_new(loop_, &coroutine_table, coroutine.release().address(), &options);
    asy_context_unref(context);
    return made;
  }
  static task<> end(generator<T> &items) { co_await items.close(); }

  static asy_future *next(void *self, const asy_value *, asy_error *thrown) noexcept {
    try {
      return of(self).start(step(of(self).items_, thrown ? to_exception(thrown) : nullptr));
    } catch (...) {
      return asy_future_new_failed(of(self).loop_, capture());
    }
  }
  static asy_future *close(void *self) noexcept {
    try {
      return of(self).start(end(of(self).items_));
    } catch (...) {
      return asy_future_new_failed(of(self).loop_, capture());
    }
  }
  static void destroy(void *self) noexcept { delete &of(self); }
  static void describe(void *self, asy_line_cb on_line, void *user_data) noexcept {
    try {
      on_line(of(self).items_.frame_.promise().describe().c_str(), user_data);
    } catch (...) {  // no memory: a description may be short
    }
  }
  static constexpr asy_iterator table = {sizeof(asy_iterator), next, close, destroy, describe, "c++"};

  asy_loop *loop_;  // it keeps the generator
  generator<T> items_;
};

}  // namespace detail

/**
 * A generator of any language; copies share it.
 *
 * Once it has begun it is closed on every way: dropping the last handle leaves that to the loop, close() awaits it.
 * One operation at a time, others fail with #ASY_E_BUSY. The loop's thread.
 */
template <class T = value>
class generator_handle : public detail::counted<asy_generator, asy_generator_ref, asy_generator_unref> {
 public:
  using value_type = T;
  using counted::counted;
  /** Make a C++ generator one for every language; its arguments must outlive it. Throws state_error for one that
   * started. */
  explicit generator_handle(generator<T> items, loop_ref loop = {})
      : counted(adopt, detail::shared_generator<T>::make(loop, std::move(items))) {}

  /** `while (auto item = co_await items.next())`; @return std::optional, empty at the end and ever after */
  detail::next_operation<T> next() const noexcept { return {asy_generator_next(raw()), ASY_E_END}; }
  /** Give a value to where it stands, and await the next item. */
  template <class U>
  detail::next_operation<T> send(U &&item) const {
    value carried(std::forward<U>(item));
    return {asy_generator_send(raw(), carried.raw()), ASY_E_END};
  }
  /** Raise an error where it stands, and await the next item. */
  detail::next_operation<T> throw_exception(const std::exception_ptr &exception) const noexcept {
    return {asy_generator_throw(raw(), detail::to_error(exception)), ASY_E_END};
  }
  /** Let it clean up and end; twice is fine. */
  [[nodiscard]] future<void> close() const noexcept { return future<void>(adopt, asy_generator_close(raw())); }
};

template <class T>
struct convert<generator_handle<T>> {
  static void put(generator_handle<T> item, asy_value *out) noexcept {
    asy_value_set_object(out, item.release(), asy_generator_type());
  }
  static generator_handle<T> get(const asy_value &in) {
    void *found = asy_value_object(&in, asy_generator_type());
    if (!found) detail::mismatch("generator", in);
    return generator_handle<T>(borrow, static_cast<asy_generator *>(found));
  }
};

/** Close all generator handles of a loop that have begun; @return per generator nothing or its error, also reported */
[[nodiscard]] inline future<std::vector<std::optional<error>>> close_generators(loop_ref loop = {}) noexcept {
  return future<std::vector<std::optional<error>>>(adopt, asy_loop_close_generators(loop.raw()));
}

}  // namespace asy
#endif
