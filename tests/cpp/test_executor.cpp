/* Executors: functions on other threads. */
#include "check.hpp"

#include <latch>
#include <thread>

static void test_a_function_runs_on_a_thread_and_its_outcome_comes_back() { /* THR-01 THR-03 */
  check::world loop(0);
  loop.run([]() -> asy::task<> {
    auto here = std::this_thread::get_id();
    auto there = co_await asy::to_thread(
        [](std::unique_ptr<int> n) { return std::pair(std::this_thread::get_id(), *n); }, std::make_unique<int>(4));
    CHECK(there.first != here && there.second == 4);
    try {
      co_await asy::to_thread([] { throw std::out_of_range("there"); });
      CHECK(false);
    } catch (const std::out_of_range &e) {
      CHECK(std::string(e.what()) == "there");
    }
  });
}

static void test_a_cancelled_job_is_let_go_and_can_learn_of_it() { /* THR-02 */
  check::world loop(0);
  int running_alive = 0, queued_alive = 0;  // of its own each: a job's function ends on the thread that had it
  std::latch begun(1), seen(1);
  asy::executor one({.name = "one", .max_threads = 1, .max_queued = 1});
  bool has_run = false;
  loop.run([&]() -> asy::task<> {
    auto running = one.run([&, kept = check::tracked(running_alive)] {
      begun.count_down();
      while (!asy::executor::is_cancelled()) std::this_thread::yield();
      seen.count_down();
    });
    begun.wait();
    auto queued = one.run([&, kept = check::tracked(queued_alive)] { has_run = true; });
    auto refused = one.run([] {});
    CHECK(refused.failure() && refused.failure()->code() == ASY_E_AGAIN);
    queued.cancel();
    running.cancel();
    CHECK(running.is_cancelled());
    seen.wait();
    co_await one.shutdown();
    CHECK(THROWN(asy::closed_error, one.run([] {}).result()));
  });
  CHECK(!has_run && running_alive == 0 && queued_alive == 0 && !asy::executor::is_cancelled());
}

static void test_the_loops_own_executor_can_be_chosen_and_shut_down() { /* THR-04 THR-05 EXT-05 */
  check::world loop(0);
  loop.run([&]() -> asy::task<> {
    asy::executor chosen({.name = "chosen", .max_threads = 1});
    asy::set_default_executor(chosen);
    std::latch release(1);
    auto job = asy::to_thread([&] { release.wait(); });
    try {
      co_await asy::shutdown_default_executor(1ms);
      CHECK(false);
    } catch (const asy::timeout_error &) {}
    release.count_down();
    co_await job;  // it went on
    CHECK(THROWN(asy::closed_error, asy::to_thread([] {}).result()));
    CHECK(THROWN(asy::closed_error, asy::set_default_executor(chosen)));
  });
}

static void test_arguments_reach_the_thread_as_they_are() { /* THR-03 */
  check::world loop(0);
  loop.run([]() -> asy::task<> {
    CHECK(co_await asy::to_thread([](std::pair<int, int> both) { return both.first + both.second; }, std::pair(1, 2)) ==
          3);
    auto moved = [](std::unique_ptr<int> mine, std::tuple<int> other) { return *mine + std::get<0>(other); };
    CHECK(co_await asy::to_thread(moved, std::make_unique<int>(3), std::tuple(4)) == 7);
  });
}

int main() {
  return check::run({
      TEST(test_a_function_runs_on_a_thread_and_its_outcome_comes_back),
      TEST(test_a_cancelled_job_is_let_go_and_can_learn_of_it),
      TEST(test_the_loops_own_executor_can_be_chosen_and_shut_down),
      TEST(test_arguments_reach_the_thread_as_they_are),
  });
}
