// What the benchmarks share: nanoseconds per item, beside the least that could be done for the same, alternating in
// one run. The minima are compared, as they are what other load on the machine disturbs least.
#pragma once
#include <benchmark/benchmark.h>
#include <libasync.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>

namespace compare {

template <class Work>
double seconds(Work &work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// `work` does `items` things, `limit` does as many without any of what a library adds. Register with UseManualTime().
template <class Work, class Limit>
void run(benchmark::State &state, std::int64_t items, Work work, Limit limit) {
  double best = 1e9, least = 1e9;
  for (auto _ : state) {
    const double taken = seconds(work);
    state.SetIterationTime(taken);
    best = std::min(best, taken);
    least = std::min(least, seconds(limit));
  }
  state.SetItemsProcessed(state.iterations() * items);
  state.counters["ns"] = best * 1e9 / static_cast<double>(items);
  state.counters["limit_ns"] = least * 1e9 / static_cast<double>(items);
  state.counters["x_limit"] = best / least;
}

/// A loop of its own, which must end clean.
class loop {
 public:
  explicit loop(std::uint32_t flags = 0) {
    asy_loop_options options{sizeof options, flags, 0, 0};
    if (asy_loop_new(&options, &raw_)) std::abort();
  }
  loop(const loop &) = delete;
  ~loop() {
    asy_loop_close(raw_);
    asy_loop_unref(raw_);
  }
  operator asy_loop *() const { return raw_; }
  /// Runs until it is done, and consumes it.
  void finish(asy_future *future) const {
    if (asy_loop_run_until_complete(raw_, future) || asy_future_status(future)) std::abort();
    asy_future_unref(future);
  }

 private:
  asy_loop *raw_ = nullptr;
};

/// The least that queued work can cost: a function and its argument in an array.
class ring {
 public:
  using function = void (*)(void *);
  void push(function run, void *argument) { entries_[tail_++ % size] = {run, argument}; }
  void drain() {
    while (head_ != tail_) {
      const entry next = entries_[head_++ % size];
      next.run(next.argument);
    }
  }

 private:
  static constexpr std::size_t size = 4096;
  struct entry {
    function run;
    void *argument;
  };
  entry entries_[size];
  std::size_t head_ = 0, tail_ = 0;
};

}  // namespace compare
