/** @file
 * @brief Operations as plain data: for runtimes for which a call is dear. */
#include "capi/whole.hpp"

#include "capi/task_options.hpp"
#include "libasync/task/batch.hpp"

using namespace libasync;
using namespace libasync::capi;

namespace {

struct op_result {
  asy_future *future = nullptr;
  int64_t word = 0;
  asy_status status = ASY_OK;
};

op_result call(uint32_t code, const uint64_t *a) noexcept {
  op_result result;
  switch (code) {
#include "capi/batch_ops.inc"
    default: result.status = ASY_E_INVALID;
  }
  if (result.future) {
    if (code == ASY_OP_TASK_CURRENT || code == ASY_OP_VALUE_FUTURE) asy_future_ref(result.future);  // these lend
    future &f = *core(result.future);
    result.word = static_cast<int64_t>(reinterpret_cast<intptr_t>(result.future));
    if (f.state >= FAILED) result.status = f.failure()->code;
  }
  return result;
}

std::size_t answers(const asy_op &op) noexcept {
  return (op.flags & ASY_OP_RETURN ? 1u : 0u) + (op.tag && !op.task ? 1u : 0u);
}

asy_status ready(loop *l, const asy_op *ops, std::size_t count) noexcept {
  if (const asy_status refused = loop_check(l)) return refused;
  if (count && !ops) return ASY_E_INVALID;
  std::size_t needed = 0;
  for (std::size_t i = 0; i < count; ++i) needed += answers(ops[i]);
  return batch_reserve(*l, needed);
}

/// Hands the future on to who waits for it.
void forward(loop &l, const asy_op &op, asy_future *made) noexcept {
  if (!made) return;
  future *consumed = core(made);
  if (op.task) {
    asy_task_await(op.task, made);
  } else if (op.tag && op.code != ASY_OP_TASK_NEW_DEFERRED) {
    batch_watch(l, op.tag, consumed);
  } else {
    unref_local(consumed);
  }
}

void apply(loop &l, const asy_op &op) noexcept {
  const op_result result = call(op.code, op.args);
  if (op.flags & ASY_OP_RETURN)
    batch_returned(l, op.tag, result.status, static_cast<uint64_t>(result.word),
                   result.future ? ref(core(result.future)) : nullptr);
  forward(l, op, result.future);
}

/// The one step of a deferred task; consumes what the step refers to.
asy_status deliver(asy_task *t, asy_step step) noexcept { return asy_task_deliver(t, &step); }

}  // namespace

extern "C" {

/**
 * Apply operations without a step.
 *
 * Each operation calls the function of its code, in order. What the answers
 * say comes from the next asy_loop_step_batch(), but for the last one: with
 * `out_last` its return is given there, whatever its flags say.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] ops the operations; borrowed
 * @param[in] op_count how many
 * @param[out] out_last receives the last one's return, or NULL
 * @return #ASY_OK; #ASY_E_NOMEM when no operation was applied
 * @par Ownership
 * a future in `out_last->word` is the caller's
 * @par Threads
 * the loop's
 * @par Batch
 * never: it is one
 * @since 0.1
 */
ASY_API asy_status asy_loop_apply(asy_loop *loop, const asy_op *ops, size_t op_count,
                                  asy_completion *out_last) ASY_NOEXCEPT {
  libasync::loop *l = core(loop);
  if (out_last) *out_last = {};
  if (const asy_status refused = ready(l, ops, op_count)) return refused;
  for (std::size_t i = 0; i < op_count; ++i) {
    if (!out_last || i + 1 < op_count) {
      apply(*l, ops[i]);
      continue;
    }
    const op_result result = call(ops[i].code, ops[i].args);
    out_last->tag = ops[i].tag;
    out_last->kind = ASY_COMPLETION_RETURNED;
    out_last->status = result.status;
    out_last->word = static_cast<uint64_t>(result.word);
  }
  return ASY_OK;
}

/**
 * Apply operations, run one iteration of the loop and collect what completed.
 *
 * Every operation is a function of this header as plain data (#asy_op_code).
 * A function that returns a future is answered by #ASY_COMPLETION_DONE when
 * the future is done; with a `task`, that task waits for the future instead;
 * with neither task nor tag, nobody does. #ASY_OP_RETURN asks for an
 * #ASY_COMPLETION_RETURNED as well: its `status` is the function's, or the
 * code with which the future failed at once, and its `word` the integer or
 * handle. An unknown code returns #ASY_E_INVALID.
 *
 * The operations are applied in order, then the poll, which does not block
 * when completions wait, then what is ready. Up to `capacity` completions are
 * given in the order in which they came about; the others wait for the next
 * call.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] ops the operations, NULL without any; borrowed
 * @param[in] op_count how many
 * @param[in] timeout_ns nanoseconds that the poll may block; #ASY_FOREVER for no limit
 * @param[out] out_completions receives the completions
 * @param[in] capacity room in `out_completions`
 * @param[out] out_count receives how many were given
 * @return #ASY_OK, or what a report ended the iteration with; #ASY_E_STATE while this or another
 * loop runs on this thread and #ASY_E_NOMEM apply no operation
 * @par Ownership
 * the values, errors and futures of the completions are the caller's
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_loop_step_batch(asy_loop *loop, const asy_op *ops, size_t op_count, uint64_t timeout_ns,
                                       asy_completion *out_completions, size_t capacity,
                                       size_t *out_count) ASY_NOEXCEPT {
  libasync::loop *l = core(loop);
  if (!out_count || (capacity && !out_completions)) return ASY_E_INVALID;
  *out_count = 0;
  if (const asy_status refused = ready(l, ops, op_count)) return refused;
  if (l->running || libasync::loop_current()) return ASY_E_STATE;
  for (std::size_t i = 0; i < op_count; ++i) apply(*l, ops[i]);
  const asy_status stepped = batch_step(*l, timeout_ns);
  answer next;
  while (*out_count < capacity && batch_next(*l, next))
    out_completions[(*out_count)++] = {next.tag, next.kind, next.status, next.word, handle(next.fault), next.value};
  return stepped;
}

/**
 * Make a task whose coroutine lives behind asy_loop_step_batch().
 *
 * Each time the coroutine must go on, an #ASY_COMPLETION_RESUME with the tag
 * comes, and is answered once: by an operation with this `task`, by
 * asy_task_await(), asy_task_yield(), asy_task_return_value() or
 * asy_task_raise(). An #ASY_COMPLETION_CANCEL tells of a request in between.
 * An #ASY_COMPLETION_DESTROY is the last of the tag, also when the task never
 * started; its `status` is the task's outcome. As an operation its tag brings
 * no #ASY_COMPLETION_DONE. A loop that closes gives no more completions; a
 * step that is still out is taken.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] tag comes back in the completions
 * @param[in] options the task's options, or NULL; copied
 * @return the task
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_task *asy_task_new_deferred(asy_loop *loop, uint64_t tag, const asy_task_options *options) ASY_NOEXCEPT {
  libasync::loop *l = core(loop);
  if (future *refused = future_refusal(l)) return handle(refused);
  asy_task_options with{};
  if (const asy_status refused = read_task_options(*l, options, with)) return handle(future_of(refused));
  return handle(batch_task(*l, tag, with));
}

/**
 * Say where a deferred task stands.
 *
 * Dumps and call graphs have no other way to know. It is forgotten when the task is resumed.
 *
 * @param[in] task a task of asy_task_new_deferred(); borrowed
 * @param[in] frames a line a frame, innermost last; copied; or NULL for nothing
 * @return zero or a negative #asy_status
 * @retval ASY_E_INVALID the task is another
 * @retval ASY_E_STATE the task has ended
 * @retval ASY_E_NOMEM memory ran out
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_task_set_frames(asy_task *task, const char *frames) ASY_NOEXCEPT {
  libasync::task *const t = as_task(core(task));
  if (const asy_status refused = t ? object_check(t) : ASY_E_INVALID) return refused;
  return batch_set_frames(*t, frames);
}

/**
 * Deliver a deferred task's return.
 *
 * @param[in] task the task; borrowed
 * @param[in] value the result; consumed, or NULL for none
 * @return #ASY_OK; #ASY_E_STATE when no step is out
 * @par Ownership
 * the value is taken and left nil
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_task_return_value(asy_task *task, asy_value *value) ASY_NOEXCEPT {
  return deliver(task, {ASY_STEP_RETURN, 0, nullptr, nullptr, value_take(value)});
}

/**
 * Deliver a deferred task's error.
 *
 * @param[in] task the task; borrowed
 * @param[in] error what it raised; consumed
 * @return #ASY_OK; #ASY_E_STATE when no step is out
 * @par Ownership
 * the error is taken
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_task_raise(asy_task *task, asy_error *error) ASY_NOEXCEPT {
  return deliver(task, {ASY_STEP_RAISE, 0, nullptr, error, nil});
}

/**
 * Deliver that a deferred task goes to the back of the ready queue once.
 *
 * @param[in] task the task; borrowed
 * @return #ASY_OK; #ASY_E_STATE when no step is out
 * @par Ownership
 * takes nothing
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_task_yield(asy_task *task) ASY_NOEXCEPT {
  return deliver(task, {ASY_STEP_AWAIT, 0, nullptr, nullptr, nil});
}

/**
 * Deliver what a deferred task waits for.
 *
 * @param[in] task the task; borrowed
 * @param[in] future what it waits for; consumed, NULL is asy_task_yield()
 * @return #ASY_OK; #ASY_E_STATE when no step is out
 * @par Ownership
 * the future is taken
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_task_await(asy_task *task, asy_future *future) ASY_NOEXCEPT {
  return deliver(task, {ASY_STEP_AWAIT, 0, future, nullptr, nil});
}

}  // extern "C"
