/** @file
 * @brief Coroutines: asy::task, and spawning them. */
#ifndef LIBASYNC_CPP_TASK_HPP
#define LIBASYNC_CPP_TASK_HPP
#include "coroutine.hpp"
#include "future.hpp"
#include "loop.hpp"

#include <cstdio>
#include <functional>

namespace asy {

namespace detail {
template <class T>
class promise;
template <class T>
class task_awaiter;

/** Destroy a coroutine that nobody awaited, and say so. */
[[gnu::cold, gnu::noinline]] inline void abandon(std::coroutine_handle<> frame, const promise_base &promise) noexcept {
  try {
    std::string text = "the coroutine " + promise.describe() + " was never awaited";
    error never(ASY_E_INTERNAL, text);
    if (asy_loop *loop = asy_loop_current()) asy_loop_report(loop, never.raw(), "dropping a task");
    else std::fprintf(stderr, "libasync: %s\n", text.c_str());
  } catch (...) {  // no memory to say it
  }
  frame.destroy();
}
}  // namespace detail

/**
 * A coroutine that has not started: what a function returns whose body uses `co_await`.
 *
 * Calling the function runs nothing. `co_await std::move(t)` runs it as part of the awaiting task, without a trip
 * through the loop; asy::spawn() makes it a task of its own. It is used once; dropped unused it is reported.
 * Arguments by reference must outlive it, and so must a lambda with captures: hand such a lambda to spawn().
 */
template <class T = void>
class [[nodiscard]] task {
  static_assert(!std::is_reference_v<T>, "a result is a value: return a pointer or std::reference_wrapper");

 public:
  using promise_type = detail::promise<T>;
  using value_type = T;

  task() noexcept = default;
  task(task &&other) noexcept : frame_(std::exchange(other.frame_, nullptr)) {}
  task &operator=(task &&other) noexcept {
    std::swap(frame_, other.frame_);
    return *this;
  }
  ~task() {
    if (frame_) [[unlikely]]
      detail::abandon(frame_, frame_.promise());
  }
  explicit operator bool() const noexcept { return frame_ != nullptr; }
  /** @return the frame, the caller's from now on; nullptr if it was used already */
  std::coroutine_handle<promise_type> release() noexcept { return std::exchange(frame_, nullptr); }

 private:
  friend promise_type;
  explicit task(std::coroutine_handle<promise_type> frame) noexcept : frame_(frame) {}
  std::coroutine_handle<promise_type> frame_;
};

namespace detail {

template <class T>
class promise : public promise_base {
 public:
  task<T> get_return_object(const place &where = ASY_PLACE) noexcept {
    auto self = std::coroutine_handle<promise>::from_promise(*this);
    begin(self, where);
    return task<T>(self);
  }
  template <class U = T>
  requires std::convertible_to<U &&, T>
  void return_value(U &&item) {
    if (is_root()) {
      convert<T>::put(T(std::forward<U>(item)), &context().step->value);
      context().step->kind = ASY_STEP_RETURN;
    } else {
      static_cast<task_awaiter<T> *>(awaiter())->result.emplace(std::forward<U>(item));
    }
  }
};

template <>
class promise<void> : public promise_base {
 public:
  task<void> get_return_object(const place &where = ASY_PLACE) noexcept {
    auto self = std::coroutine_handle<promise>::from_promise(*this);
    begin(self, where);
    return task<void>(self);
  }
  void return_void() noexcept {
    if (is_root()) context().step->kind = ASY_STEP_RETURN;
  }
};

/** Where an inline coroutine leaves its result. */
template <class T>
struct inline_result : inline_awaiter {
  std::optional<T> result;
  T take() { return std::move(*result); }
};
template <>
struct inline_result<void> : inline_awaiter {
  void take() noexcept {}
};

/** Runs a coroutine as part of the awaiting one. */
template <class T>
class task_awaiter : public inline_result<T> {
 public:
  task_awaiter(promise_base &awaiting, std::coroutine_handle<promise<T>> frame) noexcept {
    this->owned = frame;
    frame.promise().attach(awaiting, this);
  }
  task_awaiter(const task_awaiter &) = delete;
  task_awaiter &operator=(const task_awaiter &) = delete;
  ~task_awaiter() {
    if (this->owned) this->owned.destroy();
  }

  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> awaiting) noexcept {
    this->continuation = awaiting;
    promise_base::of(this->owned.address()).context().next = this->owned;
  }
  T await_resume() {
    if (this->exception) [[unlikely]]
      std::rethrow_exception(std::move(this->exception));
    return this->take();
  }
};

template <class T>
task_awaiter<T> make_awaiter(promise_base &promise, task<T> &&awaited) {
  auto frame = awaited.release();
  if (!frame) throw state_error(ASY_E_STATE, "a coroutine is awaited once: it ran already, or was moved away");
  return {promise, frame};
}
/** It is consumed: `co_await std::move(t)`. */
template <class T>
void make_awaiter(promise_base &promise, task<T> &awaited) = delete;

template <class T>
inline constexpr bool is_task = false;
template <class T>
inline constexpr bool is_task<task<T>> = true;

/** A call consumes this: where it throws, a coroutine goes without the report that nobody awaited it. */
template <class Awaitable>
class consumption {
 public:
  explicit consumption(Awaitable &consumed) noexcept : consumed_(consumed) {}
  consumption(const consumption &) = delete;
  consumption &operator=(const consumption &) = delete;
  ~consumption() {
    if constexpr (is_task<Awaitable>)
      if (auto frame = consumed_.release()) frame.destroy();
  }

 private:
  Awaitable &consumed_;
};

/** What a function gives when it is handed arguments that are kept: moved, or else, where it wants them so, as they
 * are kept. */
template <class F, class... Args>
using kept_result = typename std::conditional_t<std::is_invocable_v<F &, Args...>, std::invoke_result<F &, Args...>,
                                                std::invoke_result<F &, Args &...>>::type;

/** Keeps a function object and its arguments alive while its coroutine runs. */
template <class F, class... Args>
kept_result<F, Args...> keep(F function, Args... args) {
  if constexpr (std::is_invocable_v<F &, Args...>) co_return co_await std::invoke(function, std::move(args)...);
  else co_return co_await std::invoke(function, args...);
}

}  // namespace detail

/** How to make a task: `asy::spawn(work(), {.name = "worker", .eager = true})`. */
struct task_options {
  /** Its name in reports; copied. nullptr for "Task-N". */
  const char *name = nullptr;
  /** The context it runs in and changes; nullptr for a copy of the current one. A pointer, because GCC 12 destroys
   * twice what a braced list in a co_await holds. */
  const asy::context *context = nullptr;
  /** Run its first step at once, inside spawn(), up to its first real wait. */
  bool eager = false;
  /** Queue its first step, whatever a hook says. */
  bool lazy = false;
};

namespace detail {

inline constexpr const char *spawned_once = "a coroutine is spawned once: it ran already, or was moved away";

[[gnu::noinline]] inline asy_future *start_with(loop_ref loop, void *frame, const task_options &chosen) noexcept {
  asy_task_options options{};
  options.size = sizeof options;
  options.name = chosen.name;
  options.context = chosen.context ? chosen.context->raw() : nullptr;
  options.flags = (chosen.eager ? std::uint64_t{ASY_TASK_EAGER} : 0) | (chosen.lazy ? std::uint64_t{ASY_TASK_LAZY} : 0);
  return asy_task_new(loop.raw(), &coroutine_table, frame, &options);
}

/** Make a task of a frame, which is consumed; nullptr gives a failed future. */
[[gnu::always_inline]] inline asy_future *start(loop_ref loop, void *frame, const task_options &chosen,
                                                const place &where) noexcept {
  if (!frame) [[unlikely]]
    return asy_future_new_failed(loop.raw(), asy_error_new(ASY_E_STATE, spawned_once, nullptr));
  const spawning now(where);
  const bool is_usual = !chosen.name && !chosen.context && !chosen.eager && !chosen.lazy;
  return is_usual ? asy_task_new(loop.raw(), &coroutine_table, frame, nullptr) : start_with(loop, frame, chosen);
}

}  // namespace detail

/**
 * Start a coroutine as a task of its own; it first runs when the caller lets the loop run.
 *
 * @param loop the loop; borrowed
 * @param coroutine consumed, also on failure
 * @param options how; or just a name
 * @return the task; failed already when it could not be made
 */
template <class T>
[[gnu::always_inline]] inline future<T> spawn(loop_ref loop, task<T> coroutine, const task_options &options,
                                              const detail::place &where = ASY_PLACE) noexcept {
  return future<T>(adopt, detail::start(loop, coroutine.release().address(), options, where));
}
template <class T>
[[gnu::always_inline]] inline future<T> spawn(loop_ref loop, task<T> coroutine, const char *name = nullptr,
                                              const detail::place &where = ASY_PLACE) noexcept {
  return asy::spawn(loop, std::move(coroutine), task_options{.name = name}, where);
}
/** The same on the loop that runs on this thread. */
template <class T>
[[gnu::always_inline]] inline future<T> spawn(task<T> coroutine, const task_options &options,
                                              const detail::place &where = ASY_PLACE) noexcept {
  return asy::spawn(loop_ref(), std::move(coroutine), options, where);
}
template <class T>
[[gnu::always_inline]] inline future<T> spawn(task<T> coroutine, const char *name = nullptr,
                                              const detail::place &where = ASY_PLACE) noexcept {
  return asy::spawn(loop_ref(), std::move(coroutine), task_options{.name = name}, where);
}
/**
 * Call a function and spawn its coroutine; the function object and the arguments (copied, moved) live until it
 * ends, so this is the safe way to spawn a lambda with captures.
 */
template <class F>
requires detail::is_task<std::invoke_result_t<F &>>
auto spawn(loop_ref loop, F function, const detail::place &where = ASY_PLACE) {
  return asy::spawn(loop, detail::keep(std::move(function)), task_options{}, where);
}
template <class F>
requires detail::is_task<std::invoke_result_t<F &>>
auto spawn(F function, const detail::place &where = ASY_PLACE) {
  return asy::spawn(loop_ref(), detail::keep(std::move(function)), task_options{}, where);
}
template <class F, class... Args>
requires detail::is_task<detail::kept_result<F, Args...>>
auto spawn(loop_ref loop, F function, Args... args) {
  return asy::spawn(loop, detail::keep(std::move(function), std::move(args)...));
}
template <class F, class... Args>
requires detail::is_task<detail::kept_result<F, Args...>>
auto spawn(F function, Args... args) {
  return asy::spawn(loop_ref(), detail::keep(std::move(function), std::move(args)...));
}
/** The same with options: `asy::spawn(loop, {.name = "worker"}, [&]() -> asy::task<> {...})`. */
template <class F>
requires detail::is_task<std::invoke_result_t<F &>>
auto spawn(loop_ref loop, const task_options &options, F function, const detail::place &where = ASY_PLACE) {
  return asy::spawn(loop, detail::keep(std::move(function)), options, where);
}
template <class F>
requires detail::is_task<std::invoke_result_t<F &>>
auto spawn(const task_options &options, F function, const detail::place &where = ASY_PLACE) {
  return asy::spawn(loop_ref(), detail::keep(std::move(function)), options, where);
}
template <class F, class... Args>
requires detail::is_task<detail::kept_result<F, Args...>>
auto spawn(loop_ref loop, const task_options &options, F function, Args... args) {
  return asy::spawn(loop, detail::keep(std::move(function), std::move(args)...), options);
}
template <class F, class... Args>
requires detail::is_task<detail::kept_result<F, Args...>>
auto spawn(const task_options &options, F function, Args... args) {
  return asy::spawn(loop_ref(), detail::keep(std::move(function), std::move(args)...), options);
}

/** @return the task that runs now; an empty handle outside one */
inline future<value> current_task() noexcept {
  asy_loop *loop = asy_loop_current();
  return future<value>(borrow, loop ? asy_task_current(loop) : nullptr);
}

template <class T>
T loop::run_until_complete(task<T> main) {
  return run_until_complete(asy::spawn(*this, std::move(main)));
}

}  // namespace asy
#endif
