/* Conditions. */
#include "check.hpp"

namespace {

/** Waits with the lock, and notes its end and whether it held the lock then. */
asy::task<> waiter(asy::condition changed, std::vector<int> &order, int who) {
  auto guard = co_await changed.scoped();
  try {
    co_await changed.wait();
    order.push_back(who);
  } catch (const asy::cancelled &) {
    CHECK(changed.lock().is_locked());
    order.push_back(-who);
    throw;
  }
}

}  // namespace

static void test_waiting_and_notifying_need_the_lock() { /* SYNC-10 */
  check::world loop;
  asy::lock shared(loop);
  asy::condition changed(shared, loop);
  CHECK(changed.lock().raw() == shared.raw());
  CHECK(THROWN(asy::state_error, changed.notify()));
  CHECK(THROWN(asy::state_error, loop.run_until_complete(changed.wait())));
  asy::loop other(ASY_LOOP_VIRTUAL_CLOCK);
  auto refused = THROWN(asy::error, asy::condition(shared, other));
  CHECK(refused && refused->code() == ASY_E_WRONG_LOOP);
}

static void test_notify_wakes_in_order_and_each_returns_with_the_lock() { /* SYNC-11 SYNC-14 */
  check::world loop;
  asy::condition changed(loop);
  std::vector<int> order;
  std::vector<asy::future<void>> tasks;
  for (int i = 1; i <= 4; ++i) tasks.push_back(asy::spawn(loop, waiter(changed, order, i)));
  loop.settle();
  CHECK(changed.waiting() == 4);
  loop.run([&]() -> asy::task<> {
    auto guard = co_await changed.scoped();
    changed.notify(2);
    co_await asy::sleep(1s);
    CHECK(order.empty());  // they wait for the lock
  });
  loop.settle();
  CHECK((order == std::vector<int>{1, 2}));
  loop.run([&]() -> asy::task<> {
    auto guard = co_await changed.scoped();
    changed.notify_all();
  });
  loop.settle();
  CHECK((order == std::vector<int>{1, 2, 3, 4}) && tasks[3].is_done() && !changed.lock().is_locked());
}

static void test_a_cancelled_wait_ends_with_the_lock_held() { /* SYNC-12 */
  check::world loop;
  asy::condition changed(loop);
  std::vector<int> order;
  auto task = asy::spawn(loop, waiter(changed, order, 1));
  loop.settle();
  loop.run([&]() -> asy::task<> {
    auto guard = co_await changed.scoped();
    task.cancel();
    co_await asy::sleep(1s);
    CHECK(!task.is_done());  // held back until it has the lock
  });
  CHECK(THROWN(asy::cancelled, loop.run_until_complete(task)));
  CHECK((order == std::vector<int>{-1}) && !changed.lock().is_locked());
}

static void test_a_notification_of_a_cancelled_waiter_goes_to_another() { /* SYNC-13 */
  check::world loop;
  asy::condition changed(loop);
  std::vector<int> order;
  auto one = asy::spawn(loop, waiter(changed, order, 1)), two = asy::spawn(loop, waiter(changed, order, 2));
  loop.settle();
  loop.run([&]() -> asy::task<> {
    auto guard = co_await changed.scoped();
    changed.notify();
    one.cancel();
  });
  loop.settle();
  CHECK(one.is_cancelled() && two.is_done() && !two.is_cancelled());
}

static void test_wait_for_asks_under_the_lock_and_gives_the_last_answer() { /* SYNC-15 */
  check::world loop;
  asy::condition changed(loop);
  int state = 0;
  CHECK(loop.run_until_complete(changed.wait_for([] { return 7; })) == 7);  // true at once: no lock needed
  auto task = asy::spawn(loop, [&]() -> asy::task<int> {
    auto guard = co_await changed.scoped();
    co_return co_await changed.wait_for([&] {
      CHECK(changed.lock().is_locked());
      return state > 1 ? state : 0;
    });
  });
  for (int i = 1; i <= 2; ++i) {
    loop.settle();
    loop.run([&]() -> asy::task<> {
      auto guard = co_await changed.scoped();
      state = i;
      changed.notify();
    });
  }
  CHECK(loop.run_until_complete(task) == 2);
}

static void test_what_a_predicate_throws_arrives() { /* SYNC-15 */
  check::world loop;
  asy::condition changed(loop);
  CHECK(THROWN(std::runtime_error,
               loop.run_until_complete(changed.wait_for([]() -> bool { throw std::runtime_error("asked"); }))));
}

int main() {
  return check::run({
      TEST(test_waiting_and_notifying_need_the_lock),
      TEST(test_notify_wakes_in_order_and_each_returns_with_the_lock),
      TEST(test_a_cancelled_wait_ends_with_the_lock_held),
      TEST(test_a_notification_of_a_cancelled_waiter_goes_to_another),
      TEST(test_wait_for_asks_under_the_lock_and_gives_the_last_answer),
      TEST(test_what_a_predicate_throws_arrives),
  });
}
