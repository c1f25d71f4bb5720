// The life of a task: spawned, run, finished, released; as a C++20 coroutine and as a function with its own stack.
#include <libasync.hpp>

#include "frames.hpp"

namespace {

constexpr std::int64_t batch = 1000;

compare::frame empty() { co_return; }

void limit(compare::ring &ring) {
  for (int i = 0; i < batch; ++i) compare::queue(ring, empty().handle);
  ring.drain();
}

asy::task<> nothing() { co_return; }

void cpp(benchmark::State &state) {
  asy::loop loop;
  static compare::ring ring;
  compare::run(
      state, batch,
      [&] {
        for (int i = 0; i < batch; ++i) asy::spawn(loop, nothing());
        loop.step(std::chrono::nanoseconds(0));
      },
      [&] { limit(ring); });
  loop.close();
}
BENCHMARK(cpp)->UseManualTime();

asy_status return_at_once(asy_value *, asy_error **, void *) { return ASY_OK; }

void stackful(benchmark::State &state) {
  compare::loop loop;
  static compare::ring ring;
  compare::run(
      state, batch,
      [&] {
        for (int i = 0; i < batch; ++i) asy_future_unref(asy_spawn(loop, return_at_once, nullptr, nullptr, nullptr));
        asy_loop_step(loop, 0);
      },
      [&] { limit(ring); });
}
BENCHMARK(stackful)->UseManualTime();

/// A task that spawns and awaits one other at a time.
asy_status one_by_one(asy_value *, asy_error **, void *loop) {
  for (int i = 0; i < batch; ++i)
    asy_await(asy_spawn(static_cast<asy_loop *>(loop), return_at_once, nullptr, nullptr, nullptr), nullptr, nullptr);
  return ASY_OK;
}

void stackful_awaited(benchmark::State &state) {
  compare::loop loop;
  static compare::ring ring;
  compare::run(
      state, batch, [&] { loop.finish(asy_spawn(loop, one_by_one, loop, nullptr, nullptr)); }, [&] { limit(ring); });
}
BENCHMARK(stackful_awaited)->UseManualTime();

}  // namespace

BENCHMARK_MAIN();
