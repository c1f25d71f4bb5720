/* The hard cases of tasks that work together: 4, 5, 7 to 12, 20 of ../cases/README.md. */
#include "cases.hpp"

using namespace cases;

namespace {
asy::task<> fails_when_cancelled(std::string &trail) {
  try {
    co_await asy::sleep(1s);
  } catch (const asy::cancelled &) {
    trail += 'f';
    throw std::runtime_error("because of the cancel");
  }
}
}  // namespace

/* case 4, TG-02 TG-05 TG-06 TG-10, D1 */
static void test_a_parent_is_cancelled_and_a_child_fails_in_one_turn() {
  for (int variant = 0; variant < 4; ++variant) {
    const bool cancel_first = variant & 1, goes_on = variant & 2;
    check::world loop;
    std::string trail;
    std::size_t errors = 0;
    auto awaited = asy::future<int>::pending(loop.raw());
    auto parent = asy::spawn(loop, [&]() -> asy::task<> {
      try {
        co_await asy::with_group([&](asy::task_group &group) -> asy::task<> {
          group.spawn(read(awaited));
          group.spawn(cleans_up(trail));
          if (cancel_first) group.spawn(fails_when_cancelled(trail));
          co_return;
        });
      } catch (const asy::group_error &e) {
        errors = e.children().size();
      }
      CHECK(trail.find('u') != std::string::npos);  // every child has ended
      if (goes_on) co_await asy::sleep(1ms);
    });
    loop.settle();
    if (!cancel_first) awaited.set_exception(boom());
    parent.cancel();
    if (cancel_first) CHECK(THROWN(asy::state_error, awaited.set_exception(boom())));  // it went with its child
    CHECK(finish(loop, parent) == ASY_E_CANCELLED);
    CHECK(errors == 1 && parent.cancelling() == 1);
    CHECK(loop.take_reports().size() == !cancel_first);  // the cancel of a child whose error was on its way
  }
}

static void test_a_body_that_swallows_the_groups_cancel() { /* case 5, TG-07 TASK-16 */
  check::world loop;
  bool went_on = false;
  loop.run([&]() -> asy::task<> {
    bool is_group = false;
    try {
      co_await asy::with_group([&](asy::task_group &group) -> asy::task<> {
        group.spawn(fail_after(10ms));
        co_await stubborn(500ms);
        co_await asy::sleep(1ms);
        went_on = true;
      });
    } catch (const asy::group_error &) {
      is_group = true;
    }
    CHECK(is_group && asy::current_task().cancelling() == 0);
    co_await asy::sleep(1ms);
  });
  CHECK(went_on);
}

static void test_a_child_of_each_of_two_nested_groups_fails_in_one_turn() { /* case 20, TG-08 EXC-08 */
  check::world loop;
  std::vector<std::string> texts;
  auto parent = asy::spawn(loop, [&]() -> asy::task<> {
    co_await asy::with_group([&](asy::task_group &outer) -> asy::task<> {
      outer.spawn(fail_after(1ms, "outer"));
      try {
        co_await asy::with_group([&](asy::task_group &inner) -> asy::task<> {
          inner.spawn(fail_after(1ms, "inner"));
          co_await asy::sleep(1h);
        });
      } catch (const asy::group_error &e) {
        CHECK(e.children().size() == 1 && e.children()[0].message().ends_with("inner"));
        CHECK(asy::current_task().cancelling() == 1);
        throw;
      }
    });
  });
  CHECK(finish(loop, parent) == ASY_E_GROUP && parent.cancelling() == 0);
  auto all = parent.failure()->children();
  CHECK(all.size() == 2 && all[0].message().ends_with("outer") && all[1].children().size() == 1);
}

namespace {
/** Waits for a notification; whatever comes of it, the lock is held then. */
asy::task<> wait_notified(asy::condition changed, std::string &trail, char name) {
  auto guard = co_await changed.scoped();
  try {
    co_await changed.wait();
    trail += name;
  } catch (const asy::cancelled &) {
    trail += changed.lock().is_locked() ? '-' : '!';
    throw;
  }
}
}  // namespace

static void test_a_notified_waiter_is_cancelled_while_it_takes_the_lock_again() { /* case 7, SYNC-11 SYNC-12 */
  for (int cancels = 1; cancels <= 3; ++cancels) {
    check::world loop;
    std::string trail;
    asy::condition changed(loop);
    auto task = line_up(loop, wait_notified(changed, trail, 'a'));
    CHECK(changed.lock().try_acquire());
    changed.notify();
    loop.settle();
    for (int i = 1; i <= cancels; ++i) {
      task.cancel(i == cancels ? "the last" : "not yet");
      loop.settle();
      CHECK(!task.is_done());
    }
    changed.lock().release();
    CHECK(finish(loop, task) == ASY_E_CANCELLED && task.failure()->message() == "the last");
    CHECK(trail == "-" && !changed.lock().is_locked());
  }
}

static void test_a_notification_of_a_cancelled_waiter_is_not_lost() { /* case 8, SYNC-13 SYNC-14 */
  for (bool takes_the_lock : {true, false}) {
    check::world loop;
    std::string trail;
    asy::condition changed(loop);
    auto first = line_up(loop, wait_notified(changed, trail, 'a'));
    auto second = line_up(loop, wait_notified(changed, trail, 'b'));
    CHECK(changed.lock().try_acquire());
    changed.notify();
    if (takes_the_lock) loop.settle();
    first.cancel();
    if (!takes_the_lock) loop.settle();
    changed.lock().release();
    CHECK(finish(loop, first) == ASY_E_CANCELLED && finish(loop, second) == ASY_OK);
    CHECK(trail == "-b" && !changed.lock().is_locked());
  }
}

namespace {
/** Holds a lock or a slot for a moment. */
template <class Scoped>
asy::task<> hold(Scoped scoped, std::string &trail, char name) {
  auto guard = co_await scoped();
  trail += name;
  co_await asy::sleep(1ms);
}
}  // namespace

static void test_a_release_and_the_cancel_of_the_first_waiter_in_one_turn() { /* case 9, SYNC-02, D1 */
  for (bool cancel_first : {true, false}) {
    check::world loop;
    std::string trail;
    asy::lock lock(loop);
    auto scoped = [=] { return lock.scoped(); };
    CHECK(lock.try_acquire());
    auto first = line_up(loop, hold(scoped, trail, 'a')), second = line_up(loop, hold(scoped, trail, 'b'));
    if (cancel_first) first.cancel();
    lock.release();
    if (!cancel_first) first.cancel();
    CHECK(lock.is_locked() && !lock.try_acquire());
    auto newcomer = line_up(loop, hold(scoped, trail, 'n'));
    CHECK(finish(loop, first) == ASY_E_CANCELLED);
    CHECK(finish(loop, second) == ASY_OK && finish(loop, newcomer) == ASY_OK);
    CHECK(trail == (cancel_first ? "bn" : "abn") && !lock.is_locked());
  }
}

static void test_a_granted_slot_whose_task_is_cancelled_is_not_lost() { /* case 10, SYNC-17 SYNC-18, D1 */
  check::world loop;
  std::string trail;
  asy::semaphore slots(1, loop);
  auto scoped = [=] { return slots.hold(); };
  CHECK(slots.try_acquire());
  auto first = line_up(loop, hold(scoped, trail, 'a')), second = line_up(loop, hold(scoped, trail, 'b'));
  slots.release();
  CHECK(slots.value() == 0 && slots.is_locked() && !slots.try_acquire());
  auto newcomer = asy::spawn(loop, hold(scoped, trail, 'n'));
  first.cancel();
  CHECK(finish(loop, first) == ASY_E_CANCELLED);
  CHECK(finish(loop, second) == ASY_OK && finish(loop, newcomer) == ASY_OK);
  CHECK(trail == "abn" && slots.value() == 1);
}

static void test_what_was_put_for_a_getter_is_its_own() { /* case 11, Q-05 TASK-13, D1 */
  check::world loop;
  auto items = asy::queue<int>(1, loop);
  auto first = line_up(loop, read(items.get())), second = line_up(loop, read(items.get()));
  CHECK(items.try_put(1) && !items.try_get());
  first.cancel();
  CHECK(items.try_put(2));
  CHECK(finish(loop, first) == ASY_OK && finish(loop, second) == ASY_OK);
  CHECK(first.result() == 1 && second.result() == 2);
  CHECK(loop.take_reports().size() == 1);  // the first returned before its cancel was thrown
  auto cancelled = line_up(loop, read(items.get())), next = line_up(loop, read(items.get()));
  cancelled.cancel();
  CHECK(items.try_put(3) && finish(loop, next) == ASY_OK && next.result() == 3);
}

static void test_a_put_whose_room_came_is_done() { /* case 11, Q-06, D1 */
  for (bool cancel_first : {true, false}) {
    check::world loop;
    auto items = asy::queue<int>(1, loop);
    auto put = [=](int item) -> asy::task<> { co_await items.put(item); };
    CHECK(items.try_put(1));
    auto first = line_up(loop, put(2)), second = line_up(loop, put(3));
    if (cancel_first) first.cancel();
    CHECK(items.try_get() == 1);
    if (!cancel_first) first.cancel();
    CHECK(items.size() == 1 && items.try_get() == (cancel_first ? 3 : 2));
    CHECK(finish(loop, first) == (cancel_first ? ASY_E_CANCELLED : ASY_OK) && finish(loop, second) == ASY_OK);
    CHECK(loop.take_reports().size() == !cancel_first);
  }
}

static void test_an_immediate_shutdown_waits_for_what_is_in_hand() { /* case 12, Q-08 Q-10 */
  check::world loop;
  int alive = 0;
  asy::queue<check::tracked> items(1, loop);
  CHECK(items.try_put(check::tracked(alive)));
  auto in_hand = items.try_get();
  CHECK(items.try_put(check::tracked(alive)));
  auto blocked = items.put(check::tracked(alive));
  auto joined = items.join();
  CHECK(items.unfinished() == 2 && alive == 3);
  items.shutdown(true);
  CHECK(items.unfinished() == 1 && alive == 1);  // the queued one and the blocked put's are dropped
  CHECK(finish(loop, blocked) == ASY_E_CLOSED && finish(loop, items.get()) == ASY_E_CLOSED);
  CHECK(!joined.is_done());
  items.task_done();
  CHECK(finish(loop, joined) == ASY_OK);
  CHECK(THROWN(asy::state_error, items.task_done()));
}

int main() {
  return check::run({
      TEST(test_a_parent_is_cancelled_and_a_child_fails_in_one_turn),
      TEST(test_a_body_that_swallows_the_groups_cancel),
      TEST(test_a_child_of_each_of_two_nested_groups_fails_in_one_turn),
      TEST(test_a_notified_waiter_is_cancelled_while_it_takes_the_lock_again),
      TEST(test_a_notification_of_a_cancelled_waiter_is_not_lost),
      TEST(test_a_release_and_the_cancel_of_the_first_waiter_in_one_turn),
      TEST(test_a_granted_slot_whose_task_is_cancelled_is_not_lost),
      TEST(test_what_was_put_for_a_getter_is_its_own),
      TEST(test_a_put_whose_room_came_is_done),
      TEST(test_an_immediate_shutdown_waits_for_what_is_in_hand),
  });
}
