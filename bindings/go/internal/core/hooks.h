/* What the Go package needs beside libasync.h: plain records in C memory, and one call per turn of the loop. Nothing
 * here calls Go: what C has to tell is queued and read after the turn. */
#ifndef LIBASYNC_GO_HOOKS_H
#define LIBASYNC_GO_HOOKS_H
#include <libasync.h>

/* Kinds of events beyond asy_completion_kind. */
enum {
  ASY_GO_REPORT = 16,   /* `error` and `data` are the loop's report */
  ASY_GO_ASKED = 17,    /* the future of a promise was asked to cancel */
  ASY_GO_FREED = 18,    /* a hook's tag comes no more */
  ASY_GO_ACCEPTED = 19, /* `word` is the stream of a connection */
  ASY_GO_RELEASED = 20, /* C let go of the Go object in slot `word` */
  ASY_GO_CREATED = 21,  /* the task whose name is in `data` was made, */
  ASY_GO_FINISHED = 22  /* or has finished */
};

/* What a step of a generator of Go is, or'ed. */
enum {
  ASY_GO_CLOSES = 1, /* the one that closes */
  ASY_GO_THROWS = 2, /* it raises an error where the generator stands */
  ASY_GO_SENDS = 4   /* it brings a value there */
};

#ifndef SWIG
/* A completion or a note, with its value or error laid open. What it points to lives until the next turn; a future or
 * an object that is not Go's is a reference of the reader's. */
typedef struct asy_go_event {
  uint64_t tag;
  uint32_t kind;
  int32_t status;
  uint64_t word;    /* what the function returned; a value's number, double bits, handle or slot; an error's os code */
  const void *data; /* text or bytes; an error's message */
  uint64_t size;
  const asy_type *type; /* of an object */
  asy_error *error;     /* borrowed */
  asy_value *value;     /* borrowed */
  uint64_t object;      /* the slot of the Go error behind `error`, or 0 */
  uint32_t value_kind;
  uint32_t reserved;
} asy_go_event;

/* The head of asy_go, which Go reads and writes between turns. */
typedef struct asy_go_shared {
  asy_op *ops;
  uint64_t op_capacity;
  asy_go_event *events;
  uint64_t event_count;
  uint64_t time;  /* the loop's, after the turn */
  int32_t status; /* of the last asy_go_call() and its kin */
  int32_t reserved;
  uint64_t word;
} asy_go_shared;
#endif

typedef struct asy_go asy_go;

/* A loop for Go, owned by nobody between calls; NULL without memory. */
asy_go *asy_go_new(uint32_t flags, uint32_t ready_budget, uint64_t shuffle_seed);
asy_loop *asy_go_loop(asy_go *g);
/* Closes the loop; the events that are left can be read until asy_go_free(). */
asy_status asy_go_close(asy_go *g, size_t op_count);
void asy_go_free(asy_go *g);
/* Makes room for at least `capacity` operations. */
asy_status asy_go_reserve(asy_go *g, size_t capacity);
/* Reports come as events from now on; without it they are printed. */
asy_status asy_go_take_reports(asy_go *g);
/* So do tasks that are made and finish. */
asy_status asy_go_take_tasks(asy_go *g);

/* One turn: asy_loop_step_batch() over the first `op_count` operations of the shared array. */
asy_status asy_go_turn(asy_go *g, size_t op_count, uint64_t timeout_ns);
/* Applies the operations at once; the last one's return is in `status` and `word`. */
asy_status asy_go_call(asy_go *g, size_t op_count);

/* Around a call of other C code that needs the loop; the goroutine stays on its thread in between. */
asy_status asy_go_enter(asy_go *g, size_t op_count);
void asy_go_leave(asy_go *g);

/* Functions that are no operations; each applies `op_count` operations first and answers in `status` and `word`. */
asy_status asy_go_gather(asy_go *g, size_t op_count, asy_future *const *futures, size_t count, uint32_t flags);
asy_status asy_go_completions(asy_go *g, size_t op_count, asy_future *const *futures, size_t count);
asy_status asy_go_wait(asy_go *g, size_t op_count, asy_future *const *futures, size_t count, uint32_t mode,
                       uint64_t timeout_ns);
asy_status asy_go_promise(asy_go *g, size_t op_count, uint64_t tag);
asy_status asy_go_server(asy_go *g, size_t op_count, const char *host, uint32_t port, uint32_t backlog, uint32_t flags,
                         uint64_t tag);
asy_status asy_go_try_get(asy_go *g, size_t op_count, asy_queue *queue, asy_value *out_value);
asy_status asy_go_priority_queue(asy_go *g, size_t op_count, size_t max_size);
asy_status asy_go_limiter(asy_go *g, size_t op_count, double rate, double burst);
asy_status asy_go_limiter_acquire(asy_go *g, size_t op_count, asy_limiter *limiter, double amount);
asy_status asy_go_limiter_try(asy_go *g, size_t op_count, asy_limiter *limiter, double amount);
asy_status asy_go_stream_name(asy_go *g, size_t op_count, asy_stream *stream, int32_t peer, asy_value *out_value);
/* Attempt i is the deferred task of the i-th tag, a uint64_t; Go has a reference to each that began. */
asy_status asy_go_race(asy_go *g, size_t op_count, const void *tags, size_t count, uint64_t delay_ns);

/* The iterator behind a generator of Go: it consumes an iterator. A step begins with the resume of a task with its tag;
 * what it brings is the caller's. */
typedef struct asy_go_iterator asy_go_iterator;
asy_go_iterator *asy_go_iterator_new(asy_go *g, uint64_t tag);
asy_status asy_go_generator(asy_go *g, size_t op_count, asy_go_iterator *iterator);
uint32_t asy_go_step(const asy_go_iterator *iterator);
asy_status asy_go_sent(asy_go *g, size_t op_count, asy_go_iterator *iterator, asy_value *out_value);
asy_error *asy_go_thrown(asy_go_iterator *iterator);

/* What is told line by line, as one text; and asy_loop_metrics, whose `size` is set. */
asy_status asy_go_dump(asy_go *g, size_t op_count, asy_value *out_value);
asy_status asy_go_call_graph(asy_go *g, size_t op_count, asy_future *future, asy_value *out_value);
asy_status asy_go_live(asy_go *g, size_t op_count, asy_value *out_value);
asy_status asy_go_metrics(asy_go *g, size_t op_count, void *out_metrics);

/* The type of values and errors that stand for a slot of the Go side. */
const asy_type *asy_go_type(void);
/* Fills a nil value; `bits` is the number or, for ASY_VALUE_OBJECT, the slot. */
asy_status asy_go_set_value(asy_value *out_value, uint32_t kind, uint64_t bits, const void *data, size_t size);
asy_error *asy_go_error(asy_status code, const char *message, const char *traceback, int64_t os_code, uint64_t slot);
/* An object of another language: a value that holds another reference, and the end of the reader's. */
void asy_go_set_object(asy_value *out_value, void *object, const asy_type *type);
asy_status asy_go_release_object(asy_go *g, size_t op_count, void *object, const asy_type *type);
/* The slot behind an object of asy_go_type(). */
uint64_t asy_go_slot(const void *object);
/* Lays a value open, as in an event. */
void asy_go_open(asy_go *g, asy_value *value, void *out_event);

/* Sizes and offsets, for the test that compares them with Go's; 0 after the last. */
uint64_t asy_go_layout(uint32_t index);
void *asy_go_alloc(size_t size);
void asy_go_dealloc(void *block);
#endif
