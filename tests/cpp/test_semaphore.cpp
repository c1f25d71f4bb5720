/* Semaphores. */
#include "check.hpp"

static void test_slots_limit_how_many_run() { /* SYNC-16 SYNC-20 */
  check::world loop;
  int running = 0, most = 0;
  asy::semaphore limit(2, loop);
  auto body = [&]() -> asy::task<> {
    auto slot = co_await limit.hold();
    most = std::max(most, ++running);
    co_await asy::sleep(1ms);
    --running;
  };
  loop.run([&]() -> asy::task<> {
    std::vector<asy::task<>> tasks;
    for (int i = 0; i < 6; ++i) tasks.push_back(body());
    co_await asy::gather(std::move(tasks));
  });
  CHECK(most == 2 && limit.value() == 2);
}

static void test_a_slot_is_given_back_on_every_way_out() { /* SYNC-16 CORO-10 */
  check::world loop;
  asy::semaphore limit(1, loop);
  auto body = [&](bool fail) -> asy::task<> {
    auto slot = co_await limit.hold();
    if (fail) throw std::runtime_error("inside");
    co_await asy::sleep(1h);
  };
  CHECK(THROWN(std::runtime_error, loop.run_until_complete(body(true))));
  CHECK(!limit.is_locked());
  auto task = asy::spawn(loop, body(false));
  loop.settle();
  CHECK(limit.is_locked());
  task.cancel();
  loop.settle();
  CHECK(!limit.is_locked());
}

static void test_a_released_slot_goes_to_the_first_waiter() { /* SYNC-17 SYNC-27 */
  check::world loop;
  asy::semaphore limit(1, loop);
  CHECK(limit.try_acquire());
  CHECK(!limit.try_acquire());
  std::vector<int> order;
  auto wait = [&](int who) -> asy::task<> {
    co_await limit.acquire();
    order.push_back(who);
    limit.release();
  };
  auto one = asy::spawn(loop, wait, 1), two = asy::spawn(loop, wait, 2);
  loop.settle();
  limit.release();
  CHECK(!limit.try_acquire());  // a newcomer cannot take it
  loop.settle();
  CHECK((order == std::vector<int>{1, 2}) && one.is_done() && two.is_done());
}

static void test_a_granted_slot_is_not_lost_by_a_cancel() { /* SYNC-18 */
  check::world loop;
  asy::semaphore limit(0, loop);
  auto task = asy::spawn(loop, [&]() -> asy::task<> {
    auto slot = co_await limit.hold();
    co_await asy::sleep(1s);
  });
  loop.settle();
  limit.release();
  task.cancel();  // the slot came first: it is held, and given back when the cancel acts
  CHECK(THROWN(asy::cancelled, loop.run_until_complete(task)));
  CHECK(limit.value() == 1);
}

static void test_a_bounded_one_refuses_a_slot_too_many() { /* SYNC-19 */
  check::world loop;
  asy::semaphore limit = asy::semaphore::bounded(1, loop);
  CHECK(THROWN(asy::state_error, limit.release()) && limit.value() == 1);
  CHECK(limit.try_acquire());
  limit.release();
  CHECK(limit.value() == 1);
}

int main() {
  return check::run({
      TEST(test_slots_limit_how_many_run),
      TEST(test_a_slot_is_given_back_on_every_way_out),
      TEST(test_a_released_slot_goes_to_the_first_waiter),
      TEST(test_a_granted_slot_is_not_lost_by_a_cancel),
      TEST(test_a_bounded_one_refuses_a_slot_too_many),
  });
}
