/* Debug mode, slow steps, the watchdog. */
#include "check.hpp"

#include <atomic>
#include <cmath>

namespace {

void hold_up(std::chrono::nanoseconds length) {
  for (auto end = std::chrono::steady_clock::now() + length; std::chrono::steady_clock::now() < end;) {}
}

}  // namespace

static void test_debug_mode_is_switched_live_and_by_a_flag() { /* DBG-01 RUN-11 */
  check::world plain;
  CHECK(asy::is_debug(plain) == check::is_debug_run);
  asy::set_debug(false, plain);
  CHECK(!asy::is_debug(plain));
  asy::set_debug(true, plain);
  CHECK(asy::is_debug(plain));
  auto ask = []() -> asy::task<bool> { co_return asy::is_debug(); };
  CHECK(asy::run(ask(), {.flags = ASY_LOOP_DEBUG}));
  CHECK(asy::run(ask()) == check::is_debug_run);
}

static void test_a_spawned_task_remembers_the_line() { /* DBG-02 DBG-03 */
  check::world loop;
  asy::set_debug(false, loop);
  auto nothing = []() -> asy::task<> { co_return; };
  auto unknown = asy::spawn(loop, nothing());
  CHECK(asy::place(unknown).empty());
  asy::set_debug(true, loop);
  asy::set_slow_step(1h, loop);
  const int line = __LINE__ + 1;
  auto known = asy::spawn(loop, nothing());
  CHECK(asy::place(known).ends_with("test_debug.cpp:" + std::to_string(line)));
  auto function = asy::spawn(loop, nothing);
  CHECK(asy::place(function).ends_with("test_debug.cpp:" + std::to_string(line + 2)));
  auto future = asy::future<>::pending(loop.raw());
  CHECK(!asy::place(future).empty());  // what the C functions say
  loop.settle();
}

static void test_what_an_eager_step_spawns_has_its_own_line() { /* DBG-02 */
  check::world loop(ASY_LOOP_VIRTUAL_CLOCK | ASY_LOOP_DEBUG);
  asy::set_slow_step(1h, loop);
  std::string outer, inner;
  auto nothing = []() -> asy::task<> { co_return; };
  auto first = [&]() -> asy::task<> {
    inner = asy::place(asy::spawn(nothing()));
    co_return;
  };
  const int line = __LINE__ + 2;
  auto program = [&]() -> asy::task<> {
    outer = asy::place(asy::spawn(first(), {.eager = true}));
    co_return;
  };
  loop.run_until_complete(program());
  CHECK(outer.ends_with("test_debug.cpp:" + std::to_string(line)));
  CHECK(inner.ends_with("test_debug.cpp:" + std::to_string(line - 5)));
}

static void test_a_slow_step_is_told_with_its_task() { /* DBG-04 */
  check::world loop(ASY_LOOP_VIRTUAL_CLOCK | ASY_LOOP_DEBUG);
  asy::set_slow_step(1ms, loop);
  auto slow = []() -> asy::task<> {
    hold_up(2ms);
    co_return;
  };
  loop.run_until_complete(asy::spawn(loop, slow(), "brewer"));
  auto reports = loop.take_reports();
  bool found = false;
  for (const std::string &report : reports) found = found || report.find("brewer") != report.npos;
  CHECK(found);
}

static void test_debug_mode_changes_no_outcome() { /* DBG-10 */
  auto order_of = [](std::uint32_t flags) {
    check::world loop(flags);
    asy::set_slow_step(1h, loop);
    std::vector<int> order;
    loop.run([&]() -> asy::task<> {
      auto body = [&](int who) -> asy::task<> {
        order.push_back(who);
        co_await asy::sleep(who * 1ms);
        order.push_back(-who);
      };
      co_await asy::gather(body(3), body(1), body(2));
    });
    return order;
  };
  CHECK(order_of(ASY_LOOP_VIRTUAL_CLOCK) == order_of(ASY_LOOP_VIRTUAL_CLOCK | ASY_LOOP_DEBUG));
}

static void test_the_watchdog_tells_what_blocks_while_it_does() { /* DBG-04 */
  check::world loop;
  int alive = 0;
  std::atomic<bool> seen = false;
  std::string who;
  asy::set_watchdog(
      1ms,
      [&, kept = check::tracked(alive)](const char *name, std::chrono::nanoseconds stuck) {
        if (std::string_view(name) != "sleeping beauty") return;  // the machine is slow
        who = name;
        seen = stuck >= 1ms;
      },
      loop);
  auto block = [&]() -> asy::task<> {
    while (!seen) {}
    co_return;
  };
  loop.run_until_complete(asy::spawn(loop, block(), "sleeping beauty"));
  CHECK(who == "sleeping beauty" && alive == 1);
  asy::clear_watchdog(loop);
  CHECK(alive == 0);
}

static void test_a_watchdog_that_is_refused_holds_nothing() { /* DBG-04 HND-08 */
  check::world loop;
  int alive = 0;
  auto tell = [kept = check::tracked(alive)](const char *, std::chrono::nanoseconds) {};
  CHECK(alive == 1);
  CHECK(THROWN(asy::error, asy::set_watchdog(std::chrono::duration<double>(NAN), tell, loop)));
  CHECK(alive == 1);
}

int main() {
  return check::run({
      TEST(test_debug_mode_is_switched_live_and_by_a_flag),
      TEST(test_a_spawned_task_remembers_the_line),
      TEST(test_what_an_eager_step_spawns_has_its_own_line),
      TEST(test_a_slow_step_is_told_with_its_task),
      TEST(test_debug_mode_changes_no_outcome),
      TEST(test_the_watchdog_tells_what_blocks_while_it_does),
      TEST(test_a_watchdog_that_is_refused_holds_nothing),
  });
}
