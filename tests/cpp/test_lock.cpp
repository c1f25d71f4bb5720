/* Locks and their guards. */
#include "check.hpp"

static void test_a_guard_releases_on_every_way_out() { /* SYNC-01 SYNC-05 */
  check::world loop;
  asy::lock lock(loop);
  auto body = [&](bool fail) -> asy::task<> {
    auto guard = co_await lock.scoped();
    CHECK(lock.is_locked() && !lock.try_acquire());
    if (fail) throw std::runtime_error("inside");
    co_await asy::sleep(1h);
  };
  CHECK(THROWN(std::runtime_error, loop.run_until_complete(body(true))));
  CHECK(!lock.is_locked());
  auto task = asy::spawn(loop, body(false));
  loop.settle();
  CHECK(lock.is_locked());
  task.cancel();
  CHECK(THROWN(asy::cancelled, loop.run_until_complete(task)));
  CHECK(!lock.is_locked());
  CHECK(THROWN(asy::state_error, lock.release()));
}

static void test_a_moved_guard_releases_once() { /* SYNC-05 */
  check::world loop;
  asy::lock lock(loop);
  loop.run([&]() -> asy::task<> {
    std::optional<asy::lock_guard> kept;
    {
      auto guard = co_await lock.scoped();
      kept.emplace(std::move(guard));
    }
    CHECK(lock.is_locked());
    kept.reset();
    CHECK(!lock.is_locked());
  });
}

static void test_a_newcomer_cannot_overtake_a_woken_waiter() { /* SYNC-02 */
  check::world loop;
  asy::lock lock(loop);
  std::vector<int> order;
  CHECK(lock.try_acquire());
  auto wait = [&](int who) -> asy::task<> {
    auto guard = co_await lock.scoped();
    order.push_back(who);
  };
  auto one = asy::spawn(loop, wait, 1), two = asy::spawn(loop, wait, 2);
  loop.settle();
  CHECK(lock.waiting() == 2);
  lock.release();
  CHECK(lock.is_locked() && !lock.try_acquire());
  loop.settle();
  CHECK((order == std::vector<int>{1, 2}) && one.is_done() && two.is_done() && !lock.is_locked());
}

static void test_any_task_may_release_unless_the_lock_is_owned() { /* SYNC-04 */
  check::world loop;
  asy::lock plain(loop), owned(loop, ASY_LOCK_OWNED);
  loop.run([&]() -> asy::task<> {
    co_await plain.acquire();
    co_await owned.acquire();
    co_await asy::spawn([&]() -> asy::task<> {
      plain.release();
      CHECK(THROWN(asy::state_error, owned.release()));
      co_return;
    });
    CHECK(!plain.is_locked() && owned.is_locked());
    CHECK(THROWN(asy::state_error, owned.acquire().result()));  // twice by its holder
    owned.release();
  });
}

static void test_a_guard_that_takes_over_another_gives_back_its_own_at_once() { /* SYNC-05 */
  check::world loop;
  asy::lock one(loop), two(loop);
  loop.run([&]() -> asy::task<> {
    auto guard = co_await one.scoped();
    auto other = co_await two.scoped();
    guard = std::move(other);
    CHECK(!one.is_locked() && two.is_locked());
  });
  CHECK(!two.is_locked());
}

static void test_a_granted_lock_lives_though_its_last_handle_went() { /* SYNC-05 */
  check::world loop;
  std::optional<asy::lock> lock(std::in_place, loop);
  bool is_held = false;
  auto task = asy::spawn(loop, [&]() -> asy::task<> {
    auto guard = co_await lock->scoped();
    is_held = true;
  });
  CHECK(lock->try_acquire());
  loop.settle();
  lock->release();  // granted, and not yet resumed
  lock.reset();
  loop.run_until_complete(task);
  CHECK(is_held);
}

static void test_a_guard_that_has_nothing_to_release_is_reported() { /* SYNC-05 */
  check::world loop;
  asy::lock plain(loop), owned(loop, ASY_LOCK_OWNED);
  loop.run([&]() -> asy::task<> {
    {
      auto guard = co_await plain.scoped();
      plain.release();
    }
    CHECK(loop.take_reports().size() == 1);
    auto guard = co_await owned.scoped();
    co_await asy::spawn([&]() -> asy::task<> {
      auto taken = std::move(guard);  // its end is in another task than the holder's
      co_return;
    });
    CHECK(owned.is_locked() && loop.take_reports().size() == 1);
    owned.release();
  });
}

int main() {
  return check::run({
      TEST(test_a_guard_releases_on_every_way_out),
      TEST(test_a_moved_guard_releases_once),
      TEST(test_a_newcomer_cannot_overtake_a_woken_waiter),
      TEST(test_any_task_may_release_unless_the_lock_is_owned),
      TEST(test_a_guard_that_takes_over_another_gives_back_its_own_at_once),
      TEST(test_a_granted_lock_lives_though_its_last_handle_went),
      TEST(test_a_guard_that_has_nothing_to_release_is_reported),
  });
}
