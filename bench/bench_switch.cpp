// Giving up a turn: sleep(0) through the ready queue, and awaiting what is done.
#include <libasync.hpp>

#include "frames.hpp"

namespace {

constexpr std::int64_t batch = 1000;

compare::frame turns(compare::ring &ring) {
  for (int i = 0; i < batch; ++i) co_await compare::turn{ring};
}

void limit(compare::ring &ring) {
  compare::queue(ring, turns(ring).handle);
  ring.drain();
}

asy::task<> sleep_cpp() {
  for (int i = 0; i < batch; ++i) co_await asy::sleep(std::chrono::nanoseconds(0));
}

void sleep0_cpp(benchmark::State &state) {
  asy::loop loop;
  static compare::ring ring;
  compare::run(
      state, batch, [&] { loop.run_until_complete(asy::spawn(loop, sleep_cpp())); }, [&] { limit(ring); });
  loop.close();
}
BENCHMARK(sleep0_cpp)->UseManualTime();

asy_status sleep_stackful(asy_value *, asy_error **, void *loop) {
  for (int i = 0; i < batch; ++i) asy_await(asy_sleep(static_cast<asy_loop *>(loop), 0), nullptr, nullptr);
  return ASY_OK;
}

void sleep0_stackful(benchmark::State &state) {
  compare::loop loop;
  static compare::ring ring;
  compare::run(
      state, batch, [&] { loop.finish(asy_spawn(loop, sleep_stackful, loop, nullptr, nullptr)); },
      [&] { limit(ring); });
}
BENCHMARK(sleep0_stackful)->UseManualTime();

asy_status await_done(asy_value *, asy_error **, void *loop) {
  for (int i = 0; i < batch; ++i)
    asy_await(asy_future_new_done(static_cast<asy_loop *>(loop), nullptr), nullptr, nullptr);
  return ASY_OK;
}

void done_stackful(benchmark::State &state) {
  compare::loop loop;
  static compare::ring ring;
  compare::run(
      state, batch, [&] { loop.finish(asy_spawn(loop, await_done, loop, nullptr, nullptr)); }, [&] { limit(ring); });
}
BENCHMARK(done_stackful)->UseManualTime();

}  // namespace

BENCHMARK_MAIN();
