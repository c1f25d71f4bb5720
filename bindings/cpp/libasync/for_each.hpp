/** @file
 * @brief Iteration that always closes: what a generator cleans up is awaited on every way out. */
#ifndef LIBASYNC_CPP_FOR_EACH_HPP
#define LIBASYNC_CPP_FOR_EACH_HPP
#include "generator.hpp"
#include "generator_handle.hpp"

namespace asy {

namespace detail {

/** Whether to go on after one item: a body may answer it. */
template <class F, class T>
task<bool> apply(F &body, T item) {
  using result = std::invoke_result_t<F &, T>;
  if constexpr (is_task<result>) {
    if constexpr (std::same_as<typename result::value_type, bool>) {
      co_return co_await body(std::move(item));
    } else {
      co_await body(std::move(item));
      co_return true;
    }
  } else if constexpr (std::same_as<result, bool>) {
    co_return body(std::move(item));
  } else {
    body(std::move(item));
    co_return true;
  }
}

}  // namespace detail

/**
 * Run `body` with something that has `close()`, and await that on every way out, in the same task.
 *
 *     co_await asy::closing(ticks(9), [&](auto &items) -> asy::task<> {
 *       while (auto tick = co_await items.next()) if (*tick == 3) co_return;
 *     });
 *
 * @param items moved in
 * @param body called once; kept alive until the end
 * @return what the body returns; throws what it throws, else what closing throws
 */
template <class G, class F>
std::invoke_result_t<F &, G &> closing(G items, F body) {
  using result_type = typename std::invoke_result_t<F &, G &>::value_type;
  std::exception_ptr failure;
  std::optional<detail::regular<result_type>> result;
  try {
    if constexpr (std::is_void_v<result_type>) co_await body(items);
    else result.emplace(co_await body(items));
  } catch (...) {
    failure = std::current_exception();
  }
  try {
    co_await items.close();
  } catch (...) {
    if (!failure) throw;
    detail::report_exception(asy_loop_current(), "closing a generator after its body had failed");
  }
  if (failure) std::rethrow_exception(failure);
  if constexpr (!std::is_void_v<result_type>) co_return std::move(*result);
}

/**
 * Call `body` with each item of a generator, and close that on every way out.
 * @param items a generator or generator_handle; moved in
 * @param body plain or a coroutine; where it returns bool, false leaves
 */
template <class G, class F>
task<> for_each(G items, F body) {
  return asy::closing(std::move(items), [body = std::move(body)](G &all) mutable -> task<> {
    while (auto item = co_await all.next())
      if (!co_await detail::apply(body, std::move(*item))) co_return;
  });
}

}  // namespace asy
#endif
