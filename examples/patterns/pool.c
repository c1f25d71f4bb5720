#include <stdlib.h>

#include "patterns.h"

struct idle {
  void *connection;
  uint64_t since;
};

struct pool {
  asy_loop *loop;
  struct pool_options options;
  asy_semaphore *slots; /* who waits for one stands in its line */
  asy_event *returned;
  int closing;
  uint32_t users; /* who has a connection, opens one or waits for one */
  size_t count;
  struct idle idle[]; /* the last one returned is the first to go out again */
};

struct pool *pool_new(asy_loop *loop, const struct pool_options *options) {
  struct pool *pool = calloc(1, sizeof *pool + options->size * sizeof(struct idle));
  if (!pool) return NULL;
  pool->loop = loop;
  pool->options = *options;
  if (!asy_semaphore_new(loop, options->size, &pool->slots) && !asy_event_new(loop, &pool->returned)) return pool;
  asy_semaphore_unref(pool->slots);
  free(pool);
  return NULL;
}

static void close_one(struct pool *pool, void *connection) { pool->options.close(connection, pool->options.user_data); }

/* NULL when none is left that is young and healthy enough. */
static void *take_idle(struct pool *pool) {
  while (pool->count) {
    struct idle *last = &pool->idle[--pool->count];
    int fresh = asy_loop_time(pool->loop) - last->since < pool->options.idle_ns;
    if (fresh && (!pool->options.is_healthy || pool->options.is_healthy(last->connection, pool->options.user_data)))
      return last->connection;
    close_one(pool, last->connection);
  }
  return NULL;
}

static void leave(struct pool *pool) {
  if (!--pool->users) asy_event_set(pool->returned);
}

/* Inside the scope of the time limit; the slot goes back unless a connection comes of it. */
static asy_status acquire(struct pool *pool, void **out_connection, asy_error **out_error) {
  asy_status status = asy_await(asy_semaphore_acquire(pool->slots), NULL, out_error);
  if (status) return status;
  asy_value opened = {0};
  if (pool->closing) status = ASY_E_CLOSED;
  else if (!(*out_connection = take_idle(pool)))
    status = asy_await(pool->options.open(pool->options.user_data), &opened, out_error);
  if (status) {
    asy_semaphore_release(pool->slots);
    return status;
  }
  if (!*out_connection) *out_connection = asy_value_pointer(&opened);
  return ASY_OK;
}

asy_status pool_acquire(struct pool *pool, uint64_t timeout_ns, void **out_connection, asy_error **out_error) {
  asy_timeout *scope;
  asy_error *error = NULL;
  *out_connection = NULL;
  asy_status status = asy_timeout_enter(pool->loop, NULL, timeout_ns, &scope);
  if (status) return status;
  ++pool->users;
  status = acquire(pool, out_connection, &error);
  if (status) leave(pool);
  if (status && !error) error = asy_error_new(status, "the pool is closed", NULL);
  return asy_timeout_exit(scope, error, out_error);
}

void pool_release(struct pool *pool, void *connection, int broken) {
  if (broken || pool->closing) close_one(pool, connection);
  else pool->idle[pool->count++] = (struct idle){connection, asy_loop_time(pool->loop)};
  asy_semaphore_release(pool->slots);
  leave(pool);
}

asy_status pool_close(struct pool *pool, asy_error **out_error) {
  pool->closing = 1;
  asy_event_clear(pool->returned);
  asy_status status = pool->users ? asy_await(asy_event_wait(pool->returned), NULL, out_error) : ASY_OK;
  if (status) return status; /* cancelled: closing goes on with the next call */
  while (pool->count) close_one(pool, pool->idle[--pool->count].connection);
  asy_event_unref(pool->returned);
  asy_semaphore_unref(pool->slots);
  free(pool);
  return ASY_OK;
}
