/* shield: a cancel ends the wait, not what is awaited. */
#include "check.hpp"

static void test_a_cancel_stops_at_the_shield() { /* COMB-22 COMB-24 */
  check::world loop;
  bool has_ended = false;
  auto waiting = asy::spawn(loop, [&]() -> asy::task<> {
    co_await asy::shield([](bool &ended) -> asy::task<> {
      co_await asy::sleep(1s);
      ended = true;
    }(has_ended));  // the loop keeps it, nobody else does
  });
  loop.settle();
  waiting.cancel();
  CHECK(THROWN(asy::cancelled, loop.run_until_complete(waiting)));
  CHECK(!has_ended);
  loop.run_until_complete(asy::sleep(loop, 2s));
  CHECK(has_ended);
}

static void test_outcomes_pass_through_it() { /* COMB-22 */
  check::world loop;
  auto inner = asy::future<int>::pending(loop.raw());
  auto shield = asy::shield(inner);
  inner.cancel();
  CHECK(THROWN(asy::cancelled, loop.run_until_complete(shield)));
  auto done = asy::future<int>::done(loop.raw(), 3);
  CHECK(asy::shield(done).raw() == done.raw());
}

static void test_a_late_failure_is_reported_once() { /* COMB-23 */
  check::world loop;
  auto fail = []() -> asy::task<> {
    co_await asy::sleep(1s);
    throw std::runtime_error("too late");
  };
  {
    auto limited = asy::wait_for(asy::shield(asy::spawn(loop, fail())), 1ms);
    CHECK(THROWN(asy::timeout_error, loop.run_until_complete(limited)));
  }
  loop.run_until_complete(asy::sleep(loop, 2s));
  auto reports = loop.take_reports();
  CHECK(reports.size() == 1 && reports[0].find("too late") != std::string::npos);
}

int main() {
  return check::run({
      TEST(test_a_cancel_stops_at_the_shield),
      TEST(test_outcomes_pass_through_it),
      TEST(test_a_late_failure_is_reported_once),
  });
}
