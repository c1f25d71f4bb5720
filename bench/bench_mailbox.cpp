// Calls from another thread, while the loop takes them in. Beside them a vector under a mutex.
#include <atomic>
#include <mutex>
#include <thread>
#include <vector>

#include "compare.hpp"

namespace {

constexpr std::int64_t batch = 10000;

void count(void *data) { static_cast<std::atomic<std::int64_t> *>(data)->fetch_add(1, std::memory_order_relaxed); }

/// What the producer pays; the loop runs on a thread of its own.
void post(benchmark::State &state) {
  std::atomic<asy_loop *> shared{nullptr};
  std::atomic<std::int64_t> arrived{0};
  std::thread owner([&] {
    compare::loop loop;
    shared = loop;
    asy_loop_run(loop);
  });
  while (!shared) std::this_thread::yield();
  asy_loop *loop = shared;
  std::mutex lock;
  std::vector<std::pair<void (*)(void *), void *>> bare;
  std::int64_t sent = 0;
  compare::run(
      state, batch,
      [&] {
        for (int i = 0; i < batch; ++i) asy_loop_call_soon_threadsafe(loop, count, &arrived, nullptr, nullptr);
        sent += batch;
      },
      [&] {
        while (arrived != sent) std::this_thread::yield();  // else the queue grows without end
        for (int i = 0; i < batch; ++i) {
          std::lock_guard guard(lock);
          bare.emplace_back(count, &arrived);
        }
        bare.clear();
      });
  asy_loop_call_soon_threadsafe(
      loop, [](void *stopped) { asy_loop_stop(static_cast<asy_loop *>(stopped)); }, loop, nullptr, nullptr);
  owner.join();
}
BENCHMARK(post)->UseManualTime();

/// A promise kept by the thread that owns the loop, as a foreign library's callback would.
void promise(benchmark::State &state) {
  compare::loop loop;
  static compare::ring ring;
  std::atomic<std::int64_t> ran{0};
  constexpr int some = 1000;
  compare::run(
      state, some,
      [&] {
        for (int i = 0; i < some; ++i) {
          asy_promise *kept = nullptr;
          asy_future *future = asy_promise_new(loop, nullptr, nullptr, nullptr, &kept);
          asy_promise_set_result(kept, nullptr);
          asy_promise_unref(kept);
          asy_future_unref(future);
        }
        asy_loop_step(loop, 0);
      },
      [&] {
        for (int i = 0; i < some; ++i) ring.push(count, &ran);
        ring.drain();
      });
}
BENCHMARK(promise)->UseManualTime();

}  // namespace

BENCHMARK_MAIN();
