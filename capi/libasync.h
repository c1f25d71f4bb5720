/* libasync: asyncio's model for every language in one process.
 *
 * Generated from libasync/base/abi.h, capi/types.h and capi/<concept>.cpp; edit there and run ./dev gen. */
#ifndef LIBASYNC_H
#define LIBASYNC_H

#include <stddef.h>
#include <stdint.h>

#define LIBASYNC_VERSION_MAJOR 0
#define LIBASYNC_VERSION_MINOR 1
#define LIBASYNC_VERSION_PATCH 0
#define LIBASYNC_VERSION_STRING "0.1.0"

#ifndef ASY_API
#  if defined(__GNUC__) && !defined(SWIG)
#    define ASY_API __attribute__((visibility("default")))
#  else
#    define ASY_API
#  endif
#endif

#ifdef __cplusplus
#  define ASY_NOEXCEPT noexcept
extern "C" {
#else
#  define ASY_NOEXCEPT
#endif

/* -------------------------------------------------------------------------------------------------
 * The vocabulary: what the core and the C ABI share, in plain C.
 * ---------------------------------------------------------------------------------------------- */

/**
 * One microsecond in nanoseconds, the unit of every duration.
 *
 * @since 0.1
 */
#define ASY_MICROSECOND UINT64_C(1000)

/**
 * One millisecond in nanoseconds.
 *
 * @since 0.1
 */
#define ASY_MILLISECOND UINT64_C(1000000)

/**
 * One second in nanoseconds.
 *
 * @since 0.1
 */
#define ASY_SECOND UINT64_C(1000000000)

/**
 * A duration or deadline that never comes.
 *
 * @since 0.1
 */
#define ASY_FOREVER UINT64_MAX

/**
 * Result of a call: zero for success, negative for an error.
 *
 * The negative values are the constants of asy_status_code. New ones may be added; treat an unknown
 * negative value as a failure.
 *
 * @since 0.1
 */
typedef int32_t asy_status;

/**
 * Values an asy_status can take.
 *
 * @since 0.1
 */
enum asy_status_code {
  /** The call succeeded. */
  ASY_OK = 0,
  /** The operation was cancelled before it finished; not a kind of failure. */
  ASY_E_CANCELLED = -1,
  /** An argument was NULL, out of range or of the wrong kind. */
  ASY_E_INVALID = -2,
  /** Memory ran out. */
  ASY_E_NOMEM = -3,
  /** The loop, stream, server or queue is closed. */
  ASY_E_CLOSED = -4,
  /** The loop is owned by another thread, or by none. */
  ASY_E_WRONG_THREAD = -5,
  /** The object belongs to another loop. */
  ASY_E_WRONG_LOOP = -6,
  /** The call does not fit the state the object is in. */
  ASY_E_STATE = -7,
  /** A deadline passed. */
  ASY_E_TIMEOUT = -8,
  /** A promise was dropped without a result. */
  ASY_E_BROKEN_PROMISE = -9,
  /** The stream ended before enough bytes came. */
  ASY_E_EOF = -10,
  /** A separator did not come within the stream's limit. */
  ASY_E_LIMIT = -11,
  /** The operating system refused; asy_error_os_code() tells why. */
  ASY_E_OS = -12,
  /** The loop was made before a fork and this is the child. */
  ASY_E_FORKED = -13,
  /** Several errors; asy_error_child() gives each. */
  ASY_E_GROUP = -14,
  /** An error raised by a language's own code; asy_error_object() gives it. */
  ASY_E_FOREIGN = -15,
  /** Nothing can be done without waiting. */
  ASY_E_AGAIN = -16,
  /** The host name or service is not known. */
  ASY_E_NOT_FOUND = -17,
  /** An iteration has no further item. */
  ASY_E_END = -18,
  /** Somebody else is using the object in the same way. */
  ASY_E_BUSY = -19,
  /** This platform or build cannot do it. */
  ASY_E_UNSUPPORTED = -20,
  /** A program error: an exception or another defect that nobody handled. */
  ASY_E_INTERNAL = -21
};

/**
 * An event loop; owned by one thread at a time.
 *
 * @since 0.1
 */
typedef struct asy_loop asy_loop;

/**
 * The outcome of an operation that may still be running; reference counted.
 *
 * @since 0.1
 */
typedef struct asy_future asy_future;

/**
 * A future that drives a coroutine.
 *
 * A task is accepted wherever a future is; the `asy_task_` functions answer ASY_E_INVALID for a
 * future that is no task.
 *
 * @since 0.1
 */
typedef struct asy_future asy_task;

/**
 * An immutable error; reference counted, any thread.
 *
 * @since 0.1
 */
typedef struct asy_error asy_error;

/**
 * Immutable bytes; reference counted, any thread.
 *
 * @since 0.1
 */
typedef struct asy_bytes asy_bytes;

/**
 * Releases what a callback or value owned.
 *
 * Runs exactly once, also when the callback it belongs to never runs.
 *
 * @param user_data the pointer given with the callback
 * @since 0.1
 */
typedef void (*asy_free_cb)(void *user_data);

/**
 * Takes one more reference to an object.
 *
 * @param object the object
 * @since 0.1
 */
typedef void (*asy_retain_cb)(void *object);

/**
 * What kind of object a value of kind ASY_VALUE_OBJECT holds.
 *
 * Descriptors live for ever; an object is recognised by the address of its descriptor.
 *
 * @since 0.1
 */
typedef struct asy_type {
  /** Set to `sizeof(asy_type)`. */
  size_t size;
  /** The name for messages, such as "python object". */
  const char *name;
  /** Takes a reference; any thread. */
  asy_retain_cb retain;
  /** Gives a reference back; any thread unless ASY_TYPE_LOOP_RELEASE is set. */
  asy_free_cb release;
  /** Bits of asy_type_flag. */
  uint64_t flags;
} asy_type;

/**
 * Properties of an asy_type.
 *
 * @since 0.1
 */
enum asy_type_flag {
  /** The release callback runs on the loop's own stack only. */
  ASY_TYPE_LOOP_RELEASE = 1
};

/**
 * Kinds of asy_value.
 *
 * @since 0.1
 */
enum asy_value_kind {
  /** No value. */
  ASY_VALUE_NIL = 0,
  /** True or false. */
  ASY_VALUE_BOOL = 1,
  /** A signed 64-bit integer. */
  ASY_VALUE_INT = 2,
  /** A double. */
  ASY_VALUE_DOUBLE = 3,
  /** UTF-8 text. */
  ASY_VALUE_STRING = 4,
  /** Bytes. */
  ASY_VALUE_BYTES = 5,
  /** A list of values. */
  ASY_VALUE_LIST = 6,
  /** An error as a value. */
  ASY_VALUE_ERROR = 7,
  /** A future or task as a value. */
  ASY_VALUE_FUTURE = 8,
  /** A pointer with its destructor. */
  ASY_VALUE_POINTER = 9,
  /** An object with its type descriptor. */
  ASY_VALUE_OBJECT = 10
};

/**
 * A value that crosses languages; read and written by the `asy_value_` functions.
 *
 * Zero-filled it is nil. A value that holds anything is cleared with asy_value_clear(). An unknown
 * kind is carried unchanged.
 *
 * @since 0.1
 */
typedef struct asy_value {
  /** One of asy_value_kind. */
  uint32_t kind;
  /** Reserved; zero. */
  uint32_t flags;
  /** The integer, the double's bits or the destructor. */
  uint64_t bits;
  /** What the value refers to. */
  void *data;
  /** The descriptor of an object. */
  const asy_type *type;
} asy_value;

/**
 * Kinds of asy_step.
 *
 * @since 0.1
 */
enum asy_step_kind {
  /** Wait for `future`; without one, go to the back of the ready queue once. */
  ASY_STEP_AWAIT = 0,
  /** The coroutine returned `value`. */
  ASY_STEP_RETURN = 1,
  /** The coroutine raised `error`. */
  ASY_STEP_RAISE = 2,
  /** The step comes later, by one asy_task_deliver(). */
  ASY_STEP_DEFERRED = 3
};

/**
 * What a coroutine did when it was resumed; all it refers to is consumed.
 *
 * @since 0.1
 */
typedef struct asy_step {
  /** One of asy_step_kind. */
  uint32_t kind;
  /** Reserved; zero. */
  uint32_t flags;
  /** The future to wait for, of ASY_STEP_AWAIT. */
  asy_future *future;
  /** The error, of ASY_STEP_RAISE. */
  asy_error *error;
  /** The result, of ASY_STEP_RETURN. */
  asy_value value;
} asy_step;

/**
 * Resumes a coroutine until its next step.
 *
 * The first resume starts it. `sent` and `thrown` stay valid until this returns; for
 * ASY_STEP_DEFERRED until the step is delivered.
 *
 * @param self the coroutine
 * @param task the task that drives it; borrowed
 * @param sent the awaited future's value; borrowed, NULL with `thrown`
 * @param thrown the error to raise at the await; borrowed, or NULL
 * @param out_step receives the step; zero-filled on entry
 * @since 0.1
 */
typedef void (*asy_resume_cb)(void *self, asy_task *task, const asy_value *sent, asy_error *thrown,
                              asy_step *out_step);

/**
 * Receives one line of a description.
 *
 * @param text what is described; borrowed for the call
 * @param user_data the pointer given with the callback
 * @since 0.1
 */
typedef void (*asy_line_cb)(const char *text, void *user_data);

/**
 * Describes where a suspended coroutine stands, innermost frame last.
 *
 * @param self the coroutine
 * @param on_line called once per frame
 * @param user_data handed to `on_line`
 * @since 0.1
 */
typedef void (*asy_describe_cb)(void *self, asy_line_cb on_line, void *user_data);

/**
 * Tells a coroutine whose step is deferred that its task was asked to cancel.
 *
 * @param self the coroutine
 * @since 0.1
 */
typedef void (*asy_notify_cb)(void *self);

/**
 * How a language's coroutine is driven.
 *
 * The table lives as long as any task that uses it.
 *
 * @since 0.1
 */
typedef struct asy_coroutine {
  /** Set to `sizeof(asy_coroutine)`. */
  size_t size;
  /** Resumes the coroutine. */
  asy_resume_cb resume;
  /** Destroys it exactly once, also when it never started. */
  asy_free_cb destroy;
  /** Describes its frames, or NULL. */
  asy_describe_cb describe;
  /** Told about a cancel while a step is deferred, or NULL. */
  asy_notify_cb cancel_requested;
} asy_coroutine;

/**
 * Called on the loop, with nothing but its own data.
 *
 * @param user_data the pointer given with the callback
 * @since 0.1
 */
typedef void (*asy_call_cb)(void *user_data);

/**
 * Called once when a future is done, never inside the call that completed it.
 *
 * @param future the future; borrowed for the call
 * @param user_data the pointer given with the callback
 * @since 0.1
 */
typedef void (*asy_done_cb)(asy_future *future, void *user_data);

/**
 * Asked to cancel the operation behind a future.
 *
 * The future stays pending until its completer settles it.
 *
 * @param future the future; borrowed for the call
 * @param user_data the pointer given with the callback
 * @since 0.1
 */
typedef void (*asy_cancel_cb)(asy_future *future, void *user_data);

/**
 * Body of a task that awaits on its own stack.
 *
 * @param out_value receives the result; nil on entry
 * @param out_error receives the error when the status is negative, or stays NULL
 * @param user_data the pointer given with the callback
 * @return ASY_OK, or the status of the failure
 * @since 0.1
 */
typedef asy_status (*asy_run_cb)(asy_value *out_value, asy_error **out_error, void *user_data);

/**
 * Receives what would otherwise be lost: an error nobody read, a failed callback.
 *
 * @param loop the loop; borrowed
 * @param error what happened; borrowed
 * @param what the circumstances in a few words; borrowed
 * @param user_data the pointer given with the callback
 * @since 0.1
 */
typedef void (*asy_report_cb)(asy_loop *loop, asy_error *error, const char *what, void *user_data);

/**
 * Called for one task.
 *
 * @param task the task; borrowed for the call
 * @param user_data the pointer given with the callback
 * @since 0.1
 */
typedef void (*asy_task_cb)(asy_task *task, void *user_data);

/* -------------------------------------------------------------------------------------------------
 * Options, constants and handles of the C ABI.
 * ---------------------------------------------------------------------------------------------- */

/**
 * A queued or scheduled callback that can be cancelled.
 *
 * @since 0.1
 */
typedef struct asy_handle asy_handle;

/**
 * The writing end of a future, for any thread.
 *
 * @since 0.1
 */
typedef struct asy_promise asy_promise;

/**
 * A scope that cancels its task at a deadline.
 *
 * @since 0.1
 */
typedef struct asy_timeout asy_timeout;

/**
 * A scope that owns tasks.
 *
 * @since 0.1
 */
typedef struct asy_group asy_group;

/**
 * Hands out futures in the order in which they finish.
 *
 * @since 0.1
 */
typedef struct asy_completions asy_completions;

/**
 * A counter that tasks wait for.
 *
 * @since 0.1
 */
typedef struct asy_semaphore asy_semaphore;

/**
 * A flag that tasks wait for.
 *
 * @since 0.1
 */
typedef struct asy_event asy_event;

/**
 * A bounded first-in first-out queue of values.
 *
 * @since 0.1
 */
typedef struct asy_queue asy_queue;

/**
 * Watches a file descriptor.
 *
 * @since 0.1
 */
typedef struct asy_watch asy_watch;

/**
 * A connection with callbacks.
 *
 * @since 0.1
 */
typedef struct asy_transport asy_transport;

/**
 * A connection with awaitable reads and writes.
 *
 * @since 0.1
 */
typedef struct asy_stream asy_stream;

/**
 * A listening socket that owns its connections' tasks.
 *
 * @since 0.1
 */
typedef struct asy_server asy_server;

/**
 * Bits of `asy_loop_options.flags`.
 *
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
 *
 * @since 0.1
 */
typedef struct asy_loop_options {
  /** Set to `sizeof(asy_loop_options)`. */
  size_t size;
  /** Bits of asy_loop_flag. */
  uint32_t flags;
  /** Ready entries run between two polls; zero for 64, one polls after every batch. */
  uint32_t ready_budget;
} asy_loop_options;

/**
 * What a loop does with a report.
 *
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
 * Options of asy_task_new() and asy_spawn().
 *
 * @since 0.1
 */
typedef struct asy_task_options {
  /** Set to `sizeof(asy_task_options)`. */
  size_t size;
  /** The task's name, or NULL for "Task-N"; copied. */
  const char *name;
  /** Bytes of stack for asy_spawn(); zero for 256 KiB. */
  uint64_t stack_size;
} asy_task_options;

/**
 * Options of asy_error_new().
 *
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
} asy_error_options;

/**
 * Called before the loop blocks in a poll, or after it.
 *
 * @param user_data the pointer given with the callback
 * @since 0.1
 */
typedef void (*asy_block_cb)(void *user_data);

/**
 * What to watch a file descriptor for, and what was seen.
 *
 * @since 0.1
 */
enum asy_watch_events {
  /** Data can be read, or a connection accepted. */
  ASY_WATCH_READABLE = 1,
  /** Data can be written. */
  ASY_WATCH_WRITABLE = 2,
  /** The peer closed or the descriptor failed; reported always. */
  ASY_WATCH_DISCONNECT = 4
};

/**
 * Called when a watched descriptor is ready.
 *
 * @param watch the watch; borrowed for the call
 * @param events bits of asy_watch_events
 * @param user_data the pointer given with the callback
 * @since 0.1
 */
typedef void (*asy_watch_cb)(asy_watch *watch, uint32_t events, void *user_data);

/**
 * Called with the bytes a transport received.
 *
 * @param transport the transport; borrowed for the call
 * @param data the bytes; valid for the call only
 * @param size how many
 * @param user_data the pointer given with the protocol
 * @since 0.1
 */
typedef void (*asy_data_cb)(asy_transport *transport, const void *data, size_t size,
                            void *user_data);

/**
 * Called for an event of a transport that carries nothing else.
 *
 * @param transport the transport; borrowed for the call
 * @param user_data the pointer given with the protocol
 * @since 0.1
 */
typedef void (*asy_transport_cb)(asy_transport *transport, void *user_data);

/**
 * Called exactly once when a transport is gone.
 *
 * @param transport the transport; borrowed for the call
 * @param error why, or NULL after a close or the peer's end of stream; borrowed
 * @param user_data the pointer given with the protocol
 * @since 0.1
 */
typedef void (*asy_lost_cb)(asy_transport *transport, asy_error *error, void *user_data);

/**
 * The callbacks of a transport; the struct is copied.
 *
 * @since 0.1
 */
typedef struct asy_protocol {
  /** Set to `sizeof(asy_protocol)`. */
  size_t size;
  /** Bytes came. */
  asy_data_cb on_data;
  /** The peer ended its side; without it the transport closes. */
  asy_transport_cb on_eof;
  /** More is buffered than the high mark: stop writing, or NULL. */
  asy_transport_cb on_pause;
  /** The buffer is below the low mark again: go on, or NULL. */
  asy_transport_cb on_resume;
  /** The transport is gone. */
  asy_lost_cb on_lost;
  /** Handed to every callback. */
  void *user_data;
  /** Releases `user_data` after the last callback, or NULL. */
  asy_free_cb on_free;
} asy_protocol;

/**
 * Called for every accepted connection.
 *
 * Take the transport with asy_transport_start() or asy_stream_new(); one that nobody takes is
 * closed.
 *
 * @param server the server; borrowed for the call
 * @param transport the connection; borrowed for the call
 * @param user_data the pointer given with the callback
 * @since 0.1
 */
typedef void (*asy_client_cb)(asy_server *server, asy_transport *transport, void *user_data);

/**
 * Options of asy_server_new().
 *
 * @since 0.1
 */
typedef struct asy_server_options {
  /** Set to `sizeof(asy_server_options)`. */
  size_t size;
  /** Connections waiting to be accepted; zero for 128. */
  uint32_t backlog;
  /** Bits of asy_server_flag. */
  uint32_t flags;
} asy_server_options;

/**
 * Bits of `asy_server_options.flags`.
 *
 * @since 0.1
 */
enum asy_server_flag {
  /** Several sockets may listen on the port; the kernel spreads connections. */
  ASY_SERVER_REUSE_PORT = 1
};

/**
 * Bits of asy_gather()'s `flags`.
 *
 * @since 0.1
 */
enum asy_gather_flag {
  /** Errors and cancellations become values of the list. */
  ASY_GATHER_RETURN_ERRORS = 1
};

/**
 * Bits of `asy_op.flags`.
 *
 * @since 0.1
 */
enum asy_op_flag {
  /** Answer with an ASY_COMPLETION_RETURNED as well. */
  ASY_OP_RETURN = 1
};

/**
 * One operation of asy_loop_step_batch(): a function of this header as plain data.
 *
 * @since 0.1
 */
typedef struct asy_op {
  /** One of asy_op_code. */
  uint32_t code;
  /** Bits of asy_op_flag. */
  uint32_t flags;
  /** Comes back in the completions. */
  uint64_t tag;
  /** A deferred task that waits for the returned future, or NULL; borrowed. */
  asy_task *task;
  /** The function's parameters in order, one word each. */
  uint64_t args[6];
} asy_op;

/**
 * Kinds of asy_completion.
 *
 * @since 0.1
 */
enum asy_completion_kind {
  /** The function returned: `status`, and `word` for what it gives. */
  ASY_COMPLETION_RETURNED = 1,
  /** The returned future is done: `status`, `value` and `error`. */
  ASY_COMPLETION_DONE = 2,
  /** A task of asy_task_new_deferred() is resumed: `status`, `value` and `error`. */
  ASY_COMPLETION_RESUME = 3,
  /** A task of asy_task_new_deferred() is asked to cancel while its step is out. */
  ASY_COMPLETION_CANCEL = 4,
  /** A task of asy_task_new_deferred() is destroyed; its tag comes no more. */
  ASY_COMPLETION_DESTROY = 5
};

/**
 * One answer of asy_loop_step_batch().
 *
 * `value`, `error` and a `future` are the reader's: clear and unref them.
 *
 * @since 0.1
 */
typedef struct asy_completion {
  /** The tag of the operation or task. */
  uint64_t tag;
  /** One of asy_completion_kind. */
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
 *
 * @param size how many bytes; never zero
 * @param user_data the pointer given with the callback
 * @return memory aligned for any type, or NULL when there is none
 * @since 0.1
 */
typedef void *(*asy_alloc_cb)(size_t size, void *user_data);

/**
 * Changes the size of a block.
 *
 * @param block a block of the same allocator; never NULL
 * @param size how many bytes; never zero
 * @param user_data the pointer given with the callback
 * @return the block, perhaps moved, or NULL when it could not grow and is unchanged
 * @since 0.1
 */
typedef void *(*asy_realloc_cb)(void *block, size_t size, void *user_data);

/**
 * Gives a block back.
 *
 * @param block a block of the same allocator; never NULL
 * @param user_data the pointer given with the callback
 * @since 0.1
 */
typedef void (*asy_dealloc_cb)(void *block, void *user_data);

/* -------------------------------------------------------------------------------------------------
 * Immutable bytes.
 * ---------------------------------------------------------------------------------------------- */

/**
 * Make bytes from a copy of memory.
 *
 * @param[in] data the first byte; copied; or NULL with `size` 0
 * @param[in] size how many
 * @param[out] out_bytes receives the bytes; NULL on error
 * @return ASY_OK, or why not
 * @retval ASY_E_INVALID `out_bytes` is NULL, or `data` is NULL and `size` is not 0
 * @retval ASY_E_NOMEM memory ran out
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_status asy_bytes_new(const void *data, size_t size, asy_bytes **out_bytes) ASY_NOEXCEPT;

/**
 * Take one more reference to bytes.
 *
 * @param[in] bytes the bytes; borrowed; or NULL
 * @return `bytes`
 * @par Ownership
 * the caller owns one more reference
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_bytes *asy_bytes_ref(asy_bytes *bytes) ASY_NOEXCEPT;

/**
 * Give a reference to bytes back.
 *
 * @param[in] bytes the bytes; consumed; or NULL
 * @par Ownership
 * one reference is taken from the caller
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API void asy_bytes_unref(asy_bytes *bytes) ASY_NOEXCEPT;

/**
 * Read bytes in place.
 *
 * A NUL stands behind the last one, so text can be used as a C string.
 *
 * @param[in] bytes the bytes; borrowed; or NULL
 * @return the first byte; NULL only for NULL
 * @par Ownership
 * nothing changes hands; the memory lives as long as the caller's reference
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API const void *asy_bytes_data(const asy_bytes *bytes) ASY_NOEXCEPT;

/**
 * Count bytes.
 *
 * @param[in] bytes the bytes; borrowed; or NULL, which has none
 * @return how many, without the NUL behind them
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API size_t asy_bytes_size(const asy_bytes *bytes) ASY_NOEXCEPT;

/**
 * Tell how to recognise bytes among an error's objects.
 *
 * An error of code ASY_E_EOF carries what came before the end under this descriptor:
 * `asy_error_object(error, asy_bytes_type())` is an asy_bytes.
 *
 * @return the descriptor; never NULL
 * @par Ownership
 * nothing changes hands; the descriptor lives for ever
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API const asy_type *asy_bytes_type(void) ASY_NOEXCEPT;

/* -------------------------------------------------------------------------------------------------
 * Operations as plain data: for runtimes for which a call is dear.
 * ---------------------------------------------------------------------------------------------- */

/**
 * Apply operations without a step.
 *
 * Each operation calls the function of its code, in order. What the answers say comes from the next
 * asy_loop_step_batch(), but for the last one: with `out_last` its return is given there, whatever
 * its flags say.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] ops the operations; borrowed
 * @param[in] op_count how many
 * @param[out] out_last receives the last one's return, or NULL
 * @return ASY_OK; ASY_E_NOMEM when no operation was applied
 * @par Ownership
 * a future in `out_last->word` is the caller's
 * @par Threads
 * the loop's
 * @par Batch
 * never: it is one
 * @since 0.1
 */
ASY_API asy_status asy_loop_apply(asy_loop *loop, const asy_op *ops, size_t op_count,
                                  asy_completion *out_last) ASY_NOEXCEPT;

/**
 * Apply operations, run one iteration of the loop and collect what completed.
 *
 * Every operation is a function of this header as plain data (asy_op_code). A function that returns
 * a future is answered by ASY_COMPLETION_DONE when the future is done; with a `task`, that task
 * waits for the future instead; with neither task nor tag, nobody does. ASY_OP_RETURN asks for an
 * ASY_COMPLETION_RETURNED as well: its `status` is the function's, or the code with which the
 * future failed at once, and its `word` the integer or handle. An unknown code returns
 * ASY_E_INVALID.
 *
 * The operations are applied in order, then the poll, which does not block when completions wait,
 * then what is ready. Up to `capacity` completions are given in the order in which they came about;
 * the others wait for the next call.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] ops the operations, NULL without any; borrowed
 * @param[in] op_count how many
 * @param[in] timeout_ns how long the poll may block; ASY_FOREVER for no limit
 * @param[out] out_completions receives the completions
 * @param[in] capacity room in `out_completions`
 * @param[out] out_count receives how many were given
 * @return ASY_OK, or what a report ended the iteration with; ASY_E_NOMEM when no operation was
 *   applied
 * @par Ownership
 * the values, errors and futures of the completions are the caller's
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_loop_step_batch(asy_loop *loop, const asy_op *ops, size_t op_count,
                                       uint64_t timeout_ns, asy_completion *out_completions,
                                       size_t capacity, size_t *out_count) ASY_NOEXCEPT;

/**
 * Make a task whose coroutine lives behind asy_loop_step_batch().
 *
 * Each time the coroutine must go on, an ASY_COMPLETION_RESUME with the tag comes, and is answered
 * once: by an operation with this `task`, by asy_task_await(), asy_task_yield(),
 * asy_task_return_value() or asy_task_raise(). An ASY_COMPLETION_CANCEL tells of a request in
 * between. An ASY_COMPLETION_DESTROY is the last of the tag, also when the task never started; its
 * `status` is the task's outcome. As an operation its tag brings no ASY_COMPLETION_DONE. A loop
 * that closes gives no more completions; a step that is still out is taken.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] tag comes back in the completions
 * @param[in] options the name; copied, or NULL
 * @return the task
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_task *asy_task_new_deferred(asy_loop *loop, uint64_t tag,
                                        const asy_task_options *options) ASY_NOEXCEPT;

/**
 * Deliver a deferred task's return.
 *
 * @param[in] task the task; borrowed
 * @param[in] value the result; consumed, or NULL for none
 * @return ASY_OK; ASY_E_STATE when no step is out
 * @par Ownership
 * the value is taken and left nil
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_task_return_value(asy_task *task, asy_value *value) ASY_NOEXCEPT;

/**
 * Deliver a deferred task's error.
 *
 * @param[in] task the task; borrowed
 * @param[in] error what it raised; consumed
 * @return ASY_OK; ASY_E_STATE when no step is out
 * @par Ownership
 * the error is taken
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_task_raise(asy_task *task, asy_error *error) ASY_NOEXCEPT;

/**
 * Deliver that a deferred task goes to the back of the ready queue once.
 *
 * @param[in] task the task; borrowed
 * @return ASY_OK; ASY_E_STATE when no step is out
 * @par Ownership
 * takes nothing
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_task_yield(asy_task *task) ASY_NOEXCEPT;

/**
 * Deliver what a deferred task waits for.
 *
 * @param[in] task the task; borrowed
 * @param[in] future what it waits for; consumed, NULL is asy_task_yield()
 * @return ASY_OK; ASY_E_STATE when no step is out
 * @par Ownership
 * the future is taken
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_task_await(asy_task *task, asy_future *future) ASY_NOEXCEPT;

/* -------------------------------------------------------------------------------------------------
 * Where the library gets its memory.
 * ---------------------------------------------------------------------------------------------- */

/**
 * Replace the functions through which the library allocates.
 *
 * Possible only while nothing of the library is allocated, best before any other call. libuv's own
 * memory and the stacks of asy_spawn() do not come from here. The callbacks must be safe in any
 * thread and must not call the library.
 *
 * @param[in] on_alloc allocates; or NULL with the other two, which restores malloc()
 * @param[in] on_realloc changes a block's size
 * @param[in] on_dealloc gives a block back
 * @param[in] user_data handed to the callbacks
 * @param[in] on_free releases `user_data` once the functions are replaced, or at once on error
 * @return ASY_OK, or why not
 * @retval ASY_E_INVALID some but not all callbacks are NULL
 * @retval ASY_E_STATE something is allocated
 * @par Ownership
 * `user_data` is consumed, also on error
 * @par Threads
 * before the loop runs, with no other thread in the library
 * @since 0.1
 */
ASY_API asy_status asy_set_allocator(asy_alloc_cb on_alloc, asy_realloc_cb on_realloc,
                                     asy_dealloc_cb on_dealloc, void *user_data,
                                     asy_free_cb on_free) ASY_NOEXCEPT;

/* -------------------------------------------------------------------------------------------------
 * Durations.
 * ---------------------------------------------------------------------------------------------- */

/**
 * Turn seconds into nanoseconds, the unit of every duration here.
 *
 * Negative seconds are 0, infinity is ASY_FOREVER, and what does not fit is the longest finite
 * duration; fractions of a nanosecond are rounded up, so that a wait is never shorter than asked.
 *
 * @param[in] seconds how long
 * @param[out] out_ns receives the nanoseconds; unchanged on error
 * @return ASY_OK, or why not
 * @retval ASY_E_INVALID `seconds` is not a number, or `out_ns` is NULL
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_status asy_duration_from_seconds(double seconds, uint64_t *out_ns) ASY_NOEXCEPT;

/* -------------------------------------------------------------------------------------------------
 * Version and status texts.
 * ---------------------------------------------------------------------------------------------- */

/**
 * Say which version of the library runs.
 *
 * The library may be newer than the header a program was built with.
 *
 * @return `major << 16 | minor << 8 | patch`
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API uint32_t asy_version(void) ASY_NOEXCEPT;

/**
 * Name a status.
 *
 * @param[in] status any status, also one this version does not know
 * @return the constant's name, such as "ASY_E_CANCELLED"; never NULL
 * @par Ownership
 * nothing changes hands; the text lives for ever
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API const char *asy_status_name(asy_status status) ASY_NOEXCEPT;

/**
 * Explain a status in a sentence.
 *
 * It says what happened and, where something can be done, what to do.
 *
 * @param[in] status any status, also one this version does not know
 * @return the sentence; never NULL
 * @par Ownership
 * nothing changes hands; the text lives for ever
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API const char *asy_status_text(asy_status status) ASY_NOEXCEPT;

/* -------------------------------------------------------------------------------------------------
 * Operation codes.
 * ---------------------------------------------------------------------------------------------- */

/**
 * Functions that asy_loop_step_batch() can call; each takes its inputs as words.
 *
 * @since 0.1
 */
enum asy_op_code {
  /** asy_bytes_new(data, size) */
  ASY_OP_BYTES_NEW = 1,
  /** asy_bytes_ref(bytes) */
  ASY_OP_BYTES_REF = 2,
  /** asy_bytes_unref(bytes) */
  ASY_OP_BYTES_UNREF = 3,
  /** asy_bytes_size(bytes) */
  ASY_OP_BYTES_SIZE = 4,
  /** asy_task_new_deferred(loop, tag, options) */
  ASY_OP_TASK_NEW_DEFERRED = 5,
  /** asy_task_return_value(task, value) */
  ASY_OP_TASK_RETURN_VALUE = 6,
  /** asy_task_raise(task, error) */
  ASY_OP_TASK_RAISE = 7,
  /** asy_task_yield(task) */
  ASY_OP_TASK_YIELD = 8,
  /** asy_task_await(task, future) */
  ASY_OP_TASK_AWAIT = 9,
  /** asy_version() */
  ASY_OP_VERSION = 10
};

#ifdef __cplusplus
}
#endif

#endif
