/** @file
 * @brief Plain functions that await on their own stack. */
#ifndef LIBASYNC_CPP_STACK_HPP
#define LIBASYNC_CPP_STACK_HPP
#include "function.hpp"
#include "to_future.hpp"

namespace asy {

/**
 * Run a plain function as a task with a stack of its own; inside, asy::await() waits.
 * @param function returns what the task gives; its exceptions are the task's errors
 * @param stack_size bytes; 0 for 256 KiB
 */
template <class F>
auto spawn_function(loop_ref loop, F function, std::uint64_t stack_size = 0) {
  using result = std::invoke_result_t<F &>;
  using call = detail::callback<F>;
  asy_task_options options{};
  options.size = sizeof options;
  options.stack_size = stack_size;
  return future<result>(
      adopt, asy_spawn(loop.raw(), detail::run_function<F>, call::make(std::move(function)), call::free, &options));
}

/**
 * Wait inside such a function: for a future, a task, a sleep.
 * @return its value, or throws its error; throws state_error elsewhere
 */
template <class Awaitable>
detail::result_of<Awaitable> await(Awaitable &&awaitable) {
  auto awaited = detail::to_future(asy_loop_current(), std::forward<Awaitable>(awaitable));
  value result;
  asy_error *failure = nullptr;
  asy_status status = asy_await(awaited.release(), result.raw(), &failure);
  detail::error_handle owned(adopt, failure);
  if (failure) detail::throw_error(failure);
  check(status);
  return result.template as<detail::result_of<Awaitable>>();
}

}  // namespace asy
#endif
