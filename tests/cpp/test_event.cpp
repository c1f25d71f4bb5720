/* Events. */
#include "check.hpp"

static void test_set_wakes_all_even_if_cleared_at_once() { /* SYNC-08 */
  check::world loop;
  asy::event gate(loop);
  int passed = 0;
  auto wait = [&]() -> asy::task<> {
    co_await gate.wait();
    ++passed;
  };
  auto one = asy::spawn(loop, wait), two = asy::spawn(loop, wait);
  loop.settle();
  gate.set();
  gate.clear();
  loop.settle();
  CHECK(passed == 2 && !gate.is_set() && one.is_done() && two.is_done());
}

static void test_waiting_on_a_set_event_does_not_suspend() { /* SYNC-08 CORO-02 */
  check::world loop;
  bool has_yielded = false;
  loop.run([&]() -> asy::task<> {
    asy::event gate;
    gate.set();
    asy::loop_ref().call_soon([&] { has_yielded = true; });
    co_await gate.wait();
    CHECK(!has_yielded && gate.is_set());
  });
}

static void test_a_cancelled_waiter_leaves_the_others() { /* SYNC-09 */
  check::world loop;
  asy::event gate(loop);
  auto wait = [&]() -> asy::task<> { co_await gate.wait(); };
  auto one = asy::spawn(loop, wait), two = asy::spawn(loop, wait);
  loop.settle();
  one.cancel();
  loop.settle();
  CHECK(one.is_cancelled() && !two.is_done());
  gate.set();
  loop.run_until_complete(two);
}

int main() {
  return check::run({
      TEST(test_set_wakes_all_even_if_cleared_at_once),
      TEST(test_waiting_on_a_set_event_does_not_suspend),
      TEST(test_a_cancelled_waiter_leaves_the_others),
  });
}
