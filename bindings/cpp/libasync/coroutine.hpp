/** @file
 * @brief What every coroutine frame holds, and how an asy_task drives a stack of frames. */
#ifndef LIBASYNC_CPP_COROUTINE_HPP
#define LIBASYNC_CPP_COROUTINE_HPP
#include "capture.hpp"
#include "counted.hpp"
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
  /** The frame of the awaited one, where it goes with this. */
  std::coroutine_handle<> owned;
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

  /** What the awaited gave, or its error thrown. */
  const asy_value &sent() {
    if (asy_error *thrown = context().thrown) [[unlikely]]
      raise(thrown);
    return *context().sent;
  }

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
  static void destroy(void *self) noexcept;
  static void describe(void *self, asy_line_cb on_line, void *user_data) noexcept;

 protected:
  explicit promise_base() noexcept = default;
  inline_awaiter *awaiter() const noexcept { return static_cast<inline_awaiter *>(link_); }
  /** Make this the outermost frame of a task, unless it is attached to another. */
  void begin(std::coroutine_handle<> self, const place &where) noexcept {
    link_ = self.address();
    place_ = where;
  }

 private:
  climb *note_frame() noexcept;

  /** Of a root: the frame to resume, or the step_context while it runs. Of others: the inline_awaiter. */
  void *link_ = nullptr;
  /** The outermost frame of the task. */
  promise_base *root_ = this;
  place place_{};
  unsigned line_ = 0;
  /** Of a root. */
  bool is_running_ = false;
};

inline void promise_base::resume(void *self, asy_task *task, const asy_value *sent, asy_error *thrown,
                                 asy_step *step) noexcept {
  promise_base &root = of(self);
  step_context context{task, sent, thrown, step, std::coroutine_handle<>::from_address(root.link_), 0, nullptr};
  root.link_ = &context;
  root.is_running_ = true;
  do std::exchange(context.next, nullptr).resume();
  while (context.next);
}

inline void promise_base::destroy(void *self) noexcept {
  promise_base &root = of(self);
  // The innermost first, one after the other: a deep chain takes no stack.
  for (promise_base *frame = root.is_running_ ? &root : &of(root.link_); frame != &root;) {
    inline_awaiter &end = *frame->awaiter();
    frame = &of(end.continuation.address());
    if (end.owned) std::exchange(end.owned, nullptr).destroy();
  }
  std::coroutine_handle<>::from_address(self).destroy();
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
    promise_base *frame = root.is_running_ ? &root : &of(root.link_);
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

inline constexpr asy_value nothing{};

using future_handle = counted<asy_future, asy_future_ref, asy_future_unref>;

/**
 * Awaits a C future; `Read` makes a result of its value.
 *
 * `Handle` owns the future, or refers to what does; an empty one is done without a value. When the await suspends,
 * the task takes the future over; a failed one fails there too. A done one after too many in a row yields first.
 */
template <class Handle, class Read>
class future_awaiter {
 public:
  future_awaiter(promise_base &promise, Handle &&future, Read &&read) noexcept
      : promise_(&promise.root()), future_(std::forward<Handle>(future)), read_(std::forward<Read>(read)) {}
  future_awaiter(const future_awaiter &) = delete;
  future_awaiter &operator=(const future_awaiter &) = delete;

  bool await_ready() noexcept {
    value_ = future_ ? asy_future_value(future_.raw()) : &nothing;
    return value_ && ++promise_->context().streak < streak_limit;
  }
  void await_suspend(std::coroutine_handle<> self) noexcept {
    promise_->park(self, value_ ? nullptr : future_.release());
  }
  decltype(auto) await_resume() {
    if (!value_) return read_(promise_->sent());
    if (promise_->context().streak == 0) [[unlikely]]  // a step began since: it has yielded
      promise_->hold_cancel();
    return read_(*value_);
  }

 protected:
  /** How the awaited ended; only before await_resume(). */
  asy_status status() const noexcept {
    asy_error *thrown = value_ ? nullptr : promise_->context().thrown;
    return thrown ? asy_error_code(thrown) : ASY_OK;
  }

 private:
  promise_base *promise_;
  Handle future_;
  /** Once it was asked: the value of a done one, else nullptr, and the task gives it. */
  const asy_value *value_;
  [[no_unique_address]] Read read_;
};

/**
 * Awaits an operation that begins where it is awaited and usually has to wait: nobody asks whether it is done.
 *
 * Its `start(promise)` gives the future, or nullptr for one trip through the ready queue; `read(value)` makes the
 * result of the value.
 */
template <class Operation>
class start_awaiter {
 public:
  start_awaiter(promise_base &promise, const Operation &operation) noexcept
      : promise_(&promise.root()), operation_(operation) {}
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> self) noexcept { promise_->park(self, operation_.start(*promise_)); }
  decltype(auto) await_resume() { return operation_.read(promise_->sent()); }

 private:
  promise_base *promise_;
  Operation operation_;
};

}  // namespace asy::detail
#endif
