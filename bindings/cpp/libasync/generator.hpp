/** @file
 * @brief Asynchronous generators: coroutines that hand items over and await in between. */
#ifndef LIBASYNC_CPP_GENERATOR_HPP
#define LIBASYNC_CPP_GENERATOR_HPP
#include "timeout.hpp"

namespace asy {

/** Thrown at the `co_yield` of a generator that is closed. Let it pass, or catch it to await what cleans up. */
struct generator_exit {};

namespace detail {

template <class T>
class generator_promise;
template <class T>
class shared_generator;

/** In debug mode, say that an open generator goes without its close. */
[[gnu::cold, gnu::noinline]] inline void tell_dropped(const promise_base &promise) noexcept {
  asy_loop *loop = asy_loop_current();
  if (!loop || !asy_loop_is_debug(loop)) return;
  try {
    error open(ASY_E_STATE, "the generator " + promise.describe() +
                                " was open: what it awaits to clean up needs close(), for_each() or closing()");
    asy_loop_report(loop, open.raw(), "dropping a generator");
  } catch (...) {  // no memory to say it
  }
}

/** What one step of a generator leaves; part of the awaiting frame. */
template <class T>
struct step_result : inline_awaiter {
  std::optional<T> item;
};

/** Runs a generator as part of the awaiting coroutine, until it hands an item over or ends. */
template <class T>
class step_awaiter : public step_result<T> {
 public:
  using frame_handle = std::coroutine_handle<generator_promise<T>>;
  /** @param frame suspended; nullptr when the generator is over */
  step_awaiter(promise_base &awaiting, frame_handle frame) noexcept : awaiting_(&awaiting), frame_(frame) {}
  step_awaiter(const step_awaiter &) = delete;
  step_awaiter &operator=(const step_awaiter &) = delete;
  ~step_awaiter() {
    if (frame_) frame_.promise().end_step(false);
  }
  bool await_ready() const noexcept { return !frame_; }
  void await_suspend(std::coroutine_handle<> awaiting) noexcept {
    this->continuation = awaiting;
    frame_.promise().begin_step(*awaiting_, this);
    frame_.promise().context().next = frame_;
  }
  std::optional<T> await_resume() {
    if (frame_) std::exchange(frame_, nullptr).promise().end_step(true);
    if (this->exception) [[unlikely]]
      std::rethrow_exception(std::move(this->exception));
    return std::move(this->item);
  }

 private:
  promise_base *awaiting_;
  frame_handle frame_;
};

/** The same for a close, which gives nothing. */
template <class T>
struct close_awaiter : step_awaiter<T> {
  using step_awaiter<T>::step_awaiter;
  void await_resume() { step_awaiter<T>::await_resume(); }
};

/** A generator's coroutine, seen from inside. */
template <class T>
class generator_promise : public promise_base {
 public:
  using frame_handle = std::coroutine_handle<generator_promise>;
  enum state : unsigned char { fresh, suspended, running, over };

  struct yield_awaiter {
    generator_promise *self;
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<>) const noexcept { self->context().next = self->awaiter()->continuation; }
    void await_resume() const {
      if (self->thrown_) std::rethrow_exception(std::exchange(self->thrown_, nullptr));
    }
  };

  auto get_return_object(const place &where = ASY_PLACE) noexcept;
  yield_awaiter yield_value(T item) {
    if (is_closing_) {
      yielded_late_ = true;
      throw state_error(ASY_E_STATE, "this generator is closed: clean up and end");
    }
    if (asy_task_scope_depth(context().task) != depth_)
      throw state_error(ASY_E_STATE,
                        "co_yield inside an open timeout or task group would have it cancel the wrong code");
    static_cast<step_result<T> *>(awaiter())->item.emplace(std::move(item));
    return {this};
  }
  void return_void() {
    if (yielded_late_) throw state_error(ASY_E_STATE, "a generator handed an item over after it was closed");
  }
  void unhandled_exception() noexcept {
    if (is_closing_) {
      try {
        throw;
      } catch (const generator_exit &) {  // the end that was asked for
        return;
      } catch (...) {}
    }
    promise_base::unhandled_exception();
  }

  void begin_step(promise_base &awaiting, inline_awaiter *awaiter) noexcept {
    attach(awaiting, awaiter);
    depth_ = asy_task_scope_depth(context().task);
    state_ = running;
  }
  /** @param is_whole false when what awaited it was destroyed meanwhile: then it can never go on */
  void end_step(bool is_whole) noexcept {
    frame_handle frame = frame_handle::from_promise(*this);
    state_ = is_whole && !frame.done() ? suspended : over;
    if (is_orphan_) drop();
  }
  /** Nobody holds the generator any more. */
  void drop() noexcept {
    if (state_ == running) {
      is_orphan_ = true;
      return;
    }
    if (state_ == suspended) tell_dropped(*this);
    frame_handle::from_promise(*this).destroy();
  }
  /** Throw at the `co_yield` where it is suspended, in the next step. */
  void raise_at_yield(std::exception_ptr exception, bool closes) noexcept {
    thrown_ = std::move(exception);
    is_closing_ = closes;
  }
  state where() const noexcept { return state_; }
  /** Before the start there is no `co_yield` that could throw. */
  void finish() noexcept { state_ = over; }

 private:
  std::exception_ptr thrown_;
  std::int32_t depth_ = 0;
  state state_ = fresh;
  bool is_closing_ = false, yielded_late_ = false, is_orphan_ = false;
};

/** A step that has not begun: await it where it is made. */
template <class T>
class [[nodiscard]] generator_step {
 public:
  using item_type = T;
  using frame_handle = std::coroutine_handle<generator_promise<T>>;
  explicit generator_step(frame_handle frame, std::exception_ptr thrown = nullptr) noexcept
      : frame_(frame), thrown_(std::move(thrown)) {}
  friend step_awaiter<T> make_awaiter(promise_base &promise, generator_step &&self) { return {promise, self.ready()}; }

 private:
  frame_handle ready() {
    if (!frame_) return frame_;
    generator_promise<T> &promise = frame_.promise();
    if (promise.where() == promise.running) throw error(ASY_E_BUSY, "another operation of the generator is under way");
    if (promise.where() == promise.over) return nullptr;
    if (thrown_) {
      if (promise.where() == promise.fresh) {
        promise.finish();
        std::rethrow_exception(thrown_);
      }
      promise.raise_at_yield(std::move(thrown_), false);
    }
    return frame_;
  }
  frame_handle frame_;
  std::exception_ptr thrown_;
};

/** A close that has not begun. */
template <class T>
class [[nodiscard]] generator_close {
 public:
  using frame_handle = std::coroutine_handle<generator_promise<T>>;
  explicit generator_close(frame_handle frame) noexcept : frame_(frame) {}
  friend close_awaiter<T> make_awaiter(promise_base &promise, generator_close &&self) {
    return {promise, self.ready()};
  }

 private:
  frame_handle ready() {
    if (!frame_ || frame_.promise().where() == frame_.promise().over) return nullptr;
    generator_promise<T> &promise = frame_.promise();
    if (promise.where() == promise.running) throw error(ASY_E_BUSY, "another operation of the generator is under way");
    if (promise.where() == promise.fresh) {
      promise.finish();
      return nullptr;
    }
    promise.raise_at_yield(std::make_exception_ptr(generator_exit()), true);
    return frame_;
  }
  frame_handle frame_;
};

}  // namespace detail

/**
 * A coroutine that hands items over with `co_yield` and may await in between.
 *
 *     asy::generator<int> ticks(int count) {
 *       for (int i = 0; i < count; ++i) {
 *         co_await asy::sleep(1s);
 *         co_yield i;
 *       }
 *     }
 *     while (auto tick = co_await items.next()) use(*tick);
 *
 * It runs as part of the task that awaits next(): it is cancelled with it, sees its context, and may not hand an item
 * over inside a timeout or task group of its own.
 *
 * Dropped while it is open, it is destroyed at its `co_yield`, as any C++ object: locals go, generator_exit is not
 * thrown. The loop cannot close it later, because what it refers to (arguments by reference, a lambda's captures) ends
 * with the scope that drops it. What cleans up by awaiting needs close(), which asy::for_each() and asy::closing()
 * never forget; debug mode reports who did. An asy::generator_handle is closed by the loop: its arguments must outlive
 * that.
 */
template <class T>
class [[nodiscard]] generator {
  static_assert(!std::is_reference_v<T>, "an item is a value: hand over a pointer or std::reference_wrapper");

 public:
  using promise_type = detail::generator_promise<T>;
  using value_type = T;

  generator() noexcept = default;
  generator(generator &&other) noexcept : frame_(std::exchange(other.frame_, nullptr)) {}
  generator &operator=(generator &&other) noexcept {
    std::swap(frame_, other.frame_);
    return *this;
  }
  ~generator() {
    if (frame_) frame_.promise().drop();
  }

  /** Await the next item. @return std::optional; nothing at the end and ever after. One at a time: #ASY_E_BUSY */
  detail::generator_step<T> next() noexcept { return detail::generator_step<T>(frame_); }
  /** Throw where it is suspended, and await the next item. One that has not started is over, with this exception. */
  detail::generator_step<T> throw_exception(std::exception_ptr exception) noexcept {
    return detail::generator_step<T>(frame_, std::move(exception));
  }
  /** End it: `co_yield` throws generator_exit, and what it awaits then is awaited. Twice is fine. */
  detail::generator_close<T> close() noexcept { return detail::generator_close<T>(frame_); }
  explicit operator bool() const noexcept { return frame_ != nullptr; }
  /** @return whether the function began and has not ended */
  bool is_open() const noexcept {
    return frame_ && frame_.promise().where() != promise_type::fresh && frame_.promise().where() != promise_type::over;
  }

 private:
  friend promise_type;
  friend class detail::shared_generator<T>;
  explicit generator(std::coroutine_handle<promise_type> frame) noexcept : frame_(frame) {}
  std::coroutine_handle<promise_type> frame_;
};

template <class T>
auto detail::generator_promise<T>::get_return_object(const place &where) noexcept {
  static_assert(alignof(generator_promise) == alignof(promise_base), "a frame is found from any handle");
  auto self = frame_handle::from_promise(*this);
  begin(self, where);
  return generator<T>(self);
}

}  // namespace asy
#endif
