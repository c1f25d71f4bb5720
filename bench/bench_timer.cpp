// Timers among a hundred thousand: armed and cancelled, and fired. Beside them the standard library's ordered map.
#include <map>
#include <random>
#include <vector>

#include "compare.hpp"

namespace {

constexpr std::int64_t batch = 1000, outstanding = 100000;

void nothing(void *) {}

/// The timers that stand around.
class crowd {
 public:
  crowd(asy_loop *loop, std::uint64_t from) {
    std::mt19937_64 random(1);
    for (std::int64_t i = 0; i < outstanding; ++i) {
      const std::uint64_t delay = from + random() % (1000 * ASY_SECOND);
      asy_handle *handle = nullptr;
      if (asy_loop_call_later(loop, delay, nothing, nullptr, nullptr, &handle)) std::abort();
      handles_.push_back(handle);
      map_.emplace(delay, nullptr);
    }
  }
  ~crowd() {
    for (asy_handle *handle : handles_) {
      asy_handle_cancel(handle);
      asy_handle_unref(handle);
    }
  }
  std::multimap<std::uint64_t, void *> &map() { return map_; }

 private:
  std::vector<asy_handle *> handles_;
  std::multimap<std::uint64_t, void *> map_;
};

/// The usual timeout: longer than what is left of all others.
void arm_and_cancel(benchmark::State &state) {
  compare::loop loop(ASY_LOOP_VIRTUAL_CLOCK);
  crowd others(loop, 0);
  const std::uint64_t delay = 2000 * ASY_SECOND;
  compare::run(
      state, batch,
      [&] {
        for (int i = 0; i < batch; ++i) {
          asy_handle *handle = nullptr;
          asy_loop_call_later(loop, delay, nothing, nullptr, nullptr, &handle);
          asy_handle_cancel(handle);
          asy_handle_unref(handle);
        }
      },
      [&] {
        for (int i = 0; i < batch; ++i) others.map().erase(others.map().emplace(delay, nullptr));
      });
}
BENCHMARK(arm_and_cancel)->UseManualTime();

/// A sleep that is cancelled: a future and its timer.
void sleep_and_cancel(benchmark::State &state) {
  compare::loop loop(ASY_LOOP_VIRTUAL_CLOCK);
  crowd others(loop, 0);
  const std::uint64_t delay = 2000 * ASY_SECOND;
  compare::run(
      state, batch,
      [&] {
        for (int i = 0; i < batch; ++i) {
          asy_future *sleep = asy_sleep(loop, delay);
          asy_future_cancel(sleep, nullptr);
          asy_future_unref(sleep);
        }
        asy_loop_step(loop, 0);
      },
      [&] {
        for (int i = 0; i < batch; ++i) others.map().erase(others.map().emplace(delay, nullptr));
      });
}
BENCHMARK(sleep_and_cancel)->UseManualTime();

/// Armed at random deadlines and fired in order.
void arm_and_fire(benchmark::State &state) {
  compare::loop loop(ASY_LOOP_VIRTUAL_CLOCK);
  std::mt19937_64 random(2);
  std::vector<std::uint64_t> delays(outstanding);
  for (std::uint64_t &delay : delays) delay = random() % ASY_SECOND;
  std::multimap<std::uint64_t, void *> map;
  compare::run(
      state, outstanding,
      [&] {
        for (std::uint64_t delay : delays) asy_loop_call_later(loop, delay, nothing, nullptr, nullptr, nullptr);
        asy_loop_advance(loop, ASY_SECOND);
        for (std::int64_t turn = 0; asy_loop_next_deadline(loop) != ASY_FOREVER && turn < outstanding; ++turn)
          asy_loop_step(loop, 0);
      },
      [&] {
        for (std::uint64_t delay : delays) map.emplace(delay, nullptr);
        while (!map.empty()) {
          nothing(map.begin()->second);
          map.erase(map.begin());
        }
      });
}
BENCHMARK(arm_and_fire)->UseManualTime();

}  // namespace

BENCHMARK_MAIN();
