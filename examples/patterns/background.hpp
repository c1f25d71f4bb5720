#ifndef PATTERNS_BACKGROUND_HPP
#define PATTERNS_BACKGROUND_HPP
#include <libasync.hpp>

/* Tasks that live as long as a body: their failure ends the body and comes out as a group_error; when the body ends,
 * they are cancelled and waited for. */
template <class F>
std::invoke_result_t<F &> with_background(std::vector<asy::task<>> jobs, F body) {
  return asy::with_group(
      [jobs = std::move(jobs), body = std::move(body)](asy::task_group &group) mutable -> std::invoke_result_t<F &> {
        struct ending {
          std::vector<asy::future<void>> tasks;
          ~ending() {
            for (const auto &task : tasks)
              if (!task.cancelling()) task.cancel("the program ends"); /* twice would end its clean-up */
          }
        } background;
        for (asy::task<> &job : jobs) background.tasks.push_back(group.spawn(std::move(job)));
        co_return co_await body();
      });
}
#endif
