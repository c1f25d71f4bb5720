/* The kit for testing programs, used on programs with known faults. */
#include "check.hpp"

#include <libasync/testing.hpp>

namespace {

/** Moves one unit, and must put it back or finish. */
struct account {
  int left = 1, right = 0;
  bool is_faulty;
};
asy::task<> move_one(account &a) {
  --a.left;
  try {
    co_await asy::sleep(1s);
    co_await asy::yield();
  } catch (...) {
    if (!a.is_faulty) ++a.left;
    throw;
  }
  ++a.right;
}

/** @return in how many of the runs a unit was lost */
int units_lost(bool is_faulty) {
  int lost = 0;
  account a{1, 0, is_faulty};
  auto count = asy::testing::cancel_everywhere(
      [&]() {
        a = {1, 0, is_faulty};
        return move_one(a);
      },
      [&](asy::testing::test_loop &) { lost += a.left + a.right != 1; });
  CHECK(count >= 1);
  return lost;
}

}  // namespace

static void test_a_cancel_at_every_suspension_finds_the_lost_unit() { /* TEST-04 */
  CHECK(units_lost(false) == 0);
  CHECK(units_lost(true) > 0);
}

static void test_a_hang_is_told_with_the_tasks() { /* TEST-08 */
  asy::testing::test_loop loop;
  asy::event never(loop);
  auto hang = THROWN(asy::timeout_error, loop.run([&]() -> asy::task<> { co_await never.wait(); }, 5s));
  CHECK(hang && hang->message().find("event") != std::string_view::npos);
  for (auto &task : loop.tasks()) task.cancel();
  loop.settle();
}

static void test_a_seed_gives_an_order_of_its_own_that_comes_again() { /* TEST-10 */
  auto order_of = [](std::uint64_t seed) {
    asy::testing::test_loop loop(seed);
    std::string order;
    loop.run([&]() -> asy::task<> {
      co_await asy::with_group([&](asy::task_group &group) -> asy::task<> {
        for (char who = 'a'; who < 'k'; ++who)
          group.spawn(
              [](std::string &text, char one) -> asy::task<> {
                text += one;
                co_return;
              },
              std::ref(order), who);
        co_return;
      });
    });
    return order;
  };
  CHECK(order_of(0) == "abcdefghij" && order_of(7) == order_of(7));
  CHECK(order_of(7) != order_of(8));
}

static void test_every_allocation_may_fail() { /* TEST-09 */
  auto count = asy::testing::fail_allocations([] {
    asy::testing::test_loop loop;
    loop.run([]() -> asy::task<> {
      asy::queue<int> queue;
      co_await queue.put(1);
      CHECK(co_await queue.get() == 1);
      co_await asy::gather(asy::sleep(1ms), asy::sleep(2ms));
    });
  });
  CHECK(count > 5);
}

static void test_what_is_still_held_is_counted_by_kind() { /* TEST-06 */
  asy::testing::test_loop loop;
  std::optional<asy::queue<int>> kept(std::in_place, 0, loop);
  loop.close();
  CHECK(asy::testing::live(loop).size() == 1);
  kept.reset();
  CHECK(asy::testing::live(loop).empty());
}

static void test_things_of_another_loop_are_refused() { /* TEST-06 */
  asy::testing::test_loop one, two;
  asy::event event(one);
  auto mixed = THROWN(asy::error, two.run([&]() -> asy::task<> { co_await event.wait(); }));
  CHECK(mixed && mixed->code() == ASY_E_WRONG_LOOP);
}

static void test_a_coroutine_that_is_not_awaited_fails_loudly() { /* TEST-02 */
  asy::testing::test_loop loop;
  bool has_run = false;
  auto check_something = [](bool &run) -> asy::task<> {
    run = true;
    co_return;
  };
  loop.run([&]() -> asy::task<> {
    (void)check_something(has_run);
    co_return;
  });
  auto reports = loop.take_reports();
  CHECK(!has_run && reports.size() == 1 && reports[0].find("never awaited") != std::string::npos);
}

static void test_a_run_that_ends_early_leaves_no_alarm() { /* TEST-08 */
  asy::testing::test_loop loop;
  auto fatal = asy::spawn(loop, []() -> asy::task<> {
    co_await asy::sleep(1ms);
    throw asy::error::fatal(ASY_E_INTERNAL, "the end");
  });
  auto never = asy::future<>::pending(loop.raw());
  CHECK(THROWN(asy::error, loop.run(never, 5s))->is_fatal());
  loop.run(asy::sleep(loop, 1h));  // the alarm of before would end this one
  CHECK(loop.time() > 1h && fatal.failure());
}

static void test_time_jumps_to_what_is_next() { /* TEST-07 */
  asy::testing::test_loop loop;
  auto start = loop.time();
  auto real = std::chrono::steady_clock::now();
  loop.run([&]() -> asy::task<> {
    co_await asy::gather(asy::sleep(24h), asy::sleep(36h));
    CHECK(loop.time() - start == 36h);
  });
  CHECK(std::chrono::steady_clock::now() - real < 1h);
  auto later = asy::sleep(loop, 5s);
  loop.advance(4999ms);
  loop.settle();
  CHECK(!later.is_done() && loop.time() - start == 36h + 4999ms);
  loop.advance(1ms);
  loop.settle();
  CHECK(later.is_done());
}

int main() {
  return check::run({
      TEST(test_a_cancel_at_every_suspension_finds_the_lost_unit),
      TEST(test_a_hang_is_told_with_the_tasks),
      TEST(test_a_seed_gives_an_order_of_its_own_that_comes_again),
      TEST(test_every_allocation_may_fail),
      TEST(test_what_is_still_held_is_counted_by_kind),
      TEST(test_things_of_another_loop_are_refused),
      TEST(test_a_coroutine_that_is_not_awaited_fails_loudly),
      TEST(test_a_run_that_ends_early_leaves_no_alarm),
      TEST(test_time_jumps_to_what_is_next),
  });
}
