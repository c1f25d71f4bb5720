#include "patterns.h"

/* A shared future says it all: done or failed, for those who come before and after, and no waiter's cancel ends it. */
asy_future *gate_new(asy_loop *loop) {
  asy_future *gate = asy_future_new(loop);
  asy_future_set_shared(gate);
  return gate;
}
asy_status gate_open(asy_future *gate) { return asy_future_set_result(gate, NULL); }
asy_status gate_fail(asy_future *gate, asy_error *error) { return asy_future_set_error(gate, error); }
asy_status gate_wait(asy_future *gate, asy_error **out_error) {
  return asy_await(asy_future_ref(gate), NULL, out_error);
}
