/** @file
 * @brief Scopes that own tasks. */
#ifndef LIBASYNC_CPP_GROUP_HPP
#define LIBASYNC_CPP_GROUP_HPP
#include "task.hpp"

namespace asy {

/**
 * Owns the tasks spawned in it: the scope ends when all of them have; one that fails cancels the others and the
 * body, and all errors leave together as asy::group_error.
 *
 * With asy::with_group() there is nothing to remember. By hand, every way out must await exit():
 *
 *     asy::task_group group;
 *     std::exception_ptr failure;
 *     try { ...; } catch (...) { failure = std::current_exception(); }
 *     co_await group.exit(failure);
 */
class task_group {
 public:
  /** Enter; throws state_error outside a task. */
  task_group() {
    asy_group *made = nullptr;
    asy_loop *loop = asy_loop_current();
    check(loop ? asy_group_new(loop, nullptr, &made) : ASY_E_STATE, "a task group is entered in a running task");
    handle_ = group_handle(adopt, made);
  }
  task_group(const task_group &) = delete;
  task_group &operator=(const task_group &) = delete;
  /** A scope whose exit() was not reached cancels its tasks. */
  ~task_group() {
    if (!is_left_) asy_group_cancel(handle_.raw(), "the group's scope ended early");
  }

  /**
   * Start a task in the group.
   * @param coroutine consumed: destroyed if the group refuses
   * @param options how; or just a name
   * @return the task; throws state_error when the group is over or being cancelled
   */
  template <class T>
  future<T> spawn(task<T> coroutine, const task_options &options, const detail::place &where = ASY_PLACE) {
    future<T> made = asy::spawn(std::move(coroutine), options, where);
    check(asy_group_add(handle_.raw(), made.raw()), "this group is over or being cancelled: it takes no more tasks");
    return made;
  }
  template <class T>
  future<T> spawn(task<T> coroutine, const char *name = nullptr, const detail::place &where = ASY_PLACE) {
    return spawn(std::move(coroutine), task_options{.name = name}, where);
  }
  /** The same with a function, kept alive with its arguments: see asy::spawn(). */
  template <class F>
  requires detail::is_task<std::invoke_result_t<F &>>
  auto spawn(F function, const detail::place &where = ASY_PLACE) {
    return spawn(detail::keep(std::move(function)), task_options{}, where);
  }
  template <class F>
  requires detail::is_task<std::invoke_result_t<F &>>
  auto spawn(const task_options &options, F function, const detail::place &where = ASY_PLACE) {
    return spawn(detail::keep(std::move(function)), options, where);
  }
  template <class F, class... Args>
  requires detail::is_task<detail::kept_result<F, Args...>>
  auto spawn(F function, Args... args) { return spawn(detail::keep(std::move(function), std::move(args)...)); }
  template <class F, class... Args>
  requires detail::is_task<detail::kept_result<F, Args...>>
  auto spawn(const task_options &options, F function, Args... args) {
    return spawn(detail::keep(std::move(function), std::move(args)...), options);
  }
  /** Cancel every task and the body; the scope then ends without an error. */
  void cancel(const char *message = nullptr) { check(asy_group_cancel(handle_.raw(), message)); }

  /**
   * Leave the scope, once: wait for every task.
   * @param exception what left the body, or null; a failure cancels the tasks
   * @return fails with group_error, or the cancel that the exception was
   */
  [[nodiscard]] future<void> exit(const std::exception_ptr &exception = nullptr) {
    is_left_ = true;
    return future<void>(adopt, asy_group_exit(handle_.raw(), exception ? detail::to_error(exception) : nullptr));
  }

 private:
  using group_handle = detail::counted<asy_group, asy_group_ref, asy_group_unref>;
  group_handle handle_;
  bool is_left_ = false;
};

/**
 * Run `body` with a group and wait for every task spawned in it.
 *
 *     co_await asy::with_group([&](asy::task_group &group) -> asy::task<> {
 *       group.spawn(one());
 *       group.spawn(two());
 *       co_return;
 *     });
 *
 * @param body called once with the group; kept alive until the end. Its locals end before the tasks do: what tasks
 *   refer to belongs outside
 * @return what the body returns; throws group_error, or asy::cancelled. After task_group::cancel() a body without
 *   a result ends quietly, one with a result throws asy::cancelled.
 */
template <class F>
std::invoke_result_t<F &, task_group &> with_group(F body) {
  using result_type = typename std::invoke_result_t<F &, task_group &>::value_type;
  task_group group;
  std::exception_ptr failure;
  std::optional<detail::regular<result_type>> result;
  try {
    if constexpr (std::is_void_v<result_type>) co_await body(group);
    else result.emplace(co_await body(group));
  } catch (...) {
    failure = std::current_exception();
  }
  co_await group.exit(failure);
  if constexpr (!std::is_void_v<result_type>) {
    if (!result) std::rethrow_exception(failure);
    co_return std::move(*result);
  }
}

}  // namespace asy
#endif
