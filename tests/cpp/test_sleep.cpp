/* Sleeping. */
#include "check.hpp"

#include <cmath>

static void test_sleep_is_never_early() { /* COMB-01 */
  check::world loop;
  auto start = loop.time();
  loop.run([]() -> asy::task<> {
    co_await asy::sleep(1500us);
    co_await asy::sleep(0.5ms);
  });
  CHECK(loop.time() - start == 2ms);
}

static void test_cancelling_a_sleep_leaves_no_timer() { /* COMB-01 */
  check::world loop;
  auto task = asy::spawn(loop, []() -> asy::task<> { co_await asy::sleep(1h); });
  loop.settle();
  CHECK(loop.next_deadline() < asy::forever);
  task.cancel();
  loop.settle();
  CHECK(task.is_cancelled());
  CHECK(loop.next_deadline() == asy::forever);
}

static void test_sleeping_for_ever_can_be_cancelled_and_nan_is_refused() { /* HND-08 COMB-01 */
  check::world loop;
  auto task = asy::spawn(loop, []() -> asy::task<> {
    bool was_refused = false;
    try {
      co_await asy::sleep(std::chrono::duration<double>(NAN));
    } catch (const asy::error &e) {
      was_refused = e.code() == ASY_E_INVALID;
    }
    CHECK(was_refused);
    co_await asy::sleep(asy::forever);
  });
  loop.settle();
  task.cancel();
  CHECK(THROWN(asy::cancelled, loop.run_until_complete(task)));
}

static void test_equal_deadlines_wake_in_the_order_they_were_set() { /* HND-05 */
  check::world loop;
  std::vector<int> order;
  auto body = [&](int who) -> asy::task<> {
    co_await asy::sleep(1s);
    order.push_back(who);
  };
  for (int i = 0; i < 5; ++i) (void)asy::spawn(loop, body, i);
  loop.run_until_complete(asy::sleep(loop, 2s));
  CHECK((order == std::vector<int>{0, 1, 2, 3, 4}));
}

int main() {
  return check::run({
      TEST(test_sleep_is_never_early),
      TEST(test_cancelling_a_sleep_leaves_no_timer),
      TEST(test_sleeping_for_ever_can_be_cancelled_and_nan_is_refused),
      TEST(test_equal_deadlines_wake_in_the_order_they_were_set),
  });
}
