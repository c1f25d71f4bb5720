/** @file
 * @brief Options, constants and handles of the C ABI. */
#ifndef LIBASYNC_CAPI_TYPES_H
#define LIBASYNC_CAPI_TYPES_H
#include "libasync/base/abi.h"

/**
 * An asynchronous iteration; one operation at a time, closed before it goes.
 * @since 0.1
 */
typedef struct asy_generator asy_generator;

/**
 * A queued or scheduled callback that can be cancelled.
 * @since 0.1
 */
typedef struct asy_handle asy_handle;

/**
 * A callback that any thread gave to a loop, and may take back.
 * @since 0.1
 */
typedef struct asy_call asy_call;

/**
 * A stream of the process's signals.
 * @since 0.1
 */
typedef struct asy_signals asy_signals;

/**
 * The writing end of a future, for any thread.
 * @since 0.1
 */
typedef struct asy_promise asy_promise;

/**
 * A scope that cancels its task at a deadline.
 * @since 0.1
 */
typedef struct asy_timeout asy_timeout;

/**
 * A scope that owns tasks.
 * @since 0.1
 */
typedef struct asy_group asy_group;

/**
 * Hands out futures in the order in which they finish.
 * @since 0.1
 */
typedef struct asy_completions asy_completions;

/**
 * Keeps everybody but one out.
 * @since 0.1
 */
typedef struct asy_lock asy_lock;

/**
 * Properties of a lock.
 * @since 0.1
 */
enum asy_lock_flag {
  /** It remembers the task that holds it, and refuses to be released by another or acquired again by the same. */
  ASY_LOCK_OWNED = 1
};

/**
 * Lets tasks wait for what a lock protects to change.
 * @since 0.1
 */
typedef struct asy_condition asy_condition;

/**
 * Holds tasks back until all are there.
 * @since 0.1
 */
typedef struct asy_barrier asy_barrier;

/**
 * Lets so much through per second.
 * @since 0.1
 */
typedef struct asy_limiter asy_limiter;

/**
 * A counter that tasks wait for.
 * @since 0.1
 */
typedef struct asy_semaphore asy_semaphore;

/**
 * A flag that tasks wait for.
 * @since 0.1
 */
typedef struct asy_event asy_event;

/**
 * A queue of values.
 * @since 0.1
 */
typedef struct asy_queue asy_queue;

/**
 * A queue into a loop, for any thread.
 * @since 0.1
 */
typedef struct asy_channel asy_channel;

/**
 * Threads for work that blocks.
 * @since 0.1
 */
typedef struct asy_executor asy_executor;

/**
 * A loop with a beginning and an end: runs mains, then shuts down.
 * @since 0.1
 */
typedef struct asy_runner asy_runner;

/**
 * A connection with awaitable reads and writes.
 * @since 0.1
 */
typedef struct asy_stream asy_stream;

/**
 * Bits of `asy_loop_options.flags`.
 * @since 0.1
 */
enum asy_loop_flag {
  /** Time stands still and jumps to the next deadline when nothing else can happen. */
  ASY_LOOP_VIRTUAL_CLOCK = 1,
  /** Ready work waits for the end of the poll instead of running after each I/O callback. */
  ASY_LOOP_NO_DRAIN = 2,
  /** Extra checks and reports; never another result. */
  ASY_LOOP_DEBUG = 4
};

/**
 * Options of asy_loop_new().
 * @since 0.1
 */
typedef struct asy_loop_options {
  /** Set to `sizeof(asy_loop_options)`. */
  size_t size;
  /** Bits of #asy_loop_flag. */
  uint32_t flags;
  /** Ready entries run between two polls; zero for 64, one polls after every batch. */
  uint32_t ready_budget;
  /** Not zero: what is ready at the same time runs in an order that this number decides, for tests. */
  uint64_t shuffle_seed;
} asy_loop_options;

/**
 * What a loop has done since it was made, as asy_loop_read_metrics() gives it.
 *
 * The last four are counted in debug mode only.
 * @since 0.1
 */
typedef struct asy_loop_metrics {
  /** Set to `sizeof(asy_loop_metrics)`. */
  size_t size;
  /** Polls for I/O. */
  uint64_t polls;
  /** Ready entries that were run: steps, callbacks, completions told to those who wait. */
  uint64_t entries;
  /** Entries ready now. */
  uint64_t ready;
  /** The most that were ready at the start of a batch. */
  uint64_t ready_max;
  /** Timers that came due. */
  uint64_t timers;
  /** Nanoseconds by which the latest timer was late. */
  uint64_t lag_ns;
  /** The most by which one was. */
  uint64_t lag_max_ns;
  /** Unfinished tasks. */
  uint64_t tasks;
  /** Tasks that were made. */
  uint64_t tasks_created;
  /** Tasks that have finished. */
  uint64_t tasks_finished;
  /** Ready entries that were timed. */
  uint64_t steps;
  /** Nanoseconds spent in them. */
  uint64_t step_ns;
  /** The longest of them. */
  uint64_t step_max_ns;
  /** Nanoseconds spent in polls, waiting included. */
  uint64_t poll_ns;
} asy_loop_metrics;

/**
 * What a loop does with a report.
 * @since 0.1
 */
enum asy_report_policy {
  /** Hand it to the report hook, or print it to standard error. */
  ASY_REPORT_PRINT = 0,
  /** Also end asy_loop_run() or asy_loop_step() with it. */
  ASY_REPORT_RAISE = 1,
  /** Also end the process. */
  ASY_REPORT_ABORT = 2
};

/**
 * Undoes one asy_context_set(); reference counted, any thread.
 * @since 0.1
 */
typedef struct asy_context_token asy_context_token;

/**
 * Bits of `asy_error_options.flags`.
 * @since 0.1
 */
enum asy_error_flag {
  /**
   * The program shall end, such as by Ctrl-C. A task that ends with it, or a callback that reports it, makes the loop's
   * run return its code at once; asy_loop_take_raised() gives it. It is no report. A task group gives it bare, not in a
   * group. One error leaves a run once: the loop can be run again to clean up.
   */
  ASY_ERROR_FATAL = 1
};

/**
 * Options of asy_error_new().
 * @since 0.1
 */
typedef struct asy_error_options {
  /** Set to `sizeof(asy_error_options)`. */
  size_t size;
  /** The error this one follows from, or NULL; borrowed. */
  asy_error *cause;
  /** The traceback's text, or NULL; copied. */
  const char *traceback;
  /** The language's own error object, or NULL; consumed. */
  void *object;
  /** The descriptor of `object`. */
  const asy_type *type;
  /** The operating system's error number, or zero. */
  int64_t os_code;
  /** Bits of #asy_error_flag. */
  uint64_t flags;
  /** The errors that an #ASY_E_GROUP is made of, or NULL; borrowed, a reference to each is taken. */
  asy_error *const *children;
  /** How many. */
  size_t child_count;
} asy_error_options;

/**
 * Called before the loop blocks in a poll, or after it.
 * @param user_data the pointer given with the callback
 * @since 0.1
 */
typedef void (*asy_block_cb)(void *user_data);

/**
 * Options of asy_server_new().
 * @since 0.1
 */
typedef struct asy_server_options {
  /** Set to `sizeof(asy_server_options)`. */
  size_t size;
  /** Connections waiting to be accepted; zero for 128. */
  uint32_t backlog;
  /** Bits of #asy_server_flag. */
  uint32_t flags;
} asy_server_options;

/**
 * Bits of `asy_server_options.flags`.
 * @since 0.1
 */
enum asy_server_flag {
  /** Several sockets may listen on the port; the kernel spreads connections. */
  ASY_SERVER_REUSE_PORT = 1
};

/**
 * Bits of `asy_runner_options.flags`.
 * @since 0.1
 */
enum asy_runner_flag {
  /** The first SIGINT of a run cancels its main; the second does what the process does without the library. */
  ASY_RUNNER_INTERRUPT = 1
};

/**
 * Options of asy_run() and asy_runner_new().
 * @since 0.1
 */
typedef struct asy_runner_options {
  /** Set to `sizeof(asy_runner_options)`. */
  size_t size;
  /** How to build the loop, or NULL for the defaults; copied. */
  const asy_loop_options *loop;
  /** What tasks may take to end after the last main; zero for #ASY_FOREVER. */
  uint64_t grace_ns;
  /** Bits of #asy_runner_flag. */
  uint32_t flags;
  /** Zero. */
  uint32_t reserved;
} asy_runner_options;

/**
 * Options of asy_executor_new().
 * @since 0.1
 */
typedef struct asy_executor_options {
  /** Set to `sizeof(asy_executor_options)`. */
  size_t size;
  /** What the system shows as the threads' name, up to 15 bytes; NULL for "asy-work"; copied. */
  const char *name;
  /** Threads at most, up to 1024; zero for four more than processors, and 32 at most. */
  uint32_t max_threads;
  /** Jobs that may wait for a thread; zero for no limit. */
  uint32_t max_queued;
} asy_executor_options;

/**
 * Bits of asy_gather()'s `flags`.
 * @since 0.1
 */
enum asy_gather_flag {
  /** Errors and cancellations become values of the list. */
  ASY_GATHER_RETURN_ERRORS = 1
};

/**
 * What asy_wait() waits for.
 * @since 0.1
 */
enum asy_wait_mode {
  /** All are done. */
  ASY_WAIT_ALL = 0,
  /** Any is done. */
  ASY_WAIT_FIRST = 1,
  /** Any failed, or all are done; a cancelled one did not fail. */
  ASY_WAIT_FIRST_ERROR = 2
};

/**
 * Bits of `asy_op.flags`.
 * @since 0.1
 */
enum asy_op_flag {
  /** Answer with an #ASY_COMPLETION_RETURNED as well. */
  ASY_OP_RETURN = 1
};

/**
 * One operation of asy_loop_step_batch(): a function of this header as plain data.
 * @since 0.1
 */
typedef struct asy_op {
  /** One of #asy_op_code. */
  uint32_t code;
  /** Bits of #asy_op_flag. */
  uint32_t flags;
  /** Comes back in the completions. */
  uint64_t tag;
  /** A deferred task that waits for the returned future, or NULL; borrowed. */
  asy_task *task;
  /** The function's parameters in order, one word each. */
  uint64_t args[6];
} asy_op;

/**
 * Kinds of #asy_completion.
 * @since 0.1
 */
enum asy_completion_kind {
  /** The function returned: `status`, and `word` for what it gives. */
  ASY_COMPLETION_RETURNED = 1,
  /** The returned future is done: `status`, `value` and `error`. */
  ASY_COMPLETION_DONE = 2,
  /** A task of asy_task_new_deferred(), in `word`, is resumed: `status`, `value` and `error`. */
  ASY_COMPLETION_RESUME = 3,
  /** A task of asy_task_new_deferred() is asked to cancel while its step is out. */
  ASY_COMPLETION_CANCEL = 4,
  /** A task of asy_task_new_deferred(), in `word`, is destroyed; its tag comes no more. */
  ASY_COMPLETION_DESTROY = 5
};

/**
 * One answer of asy_loop_step_batch().
 *
 * `value`, `error` and a `future` are the reader's: clear and unref them.
 * @since 0.1
 */
typedef struct asy_completion {
  /** The tag of the operation or task. */
  uint64_t tag;
  /** One of #asy_completion_kind. */
  uint32_t kind;
  /** The outcome. */
  asy_status status;
  /** The integer or handle that the function returned. */
  uint64_t word;
  /** The error, or NULL. */
  asy_error *error;
  /** The value, or nil. */
  asy_value value;
} asy_completion;

/**
 * Allocates memory for the library.
 * @param size how many bytes; never zero
 * @param user_data the pointer given with the callback
 * @return memory aligned for any type, or NULL when there is none
 * @since 0.1
 */
typedef void *(*asy_alloc_cb)(size_t size, void *user_data);

/**
 * Changes the size of a block.
 * @param block a block of the same allocator; never NULL
 * @param size how many bytes; never zero
 * @param user_data the pointer given with the callback
 * @return the block, perhaps moved, or NULL when it could not grow and is unchanged
 * @since 0.1
 */
typedef void *(*asy_realloc_cb)(void *block, size_t size, void *user_data);

/**
 * Gives a block back.
 * @param block a block of the same allocator; never NULL
 * @param user_data the pointer given with the callback
 * @since 0.1
 */
typedef void (*asy_dealloc_cb)(void *block, void *user_data);

#endif
