#pragma once
#include "libasync/task/task.hpp"

namespace libasync {

/// The numbers of asy_completion_kind.
enum answer_kind : uint32_t { ANSWER_RETURNED = 1, ANSWER_DONE, ANSWER_RESUME, ANSWER_CANCEL, ANSWER_DESTROY };

/// What the reader of a loop's batches is told next; `fault` and `value` are the reader's.
struct answer {
  uint64_t tag;
  answer_kind kind;
  asy_status status;
  uint64_t word;
  error *fault;
  asy_value value;
};

/// Makes room for this many answers of operations, so that none of them allocates.
asy_status batch_reserve(loop &l, std::size_t answers) noexcept;
/// A function returned. `consumed` is the future whose address is in `word`, or NULL.
void batch_returned(loop &l, uint64_t tag, asy_status status, uint64_t word, future *consumed) noexcept;
/// An answer comes when the future is done.
void batch_watch(loop &l, uint64_t tag, future *consumed) noexcept;
/// A task whose resumes are answers and whose steps come by task_deliver(). Never NULL.
future *batch_task(loop &l, uint64_t tag, const asy_task_options &with) noexcept;
/// Where such a task stands, a line a frame, until it goes on; NULL for nothing.
asy_status batch_set_frames(task &t, const char *frames) noexcept;
/// One iteration; it does not wait when an answer does.
asy_status batch_step(loop &l, uint64_t timeout) noexcept;
/// True when an answer waits.
bool batch_waiting(const loop &l) noexcept;
/// Takes the next answer; false when there is none.
bool batch_next(loop &l, answer &out) noexcept;

}  // namespace libasync
