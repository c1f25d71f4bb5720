/** @file
 * @brief What every coroutine frame holds, and how an asy_task drives a stack of frames. */
#ifndef LIBASYNC_CPP_COROUTINE_HPP
#define LIBASYNC_CPP_COROUTINE_HPP
#include "capture.hpp"
#include "frame.hpp"
#include "place.hpp"

#include <coroutine>
#include <memory>

namespace asy::detail {

/** The way of an exception up the frames of a task. */
struct climb {
  /** The error that an await threw, so that it leaves the task as the same one. */
  error_handle thrown;
  std::exception_ptr exception;
  std::string frames;
};

/** One call of asy_coroutine.resume; lives on the loop's stack. */
struct step_context {
  asy_task *task;
  const asy_value *sent;
  asy_error *thrown;
  asy_step *step;
  /** The frame to run next. A loop in resume() runs one after the other: the stack does not grow, whatever the
   * optimiser makes of tail calls. */
  std::coroutine_handle<> next;
  /** Awaits of done futures in this step. */
  unsigned streak;
  std::unique_ptr<climb> error;
};

/** Done futures that a step may await in a row before it lets others run. */
inline constexpr unsigned streak_limit = 128;

/** The awaiting end of a coroutine that was awaited inline; part of the awaiting frame. */
struct inline_awaiter {
  std::coroutine_handle<> continuation;
  std::exception_ptr exception;
};

/** Promise of every asy::task. All have the same layout, so a frame is found from any handle. */
class promise_base {
 public:
  static void *operator new(std::size_t size) { return frame_allocate(size); }
  static void operator delete(void *frame, std::size_t size) noexcept { frame_free(frame, size); }

  struct final_awaiter {
    bool await_ready() const noexcept { return false; }
    template <class Promise>
    void await_suspend(std::coroutine_handle<Promise> self) const noexcept {
      promise_base &promise = self.promise();
      if (!promise.is_root()) promise.context().next = promise.awaiter()->continuation;
    }
    void await_resume() const noexcept {}
  };

  std::suspend_always initial_suspend() const noexcept { return {}; }
  final_awaiter final_suspend() const noexcept { return {}; }

  void unhandled_exception() noexcept {
    climb *way = note_frame();
    if (!is_root()) {
      awaiter()->exception = std::current_exception();
      return;
    }
    asy_step &step = *context().step;
    asy_value_clear(&step.value);  // a local's destructor threw after co_return
    step.error = way ? capture(way->thrown.raw(), way->frames.c_str()) : capture();
    step.kind = ASY_STEP_RAISE;
  }

  /** Awaits a task, a future, an operation, or anything with `to_future(asy_loop *)`. */
  template <class Awaitable>
  decltype(auto) await_transform(Awaitable &&awaitable, unsigned line = __builtin_LINE()) {
    line_ = line;
    return make_awaiter(*this, std::forward<Awaitable>(awaitable));
  }

  bool is_root() const noexcept { return root_ == this; }
  promise_base &root() const noexcept { return *root_; }
  /** The running step; only while the task runs. */
  step_context &context() const noexcept { return *static_cast<step_context *>(root_->link_); }
  /** The loop of the task that runs this coroutine; borrowed. */
  asy_loop *loop() const noexcept { return asy_future_loop(context().task); }

  /** Park the task at `self` until `future` (consumed; nullptr: one trip through the ready queue) is done. */
  void park(std::coroutine_handle<> self, asy_future *future) noexcept {
    context().step->future = future;
    root_->link_ = self.address();
    root_->is_running_ = false;
  }

  /** Throw an error at an await; borrowed. */
  [[noreturn, gnu::cold, gnu::noinline]] void raise(asy_error *error) {
    std::unique_ptr<climb> &way = context().error;
    if (!way) way.reset(new (std::nothrow) climb);
    if (way) way->thrown = error_handle(borrow, error);
    throw_error(error);
  }

  /** A cancel that came with this step waits for the next await. */
  void hold_cancel() noexcept {
    if (asy_error *thrown = context().thrown) {
      asy_task_cancel(context().task, asy_error_message(thrown));
      asy_task_uncancel(context().task);
    }
  }

  /** Make this, a coroutine that did not start, part of the task of `awaiting`, which goes on after it. */
  void attach(promise_base &awaiting, inline_awaiter *awaiter) noexcept {
    root_ = awaiting.root_;
    link_ = awaiter;
  }

  /** Where it stands, in a line. */
  std::string describe() const {
    std::string text = place_name(place_);
    if (line_) text.append(" (").append(place_file(place_)).append(":").append(std::to_string(line_)).append(")");
    return text;
  }

  static promise_base &of(void *frame) noexcept {
    return std::coroutine_handle<promise_base>::from_address(frame).promise();
  }
  static void resume(void *self, asy_task *task, const asy_value *sent, asy_error *thrown, asy_step *step) noexcept;
  static void destroy(void *self) noexcept { std::coroutine_handle<>::from_address(self).destroy(); }
  static void describe(void *self, asy_line_cb on_line, void *user_data) noexcept;

 protected:
  explicit promise_base() noexcept = default;
  inline_awaiter *awaiter() const noexcept { return static_cast<inline_awaiter *>(link_); }
  void set_place(const place &where) noexcept { place_ = where; }

 private:
  climb *note_frame() noexcept;

  /** Of a root: the frame to resume, or the step_context while it runs. Of others: the inline_awaiter. */
  void *link_ = nullptr;
  /** The outermost frame of the task; nullptr before the start. */
  promise_base *root_ = nullptr;
  place place_{};
  unsigned line_ = 0;
  /** Of a root. */
  bool is_running_ = false;
};

inline void promise_base::resume(void *self, asy_task *task, const asy_value *sent, asy_error *thrown,
                                 asy_step *step) noexcept {
  promise_base &root = of(self);
  if (!root.root_) {
    root.root_ = &root;
    root.link_ = self;
    if (thrown) {  // cancelled before its start
      step->kind = ASY_STEP_RAISE;
      step->error = asy_error_ref(thrown);
      return;
    }
  }
  step_context context{task, sent, thrown, step, std::coroutine_handle<>::from_address(root.link_), 0, nullptr};
  root.link_ = &context;
  root.is_running_ = true;
  do std::exchange(context.next, nullptr).resume();
  while (context.next);
}

inline climb *promise_base::note_frame() noexcept {
  std::unique_ptr<climb> &way = context().error;
  if (!way) way.reset(new (std::nothrow) climb);
  if (!way) return nullptr;
  if (way->exception != std::current_exception()) {
    way->exception = std::current_exception();
    way->frames.clear();
  }
  try {
    way->frames.append("  in ").append(describe()).append("\n");
  } catch (...) {  // no memory: the trace is short
  }
  return way.get();
}

inline void promise_base::describe(void *self, asy_line_cb on_line, void *user_data) noexcept {
  promise_base &root = of(self);
  try {
    std::vector<promise_base *> inner;  // innermost first
    // While it runs, the frame it was suspended in may be gone.
    promise_base *frame = root.root_ && !root.is_running_ ? &of(root.link_) : &root;
    for (; frame != &root; frame = &of(frame->awaiter()->continuation.address())) inner.push_back(frame);
    on_line(root.describe().c_str(), user_data);
    for (std::size_t i = inner.size(); i-- > 0;) on_line(inner[i]->describe().c_str(), user_data);
  } catch (...) {  // no memory: a description may be short
  }
}

/** How an asy_task drives C++ frames. */
inline constexpr asy_coroutine coroutine_table = {
    sizeof(asy_coroutine), promise_base::resume, promise_base::destroy, promise_base::describe, nullptr, "c++",
    spawning::place_of};

/**
 * Awaits a C future; `Read` makes a result of its value.
 *
 * Owns the future until the await suspends, then the task does. A moved-in nullptr yields once, and so does
 * a done future after too many in a row.
 */
template <class Read>
class future_awaiter {
 public:
  future_awaiter(promise_base &promise, asy_future *future, Read read) noexcept
      : promise_(&promise.root()), future_(future), read_(std::move(read)) {}
  future_awaiter(const future_awaiter &) = delete;
  future_awaiter &operator=(const future_awaiter &) = delete;
  ~future_awaiter() {
    if (future_) [[unlikely]]
      asy_future_unref(future_);
  }

  bool await_ready() noexcept {
    if (!future_ || !asy_future_is_done(future_)) return false;
    return ++promise_->context().streak < streak_limit;
  }
  void await_suspend(std::coroutine_handle<> self) noexcept {
    const bool must_yield = promise_->context().streak == streak_limit;
    promise_->park(self, must_yield ? nullptr : std::exchange(future_, nullptr));
  }
  decltype(auto) await_resume() {
    if (future_) {
      keep_cancel();
      if (const asy_value *result = asy_future_value(future_)) [[likely]]
        return read_(*result);
      promise_->raise(asy_future_error(future_));
    }
    step_context &context = promise_->context();
    if (context.thrown) [[unlikely]]
      promise_->raise(context.thrown);
    return read_(*context.sent);
  }

 protected:
  /** Where it yielded with the result at hand, that is delivered, and a cancel waits for the next await. */
  void keep_cancel() noexcept {
    if (future_ && promise_->context().streak == 0) [[unlikely]]  // a step began since
      promise_->hold_cancel();
  }
  /** How the awaited ended; only in await_resume(). */
  asy_status status() const noexcept {
    if (future_) return asy_future_status(future_);
    asy_error *thrown = promise_->context().thrown;
    return thrown ? asy_error_code(thrown) : ASY_OK;
  }

 private:
  promise_base *promise_;
  asy_future *future_;
  [[no_unique_address]] Read read_;
};

}  // namespace asy::detail
#endif
