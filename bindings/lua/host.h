/* What the C files of the Lua binding share: the record per Lua state (the host), handles, references, values. */
#ifndef LIBASYNC_LUA_HOST_H
#define LIBASYNC_LUA_HOST_H
#include "asy_lua.h"

#include <stdatomic.h>

#if LUA_VERSION_NUM >= 504
#define ASY_LUA_POOL 256 /* every pooled coroutine is traversed in each collection: more costs more than it saves */
#define asy_lua_newuserdata(L, size) lua_newuserdatauv((L), (size), 0)
#else
#define ASY_LUA_POOL 4096
#define asy_lua_newuserdata(L, size) lua_newuserdata((L), (size))
#define lua_rawlen(L, index) lua_objlen((L), (index))
#endif

/* Awaits of finished futures in a row before the task lets the others run. */
#define ASY_LUA_STREAK 128

/* Kinds of handles. A userdata is one of them when its `kind` points into asy_lua_kinds. */
/* clang-format would take the rows apart, a little further each time. */
/* clang-format off */
#define ASY_LUA_KINDS(X) \
  X(loop) X(future) X(promise) X(handle) X(group) X(completions) X(generator) X(context) X(context_var) \
  X(context_token) X(lock) X(condition) X(barrier) X(limiter) X(semaphore) X(event) X(queue) X(channel) X(watch) \
  X(transport) X(stream) X(server) X(runner) X(executor) X(call) X(thread_future) X(signals) X(error) \
  X(timeout) X(value)
/* clang-format on */
enum asy_lua_kind_index {
#define X(name) ASY_LUA_##name,
  ASY_LUA_KINDS(X)
#undef X
      ASY_LUA_KIND_COUNT
};

extern const asy_lua_kind asy_lua_kinds[ASY_LUA_KIND_COUNT];

typedef struct asy_lua_handle {
  void *pointer; /* NULL once finalized or consumed */
  const asy_lua_kind *kind;
} asy_lua_handle;

struct asy_lua_host;

/* A Lua value held by C, counted by any thread; the registry slot is freed on the state's own thread. */
typedef struct asy_lua_ref {
  atomic_int count;
  int slot;
  struct asy_lua_host *host;
  struct asy_lua_ref *next; /* in the host's list of the dead */
} asy_lua_ref;

/* A Lua thread, held in the registry. */
typedef struct asy_lua_coroutine {
  lua_State *thread;
  int slot;
} asy_lua_coroutine;

/* One task. */
typedef struct asy_lua_task {
  struct asy_lua_host *host;
  lua_State *coroutine; /* NULL before it starts and after its end */
  int slot;             /* of the coroutine in the registry; unique among those that run */
  int block, waiting;   /* its place in the lobby, or negative; values there */
  int arguments;        /* on the coroutine's stack before it starts */
  bool started, finished;
  bool passed; /* the traceback is that of the task which was awaited */
  asy_step outcome;
  asy_future *kept;          /* a finished future whose result the next finish() delivers */
  asy_error *held;           /* a cancel that came after that result */
  char *traceback, *message; /* of the last error, or NULL */
  struct asy_lua_task *next; /* among the idle */
} asy_lua_task;

typedef struct asy_lua_host {
  atomic_int count;   /* the state, and all that C holds of it */
  lua_State *anchor;  /* our own thread; NULL once the state is closed */
  lua_State *runner;  /* the thread inside run, or NULL */
  asy_loop *loop;     /* the loop inside run; borrowed, or NULL */
  lua_State *current; /* the coroutine that is being resumed, or NULL */
  asy_lua_task *task; /* its record */
  asy_future *parked; /* what it waits for; NULL: one turn */
  bool is_parked;
  unsigned streak;
  const asy_value *sent; /* what resumes it */
  asy_error *thrown;
  asy_error *failure; /* of a callback; made by its message handler */
  char *own;          /* the folder of our Lua files, or NULL */
  lua_State *lobby;   /* see coroutine.c */
  int blocks;
  asy_lua_task *idle;     /* records with a block */
  asy_lua_coroutine made; /* by asy_lua_make() */
  asy_lua_coroutine pool[ASY_LUA_POOL];
  unsigned pooled;
  _Atomic(asy_lua_ref *) dead;
  int anchor_slot, lobby_slot, make_slot, room_slot, traced_slot, cancelled_slot, body_slot, trace_slot, call_slot,
      failed_slot;
  int metatables[ASY_LUA_KIND_COUNT];
} asy_lua_host;

/* ---- host.c */
/* The host whose coroutine runs on this OS thread, or NULL. */
extern _Thread_local asy_lua_host *asy_lua_running;
asy_lua_host *asy_lua_find(lua_State *L);
/* NULL: the state is closing, and a finalizer of something older than the module runs. */
static inline asy_lua_host *asy_lua_seek(lua_State *L) {
  asy_lua_host *const host = asy_lua_running;
  return host && host->current == L ? host : asy_lua_find(L);
}
static inline asy_lua_host *asy_lua_of(lua_State *L) {
  asy_lua_host *const host = asy_lua_seek(L);
  if (!host) luaL_error(L, "libasync: the Lua state is closing");
  return host;
}
void asy_lua_unref(asy_lua_host *host);
asy_loop *asy_lua_loop(lua_State *L, const char *function);

/* ---- handle.c */
void asy_lua_push(lua_State *L, asy_lua_host *host, enum asy_lua_kind_index kind, void *consumed);
asy_lua_handle *asy_lua_test(lua_State *L, int index, enum asy_lua_kind_index kind);
void *asy_lua_check(lua_State *L, int index, enum asy_lua_kind_index kind, const char *function);
void *asy_lua_check_kind(lua_State *L, int index, const asy_lua_kind *kind, const char *function);
int asy_lua_room(lua_State *L);
void asy_lua_push_metatable(lua_State *L, const asy_lua_kind *kind);

/* ---- message.c: errors of use, with the place in the program */
const char *asy_lua_name(const char *function); /* of the module, as users know it */
const char *asy_lua_typename(lua_State *L, int index);
void asy_lua_find_own(lua_State *L, asy_lua_host *host);
bool asy_lua_is_own(const asy_lua_host *host, const char *source);
void asy_lua_push_where(lua_State *L);
int asy_lua_bad_argument(lua_State *L, int index, const char *wanted, const char *function);
int asy_lua_out_of_range(lua_State *L, int index, const char *function);
int asy_lua_bad_options(lua_State *L, int index, const char *function);
int64_t asy_lua_option(lua_State *L, const char *name, int64_t most, const char *function); /* on top of the stack */
int asy_lua_fail(lua_State *L, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* ---- reference.c */
asy_lua_ref *asy_lua_ref_new(lua_State *L, int index);
void asy_lua_ref_retain(void *ref);
void asy_lua_ref_release(void *ref);
void asy_lua_bury(asy_lua_host *host);

/* ---- value.c */
extern const asy_type asy_lua_object_type;
int asy_lua_push_value(lua_State *L, asy_lua_host *host, const asy_value *value);   /* exactly one Lua value */
int asy_lua_push_results(lua_State *L, asy_lua_host *host, const asy_value *value); /* a task's results: any number */
void asy_lua_to_value(lua_State *L, int index, asy_value *out_value);
void asy_lua_pack_results(lua_State *L, int first, int count, asy_value *out_value);
double asy_lua_number(lua_State *L, int index, const char *function);
int64_t asy_lua_integer(lua_State *L, int index, int64_t least, int64_t most, const char *function);
bool asy_lua_to_integer(lua_State *L, int index, int64_t *out_integer);
void asy_lua_push_integer(lua_State *L, int64_t number);
uint64_t asy_lua_duration(lua_State *L, int index, const char *function);
void asy_lua_push_duration(lua_State *L, uint64_t delay_ns);
asy_future **asy_lua_futures(lua_State *L, int index, size_t *out_count, const char *function);
void asy_lua_ref_futures(asy_future *const *futures, size_t count);

/* ---- error.c */
extern const asy_type asy_lua_string_type;
void asy_lua_push_error(lua_State *L, asy_lua_host *host, asy_error *error); /* as it was raised */
asy_error *asy_lua_to_error(lua_State *L, int index);                        /* owned */
int asy_lua_raise(lua_State *L, asy_error *consumed);
int asy_lua_raise_status(lua_State *L, asy_status status, const char *function);
bool asy_lua_is_cancelled(lua_State *L, int index);
const char *asy_lua_push_text(lua_State *L, int index); /* or NULL */
int asy_lua_trace(lua_State *L);
void asy_lua_passed(lua_State *L, asy_lua_host *host, const char *traceback); /* of the error on top of the stack */

/* ---- await.c */
bool asy_lua_may_await(lua_State *L, const char *function); /* false: the error message is on the stack */
int asy_lua_await(lua_State *L, asy_future *consumed);      /* NULL: one turn of the loop */
int asy_lua_send(asy_lua_host *host, asy_lua_task *task, const asy_value *sent, asy_error *thrown);

/* ---- coroutine.c */
asy_lua_task *asy_lua_record_new(asy_lua_host *host); /* or NULL */
void asy_lua_record_free(asy_lua_task *task);
bool asy_lua_wait(lua_State *L, asy_lua_task *task, int count);
bool asy_lua_begin(asy_lua_task *task);
void asy_lua_end(asy_lua_task *task);
int asy_lua_make(lua_State *L);

/* ---- task.c */
/* Of the function at `first`, with the arguments above it. */
asy_task *asy_lua_spawn(lua_State *L, asy_lua_host *host, asy_loop *loop, int first, const asy_task_options *options);
int asy_lua_body(lua_State *L);
/* Options of a task, of the value on top of the stack. */
const char *asy_lua_task_name(lua_State *L, const char *function);
asy_context *asy_lua_task_context(lua_State *L, const char *function);

/* ---- callback.c */
/* A protected call of Lua by C; lives on the C stack. */
typedef struct asy_lua_entry {
  asy_lua_host *host;
  const asy_lua_ref *function;
  int (*push)(lua_State *L, struct asy_lua_entry *at); /* the arguments; returns how many, negative: do not call */
  void *subject;
  asy_error *error;
  const char *text;
  uint64_t number;
} asy_lua_entry;
asy_error *asy_lua_enter(asy_lua_entry *made, asy_lua_ref *function); /* owned, or NULL */
void asy_lua_enter_or_report(asy_lua_entry *made, void *user_data, asy_loop *loop, const char *what);
int asy_lua_entry_future(lua_State *L, asy_lua_entry *at);
void asy_lua_on_call(void *user_data);
void asy_lua_on_done(asy_future *future, void *user_data);
void asy_lua_on_cancel(asy_future *future, void *user_data);
asy_status asy_lua_on_compare(const asy_value *a, const asy_value *b, int32_t *out_order, void *user_data);
void asy_lua_on_report(asy_loop *loop, asy_error *error, const char *what, void *user_data);
void asy_lua_on_event(asy_watch *watch, uint32_t events, void *user_data);
void asy_lua_on_client(asy_server *server, asy_transport *transport, void *user_data);
int asy_lua_call(lua_State *L);
int asy_lua_failed(lua_State *L);

/* ---- visit.c */
void asy_lua_on_line(const char *text, void *user_data);
void asy_lua_on_future(asy_future *future, void *user_data);
#define asy_lua_on_task asy_lua_on_future /* a task is a future */
void asy_lua_on_live(const char *kind, size_t count, void *user_data);
void asy_lua_on_var(asy_context_var *var, const asy_value *value, void *user_data);
int32_t asy_lua_on_match(asy_error *leaf, void *user_data);
asy_future *asy_lua_on_start(size_t index, void *user_data);

/* ---- system.c, extension.c */
void asy_lua_set_system(lua_State *L);
void asy_lua_set_api(lua_State *L);

/* ---- functions of the module that SWIG does not make */
int asy_lua_fn_context_run(lua_State *L);
int asy_lua_fn_metrics(lua_State *L);
int asy_lua_fn_place_hook(lua_State *L);
int asy_lua_fn_task_hooks(lua_State *L);
int asy_lua_fn_generator_new(lua_State *L);
int asy_lua_fn_to_thread(lua_State *L);
int asy_lua_fn_signals_new(lua_State *L);
int asy_lua_fn_spawn(lua_State *L);
int asy_lua_fn_group_spawn(lua_State *L);
int asy_lua_fn_finish(lua_State *L);
int asy_lua_fn_done(lua_State *L);
int asy_lua_fn_timeout_exit(lua_State *L);
/* Of runners: SIGINT is for that of the main thread. */
uint32_t asy_lua_interrupt_flag(void);
/* The lua program's handler of SIGINT steps aside: true when it was there. */
bool asy_lua_interrupt_aside(void);
void asy_lua_interrupt_back(void);
int asy_lua_fn_fail(lua_State *L);
int asy_lua_fn_run(lua_State *L);
int asy_lua_fn_loop_state(lua_State *L);
int asy_lua_fn_close(lua_State *L);
int asy_lua_fn_methods(lua_State *L);
int asy_lua_fn_kind(lua_State *L);
int asy_lua_fn_key(lua_State *L);
int asy_lua_fn_callable(lua_State *L);
int asy_lua_fn_check_await(lua_State *L);
int asy_lua_fn_error_value(lua_State *L);
int asy_lua_fn_error_partial(lua_State *L);
#endif
