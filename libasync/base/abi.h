/** @file
 * @brief The vocabulary: what the core and the C ABI share, in plain C. */
#ifndef LIBASYNC_BASE_ABI_H
#define LIBASYNC_BASE_ABI_H
#include <stddef.h>
#include <stdint.h>

/**
 * One microsecond in nanoseconds, the unit of every duration.
 * @since 0.1
 */
#define ASY_MICROSECOND UINT64_C(1000)

/**
 * One millisecond in nanoseconds.
 * @since 0.1
 */
#define ASY_MILLISECOND UINT64_C(1000000)

/**
 * One second in nanoseconds.
 * @since 0.1
 */
#define ASY_SECOND UINT64_C(1000000000)

/**
 * A duration or deadline that never comes.
 * @since 0.1
 */
#define ASY_FOREVER UINT64_MAX

/**
 * Result of a call: zero for success, negative for an error.
 *
 * The negative values are the constants of #asy_status_code. New ones may be
 * added; treat an unknown negative value as a failure.
 * @since 0.1
 */
typedef int32_t asy_status;

/**
 * Values an #asy_status can take.
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
 * @since 0.1
 */
typedef struct asy_loop asy_loop;

/**
 * The outcome of an operation that may still be running; reference counted.
 * @since 0.1
 */
typedef struct asy_future asy_future;

/**
 * A future that drives a coroutine.
 *
 * A task is accepted wherever a future is; the `asy_task_` functions answer
 * #ASY_E_INVALID for a future that is no task.
 * @since 0.1
 */
typedef struct asy_future asy_task;

/**
 * An immutable error; reference counted, any thread.
 * @since 0.1
 */
typedef struct asy_error asy_error;

/**
 * Immutable bytes; reference counted, any thread.
 * @since 0.1
 */
typedef struct asy_bytes asy_bytes;

/**
 * Releases what a callback or value owned.
 *
 * Runs exactly once, also when the callback it belongs to never runs, and never while that runs: of one that replaces
 * or removes itself when it has returned.
 * @param user_data the pointer given with the callback
 * @since 0.1
 */
typedef void (*asy_free_cb)(void *user_data);

/**
 * Takes one more reference to an object.
 * @param object the object
 * @since 0.1
 */
typedef void (*asy_retain_cb)(void *object);

/**
 * What kind of object a value of kind #ASY_VALUE_OBJECT holds.
 *
 * Descriptors live for ever; an object is recognised by the address of its
 * descriptor.
 * @since 0.1
 */
typedef struct asy_type {
  /** Set to `sizeof(asy_type)`. */
  size_t size;
  /** The name for messages, such as "python object". */
  const char *name;
  /** Takes a reference; any thread unless #ASY_TYPE_LOOP_RETAIN is set. */
  asy_retain_cb retain;
  /** Gives a reference back; any thread unless #ASY_TYPE_LOOP_RELEASE is set. */
  asy_free_cb release;
  /** Bits of #asy_type_flag. */
  uint64_t flags;
} asy_type;

/**
 * Properties of an #asy_type.
 * @since 0.1
 */
enum asy_type_flag {
  /**
   * The release callback runs on the thread of its loop only. Wherever such an object lies, alone, in lists or in
   * errors: a future, a context and an #asy_thread_future give it back there, and any thread after the loop was closed.
   * Whoever has it in a value or an error of its own drops that on the loop's thread.
   */
  ASY_TYPE_LOOP_RELEASE = 1,
  /** The retain callback is called on the thread of its loop only: other threads get no copy. */
  ASY_TYPE_LOOP_RETAIN = 2
};

/**
 * Kinds of #asy_value.
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
 * Zero-filled it is nil. A value that holds anything is cleared with
 * asy_value_clear(). An unknown kind is carried unchanged.
 * @since 0.1
 */
typedef struct asy_value {
  /** One of #asy_value_kind. */
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
 * Kinds of #asy_step.
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
 * @since 0.1
 */
typedef struct asy_step {
  /** One of #asy_step_kind. */
  uint32_t kind;
  /** Reserved; zero. */
  uint32_t flags;
  /** The future to wait for, of #ASY_STEP_AWAIT. */
  asy_future *future;
  /** The error, of #ASY_STEP_RAISE. */
  asy_error *error;
  /** The result, of #ASY_STEP_RETURN. */
  asy_value value;
} asy_step;

/**
 * Resumes a coroutine until its next step.
 *
 * The first resume starts it. `sent` and `thrown` stay valid until this
 * returns; for #ASY_STEP_DEFERRED until the step is delivered or the loop closed.
 * @param self the coroutine
 * @param task the task that drives it; borrowed
 * @param sent the awaited future's value; borrowed, NULL with `thrown`
 * @param thrown the error to raise at the await; borrowed, or NULL
 * @param out_step receives the step; zero-filled on entry
 * @since 0.1
 */
typedef void (*asy_resume_cb)(void *self, asy_task *task, const asy_value *sent, asy_error *thrown, asy_step *out_step);

/**
 * Receives one line of a description.
 * @param text what is described; borrowed for the call
 * @param user_data the pointer given with the callback
 * @since 0.1
 */
typedef void (*asy_line_cb)(const char *text, void *user_data);

/**
 * Describes where a coroutine stands that is suspended, or whose step is deferred, innermost frame last.
 * @param self the coroutine
 * @param on_line called once per frame
 * @param user_data handed to `on_line`
 * @since 0.1
 */
typedef void (*asy_describe_cb)(void *self, asy_line_cb on_line, void *user_data);

/**
 * Tells a coroutine whose step is deferred that its task was asked to cancel.
 * @param self the coroutine
 * @since 0.1
 */
typedef void (*asy_notify_cb)(void *self);

/**
 * Tells where the program is now, in the terms of its language.
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
   * Tells where the coroutine is made a task of, or NULL: asked with the coroutine as `user_data` while its task is
   * made in debug mode, unless the options say it. Zero bytes: not known.
   */
  asy_place_cb place;
} asy_coroutine;

/**
 * Makes an iterator's next step.
 *
 * Runs on the loop's own stack, one step at a time; never after the end, an error or a close.
 * @param self the iterator
 * @param sent the value that was sent, nil for a plain next; borrowed, NULL with `thrown`
 * @param thrown the error to raise where the iterator stands; borrowed, or NULL
 * @return a future, owned by the caller: its value is the item, #ASY_E_END the end; any other failure ends the
 *   iterator too. Cancelling it cancels the step
 * @since 0.1
 */
typedef asy_future *(*asy_next_cb)(void *self, const asy_value *sent, asy_error *thrown);

/**
 * Ends an iterator that has begun and has not ended.
 * @param self the iterator
 * @return a future, owned by the caller: done when what it cleans up is
 * @since 0.1
 */
typedef asy_future *(*asy_finish_cb)(void *self);

/**
 * How a language's iterator is driven.
 *
 * The table lives as long as any generator that uses it.
 * @since 0.1
 */
typedef struct asy_iterator {
  /** Set to `sizeof(asy_iterator)`. */
  size_t size;
  /** Makes the next step. */
  asy_next_cb next;
  /** Ends it; or NULL when there is nothing to clean up. */
  asy_finish_cb close;
  /** Destroys it exactly once, also when it never began; the end, an error or a close came before, or the loop closes.
   */
  asy_free_cb destroy;
  /** Describes where it stands, or NULL. */
  asy_describe_cb describe;
  /** The language, such as "python", or NULL. */
  const char *language;
} asy_iterator;

/**
 * Called on the loop, with nothing but its own data.
 * @param user_data the pointer given with the callback
 * @since 0.1
 */
typedef void (*asy_call_cb)(void *user_data);

/**
 * Called once when a future is done, never inside the call that completed it.
 * @param future the future; borrowed for the call
 * @param user_data the pointer given with the callback
 * @since 0.1
 */
typedef void (*asy_done_cb)(asy_future *future, void *user_data);

/**
 * Asked to cancel the operation behind a future.
 *
 * The future stays pending until its completer settles it.
 * @param future the future; borrowed for the call
 * @param user_data the pointer given with the callback
 * @since 0.1
 */
typedef void (*asy_cancel_cb)(asy_future *future, void *user_data);

/**
 * A task of a loop as other threads see it.
 * @since 0.1
 */
typedef struct asy_thread_future asy_thread_future;

/**
 * Called on the loop's thread when a thread future is done.
 * @param future the thread future; lent for the call
 * @param user_data the pointer given with the callback
 * @since 0.1
 */
typedef void (*asy_thread_done_cb)(asy_thread_future *future, void *user_data);

/**
 * Body of a task that awaits on its own stack.
 * @param out_value receives the result; nil on entry
 * @param out_error receives the error when the status is negative, or stays NULL
 * @param user_data the pointer given with the callback
 * @return #ASY_OK, or the status of the failure
 * @since 0.1
 */
typedef asy_status (*asy_run_cb)(asy_value *out_value, asy_error **out_error, void *user_data);

/**
 * Tells whether a condition holds. It may not wait.
 * @param user_data the pointer given with the callback
 * @return zero when it does not hold yet; negative, a status that the wait fails with
 * @since 0.1
 */
typedef int32_t (*asy_predicate_cb)(void *user_data);

/**
 * Tells which of two values is less. It may not wait.
 * @param a a value; borrowed for the call
 * @param b another; borrowed for the call
 * @param out_order receives a negative number when `a` is less, zero when they are equal, else a positive one
 * @param user_data the pointer given with the callback
 * @return #ASY_OK, or a negative status when they cannot be compared
 * @since 0.1
 */
typedef asy_status (*asy_compare_cb)(const asy_value *a, const asy_value *b, int32_t *out_order, void *user_data);

/**
 * Receives what would otherwise be lost: an error nobody read, a failed callback.
 * @param loop the loop; borrowed
 * @param error what happened; borrowed
 * @param what the circumstances in a few words; borrowed
 * @param user_data the pointer given with the callback
 * @since 0.1
 */
typedef void (*asy_report_cb)(asy_loop *loop, asy_error *error, const char *what, void *user_data);

/**
 * Called for one task.
 * @param task the task; borrowed for the call
 * @param user_data the pointer given with the callback
 * @since 0.1
 */
typedef void (*asy_task_cb)(asy_task *task, void *user_data);

/**
 * Begins one attempt of a race.
 * @param index which; 0 for the first
 * @param user_data the pointer given with the callback
 * @return a future that the race owns; NULL is a failed attempt
 * @since 0.1
 */
typedef asy_future *(*asy_start_cb)(size_t index, void *user_data);

/**
 * Chooses among the errors of a tree.
 * @param leaf an error without children; borrowed for the call
 * @param user_data the pointer given with the callback
 * @return not zero when it matches
 * @since 0.1
 */
typedef int32_t (*asy_match_cb)(asy_error *leaf, void *user_data);

/**
 * Called for one future.
 * @param future the future; borrowed for the call
 * @param user_data the pointer given with the callback
 * @since 0.1
 */
typedef void (*asy_future_cb)(asy_future *future, void *user_data);

/**
 * Told while something holds its loop up, on the watchdog's own thread.
 * @param name the task whose step runs, or what else does; borrowed for the call
 * @param stuck_ns nanoseconds it has run so far
 * @param user_data the pointer given with the callback
 * @since 0.1
 */
typedef void (*asy_stuck_cb)(const char *name, uint64_t stuck_ns, void *user_data);

/**
 * Called for one kind of objects that are alive.
 * @param kind its name, such as "future" or "task"; borrowed for the call
 * @param count how many there are
 * @param user_data the pointer given with the callback
 * @since 0.1
 */
typedef void (*asy_live_cb)(const char *kind, size_t count, void *user_data);

/**
 * A set of variables with their values, which follows the work that it belongs to; reference counted, any thread.
 * @since 0.1
 */
typedef struct asy_context asy_context;

/**
 * A variable of contexts; reference counted, any thread.
 * @since 0.1
 */
typedef struct asy_context_var asy_context_var;

/**
 * Called for one variable of a context.
 * @param var the variable; borrowed for the call
 * @param value its value; borrowed for the call
 * @param user_data the pointer given with the callback
 * @since 0.1
 */
typedef void (*asy_context_cb)(asy_context_var *var, const asy_value *value, void *user_data);

/**
 * Bits of `asy_task_options.flags`.
 * @since 0.1
 */
enum asy_task_flag {
  /**
   * The first step runs inside the call that makes the task, up to its first real wait. A task that ends there is done
   * when the call returns, its error in its handle. It has its own context and sees no cancel of its creator. The
   * first step is queued as usual while the loop does not run here, and below 64 such tasks inside each other.
   */
  ASY_TASK_EAGER = 1,
  /** The first step is queued, whatever a hook says. */
  ASY_TASK_LAZY = 2
};

/**
 * Options of asy_task_new(), asy_spawn() and whatever else makes a task.
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
  /** Bits of #asy_task_flag. */
  uint64_t flags;
  /** Where the program made it, for descriptions in debug mode, or NULL; borrowed for the call. */
  const char *place;
} asy_task_options;

/**
 * Changes the options of a task that is about to be made: its name, context and flags.
 *
 * What it sets stays valid until the task is made.
 * @param loop the loop; borrowed
 * @param options the options; a copy, with all the members of this version
 * @param user_data the pointer given with the hooks
 * @since 0.1
 */
typedef void (*asy_task_options_cb)(asy_loop *loop, asy_task_options *options, void *user_data);

/**
 * Called where a task becomes the current one, and where it no longer is.
 * @param task the task; borrowed for the call
 * @param entered 1 before a step, 0 after it
 * @param user_data the pointer given with the hooks
 * @since 0.1
 */
typedef void (*asy_task_switch_cb)(asy_task *task, int32_t entered, void *user_data);

/**
 * What a program hears about all tasks of a loop; see asy_loop_set_task_hooks().
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
 * @since 0.1
 */
typedef struct asy_watch asy_watch;

/**
 * A connection with callbacks.
 * @since 0.1
 */
typedef struct asy_transport asy_transport;

/**
 * A listening socket that owns its connections' tasks.
 * @since 0.1
 */
typedef struct asy_server asy_server;

/**
 * What to watch a file descriptor for, and what was seen.
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
 * @param watch the watch; borrowed for the call
 * @param events bits of #asy_watch_events
 * @param user_data the pointer given with the callback
 * @since 0.1
 */
typedef void (*asy_watch_cb)(asy_watch *watch, uint32_t events, void *user_data);

/**
 * Called with the bytes a transport received.
 * @param transport the transport; borrowed for the call
 * @param data the bytes; valid for the call only
 * @param size how many
 * @param user_data the pointer given with the protocol
 * @since 0.1
 */
typedef void (*asy_data_cb)(asy_transport *transport, const void *data, size_t size, void *user_data);

/**
 * Called for an event of a transport that carries nothing else.
 * @param transport the transport; borrowed for the call
 * @param user_data the pointer given with the protocol
 * @since 0.1
 */
typedef void (*asy_transport_cb)(asy_transport *transport, void *user_data);

/**
 * Called exactly once when a transport is gone.
 * @param transport the transport; borrowed for the call
 * @param error why, or NULL after a close or the peer's end of stream; borrowed
 * @param user_data the pointer given with the protocol
 * @since 0.1
 */
typedef void (*asy_lost_cb)(asy_transport *transport, asy_error *error, void *user_data);

/**
 * The callbacks of a transport; the struct is copied.
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
 * Take the transport with asy_transport_start() or asy_stream_new(); one that
 * nobody takes is closed.
 * @param server the server; borrowed for the call
 * @param transport the connection; borrowed for the call
 * @param user_data the pointer given with the callback
 * @since 0.1
 */
typedef void (*asy_client_cb)(asy_server *server, asy_transport *transport, void *user_data);

#endif
