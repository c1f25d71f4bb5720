// The life of a future: made, called back, released.
#include "compare.hpp"

namespace {

constexpr std::int64_t batch = 1000;

void count(asy_future *, void *data) { ++*static_cast<std::int64_t *>(data); }
void count_call(void *data) { ++*static_cast<std::int64_t *>(data); }

/// The limit: a block from malloc, a queued call, the block back.
struct bare {
  std::int64_t *ran;
  char rest[40];
  static void call(void *data) {
    auto *self = static_cast<bare *>(data);
    ++*self->ran;
    delete self;
  }
};

void limit(compare::ring &ring, std::int64_t &ran) {
  for (int i = 0; i < batch; ++i) {
    auto *made = new bare{&ran, {}};
    benchmark::DoNotOptimize(made);
    ring.push(bare::call, made);
  }
  ring.drain();
}

/// made, a callback added, completed, dispatched, released
void cycle(benchmark::State &state) {
  compare::loop loop;
  static compare::ring ring;
  std::int64_t ran = 0;
  compare::run(
      state, batch,
      [&] {
        for (int i = 0; i < batch; ++i) {
          asy_future *future = asy_future_new(loop);
          asy_future_add_done_callback(future, count, &ran, nullptr);
          asy_future_set_result(future, nullptr);
          asy_future_unref(future);
        }
        asy_loop_step(loop, 0);
      },
      [&] { limit(ring, ran); });
}
BENCHMARK(cycle)->UseManualTime();

/// made, completed, read, released: nobody waits
void unobserved(benchmark::State &state) {
  compare::loop loop;
  std::int64_t sum = 0;
  compare::run(
      state, batch,
      [&] {
        for (int i = 0; i < batch; ++i) {
          asy_value value;
          asy_value_set_int(&value, i);
          asy_future *future = asy_future_new_done(loop, &value);
          sum += asy_value_int(asy_future_value(future));
          asy_future_unref(future);
        }
      },
      [&] {
        for (int i = 0; i < batch; ++i) {
          auto *made = new bare{&sum, {}};
          benchmark::DoNotOptimize(made);
          delete made;
        }
      });
}
BENCHMARK(unobserved)->UseManualTime();

/// a reference taken and given back
void references(benchmark::State &state) {
  compare::loop loop;
  asy_future *future = asy_future_new(loop);
  std::int64_t ran = 0;
  compare::run(
      state, batch,
      [&] {
        for (int i = 0; i < batch; ++i) asy_future_unref(asy_future_ref(future));
      },
      [&] {
        for (int i = 0; i < batch; ++i) {
          count_call(&ran);
          benchmark::DoNotOptimize(ran);
        }
      });
  asy_future_unref(future);
}
BENCHMARK(references)->UseManualTime();

}  // namespace

BENCHMARK_MAIN();
