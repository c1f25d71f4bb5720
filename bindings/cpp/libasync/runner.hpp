/** @file
 * @brief Running a program from its first task to the closed loop. */
#ifndef LIBASYNC_CPP_RUNNER_HPP
#define LIBASYNC_CPP_RUNNER_HPP
#include "task.hpp"

namespace asy {

/** How to run a program: `asy::run(program(), {.interrupt = true})`. */
struct run_options {
  /** Bits of #asy_loop_flag. */
  std::uint32_t flags = 0;
  /** Not 0: what is ready runs in an order that this number gives. */
  std::uint64_t shuffle_seed = 0;
  /** What tasks may take to end after the last main. */
  std::chrono::nanoseconds grace = forever;
  /** The first SIGINT cancels main, which then throws interrupted_error; the second does what it does without us. */
  bool interrupt = false;
};

/** A loop for several mains, one after the other, which share a context. The thread that first uses it. */
class runner {
 public:
  explicit runner(const run_options &options = {}) {
    asy_loop_options loop{sizeof loop, options.flags, 0, options.shuffle_seed};
    asy_runner_options plain{sizeof plain, &loop, to_ns(options.grace),
                             options.interrupt ? std::uint32_t{ASY_RUNNER_INTERRUPT} : 0, 0};
    asy_runner *made = nullptr;
    check(asy_runner_new(&plain, &made));
    handle_ = runner_handle(adopt, made);
  }
  runner(const runner &) = delete;
  runner &operator=(const runner &) = delete;
  ~runner() { asy_runner_close(handle_.raw()); }

  /** @return the loop, made at the first use; throws closed_error */
  loop_ref loop() const {
    asy_loop *loop = asy_runner_loop(handle_.raw());
    if (!loop) throw closed_error(ASY_E_CLOSED, "this runner is closed, or another thread's");
    return loop;
  }
  /**
   * Run `main` as a task until it is done; what it started goes on in the next run.
   * @return what `main` returns; throws what it throws. Throws state_error inside a running loop.
   */
  template <class T>
  T run(task<T> main) {
    detail::consumption consumed(main);
    loop_ref here = enter();
    future<T> done = asy::spawn(here, std::move(main), {.context = &context_});
    detail::check_run(here.raw(), asy_runner_run_future(handle_.raw(), done.raw()));
    return done.result();
  }
  /** The same for a function that returns a coroutine; it is kept alive. */
  template <class F>
  requires detail::is_task<std::invoke_result_t<F &>>
  auto run(F main) { return run(detail::keep(std::move(main))); }
  /** Cancel and await every task that is left, close generators and executors, and the loop; twice is fine. */
  void close() { check(asy_runner_close(handle_.raw())); }

 private:
  /** Get ready for a main; throws what speaks against it. */
  loop_ref enter() {
    if (asy_loop_current())
      throw state_error(ASY_E_STATE, "a loop runs on this thread already: await the task instead");
    if (!context_) context_ = asy::context::current().copy();
    return loop();
  }
  using runner_handle = detail::counted<asy_runner, asy_runner_ref, asy_runner_unref>;
  runner_handle handle_;
  asy::context context_;
};

/**
 * Run a program: a fresh loop, `main` as its first task, then everything that is left is ended in order.
 *
 * @param main consumed
 * @return what `main` returns; throws what it throws. Throws state_error inside a running loop.
 */
template <class T>
T run(task<T> main, const run_options &options = {}) {
  detail::consumption consumed(main);
  runner here(options);
  return here.run(std::move(main));
}
/** The same for a function that returns a coroutine: `asy::run([]() -> asy::task<> {...})`. */
template <class F>
requires detail::is_task<std::invoke_result_t<F &>>
auto run(F main, const run_options &options = {}) { return asy::run(detail::keep(std::move(main)), options); }

}  // namespace asy
#endif
