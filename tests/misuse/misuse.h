/* What the generated calls use: right arguments, and how a call is made wrongly. */
#ifndef MISUSE_H
#define MISUSE_H
#include <libasync.h>
#include <stdatomic.h>
#include <string.h>

#define UNUSED __attribute__((unused))

enum way { AS_IT_IS, ON_A_CLOSED_LOOP, FROM_A_THREAD, WITH_STRANGERS };
enum { ALL_NULL = -1, NONE_NULL = -2 };

/* A row of the generated table; bits say which parameters are pointers, and which of these may be NULL. */
struct function {
  const char *name;
  void (*try)(int null_at, enum way way);
  unsigned pointers, optional;
  int right; /* may be called with right arguments */
};
extern const struct function functions[];

/* Room for anything that an out parameter receives. */
union room {
  asy_value value;
  asy_loop_metrics metrics;
  asy_completion completion;
  void *handle;
  char text[64];
};

void run(void (*call)(void *), void *args, enum way way);
void complain(const char *what);
/* The next right arguments are of the loop, or of another one. */
void from(int parameter, enum way way);

/* The loops of one call. */
extern asy_loop *home, *elsewhere;
void ignore_report(asy_loop *loop, asy_error *error, const char *what, void *data);

/* Each counts its end: what a call takes over must end exactly once. */
extern atomic_int made, ended;
void *probe(void);
void count_free(void *probe);

asy_loop *make_asy_loop(void);
void drop_asy_loop(void *loop);
asy_future *make_asy_future(void);
asy_task *make_asy_task(void);
asy_error *make_asy_error(void);
asy_bytes *make_asy_bytes(void);
asy_handle *make_asy_handle(void);
asy_promise *make_asy_promise(void);
asy_timeout *make_asy_timeout(void);
void drop_asy_timeout(void *timeout);
asy_group *make_asy_group(void);
asy_completions *make_asy_completions(void);
asy_semaphore *make_asy_semaphore(void);
asy_event *make_asy_event(void);
asy_queue *make_asy_queue(void);
asy_channel *make_asy_channel(void);
asy_watch *make_asy_watch(void);
asy_server *make_asy_server(void);
asy_transport *make_asy_transport(void);
asy_stream *make_asy_stream(void);
asy_lock *make_asy_lock(void);
asy_condition *make_asy_condition(void);
asy_barrier *make_asy_barrier(void);
asy_limiter *make_asy_limiter(void);
asy_generator *make_asy_generator(void);
asy_executor *make_asy_executor(void);
asy_call *make_asy_call(void);
asy_thread_future *make_asy_thread_future(void);
asy_signals *make_asy_signals(void);
asy_runner *make_asy_runner(void);
void drop_asy_runner(void *runner);
void drop_kept(void);
asy_context *make_asy_context(void);
asy_context_var *make_asy_context_var(void);
asy_context_token *make_asy_context_token(void);
asy_value *make_asy_value(void);
void drop_asy_value(void *value);
asy_step *make_asy_step(void);
asy_type *make_asy_type(void);
asy_coroutine *make_asy_coroutine(void);
asy_iterator *make_asy_iterator(void);

void *array_of(void *item);
extern const int32_t some_numbers[];
#endif
