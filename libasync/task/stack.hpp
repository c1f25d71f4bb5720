#pragma once
#include "libasync/task/task.hpp"

namespace libasync {

/// A task whose body is a plain function on a small stack of its own. Consumes the triple. Never NULL, as the options
/// may be.
future *stack_spawn(loop &l, asy_run_cb on_run, void *user_data, asy_free_cb on_free,
                    const asy_task_options *with) noexcept;

/// Waits on the small stack of the running task. `out_error` receives a reference.
asy_status stack_await(future *consumed, asy_value *out_value, error **out_error) noexcept;

/// What the task's function was given, when it is this one on a small stack; else NULL.
void *stack_data(const task &t, asy_run_cb function) noexcept;

/// The loop on one of whose small stacks the calling thread stands, or NULL.
loop *stack_in_use() noexcept;

/// Releases a value wherever we are; foreign destructors run on a large stack.
void value_clear_outside(asy_value &value) noexcept;
/// The same for a copy: another reference to an object is foreign code.
asy_value value_copy_outside(const asy_value &value) noexcept;

}  // namespace libasync
