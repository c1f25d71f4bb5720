#include "libasync/task/task.hpp"

namespace libasync {

void task_describe(task &t, asy_line_cb on_line, void *user_data) noexcept {
  if (t.phase != STEP_QUEUED && t.phase != WAITING && t.phase != DEFERRED) return;
  struct account {
    task &t;
    asy_line_cb on_line;
    void *user_data;
    static void give(void *argument) {
      const auto &[t, on_line, user_data] = *static_cast<account *>(argument);
      t.coroutine->describe(t.self, on_line, user_data);
    }
  } told{t, on_line, user_data};
  if (t.coroutine->describe) run_outside(account::give, &told);
}

asy_status tasks_visit(loop &l, asy_task_cb on_task, void *user_data) noexcept {
  const std::size_t count = l.task_count;
  if (!count) return ASY_OK;
  auto **all = static_cast<task **>(allocate(count * sizeof(task *)));
  if (!all) return ASY_E_NOMEM;
  task *at = l.tasks;
  for (std::size_t i = 0; i < count; ++i, at = at->next_task) all[i] = ref(at);
  for (std::size_t i = 0; i < count; ++i) {
    if (!is_over(*all[i])) on_task(reinterpret_cast<asy_task *>(static_cast<future *>(all[i])), user_data);
    unref_local(all[i]);
  }
  deallocate(all);
  return ASY_OK;
}

}  // namespace libasync
