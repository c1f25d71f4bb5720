// The ready queue: a callback queued, run and forgotten.
#include "compare.hpp"

namespace {

constexpr std::int64_t batch = 1000;

void count(void *data) { ++*static_cast<std::int64_t *>(data); }

void call_soon(benchmark::State &state) {
  compare::loop loop;
  static compare::ring ring;
  std::int64_t ran = 0;
  compare::run(
      state, batch,
      [&] {
        for (int i = 0; i < batch; ++i) asy_loop_call_soon(loop, count, &ran, nullptr, nullptr);
        asy_loop_step(loop, 0);
      },
      [&] {
        for (int i = 0; i < batch; ++i) ring.push(count, &ran);
        ring.drain();
      });
}
BENCHMARK(call_soon)->UseManualTime();

struct chain {
  asy_loop *loop;
  std::int64_t left;
  static void next(void *data) {
    auto &self = *static_cast<chain *>(data);
    if (--self.left) asy_loop_call_soon(self.loop, next, data, nullptr, nullptr);
    else asy_loop_stop(self.loop);
  }
};

struct ring_chain {
  compare::ring &ring;
  std::int64_t left;
  static void next(void *data) {
    auto &self = *static_cast<ring_chain *>(data);
    if (--self.left) self.ring.push(next, data);
  }
};

/// One callback that queues the next: what the poll between batches adds.
void chained(benchmark::State &state) {
  compare::loop loop;
  static compare::ring ring;
  compare::run(
      state, batch,
      [&] {
        chain first{loop, batch};
        asy_loop_call_soon(loop, chain::next, &first, nullptr, nullptr);
        asy_loop_run(loop);
      },
      [&] {
        ring_chain first{ring, batch};
        ring.push(ring_chain::next, &first);
        ring.drain();
      });
}
BENCHMARK(chained)->UseManualTime();

}  // namespace

BENCHMARK_MAIN();
