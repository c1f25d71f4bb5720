/* Functions of the ABI that are no operations, because they take what is no word or give more than one. */
#include "state.h"

/* The functions that consume futures take references: Go lends. */
static void take_references(asy_future *const *futures, size_t count) {
  for (size_t i = 0; i < count; i++) asy_future_ref(futures[i]);
}

asy_status asy_go_gather(asy_go *g, size_t op_count, asy_future *const *futures, size_t count, uint32_t flags) {
  asy_status status = go_enter(g, op_count);
  if (status) return status;
  take_references(futures, count);
  return go_leave(g, ASY_OK, asy_gather(g->loop, futures, count, flags));
}

asy_status asy_go_completions(asy_go *g, size_t op_count, asy_future *const *futures, size_t count) {
  asy_completions *made = NULL;
  asy_status status = go_enter(g, op_count);
  if (status) return status;
  take_references(futures, count);
  status = asy_completions_new(g->loop, futures, count, &made);
  return go_leave(g, status, made);
}

asy_status asy_go_wait(asy_go *g, size_t op_count, asy_future *const *futures, size_t count, uint32_t mode,
                       uint64_t timeout_ns) {
  asy_status status = go_enter(g, op_count);
  if (status) return status;
  take_references(futures, count);
  return go_leave(g, ASY_OK, asy_wait(g->loop, futures, count, mode, timeout_ns));
}

asy_status asy_go_try_get(asy_go *g, size_t op_count, asy_queue *queue, asy_value *out_value) {
  asy_status status = go_enter(g, op_count);
  return status ? status : go_leave(g, asy_queue_try_get(queue, out_value), NULL);
}

asy_status asy_go_stream_name(asy_go *g, size_t op_count, asy_stream *stream, int32_t peer, asy_value *out_value) {
  asy_status status = go_enter(g, op_count);
  if (status) return status;
  status = peer ? asy_stream_peer_name(stream, out_value) : asy_stream_socket_name(stream, out_value);
  return go_leave(g, status, NULL);
}

asy_status asy_go_priority_queue(asy_go *g, size_t op_count, size_t max_size) {
  asy_queue *queue = NULL;
  asy_status status = go_enter(g, op_count);
  if (status) return status;
  status = asy_queue_new_priority(g->loop, max_size, NULL, NULL, NULL, &queue);
  return go_leave(g, status, queue);
}

asy_status asy_go_limiter(asy_go *g, size_t op_count, double rate, double burst) {
  asy_limiter *limiter = NULL;
  asy_status status = go_enter(g, op_count);
  if (status) return status;
  status = asy_limiter_new(g->loop, rate, burst, &limiter);
  return go_leave(g, status, limiter);
}

asy_status asy_go_limiter_acquire(asy_go *g, size_t op_count, asy_limiter *limiter, double amount) {
  asy_status status = go_enter(g, op_count);
  return status ? status : go_leave(g, ASY_OK, asy_limiter_acquire(limiter, amount));
}

asy_status asy_go_limiter_try(asy_go *g, size_t op_count, asy_limiter *limiter, double amount) {
  asy_status status = go_enter(g, op_count);
  return status ? status : go_leave(g, asy_limiter_try_acquire(limiter, amount), NULL);
}
