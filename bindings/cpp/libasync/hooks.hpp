/** @file
 * @brief Hearing of every task of a loop, and changing how it is made. */
#ifndef LIBASYNC_CPP_HOOKS_HPP
#define LIBASYNC_CPP_HOOKS_HPP
#include "loop.hpp"

namespace asy {

namespace detail {

/** One hook of an object `H`, called with the task as a future. */
template <class H, class Use>
void call_hook(asy_loop *loop, void *hooks, Use use) noexcept {
  try {
    use(callback<H>::get(hooks));
  } catch (...) {
    report_exception(loop, "in a task hook");
  }
}

}  // namespace detail

/**
 * Hand every task of a loop to an object with any of these, in place of the hooks before:
 *
 *     void on_options(asy_task_options &);            // before it is made: its name, ASY_TASK_EAGER, ...
 *     void on_created(const asy::future<asy::value> &);
 *     void on_switched(const asy::future<asy::value> &, bool entered);   // around every step
 *     void on_finished(const asy::future<asy::value> &);
 *
 * @param hooks moved in; freed when others are set or the loop closes
 */
template <class H>
void set_task_hooks(loop_ref loop, H hooks) {
  using seen = const future<value> &;
  asy_task_hooks table{};
  table.size = sizeof table;
  if constexpr (requires(asy_task_options & options) { hooks.on_options(options); })
    table.on_options = [](asy_loop *of, asy_task_options *options, void *self) {
      detail::call_hook<H>(of, self, [&](H &one) { one.on_options(*options); });
    };
  else
    static_assert(
        !requires { &H::on_options; }, "on_options takes (asy_task_options &)");
  if constexpr (requires(seen task) { hooks.on_created(task); })
    table.on_created = [](asy_task *task, void *self) {
      detail::call_hook<H>(asy_future_loop(task), self, [&](H &one) { one.on_created(future<value>(borrow, task)); });
    };
  else
    static_assert(
        !requires { &H::on_created; }, "on_created takes (const asy::future<asy::value> &)");
  if constexpr (requires(seen task) { hooks.on_switched(task, true); })
    table.on_switched = [](asy_task *task, std::int32_t entered, void *self) {
      detail::call_hook<H>(asy_future_loop(task), self,
                           [&](H &one) { one.on_switched(future<value>(borrow, task), entered != 0); });
    };
  else
    static_assert(
        !requires { &H::on_switched; }, "on_switched takes (const asy::future<asy::value> &, bool)");
  if constexpr (requires(seen task) { hooks.on_finished(task); })
    table.on_finished = [](asy_task *task, void *self) {
      detail::call_hook<H>(asy_future_loop(task), self, [&](H &one) { one.on_finished(future<value>(borrow, task)); });
    };
  else
    static_assert(
        !requires { &H::on_finished; }, "on_finished takes (const asy::future<asy::value> &)");
  table.user_data = detail::callback<H>::make(std::move(hooks));
  table.on_free = detail::callback<H>::free;
  check(asy_loop_set_task_hooks(loop.raw(), &table));
}
/** No hooks from now on. */
inline void clear_task_hooks(loop_ref loop) { check(asy_loop_set_task_hooks(loop.raw(), nullptr)); }

}  // namespace asy
#endif
