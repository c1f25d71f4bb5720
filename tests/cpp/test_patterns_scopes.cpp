/* The edges of the patterns about several tasks: examples/patterns. */
#include "check.hpp"

#include <csignal>

#include "monitor.hpp"
#include "pipeline.hpp"
#include "pool.hpp"
#include "shutdown.hpp"
#include "sources.hpp"

namespace {

asy::task<> job(int &ended, std::chrono::milliseconds fails_after = 1000h) {
  struct note {
    int &ended;
    ~note() { ++ended; }
  } scope{ended};
  co_await asy::sleep(fails_after);
  throw std::runtime_error("the job");
}

std::vector<asy::task<>> jobs(asy::task<> one) {
  std::vector<asy::task<>> list;
  list.push_back(std::move(one));
  return list;
}

}  // namespace

static void test_background_tasks_end_with_the_body() { /* ECO-06 */
  check::world loop;
  int ended = 0;
  auto body = []() -> asy::task<int> {
    co_await asy::sleep(10ms);
    co_return 4;
  };
  CHECK(loop.run_until_complete(with_background(jobs(job(ended)), body)) == 4 && ended == 1);
  auto failed = THROWN(asy::group_error, loop.run_until_complete(with_background(jobs(job(ended, 1ms)), body)));
  CHECK(failed && failed->contains<std::runtime_error>() && ended == 2);
  auto cancelled = asy::spawn(loop, with_background(jobs(job(ended)), body));
  loop.settle();
  cancelled.cancel();
  CHECK(THROWN(asy::cancelled, loop.run_until_complete(cancelled)) && ended == 3);
}

static void test_the_failure_of_one_cuts_no_clean_up_short() { /* ECO-06 */
  check::world loop;
  bool is_whole = false;
  auto cleans = [&]() -> asy::task<> {
    try {
      co_await asy::sleep(1h);
    } catch (const asy::cancelled &) {}
    co_await asy::sleep(10ms);
    is_whole = true;
  };
  int ended = 0;
  std::vector<asy::task<>> both = jobs(job(ended, 1ms));
  both.push_back(cleans());
  auto body = []() -> asy::task<> { co_await asy::sleep(1h); };
  CHECK(THROWN(asy::group_error, loop.run_until_complete(with_background(std::move(both), body))) && is_whole);
}

static void test_a_monitor_tells_at_every_period() { /* ECO-21 */
  check::world loop;
  int told = 0;
  auto start = loop.time();
  auto body = []() -> asy::task<> { co_await asy::sleep(35ms); };
  loop.run_until_complete(with_monitor(
      10ms, [&] { ++told; }, body));
  CHECK(told == 3 && loop.time() - start == 35ms && loop.task_count() == 0);
}

static void test_every_item_is_consumed_over_a_bounded_queue() { /* ECO-07 */
  check::world loop;
  int taken = 0, sum = 0, fail_at = 0;
  auto produce = [](unsigned) -> asy::generator<int> {
    for (int i = 1; i <= 10; ++i) co_yield i;
  };
  auto consume = [&](int item) -> asy::task<> {
    co_await asy::sleep(1ms);
    sum += item;
    if (++taken == fail_at) throw std::runtime_error("consumer");
  };
  auto run = [&] { return pipeline<int>(3, 2, 4, produce, consume); };
  loop.run_until_complete(run());
  CHECK(taken == 30 && sum == 3 * 55);
  taken = 0;
  fail_at = 5;
  auto failed = THROWN(asy::group_error, loop.run_until_complete(run()));
  CHECK(failed && failed->contains<std::runtime_error>() && taken < 8 && loop.task_count() == 0);
  auto cancelled = asy::spawn(loop, run());
  loop.settle();
  cancelled.cancel();
  CHECK(THROWN(asy::cancelled, loop.run_until_complete(cancelled)) && loop.task_count() == 0);
}

static void test_the_end_of_one_source_ends_all() { /* ECO-08 */
  check::world loop;
  int ended = 0;
  bool fails = false;
  auto reader = [&]() -> asy::task<> {
    co_await asy::sleep(10ms);
    if (fails) throw std::runtime_error("reader");
  };
  auto pump = [&]() -> asy::task<> { return job(ended); };
  auto run = [&] { return run_sources({reader, pump}); };
  loop.run_until_complete(run());
  CHECK(ended == 1);
  fails = true;
  auto failed = THROWN(asy::group_error, loop.run_until_complete(run()));
  CHECK(failed && failed->contains<std::runtime_error>() && ended == 2);
}

static void test_a_pool_lends_in_line_and_replaces_what_is_bad() { /* ECO-04 */
  check::world loop;
  int alive = 0, opened = 0, unhealthy = 0;
  struct connection {
    check::tracked life;
    int number;
  };
  auto open = [&]() -> asy::task<connection> {
    co_await asy::sleep(5ms);
    co_return connection{check::tracked(alive), ++opened};
  };
  loop.run([&]() -> asy::task<> {
    pool<std::shared_ptr<connection>> shared(
        {.size = 1,
         .idle = 1s,
         .open = [&]() -> asy::task<std::shared_ptr<connection>> {
           auto made = co_await open();
           co_return std::make_shared<connection>(made);
         },
         .is_healthy = [&](std::shared_ptr<connection> &one) { return one->number != unhealthy; }});
    auto use = [&](std::chrono::milliseconds hold, std::chrono::nanoseconds limit, bool breaks) -> asy::task<int> {
      auto one = co_await shared.acquire(limit);
      co_await asy::sleep(hold);
      if (breaks) one.set_broken();
      co_return (*one)->number;
    };
    auto number = [&](bool breaks) { return use(0ms, asy::forever, breaks); };
    CHECK(co_await number(false) == 1);
    CHECK(co_await number(true) == 1);
    CHECK(co_await number(false) == 2);
    unhealthy = 2;
    CHECK(co_await number(false) == 3);
    co_await asy::sleep(1s);
    CHECK(co_await number(false) == 4);
    CHECK(alive == 1);
    auto slow = asy::spawn(use(100ms, asy::forever, false));
    co_await asy::yield();
    auto [hasty, patient] = co_await asy::gather(asy::return_errors, use(0ms, 10ms, false), number(false));
    CHECK(hasty.failure() && hasty.failure()->code() == ASY_E_TIMEOUT && patient.get() == 4);
    auto last = asy::spawn(use(100ms, asy::forever, true));
    co_await asy::yield();
    auto opening = asy::spawn(number(false));
    co_await asy::sleep(102ms);
    opening.cancel();  // while it opens: the slot goes back
    co_await asy::sleep(1ms);
    CHECK(opening.is_cancelled());
    CHECK(co_await number(false) == 5);
    auto borrowed = asy::spawn(use(50ms, asy::forever, false));
    co_await asy::yield();
    auto closing = asy::spawn(shared.close());
    co_await asy::yield();
    CHECK(!closing.is_done());
    co_await closing;
    CHECK(borrowed.is_done() && slow.is_done() && last.is_done());
    try {
      co_await number(false);
      CHECK(false);
    } catch (const asy::closed_error &) {}
  });
  CHECK(alive == 0);
}

static void test_a_pool_that_closes_waits_for_what_is_being_opened_and_for_the_line() { /* ECO-04 */
  check::world loop;
  loop.run([&]() -> asy::task<> {
    std::vector<asy::future<void>> users;
    {
      auto open = []() -> asy::task<int> {
        co_await asy::sleep(10ms);
        co_return 1;
      };
      pool<int> shared({1, 1s, open, nullptr});
      auto use = [&]() -> asy::task<> {
        auto one = co_await shared.acquire();
        co_await asy::sleep(10ms);
      };
      for (int i = 0; i < 3; ++i) users.push_back(asy::spawn(use()));
      co_await asy::yield();
      co_await shared.close();
    }
    co_await asy::yield();
    users[0].result();
    for (int i : {1, 2}) CHECK(THROWN(asy::closed_error, users[i].result()));
  });
}

static void test_a_service_ends_in_two_phases() { /* ECO-05 */
  check::world loop;
  loop.run([&]() -> asy::task<> {
    int worked = 0;
    auto work = [&](std::chrono::milliseconds length) -> asy::task<> {
      co_await asy::sleep(length);
      ++worked;
    };
    auto end = [&](std::chrono::milliseconds length, int signals) -> asy::task<unsigned> {
      service<std::chrono::milliseconds> jobs(2, 100ms, work);
      for (int i = 0; i < 4; ++i) CHECK(jobs.submit(length));
      auto running = asy::spawn(jobs.run());
      co_await asy::yield();
      for (int i = 0; i < signals; ++i) jobs.stop();
      CHECK(!jobs.submit(length));
      co_await running;
      co_return jobs.cancelled();
    };
    auto start = loop.time();
    CHECK(co_await end(10ms, 1) == 0);
    CHECK(worked == 4 && loop.time() - start == 20ms);
    CHECK(co_await end(5000ms, 1) == 2);  // the grace is over
    CHECK(loop.time() - start == 120ms);
    CHECK(co_await end(5000ms, 2) == 2);  // the second signal
    CHECK(loop.time() - start == 120ms && worked == 4);
    service<std::chrono::milliseconds> cut(1, 1h, work);
    CHECK(cut.submit(5000ms));
    auto running = asy::spawn(cut.run());
    co_await asy::sleep(1ms);
    running.cancel();
    co_await asy::sleep(1ms);
    CHECK(running.is_cancelled() && asy::loop_ref().task_count() == 1);
  });
}

static void test_the_first_signal_stops_it_and_the_second_cuts_it_short() { /* ECO-05 SIG-07 */
  check::world loop(0);
  loop.run([&]() -> asy::task<> {
    auto work = [](std::chrono::milliseconds length) -> asy::task<> { co_await asy::sleep(length); };
    service<std::chrono::milliseconds> jobs(1, 1h, work);
    CHECK(jobs.submit(1h));
    int heard = 0;
    asy::add_signal_handler(
        SIGTERM, [&] { jobs.stop(), ++heard; }, loop);
    auto running = asy::spawn(jobs.run());
    co_await asy::yield();
    std::raise(SIGTERM);
    while (!heard) co_await asy::yield();
    CHECK(!jobs.submit(1ms) && !running.is_done());
    std::raise(SIGTERM);
    co_await running;
    CHECK(heard == 2 && jobs.cancelled() == 1);
    asy::remove_signal_handler(SIGTERM, loop);
  });
}

int main() {
  return check::run({
      TEST(test_background_tasks_end_with_the_body),
      TEST(test_the_failure_of_one_cuts_no_clean_up_short),
      TEST(test_a_monitor_tells_at_every_period),
      TEST(test_every_item_is_consumed_over_a_bounded_queue),
      TEST(test_the_end_of_one_source_ends_all),
      TEST(test_a_pool_lends_in_line_and_replaces_what_is_bad),
      TEST(test_a_pool_that_closes_waits_for_what_is_being_opened_and_for_the_line),
      TEST(test_a_service_ends_in_two_phases),
      TEST(test_the_first_signal_stops_it_and_the_second_cuts_it_short),
  });
}
