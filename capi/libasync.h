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
#  if !defined(__GNUC__) || defined(SWIG)
#    define ASY_API
#  elif defined(__clang__)
#    define ASY_API __attribute__((visibility("default")))
#  else /* a call saves the detour through the linkage table, a third of what an empty one costs */
#    define ASY_API __attribute__((visibility("default"), noplt))
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
  ASY_E_INTERNAL = -21,
  /** A barrier was broken. */
  ASY_E_BROKEN = -22,
  /** A SIGINT ended the run. */
  ASY_E_INTERRUPTED = -23,
  /** Something held the loop up; a warning, not a failure. */
  ASY_E_SLOW = -24
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
 * Runs exactly once, also when the callback it belongs to never runs, and never while that runs: of
 * one that replaces or removes itself when it has returned.
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
  /** Takes a reference; any thread unless ASY_TYPE_LOOP_RETAIN is set. */
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
  /**
   * The release callback runs on the thread of its loop only.
   *
   * Wherever such an object lies, alone, in lists or in errors: a future, a context and an
   * asy_thread_future give it back there, and any thread after the loop was closed. Whoever has it
   * in a value or an error of its own drops that on the loop's thread.
   */
  ASY_TYPE_LOOP_RELEASE = 1,
  /** The retain callback is called on the thread of its loop only: other threads get no copy. */
  ASY_TYPE_LOOP_RETAIN = 2
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
 * ASY_STEP_DEFERRED until the step is delivered or the loop closed.
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
 * Describes where a coroutine stands that is suspended, or whose step is deferred, innermost frame
 * last.
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
 * Tells where the program is now, in the terms of its language.
 *
 * @param buffer receives the text; need not end with a NUL
 * @param size bytes of room in `buffer`
 * @param user_data the pointer given with the callback
 * @return the length of the text, without a NUL; more than `size` when it was cut
 * @since 0.1
 */
typedef size_t (*asy_place_cb)(char *buffer, size_t size, void *user_data);

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
  /** The language's name for counters and dumps, such as "c"; static, or NULL. */
  const char *language;
  /**
   * Tells where the coroutine is made a task of, or NULL: asked with the coroutine as `user_data`
   * while its task is made in debug mode, unless the options say it.
   *
   * Zero bytes: not known.
   */
  asy_place_cb place;
} asy_coroutine;

/**
 * Makes an iterator's next step.
 *
 * Runs on the loop's own stack, one step at a time; never after the end, an error or a close.
 *
 * @param self the iterator
 * @param sent the value that was sent, nil for a plain next; borrowed, NULL with `thrown`
 * @param thrown the error to raise where the iterator stands; borrowed, or NULL
 * @return a future, owned by the caller: its value is the item, ASY_E_END the end; any other
 *   failure ends the iterator too. Cancelling it cancels the step
 * @since 0.1
 */
typedef asy_future *(*asy_next_cb)(void *self, const asy_value *sent, asy_error *thrown);

/**
 * Ends an iterator that has begun and has not ended.
 *
 * @param self the iterator
 * @return a future, owned by the caller: done when what it cleans up is
 * @since 0.1
 */
typedef asy_future *(*asy_finish_cb)(void *self);

/**
 * How a language's iterator is driven.
 *
 * The table lives as long as any generator that uses it.
 *
 * @since 0.1
 */
typedef struct asy_iterator {
  /** Set to `sizeof(asy_iterator)`. */
  size_t size;
  /** Makes the next step. */
  asy_next_cb next;
  /** Ends it; or NULL when there is nothing to clean up. */
  asy_finish_cb close;
  /**
   * Destroys it exactly once, also when it never began; the end, an error or a close came before,
   * or the loop closes.
   */
  asy_free_cb destroy;
  /** Describes where it stands, or NULL. */
  asy_describe_cb describe;
  /** The language, such as "python", or NULL. */
  const char *language;
} asy_iterator;

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
 * A task of a loop as other threads see it.
 *
 * @since 0.1
 */
typedef struct asy_thread_future asy_thread_future;

/**
 * Called on the loop's thread when a thread future is done.
 *
 * @param future the thread future; lent for the call
 * @param user_data the pointer given with the callback
 * @since 0.1
 */
typedef void (*asy_thread_done_cb)(asy_thread_future *future, void *user_data);

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
 * Tells whether a condition holds.
 *
 * It may not wait.
 *
 * @param user_data the pointer given with the callback
 * @return zero when it does not hold yet; negative, a status that the wait fails with
 * @since 0.1
 */
typedef int32_t (*asy_predicate_cb)(void *user_data);

/**
 * Tells which of two values is less.
 *
 * It may not wait.
 *
 * @param a a value; borrowed for the call
 * @param b another; borrowed for the call
 * @param out_order receives a negative number when `a` is less, zero when they are equal, else a
 *   positive one
 * @param user_data the pointer given with the callback
 * @return ASY_OK, or a negative status when they cannot be compared
 * @since 0.1
 */
typedef asy_status (*asy_compare_cb)(const asy_value *a, const asy_value *b, int32_t *out_order,
                                     void *user_data);

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

/**
 * Begins one attempt of a race.
 *
 * @param index which; 0 for the first
 * @param user_data the pointer given with the callback
 * @return a future that the race owns; NULL is a failed attempt
 * @since 0.1
 */
typedef asy_future *(*asy_start_cb)(size_t index, void *user_data);

/**
 * Chooses among the errors of a tree.
 *
 * @param leaf an error without children; borrowed for the call
 * @param user_data the pointer given with the callback
 * @return not zero when it matches
 * @since 0.1
 */
typedef int32_t (*asy_match_cb)(asy_error *leaf, void *user_data);

/**
 * Called for one future.
 *
 * @param future the future; borrowed for the call
 * @param user_data the pointer given with the callback
 * @since 0.1
 */
typedef void (*asy_future_cb)(asy_future *future, void *user_data);

/**
 * Told while something holds its loop up, on the watchdog's own thread.
 *
 * @param name the task whose step runs, or what else does; borrowed for the call
 * @param stuck_ns nanoseconds it has run so far
 * @param user_data the pointer given with the callback
 * @since 0.1
 */
typedef void (*asy_stuck_cb)(const char *name, uint64_t stuck_ns, void *user_data);

/**
 * Called for one kind of objects that are alive.
 *
 * @param kind its name, such as "future" or "task"; borrowed for the call
 * @param count how many there are
 * @param user_data the pointer given with the callback
 * @since 0.1
 */
typedef void (*asy_live_cb)(const char *kind, size_t count, void *user_data);

/**
 * A set of variables with their values, which follows the work that it belongs to; reference
 * counted, any thread.
 *
 * @since 0.1
 */
typedef struct asy_context asy_context;

/**
 * A variable of contexts; reference counted, any thread.
 *
 * @since 0.1
 */
typedef struct asy_context_var asy_context_var;

/**
 * Called for one variable of a context.
 *
 * @param var the variable; borrowed for the call
 * @param value its value; borrowed for the call
 * @param user_data the pointer given with the callback
 * @since 0.1
 */
typedef void (*asy_context_cb)(asy_context_var *var, const asy_value *value, void *user_data);

/**
 * Bits of `asy_task_options.flags`.
 *
 * @since 0.1
 */
enum asy_task_flag {
  /**
   * The first step runs inside the call that makes the task, up to its first real wait.
   *
   * A task that ends there is done when the call returns, its error in its handle. It has its own
   * context and sees no cancel of its creator. The first step is queued as usual while the loop
   * does not run here, and below 64 such tasks inside each other.
   */
  ASY_TASK_EAGER = 1,
  /** The first step is queued, whatever a hook says. */
  ASY_TASK_LAZY = 2
};

/**
 * Options of asy_task_new(), asy_spawn() and whatever else makes a task.
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
  /** The context it runs in and changes, NULL for a copy of the current one; borrowed. */
  asy_context *context;
  /** Bits of asy_task_flag. */
  uint64_t flags;
  /** Where the program made it, for descriptions in debug mode, or NULL; borrowed for the call. */
  const char *place;
} asy_task_options;

/**
 * Changes the options of a task that is about to be made: its name, context and flags.
 *
 * What it sets stays valid until the task is made.
 *
 * @param loop the loop; borrowed
 * @param options the options; a copy, with all the members of this version
 * @param user_data the pointer given with the hooks
 * @since 0.1
 */
typedef void (*asy_task_options_cb)(asy_loop *loop, asy_task_options *options, void *user_data);

/**
 * Called where a task becomes the current one, and where it no longer is.
 *
 * @param task the task; borrowed for the call
 * @param entered 1 before a step, 0 after it
 * @param user_data the pointer given with the hooks
 * @since 0.1
 */
typedef void (*asy_task_switch_cb)(asy_task *task, int32_t entered, void *user_data);

/**
 * What a program hears about all tasks of a loop; see asy_loop_set_task_hooks().
 *
 * @since 0.1
 */
typedef struct asy_task_hooks {
  /** Set to `sizeof(asy_task_hooks)`. */
  size_t size;
  /** Asked before a task is made, or NULL. */
  asy_task_options_cb on_options;
  /** A task was made and has not started, or NULL. */
  asy_task_cb on_created;
  /** Around every step, or NULL. */
  asy_task_switch_cb on_switched;
  /** A task has ended, its outcome can be read; or NULL. */
  asy_task_cb on_finished;
  /** Handed to every callback. */
  void *user_data;
  /** Releases `user_data` when other hooks are set or the loop closes, or NULL. */
  asy_free_cb on_free;
} asy_task_hooks;

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
 * A listening socket that owns its connections' tasks.
 *
 * @since 0.1
 */
typedef struct asy_server asy_server;

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

/* -------------------------------------------------------------------------------------------------
 * Options, constants and handles of the C ABI.
 * ---------------------------------------------------------------------------------------------- */

/**
 * An asynchronous iteration; one operation at a time, closed before it goes.
 *
 * @since 0.1
 */
typedef struct asy_generator asy_generator;

/**
 * A queued or scheduled callback that can be cancelled.
 *
 * @since 0.1
 */
typedef struct asy_handle asy_handle;

/**
 * A callback that any thread gave to a loop, and may take back.
 *
 * @since 0.1
 */
typedef struct asy_call asy_call;

/**
 * A stream of the process's signals.
 *
 * @since 0.1
 */
typedef struct asy_signals asy_signals;

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
 * Keeps everybody but one out.
 *
 * @since 0.1
 */
typedef struct asy_lock asy_lock;

/**
 * Properties of a lock.
 *
 * @since 0.1
 */
enum asy_lock_flag {
  /**
   * It remembers the task that holds it, and refuses to be released by another or acquired again by
   * the same.
   */
  ASY_LOCK_OWNED = 1
};

/**
 * Lets tasks wait for what a lock protects to change.
 *
 * @since 0.1
 */
typedef struct asy_condition asy_condition;

/**
 * Holds tasks back until all are there.
 *
 * @since 0.1
 */
typedef struct asy_barrier asy_barrier;

/**
 * Lets so much through per second.
 *
 * @since 0.1
 */
typedef struct asy_limiter asy_limiter;

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
 * A queue of values.
 *
 * @since 0.1
 */
typedef struct asy_queue asy_queue;

/**
 * A queue into a loop, for any thread.
 *
 * @since 0.1
 */
typedef struct asy_channel asy_channel;

/**
 * Threads for work that blocks.
 *
 * @since 0.1
 */
typedef struct asy_executor asy_executor;

/**
 * A loop with a beginning and an end: runs mains, then shuts down.
 *
 * @since 0.1
 */
typedef struct asy_runner asy_runner;

/**
 * A connection with awaitable reads and writes.
 *
 * @since 0.1
 */
typedef struct asy_stream asy_stream;

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
  /**
   * Not zero: what is ready at the same time runs in an order that this number decides, for tests.
   */
  uint64_t shuffle_seed;
} asy_loop_options;

/**
 * What a loop has done since it was made, as asy_loop_read_metrics() gives it.
 *
 * The last four are counted in debug mode only.
 *
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
 * Undoes one asy_context_set(); reference counted, any thread.
 *
 * @since 0.1
 */
typedef struct asy_context_token asy_context_token;

/**
 * Bits of `asy_error_options.flags`.
 *
 * @since 0.1
 */
enum asy_error_flag {
  /**
   * The program shall end, such as by Ctrl-C.
   *
   * A task that ends with it, or a callback that reports it, makes the loop's run return its code
   * at once; asy_loop_take_raised() gives it. It is no report. A task group gives it bare, not in a
   * group. One error leaves a run once: the loop can be run again to clean up.
   */
  ASY_ERROR_FATAL = 1
};

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
  /** Bits of asy_error_flag. */
  uint64_t flags;
  /** The errors that an ASY_E_GROUP is made of, or NULL; borrowed, a reference to each is taken. */
  asy_error *const *children;
  /** How many. */
  size_t child_count;
} asy_error_options;

/**
 * Called before the loop blocks in a poll, or after it.
 *
 * @param user_data the pointer given with the callback
 * @since 0.1
 */
typedef void (*asy_block_cb)(void *user_data);

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
 * Bits of `asy_runner_options.flags`.
 *
 * @since 0.1
 */
enum asy_runner_flag {
  /**
   * The first SIGINT of a run cancels its main; the second does what the process does without the
   * library.
   */
  ASY_RUNNER_INTERRUPT = 1
};

/**
 * Options of asy_run() and asy_runner_new().
 *
 * @since 0.1
 */
typedef struct asy_runner_options {
  /** Set to `sizeof(asy_runner_options)`. */
  size_t size;
  /** How to build the loop, or NULL for the defaults; copied. */
  const asy_loop_options *loop;
  /** What tasks may take to end after the last main; zero for ASY_FOREVER. */
  uint64_t grace_ns;
  /** Bits of asy_runner_flag. */
  uint32_t flags;
  /** Zero. */
  uint32_t reserved;
} asy_runner_options;

/**
 * Options of asy_executor_new().
 *
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
 *
 * @since 0.1
 */
enum asy_gather_flag {
  /** Errors and cancellations become values of the list. */
  ASY_GATHER_RETURN_ERRORS = 1
};

/**
 * What asy_wait() waits for.
 *
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
 * Errors.
 * ---------------------------------------------------------------------------------------------- */

/**
 * Make an error.
 *
 * The call always gives an error: when memory runs out, the one that says so.
 *
 * @param[in] code what kind of error; anything but a negative code becomes ASY_E_INVALID
 * @param[in] message a sentence without a full stop; copied; or NULL for the code's own
 * @param[in] options more about it; borrowed for the call; or NULL
 * @return the error; never NULL
 * @par Ownership
 * the caller owns one reference; `options->object` is consumed, also when memory ran out
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_error *asy_error_new(asy_status code, const char *message,
                                 const asy_error_options *options) ASY_NOEXCEPT;

/**
 * Tell whether an error asks for the program's end.
 *
 * @param[in] error the error; borrowed; or NULL
 * @return 1 or 0
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API int32_t asy_error_is_fatal(const asy_error *error) ASY_NOEXCEPT;

/**
 * Make an error from the operating system's number.
 *
 * The code is ASY_E_OS; the numbers for cancelled and out of memory become those codes. The message
 * is `what:` and the system's words.
 *
 * @param[in] os_code the number, as in `errno`; positive
 * @param[in] what what was tried, with its address or name; copied; or NULL
 * @return the error; never NULL
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_error *asy_error_new_os(int64_t os_code, const char *what) ASY_NOEXCEPT;

/**
 * Make one error out of several.
 *
 * Its code is ASY_E_GROUP, also for a single child.
 *
 * @param[in] message a sentence without a full stop; copied; or NULL for the code's own
 * @param[in] children the errors; borrowed, the group takes a reference to each
 * @param[in] count how many; without any, or with a NULL among them, the result is an ASY_E_INVALID
 *   error
 * @return the error; never NULL
 * @par Ownership
 * the caller owns one reference, and keeps those to the children
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_error *asy_error_new_group(const char *message, asy_error *const *children,
                                       size_t count) ASY_NOEXCEPT;

/**
 * Split a tree of errors into those that match and the rest.
 *
 * Each half keeps the nesting, and the messages, causes and tracebacks of the groups above its
 * errors, which are the same objects; a group's own foreign object stays with the whole. A half
 * that has all of them is the error itself. An error without children is a tree of one.
 *
 * @param[in] error the error; borrowed
 * @param[in] on_match asked once for each error without children, in their order
 * @param[in] user_data handed to `on_match`; borrowed until `on_free`
 * @param[in] on_free releases `user_data`, or NULL
 * @param[out] out_match receives those that match, or NULL when none does; or NULL
 * @param[out] out_rest receives the others, or NULL when there are none; or NULL
 * @return zero or a negative asy_status
 * @retval ASY_E_NOMEM memory ran out; both are NULL
 * @par Ownership
 * the caller owns one reference in `*out_match` and `*out_rest`; takes `user_data`, also on failure
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_status asy_error_split(asy_error *error, asy_match_cb on_match, void *user_data,
                                   asy_free_cb on_free, asy_error **out_match,
                                   asy_error **out_rest) ASY_NOEXCEPT;

/**
 * Take one more reference to an error.
 *
 * @param[in] error the error; borrowed; or NULL
 * @return `error`
 * @par Ownership
 * the caller owns one more reference
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_error *asy_error_ref(asy_error *error) ASY_NOEXCEPT;

/**
 * Give a reference to an error back.
 *
 * @param[in] error the error; consumed; or NULL
 * @par Ownership
 * one reference is taken from the caller
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API void asy_error_unref(asy_error *error) ASY_NOEXCEPT;

/**
 * Tell what kind of error it is.
 *
 * Cancelled is ASY_E_CANCELLED, and no kind of failure.
 *
 * @param[in] error the error; borrowed; or NULL
 * @return the code, or ASY_OK for NULL
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_status asy_error_code(const asy_error *error) ASY_NOEXCEPT;

/**
 * Read an error's message.
 *
 * @param[in] error the error; borrowed; or NULL
 * @return the message; "" for NULL
 * @par Ownership
 * nothing changes hands; the text lives as long as the error
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API const char *asy_error_message(const asy_error *error) ASY_NOEXCEPT;

/**
 * Read the operating system's number for an error.
 *
 * @param[in] error the error; borrowed; or NULL
 * @return the number, as in `errno`; 0 when the system had no part in it
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API int64_t asy_error_os_code(const asy_error *error) ASY_NOEXCEPT;

/**
 * Get at the error that an error follows from.
 *
 * @param[in] error the error; borrowed; or NULL
 * @return the cause, or NULL
 * @par Ownership
 * nothing changes hands; the cause lives as long as the error
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_error *asy_error_cause(const asy_error *error) ASY_NOEXCEPT;

/**
 * Count the errors in a group.
 *
 * @param[in] error the error; borrowed; or NULL
 * @return how many; 0 when it is no group
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API size_t asy_error_child_count(const asy_error *error) ASY_NOEXCEPT;

/**
 * Get at an error in a group.
 *
 * @param[in] error the group; borrowed; or NULL
 * @param[in] index 0 for the first
 * @return the error, or NULL when there is none
 * @par Ownership
 * nothing changes hands; the child lives as long as the group
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_error *asy_error_child(const asy_error *error, size_t index) ASY_NOEXCEPT;

/**
 * Read where an error came from, in the words of the language that raised it.
 *
 * @param[in] error the error; borrowed; or NULL
 * @return the traceback's text; "" without one
 * @par Ownership
 * nothing changes hands; the text lives as long as the error
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API const char *asy_error_traceback(const asy_error *error) ASY_NOEXCEPT;

/**
 * Get at the language's own object behind an error.
 *
 * An error that leaves a language and comes back carries the same object.
 *
 * @param[in] error the error; borrowed; or NULL
 * @param[in] type the wanted type; borrowed; or NULL for any
 * @return the object, or NULL when there is none or it is of another type
 * @par Ownership
 * nothing changes hands; the object lives as long as the error
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API void *asy_error_object(const asy_error *error, const asy_type *type) ASY_NOEXCEPT;

/* -------------------------------------------------------------------------------------------------
 * Values: reading and releasing them.
 * ---------------------------------------------------------------------------------------------- */

/**
 * Tell what a value is.
 *
 * A kind that this version does not know is possible; such a value can be copied and cleared,
 * nothing else.
 *
 * @param[in] value the value; borrowed; or NULL, which is nil
 * @return one of asy_value_kind
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API uint32_t asy_value_kind(const asy_value *value) ASY_NOEXCEPT;

/**
 * Release what a value holds, and make it nil.
 *
 * Clearing nil does nothing. Destructors that it calls run on the loop's own stack, also when
 * called from a function of asy_spawn().
 *
 * @param[in,out] value the value; borrowed; or NULL
 * @par Ownership
 * what the value held is given back
 * @par Threads
 * any; an object whose type asks for its loop is cleared on the loop's thread
 * @since 0.1
 */
ASY_API void asy_value_clear(asy_value *value) ASY_NOEXCEPT;

/**
 * Make a second reference to what a value holds.
 *
 * Strings, bytes, lists, errors, futures and objects are shared, not duplicated; a list's items are
 * the same for both. A pointer with a destructor has one owner only: the copy is the bare pointer.
 *
 * @param[in] value the value; borrowed
 * @param[out] out_value receives the copy; overwritten, so it must not hold anything
 * @return ASY_OK, or why not
 * @retval ASY_E_INVALID an argument is NULL
 * @retval ASY_E_WRONG_THREAD the value is a future, and its loop is another thread's
 * @par Ownership
 * the caller clears the copy
 * @par Threads
 * any; the loop's for a future, and for an object whose type has ASY_TYPE_LOOP_RETAIN
 * @since 0.1
 */
ASY_API asy_status asy_value_copy(const asy_value *value, asy_value *out_value) ASY_NOEXCEPT;

/**
 * Read a value as an integer.
 *
 * A double is cut towards zero and kept within the range; what is no number is 0.
 *
 * @param[in] value the value; borrowed; or NULL
 * @return the integer, 1 for true, or 0
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API int64_t asy_value_int(const asy_value *value) ASY_NOEXCEPT;

/**
 * Read a value as a double.
 *
 * Integers beyond 2^53 are rounded; what is no number is 0.
 *
 * @param[in] value the value; borrowed; or NULL
 * @return the double, the integer as a double, 1 for true, or 0
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API double asy_value_double(const asy_value *value) ASY_NOEXCEPT;

/**
 * Read a string or bytes in place.
 *
 * A NUL stands behind the last byte, so a string without NULs in it is a C string.
 *
 * @param[in] value the value; borrowed; or NULL
 * @param[out] out_size receives the number of bytes, without that NUL; or NULL
 * @return the first byte, or NULL when the value is neither
 * @par Ownership
 * nothing changes hands; the memory lives as long as the value
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API const void *asy_value_data(const asy_value *value, size_t *out_size) ASY_NOEXCEPT;

/**
 * Get at the bytes of a value to keep them without a copy.
 *
 * @param[in] value the value; borrowed; or NULL
 * @return the bytes of a string or bytes value, else NULL
 * @par Ownership
 * nothing changes hands; take a reference with asy_bytes_ref() to keep them
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_bytes *asy_value_bytes(const asy_value *value) ASY_NOEXCEPT;

/**
 * Get at the error of a value.
 *
 * @param[in] value the value; borrowed; or NULL
 * @return the error, or NULL when the value is of another kind
 * @par Ownership
 * nothing changes hands; take a reference with asy_error_ref() to keep it
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_error *asy_value_error(const asy_value *value) ASY_NOEXCEPT;

/**
 * Get at the future of a value.
 *
 * @param[in] value the value; borrowed; or NULL
 * @return the future or task, or NULL when the value is of another kind
 * @par Ownership
 * nothing changes hands; take a reference with asy_future_ref() to keep it
 * @par Threads
 * any; what is done with the future happens on its loop's
 * @since 0.1
 */
ASY_API asy_future *asy_value_future(const asy_value *value) ASY_NOEXCEPT;

/**
 * Get at the pointer of a value.
 *
 * @param[in] value the value; borrowed; or NULL
 * @return the pointer, or NULL when the value is of another kind
 * @par Ownership
 * nothing changes hands; the value keeps its destructor
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API void *asy_value_pointer(const asy_value *value) ASY_NOEXCEPT;

/**
 * Get at the object of a value, if it is of the right type.
 *
 * Types are compared by the address of their descriptors, as they live for ever.
 *
 * @param[in] value the value; borrowed; or NULL
 * @param[in] type the wanted type; borrowed; or NULL for any
 * @return the object, or NULL when the value is of another kind or type
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API void *asy_value_object(const asy_value *value, const asy_type *type) ASY_NOEXCEPT;

/**
 * Tell the type of a value's object.
 *
 * @param[in] value the value; borrowed; or NULL
 * @return the descriptor, or NULL when the value is of another kind
 * @par Ownership
 * nothing changes hands; the descriptor lives for ever
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API const asy_type *asy_value_type(const asy_value *value) ASY_NOEXCEPT;

/**
 * Count the items of a list.
 *
 * @param[in] value the value; borrowed; or NULL
 * @return how many, or 0 when the value is no list
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API size_t asy_value_count(const asy_value *value) ASY_NOEXCEPT;

/**
 * Get at an item of a list, to read it or to fill a new list.
 *
 * Copies of a list share their items: write only before the list is handed on.
 *
 * @param[in] value the list; borrowed; or NULL
 * @param[in] index 0 for the first
 * @return the item in its place, or NULL when there is none
 * @par Ownership
 * nothing changes hands; the item lives as long as the list
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_value *asy_value_item(const asy_value *value, size_t index) ASY_NOEXCEPT;

/* -------------------------------------------------------------------------------------------------
 * Calls from any thread, which can be taken back from any thread.
 * ---------------------------------------------------------------------------------------------- */

/**
 * Call a function on the loop from any thread.
 *
 * Wakes the loop. Calls from one thread run in their order.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] on_call what to call
 * @param[in] user_data handed to `on_call`; borrowed until `on_free`
 * @param[in] on_free releases `user_data`, or NULL
 * @param[out] out_call receives the call, or NULL on failure; or NULL
 * @return zero or a negative asy_status
 * @retval ASY_E_CLOSED the loop is closed; `on_free` has run in this thread
 * @retval ASY_E_NOMEM memory ran out
 * @par Ownership
 * takes `user_data`, also on failure; the caller owns one reference in `*out_call`
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_status asy_loop_call_soon_threadsafe(asy_loop *loop, asy_call_cb on_call,
                                                 void *user_data, asy_free_cb on_free,
                                                 asy_call **out_call) ASY_NOEXCEPT;

/**
 * Take another reference to a call.
 *
 * @param[in] call the call, or NULL; borrowed
 * @return `call`
 * @par Ownership
 * the caller owns one more reference
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_call *asy_call_ref(asy_call *call) ASY_NOEXCEPT;

/**
 * Give back a reference to a call.
 *
 * Changes nothing about whether it runs.
 *
 * @param[in] call the call, or NULL; consumed
 * @par Ownership
 * takes one reference
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API void asy_call_unref(asy_call *call) ASY_NOEXCEPT;

/**
 * Take a call back.
 *
 * A call that has not begun never runs, and its `on_free` has run in this thread. While it runs on
 * the loop's thread, this blocks until it has ended, its `on_free` included; inside the call itself
 * it does not.
 *
 * @param[in] call the call; borrowed
 * @return 1 when it will never run, 0 when it ran or is the caller
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * any; not while holding what the call waits for, such as an interpreter's lock
 * @par Batch
 * never: it may block
 * @since 0.1
 */
ASY_API int32_t asy_call_cancel(asy_call *call) ASY_NOEXCEPT;

/**
 * Tell whether a call was taken back, or its loop closed before its turn.
 *
 * @param[in] call the call; borrowed
 * @return 1 or 0
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API int32_t asy_call_is_cancelled(const asy_call *call) ASY_NOEXCEPT;

/* -------------------------------------------------------------------------------------------------
 * Contexts: variables that follow the work they belong to.
 * ---------------------------------------------------------------------------------------------- */

/**
 * Make a context variable.
 *
 * It has the value that the current context binds it to, else its default. Two variables of one
 * name are two variables.
 *
 * @param[in] name what to call it; copied
 * @param[in] default_value its value where nothing was set; copied, or NULL for none
 * @param[out] out_var receives the variable, or NULL on failure
 * @return zero or a negative asy_status
 * @retval ASY_E_INVALID `name` or `out_var` is NULL
 * @retval ASY_E_NOMEM memory ran out
 * @retval ASY_E_WRONG_THREAD the default is a future of another thread's loop
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_status asy_context_var_new(const char *name, const asy_value *default_value,
                                       asy_context_var **out_var) ASY_NOEXCEPT;

/**
 * Read a variable's name.
 *
 * @param[in] var the variable; borrowed
 * @return the name, borrowed for the variable's life
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API const char *asy_context_var_name(const asy_context_var *var) ASY_NOEXCEPT;

/**
 * Take one more reference to a variable.
 *
 * @param[in] var the variable; borrowed; or NULL
 * @return `var`
 * @par Ownership
 * the caller owns one more reference
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_context_var *asy_context_var_ref(asy_context_var *var) ASY_NOEXCEPT;

/**
 * Give a reference to a variable back; contexts that bind it keep it.
 *
 * @param[in] var the variable; consumed; or NULL
 * @par Ownership
 * takes one reference
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API void asy_context_var_unref(asy_context_var *var) ASY_NOEXCEPT;

/**
 * Make an empty context.
 *
 * @return the context, or NULL without memory
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_context *asy_context_new(void) ASY_NOEXCEPT;

/**
 * Copy a context.
 *
 * Cheap: both share what is bound until one of them changes.
 *
 * @param[in] context the context, or NULL for the current one; borrowed
 * @return the copy, or NULL without memory
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_context *asy_context_copy(asy_context *context) ASY_NOEXCEPT;

/**
 * Find the context that the calling code runs in.
 *
 * It is the running task's, else the running callback's, else the thread's own. A task starts with
 * a copy of its creator's. A callback, a watch's too, runs in a copy of the one in which it was
 * registered. Code on a loop that none of these brought there starts with an empty one.
 *
 * @return the context, or NULL without memory
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_context *asy_context_current(void) ASY_NOEXCEPT;

/**
 * Take one more reference to a context.
 *
 * @param[in] context the context; borrowed; or NULL
 * @return `context`
 * @par Ownership
 * the caller owns one more reference
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_context *asy_context_ref(asy_context *context) ASY_NOEXCEPT;

/**
 * Give a reference to a context back.
 *
 * @param[in] context the context; consumed; or NULL
 * @par Ownership
 * takes one reference
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API void asy_context_unref(asy_context *context) ASY_NOEXCEPT;

/**
 * Read a variable.
 *
 * @param[in] context the context, or NULL for the current one; borrowed
 * @param[in] var the variable; borrowed
 * @param[out] out_value receives the value, or the default; overwritten, nil on failure
 * @return zero or a negative asy_status
 * @retval ASY_E_INVALID an argument is NULL
 * @retval ASY_E_NOT_FOUND the variable is not set and has no default
 * @retval ASY_E_WRONG_THREAD the value is a future of another thread's loop, or holds what stays
 *   there
 * @retval ASY_E_CLOSED that loop is closed
 * @par Ownership
 * the caller clears the value
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_status asy_context_get(asy_context *context, asy_context_var *var,
                                   asy_value *out_value) ASY_NOEXCEPT;

/**
 * Set a variable.
 *
 * Copies made before do not see it. A value that holds an object whose type has
 * ASY_TYPE_LOOP_RELEASE goes back to the loop that runs here, whichever thread drops the last
 * context that has it.
 *
 * @param[in] context the context, or NULL for the current one; borrowed
 * @param[in] var the variable; borrowed
 * @param[in,out] value the value, or NULL for nil; consumed
 * @param[out] out_token receives what asy_context_reset() undoes this with, or NULL
 * @return zero or a negative asy_status
 * @retval ASY_E_INVALID `var` is NULL
 * @retval ASY_E_NOMEM memory ran out; the context is as it was
 * @par Ownership
 * takes what `value` holds, also on failure; the caller owns one reference in `*out_token`
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_status asy_context_set(asy_context *context, asy_context_var *var, asy_value *value,
                                   asy_context_token **out_token) ASY_NOEXCEPT;

/**
 * Give a variable back the value it had before asy_context_set().
 *
 * Once, and where the set was made: when that named no context, the current one must be the same.
 *
 * @param[in] token what the set gave; consumed
 * @return zero or a negative asy_status
 * @retval ASY_E_STATE the token was used before
 * @retval ASY_E_INVALID `token` is NULL, or its set was made in another context
 * @retval ASY_E_NOMEM memory ran out
 * @par Ownership
 * takes one reference, also on failure
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_status asy_context_reset(asy_context_token *token) ASY_NOEXCEPT;

/**
 * Take one more reference to a token.
 *
 * @param[in] token the token; borrowed; or NULL
 * @return `token`
 * @par Ownership
 * the caller owns one more reference
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_context_token *asy_context_token_ref(asy_context_token *token) ASY_NOEXCEPT;

/**
 * Give a token back; what was set stays set.
 *
 * @param[in] token the token; consumed; or NULL
 * @par Ownership
 * takes one reference
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API void asy_context_token_unref(asy_context_token *token) ASY_NOEXCEPT;

/**
 * Make a context the current one, until asy_context_exit().
 *
 * Strictly nested. Inside a task it holds for that task, across its waits; in a callback at most
 * until it returns.
 *
 * @param[in] context the context; borrowed
 * @return zero or a negative asy_status
 * @retval ASY_E_INVALID `context` is NULL
 * @retval ASY_E_STATE it is entered already, here or on another thread
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_status asy_context_enter(asy_context *context) ASY_NOEXCEPT;

/**
 * Go back to the context in which this one was entered.
 *
 * @param[in] context the context; borrowed
 * @return zero or a negative asy_status
 * @retval ASY_E_INVALID `context` is NULL
 * @retval ASY_E_STATE it is not the one that was entered last
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_status asy_context_exit(asy_context *context) ASY_NOEXCEPT;

/**
 * Visit the variables that a context sets, in the order in which they were first set.
 *
 * What is changed meanwhile is not seen.
 *
 * @param[in] context the context, or NULL for the current one; borrowed
 * @param[in] on_var called for each variable
 * @param[in] user_data handed to `on_var`; borrowed until `on_free`
 * @param[in] on_free releases `user_data`, or NULL
 * @return zero or a negative asy_status
 * @retval ASY_E_INVALID `on_var` is NULL
 * @par Ownership
 * takes `user_data`, also on failure
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_status asy_context_visit(asy_context *context, asy_context_cb on_var, void *user_data,
                                     asy_free_cb on_free) ASY_NOEXCEPT;

/* -------------------------------------------------------------------------------------------------
 * Callbacks on the loop and their handles.
 * ---------------------------------------------------------------------------------------------- */

/**
 * Call a function on the loop's next turn.
 *
 * Calls run in the order in which they were asked for, never inside this one.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] on_call what to call
 * @param[in] user_data handed to `on_call`; borrowed until `on_free`
 * @param[in] on_free releases `user_data`, or NULL
 * @param[out] out_handle receives a handle to cancel it with, or NULL
 * @return zero or a negative asy_status
 * @retval ASY_E_NOMEM memory ran out
 * @retval ASY_E_WRONG_THREAD the calling thread does not own the loop
 * @retval ASY_E_CLOSED the loop is closed
 * @par Ownership
 * takes `user_data`, also on failure; the caller owns one reference in `*out_handle`
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_loop_call_soon(asy_loop *loop, asy_call_cb on_call, void *user_data,
                                      asy_free_cb on_free, asy_handle **out_handle) ASY_NOEXCEPT;

/**
 * Call a function after a delay.
 *
 * Never early. Equal deadlines run in the order in which they were set.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] delay_ns nanoseconds to wait; zero is the next turn, ASY_FOREVER never comes
 * @param[in] on_call what to call
 * @param[in] user_data handed to `on_call`; borrowed until `on_free`
 * @param[in] on_free releases `user_data`, or NULL
 * @param[out] out_handle receives a handle to cancel it with, or NULL
 * @return zero or a negative asy_status
 * @retval ASY_E_NOMEM memory ran out
 * @retval ASY_E_WRONG_THREAD the calling thread does not own the loop
 * @retval ASY_E_CLOSED the loop is closed
 * @par Ownership
 * takes `user_data`, also on failure; the caller owns one reference in `*out_handle`
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_loop_call_later(asy_loop *loop, uint64_t delay_ns, asy_call_cb on_call,
                                       void *user_data, asy_free_cb on_free,
                                       asy_handle **out_handle) ASY_NOEXCEPT;

/**
 * Call a function at a time of the loop's clock.
 *
 * Callbacks of one time run in the order in which they were asked for, and after the limits of that
 * time have acted: those of timeouts and waits.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] when_ns the time; one that is past is the next turn
 * @param[in] on_call what to call
 * @param[in] user_data handed to `on_call`; borrowed until `on_free`
 * @param[in] on_free releases `user_data`, or NULL
 * @param[out] out_handle receives a handle to cancel it with, or NULL
 * @return zero or a negative asy_status
 * @retval ASY_E_NOMEM memory ran out
 * @retval ASY_E_WRONG_THREAD the calling thread does not own the loop
 * @retval ASY_E_CLOSED the loop is closed
 * @par Ownership
 * takes `user_data`, also on failure; the caller owns one reference in `*out_handle`
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_loop_call_at(asy_loop *loop, uint64_t when_ns, asy_call_cb on_call,
                                    void *user_data, asy_free_cb on_free,
                                    asy_handle **out_handle) ASY_NOEXCEPT;

/**
 * Cancel a callback that has not run yet.
 *
 * Its `on_free` runs at once. Cancelling twice, or one that ran, changes nothing.
 *
 * @param[in] handle the handle; borrowed
 * @return zero or a negative asy_status
 * @retval ASY_E_WRONG_THREAD the calling thread does not own the loop
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_handle_cancel(asy_handle *handle) ASY_NOEXCEPT;

/**
 * Tell whether a callback was cancelled.
 *
 * @param[in] handle the handle; borrowed
 * @return 1 or 0
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API int32_t asy_handle_is_cancelled(const asy_handle *handle) ASY_NOEXCEPT;

/**
 * Tell when a callback is due.
 *
 * @param[in] handle the handle; borrowed
 * @return a time of the loop's clock, ASY_FOREVER for never, or 0 for the next turn
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API uint64_t asy_handle_when(const asy_handle *handle) ASY_NOEXCEPT;

/**
 * Give the context that a callback runs in.
 *
 * @param[in] handle the handle; borrowed
 * @return the context; NULL without memory, and on another thread
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_context *asy_handle_context(asy_handle *handle) ASY_NOEXCEPT;

/**
 * Take another reference to a handle.
 *
 * @param[in] handle the handle, or NULL; borrowed
 * @return `handle`
 * @par Ownership
 * the caller owns one more reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_handle *asy_handle_ref(asy_handle *handle) ASY_NOEXCEPT;

/**
 * Give back a reference to a handle.
 *
 * The callback stays queued.
 *
 * @param[in] handle the handle, or NULL; consumed
 * @par Ownership
 * takes one reference
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API void asy_handle_unref(asy_handle *handle) ASY_NOEXCEPT;

/* -------------------------------------------------------------------------------------------------
 * Loops: making, running and closing them.
 * ---------------------------------------------------------------------------------------------- */

/**
 * Create an event loop.
 *
 * The calling thread owns it. A loop is closed with asy_loop_close(), then released.
 *
 * @param[in] options how to build it, or NULL for the defaults; copied
 * @param[out] out_loop receives the loop, or NULL on failure
 * @return zero or a negative asy_status
 * @retval ASY_E_INVALID an option is unknown
 * @retval ASY_E_NOMEM memory or file descriptors ran out
 * @par Ownership
 * the caller owns one reference in `*out_loop`
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_status asy_loop_new(const asy_loop_options *options, asy_loop **out_loop) ASY_NOEXCEPT;

/**
 * Take another reference to a loop.
 *
 * @param[in] loop the loop, or NULL; borrowed
 * @return `loop`
 * @par Ownership
 * the caller owns one more reference
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_loop *asy_loop_ref(asy_loop *loop) ASY_NOEXCEPT;

/**
 * Give back a reference to a loop.
 *
 * The last one closes a loop that is still open, and reports that. Released by a thread that cannot
 * own the loop, it stays open and is never freed.
 *
 * @param[in] loop the loop, or NULL; consumed
 * @par Ownership
 * takes one reference
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API void asy_loop_unref(asy_loop *loop) ASY_NOEXCEPT;

/**
 * Run until asy_loop_stop() is called.
 *
 * An idle loop waits; it does not return. A loop stopped before it runs polls once, without
 * waiting.
 *
 * @param[in] loop the loop; borrowed
 * @return zero or a negative asy_status
 * @retval ASY_E_STATE a loop is running in this thread already
 * @retval ASY_E_WRONG_THREAD the calling thread does not own the loop
 * @retval ASY_E_CLOSED the loop is closed
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_loop_run(asy_loop *loop) ASY_NOEXCEPT;

/**
 * Run until a future is done.
 *
 * Success says only that it is done; asy_future_status() tells how.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] future the future; borrowed
 * @return zero or a negative asy_status
 * @retval ASY_E_STATE the loop was stopped before the future was done, or a loop runs in this
 *   thread already
 * @retval ASY_E_WRONG_LOOP the future belongs to another loop
 * @retval ASY_E_WRONG_THREAD the calling thread does not own the loop
 * @retval ASY_E_CLOSED the loop is closed
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_loop_run_until_complete(asy_loop *loop, asy_future *future) ASY_NOEXCEPT;

/**
 * Make the running loop return, or the next run return at once.
 *
 * What is ready now still runs; what that queues waits for the next run.
 *
 * @param[in] loop the loop; borrowed
 * @return zero or a negative asy_status
 * @retval ASY_E_WRONG_THREAD the calling thread does not own the loop
 * @retval ASY_E_CLOSED the loop is closed
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_loop_stop(asy_loop *loop) ASY_NOEXCEPT;

/**
 * Close a loop.
 *
 * Every pending future fails with ASY_E_CLOSED, every coroutine is destroyed, every callback is
 * dropped without running and its `on_free` called. An error that nobody has read is reported.
 * Handles may outlive it. Closing twice is allowed.
 *
 * @param[in] loop the loop; borrowed
 * @return zero or a negative asy_status
 * @retval ASY_E_STATE the loop is running
 * @retval ASY_E_WRONG_THREAD the calling thread does not own the loop
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_loop_close(asy_loop *loop) ASY_NOEXCEPT;

/**
 * Tell whether a loop is running.
 *
 * @param[in] loop the loop; borrowed
 * @return 1 or 0
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API int32_t asy_loop_is_running(const asy_loop *loop) ASY_NOEXCEPT;

/**
 * Tell whether a loop is closed.
 *
 * @param[in] loop the loop; borrowed
 * @return 1 or 0
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API int32_t asy_loop_is_closed(const asy_loop *loop) ASY_NOEXCEPT;

/**
 * Read the loop's clock.
 *
 * @param[in] loop the loop; borrowed
 * @return nanoseconds from an arbitrary start, never running backwards; 0 without a loop
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API uint64_t asy_loop_time(asy_loop *loop) ASY_NOEXCEPT;

/**
 * Find the loop that runs in the calling thread.
 *
 * @return the loop, borrowed, or NULL
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_loop *asy_loop_current(void) ASY_NOEXCEPT;

/**
 * Give up the ownership of a loop, so that another thread can take it.
 *
 * @param[in] loop the loop; borrowed
 * @return zero or a negative asy_status
 * @retval ASY_E_STATE the loop is running, or has tasks with stacks of their own
 * @retval ASY_E_WRONG_THREAD the calling thread does not own the loop
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_loop_release(asy_loop *loop) ASY_NOEXCEPT;

/**
 * Take the ownership of a loop that nobody owns.
 *
 * @param[in] loop the loop; borrowed
 * @return zero or a negative asy_status
 * @retval ASY_E_WRONG_THREAD somebody owns it, perhaps the caller
 * @retval ASY_E_CLOSED the loop is closed
 * @retval ASY_E_FORKED the loop was made before a fork and this is the child
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_status asy_loop_acquire(asy_loop *loop) ASY_NOEXCEPT;

/**
 * Move a virtual clock forward.
 *
 * What comes due runs in the next step of the loop.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] delay_ns nanoseconds to move it by
 * @return zero or a negative asy_status
 * @retval ASY_E_STATE the loop's clock is the machine's
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_loop_advance(asy_loop *loop, uint64_t delay_ns) ASY_NOEXCEPT;

/**
 * Report an error that nobody else will see.
 *
 * Callbacks, which return nothing, report with this. The loop's policy decides what follows. An
 * ASY_ERROR_FATAL is not reported: it ends the run.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] error what happened; borrowed
 * @param[in] what the circumstances in a few words; borrowed
 * @return zero or a negative asy_status
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_loop_report(asy_loop *loop, asy_error *error, const char *what) ASY_NOEXCEPT;

/**
 * Set who receives the loop's reports.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] on_report called for each, or NULL to print them to standard error
 * @param[in] user_data handed to `on_report`; borrowed until `on_free`
 * @param[in] on_free releases `user_data`, or NULL
 * @return zero or a negative asy_status
 * @par Ownership
 * takes `user_data`, also on failure
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_loop_set_report_hook(asy_loop *loop, asy_report_cb on_report,
                                            void *user_data, asy_free_cb on_free) ASY_NOEXCEPT;

/**
 * Set what a report does besides being received.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] policy one of asy_report_policy
 * @return zero or a negative asy_status
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_loop_set_report_policy(asy_loop *loop, int32_t policy) ASY_NOEXCEPT;

/**
 * Take the error that ended the run.
 *
 * A run ends with an ASY_ERROR_FATAL, and under ASY_REPORT_RAISE with a report; it gives the
 * error's code, and this the error itself, once.
 *
 * @param[in] loop the loop; borrowed
 * @return the error, or NULL
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_error *asy_loop_take_raised(asy_loop *loop) ASY_NOEXCEPT;

/**
 * Keep data with the loop under a key.
 *
 * A binding keeps its state for a loop here. Setting a key again replaces what it had, NULL removes
 * it.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] key an address that only its user knows; borrowed
 * @param[in] user_data what to keep, or NULL; borrowed until `on_free`
 * @param[in] on_free called when the data is replaced or the loop closed, or NULL
 * @return zero or a negative asy_status
 * @par Ownership
 * takes `user_data`, also on failure
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_loop_set_data(asy_loop *loop, const void *key, void *user_data,
                                     asy_free_cb on_free) ASY_NOEXCEPT;

/**
 * Find the data kept under a key.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] key the address it was set with; borrowed
 * @return the data, borrowed, or NULL
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API void *asy_loop_data(asy_loop *loop, const void *key) ASY_NOEXCEPT;

/**
 * Visit every unfinished task, the oldest first.
 *
 * Tasks that the callback starts are not visited, nor those that end before their turn.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] on_task called for each
 * @param[in] user_data handed to `on_task`; borrowed until `on_free`
 * @param[in] on_free releases `user_data`, or NULL
 * @return zero or a negative asy_status
 * @retval ASY_E_NOMEM memory ran out; none was visited
 * @par Ownership
 * takes `user_data`, also on failure
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_loop_visit_tasks(asy_loop *loop, asy_task_cb on_task, void *user_data,
                                        asy_free_cb on_free) ASY_NOEXCEPT;

/**
 * Count the unfinished tasks.
 *
 * @param[in] loop the loop; borrowed
 * @return how many
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API size_t asy_loop_task_count(asy_loop *loop) ASY_NOEXCEPT;

/* -------------------------------------------------------------------------------------------------
 * Watching file descriptors.
 * ---------------------------------------------------------------------------------------------- */

/**
 * Call back whenever a file descriptor is ready.
 *
 * Level-triggered: the callback comes again as long as the condition lasts. Makes the descriptor
 * non-blocking. One watch per descriptor and loop, for both directions; sockets, pipes and
 * terminals, no regular files. The watch lives until asy_watch_close() or the loop's end, whether a
 * handle is kept or not. Keep the descriptor open until then.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] fd the descriptor; borrowed
 * @param[in] events bits of asy_watch_events; zero watches nothing yet
 * @param[in] on_event called with what was seen
 * @param[in] user_data handed to `on_event`
 * @param[in] on_free releases `user_data` after asy_watch_close(), or NULL
 * @param[out] out_watch receives the watch, or NULL on failure; or NULL
 * @return zero or a negative asy_status
 * @retval ASY_E_INVALID `fd` is no open descriptor, or `on_event` is NULL
 * @retval ASY_E_BUSY the loop watches the descriptor already
 * @retval ASY_E_UNSUPPORTED this kind of descriptor cannot be watched
 * @par Ownership
 * the caller owns one reference in `*out_watch`; the triple is consumed, also on failure
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_watch_new(asy_loop *loop, int32_t fd, uint32_t events, asy_watch_cb on_event,
                                 void *user_data, asy_free_cb on_free,
                                 asy_watch **out_watch) ASY_NOEXCEPT;

/**
 * Change what is watched for.
 *
 * @param[in] watch the watch; borrowed
 * @param[in] events bits of asy_watch_events; zero keeps the watch and stops its callbacks
 * @return zero or a negative asy_status
 * @retval ASY_E_INVALID there are unknown bits in `events`
 * @retval ASY_E_CLOSED the watch is closed
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_watch_set_events(asy_watch *watch, uint32_t events) ASY_NOEXCEPT;

/**
 * Stop watching for good.
 *
 * No callback comes after this returns, and the descriptor may be closed. Fine inside the callback;
 * a second call does nothing. The loop calls `on_free` later.
 *
 * @param[in] watch the watch; borrowed
 * @return zero or a negative asy_status
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_watch_close(asy_watch *watch) ASY_NOEXCEPT;

/**
 * Take one more reference to a watch.
 *
 * @param[in] watch the watch; borrowed; or NULL
 * @return `watch`
 * @par Ownership
 * the caller owns one more reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_watch *asy_watch_ref(asy_watch *watch) ASY_NOEXCEPT;

/**
 * Give a reference to a watch back; it does not close it.
 *
 * @param[in] watch the watch; consumed; or NULL
 * @par Ownership
 * one reference is taken from the caller
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API void asy_watch_unref(asy_watch *watch) ASY_NOEXCEPT;

/* -------------------------------------------------------------------------------------------------
 * Futures in the order in which they finish.
 * ---------------------------------------------------------------------------------------------- */

/**
 * Start to iterate over futures in the order in which they finish.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] futures the futures, each consumed; the array is borrowed, or NULL with `count` 0
 * @param[in] count how many
 * @param[out] out_completions receives the iteration, or NULL on failure
 * @return zero or a negative asy_status
 * @retval ASY_E_NOMEM memory ran out
 * @retval ASY_E_WRONG_LOOP a future belongs to another loop
 * @par Ownership
 * the caller owns one reference in `*out_completions`; takes one of each future
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_completions_new(asy_loop *loop, asy_future *const *futures, size_t count,
                                       asy_completions **out_completions) ASY_NOEXCEPT;

/**
 * Wait for the next finished future.
 *
 * Its value is that future, finished; read its outcome from there.
 *
 * @param[in] completions the iteration; borrowed
 * @return a future with a future; ASY_E_END after the last one
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_completions_next(asy_completions *completions) ASY_NOEXCEPT;

/**
 * Set an overall deadline for an iteration.
 *
 * When it passes, what had finished is still handed out; each further step fails with
 * ASY_E_TIMEOUT. The unfinished futures run on. Setting it again moves it.
 *
 * @param[in] completions the iteration; borrowed
 * @param[in] timeout_ns nanoseconds from now; ASY_FOREVER sets no limit
 * @return zero or a negative asy_status
 * @retval ASY_E_STATE the deadline has passed
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_completions_set_timeout(asy_completions *completions,
                                               uint64_t timeout_ns) ASY_NOEXCEPT;

/**
 * Take another reference to an iteration.
 *
 * @param[in] completions the iteration, or NULL; borrowed
 * @return `completions`
 * @par Ownership
 * the caller owns one more reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_completions *asy_completions_ref(asy_completions *completions) ASY_NOEXCEPT;

/**
 * Give back a reference to an iteration.
 *
 * The futures run on.
 *
 * @param[in] completions the iteration, or NULL; consumed
 * @par Ownership
 * takes one reference
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API void asy_completions_unref(asy_completions *completions) ASY_NOEXCEPT;

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
 * @param[in] timeout_ns nanoseconds that the poll may block; ASY_FOREVER for no limit
 * @param[out] out_completions receives the completions
 * @param[in] capacity room in `out_completions`
 * @param[out] out_count receives how many were given
 * @return ASY_OK, or what a report ended the iteration with; ASY_E_STATE while this or another loop
 *   runs on this thread and ASY_E_NOMEM apply no operation
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
 * @param[in] options the task's options, or NULL; copied
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
 * Say where a deferred task stands.
 *
 * Dumps and call graphs have no other way to know. It is forgotten when the task is resumed.
 *
 * @param[in] task a task of asy_task_new_deferred(); borrowed
 * @param[in] frames a line a frame, innermost last; copied; or NULL for nothing
 * @return zero or a negative asy_status
 * @retval ASY_E_INVALID the task is another
 * @retval ASY_E_STATE the task has ended
 * @retval ASY_E_NOMEM memory ran out
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_task_set_frames(asy_task *task, const char *frames) ASY_NOEXCEPT;

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
 * Bridges: awaiting another loop's future.
 * ---------------------------------------------------------------------------------------------- */

/**
 * Follow a future of another loop, which may be another thread's.
 *
 * The result ends as `future` does. Cancelling it asks `future` to cancel, as a cancelled awaiter
 * does, and waits for its answer. When the other loop closes first, it fails with ASY_E_CLOSED. A
 * future of `loop` itself, and one of no loop, is returned as it is.
 *
 * Objects of an asy_type_flag cross only to a loop of the same thread: to another's a value that
 * holds one fails the result with ASY_E_WRONG_LOOP and is released at home, and an error comes
 * without its objects, causes and children.
 *
 * @param[in] loop the loop to follow it on; borrowed
 * @param[in] future the future; consumed, so hand over a reference of yours
 * @return a future of `loop`
 * @par Ownership
 * the caller owns one reference; takes one of `future`, also on failure
 * @par Threads
 * the loop's; `future` may belong to any thread's loop
 * @since 0.1
 */
ASY_API asy_future *asy_future_bridge(asy_loop *loop, asy_future *future) ASY_NOEXCEPT;

/* -------------------------------------------------------------------------------------------------
 * Threads for work that blocks.
 * ---------------------------------------------------------------------------------------------- */

/**
 * Make an executor: threads for functions that block.
 *
 * A thread is started when a job comes and no other waits for one, up to the limit; it has all
 * signals blocked and the executor's name. Executors share nothing, and names are looked up
 * elsewhere: a slow one delays no other.
 *
 * @param[in] options how many threads and how long a queue, or NULL for the defaults; copied
 * @param[out] out_executor receives the executor, or NULL on failure
 * @return zero or a negative asy_status
 * @retval ASY_E_INVALID an option is unknown, or more than 1024 threads are asked for
 * @retval ASY_E_NOMEM memory ran out
 * @par Ownership
 * the caller owns one reference in `*out_executor`
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_status asy_executor_new(const asy_executor_options *options,
                                    asy_executor **out_executor) ASY_NOEXCEPT;

/**
 * Take another reference to an executor.
 *
 * @param[in] executor the executor, or NULL; borrowed
 * @return `executor`
 * @par Ownership
 * the caller owns one more reference
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_executor *asy_executor_ref(asy_executor *executor) ASY_NOEXCEPT;

/**
 * Give back a reference to an executor.
 *
 * After the last one, jobs that are queued still run; then the threads end.
 *
 * @param[in] executor the executor, or NULL; consumed
 * @par Ownership
 * takes one reference
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API void asy_executor_unref(asy_executor *executor) ASY_NOEXCEPT;

/**
 * Run a function on another thread.
 *
 * It may block, and may not await. A C++ exception that leaves it becomes an ASY_E_INTERNAL error
 * with its words. The context of the caller is carried over, which asyncio's `run_in_executor` does
 * not do and its `to_thread` does.
 *
 * A job that is cancelled, dropped, or whose loop closes before a thread took it never runs. One
 * that runs is let go at once, and can learn of it by asy_executor_is_cancelled(); what it comes to
 * is released quietly. The end of the process waits for no job.
 *
 * @param[in] executor the executor, or NULL for the loop's own, which is made at the first use;
 *   borrowed
 * @param[in] loop the loop that waits; borrowed
 * @param[in] on_run the function
 * @param[in] user_data handed to the callbacks; borrowed until `on_free`
 * @param[in] on_free releases `user_data` on the thread that ran it, or on the loop's when it never
 *   runs; or NULL
 * @return a future of the function's result; fails with ASY_E_AGAIN when the queue is full, with
 *   ASY_E_CLOSED when the executor was shut down
 * @par Ownership
 * the caller owns one reference; takes `user_data`, also on failure
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_executor_run(asy_executor *executor, asy_loop *loop, asy_run_cb on_run,
                                     void *user_data, asy_free_cb on_free) ASY_NOEXCEPT;

/**
 * Tell a function of asy_executor_run() whether anybody still waits for it.
 *
 * @return 1 when its future was cancelled or dropped, or its loop closed; 0 otherwise, and outside
 *   such a function
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API int32_t asy_executor_is_cancelled(void) ASY_NOEXCEPT;

/**
 * Let an executor end.
 *
 * New jobs are refused from now on, of every loop; those that are queued still run.
 *
 * @param[in] executor the executor; borrowed
 * @param[in] loop the loop to wait on; borrowed
 * @param[in] timeout_ns nanoseconds to wait; ASY_FOREVER for no limit
 * @return a future without a value, done when no job is left; fails with ASY_E_TIMEOUT, and the
 *   jobs go on
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_executor_shutdown(asy_executor *executor, asy_loop *loop,
                                          uint64_t timeout_ns) ASY_NOEXCEPT;

/**
 * Choose the executor that asy_executor_run() uses without one.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] executor the executor; borrowed, the loop takes a reference
 * @return zero or a negative asy_status
 * @retval ASY_E_CLOSED the default was shut down
 * @par Ownership
 * the loop keeps a reference until it closes or another takes its place
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_loop_set_default_executor(asy_loop *loop,
                                                 asy_executor *executor) ASY_NOEXCEPT;

/**
 * Let the loop's own executor end.
 *
 * It is not needed before asy_loop_close(), which waits for no job, nor beside asy_loop_shutdown(),
 * which does this.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] timeout_ns nanoseconds to wait; ASY_FOREVER for no limit
 * @return a future without a value, done when no job is left; fails with ASY_E_TIMEOUT, and the
 *   jobs go on; either way later jobs without an executor are refused
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_loop_shutdown_default_executor(asy_loop *loop,
                                                       uint64_t timeout_ns) ASY_NOEXCEPT;

/* -------------------------------------------------------------------------------------------------
 * Futures: outcomes that may still be running.
 * ---------------------------------------------------------------------------------------------- */

/**
 * Create a pending future.
 *
 * Whoever makes it completes it with asy_future_set_result() or asy_future_set_error().
 *
 * @param[in] loop the loop; borrowed
 * @return a future; failed already when the loop refuses
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_future_new(asy_loop *loop) ASY_NOEXCEPT;

/**
 * Create a future whose completer is asked before it is cancelled.
 *
 * A cancel calls `on_cancel`; the future stays pending until its completer settles it.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] on_cancel called when a cancel is asked
 * @param[in] user_data handed to `on_cancel`; borrowed until `on_free`
 * @param[in] on_free releases `user_data`, or NULL
 * @return a future; failed already when the loop refuses
 * @par Ownership
 * the caller owns one reference; takes `user_data`, also on failure
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_future_new_cancellable(asy_loop *loop, asy_cancel_cb on_cancel,
                                               void *user_data, asy_free_cb on_free) ASY_NOEXCEPT;

/**
 * Create a future that is done.
 *
 * @param[in] loop the loop; borrowed
 * @param[in,out] value its value, or NULL for nil; consumed
 * @return a future
 * @par Ownership
 * the caller owns one reference; takes what `value` holds
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_future_new_done(asy_loop *loop, asy_value *value) ASY_NOEXCEPT;

/**
 * Create a future that has failed.
 *
 * An error of code ASY_E_CANCELLED makes a cancelled one. A future of no loop keeps nothing of the
 * error but its code; it is given where the loop is NULL, closed or another thread's, and where
 * memory ran out.
 *
 * @param[in] loop the loop, or NULL; borrowed
 * @param[in] error why; consumed
 * @return a future
 * @par Ownership
 * the caller owns one reference; takes one of `error`
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_future_new_failed(asy_loop *loop, asy_error *error) ASY_NOEXCEPT;

/**
 * Take another reference to a future.
 *
 * @param[in] future the future, or NULL; borrowed
 * @return `future`
 * @par Ownership
 * the caller owns one more reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_future_ref(asy_future *future) ASY_NOEXCEPT;

/**
 * Give back a reference to a future.
 *
 * The last handle of a failed one that nobody read reports its error. A task runs on without
 * handles.
 *
 * @param[in] future the future, or NULL; consumed
 * @par Ownership
 * takes one reference
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API void asy_future_unref(asy_future *future) ASY_NOEXCEPT;

/**
 * Tell whether a future is done, however it ended.
 *
 * @param[in] future the future; borrowed
 * @return 1 or 0
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API int32_t asy_future_is_done(const asy_future *future) ASY_NOEXCEPT;

/**
 * Tell whether a future was cancelled.
 *
 * @param[in] future the future; borrowed
 * @return 1 or 0
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API int32_t asy_future_is_cancelled(const asy_future *future) ASY_NOEXCEPT;

/**
 * Tell whether a future is a task.
 *
 * @param[in] future the future; borrowed
 * @return 1 or 0
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API int32_t asy_future_is_task(const asy_future *future) ASY_NOEXCEPT;

/**
 * Find the loop of a future.
 *
 * @param[in] future the future; borrowed
 * @return the loop, borrowed; NULL for a future of no loop
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_loop *asy_future_loop(const asy_future *future) ASY_NOEXCEPT;

/**
 * Tell how a future ended.
 *
 * Counts as reading its error.
 *
 * @param[in] future the future; borrowed
 * @return ASY_OK when it has a value, the error's code when it failed
 * @retval ASY_E_AGAIN it is pending
 * @retval ASY_E_CANCELLED it was cancelled
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_future_status(asy_future *future) ASY_NOEXCEPT;

/**
 * Read the value of a future.
 *
 * @param[in] future the future; borrowed
 * @return the value, borrowed from the future; NULL unless it is done with one
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API const asy_value *asy_future_value(asy_future *future) ASY_NOEXCEPT;

/**
 * Take the value out of a future that is done.
 *
 * What can be shared is shared. A pointer with its destructor, and a future of another loop, goes
 * to the first who takes or awaits it; those who come later get the pointer alone, or nil.
 *
 * @param[in] future the future; borrowed
 * @param[out] out_value receives the value, or nil
 * @return zero or a negative asy_status, which may be that of the future's error
 * @retval ASY_E_AGAIN it is pending
 * @par Ownership
 * the caller clears `*out_value`
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_future_take_value(asy_future *future, asy_value *out_value) ASY_NOEXCEPT;

/**
 * Read the error of a future.
 *
 * Counts as reading it.
 *
 * @param[in] future the future; borrowed
 * @return the error, borrowed from the future; NULL unless it failed or was cancelled
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_error *asy_future_error(asy_future *future) ASY_NOEXCEPT;

/**
 * Complete a future with a value.
 *
 * @param[in] future the future; borrowed
 * @param[in,out] value the value, or NULL for nil; consumed
 * @return zero or a negative asy_status
 * @retval ASY_E_STATE it is done already
 * @retval ASY_E_INVALID it is a task, or the future of an operation
 * @retval ASY_E_WRONG_THREAD the calling thread does not own the loop
 * @par Ownership
 * takes what `value` holds, also on failure
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_future_set_result(asy_future *future, asy_value *value) ASY_NOEXCEPT;

/**
 * Complete a future with an error.
 *
 * An error of code ASY_E_CANCELLED cancels it.
 *
 * @param[in] future the future; borrowed
 * @param[in] error why; consumed
 * @return zero or a negative asy_status
 * @retval ASY_E_STATE it is done already
 * @retval ASY_E_INVALID it is a task, or `error` is NULL
 * @retval ASY_E_WRONG_THREAD the calling thread does not own the loop
 * @par Ownership
 * takes one reference to `error`, also on failure
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_future_set_error(asy_future *future, asy_error *error) ASY_NOEXCEPT;

/**
 * Complete a future as cancelled, as its completer.
 *
 * This settles a future whose cancel hook only asked.
 *
 * @param[in] future the future; borrowed
 * @param[in] message why, or NULL for the reason of the latest request; copied
 * @return zero or a negative asy_status
 * @retval ASY_E_STATE it is done already
 * @retval ASY_E_INVALID it is a task, or the future of an operation
 * @retval ASY_E_WRONG_THREAD the calling thread does not own the loop
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_future_set_cancelled(asy_future *future, const char *message) ASY_NOEXCEPT;

/**
 * Ask for the cancellation of a future or task.
 *
 * A plain future is cancelled at once; a task, and an operation that needs time to end, only later.
 * On a task it counts, see asy_task_cancelling().
 *
 * @param[in] future the future; borrowed
 * @param[in] message why, or NULL; copied
 * @return 1 when it was pending, 0 when not; ASY_E_WRONG_THREAD, or ASY_E_FORKED, where it cannot
 *   be asked
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API int32_t asy_future_cancel(asy_future *future, const char *message) ASY_NOEXCEPT;

/**
 * Let no awaiter's cancel reach a future.
 *
 * Only asy_future_cancel() cancels it from now on.
 *
 * @param[in] future the future; borrowed
 * @return zero or a negative asy_status
 * @retval ASY_E_WRONG_THREAD the calling thread does not own the loop
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_future_set_shared(asy_future *future) ASY_NOEXCEPT;

/**
 * Have a function called when a future is done.
 *
 * Never called inside this call, nor inside the one that completes it; in the order of
 * registration. When the loop closes first, only `on_free` runs. It keeps the future of an
 * operation, but not one of asy_future_new().
 *
 * @param[in] future the future; borrowed
 * @param[in] on_done what to call
 * @param[in] user_data handed to `on_done`; borrowed until `on_free`
 * @param[in] on_free releases `user_data`, or NULL
 * @return zero or a negative asy_status
 * @retval ASY_E_NOMEM memory ran out
 * @retval ASY_E_WRONG_THREAD the calling thread does not own the loop
 * @par Ownership
 * takes `user_data`, also on failure
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_future_add_done_callback(asy_future *future, asy_done_cb on_done,
                                                void *user_data, asy_free_cb on_free) ASY_NOEXCEPT;

/**
 * Take back every registration of a function with this data.
 *
 * @param[in] future the future; borrowed
 * @param[in] on_done the function
 * @param[in] user_data the data it was registered with; borrowed
 * @return how many there were
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API size_t asy_future_remove_done_callback(asy_future *future, asy_done_cb on_done,
                                               void *user_data) ASY_NOEXCEPT;

/* -------------------------------------------------------------------------------------------------
 * Waiting for several futures together.
 * ---------------------------------------------------------------------------------------------- */

/**
 * Wait for several futures and list their values.
 *
 * The list has their order. The first error to happen fails it at once and leaves the others
 * running; cancelling it cancels them all and waits for their ends.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] futures the futures, each consumed; the array is borrowed, or NULL with `count` 0
 * @param[in] count how many
 * @param[in] flags bits of asy_gather_flag
 * @return a future with a list; a pointer with its destructor moves into it
 * @par Ownership
 * the caller owns one reference; takes one of each future
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_gather(asy_loop *loop, asy_future *const *futures, size_t count,
                               uint32_t flags) ASY_NOEXCEPT;

/* -------------------------------------------------------------------------------------------------
 * Generators: asynchronous iteration with an owner.
 * ---------------------------------------------------------------------------------------------- */

/**
 * Make a generator of a language's own iterator.
 *
 * Runs nothing: an iterator that is never asked for an item is only destroyed. Once it has begun it
 * is always closed: by its end, an error, asy_generator_close(), or by the loop when the last
 * reference is given back.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] type how to drive it; borrowed for the generator's life
 * @param[in] self the iterator; consumed, or NULL
 * @param[out] out_generator receives the generator, or NULL on failure
 * @return zero or a negative asy_status
 * @retval ASY_E_INVALID an argument is NULL
 * @retval ASY_E_NOMEM memory ran out
 * @par Ownership
 * the caller owns one reference in `*out_generator`; `self` is destroyed exactly once, also on
 * failure; without a `destroy` it stays the caller's
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_generator_new(asy_loop *loop, const asy_iterator *type, void *self,
                                     asy_generator **out_generator) ASY_NOEXCEPT;

/**
 * Make a generator of a plain function, which runs on a stack of its own and hands items over with
 * asy_yield().
 *
 * The task of asy_spawn() as asy_generator_of_task() takes it. The iteration ends when the function
 * returns ASY_OK, with nil, or ASY_E_END; any other status is the error of the operation under way.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] on_run the function
 * @param[in] user_data handed to the callbacks
 * @param[in] on_free releases `user_data` once the function has ended, or when it never runs; or
 *   NULL
 * @param[in] options name, stack size and place; borrowed for the call; or NULL
 * @param[out] out_generator receives the generator, or NULL on failure
 * @return zero or a negative asy_status
 * @retval ASY_E_INVALID an argument is NULL, or the options are wrong
 * @retval ASY_E_NOMEM memory ran out
 * @par Ownership
 * the caller owns one reference in `*out_generator`; takes `user_data`, also on failure
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_generator_spawn(asy_loop *loop, asy_run_cb on_run, void *user_data,
                                       asy_free_cb on_free, const asy_task_options *options,
                                       asy_generator **out_generator) ASY_NOEXCEPT;

/**
 * Make a generator of a task, whose code hands items over with asy_generator_yield().
 *
 * The task begins with the first asy_generator_next(), and counts as one of the loop only while an
 * operation of the generator is under way: between two items nothing that cancels or waits for all
 * tasks meets it, and a cancel waits until it goes on. It runs in the context of whoever iterates.
 * The iteration ends when it returns nil or fails with ASY_E_END; any other error is the one of the
 * operation under way. Where it stands when its loop is closed, it is destroyed.
 *
 * Make the task with ASY_TASK_LAZY where a hook may begin tasks at once. One without a name is
 * named like the generator.
 *
 * @param[in] task a task that has not begun, and that nobody awaits; consumed, also on failure
 * @param[out] out_generator receives the generator, or NULL on failure
 * @return zero or a negative asy_status; the code of the failure when the task could not be made
 * @retval ASY_E_STATE the task has begun, is awaited, is to be cancelled, or is a generator's
 *   already; it goes on
 * @retval ASY_E_INVALID it is no task, or an argument is NULL
 * @retval ASY_E_NOMEM memory ran out; the task is ended
 * @par Ownership
 * the caller owns one reference in `*out_generator`
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_generator_of_task(asy_task *task,
                                         asy_generator **out_generator) ASY_NOEXCEPT;

/**
 * Hand an item over, in the task of asy_generator_of_task().
 *
 * What the task does next is to await the future, which is done when the next item is wanted. It
 * has what asy_generator_send() sent, else nil, or fails: with ASY_E_END when the generator is
 * closed, with an error that was thrown in, and as asy_yield() tells. A cancel that nothing raised
 * yet is raised by that await; the item is gone then.
 *
 * @param[in] task the task, which runs; borrowed
 * @param[in,out] value the item; consumed, also on error; or NULL for nil
 * @return a future as told above
 * @par Ownership
 * the caller owns one reference; the item belongs to whoever iterates
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_generator_yield(asy_task *task, asy_value *value) ASY_NOEXCEPT;

/**
 * Hand an item over, inside a function of asy_generator_spawn(), and wait until the next one is
 * wanted.
 *
 * ASY_E_END says that the generator is closed: clean up, awaiting if need be, and return; whoever
 * yields again gets ASY_E_STATE, and the close fails with it too unless an error is returned. An
 * item whose asy_generator_next() was dropped meanwhile is kept for the next one. A cancel that
 * nothing raised yet is raised here.
 *
 * @param[in,out] value the item; consumed, also on error; or NULL for nil
 * @param[out] out_sent receives what asy_generator_send() sent, else nil; overwritten; or NULL to
 *   drop it
 * @param[out] out_error receives the error, or NULL without one; or NULL to drop it
 * @return ASY_OK, or the error's code
 * @retval ASY_E_END the generator is closed
 * @retval ASY_E_CANCELLED the operation was cancelled; the item is gone
 * @retval ASY_E_STATE the caller is not such a function, the generator was closed before, or a
 *   timeout or task group is open, which would cancel the wrong code
 * @retval ASY_E_CLOSED the loop is closing: return
 * @retval ASY_E_NOMEM memory ran out; the item is gone
 * @par Ownership
 * the item belongs to whoever iterates; the caller clears the value and owns one reference to the
 * error
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_yield(asy_value *value, asy_value *out_sent,
                             asy_error **out_error) ASY_NOEXCEPT;

/**
 * Ask for the next item.
 *
 * One operation at a time. Cancelling the future cancels what the generator itself waits for; a
 * generator that lets that end it is over. Dropping the future cancels nothing, and the item is
 * kept for the next one.
 *
 * @param[in] generator the generator; borrowed
 * @return a future with the item; ASY_E_END when there is none and ever after; ASY_E_BUSY while
 *   another operation is under way; any other error ended the iteration
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_generator_next(asy_generator *generator) ASY_NOEXCEPT;

/**
 * Give a value to where the generator stands, and ask for the next item.
 *
 * @param[in] generator the generator; borrowed
 * @param[in,out] value the value; consumed, also on error; or NULL for nil
 * @return a future like that of asy_generator_next(); ASY_E_STATE for a value when the generator
 *   has not started, or when an item is kept
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_generator_send(asy_generator *generator, asy_value *value) ASY_NOEXCEPT;

/**
 * Raise an error where the generator stands, and ask for the next item.
 *
 * One that has not started is over at once, with this error. An item that is kept is released.
 *
 * @param[in] generator the generator; borrowed
 * @param[in] error the error; consumed, also on failure
 * @return a future like that of asy_generator_next()
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_generator_throw(asy_generator *generator, asy_error *error) ASY_NOEXCEPT;

/**
 * End a generator where it stands.
 *
 * Its code is told, cleans up, which may take a while, and then the generator is over. One that is
 * over already, or has not started, is closed at once.
 *
 * @param[in] generator the generator; borrowed
 * @return a future without a value; fails with the error that cleaning up ended with, with
 *   ASY_E_STATE when the code went on handing items over, with ASY_E_BUSY while another operation
 *   is under way
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_generator_close(asy_generator *generator) ASY_NOEXCEPT;

/**
 * Close all generators that have started and are not over, at once.
 *
 * A failure is reported with the generator's name, also that of one whose operation is under way. A
 * generator that starts after this call is reported too, and runs.
 *
 * @param[in] loop the loop; borrowed
 * @return a future with a list: for each generator nil or its error
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_loop_close_generators(asy_loop *loop) ASY_NOEXCEPT;

/**
 * Describe a generator.
 *
 * The first line is its name, "Generator-N" unless it was given one. The lines of a language's own
 * iterator follow.
 *
 * @param[in] generator the generator; borrowed
 * @param[in] on_line called for each line
 * @param[in] user_data handed to `on_line`; borrowed until `on_free`
 * @param[in] on_free releases `user_data`, or NULL
 * @return zero or a negative asy_status
 * @par Ownership
 * takes `user_data`, also on failure
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_generator_describe(asy_generator *generator, asy_line_cb on_line,
                                          void *user_data, asy_free_cb on_free) ASY_NOEXCEPT;

/**
 * The descriptor by which a generator travels as an object value.
 *
 * The object is the asy_generator itself: one language hands it over, and every other iterates over
 * it.
 *
 * @return the descriptor; the same at every call
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * any; a value that holds a generator is copied on the loop's thread, and released on any
 * @since 0.1
 */
ASY_API const asy_type *asy_generator_type(void) ASY_NOEXCEPT;

/**
 * Take another reference to a generator.
 *
 * @param[in] generator the generator, or NULL; borrowed
 * @return `generator`
 * @par Ownership
 * the caller owns one more reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_generator *asy_generator_ref(asy_generator *generator) ASY_NOEXCEPT;

/**
 * Give a reference to a generator back.
 *
 * With the last one the loop closes a generator that has started and is not over, on a later turn
 * and in a task of the generator's own; an error that cleaning up ends with is reported.
 * asy_generator_close() does it where it can be awaited.
 *
 * @param[in] generator the generator, or NULL; consumed
 * @par Ownership
 * one reference is taken from the caller
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API void asy_generator_unref(asy_generator *generator) ASY_NOEXCEPT;

/* -------------------------------------------------------------------------------------------------
 * Task groups: scopes that own tasks.
 * ---------------------------------------------------------------------------------------------- */

/**
 * Open a scope that owns tasks.
 *
 * Every group ends with asy_group_exit().
 *
 * @param[in] loop the loop; borrowed
 * @param[in] task the task whose scope it is, or NULL for the current one; borrowed
 * @param[out] out_group receives the group, or NULL on failure
 * @return zero or a negative asy_status
 * @retval ASY_E_STATE there is no such task, or it has ended
 * @retval ASY_E_NOMEM memory ran out
 * @retval ASY_E_LIMIT 65535 scopes are open on the task
 * @par Ownership
 * the caller owns one reference in `*out_group`
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_group_new(asy_loop *loop, asy_task *task,
                                 asy_group **out_group) ASY_NOEXCEPT;

/**
 * Put a task into a group.
 *
 * A task that is refused is cancelled, before its body starts if it has just been made.
 *
 * @param[in] group the group; borrowed
 * @param[in] task the task; borrowed
 * @return zero or a negative asy_status
 * @retval ASY_E_STATE the group has ended, or is ending after an error; or it is the group's own
 *   task, which is left as it is
 * @retval ASY_E_WRONG_LOOP the task belongs to another loop
 * @retval ASY_E_NOMEM memory ran out
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_group_add(asy_group *group, asy_task *task) ASY_NOEXCEPT;

/**
 * End the body of a group and wait for its tasks.
 *
 * An error of the body, or of a task before, cancels all tasks. Cancelling the future cancels the
 * tasks and still waits for them.
 *
 * @param[in] group the group; borrowed
 * @param[in] error the body's error, or NULL; consumed
 * @return a future without a value; the first ASY_ERROR_FATAL, else ASY_E_GROUP with every error,
 *   or ASY_E_CANCELLED
 * @retval ASY_E_STATE the group was exited already
 * @par Ownership
 * the caller owns one reference; takes `error`
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_group_exit(asy_group *group, asy_error *error) ASY_NOEXCEPT;

/**
 * Cancel all tasks of a group and its body.
 *
 * The group then ends without an error, unless something fails while it is cancelled.
 *
 * @param[in] group the group; borrowed
 * @param[in] message why, or NULL; copied
 * @return zero or a negative asy_status
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_group_cancel(asy_group *group, const char *message) ASY_NOEXCEPT;

/**
 * Take another reference to a group.
 *
 * @param[in] group the group, or NULL; borrowed
 * @return `group`
 * @par Ownership
 * the caller owns one more reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_group *asy_group_ref(asy_group *group) ASY_NOEXCEPT;

/**
 * Give back a reference to a group.
 *
 * @param[in] group the group, or NULL; consumed
 * @par Ownership
 * takes one reference
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API void asy_group_unref(asy_group *group) ASY_NOEXCEPT;

/* -------------------------------------------------------------------------------------------------
 * Hearing of all tasks of a loop.
 * ---------------------------------------------------------------------------------------------- */

/**
 * Hear of every task of a loop, and change how it is made.
 *
 * For tracers, and for a program whose tasks shall all be eager. The hooks replace those that were
 * set before. They run on the loop's own stack and may make tasks, cancel them and set other hooks.
 * A step under way when they are set is not told to them. A loop that closes tells of the tasks
 * that it ends.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] hooks what to call, or NULL for nothing; copied
 * @return zero or a negative asy_status
 * @retval ASY_E_INVALID the struct is of another version
 * @retval ASY_E_NOMEM memory ran out; the hooks are as they were
 * @par Ownership
 * takes `user_data`, also on failure
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_loop_set_task_hooks(asy_loop *loop,
                                           const asy_task_hooks *hooks) ASY_NOEXCEPT;

/* -------------------------------------------------------------------------------------------------
 * Promises: the writing end of a future, for any thread.
 * ---------------------------------------------------------------------------------------------- */

/**
 * Create a future together with its promise.
 *
 * The future is the loop's, the promise may go to any thread. Dropped unset, it fails the future
 * with ASY_E_BROKEN_PROMISE. With `on_cancel` a cancel only asks; without, it cancels the future
 * and a later result is dropped.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] on_cancel called on the loop when a cancel is asked, or NULL
 * @param[in] user_data handed to `on_cancel`; borrowed until `on_free`
 * @param[in] on_free releases `user_data`, or NULL
 * @param[out] out_promise receives the promise; NULL when the future has failed already
 * @return a future
 * @par Ownership
 * the caller owns one reference to each; takes `user_data`, also on failure
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_promise_new(asy_loop *loop, asy_cancel_cb on_cancel, void *user_data,
                                    asy_free_cb on_free, asy_promise **out_promise) ASY_NOEXCEPT;

/**
 * Take another reference to a promise.
 *
 * @param[in] promise the promise, or NULL; borrowed
 * @return `promise`
 * @par Ownership
 * the caller owns one more reference
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_promise *asy_promise_ref(asy_promise *promise) ASY_NOEXCEPT;

/**
 * Give back a reference to a promise.
 *
 * The last one breaks a promise that was not kept.
 *
 * @param[in] promise the promise, or NULL; consumed
 * @par Ownership
 * takes one reference
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API void asy_promise_unref(asy_promise *promise) ASY_NOEXCEPT;

/**
 * Complete the future with a value.
 *
 * @param[in] promise the promise; borrowed
 * @param[in,out] value the value, or NULL for nil; consumed
 * @return zero or a negative asy_status
 * @retval ASY_E_STATE the promise was set already
 * @retval ASY_E_CLOSED the loop is closed
 * @par Ownership
 * takes what `value` holds, also on failure
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_status asy_promise_set_result(asy_promise *promise, asy_value *value) ASY_NOEXCEPT;

/**
 * Complete the future with an error.
 *
 * @param[in] promise the promise; borrowed
 * @param[in] error why; consumed
 * @return zero or a negative asy_status
 * @retval ASY_E_STATE the promise was set already
 * @retval ASY_E_CLOSED the loop is closed
 * @par Ownership
 * takes one reference to `error`, also on failure
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_status asy_promise_set_error(asy_promise *promise, asy_error *error) ASY_NOEXCEPT;

/**
 * Complete the future as cancelled.
 *
 * @param[in] promise the promise; borrowed
 * @param[in] message why, or NULL for the reason of the latest request; copied
 * @return zero or a negative asy_status
 * @retval ASY_E_STATE the promise was set already
 * @retval ASY_E_CLOSED the loop is closed
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_status asy_promise_set_cancelled(asy_promise *promise,
                                             const char *message) ASY_NOEXCEPT;

/* -------------------------------------------------------------------------------------------------
 * The first of several attempts that succeeds.
 * ---------------------------------------------------------------------------------------------- */

/**
 * Try several ways, staggered, and keep the first that succeeds.
 *
 * Each attempt begins when the one before it failed, or `delay_ns` after that began. An attempt
 * that is cancelled by others failed. Once one succeeds no further begins, the others are cancelled
 * and waited for, and their values are dropped. Cancelling the race cancels every attempt, each
 * time, and waits for their ends. `on_start` runs in one copy of the context of this call.
 *
 * The value is a list: the winner's index, its value, and a list with the error of each attempt
 * that began, or nil, in their order. Where all fail the error is an ASY_E_GROUP of theirs, in
 * their order.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] count how many attempts there may be; at least 1
 * @param[in] delay_ns nanoseconds between two beginnings; 0 begins all at once, ASY_FOREVER one
 *   after the other
 * @param[in] on_start begins an attempt; called on the loop, never inside this call
 * @param[in] user_data handed to `on_start`; borrowed until `on_free`
 * @param[in] on_free releases `user_data`, or NULL
 * @return a future with the list
 * @par Ownership
 * the caller owns one reference; takes `user_data`, also on failure, and the futures of `on_start`
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_race(asy_loop *loop, size_t count, uint64_t delay_ns, asy_start_cb on_start,
                             void *user_data, asy_free_cb on_free) ASY_NOEXCEPT;

/* -------------------------------------------------------------------------------------------------
 * Running a program's main function from beginning to end.
 * ---------------------------------------------------------------------------------------------- */

/**
 * Make a runner.
 *
 * Its loop is made at the first use, by the thread that then owns it.
 *
 * @param[in] options how to run, or NULL for the defaults; copied
 * @param[out] out_runner receives the runner, or NULL on failure
 * @return zero or a negative asy_status
 * @retval ASY_E_INVALID an option is unknown
 * @retval ASY_E_NOMEM memory ran out
 * @par Ownership
 * the caller owns one reference in `*out_runner`
 * @par Threads
 * any
 * @par Batch
 * never: it runs the loop
 * @since 0.1
 */
ASY_API asy_status asy_runner_new(const asy_runner_options *options,
                                  asy_runner **out_runner) ASY_NOEXCEPT;

/**
 * Take another reference to a runner.
 *
 * @param[in] runner the runner, or NULL; borrowed
 * @return `runner`
 * @par Ownership
 * the caller owns one more reference
 * @par Threads
 * any
 * @par Batch
 * never: it runs the loop
 * @since 0.1
 */
ASY_API asy_runner *asy_runner_ref(asy_runner *runner) ASY_NOEXCEPT;

/**
 * Give back a reference to a runner.
 *
 * The last one of a runner that is not closed treats its loop as asy_loop_unref() does: it is
 * closed without a shutdown, and that is reported.
 *
 * @param[in] runner the runner, or NULL; consumed
 * @par Ownership
 * takes one reference
 * @par Threads
 * any
 * @par Batch
 * never: it runs the loop
 * @since 0.1
 */
ASY_API void asy_runner_unref(asy_runner *runner) ASY_NOEXCEPT;

/**
 * Get a runner's loop.
 *
 * All runs of a runner share it.
 *
 * @param[in] runner the runner; borrowed
 * @return the loop, or NULL when the runner is closed, another thread's, or memory ran out
 * @par Ownership
 * the runner keeps its reference
 * @par Threads
 * the loop's
 * @par Batch
 * never: it runs the loop
 * @since 0.1
 */
ASY_API asy_loop *asy_runner_loop(asy_runner *runner) ASY_NOEXCEPT;

/**
 * Run a function as a task until it is done.
 *
 * All functions of a runner run in one context, a copy of that of the first use: what one sets in
 * it, the next finds. What it started goes on in the next run, or is ended by asy_runner_close().
 * With ASY_RUNNER_INTERRUPT, and where the process does the default with SIGINT, the first one of a
 * run cancels the task; a task that goes on and returns a value is not interrupted, and one that
 * another request cancelled too is cancelled.
 *
 * @param[in] runner the runner; borrowed
 * @param[in] on_run the function, as in asy_spawn()
 * @param[in] user_data handed to the callbacks
 * @param[in] on_free releases `user_data` after the function returned, or when it never runs; or
 *   NULL
 * @param[out] out_value receives the result; overwritten, nil on error; or NULL to drop it
 * @param[out] out_error receives the error, or NULL without one; or NULL to drop it
 * @return ASY_OK, or the code of the error
 * @retval ASY_E_INTERRUPTED a SIGINT cancelled it
 * @retval ASY_E_STATE a loop is running in this thread, or the loop was stopped
 * @retval ASY_E_CLOSED the runner is closed
 * @par Ownership
 * the caller clears the value and owns one reference to the error; takes `user_data`, also on
 * failure
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_runner_run(asy_runner *runner, asy_run_cb on_run, void *user_data,
                                  asy_free_cb on_free, asy_value *out_value,
                                  asy_error **out_error) ASY_NOEXCEPT;

/**
 * Run until a future of the runner's loop is done.
 *
 * For mains that are no functions of asy_spawn(). Success says only that it is done;
 * asy_future_status() tells how.
 *
 * @param[in] runner the runner; borrowed
 * @param[in] future the future, such as a task; borrowed
 * @return zero or a negative asy_status
 * @retval ASY_E_INTERRUPTED a SIGINT cancelled it
 * @retval ASY_E_STATE a loop is running in this thread, or the loop was stopped
 * @retval ASY_E_WRONG_LOOP the future belongs to another loop
 * @retval ASY_E_CLOSED the runner is closed
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @par Batch
 * never: it runs the loop
 * @since 0.1
 */
ASY_API asy_status asy_runner_run_future(asy_runner *runner, asy_future *future) ASY_NOEXCEPT;

/**
 * End a runner.
 *
 * Shuts its loop down as asy_loop_shutdown() does, with the grace of the options, and closes it,
 * whatever the shutdown came to. Every later use is refused; closing twice is allowed.
 *
 * @param[in] runner the runner; borrowed
 * @return zero or a negative asy_status
 * @retval ASY_E_STATE a loop is running in this thread
 * @retval ASY_E_WRONG_THREAD the calling thread does not own the loop
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_runner_close(asy_runner *runner) ASY_NOEXCEPT;

/**
 * Run a program's main function on a loop of its own.
 *
 * A runner for one run: what main leaves behind is cancelled and awaited, not run to its natural
 * end, and the loop is always closed.
 *
 * @param[in] on_run the function, as in asy_spawn()
 * @param[in] user_data handed to the callbacks
 * @param[in] on_free releases `user_data` after the function returned, or when it never runs; or
 *   NULL
 * @param[in] options how to run, or NULL for the defaults; copied
 * @param[out] out_value receives the result; overwritten, nil on error; or NULL to drop it
 * @param[out] out_error receives the error, or NULL without one; or NULL to drop it
 * @return ASY_OK, or the code of the error
 * @retval ASY_E_INTERRUPTED a SIGINT cancelled it
 * @retval ASY_E_STATE a loop is running in this thread, or the loop was stopped
 * @par Ownership
 * the caller clears the value and owns one reference to the error; takes `user_data`, also on
 * failure
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_status asy_run(asy_run_cb on_run, void *user_data, asy_free_cb on_free,
                           const asy_runner_options *options, asy_value *out_value,
                           asy_error **out_error) ASY_NOEXCEPT;

/* -------------------------------------------------------------------------------------------------
 * Keeping a cancel from what is waited for.
 * ---------------------------------------------------------------------------------------------- */

/**
 * Wait for a future without passing a cancel on to it.
 *
 * The shield ends as the future does. Cancelling the shield ends only that: the future goes on, and
 * when it fails later, with nobody to read it, that is reported once. Cancelling the future itself
 * cancels the shield.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] future the future; consumed
 * @return the shield; a future that is done comes back itself
 * @par Ownership
 * the caller owns one reference; takes one of `future`
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_shield(asy_loop *loop, asy_future *future) ASY_NOEXCEPT;

/* -------------------------------------------------------------------------------------------------
 * Ending all that a loop has going.
 * ---------------------------------------------------------------------------------------------- */

/**
 * End everything that a loop has going, in order.
 *
 * First every task but the caller's is cancelled and awaited; whoever waits for this future is
 * spared too. Tasks that they started meanwhile come next, and so on until none is left, 100 times
 * at most. Then live generators are closed, and the loop's own executor is shut down, which may
 * take 300 seconds. What a stage starts anew is ended again. Errors of dying tasks that nobody
 * waits for are reported. The loop stays open, without an executor of its own.
 *
 * A task that does not end is waited for until `grace_ns` have passed; then each that is left is
 * reported by name with ASY_E_TIMEOUT, and asy_loop_close() does not name it again.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] grace_ns nanoseconds that all of it may take; ASY_FOREVER for no limit
 * @return a future of how many did not end; fails with ASY_E_BUSY while another shutdown goes on;
 *   cancelled, it asks nobody any more
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_loop_shutdown(asy_loop *loop, uint64_t grace_ns) ASY_NOEXCEPT;

/* -------------------------------------------------------------------------------------------------
 * Waiting for signals.
 * ---------------------------------------------------------------------------------------------- */

/**
 * Wait until the process gets a signal.
 *
 * The handler is installed for as long as anybody waits, on an alternate stack where the thread has
 * one; then what was there before comes back. So a second signal does what the process does without
 * this library, unless somebody waits again. Any number of loops may wait for the same signal; each
 * hears it.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] signum the signal's number
 * @return a future of the number; fails with ASY_E_INVALID for a number that is no signal or cannot
 *   be caught
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_signal_wait(asy_loop *loop, int32_t signum) ASY_NOEXCEPT;

/**
 * Call a function whenever the process gets a signal.
 *
 * It runs as an ordinary callback in the loop's turn, once for each arrival that the system tells
 * apart, in place of the loop's handler of before. What the process did with the signal comes back
 * with the last who listens.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] signum the signal's number
 * @param[in] on_call what to call
 * @param[in] user_data handed to `on_call`; borrowed until `on_free`
 * @param[in] on_free releases `user_data` when the handler is removed or replaced; or NULL
 * @return zero or a negative asy_status
 * @retval ASY_E_INVALID the number is no signal, or one that cannot be caught
 * @par Ownership
 * takes `user_data`, also on failure
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_loop_add_signal_handler(asy_loop *loop, int32_t signum, asy_call_cb on_call,
                                               void *user_data, asy_free_cb on_free) ASY_NOEXCEPT;

/**
 * Remove a loop's handler of a signal.
 *
 * It is called no more, also for what has arrived.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] signum the signal's number
 * @return zero or a negative asy_status
 * @retval ASY_E_NOT_FOUND the loop has none
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_loop_remove_signal_handler(asy_loop *loop, int32_t signum) ASY_NOEXCEPT;

/* -------------------------------------------------------------------------------------------------
 * Streams of signals.
 * ---------------------------------------------------------------------------------------------- */

/**
 * Listen to signals as a stream.
 *
 * Any number of streams, handlers and loops may listen to one signal; each hears it. The handler
 * stands on an alternate stack where the thread has one. With the last who listens comes back what
 * the process did before; what the program installed meanwhile stays.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] signums the signals' numbers; borrowed for the call
 * @param[in] count how many; at least one
 * @param[out] out_signals receives the stream, or NULL on failure
 * @return zero or a negative asy_status
 * @retval ASY_E_INVALID a number is no signal, or one that cannot be caught
 * @retval ASY_E_NOMEM memory ran out
 * @par Ownership
 * the caller owns one reference in `*out_signals`; the last one closes the stream
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_signals_new(asy_loop *loop, const int32_t *signums, size_t count,
                                   asy_signals **out_signals) ASY_NOEXCEPT;

/**
 * Take another reference to a stream of signals.
 *
 * @param[in] signals the stream, or NULL; borrowed
 * @return `signals`
 * @par Ownership
 * the caller owns one more reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_signals *asy_signals_ref(asy_signals *signals) ASY_NOEXCEPT;

/**
 * Give back a reference to a stream of signals.
 *
 * @param[in] signals the stream, or NULL; consumed
 * @par Ownership
 * takes one reference
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API void asy_signals_unref(asy_signals *signals) ASY_NOEXCEPT;

/**
 * Wait for the next signal.
 *
 * What arrived since the last one is kept, in order; when nobody asks for long, one of each number.
 *
 * @param[in] signals the stream; borrowed
 * @return a future of the signal's number; fails with ASY_E_BUSY while another waits, with
 *   ASY_E_CLOSED once the stream is closed
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_signals_next(asy_signals *signals) ASY_NOEXCEPT;

/**
 * Stop listening.
 *
 * What was kept is dropped. Closing twice is allowed.
 *
 * @param[in] signals the stream; borrowed
 * @return zero or a negative asy_status
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_signals_close(asy_signals *signals) ASY_NOEXCEPT;

/* -------------------------------------------------------------------------------------------------
 * Sleeping.
 * ---------------------------------------------------------------------------------------------- */

/**
 * Finish after a delay.
 *
 * Completes no earlier than `delay_ns` after this call, and never inside it.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] delay_ns nanoseconds to wait; zero takes one turn, ASY_FOREVER waits until cancelled
 * @return a future without a value; ASY_E_CANCELLED when cancelled
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_sleep(asy_loop *loop, uint64_t delay_ns) ASY_NOEXCEPT;

/* -------------------------------------------------------------------------------------------------
 * Functions that wait: tasks with a stack of their own.
 * ---------------------------------------------------------------------------------------------- */

/**
 * Run a plain function as a task, on a stack of its own.
 *
 * The function starts on a later turn of the loop and may call asy_await() at any depth. What it
 * returns is the task's outcome; a C++ exception that leaves it becomes an ASY_E_INTERNAL error
 * with its words. Its stack has 256 KiB of address space unless the options say otherwise, and
 * memory only where it was touched. While such a task is unfinished the loop cannot change its
 * thread.
 *
 * Callbacks and destructors of others never run on such a stack. When the loop closes, the function
 * is resumed with every await failing with ASY_E_CLOSED until it returns.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] on_run the function
 * @param[in] user_data handed to the callbacks
 * @param[in] on_free releases `user_data` after the function returned, or when it never runs; or
 *   NULL
 * @param[in] options name, stack size and more; borrowed for the call; or NULL
 * @return the task; failed with ASY_E_INVALID when an argument is wrong or the stack larger than 1
 *   GiB, with ASY_E_NOMEM when memory ran out
 * @par Ownership
 * the caller owns one reference; letting it go does not end the task; takes `user_data`, also on
 * failure
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_task *asy_spawn(asy_loop *loop, asy_run_cb on_run, void *user_data, asy_free_cb on_free,
                            const asy_task_options *options) ASY_NOEXCEPT;

/**
 * Wait for a future, inside a function of asy_spawn().
 *
 * Other tasks run meanwhile. A future that is done already gives its result without a turn of the
 * loop, up to 128 in a row. When the task is cancelled, the await fails with ASY_E_CANCELLED; the
 * function may clean up, await again and return what it likes.
 *
 * @param[in] future the future; consumed, also on error; pass a reference of your own to read it
 *   later
 * @param[out] out_value receives the result; overwritten, nil on error; or NULL to drop it
 * @param[out] out_error receives the error, or NULL without one; or NULL to drop it
 * @return ASY_OK, ASY_E_CANCELLED when the wait or the future was cancelled, else the error's code
 * @retval ASY_E_INVALID `future` is NULL
 * @retval ASY_E_STATE the caller is not a function of asy_spawn(), or awaits its own task
 * @retval ASY_E_WRONG_LOOP the future belongs to another loop
 * @retval ASY_E_CLOSED the loop is closing: return
 * @par Ownership
 * the caller clears the value and owns one reference to the error
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_await(asy_future *future, asy_value *out_value,
                             asy_error **out_error) ASY_NOEXCEPT;

/* -------------------------------------------------------------------------------------------------
 * Tasks: futures that drive coroutines.
 * ---------------------------------------------------------------------------------------------- */

/**
 * Start a task that drives a coroutine.
 *
 * Its first step is queued, unless the options say ASY_TASK_EAGER. The loop keeps the task until it
 * ends; releasing the handle changes nothing.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] coroutine how to drive it; borrowed for the task's life
 * @param[in] self the coroutine; consumed, or NULL
 * @param[in] options the task's options, or NULL; copied
 * @return the task; failed already when the loop refuses, with ASY_E_INVALID without a `resume` or
 *   `destroy`
 * @par Ownership
 * the caller owns one reference; `self` is destroyed exactly once, also on failure; without a
 * `destroy` it stays the caller's
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_task *asy_task_new(asy_loop *loop, const asy_coroutine *coroutine, void *self,
                               const asy_task_options *options) ASY_NOEXCEPT;

/**
 * Ask a task to cancel.
 *
 * A task that waits is cancelled at that await, one that runs at its next. What had completed
 * before is delivered first. Each request counts, see asy_task_uncancel().
 *
 * @param[in] task the task; borrowed
 * @param[in] message why, or NULL; copied
 * @return 1 when the task was unfinished, 0 when not; ASY_E_WRONG_THREAD, or ASY_E_FORKED, where it
 *   cannot be asked
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API int32_t asy_task_cancel(asy_task *task, const char *message) ASY_NOEXCEPT;

/**
 * Withdraw one cancel request.
 *
 * At zero a request that was not delivered yet is forgotten.
 *
 * @param[in] task the task; borrowed
 * @return the requests left, 0 for a future that is no task; ASY_E_WRONG_THREAD, or ASY_E_FORKED,
 *   where none can be withdrawn
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API int32_t asy_task_uncancel(asy_task *task) ASY_NOEXCEPT;

/**
 * Count the cancel requests that were not withdrawn.
 *
 * @param[in] task the task; borrowed
 * @return how many; 0 too for a future that is no task
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API int32_t asy_task_cancelling(asy_task *task) ASY_NOEXCEPT;

/**
 * Count the timeouts and task groups that are open on a task.
 *
 * What suspends inside one and lets its task go on elsewhere would have the scope cancel the wrong
 * code: an iterator that runs in the task of whoever iterates refuses to hand an item over while
 * this is higher than at its start.
 *
 * @param[in] task the task; borrowed
 * @return how many; 0 too for a future that is no task
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API int32_t asy_task_scope_depth(asy_task *task) ASY_NOEXCEPT;

/**
 * Read a task's name.
 *
 * @param[in] task the task; borrowed
 * @return the name, borrowed until the next asy_task_set_name(); NULL for a future that is no task,
 *   "Task" for one without a name of its own on another thread
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API const char *asy_task_name(asy_task *task) ASY_NOEXCEPT;

/**
 * Name a task.
 *
 * @param[in] task the task; borrowed
 * @param[in] name the name; copied
 * @return zero or a negative asy_status
 * @retval ASY_E_NOMEM memory ran out
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_task_set_name(asy_task *task, const char *name) ASY_NOEXCEPT;

/**
 * Find the task whose step is running.
 *
 * A task whose step is deferred is never the current one.
 *
 * @param[in] loop the loop; borrowed
 * @return the task, borrowed, or NULL
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_task *asy_task_current(asy_loop *loop) ASY_NOEXCEPT;

/**
 * Make a deferred task the current one, while its own code runs on the loop.
 *
 * For the tasks of another runtime: each is a task whose step is deferred, and runs from callbacks
 * of the loop. In between it is found by asy_task_current(), and its context is the current one.
 *
 * @param[in] task the task; borrowed
 * @return zero or a negative asy_status
 * @retval ASY_E_INVALID it is no task
 * @retval ASY_E_STATE another task is the current one, its step is not deferred, or the loop does
 *   not run
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_task_enter(asy_task *task) ASY_NOEXCEPT;

/**
 * End what asy_task_enter() began.
 *
 * Delivering its step does that too.
 *
 * @param[in] task the task; borrowed
 * @return zero or a negative asy_status
 * @retval ASY_E_INVALID it is no task
 * @retval ASY_E_STATE it was not entered
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_task_leave(asy_task *task) ASY_NOEXCEPT;

/**
 * Give the context that a task runs in.
 *
 * Also after its end. What its steps set is seen in it.
 *
 * @param[in] task the task; borrowed
 * @return the context; NULL for a future that is no task, without memory, and on another thread
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_context *asy_task_context(asy_task *task) ASY_NOEXCEPT;

/**
 * Describe where a suspended task stands.
 *
 * One line per frame, as its language writes them, the innermost last. A task that runs or is done
 * has none, nor has one whose coroutine cannot tell.
 *
 * @param[in] task the task; borrowed
 * @param[in] on_line called for each line
 * @param[in] user_data handed to `on_line`; borrowed until `on_free`
 * @param[in] on_free releases `user_data`, or NULL
 * @return zero or a negative asy_status
 * @retval ASY_E_INVALID it is no task
 * @retval ASY_E_WRONG_THREAD the calling thread does not own the loop
 * @par Ownership
 * takes `user_data`, also on failure
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_task_describe(asy_task *task, asy_line_cb on_line, void *user_data,
                                     asy_free_cb on_free) ASY_NOEXCEPT;

/**
 * Deliver the step that a coroutine deferred.
 *
 * Exactly one delivery answers each ASY_STEP_DEFERRED, also after a cancel and after the loop was
 * closed.
 *
 * @param[in] task the task; borrowed
 * @param[in,out] step the step; consumed
 * @return zero or a negative asy_status
 * @retval ASY_E_STATE no step of the task is deferred
 * @retval ASY_E_CLOSED the loop was closed meanwhile; the coroutine has been destroyed now
 * @par Ownership
 * takes all that `step` refers to, also on failure
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_task_deliver(asy_task *task, asy_step *step) ASY_NOEXCEPT;

/* -------------------------------------------------------------------------------------------------
 * Tasks that other threads start, wait for and cancel.
 * ---------------------------------------------------------------------------------------------- */

/**
 * Start a function as a task of a loop, from any thread.
 *
 * As asy_spawn() on the loop's thread, in a copy of the calling thread's context. When the task
 * cannot be made, the thread future fails with the reason.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] on_run the function
 * @param[in] user_data handed to the callbacks
 * @param[in] on_free releases `user_data` after the function returned, or when it never runs; or
 *   NULL
 * @param[in] options the task's options, or NULL; copied, of a name 63 bytes, of a place 255
 * @param[out] out_future receives the thread future, or NULL on failure
 * @return zero or a negative asy_status
 * @retval ASY_E_CLOSED the loop is closed
 * @retval ASY_E_NOMEM memory ran out
 * @par Ownership
 * the caller owns one reference in `*out_future`; letting it go does not end the task; takes
 * `user_data`, also on failure
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_status asy_spawn_threadsafe(asy_loop *loop, asy_run_cb on_run, void *user_data,
                                        asy_free_cb on_free, const asy_task_options *options,
                                        asy_thread_future **out_future) ASY_NOEXCEPT;

/**
 * Start a task that drives a coroutine, from any thread.
 *
 * As asy_task_new() on the loop's thread, in a copy of the calling thread's context. When the task
 * cannot be made, the thread future fails with the reason.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] coroutine how to drive it; borrowed for the task's life
 * @param[in] self the coroutine; consumed, or NULL
 * @param[in] options the task's options, or NULL; copied, of a name 63 bytes, of a place 255
 * @param[out] out_future receives the thread future, or NULL on failure
 * @return zero or a negative asy_status
 * @retval ASY_E_INVALID the coroutine's table lacks something
 * @retval ASY_E_CLOSED the loop is closed
 * @retval ASY_E_NOMEM memory ran out
 * @par Ownership
 * the caller owns one reference in `*out_future`; `self` is destroyed exactly once, also on
 * failure; without a `destroy` it stays the caller's
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_status asy_task_new_threadsafe(asy_loop *loop, const asy_coroutine *coroutine,
                                           void *self, const asy_task_options *options,
                                           asy_thread_future **out_future) ASY_NOEXCEPT;

/**
 * Take another reference to a thread future.
 *
 * @param[in] future the thread future, or NULL; borrowed
 * @return `future`
 * @par Ownership
 * the caller owns one more reference
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_thread_future *asy_thread_future_ref(asy_thread_future *future) ASY_NOEXCEPT;

/**
 * Give back a reference to a thread future.
 *
 * Its task goes on.
 *
 * @param[in] future the thread future, or NULL; consumed
 * @par Ownership
 * takes one reference
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API void asy_thread_future_unref(asy_thread_future *future) ASY_NOEXCEPT;

/**
 * Block until the task is done.
 *
 * The thread that owns the loop would wait for itself: it is refused unless the task is done. A
 * time-out cancels nothing, and leaves `*out_error` NULL; a task that failed with ASY_E_TIMEOUT
 * gives its error. The result can be asked for again, but for a pointer with a destructor, a
 * future, and what holds objects of an asy_type_flag, which go to the first who asks.
 *
 * @param[in] future the thread future; borrowed
 * @param[in] timeout_ns nanoseconds to wait; 0 only looks, ASY_FOREVER has no limit
 * @param[out] out_value receives the result; overwritten, nil on error; or NULL to leave it there
 * @param[out] out_error receives the error, or NULL without one; or NULL to drop it
 * @return ASY_OK, or the code of the error
 * @retval ASY_E_TIMEOUT it is not done yet
 * @retval ASY_E_STATE it is not done, and the caller owns the loop
 * @retval ASY_E_CLOSED the loop was closed first
 * @retval ASY_E_FORKED it is not done, and this is the child of a fork
 * @par Ownership
 * the caller clears the value and owns one reference to the error
 * @par Threads
 * any but the loop's
 * @par Batch
 * never: it blocks
 * @since 0.1
 */
ASY_API asy_status asy_thread_future_wait(asy_thread_future *future, uint64_t timeout_ns,
                                          asy_value *out_value, asy_error **out_error) ASY_NOEXCEPT;

/**
 * Ask the task to cancel.
 *
 * As asy_task_cancel() on the loop's thread, in the order of this thread's other calls there. The
 * thread future is done when the task is.
 *
 * @param[in] future the thread future; borrowed
 * @return 1 when it was asked, 0 when it is done
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API int32_t asy_thread_future_cancel(asy_thread_future *future) ASY_NOEXCEPT;

/**
 * Tell whether the task is done.
 *
 * @param[in] future the thread future; borrowed
 * @return 1 or 0
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API int32_t asy_thread_future_is_done(const asy_thread_future *future) ASY_NOEXCEPT;

/**
 * Call a function on the loop's thread when the task is done.
 *
 * Callbacks run in their order, on a later turn; none runs once the loop is closed.
 *
 * @param[in] future the thread future; borrowed
 * @param[in] on_done what to call
 * @param[in] user_data handed to the callbacks
 * @param[in] on_free releases `user_data`, or NULL
 * @return zero or a negative asy_status
 * @retval ASY_E_CLOSED it is done, and the loop closed
 * @retval ASY_E_NOMEM memory ran out
 * @par Ownership
 * takes `user_data`, also on failure
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_status asy_thread_future_add_done_callback(asy_thread_future *future,
                                                       asy_thread_done_cb on_done, void *user_data,
                                                       asy_free_cb on_free) ASY_NOEXCEPT;

/* -------------------------------------------------------------------------------------------------
 * Timeouts: scopes that cancel their task at a deadline.
 * ---------------------------------------------------------------------------------------------- */

/**
 * Enter a scope with a deadline.
 *
 * At the deadline the task is cancelled; asy_timeout_exit() makes that a timeout. Scopes nest. A
 * deadline acts when it passes, before callbacks of asy_loop_call_at() that are due then.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] task the task to cancel, or NULL for the current one; borrowed
 * @param[in] delay_ns nanoseconds from now; zero expires at the next wait, ASY_FOREVER never
 * @param[out] out_timeout receives the scope, or NULL on failure
 * @return zero or a negative asy_status
 * @retval ASY_E_STATE there is no such task, or it has ended
 * @retval ASY_E_NOMEM memory ran out
 * @retval ASY_E_LIMIT 65535 scopes are open on the task
 * @par Ownership
 * the caller owns one reference in `*out_timeout`, which asy_timeout_exit() takes
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_timeout_enter(asy_loop *loop, asy_task *task, uint64_t delay_ns,
                                     asy_timeout **out_timeout) ASY_NOEXCEPT;

/**
 * Leave a scope with the outcome of its body.
 *
 * A cancel that came from the deadline alone becomes ASY_E_TIMEOUT, caused by it; every other
 * outcome passes. An error of the body's own, raised after that cancel, is given with the timeout
 * as its cause, when it has none and holds no object of a language.
 *
 * @param[in] timeout the scope; consumed
 * @param[in] error the body's error, or NULL; consumed
 * @param[out] out_error receives the outcome, or NULL
 * @return the outcome: zero or its error's code
 * @par Ownership
 * takes both; the caller owns one reference in `*out_error`
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_timeout_exit(asy_timeout *timeout, asy_error *error,
                                    asy_error **out_error) ASY_NOEXCEPT;

/**
 * Move the deadline of a scope.
 *
 * @param[in] timeout the scope; borrowed
 * @param[in] when_ns a time of the loop's clock; ASY_FOREVER for none
 * @return zero or a negative asy_status
 * @retval ASY_E_STATE it has expired already
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_timeout_reschedule(asy_timeout *timeout, uint64_t when_ns) ASY_NOEXCEPT;

/**
 * Read the deadline of a scope.
 *
 * @param[in] timeout the scope; borrowed
 * @return a time of the loop's clock, or ASY_FOREVER
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API uint64_t asy_timeout_when(const asy_timeout *timeout) ASY_NOEXCEPT;

/**
 * Tell whether the deadline of a scope has passed.
 *
 * @param[in] timeout the scope; borrowed
 * @return 1 or 0
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API int32_t asy_timeout_is_expired(const asy_timeout *timeout) ASY_NOEXCEPT;

/* -------------------------------------------------------------------------------------------------
 * Waiting until some or all of several futures are done.
 * ---------------------------------------------------------------------------------------------- */

/**
 * Wait until some or all of several futures are done, and touch none of them.
 *
 * Their outcomes are read from the futures, of which the caller keeps references of its own: an
 * error in one is no error of the wait, nor is the timeout. Neither the timeout nor cancelling the
 * wait cancels a future. What is done in the same turn is counted too. One given twice counts
 * twice.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] futures the futures, each consumed; the array is borrowed
 * @param[in] count how many; without any the wait fails with ASY_E_INVALID
 * @param[in] mode one of asy_wait_mode
 * @param[in] timeout_ns nanoseconds to wait at most; 0 polls once; ASY_FOREVER sets no limit
 * @return a future with how many are done
 * @par Ownership
 * the caller owns one reference; takes one of each future
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_wait(asy_loop *loop, asy_future *const *futures, size_t count,
                             uint32_t mode, uint64_t timeout_ns) ASY_NOEXCEPT;

/* -------------------------------------------------------------------------------------------------
 * Waiting for one future with a limit.
 * ---------------------------------------------------------------------------------------------- */

/**
 * Wait for a future, but not for ever.
 *
 * At the deadline it is cancelled, its clean-up is waited for, and then this fails with
 * ASY_E_TIMEOUT; a value or error that comes instead wins. When others wait for it too, it is left
 * to them.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] future what to wait for; consumed
 * @param[in] delay_ns nanoseconds to wait; zero cancels it unless it is done, ASY_FOREVER waits
 * @return a future with its value
 * @par Ownership
 * the caller owns one reference; takes one of `future`
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_wait_for(asy_loop *loop, asy_future *future,
                                 uint64_t delay_ns) ASY_NOEXCEPT;

/* -------------------------------------------------------------------------------------------------
 * Barriers: tasks that wait for each other.
 * ---------------------------------------------------------------------------------------------- */

/**
 * Make a barrier.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] parties how many it waits for; at least 1
 * @param[out] out_barrier receives the barrier, or NULL on failure
 * @return zero or a negative asy_status
 * @retval ASY_E_INVALID an argument is NULL or 0
 * @retval ASY_E_NOMEM memory ran out
 * @par Ownership
 * the caller owns one reference in `*out_barrier`
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_barrier_new(asy_loop *loop, uint32_t parties,
                                   asy_barrier **out_barrier) ASY_NOEXCEPT;

/**
 * Wait until all parties are there.
 *
 * The last to come releases all of them, and who comes after that is of the next round, even before
 * they have run. Cancelling the future leaves the barrier, which then waits for one more.
 *
 * @param[in] barrier the barrier; borrowed
 * @return a future with an integer that is different for each party, from 0, in the order of
 *   arrival; fails with ASY_E_BROKEN when the barrier is reset or aborted
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_barrier_wait(asy_barrier *barrier) ASY_NOEXCEPT;

/**
 * Begin anew.
 *
 * Those who wait fail with ASY_E_BROKEN, and the barrier is whole again.
 *
 * @param[in] barrier the barrier; borrowed
 * @return zero or a negative asy_status
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_barrier_reset(asy_barrier *barrier) ASY_NOEXCEPT;

/**
 * Break the barrier until it is reset.
 *
 * Those who wait, and all who come, fail with ASY_E_BROKEN.
 *
 * @param[in] barrier the barrier; borrowed
 * @return zero or a negative asy_status
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_barrier_abort(asy_barrier *barrier) ASY_NOEXCEPT;

/**
 * Tell whether a barrier was broken.
 *
 * @param[in] barrier the barrier; borrowed
 * @return 1 when it was aborted and not reset, or it cannot be used from here, else 0
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API int32_t asy_barrier_is_broken(const asy_barrier *barrier) ASY_NOEXCEPT;

/**
 * Tell how many a barrier waits for.
 *
 * @param[in] barrier the barrier; borrowed
 * @return how many; 0 too when it cannot be used from here
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API uint32_t asy_barrier_parties(const asy_barrier *barrier) ASY_NOEXCEPT;

/**
 * Count who waits at a barrier.
 *
 * @param[in] barrier the barrier; borrowed
 * @return how many; 0 too when it cannot be used from here
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API uint32_t asy_barrier_waiting(const asy_barrier *barrier) ASY_NOEXCEPT;

/**
 * Take one more reference to a barrier.
 *
 * @param[in] barrier the barrier; borrowed; or NULL
 * @return `barrier`
 * @par Ownership
 * the caller owns one more reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_barrier *asy_barrier_ref(asy_barrier *barrier) ASY_NOEXCEPT;

/**
 * Give a reference to a barrier back.
 *
 * Who waits holds one too: a wait goes on without the caller's.
 *
 * @param[in] barrier the barrier; consumed; or NULL
 * @par Ownership
 * one reference is taken from the caller
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API void asy_barrier_unref(asy_barrier *barrier) ASY_NOEXCEPT;

/* -------------------------------------------------------------------------------------------------
 * Channels: values from any thread into a loop.
 * ---------------------------------------------------------------------------------------------- */

/**
 * Make a channel into a loop, first in first out.
 *
 * Any thread may hold it, send, and shut it down; the loop's thread receives.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] max_size how many values it holds before sends are refused; 0 for any number
 * @param[out] out_channel receives the channel, or NULL on failure
 * @return zero or a negative asy_status
 * @retval ASY_E_INVALID an argument is NULL
 * @retval ASY_E_NOMEM memory ran out
 * @par Ownership
 * the caller owns one reference in `*out_channel`
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_channel_new(asy_loop *loop, size_t max_size,
                                   asy_channel **out_channel) ASY_NOEXCEPT;

/**
 * Take another reference to a channel.
 *
 * @param[in] channel the channel, or NULL; borrowed
 * @return `channel`
 * @par Ownership
 * the caller owns one more reference
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_channel *asy_channel_ref(asy_channel *channel) ASY_NOEXCEPT;

/**
 * Give back a reference to a channel.
 *
 * The last one shuts it down, for those who still wait, and releases the values in it on the loop's
 * thread.
 *
 * @param[in] channel the channel, or NULL; consumed
 * @par Ownership
 * takes one reference
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API void asy_channel_unref(asy_channel *channel) ASY_NOEXCEPT;

/**
 * Send a value if there is room.
 *
 * Never blocks. Values of one thread are received in their order. The loop is woken only when
 * somebody waits for a value, and once for all that came until it looks.
 *
 * @param[in] channel the channel; borrowed
 * @param[in,out] value the value; consumed, also on error; or NULL for nil
 * @return zero or a negative asy_status
 * @retval ASY_E_AGAIN the channel is full
 * @retval ASY_E_CLOSED the channel is shut down, or its loop closed
 * @retval ASY_E_NOMEM memory ran out
 * @retval ASY_E_FORKED this is the child of a fork
 * @par Ownership
 * the value belongs to the channel
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_status asy_channel_send(asy_channel *channel, asy_value *value) ASY_NOEXCEPT;

/**
 * Receive the first value, waiting while the channel is empty.
 *
 * Values are handed to those who wait in the order of their calls. Cancelling the future leaves the
 * line; a value that it got before is its result and not lost.
 *
 * @param[in] channel the channel; borrowed
 * @return a future with the value; fails with ASY_E_CLOSED when the channel is shut down and empty
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_channel_receive(asy_channel *channel) ASY_NOEXCEPT;

/**
 * Receive the first value if there is one.
 *
 * Those who wait come first.
 *
 * @param[in] channel the channel; borrowed
 * @param[out] out_value receives the value; overwritten; nil on error
 * @return zero or a negative asy_status
 * @retval ASY_E_AGAIN the channel is empty
 * @retval ASY_E_CLOSED the channel is shut down and empty
 * @par Ownership
 * the caller clears the value
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_channel_try_receive(asy_channel *channel, asy_value *out_value) ASY_NOEXCEPT;

/**
 * Count the values in a channel.
 *
 * Elsewhere than on the loop's thread it may be out of date at once.
 *
 * @param[in] channel the channel; borrowed
 * @return how many; 0 too in the child of a fork
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API size_t asy_channel_size(const asy_channel *channel) ASY_NOEXCEPT;

/**
 * Take no more values in; for ever.
 *
 * Sends fail with ASY_E_CLOSED. What is in it is still received; then receives fail the same way,
 * also those that wait. Again, it does nothing.
 *
 * @param[in] channel the channel; borrowed
 * @return zero or a negative asy_status
 * @retval ASY_E_FORKED this is the child of a fork
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_status asy_channel_shutdown(asy_channel *channel) ASY_NOEXCEPT;

/* -------------------------------------------------------------------------------------------------
 * Conditions: waiting, with a lock, for what it protects to change.
 * ---------------------------------------------------------------------------------------------- */

/**
 * Make a condition.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] lock the lock that protects what is waited for; borrowed; or NULL for one of its own
 * @param[out] out_condition receives the condition, or NULL on failure
 * @return zero or a negative asy_status
 * @retval ASY_E_INVALID an argument is NULL
 * @retval ASY_E_WRONG_LOOP the lock is another loop's
 * @retval ASY_E_NOMEM memory ran out
 * @par Ownership
 * the caller owns one reference in `*out_condition`; the condition keeps one to the lock
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_condition_new(asy_loop *loop, asy_lock *lock,
                                     asy_condition **out_condition) ASY_NOEXCEPT;

/**
 * Get the lock of a condition.
 *
 * @param[in] condition the condition; borrowed
 * @return the lock; NULL when the condition cannot be used from here
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_lock *asy_condition_lock(asy_condition *condition) ASY_NOEXCEPT;

/**
 * Release the lock, wait for a notification, and take the lock again.
 *
 * Whatever the outcome is, it comes with the lock held: a wait that is cancelled gets in line for
 * the lock and ends once it has it, with the latest cancel. One that was notified already then lets
 * the next one be notified instead. A wait whose future is dropped takes no lock.
 *
 * @param[in] condition the condition, whose lock is held; borrowed
 * @return a future without a value; fails with ASY_E_STATE when the lock is not held
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_condition_wait(asy_condition *condition) ASY_NOEXCEPT;

/**
 * Wait until a predicate is true.
 *
 * It is asked at once, and true then, the lock need not be held and nothing waits. Else it is asked
 * after each notification, on the loop, with the lock held and in the context of this call. The
 * future ends as that of asy_condition_wait() does.
 *
 * @param[in] condition the condition, whose lock is held; borrowed
 * @param[in] on_check tells whether the wait is over
 * @param[in] user_data handed to `on_check`; borrowed until `on_free`
 * @param[in] on_free releases `user_data`; or NULL
 * @return a future with what `on_check` answered last; fails with that when it is negative, and as
 *   asy_condition_wait()
 * @par Ownership
 * the caller owns one reference; takes `user_data`, also on failure
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_condition_wait_for(asy_condition *condition, asy_predicate_cb on_check,
                                           void *user_data, asy_free_cb on_free) ASY_NOEXCEPT;

/**
 * Let some of those who wait go on, the first first.
 *
 * They go on once they have the lock, so not before the caller releases it.
 *
 * @param[in] condition the condition, whose lock is held; borrowed
 * @param[in] count how many at most
 * @return zero or a negative asy_status
 * @retval ASY_E_STATE the lock is not held
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_condition_notify(asy_condition *condition, size_t count) ASY_NOEXCEPT;

/**
 * Let all of those who wait go on.
 *
 * @param[in] condition the condition, whose lock is held; borrowed
 * @return zero or a negative asy_status
 * @retval ASY_E_STATE the lock is not held
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_condition_notify_all(asy_condition *condition) ASY_NOEXCEPT;

/**
 * Count who waits for a notification.
 *
 * @param[in] condition the condition; borrowed
 * @return how many; 0 too when it cannot be used from here
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API size_t asy_condition_waiting(const asy_condition *condition) ASY_NOEXCEPT;

/**
 * Take one more reference to a condition.
 *
 * @param[in] condition the condition; borrowed; or NULL
 * @return `condition`
 * @par Ownership
 * the caller owns one more reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_condition *asy_condition_ref(asy_condition *condition) ASY_NOEXCEPT;

/**
 * Give a reference to a condition back.
 *
 * Who waits holds one too: a wait goes on without the caller's.
 *
 * @param[in] condition the condition; consumed; or NULL
 * @par Ownership
 * one reference is taken from the caller
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API void asy_condition_unref(asy_condition *condition) ASY_NOEXCEPT;

/* -------------------------------------------------------------------------------------------------
 * Events: flags that tasks wait for.
 * ---------------------------------------------------------------------------------------------- */

/**
 * Make an event that is not set.
 *
 * @param[in] loop the loop; borrowed
 * @param[out] out_event receives the event, or NULL on failure
 * @return zero or a negative asy_status
 * @retval ASY_E_INVALID an argument is NULL
 * @retval ASY_E_NOMEM memory ran out
 * @par Ownership
 * the caller owns one reference in `*out_event`
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_event_new(asy_loop *loop, asy_event **out_event) ASY_NOEXCEPT;

/**
 * Set the flag and release everybody who waits.
 *
 * They are released even when asy_event_clear() follows before they run. Setting it again does
 * nothing.
 *
 * @param[in] event the event; borrowed
 * @return zero or a negative asy_status
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_event_set(asy_event *event) ASY_NOEXCEPT;

/**
 * Clear the flag: who waits from now on waits for the next asy_event_set().
 *
 * @param[in] event the event; borrowed
 * @return zero or a negative asy_status
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_event_clear(asy_event *event) ASY_NOEXCEPT;

/**
 * Tell whether the flag is set.
 *
 * @param[in] event the event; borrowed
 * @return 1 or 0; 0 too when the event cannot be used from here
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API int32_t asy_event_is_set(const asy_event *event) ASY_NOEXCEPT;

/**
 * Wait until the flag is set.
 *
 * When it is, the future is done already.
 *
 * @param[in] event the event; borrowed
 * @return a future without a value
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_event_wait(asy_event *event) ASY_NOEXCEPT;

/**
 * Count who waits for an event.
 *
 * @param[in] event the event; borrowed
 * @return how many; 0 too when it cannot be used from here
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API size_t asy_event_waiting(const asy_event *event) ASY_NOEXCEPT;

/**
 * Take one more reference to an event.
 *
 * @param[in] event the event; borrowed; or NULL
 * @return `event`
 * @par Ownership
 * the caller owns one more reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_event *asy_event_ref(asy_event *event) ASY_NOEXCEPT;

/**
 * Give a reference to an event back.
 *
 * Who waits holds one too: a wait goes on without the caller's.
 *
 * @param[in] event the event; consumed; or NULL
 * @par Ownership
 * one reference is taken from the caller
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API void asy_event_unref(asy_event *event) ASY_NOEXCEPT;

/* -------------------------------------------------------------------------------------------------
 * Limiters: so much per second.
 * ---------------------------------------------------------------------------------------------- */

/**
 * Make a limiter: a bucket of tokens that fills at a rate, and is full at first.
 *
 * @param[in] loop the loop, whose clock it goes by; borrowed
 * @param[in] rate tokens per second
 * @param[in] burst how many tokens it holds, which may be taken at once
 * @param[out] out_limiter receives the limiter, or NULL on failure
 * @return zero or a negative asy_status
 * @retval ASY_E_INVALID an argument is NULL, not above zero, not finite, or the bucket takes over a
 *   century to fill
 * @retval ASY_E_NOMEM memory ran out
 * @par Ownership
 * the caller owns one reference in `*out_limiter`
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_limiter_new(asy_loop *loop, double rate, double burst,
                                   asy_limiter **out_limiter) ASY_NOEXCEPT;

/**
 * Wait for tokens and take them.
 *
 * Served in the order of the calls: nobody overtakes one who needs more. Cancelling the future
 * leaves the line and takes nothing.
 *
 * @param[in] limiter the limiter; borrowed
 * @param[in] amount how many tokens; up to the burst
 * @return a future without a value; fails with ASY_E_INVALID when the amount is negative or above
 *   the burst
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_limiter_acquire(asy_limiter *limiter, double amount) ASY_NOEXCEPT;

/**
 * Take tokens if they are there and nobody waits for them.
 *
 * @param[in] limiter the limiter; borrowed
 * @param[in] amount how many tokens; up to the burst
 * @return zero or a negative asy_status
 * @retval ASY_E_AGAIN there are not enough, or others wait
 * @retval ASY_E_INVALID the amount is negative or above the burst
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_limiter_try_acquire(asy_limiter *limiter, double amount) ASY_NOEXCEPT;

/**
 * Count who waits for tokens.
 *
 * @param[in] limiter the limiter; borrowed
 * @return how many; 0 too when it cannot be used from here
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API size_t asy_limiter_waiting(const asy_limiter *limiter) ASY_NOEXCEPT;

/**
 * Take one more reference to a limiter.
 *
 * @param[in] limiter the limiter; borrowed; or NULL
 * @return `limiter`
 * @par Ownership
 * the caller owns one more reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_limiter *asy_limiter_ref(asy_limiter *limiter) ASY_NOEXCEPT;

/**
 * Give a reference to a limiter back.
 *
 * Who waits holds one too: a wait goes on without the caller's.
 *
 * @param[in] limiter the limiter; consumed; or NULL
 * @par Ownership
 * one reference is taken from the caller
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API void asy_limiter_unref(asy_limiter *limiter) ASY_NOEXCEPT;

/* -------------------------------------------------------------------------------------------------
 * Locks: one at a time, in order.
 * ---------------------------------------------------------------------------------------------- */

/**
 * Make a lock that is free.
 *
 * Without ASY_LOCK_OWNED anybody may release it, and a task that acquires it twice waits for
 * itself.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] flags bits of asy_lock_flag
 * @param[out] out_lock receives the lock, or NULL on failure
 * @return zero or a negative asy_status
 * @retval ASY_E_INVALID an argument is NULL, or a flag is not known
 * @retval ASY_E_NOMEM memory ran out
 * @par Ownership
 * the caller owns one reference in `*out_lock`
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_lock_new(asy_loop *loop, uint32_t flags, asy_lock **out_lock) ASY_NOEXCEPT;

/**
 * Wait for the lock and take it.
 *
 * A free lock is taken at once and the future is done already. Others get it in the order of their
 * calls; nobody overtakes. Cancelling the future leaves the line; a lock that it got before belongs
 * to whoever awaited it.
 *
 * @param[in] lock the lock; borrowed
 * @return a future without a value; fails with ASY_E_STATE when the lock remembers that the task
 *   holds it already
 * @par Ownership
 * the caller owns one reference; the lock goes back with asy_lock_release()
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_lock_acquire(asy_lock *lock) ASY_NOEXCEPT;

/**
 * Take the lock if it is free.
 *
 * @param[in] lock the lock; borrowed
 * @return zero or a negative asy_status
 * @retval ASY_E_AGAIN somebody holds it
 * @retval ASY_E_STATE it remembers that the running task holds it already
 * @par Ownership
 * the lock goes back with asy_lock_release()
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_lock_try_acquire(asy_lock *lock) ASY_NOEXCEPT;

/**
 * Give the lock back.
 *
 * It belongs to the first who waits from this call on, though that runs later: it stays locked
 * meanwhile.
 *
 * @param[in] lock the lock; borrowed
 * @return zero or a negative asy_status
 * @retval ASY_E_STATE it is free, or it remembers that another task holds it
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_lock_release(asy_lock *lock) ASY_NOEXCEPT;

/**
 * Tell whether an acquire would have to wait.
 *
 * @param[in] lock the lock; borrowed
 * @return 1 when somebody holds it, or it cannot be used from here, else 0
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API int32_t asy_lock_is_locked(const asy_lock *lock) ASY_NOEXCEPT;

/**
 * Count who waits for a lock.
 *
 * @param[in] lock the lock; borrowed
 * @return how many; 0 too when it cannot be used from here
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API size_t asy_lock_waiting(const asy_lock *lock) ASY_NOEXCEPT;

/**
 * Take one more reference to a lock.
 *
 * @param[in] lock the lock; borrowed; or NULL
 * @return `lock`
 * @par Ownership
 * the caller owns one more reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_lock *asy_lock_ref(asy_lock *lock) ASY_NOEXCEPT;

/**
 * Give a reference to a lock back.
 *
 * Who waits holds one too: a wait goes on without the caller's.
 *
 * @param[in] lock the lock; consumed; or NULL
 * @par Ownership
 * one reference is taken from the caller
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API void asy_lock_unref(asy_lock *lock) ASY_NOEXCEPT;

/* -------------------------------------------------------------------------------------------------
 * Queues of values between tasks.
 * ---------------------------------------------------------------------------------------------- */

/**
 * Make a queue, first in first out.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] max_size how many values it holds before puts wait; 0 for any number
 * @param[out] out_queue receives the queue, or NULL on failure
 * @return zero or a negative asy_status
 * @retval ASY_E_INVALID an argument is NULL
 * @retval ASY_E_NOMEM memory ran out
 * @par Ownership
 * the caller owns one reference in `*out_queue`
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_queue_new(asy_loop *loop, size_t max_size,
                                 asy_queue **out_queue) ASY_NOEXCEPT;

/**
 * Make a queue, last in first out.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] max_size how many values it holds before puts wait; 0 for any number
 * @param[out] out_queue receives the queue, or NULL on failure
 * @return zero or a negative asy_status
 * @retval ASY_E_INVALID an argument is NULL
 * @retval ASY_E_NOMEM memory ran out
 * @par Ownership
 * the caller owns one reference in `*out_queue`
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_queue_new_lifo(asy_loop *loop, size_t max_size,
                                      asy_queue **out_queue) ASY_NOEXCEPT;

/**
 * Make a queue, the least value first.
 *
 * Equal values come out in the order in which they went in. Without `on_compare`, numbers, text,
 * bytes and lists, item by item, go by their value, what is opaque is equal, and different kinds
 * cannot be compared. A put whose value cannot be compared fails with ASY_E_INVALID; two that only
 * meet later keep their order of arrival, and that is reported. From inside `on_compare` the queue
 * answers ASY_E_BUSY.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] max_size how many values it holds before puts wait; 0 for any number
 * @param[in] on_compare tells which of two values is less; or NULL
 * @param[in] user_data handed to `on_compare`; borrowed until `on_free`
 * @param[in] on_free releases `user_data`; or NULL
 * @param[out] out_queue receives the queue, or NULL on failure
 * @return zero or a negative asy_status
 * @retval ASY_E_INVALID an argument is NULL
 * @retval ASY_E_NOMEM memory ran out
 * @par Ownership
 * the caller owns one reference in `*out_queue`; takes `user_data`, also on failure
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_queue_new_priority(asy_loop *loop, size_t max_size,
                                          asy_compare_cb on_compare, void *user_data,
                                          asy_free_cb on_free, asy_queue **out_queue) ASY_NOEXCEPT;

/**
 * Put a value in, waiting while the queue is full.
 *
 * The value goes in at once when there is room or somebody waits for one, else in the order of the
 * calls. Cancelling the future before that takes the value back and releases it; dropping the
 * future does not.
 *
 * @param[in] queue the queue; borrowed
 * @param[in,out] value the value; consumed, also on error; or NULL for nil
 * @return a future without a value; fails with ASY_E_CLOSED when the queue is shut down
 * @par Ownership
 * the caller owns one reference; the value belongs to the queue
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_queue_put(asy_queue *queue, asy_value *value) ASY_NOEXCEPT;

/**
 * Take the first value out, waiting while the queue is empty.
 *
 * Values are handed to those who wait in the order of their calls. Cancelling the future leaves the
 * line; a value that it got before is its result and not lost.
 *
 * @param[in] queue the queue; borrowed
 * @return a future with the value; fails with ASY_E_CLOSED when the queue is shut down and empty
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_queue_get(asy_queue *queue) ASY_NOEXCEPT;

/**
 * Put a value in if there is room.
 *
 * @param[in] queue the queue; borrowed
 * @param[in,out] value the value; consumed, also on error; or NULL for nil
 * @return zero or a negative asy_status
 * @retval ASY_E_AGAIN the queue is full
 * @retval ASY_E_CLOSED the queue is shut down
 * @retval ASY_E_NOMEM memory ran out
 * @par Ownership
 * the value belongs to the queue
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_queue_try_put(asy_queue *queue, asy_value *value) ASY_NOEXCEPT;

/**
 * Take the first value out if there is one.
 *
 * A value that was handed to somebody who waits is not in the queue any more.
 *
 * @param[in] queue the queue; borrowed
 * @param[out] out_value receives the value; overwritten; nil on error
 * @return zero or a negative asy_status
 * @retval ASY_E_AGAIN the queue is empty
 * @retval ASY_E_CLOSED the queue is shut down and empty
 * @par Ownership
 * the caller clears the value
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_queue_try_get(asy_queue *queue, asy_value *out_value) ASY_NOEXCEPT;

/**
 * Count the values in a queue.
 *
 * Those of puts that wait do not count.
 *
 * @param[in] queue the queue; borrowed
 * @return how many; 0 too when the queue cannot be used from here
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API size_t asy_queue_size(const asy_queue *queue) ASY_NOEXCEPT;

/**
 * Tell how many values a queue holds before puts wait.
 *
 * @param[in] queue the queue; borrowed
 * @return the limit; 0 for none, or when the queue cannot be used from here
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API size_t asy_queue_max_size(const asy_queue *queue) ASY_NOEXCEPT;

/**
 * Take no more values in; for ever.
 *
 * Puts fail with ASY_E_CLOSED, also those that wait, whose values are released. Gets take out what
 * is left and then fail the same way. `immediate` releases what is left, which is not unfinished
 * any more; what was taken out before still is. Again, it does nothing, but that what is left can
 * still be released.
 *
 * @param[in] queue the queue; borrowed
 * @param[in] immediate nonzero to release what is left in it
 * @return zero or a negative asy_status
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_queue_shutdown(asy_queue *queue, int32_t immediate) ASY_NOEXCEPT;

/**
 * Tell whether a queue was shut down.
 *
 * @param[in] queue the queue; borrowed
 * @return 1 when it was, or it cannot be used from here, else 0
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API int32_t asy_queue_is_shut_down(const asy_queue *queue) ASY_NOEXCEPT;

/**
 * Wait until every value that was put in is finished.
 *
 * It is when asy_queue_task_done() was called as often as values went in. When nothing is
 * unfinished, the future is done already; what is put in later does not undo that.
 *
 * @param[in] queue the queue; borrowed
 * @return a future without a value
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_queue_join(asy_queue *queue) ASY_NOEXCEPT;

/**
 * Say that one value that was taken out is finished.
 *
 * @param[in] queue the queue; borrowed
 * @return zero or a negative asy_status
 * @retval ASY_E_STATE nothing is unfinished
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_queue_task_done(asy_queue *queue) ASY_NOEXCEPT;

/**
 * Count the values that went in and are not finished.
 *
 * @param[in] queue the queue; borrowed
 * @return how many; 0 too when it cannot be used from here
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API uint64_t asy_queue_unfinished(const asy_queue *queue) ASY_NOEXCEPT;

/**
 * Count who waits for a value.
 *
 * @param[in] queue the queue; borrowed
 * @return how many; 0 too when it cannot be used from here
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API size_t asy_queue_getters(const asy_queue *queue) ASY_NOEXCEPT;

/**
 * Count who waits for room, with futures that somebody holds.
 *
 * @param[in] queue the queue; borrowed
 * @return how many; 0 too when it cannot be used from here
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API size_t asy_queue_putters(const asy_queue *queue) ASY_NOEXCEPT;

/**
 * Take one more reference to a queue.
 *
 * @param[in] queue the queue; borrowed; or NULL
 * @return `queue`
 * @par Ownership
 * the caller owns one more reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_queue *asy_queue_ref(asy_queue *queue) ASY_NOEXCEPT;

/**
 * Give a reference to a queue back.
 *
 * Who waits holds one too, but for puts whose future was dropped. The last one releases the values
 * in it.
 *
 * @param[in] queue the queue; consumed; or NULL
 * @par Ownership
 * one reference is taken from the caller
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API void asy_queue_unref(asy_queue *queue) ASY_NOEXCEPT;

/* -------------------------------------------------------------------------------------------------
 * Semaphores: counters that tasks wait for.
 * ---------------------------------------------------------------------------------------------- */

/**
 * Make a semaphore.
 *
 * It caps how much happens at a time, not how much per second.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] value how many slots are free at first
 * @param[out] out_semaphore receives the semaphore, or NULL on failure
 * @return zero or a negative asy_status
 * @retval ASY_E_INVALID an argument is NULL
 * @retval ASY_E_NOMEM memory ran out
 * @par Ownership
 * the caller owns one reference in `*out_semaphore`
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_semaphore_new(asy_loop *loop, uint64_t value,
                                     asy_semaphore **out_semaphore) ASY_NOEXCEPT;

/**
 * Make a semaphore that never has more free slots than at first.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] value how many slots there are, all free
 * @param[out] out_semaphore receives the semaphore, or NULL on failure
 * @return zero or a negative asy_status
 * @retval ASY_E_INVALID an argument is NULL
 * @retval ASY_E_NOMEM memory ran out
 * @par Ownership
 * the caller owns one reference in `*out_semaphore`
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_semaphore_new_bounded(asy_loop *loop, uint64_t value,
                                             asy_semaphore **out_semaphore) ASY_NOEXCEPT;

/**
 * Wait for a free slot and take it.
 *
 * A free slot is taken at once and the future is done already. Slots are given out in the order of
 * the calls; nobody overtakes. Cancelling the future leaves the line; a slot that it got before
 * belongs to whoever awaited it.
 *
 * @param[in] semaphore the semaphore; borrowed
 * @return a future without a value
 * @par Ownership
 * the caller owns one reference; the slot goes back with asy_semaphore_release()
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_semaphore_acquire(asy_semaphore *semaphore) ASY_NOEXCEPT;

/**
 * Take a slot if one is free.
 *
 * @param[in] semaphore the semaphore; borrowed
 * @return zero or a negative asy_status
 * @retval ASY_E_AGAIN no slot is free, or all are promised to those who wait
 * @par Ownership
 * the slot goes back with asy_semaphore_release()
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_semaphore_try_acquire(asy_semaphore *semaphore) ASY_NOEXCEPT;

/**
 * Give a slot back, or add one.
 *
 * The slot belongs to the first who waits from this call on, though that runs later: the semaphore
 * stays locked meanwhile.
 *
 * @param[in] semaphore the semaphore; borrowed
 * @return zero or a negative asy_status
 * @retval ASY_E_STATE every slot of a bounded one is free, or the counter is at its limit of 2^64 -
 *   1
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_semaphore_release(asy_semaphore *semaphore) ASY_NOEXCEPT;

/**
 * Tell whether an acquire would have to wait.
 *
 * @param[in] semaphore the semaphore; borrowed
 * @return 1 when no slot is free, or the semaphore cannot be used from here, else 0
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API int32_t asy_semaphore_is_locked(const asy_semaphore *semaphore) ASY_NOEXCEPT;

/**
 * Count the free slots.
 *
 * @param[in] semaphore the semaphore; borrowed
 * @return how many; 0 while anybody waits, or when the semaphore cannot be used from here
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API uint64_t asy_semaphore_value(const asy_semaphore *semaphore) ASY_NOEXCEPT;

/**
 * Count who waits for a slot.
 *
 * @param[in] semaphore the semaphore; borrowed
 * @return how many; 0 too when it cannot be used from here
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API size_t asy_semaphore_waiting(const asy_semaphore *semaphore) ASY_NOEXCEPT;

/**
 * Take one more reference to a semaphore.
 *
 * @param[in] semaphore the semaphore; borrowed; or NULL
 * @return `semaphore`
 * @par Ownership
 * the caller owns one more reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_semaphore *asy_semaphore_ref(asy_semaphore *semaphore) ASY_NOEXCEPT;

/**
 * Give a reference to a semaphore back.
 *
 * Who waits holds one too: a wait goes on without the caller's.
 *
 * @param[in] semaphore the semaphore; consumed; or NULL
 * @par Ownership
 * one reference is taken from the caller
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API void asy_semaphore_unref(asy_semaphore *semaphore) ASY_NOEXCEPT;

/* -------------------------------------------------------------------------------------------------
 * Looking up host names.
 * ---------------------------------------------------------------------------------------------- */

/**
 * Look up the addresses of a host.
 *
 * A literal address is its own answer and needs no look-up. Names go to the system's resolver on a
 * few threads of this library's own, so that a slow name server delays no other work. A cancelled
 * wait ends at once; a look-up that runs already goes on unseen.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] host a name or literal address; copied
 * @param[in] port 0 to 65535
 * @return a future of a list of strings such as "127.0.0.1", in the system's order; fails with
 *   ASY_E_NOT_FOUND when the name is not known
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_resolve(asy_loop *loop, const char *host, uint32_t port) ASY_NOEXCEPT;

/* -------------------------------------------------------------------------------------------------
 * Servers: listening sockets that own their connections' tasks.
 * ---------------------------------------------------------------------------------------------- */

/**
 * Listen for TCP connections.
 *
 * Takes connections from the next turn of the loop on until asy_server_close(), asy_server_stop()
 * or the loop's end, whether a handle is kept or not. When descriptors or memory run out, that is
 * reported and it goes on a second later. `on_client` runs in one copy of the context of this call.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] host a literal address or "localhost", which is 127.0.0.1; NULL or empty for every
 *   interface, IPv6 and IPv4; copied; or NULL
 * @param[in] port 0 to 65535; 0 lets the system choose, asy_server_port() tells
 * @param[in] options the options; copied; or NULL
 * @param[in] on_client called for every connection
 * @param[in] user_data handed to `on_client`
 * @param[in] on_free releases `user_data` when no call can come any more, or NULL
 * @param[out] out_server receives the server, or NULL on failure; or NULL
 * @return zero or a negative asy_status
 * @retval ASY_E_INVALID `host` is no address, `port` is out of range or `on_client` is NULL
 * @retval ASY_E_BUSY another socket listens there
 * @retval ASY_E_NOT_FOUND the address is not this machine's
 * @retval ASY_E_OS the system refused, as for a port below 1024
 * @par Ownership
 * the caller owns one reference in `*out_server`; the triple is consumed, also on failure
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_server_new(asy_loop *loop, const char *host, uint32_t port,
                                  const asy_server_options *options, asy_client_cb on_client,
                                  void *user_data, asy_free_cb on_free,
                                  asy_server **out_server) ASY_NOEXCEPT;

/**
 * Tell the port a server listens on.
 *
 * @param[in] server the server; borrowed
 * @return the port, also after the close; 0 when the server cannot be used from here
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API uint32_t asy_server_port(const asy_server *server) ASY_NOEXCEPT;

/**
 * Make a task the one of a connection.
 *
 * When the task ends, the connection is closed if it is still open, and an error that is no cancel
 * is reported with the peer's name. asy_server_stop() waits for the task and cancels it after its
 * grace.
 *
 * @param[in] server the server; borrowed
 * @param[in] transport a connection that this server's `on_client` was given; borrowed
 * @param[in] task the task, or any future of the loop; borrowed
 * @return zero or a negative asy_status
 * @retval ASY_E_INVALID the connection is not this server's
 * @retval ASY_E_STATE it has a task already, or is gone
 * @par Ownership
 * the server takes references of its own until the task is done
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_server_add(asy_server *server, asy_transport *transport,
                                  asy_task *task) ASY_NOEXCEPT;

/**
 * Take no more connections; those there are live on.
 *
 * The port is free when this returns. A second call does nothing.
 *
 * @param[in] server the server; borrowed
 * @return zero or a negative asy_status
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_server_close(asy_server *server) ASY_NOEXCEPT;

/**
 * Close a server and see its connections out.
 *
 * Takes no more connections, waits until those there are have ended, and after `grace_ns` cancels
 * their tasks and aborts connections without a task; then waits for what is left. Cancelling the
 * wait does not take that back; a second call may shorten the grace.
 *
 * @param[in] server the server; borrowed
 * @param[in] grace_ns nanoseconds until the rest is cancelled; ASY_FOREVER never cancels
 * @return a future without a value, done when nothing is left
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_server_stop(asy_server *server, uint64_t grace_ns) ASY_NOEXCEPT;

/**
 * Wait until a server is closed and its last connection has ended.
 *
 * @param[in] server the server; borrowed
 * @return a future without a value; it does not close the server
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_server_wait_closed(asy_server *server) ASY_NOEXCEPT;

/**
 * Count the connections that are open or whose task has not ended.
 *
 * @param[in] server the server; borrowed
 * @return how many
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API size_t asy_server_connection_count(const asy_server *server) ASY_NOEXCEPT;

/**
 * Take one more reference to a server.
 *
 * @param[in] server the server; borrowed; or NULL
 * @return `server`
 * @par Ownership
 * the caller owns one more reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_server *asy_server_ref(asy_server *server) ASY_NOEXCEPT;

/**
 * Give a reference to a server back; it goes on listening.
 *
 * @param[in] server the server; consumed; or NULL
 * @par Ownership
 * one reference is taken from the caller
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API void asy_server_unref(asy_server *server) ASY_NOEXCEPT;

/* -------------------------------------------------------------------------------------------------
 * Streams: connections with awaitable reads and writes.
 * ---------------------------------------------------------------------------------------------- */

/**
 * Connect to a host over TCP and make a stream of it.
 *
 * The same as asy_transport_connect() with asy_stream_new().
 *
 * @param[in] loop the loop; borrowed
 * @param[in] host a name or literal address; copied
 * @param[in] port 1 to 65535
 * @return a future of an object of asy_stream_type(); fails with ASY_E_NOT_FOUND when the name is
 *   not known, with ASY_E_OS when nothing answers
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_stream_connect(asy_loop *loop, const char *host,
                                       uint32_t port) ASY_NOEXCEPT;

/**
 * Tell a stream among other objects in values.
 *
 * @return the descriptor of asy_stream objects
 * @par Ownership
 * nothing changes hands; it lives for ever
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API const asy_type *asy_stream_type(void) ASY_NOEXCEPT;

/**
 * Make a stream of a connection.
 *
 * @param[in] transport a transport that nobody has taken over; borrowed
 * @param[out] out_stream receives the stream, or NULL on failure
 * @return zero or a negative asy_status
 * @retval ASY_E_STATE the transport is taken over already
 * @retval ASY_E_CLOSED the transport is closed
 * @par Ownership
 * the caller owns one reference in `*out_stream`; the stream keeps the transport
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_stream_new(asy_transport *transport, asy_stream **out_stream) ASY_NOEXCEPT;

/**
 * Give the connection under a stream, for its marks and names.
 *
 * @param[in] stream the stream; borrowed
 * @return the transport, or NULL when the stream cannot be used from here
 * @par Ownership
 * borrowed from the stream
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_transport *asy_stream_transport(asy_stream *stream) ASY_NOEXCEPT;

/**
 * Close a stream after what is queued was sent.
 *
 * A read that waits fails with ASY_E_CLOSED. Closing takes place whether the future is kept or not;
 * a second call gives another one.
 *
 * @param[in] stream the stream; borrowed
 * @return a future without a value, done when the connection is gone; fails with what broke the
 *   connection, if anything did
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_stream_close(asy_stream *stream) ASY_NOEXCEPT;

/**
 * Close a stream now and drop what is queued.
 *
 * @param[in] stream the stream; borrowed
 * @return zero or a negative asy_status
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_stream_abort(asy_stream *stream) ASY_NOEXCEPT;

/**
 * Tell whether a stream is closed, closing or lost.
 *
 * @param[in] stream the stream; borrowed
 * @return 1 or 0; 1 too when it cannot be used from here
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API int32_t asy_stream_is_closing(const asy_stream *stream) ASY_NOEXCEPT;

/**
 * Name the other end, such as "127.0.0.1:80" or "[::1]:80"; also after the close.
 *
 * @param[in] stream the stream; borrowed
 * @param[out] out_value receives a string
 * @return zero or a negative asy_status
 * @par Ownership
 * the caller clears `*out_value`
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_stream_peer_name(const asy_stream *stream,
                                        asy_value *out_value) ASY_NOEXCEPT;

/**
 * Name this end, such as "127.0.0.1:51034"; also after the close.
 *
 * @param[in] stream the stream; borrowed
 * @param[out] out_value receives a string
 * @return zero or a negative asy_status
 * @par Ownership
 * the caller clears `*out_value`
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_stream_socket_name(const asy_stream *stream,
                                          asy_value *out_value) ASY_NOEXCEPT;

/**
 * Take one more reference to a stream.
 *
 * @param[in] stream the stream; borrowed; or NULL
 * @return `stream`
 * @par Ownership
 * the caller owns one more reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_stream *asy_stream_ref(asy_stream *stream) ASY_NOEXCEPT;

/**
 * Give a reference to a stream back.
 *
 * The last one of a stream that is still open aborts it, and reports that if the stream was ever
 * used.
 *
 * @param[in] stream the stream; consumed; or NULL
 * @par Ownership
 * one reference is taken from the caller
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API void asy_stream_unref(asy_stream *stream) ASY_NOEXCEPT;

/* -------------------------------------------------------------------------------------------------
 * Streams: reading.
 * ---------------------------------------------------------------------------------------------- */

/**
 * Read what is there, or wait for it.
 *
 * One read at a time: a second one fails with ASY_E_BUSY, the first goes on. A cancelled read
 * leaves the bytes to the next one. Bytes that came before the connection broke are read before its
 * error is.
 *
 * @param[in] stream the stream; borrowed
 * @param[in] max_size how many bytes at most; 0 gives none at once
 * @return a future of 1 to `max_size` bytes, and of none at the end of the stream
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_stream_read(asy_stream *stream, size_t max_size) ASY_NOEXCEPT;

/**
 * Read until the end of the stream.
 *
 * @param[in] stream the stream; borrowed
 * @return a future of all the bytes
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_stream_read_all(asy_stream *stream) ASY_NOEXCEPT;

/**
 * Read so many bytes, no more and no less; the limit does not count.
 *
 * @param[in] stream the stream; borrowed
 * @param[in] size how many
 * @return a future of the bytes; fails with ASY_E_EOF when the stream ends before, the bytes that
 *   came are the error's object of asy_bytes_type()
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_stream_read_exactly(asy_stream *stream, size_t size) ASY_NOEXCEPT;

/**
 * Read up to and including a separator.
 *
 * @param[in] stream the stream; borrowed
 * @param[in] data the separator; copied
 * @param[in] size its length, at least 1
 * @return a future of the bytes with the separator; fails with ASY_E_EOF when the stream ends
 *   before, the bytes that came are the error's object of asy_bytes_type(); fails with ASY_E_LIMIT
 *   when the separator starts beyond the limit, the bytes stay
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_stream_read_until(asy_stream *stream, const void *data,
                                          size_t size) ASY_NOEXCEPT;

/**
 * Read what is there without a copy.
 *
 * asy_stream_view() gives the bytes, until asy_stream_release_view() or the next read.
 *
 * @param[in] stream the stream; borrowed
 * @return a future of the number of bytes, 0 at the end of the stream
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_stream_read_view(asy_stream *stream) ASY_NOEXCEPT;

/**
 * Give the bytes of the last asy_stream_read_view().
 *
 * @param[in] stream the stream; borrowed
 * @param[out] out_size receives how many
 * @return the bytes, or NULL when no view is out
 * @par Ownership
 * borrowed from the stream until the view is released
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API const void *asy_stream_view(const asy_stream *stream, size_t *out_size) ASY_NOEXCEPT;

/**
 * End the last view; its bytes are gone.
 *
 * @param[in] stream the stream; borrowed
 * @return zero or a negative asy_status
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_stream_release_view(asy_stream *stream) ASY_NOEXCEPT;

/**
 * Tell whether the peer has ended its side and everything is read.
 *
 * @param[in] stream the stream; borrowed
 * @return 1 or 0
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API int32_t asy_stream_at_eof(const asy_stream *stream) ASY_NOEXCEPT;

/**
 * Set how far asy_stream_read_until() looks, and how much gathers while nobody reads.
 *
 * Without this call it is 64 KiB.
 *
 * @param[in] stream the stream; borrowed
 * @param[in] limit bytes, at least 1 and less than 4 GiB
 * @return zero or a negative asy_status
 * @retval ASY_E_INVALID `limit` is out of range
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_stream_set_limit(asy_stream *stream, size_t limit) ASY_NOEXCEPT;

/* -------------------------------------------------------------------------------------------------
 * Streams: writing.
 * ---------------------------------------------------------------------------------------------- */

/**
 * Send bytes as asy_stream_write() does, and give a future only if there is something to wait for.
 *
 * @param[in] stream the stream; borrowed
 * @param[in] data the bytes; copied; or NULL with `size` 0
 * @param[in] size how many
 * @return NULL when the bytes are accepted and no more than the high mark is queued, else a future
 *   as asy_stream_write() gives it
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_stream_write_or_wait(asy_stream *stream, const void *data,
                                             size_t size) ASY_NOEXCEPT;

/**
 * Send bytes, and wait while more than the high mark is queued.
 *
 * The bytes are accepted when this returns, unless the future has failed already; cancelling it
 * ends the wait and takes nothing back. Below the mark the future is done at once.
 *
 * @param[in] stream the stream; borrowed
 * @param[in] data the bytes; copied; or NULL with `size` 0
 * @param[in] size how many
 * @return a future without a value; fails with ASY_E_CLOSED after asy_stream_close(), with ASY_E_OS
 *   when the connection is broken, with ASY_E_STATE after asy_stream_write_eof()
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_stream_write(asy_stream *stream, const void *data,
                                     size_t size) ASY_NOEXCEPT;

/**
 * Send refcounted bytes without copying them.
 *
 * @param[in] stream the stream; borrowed
 * @param[in] bytes the bytes; borrowed; what has to wait is kept by a reference
 * @return a future as asy_stream_write() gives it
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_stream_write_bytes(asy_stream *stream, asy_bytes *bytes) ASY_NOEXCEPT;

/**
 * Send what the system takes at once, and queue nothing.
 *
 * @param[in] stream the stream; borrowed
 * @param[in] data the bytes; borrowed; or NULL with `size` 0
 * @param[in] size how many
 * @param[out] out_written receives how many were sent, or NULL
 * @return zero or a negative asy_status
 * @retval ASY_E_AGAIN nothing could be sent without waiting
 * @retval ASY_E_CLOSED it was closed on this side
 * @retval ASY_E_OS the connection is broken
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_stream_try_write(asy_stream *stream, const void *data, size_t size,
                                        size_t *out_written) ASY_NOEXCEPT;

/**
 * End this side of the connection after what is queued; reading goes on.
 *
 * @param[in] stream the stream; borrowed
 * @return a future without a value, done when the end was sent
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_stream_write_eof(asy_stream *stream) ASY_NOEXCEPT;

/* -------------------------------------------------------------------------------------------------
 * Transports: connections with callbacks.
 * ---------------------------------------------------------------------------------------------- */

/**
 * Connect to a host over TCP.
 *
 * Tries the host's addresses one after the other. Nothing is read before asy_transport_start() or
 * asy_stream_new(). A cancelled connect has closed its socket before the cancel is seen.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] host a name or literal address; copied
 * @param[in] port 1 to 65535
 * @return a future of an object of asy_transport_type(); fails with ASY_E_NOT_FOUND when the name
 *   is not known, with ASY_E_OS when nothing answers: asy_error_os_code() tells why, and with
 *   several addresses asy_error_child() why each
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_transport_connect(asy_loop *loop, const char *host,
                                          uint32_t port) ASY_NOEXCEPT;

/**
 * Tell a transport among other objects in values.
 *
 * @return the descriptor of asy_transport objects
 * @par Ownership
 * nothing changes hands; it lives for ever
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API const asy_type *asy_transport_type(void) ASY_NOEXCEPT;

/**
 * Take a transport over with callbacks and start reading.
 *
 * From here on the transport lives until it is lost, whether a handle is kept or not. The bytes of
 * `on_data` are in a buffer that all connections share: copy what is needed after the call. All
 * callbacks run in one copy of the context of this call.
 *
 * @param[in] transport the transport; borrowed
 * @param[in] protocol the callbacks; copied
 * @return zero or a negative asy_status
 * @retval ASY_E_INVALID `on_data` is NULL
 * @retval ASY_E_STATE it is taken over already
 * @retval ASY_E_CLOSED it is closed
 * @par Ownership
 * the protocol's `user_data` is consumed, also on failure: its `on_free` runs
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_transport_start(asy_transport *transport,
                                       const asy_protocol *protocol) ASY_NOEXCEPT;

/**
 * Send bytes, as many as the system takes at once; the rest follows later.
 *
 * Never waits. The rest is copied; when more than the high mark has gathered, `on_pause` is called
 * inside this call. On a closed connection nothing happens; the fifth such write is reported.
 *
 * @param[in] transport the transport; borrowed
 * @param[in] data the bytes; copied; or NULL with `size` 0
 * @param[in] size how many
 * @return zero or a negative asy_status
 * @retval ASY_E_CLOSED it was closed on this side
 * @retval ASY_E_OS the connection is broken
 * @retval ASY_E_STATE asy_transport_write_eof() came before
 * @retval ASY_E_NOMEM memory ran out; if part of the bytes was sent before, the connection is
 *   aborted
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_transport_write(asy_transport *transport, const void *data,
                                       size_t size) ASY_NOEXCEPT;

/**
 * End this side of the connection after what is queued; the peer's side stays open.
 *
 * @param[in] transport the transport; borrowed
 * @return zero or a negative asy_status
 * @retval ASY_E_CLOSED it is closed
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_transport_write_eof(asy_transport *transport) ASY_NOEXCEPT;

/**
 * Close the connection after what is queued was sent.
 *
 * Reading stops at once. `on_lost` comes later, never inside this call. A second call does nothing.
 *
 * @param[in] transport the transport; borrowed
 * @return zero or a negative asy_status
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_transport_close(asy_transport *transport) ASY_NOEXCEPT;

/**
 * Close the connection now and drop what is queued.
 *
 * `on_lost` comes later, never inside this call, and without an error.
 *
 * @param[in] transport the transport; borrowed
 * @return zero or a negative asy_status
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_transport_abort(asy_transport *transport) ASY_NOEXCEPT;

/**
 * Stop reading; no byte comes after this returns.
 *
 * @param[in] transport the transport; borrowed
 * @return zero or a negative asy_status
 * @retval ASY_E_STATE nobody has taken it over
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_transport_pause(asy_transport *transport) ASY_NOEXCEPT;

/**
 * Read again after asy_transport_pause(); on a closed transport it does nothing.
 *
 * @param[in] transport the transport; borrowed
 * @return zero or a negative asy_status
 * @retval ASY_E_STATE nobody has taken it over
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_transport_resume(asy_transport *transport) ASY_NOEXCEPT;

/**
 * Count the bytes that wait for the system to take them.
 *
 * @param[in] transport the transport; borrowed
 * @return bytes
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API size_t asy_transport_buffered(const asy_transport *transport) ASY_NOEXCEPT;

/**
 * Tell whether a transport is closed, closing or lost.
 *
 * @param[in] transport the transport; borrowed
 * @return 1 or 0; 1 too when it cannot be used from here
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API int32_t asy_transport_is_closing(const asy_transport *transport) ASY_NOEXCEPT;

/**
 * Set the marks of the write buffer.
 *
 * Strictly above the high mark, `on_pause` is called; at the low mark or below, `on_resume`.
 * Without this call they are 64 KiB and 16 KiB. Takes effect at once.
 *
 * @param[in] transport the transport; borrowed
 * @param[in] high bytes, less than 4 GiB
 * @param[in] low bytes, not above `high`; `SIZE_MAX` is a quarter of it
 * @return zero or a negative asy_status
 * @retval ASY_E_INVALID the marks are out of range
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_transport_set_limits(asy_transport *transport, size_t high,
                                            size_t low) ASY_NOEXCEPT;

/**
 * Name the other end, such as "127.0.0.1:80" or "[::1]:80"; also after the close.
 *
 * @param[in] transport the transport; borrowed
 * @param[out] out_value receives a string
 * @return zero or a negative asy_status
 * @par Ownership
 * the caller clears `*out_value`
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_transport_peer_name(const asy_transport *transport,
                                           asy_value *out_value) ASY_NOEXCEPT;

/**
 * Name this end, such as "127.0.0.1:51034"; also after the close.
 *
 * @param[in] transport the transport; borrowed
 * @param[out] out_value receives a string
 * @return zero or a negative asy_status
 * @par Ownership
 * the caller clears `*out_value`
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_transport_socket_name(const asy_transport *transport,
                                             asy_value *out_value) ASY_NOEXCEPT;

/**
 * Take one more reference to a transport.
 *
 * @param[in] transport the transport; borrowed; or NULL
 * @return `transport`
 * @par Ownership
 * the caller owns one more reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_transport *asy_transport_ref(asy_transport *transport) ASY_NOEXCEPT;

/**
 * Give a reference to a transport back.
 *
 * The last one of a transport that nobody took over closes it.
 *
 * @param[in] transport the transport; consumed; or NULL
 * @par Ownership
 * one reference is taken from the caller
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API void asy_transport_unref(asy_transport *transport) ASY_NOEXCEPT;

/* -------------------------------------------------------------------------------------------------
 * Debug mode: what is slow, and where things were made.
 * ---------------------------------------------------------------------------------------------- */

/**
 * Turn debug mode on or off.
 *
 * It measures, remembers and reports, and changes no order and no result. It is on from the start
 * with ASY_LOOP_DEBUG, or when the environment has `LIBASYNC_DEBUG=1`.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] on 1 or 0
 * @return zero or a negative asy_status
 * @retval ASY_E_NOMEM memory ran out
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * any; another thread's call takes effect when the loop comes to it
 * @since 0.1
 */
ASY_API asy_status asy_loop_set_debug(asy_loop *loop, int32_t on) ASY_NOEXCEPT;

/**
 * Tell whether debug mode is on.
 *
 * @param[in] loop the loop; borrowed
 * @return 1 or 0
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API int32_t asy_loop_is_debug(const asy_loop *loop) ASY_NOEXCEPT;

/**
 * Set how long a step or callback may take in debug mode.
 *
 * One that takes as long is reported with ASY_E_SLOW, its name and where it was made; so are a
 * timer and a poll that are as late. The report policy does not apply. A virtual clock does not
 * stand in the way: what is measured is the machine's time.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] limit_ns nanoseconds; 100 milliseconds at first
 * @return zero or a negative asy_status
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_loop_set_slow_step(asy_loop *loop, uint64_t limit_ns) ASY_NOEXCEPT;

/**
 * Set who tells where the program is when something is made in debug mode.
 *
 * A binding tells in its language's terms. The hook makes nothing of the loop's.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] on_place writes the place, or NULL for the C functions that are being called, at most
 *   ten
 * @param[in] user_data handed to `on_place`; borrowed until `on_free`
 * @param[in] on_free releases `user_data`, or NULL
 * @return zero or a negative asy_status
 * @par Ownership
 * takes `user_data`, also on failure
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_loop_set_place_hook(asy_loop *loop, asy_place_cb on_place, void *user_data,
                                           asy_free_cb on_free) ASY_NOEXCEPT;

/**
 * Tell where a future or task was made.
 *
 * Known for what was made while debug mode was on.
 *
 * @param[in] future the future; borrowed
 * @param[in,out] buffer receives the text, cut to fit and ended with a NUL; or NULL for the length
 *   alone
 * @param[in] size bytes of room in `buffer`
 * @return the length of the whole text without the NUL; 0 when nothing is known
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API size_t asy_future_place(asy_future *future, char *buffer, size_t size) ASY_NOEXCEPT;

/* -------------------------------------------------------------------------------------------------
 * One line about anything.
 * ---------------------------------------------------------------------------------------------- */

/**
 * Describe a future in one line.
 *
 * Its kind or task name, its state, what it waits for or holds, who waits for it. Runs no foreign
 * code, and shows neither what a list holds nor what an object is beyond its type.
 *
 * @param[in] future the future; borrowed
 * @param[in,out] buffer receives the text, cut to fit and ended with a NUL; or NULL for the length
 *   alone
 * @param[in] size bytes of room in `buffer`
 * @return the length of the whole text without the NUL; 0 when the future cannot be used from here
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API size_t asy_future_describe(asy_future *future, char *buffer, size_t size) ASY_NOEXCEPT;

/**
 * Describe an event in one line.
 *
 * Whether it is set, and how many wait.
 *
 * @param[in] event the event; borrowed
 * @param[in,out] buffer receives the text, cut to fit and ended with a NUL; or NULL for the length
 *   alone
 * @param[in] size bytes of room in `buffer`
 * @return the length of the whole text without the NUL; 0 when the event cannot be used from here
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API size_t asy_event_describe(asy_event *event, char *buffer, size_t size) ASY_NOEXCEPT;

/**
 * Describe a handle in one line.
 *
 * Whether it is queued, scheduled, finished or cancelled, and when it is due.
 *
 * @param[in] handle the handle; borrowed
 * @param[in,out] buffer receives the text, cut to fit and ended with a NUL; or NULL for the length
 *   alone
 * @param[in] size bytes of room in `buffer`
 * @return the length of the whole text without the NUL; 0 when the handle cannot be used from here
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API size_t asy_handle_describe(asy_handle *handle, char *buffer, size_t size) ASY_NOEXCEPT;

/**
 * Describe a barrier in one line.
 *
 * Whether it is broken or filling, and how many wait of how many.
 *
 * @param[in] barrier the barrier; borrowed
 * @param[in,out] buffer receives the text, cut to fit and ended with a NUL; or NULL for the length
 *   alone
 * @param[in] size bytes of room in `buffer`
 * @return the length of the whole text without the NUL; 0 when the barrier cannot be used from here
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API size_t asy_barrier_describe(asy_barrier *barrier, char *buffer, size_t size) ASY_NOEXCEPT;

/**
 * Describe a condition in one line.
 *
 * Whether its lock is held, and how many wait to be notified.
 *
 * @param[in] condition the condition; borrowed
 * @param[in,out] buffer receives the text, cut to fit and ended with a NUL; or NULL for the length
 *   alone
 * @param[in] size bytes of room in `buffer`
 * @return the length of the whole text without the NUL; 0 when the condition cannot be used from
 *   here
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API size_t asy_condition_describe(asy_condition *condition, char *buffer,
                                      size_t size) ASY_NOEXCEPT;

/**
 * Describe a limiter in one line.
 *
 * Its rate, and how many wait.
 *
 * @param[in] limiter the limiter; borrowed
 * @param[in,out] buffer receives the text, cut to fit and ended with a NUL; or NULL for the length
 *   alone
 * @param[in] size bytes of room in `buffer`
 * @return the length of the whole text without the NUL; 0 when the limiter cannot be used from here
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API size_t asy_limiter_describe(asy_limiter *limiter, char *buffer, size_t size) ASY_NOEXCEPT;

/**
 * Describe a lock in one line.
 *
 * Whether it is locked, and how many wait.
 *
 * @param[in] lock the lock; borrowed
 * @param[in,out] buffer receives the text, cut to fit and ended with a NUL; or NULL for the length
 *   alone
 * @param[in] size bytes of room in `buffer`
 * @return the length of the whole text without the NUL; 0 when the lock cannot be used from here
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API size_t asy_lock_describe(asy_lock *lock, char *buffer, size_t size) ASY_NOEXCEPT;

/**
 * Describe a queue in one line.
 *
 * How many items it holds of how many and how many are unfinished, how many wait to get and to put,
 * and whether it is shut down.
 *
 * @param[in] queue the queue; borrowed
 * @param[in,out] buffer receives the text, cut to fit and ended with a NUL; or NULL for the length
 *   alone
 * @param[in] size bytes of room in `buffer`
 * @return the length of the whole text without the NUL; 0 when the queue cannot be used from here
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API size_t asy_queue_describe(asy_queue *queue, char *buffer, size_t size) ASY_NOEXCEPT;

/**
 * Describe a semaphore in one line.
 *
 * Whether it is locked, its free slots, and how many wait.
 *
 * @param[in] semaphore the semaphore; borrowed
 * @param[in,out] buffer receives the text, cut to fit and ended with a NUL; or NULL for the length
 *   alone
 * @param[in] size bytes of room in `buffer`
 * @return the length of the whole text without the NUL; 0 when the semaphore cannot be used from
 *   here
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API size_t asy_semaphore_describe(asy_semaphore *semaphore, char *buffer,
                                      size_t size) ASY_NOEXCEPT;

/* -------------------------------------------------------------------------------------------------
 * Looking in: who waits for whom, and where everything stands.
 * ---------------------------------------------------------------------------------------------- */

/**
 * Visit those who wait for a future.
 *
 * Tasks, gathers, waits, shields, races and waits with a limit; for a task of a group the parent.
 * Done callbacks are nobody. Each comes once, in the order in which they came to wait.
 *
 * @param[in] future the future; borrowed
 * @param[in] on_future called for each
 * @param[in] user_data handed to `on_future`; borrowed until `on_free`
 * @param[in] on_free releases `user_data`, or NULL
 * @return zero or a negative asy_status
 * @retval ASY_E_NOMEM memory ran out; nobody was visited
 * @par Ownership
 * takes `user_data`, also on failure
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_future_visit_awaiters(asy_future *future, asy_future_cb on_future,
                                             void *user_data, asy_free_cb on_free) ASY_NOEXCEPT;

/**
 * Tell where a future stands and who waits for it, upward.
 *
 * One line for the future, one `at` line for each frame of a suspended task, and indented below
 * that the same for each that waits for it. What was told once is not followed again: in a circle,
 * and where two ways meet.
 *
 * @param[in] future the future or task, or NULL for the task that runs on this thread; borrowed
 * @param[in] max_frames frames of each task: that many of the innermost, when negative of the
 *   outermost; 0 for none, INT32_MAX for all
 * @param[in] max_levels levels of awaiters to follow; 0 for all
 * @param[in] on_line called for each line
 * @param[in] user_data handed to `on_line`; borrowed until `on_free`
 * @param[in] on_free releases `user_data`, or NULL
 * @return zero or a negative asy_status
 * @retval ASY_E_STATE `future` is NULL and no loop runs on this thread; where one runs without a
 *   task, no line is told
 * @retval ASY_E_NOMEM memory ran out; some lines may be missing
 * @par Ownership
 * takes `user_data`, also on failure
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_future_call_graph(asy_future *future, int32_t max_frames,
                                         uint32_t max_levels, asy_line_cb on_line, void *user_data,
                                         asy_free_cb on_free) ASY_NOEXCEPT;

/**
 * Tell where every unfinished task stands, the oldest first: what to print when a program hangs.
 *
 * One line for each with its name, its state, what it waits for and who waits for it, and one `at`
 * line for each frame.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] on_line called for each line
 * @param[in] user_data handed to `on_line`; borrowed until `on_free`
 * @param[in] on_free releases `user_data`, or NULL
 * @return zero or a negative asy_status
 * @retval ASY_E_NOMEM memory ran out; no line was told
 * @par Ownership
 * takes `user_data`, also on failure
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_loop_dump(asy_loop *loop, asy_line_cb on_line, void *user_data,
                                 asy_free_cb on_free) ASY_NOEXCEPT;

/* -------------------------------------------------------------------------------------------------
 * Counters: what a loop has done.
 * ---------------------------------------------------------------------------------------------- */

/**
 * Read what a loop has counted.
 *
 * A caller built against an older version, whose struct is shorter, gets the counters it knows.
 *
 * @param[in] loop the loop; borrowed
 * @param[out] out_metrics receives the counters; its `size` is set before
 * @return zero or a negative asy_status
 * @retval ASY_E_INVALID `size` is not set
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @par Batch
 * never: fills a struct
 * @since 0.1
 */
ASY_API asy_status asy_loop_read_metrics(asy_loop *loop,
                                         asy_loop_metrics *out_metrics) ASY_NOEXCEPT;

/**
 * Count the unfinished tasks of one language.
 *
 * Goes through all of them.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] language such as "c", "c++", "go", "lua" or "python"; borrowed
 * @return how many
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API size_t asy_loop_task_count_of(asy_loop *loop, const char *language) ASY_NOEXCEPT;

/* -------------------------------------------------------------------------------------------------
 * The watchdog: who blocks the loop, told while it does.
 * ---------------------------------------------------------------------------------------------- */

/**
 * Watch a loop from a thread of its own, which tells what blocks it while it does.
 *
 * A step or callback that has run for the limit is told once. The machine's time counts, also with
 * a virtual clock. The thread ends with the loop; the child of a fork has none.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] limit_ns nanoseconds; zero ends the watch
 * @param[in] on_stuck told on the watchdog's thread, or NULL to print to standard error
 * @param[in] user_data handed to `on_stuck`; borrowed until `on_free`
 * @param[in] on_free releases `user_data`, or NULL
 * @return zero or a negative asy_status
 * @retval ASY_E_NOMEM there is no memory for a thread
 * @par Ownership
 * takes `user_data`, also on failure
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_loop_set_watchdog(asy_loop *loop, uint64_t limit_ns, asy_stuck_cb on_stuck,
                                         void *user_data, asy_free_cb on_free) ASY_NOEXCEPT;

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
 * Hosting a loop inside another one.
 * ---------------------------------------------------------------------------------------------- */

/**
 * Poll once, then run what is ready.
 *
 * For a host with a loop of its own. Blocks at most `timeout_ns`, and not at all when work is
 * ready.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] timeout_ns nanoseconds to wait at most; zero only looks, ASY_FOREVER waits
 * @return zero or a negative asy_status
 * @retval ASY_E_STATE a loop is running in this thread already
 * @retval ASY_E_WRONG_THREAD the calling thread does not own the loop
 * @retval ASY_E_CLOSED the loop is closed
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_loop_step(asy_loop *loop, uint64_t timeout_ns) ASY_NOEXCEPT;

/**
 * Get the descriptor that becomes readable when the loop has something to do.
 *
 * Valid until the loop is closed. Watch it and step the loop then, or when asy_loop_next_deadline()
 * has come.
 *
 * @param[in] loop the loop; borrowed
 * @return a file descriptor of the loop, or a negative asy_status
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API int32_t asy_loop_get_fd(asy_loop *loop) ASY_NOEXCEPT;

/**
 * Tell when the loop must be stepped though its descriptor is silent.
 *
 * Any call on the loop may change it: ask again before every wait.
 *
 * @param[in] loop the loop; borrowed
 * @return a time of the loop's clock, now when work is ready, or ASY_FOREVER
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API uint64_t asy_loop_next_deadline(asy_loop *loop) ASY_NOEXCEPT;

/**
 * Wake a loop that waits in a poll.
 *
 * @param[in] loop the loop; borrowed
 * @return zero or a negative asy_status
 * @retval ASY_E_FORKED the loop was made before a fork and this is the child
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_status asy_loop_wake(asy_loop *loop) ASY_NOEXCEPT;

/**
 * Set what is called around a poll that may block.
 *
 * An interpreter gives up its lock before and takes it back after. Both run once per blocking poll;
 * no other callback runs between them.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] on_before_block called before, or NULL for none
 * @param[in] on_after_block called after, or NULL for none
 * @param[in] user_data handed to both; borrowed until `on_free`
 * @param[in] on_free releases `user_data`, or NULL
 * @return zero or a negative asy_status
 * @retval ASY_E_INVALID only one of the two is given
 * @retval ASY_E_STATE called out of one of the two
 * @par Ownership
 * takes `user_data`, also on failure
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_loop_set_poll_hooks(asy_loop *loop, asy_block_cb on_before_block,
                                           asy_block_cb on_after_block, void *user_data,
                                           asy_free_cb on_free) ASY_NOEXCEPT;

/* -------------------------------------------------------------------------------------------------
 * For tests: cancels and failures at every point, and what is still alive.
 * ---------------------------------------------------------------------------------------------- */

/**
 * Cancel a task at one of its suspensions.
 *
 * A suspension is a step that ends in a wait: on a future that is not done, for a turn, or for a
 * step that comes later. The cancel is asked for when the callback that led to it returns to the
 * loop, as one from another callback would be. Tests call this with 1, 2, 3, ... until
 * asy_test_suspensions() says that there are fewer.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] task the task, or NULL for whichever suspends; borrowed
 * @param[in] nth which suspension from now on; zero only counts them
 * @return zero or a negative asy_status
 * @retval ASY_E_INVALID `task` is no task
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_test_cancel_at(asy_loop *loop, asy_task *task, uint64_t nth) ASY_NOEXCEPT;

/**
 * Count the suspensions since asy_test_cancel_at().
 *
 * @param[in] loop the loop; borrowed
 * @return how many; of the task that was given, or of all
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API uint64_t asy_test_suspensions(asy_loop *loop) ASY_NOEXCEPT;

/**
 * Let allocations of the library fail.
 *
 * Counts from this call on, over all threads. libuv's own memory does not fail.
 *
 * @param[in] nth the first that fails; zero: none does, they are only counted
 * @param[in] count how many fail; zero ends the failures and the counting
 * @return zero
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_status asy_test_fail_allocation(uint64_t nth, uint64_t count) ASY_NOEXCEPT;

/**
 * Count the allocations since asy_test_fail_allocation().
 *
 * @return how many were asked for, those that failed included
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API uint64_t asy_test_allocations(void) ASY_NOEXCEPT;

/**
 * Count what is alive of a loop, by kind.
 *
 * After asy_loop_close() that is what the program still holds, and a test that has released
 * everything finds nothing. Before, what the loop itself holds is counted too.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] on_live called for each kind of which there are any
 * @param[in] user_data handed to `on_live`; borrowed until `on_free`
 * @param[in] on_free releases `user_data`, or NULL
 * @return zero or a negative asy_status
 * @par Ownership
 * takes `user_data`, also on failure
 * @par Threads
 * the loop's; any once it is closed
 * @since 0.1
 */
ASY_API asy_status asy_loop_visit_live(asy_loop *loop, asy_live_cb on_live, void *user_data,
                                       asy_free_cb on_free) ASY_NOEXCEPT;

/* -------------------------------------------------------------------------------------------------
 * Values: making them.
 *
 * Every function overwrites `out_value`: it must be nil or cleared.
 * ---------------------------------------------------------------------------------------------- */

/**
 * Make a value true or false.
 *
 * @param[out] out_value the value; overwritten; or NULL, then nothing happens
 * @param[in] truth 0 for false, anything else for true
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API void asy_value_set_bool(asy_value *out_value, int32_t truth) ASY_NOEXCEPT;

/**
 * Make a value an integer.
 *
 * @param[out] out_value the value; overwritten; or NULL, then nothing happens
 * @param[in] number the integer
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API void asy_value_set_int(asy_value *out_value, int64_t number) ASY_NOEXCEPT;

/**
 * Make a value a double.
 *
 * @param[out] out_value the value; overwritten; or NULL, then nothing happens
 * @param[in] number the double
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API void asy_value_set_double(asy_value *out_value, double number) ASY_NOEXCEPT;

/**
 * Make a value a string.
 *
 * The text is not checked: it is for the reader to find that it is no UTF-8.
 *
 * @param[out] out_value the value; overwritten; unchanged on error
 * @param[in] data the first byte; copied; or NULL with `size` 0
 * @param[in] size how many bytes
 * @return ASY_OK, or why not
 * @retval ASY_E_INVALID `out_value` is NULL, or `data` is NULL and `size` is not 0
 * @retval ASY_E_NOMEM memory ran out
 * @par Ownership
 * the caller clears the value
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_status asy_value_set_string(asy_value *out_value, const char *data,
                                        size_t size) ASY_NOEXCEPT;

/**
 * Make a value bytes, from a copy of memory.
 *
 * @param[out] out_value the value; overwritten; unchanged on error
 * @param[in] data the first byte; copied; or NULL with `size` 0
 * @param[in] size how many bytes
 * @return ASY_OK, or why not
 * @retval ASY_E_INVALID `out_value` is NULL, or `data` is NULL and `size` is not 0
 * @retval ASY_E_NOMEM memory ran out
 * @par Ownership
 * the caller clears the value
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_status asy_value_set_bytes(asy_value *out_value, const void *data,
                                       size_t size) ASY_NOEXCEPT;

/**
 * Make a value bytes, without a copy.
 *
 * @param[out] out_value the value; overwritten; or NULL, then `bytes` are released
 * @param[in] bytes the bytes; consumed; or NULL, then the value is nil
 * @par Ownership
 * the value takes the caller's reference
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API void asy_value_set_bytes_object(asy_value *out_value, asy_bytes *bytes) ASY_NOEXCEPT;

/**
 * Make a value an error, which is then a result like any other.
 *
 * @param[out] out_value the value; overwritten; or NULL, then `error` is released
 * @param[in] error the error; consumed; or NULL, then the value is nil
 * @par Ownership
 * the value takes the caller's reference
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API void asy_value_set_error(asy_value *out_value, asy_error *error) ASY_NOEXCEPT;

/**
 * Make a value a future or task.
 *
 * Awaiting something whose result is such a value does not await the future in it.
 *
 * @param[out] out_value the value; overwritten; or NULL, then `future` is released
 * @param[in] future the future; consumed; or NULL, then the value is nil
 * @par Ownership
 * the value takes the caller's reference
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API void asy_value_set_future(asy_value *out_value, asy_future *future) ASY_NOEXCEPT;

/**
 * Make a value a pointer that is destroyed with it.
 *
 * Such a pointer has one owner: a copy of the value does not destroy it, and an await takes it out
 * of its future. Share objects with asy_value_set_object().
 *
 * @param[out] out_value the value; overwritten; or NULL, then `pointer` is destroyed at once
 * @param[in] pointer the pointer; consumed; or NULL
 * @param[in] on_free called with `pointer` when the value is cleared; or NULL
 * @par Ownership
 * the value takes `pointer` over
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API void asy_value_set_pointer(asy_value *out_value, void *pointer,
                                   asy_free_cb on_free) ASY_NOEXCEPT;

/**
 * Make a value an object of a language or library.
 *
 * @param[out] out_value the value; overwritten; or NULL, then `object` is released
 * @param[in] object one reference to the object; consumed
 * @param[in] type how references are taken and given back; borrowed, it lives for ever; or NULL if
 *   they are not counted
 * @par Ownership
 * the value takes the caller's reference
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API void asy_value_set_object(asy_value *out_value, void *object,
                                  const asy_type *type) ASY_NOEXCEPT;

/**
 * Make a value a list of nils, to be filled through asy_value_item().
 *
 * @param[out] out_value the value; overwritten; unchanged on error
 * @param[in] count how many items
 * @return ASY_OK, or why not
 * @retval ASY_E_INVALID `out_value` is NULL
 * @retval ASY_E_NOMEM memory ran out
 * @par Ownership
 * the caller clears the value, and with it the items
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_status asy_value_set_list(asy_value *out_value, size_t count) ASY_NOEXCEPT;

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
  ASY_OP_VERSION = 10,
  /** asy_error_new(code, message, options) */
  ASY_OP_ERROR_NEW = 11,
  /** asy_error_new_os(os_code, what) */
  ASY_OP_ERROR_NEW_OS = 12,
  /** asy_error_ref(error) */
  ASY_OP_ERROR_REF = 13,
  /** asy_error_unref(error) */
  ASY_OP_ERROR_UNREF = 14,
  /** asy_error_code(error) */
  ASY_OP_ERROR_CODE = 15,
  /** asy_error_os_code(error) */
  ASY_OP_ERROR_OS_CODE = 16,
  /** asy_error_cause(error) */
  ASY_OP_ERROR_CAUSE = 17,
  /** asy_error_child_count(error) */
  ASY_OP_ERROR_CHILD_COUNT = 18,
  /** asy_error_child(error, index) */
  ASY_OP_ERROR_CHILD = 19,
  /** asy_value_kind(value) */
  ASY_OP_VALUE_KIND = 20,
  /** asy_value_int(value) */
  ASY_OP_VALUE_INT = 21,
  /** asy_value_bytes(value) */
  ASY_OP_VALUE_BYTES = 22,
  /** asy_value_error(value) */
  ASY_OP_VALUE_ERROR = 23,
  /** asy_value_future(value) */
  ASY_OP_VALUE_FUTURE = 24,
  /** asy_value_count(value) */
  ASY_OP_VALUE_COUNT = 25,
  /** asy_handle_cancel(handle) */
  ASY_OP_HANDLE_CANCEL = 26,
  /** asy_handle_is_cancelled(handle) */
  ASY_OP_HANDLE_IS_CANCELLED = 27,
  /** asy_handle_when(handle) */
  ASY_OP_HANDLE_WHEN = 28,
  /** asy_handle_ref(handle) */
  ASY_OP_HANDLE_REF = 29,
  /** asy_handle_unref(handle) */
  ASY_OP_HANDLE_UNREF = 30,
  /** asy_loop_new(options) */
  ASY_OP_LOOP_NEW = 31,
  /** asy_loop_ref(loop) */
  ASY_OP_LOOP_REF = 32,
  /** asy_loop_stop(loop) */
  ASY_OP_LOOP_STOP = 33,
  /** asy_loop_is_running(loop) */
  ASY_OP_LOOP_IS_RUNNING = 34,
  /** asy_loop_is_closed(loop) */
  ASY_OP_LOOP_IS_CLOSED = 35,
  /** asy_loop_time(loop) */
  ASY_OP_LOOP_TIME = 36,
  /** asy_loop_current() */
  ASY_OP_LOOP_CURRENT = 37,
  /** asy_loop_advance(loop, delay_ns) */
  ASY_OP_LOOP_ADVANCE = 38,
  /** asy_loop_report(loop, error, what) */
  ASY_OP_LOOP_REPORT = 39,
  /** asy_loop_set_report_policy(loop, policy) */
  ASY_OP_LOOP_SET_REPORT_POLICY = 40,
  /** asy_loop_take_raised(loop) */
  ASY_OP_LOOP_TAKE_RAISED = 41,
  /** asy_loop_task_count(loop) */
  ASY_OP_LOOP_TASK_COUNT = 42,
  /** asy_completions_next(completions) */
  ASY_OP_COMPLETIONS_NEXT = 43,
  /** asy_completions_ref(completions) */
  ASY_OP_COMPLETIONS_REF = 44,
  /** asy_completions_unref(completions) */
  ASY_OP_COMPLETIONS_UNREF = 45,
  /** asy_future_new(loop) */
  ASY_OP_FUTURE_NEW = 46,
  /** asy_future_new_failed(loop, error) */
  ASY_OP_FUTURE_NEW_FAILED = 47,
  /** asy_future_ref(future) */
  ASY_OP_FUTURE_REF = 48,
  /** asy_future_unref(future) */
  ASY_OP_FUTURE_UNREF = 49,
  /** asy_future_is_done(future) */
  ASY_OP_FUTURE_IS_DONE = 50,
  /** asy_future_is_cancelled(future) */
  ASY_OP_FUTURE_IS_CANCELLED = 51,
  /** asy_future_is_task(future) */
  ASY_OP_FUTURE_IS_TASK = 52,
  /** asy_future_loop(future) */
  ASY_OP_FUTURE_LOOP = 53,
  /** asy_future_status(future) */
  ASY_OP_FUTURE_STATUS = 54,
  /** asy_future_error(future) */
  ASY_OP_FUTURE_ERROR = 55,
  /** asy_future_set_error(future, error) */
  ASY_OP_FUTURE_SET_ERROR = 56,
  /** asy_future_set_cancelled(future, message) */
  ASY_OP_FUTURE_SET_CANCELLED = 57,
  /** asy_future_cancel(future, message) */
  ASY_OP_FUTURE_CANCEL = 58,
  /** asy_future_set_shared(future) */
  ASY_OP_FUTURE_SET_SHARED = 59,
  /** asy_group_new(loop, task) */
  ASY_OP_GROUP_NEW = 60,
  /** asy_group_add(group, task) */
  ASY_OP_GROUP_ADD = 61,
  /** asy_group_exit(group, error) */
  ASY_OP_GROUP_EXIT = 62,
  /** asy_group_cancel(group, message) */
  ASY_OP_GROUP_CANCEL = 63,
  /** asy_group_ref(group) */
  ASY_OP_GROUP_REF = 64,
  /** asy_group_unref(group) */
  ASY_OP_GROUP_UNREF = 65,
  /** asy_promise_ref(promise) */
  ASY_OP_PROMISE_REF = 66,
  /** asy_promise_unref(promise) */
  ASY_OP_PROMISE_UNREF = 67,
  /** asy_promise_set_error(promise, error) */
  ASY_OP_PROMISE_SET_ERROR = 68,
  /** asy_promise_set_cancelled(promise, message) */
  ASY_OP_PROMISE_SET_CANCELLED = 69,
  /** asy_sleep(loop, delay_ns) */
  ASY_OP_SLEEP = 70,
  /** asy_task_cancel(task, message) */
  ASY_OP_TASK_CANCEL = 71,
  /** asy_task_uncancel(task) */
  ASY_OP_TASK_UNCANCEL = 72,
  /** asy_task_cancelling(task) */
  ASY_OP_TASK_CANCELLING = 73,
  /** asy_task_set_name(task, name) */
  ASY_OP_TASK_SET_NAME = 74,
  /** asy_task_current(loop) */
  ASY_OP_TASK_CURRENT = 75,
  /** asy_timeout_enter(loop, task, delay_ns) */
  ASY_OP_TIMEOUT_ENTER = 76,
  /** asy_timeout_exit(timeout, error) */
  ASY_OP_TIMEOUT_EXIT = 77,
  /** asy_timeout_reschedule(timeout, when_ns) */
  ASY_OP_TIMEOUT_RESCHEDULE = 78,
  /** asy_timeout_when(timeout) */
  ASY_OP_TIMEOUT_WHEN = 79,
  /** asy_timeout_is_expired(timeout) */
  ASY_OP_TIMEOUT_IS_EXPIRED = 80,
  /** asy_wait_for(loop, future, delay_ns) */
  ASY_OP_WAIT_FOR = 81,
  /** asy_loop_get_fd(loop) */
  ASY_OP_LOOP_GET_FD = 82,
  /** asy_loop_next_deadline(loop) */
  ASY_OP_LOOP_NEXT_DEADLINE = 83,
  /** asy_loop_wake(loop) */
  ASY_OP_LOOP_WAKE = 84,
  /** asy_future_new_done(loop, value) */
  ASY_OP_FUTURE_NEW_DONE = 85,
  /** asy_future_set_result(future, value) */
  ASY_OP_FUTURE_SET_RESULT = 86,
  /** asy_promise_set_result(promise, value) */
  ASY_OP_PROMISE_SET_RESULT = 87,
  /** asy_task_deliver(task, step) */
  ASY_OP_TASK_DELIVER = 88,
  /** asy_event_new(loop) */
  ASY_OP_EVENT_NEW = 89,
  /** asy_event_set(event) */
  ASY_OP_EVENT_SET = 90,
  /** asy_event_clear(event) */
  ASY_OP_EVENT_CLEAR = 91,
  /** asy_event_is_set(event) */
  ASY_OP_EVENT_IS_SET = 92,
  /** asy_event_wait(event) */
  ASY_OP_EVENT_WAIT = 93,
  /** asy_event_ref(event) */
  ASY_OP_EVENT_REF = 94,
  /** asy_event_unref(event) */
  ASY_OP_EVENT_UNREF = 95,
  /** asy_queue_new(loop, max_size) */
  ASY_OP_QUEUE_NEW = 96,
  /** asy_queue_put(queue, value) */
  ASY_OP_QUEUE_PUT = 97,
  /** asy_queue_get(queue) */
  ASY_OP_QUEUE_GET = 98,
  /** asy_queue_try_put(queue, value) */
  ASY_OP_QUEUE_TRY_PUT = 99,
  /** asy_queue_size(queue) */
  ASY_OP_QUEUE_SIZE = 100,
  /** asy_queue_max_size(queue) */
  ASY_OP_QUEUE_MAX_SIZE = 101,
  /** asy_queue_ref(queue) */
  ASY_OP_QUEUE_REF = 103,
  /** asy_queue_unref(queue) */
  ASY_OP_QUEUE_UNREF = 104,
  /** asy_semaphore_new(loop, value) */
  ASY_OP_SEMAPHORE_NEW = 105,
  /** asy_semaphore_acquire(semaphore) */
  ASY_OP_SEMAPHORE_ACQUIRE = 106,
  /** asy_semaphore_try_acquire(semaphore) */
  ASY_OP_SEMAPHORE_TRY_ACQUIRE = 107,
  /** asy_semaphore_release(semaphore) */
  ASY_OP_SEMAPHORE_RELEASE = 108,
  /** asy_semaphore_is_locked(semaphore) */
  ASY_OP_SEMAPHORE_IS_LOCKED = 109,
  /** asy_semaphore_value(semaphore) */
  ASY_OP_SEMAPHORE_VALUE = 110,
  /** asy_semaphore_ref(semaphore) */
  ASY_OP_SEMAPHORE_REF = 111,
  /** asy_semaphore_unref(semaphore) */
  ASY_OP_SEMAPHORE_UNREF = 112,
  /** asy_signal_wait(loop, signum) */
  ASY_OP_SIGNAL_WAIT = 113,
  /** asy_watch_set_events(watch, events) */
  ASY_OP_WATCH_SET_EVENTS = 114,
  /** asy_watch_close(watch) */
  ASY_OP_WATCH_CLOSE = 115,
  /** asy_watch_ref(watch) */
  ASY_OP_WATCH_REF = 116,
  /** asy_watch_unref(watch) */
  ASY_OP_WATCH_UNREF = 117,
  /** asy_resolve(loop, host, port) */
  ASY_OP_RESOLVE = 118,
  /** asy_server_port(server) */
  ASY_OP_SERVER_PORT = 119,
  /** asy_server_add(server, transport, task) */
  ASY_OP_SERVER_ADD = 120,
  /** asy_server_close(server) */
  ASY_OP_SERVER_CLOSE = 121,
  /** asy_server_stop(server, grace_ns) */
  ASY_OP_SERVER_STOP = 122,
  /** asy_server_wait_closed(server) */
  ASY_OP_SERVER_WAIT_CLOSED = 123,
  /** asy_server_connection_count(server) */
  ASY_OP_SERVER_CONNECTION_COUNT = 124,
  /** asy_server_ref(server) */
  ASY_OP_SERVER_REF = 125,
  /** asy_server_unref(server) */
  ASY_OP_SERVER_UNREF = 126,
  /** asy_stream_connect(loop, host, port) */
  ASY_OP_STREAM_CONNECT = 127,
  /** asy_stream_new(transport) */
  ASY_OP_STREAM_NEW = 128,
  /** asy_stream_transport(stream) */
  ASY_OP_STREAM_TRANSPORT = 129,
  /** asy_stream_read(stream, max_size) */
  ASY_OP_STREAM_READ = 130,
  /** asy_stream_read_all(stream) */
  ASY_OP_STREAM_READ_ALL = 131,
  /** asy_stream_read_exactly(stream, size) */
  ASY_OP_STREAM_READ_EXACTLY = 132,
  /** asy_stream_read_until(stream, data, size) */
  ASY_OP_STREAM_READ_UNTIL = 133,
  /** asy_stream_read_view(stream) */
  ASY_OP_STREAM_READ_VIEW = 134,
  /** asy_stream_release_view(stream) */
  ASY_OP_STREAM_RELEASE_VIEW = 135,
  /** asy_stream_write(stream, data, size) */
  ASY_OP_STREAM_WRITE = 136,
  /** asy_stream_write_bytes(stream, bytes) */
  ASY_OP_STREAM_WRITE_BYTES = 137,
  /** asy_stream_try_write(stream, data, size) */
  ASY_OP_STREAM_TRY_WRITE = 138,
  /** asy_stream_write_eof(stream) */
  ASY_OP_STREAM_WRITE_EOF = 139,
  /** asy_stream_close(stream) */
  ASY_OP_STREAM_CLOSE = 140,
  /** asy_stream_abort(stream) */
  ASY_OP_STREAM_ABORT = 141,
  /** asy_stream_is_closing(stream) */
  ASY_OP_STREAM_IS_CLOSING = 142,
  /** asy_stream_at_eof(stream) */
  ASY_OP_STREAM_AT_EOF = 143,
  /** asy_stream_set_limit(stream, limit) */
  ASY_OP_STREAM_SET_LIMIT = 144,
  /** asy_stream_ref(stream) */
  ASY_OP_STREAM_REF = 145,
  /** asy_stream_unref(stream) */
  ASY_OP_STREAM_UNREF = 146,
  /** asy_transport_connect(loop, host, port) */
  ASY_OP_TRANSPORT_CONNECT = 147,
  /** asy_transport_write(transport, data, size) */
  ASY_OP_TRANSPORT_WRITE = 148,
  /** asy_transport_write_eof(transport) */
  ASY_OP_TRANSPORT_WRITE_EOF = 149,
  /** asy_transport_close(transport) */
  ASY_OP_TRANSPORT_CLOSE = 150,
  /** asy_transport_abort(transport) */
  ASY_OP_TRANSPORT_ABORT = 151,
  /** asy_transport_pause(transport) */
  ASY_OP_TRANSPORT_PAUSE = 152,
  /** asy_transport_resume(transport) */
  ASY_OP_TRANSPORT_RESUME = 153,
  /** asy_transport_buffered(transport) */
  ASY_OP_TRANSPORT_BUFFERED = 154,
  /** asy_transport_is_closing(transport) */
  ASY_OP_TRANSPORT_IS_CLOSING = 155,
  /** asy_transport_set_limits(transport, high, low) */
  ASY_OP_TRANSPORT_SET_LIMITS = 156,
  /** asy_transport_ref(transport) */
  ASY_OP_TRANSPORT_REF = 157,
  /** asy_transport_unref(transport) */
  ASY_OP_TRANSPORT_UNREF = 158,
  /** asy_future_bridge(loop, future) */
  ASY_OP_FUTURE_BRIDGE = 159,
  /** asy_lock_new(loop, flags) */
  ASY_OP_LOCK_NEW = 160,
  /** asy_lock_acquire(lock) */
  ASY_OP_LOCK_ACQUIRE = 161,
  /** asy_lock_try_acquire(lock) */
  ASY_OP_LOCK_TRY_ACQUIRE = 162,
  /** asy_lock_release(lock) */
  ASY_OP_LOCK_RELEASE = 163,
  /** asy_lock_is_locked(lock) */
  ASY_OP_LOCK_IS_LOCKED = 164,
  /** asy_lock_waiting(lock) */
  ASY_OP_LOCK_WAITING = 165,
  /** asy_lock_ref(lock) */
  ASY_OP_LOCK_REF = 166,
  /** asy_lock_unref(lock) */
  ASY_OP_LOCK_UNREF = 167,
  /** asy_context_var_new(name, default_value) */
  ASY_OP_CONTEXT_VAR_NEW = 168,
  /** asy_context_var_ref(var) */
  ASY_OP_CONTEXT_VAR_REF = 169,
  /** asy_context_var_unref(var) */
  ASY_OP_CONTEXT_VAR_UNREF = 170,
  /** asy_context_new() */
  ASY_OP_CONTEXT_NEW = 171,
  /** asy_context_copy(context) */
  ASY_OP_CONTEXT_COPY = 172,
  /** asy_context_current() */
  ASY_OP_CONTEXT_CURRENT = 173,
  /** asy_context_ref(context) */
  ASY_OP_CONTEXT_REF = 174,
  /** asy_context_unref(context) */
  ASY_OP_CONTEXT_UNREF = 175,
  /** asy_context_set(context, var, value) */
  ASY_OP_CONTEXT_SET = 176,
  /** asy_context_reset(token) */
  ASY_OP_CONTEXT_RESET = 177,
  /** asy_context_token_ref(token) */
  ASY_OP_CONTEXT_TOKEN_REF = 178,
  /** asy_context_token_unref(token) */
  ASY_OP_CONTEXT_TOKEN_UNREF = 179,
  /** asy_context_enter(context) */
  ASY_OP_CONTEXT_ENTER = 180,
  /** asy_context_exit(context) */
  ASY_OP_CONTEXT_EXIT = 181,
  /** asy_handle_context(handle) */
  ASY_OP_HANDLE_CONTEXT = 182,
  /** asy_task_context(task) */
  ASY_OP_TASK_CONTEXT = 183,
  /** asy_runner_close(runner) */
  ASY_OP_RUNNER_CLOSE = 184,
  /** asy_loop_shutdown(loop, grace_ns) */
  ASY_OP_LOOP_SHUTDOWN = 185,
  /** asy_barrier_new(loop, parties) */
  ASY_OP_BARRIER_NEW = 186,
  /** asy_barrier_wait(barrier) */
  ASY_OP_BARRIER_WAIT = 187,
  /** asy_barrier_reset(barrier) */
  ASY_OP_BARRIER_RESET = 188,
  /** asy_barrier_abort(barrier) */
  ASY_OP_BARRIER_ABORT = 189,
  /** asy_barrier_is_broken(barrier) */
  ASY_OP_BARRIER_IS_BROKEN = 190,
  /** asy_barrier_parties(barrier) */
  ASY_OP_BARRIER_PARTIES = 191,
  /** asy_barrier_waiting(barrier) */
  ASY_OP_BARRIER_WAITING = 192,
  /** asy_barrier_ref(barrier) */
  ASY_OP_BARRIER_REF = 193,
  /** asy_barrier_unref(barrier) */
  ASY_OP_BARRIER_UNREF = 194,
  /** asy_condition_new(loop, lock) */
  ASY_OP_CONDITION_NEW = 195,
  /** asy_condition_lock(condition) */
  ASY_OP_CONDITION_LOCK = 196,
  /** asy_condition_wait(condition) */
  ASY_OP_CONDITION_WAIT = 197,
  /** asy_condition_notify(condition, count) */
  ASY_OP_CONDITION_NOTIFY = 198,
  /** asy_condition_notify_all(condition) */
  ASY_OP_CONDITION_NOTIFY_ALL = 199,
  /** asy_condition_waiting(condition) */
  ASY_OP_CONDITION_WAITING = 200,
  /** asy_condition_ref(condition) */
  ASY_OP_CONDITION_REF = 201,
  /** asy_condition_unref(condition) */
  ASY_OP_CONDITION_UNREF = 202,
  /** asy_event_waiting(event) */
  ASY_OP_EVENT_WAITING = 203,
  /** asy_limiter_waiting(limiter) */
  ASY_OP_LIMITER_WAITING = 204,
  /** asy_limiter_ref(limiter) */
  ASY_OP_LIMITER_REF = 205,
  /** asy_limiter_unref(limiter) */
  ASY_OP_LIMITER_UNREF = 206,
  /** asy_queue_new_lifo(loop, max_size) */
  ASY_OP_QUEUE_NEW_LIFO = 207,
  /** asy_queue_shutdown(queue, immediate) */
  ASY_OP_QUEUE_SHUTDOWN = 208,
  /** asy_queue_is_shut_down(queue) */
  ASY_OP_QUEUE_IS_SHUT_DOWN = 209,
  /** asy_queue_join(queue) */
  ASY_OP_QUEUE_JOIN = 210,
  /** asy_queue_task_done(queue) */
  ASY_OP_QUEUE_TASK_DONE = 211,
  /** asy_queue_unfinished(queue) */
  ASY_OP_QUEUE_UNFINISHED = 212,
  /** asy_queue_getters(queue) */
  ASY_OP_QUEUE_GETTERS = 213,
  /** asy_queue_putters(queue) */
  ASY_OP_QUEUE_PUTTERS = 214,
  /** asy_semaphore_new_bounded(loop, value) */
  ASY_OP_SEMAPHORE_NEW_BOUNDED = 215,
  /** asy_semaphore_waiting(semaphore) */
  ASY_OP_SEMAPHORE_WAITING = 216,
  /** asy_loop_set_debug(loop, on) */
  ASY_OP_LOOP_SET_DEBUG = 217,
  /** asy_loop_is_debug(loop) */
  ASY_OP_LOOP_IS_DEBUG = 218,
  /** asy_loop_set_slow_step(loop, limit_ns) */
  ASY_OP_LOOP_SET_SLOW_STEP = 219,
  /** asy_test_cancel_at(loop, task, nth) */
  ASY_OP_TEST_CANCEL_AT = 220,
  /** asy_test_suspensions(loop) */
  ASY_OP_TEST_SUSPENSIONS = 221,
  /** asy_test_fail_allocation(nth, count) */
  ASY_OP_TEST_FAIL_ALLOCATION = 222,
  /** asy_test_allocations() */
  ASY_OP_TEST_ALLOCATIONS = 223,
  /** asy_error_is_fatal(error) */
  ASY_OP_ERROR_IS_FATAL = 224,
  /** asy_task_enter(task) */
  ASY_OP_TASK_ENTER = 225,
  /** asy_task_leave(task) */
  ASY_OP_TASK_LEAVE = 226,
  /** asy_call_ref(call) */
  ASY_OP_CALL_REF = 227,
  /** asy_call_unref(call) */
  ASY_OP_CALL_UNREF = 228,
  /** asy_call_is_cancelled(call) */
  ASY_OP_CALL_IS_CANCELLED = 229,
  /** asy_loop_remove_signal_handler(loop, signum) */
  ASY_OP_LOOP_REMOVE_SIGNAL_HANDLER = 230,
  /** asy_signals_ref(signals) */
  ASY_OP_SIGNALS_REF = 231,
  /** asy_signals_unref(signals) */
  ASY_OP_SIGNALS_UNREF = 232,
  /** asy_signals_next(signals) */
  ASY_OP_SIGNALS_NEXT = 233,
  /** asy_signals_close(signals) */
  ASY_OP_SIGNALS_CLOSE = 234,
  /** asy_completions_set_timeout(completions, timeout_ns) */
  ASY_OP_COMPLETIONS_SET_TIMEOUT = 235,
  /** asy_executor_new(options) */
  ASY_OP_EXECUTOR_NEW = 236,
  /** asy_executor_ref(executor) */
  ASY_OP_EXECUTOR_REF = 237,
  /** asy_executor_unref(executor) */
  ASY_OP_EXECUTOR_UNREF = 238,
  /** asy_executor_is_cancelled() */
  ASY_OP_EXECUTOR_IS_CANCELLED = 239,
  /** asy_executor_shutdown(executor, loop, timeout_ns) */
  ASY_OP_EXECUTOR_SHUTDOWN = 240,
  /** asy_loop_set_default_executor(loop, executor) */
  ASY_OP_LOOP_SET_DEFAULT_EXECUTOR = 241,
  /** asy_loop_shutdown_default_executor(loop, timeout_ns) */
  ASY_OP_LOOP_SHUTDOWN_DEFAULT_EXECUTOR = 242,
  /** asy_generator_next(generator) */
  ASY_OP_GENERATOR_NEXT = 243,
  /** asy_generator_send(generator, value) */
  ASY_OP_GENERATOR_SEND = 244,
  /** asy_generator_throw(generator, error) */
  ASY_OP_GENERATOR_THROW = 245,
  /** asy_generator_close(generator) */
  ASY_OP_GENERATOR_CLOSE = 246,
  /** asy_generator_ref(generator) */
  ASY_OP_GENERATOR_REF = 247,
  /** asy_generator_unref(generator) */
  ASY_OP_GENERATOR_UNREF = 248,
  /** asy_shield(loop, future) */
  ASY_OP_SHIELD = 249,
  /** asy_task_scope_depth(task) */
  ASY_OP_TASK_SCOPE_DEPTH = 250,
  /** asy_thread_future_ref(future) */
  ASY_OP_THREAD_FUTURE_REF = 251,
  /** asy_thread_future_unref(future) */
  ASY_OP_THREAD_FUTURE_UNREF = 252,
  /** asy_thread_future_cancel(future) */
  ASY_OP_THREAD_FUTURE_CANCEL = 253,
  /** asy_thread_future_is_done(future) */
  ASY_OP_THREAD_FUTURE_IS_DONE = 254,
  /** asy_future_describe(future, buffer, size) */
  ASY_OP_FUTURE_DESCRIBE = 255,
  /** asy_event_describe(event, buffer, size) */
  ASY_OP_EVENT_DESCRIBE = 256,
  /** asy_handle_describe(handle, buffer, size) */
  ASY_OP_HANDLE_DESCRIBE = 257,
  /** asy_barrier_describe(barrier, buffer, size) */
  ASY_OP_BARRIER_DESCRIBE = 258,
  /** asy_condition_describe(condition, buffer, size) */
  ASY_OP_CONDITION_DESCRIBE = 259,
  /** asy_limiter_describe(limiter, buffer, size) */
  ASY_OP_LIMITER_DESCRIBE = 260,
  /** asy_lock_describe(lock, buffer, size) */
  ASY_OP_LOCK_DESCRIBE = 261,
  /** asy_queue_describe(queue, buffer, size) */
  ASY_OP_QUEUE_DESCRIBE = 262,
  /** asy_semaphore_describe(semaphore, buffer, size) */
  ASY_OP_SEMAPHORE_DESCRIBE = 263,
  /** asy_loop_task_count_of(loop, language) */
  ASY_OP_LOOP_TASK_COUNT_OF = 264,
  /** asy_future_place(future, buffer, size) */
  ASY_OP_FUTURE_PLACE = 265,
  /** asy_generator_of_task(task) */
  ASY_OP_GENERATOR_OF_TASK = 266,
  /** asy_generator_yield(task, value) */
  ASY_OP_GENERATOR_YIELD = 267,
  /** asy_task_set_frames(task, frames) */
  ASY_OP_TASK_SET_FRAMES = 268,
  /** asy_stream_write_or_wait(stream, data, size) */
  ASY_OP_STREAM_WRITE_OR_WAIT = 269,
  /** asy_channel_new(loop, max_size) */
  ASY_OP_CHANNEL_NEW = 270,
  /** asy_channel_ref(channel) */
  ASY_OP_CHANNEL_REF = 271,
  /** asy_channel_unref(channel) */
  ASY_OP_CHANNEL_UNREF = 272,
  /** asy_channel_send(channel, value) */
  ASY_OP_CHANNEL_SEND = 273,
  /** asy_channel_receive(channel) */
  ASY_OP_CHANNEL_RECEIVE = 274,
  /** asy_channel_size(channel) */
  ASY_OP_CHANNEL_SIZE = 275,
  /** asy_channel_shutdown(channel) */
  ASY_OP_CHANNEL_SHUTDOWN = 276
};

#ifdef __cplusplus
}
#endif

#endif
