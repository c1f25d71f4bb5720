#pragma once
#include "libasync/base/text.hpp"
#include "libasync/task/task.hpp"

namespace libasync {

/// One line about any object: its kind, its state, and for a future what it holds and who waits. Runs no foreign code.
void describe(object &it, text &out) noexcept;

/// Each future that waits for `f`, once, in the order in which they came.
asy_status visit_awaiters(future &f, asy_future_cb on_future, void *user_data) noexcept;

struct graph_limits {
  int32_t frames;   // of each task: the innermost ones, when negative the outermost; 0 for none
  uint32_t levels;  // of awaiters; 0 for all
};

/// A future and, indented below it, who waits for it, and for those.
asy_status call_graph(future &f, graph_limits limits, asy_line_cb on_line, void *user_data) noexcept;

/// Every unfinished task with its frames and its awaiters.
asy_status dump(loop &l, asy_line_cb on_line, void *user_data) noexcept;

}  // namespace libasync
