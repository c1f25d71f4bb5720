/* Patterns that programs over libasync are made of, each a file of its own, to be read and copied. All of them are
 * called inside a task (asy_spawn): they await, and a cancel of the task reaches whatever they wait for.
 *
 * Everywhere: `out_value` and `out_error` receive the outcome as from asy_await(), both may be NULL. */
#ifndef PATTERNS_H
#define PATTERNS_H
#include <libasync.h>

/* Begins one attempt. */
typedef asy_future *(*begin_cb)(void *user_data);

/* ---- retry.c: again after an error, each time after a longer pause, a random part of it */
struct retry {
  uint32_t attempts;
  uint64_t base_ns, cap_ns;                    /* the pauses: base, 2 base, 4 base ... but not over the cap */
  uint64_t deadline_ns;                        /* no attempt begins that much later, or ASY_FOREVER */
  int (*is_retryable)(const asy_error *error); /* or NULL: every error is */
  uint64_t random;                             /* the jitter's seed, or 0 for whole pauses */
};
asy_status retry(asy_loop *loop, struct retry *policy, begin_cb on_begin, void *user_data, asy_value *out_value,
                 asy_error **out_error);

/* ---- breaker.c: after so many failures in a row, nothing is tried for a while */
struct breaker {
  asy_loop *loop;
  uint32_t threshold; /* failures in a row that open it */
  uint64_t pause_ns;  /* how long it stays open */
  uint32_t trials;    /* calls at a time that may try it out afterwards */
  uint32_t failures, trying;
  uint32_t openings;   /* what began before the latest decides nothing */
  uint64_t open_until; /* 0: closed */
};
/* ASY_E_AGAIN at once while it is open. A cancelled call counts neither way. */
asy_status breaker_call(struct breaker *breaker, begin_cb on_begin, void *user_data, asy_value *out_value,
                        asy_error **out_error);

/* ---- pool.c: at most so many connections, made when needed, used again while they are healthy */
struct pool;
struct pool_options {
  uint32_t size;
  uint64_t idle_ns;                     /* closed when it lay unused for as long */
  asy_future *(*open)(void *user_data); /* value: a pointer */
  void (*close)(void *connection, void *user_data);
  int (*is_healthy)(void *connection, void *user_data); /* or NULL */
  void *user_data;
};
struct pool *pool_new(asy_loop *loop, const struct pool_options *options);
/* ASY_E_TIMEOUT after `timeout_ns`; ASY_E_CLOSED once it closes. */
asy_status pool_acquire(struct pool *pool, uint64_t timeout_ns, void **out_connection, asy_error **out_error);
void pool_release(struct pool *pool, void *connection, int broken);
/* Lets nobody in, waits for all who use it and frees the pool. */
asy_status pool_close(struct pool *pool, asy_error **out_error);

/* ---- background.c: tasks that live as long as the body of their program */
/* Their failure ends the body and is the outcome; when the body ends they are cancelled and waited for. */
asy_status with_background(asy_loop *loop, const asy_run_cb *jobs, size_t count, void *user_data, asy_run_cb body,
                           asy_value *out_value, asy_error **out_error);

/* ---- monitor.c: something told at every period, as long as a body runs */
asy_status with_monitor(asy_loop *loop, uint64_t period_ns, asy_call_cb on_period, asy_run_cb body, void *user_data,
                        asy_value *out_value, asy_error **out_error);

/* ---- pipeline.c: producers and consumers over a bounded queue */
struct pipeline {
  asy_loop *loop;
  uint32_t producers, consumers;
  size_t room;
  asy_status (*produce)(uint32_t producer, asy_value *out_item, void *user_data); /* ASY_E_END: it has no more */
  asy_status (*consume)(const asy_value *item, void *user_data);                  /* may await */
  void *user_data;
  asy_queue *queue;
};
/* Every item is consumed, or the first failure ends them all. */
asy_status pipeline_run(struct pipeline *pipeline, asy_error **out_error);

/* ---- sources.c: several sources that one connection is made of; when one ends, all do */
struct sources {
  asy_loop *loop;
  const asy_run_cb *sources;
  size_t count;
  void *user_data;
};
asy_status sources_run(struct sources *sources, asy_error **out_error);

/* ---- redundant.c: the first answer of several servers; the others are cancelled and waited for. ASY_E_GROUP of all
   errors when none answers. */
asy_status first_answer(asy_loop *loop, begin_cb const *attempts, size_t count, void *user_data, asy_value *out_value,
                        asy_error **out_error);

/* ---- token.c: one refresh at a time, however many find the token too old */
struct token {
  asy_loop *loop;
  asy_lock *lock;
  uint64_t lifetime_ns, valid_until;
  begin_cb on_refresh; /* value: int, the new token */
  void *user_data;
  int64_t value;
};
asy_status token_get(struct token *token, int64_t *out_token, asy_error **out_error);

/* ---- gate.c: workers wait until what they need is there, or learn that it will not be */
asy_future *gate_new(asy_loop *loop);
asy_status gate_open(asy_future *gate);
asy_status gate_fail(asy_future *gate, asy_error *error);
/* A cancelled worker leaves; the gate stays for the others. */
asy_status gate_wait(asy_future *gate, asy_error **out_error);

/* ---- chunks.c: long computing that lets the others run */
asy_status in_chunks(asy_loop *loop, size_t count, size_t chunk, void (*on_item)(size_t index, void *user_data),
                     void *user_data);

/* ---- shutdown.c: the end of a service in two phases */
struct service {
  asy_loop *loop;
  asy_queue *jobs;
  asy_event *stopping; /* set: no new jobs, the workers end when the queue is empty */
  asy_run_cb work;     /* one job; finds it in `job` */
  uint32_t workers;
  uint64_t grace_ns; /* for what is queued and under way */
  asy_future *abort; /* done: no grace any more, as after a second signal */
  void (*on_close)(struct service *service);
  uint32_t cancelled; /* workers that the grace did not suffice for */
};
asy_status service_submit(struct service *service, asy_value *job);
/* Works until `stopping` is set and what was queued is done, or the grace is over. */
asy_status service_run(struct service *service, asy_error **out_error);

/* ---- toy_loop.c: what an event loop is, in thirty lines, with libasync's inside it */
struct toy_job {
  uint64_t when; /* 0: as soon as possible */
  asy_call_cb call;
  void *user_data;
};
struct toy_loop {
  struct toy_job jobs[64]; /* a heap: the earliest is the first */
  size_t count;
};
void toy_call_at(struct toy_loop *toy, uint64_t when, asy_call_cb call, void *user_data);
void toy_run(struct toy_loop *toy, asy_loop *loop);
#endif
