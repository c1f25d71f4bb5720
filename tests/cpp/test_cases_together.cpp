/* The hard cases of tasks that work together: 4, 5, 7, 8, 20 of ../cases/README.md. */
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
  for (int variant = 0; variant < 8; ++variant) {
    const bool cancel_first = variant & 1, goes_on = variant & 2, in_body = variant & 4;
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
          if (in_body) co_await asy::sleep(500ms);
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
    // The cancel of a body reaches the children with the group's exit: till then a waiting child's error comes through.
    const bool comes_late = cancel_first && !in_body;
    if (comes_late) CHECK(THROWN(asy::state_error, awaited.set_exception(boom())));
    else if (cancel_first) awaited.set_exception(boom());
    CHECK(finish(loop, parent) == ASY_E_CANCELLED);
    CHECK(errors == (cancel_first && in_body ? 2 : 1) && parent.cancelling() == 1);
    const std::size_t reports = loop.take_reports().size();
    if (!in_body) CHECK(reports == !cancel_first);  // the cancel of a child whose error was on its way
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

int main() {
  return check::run({
      ANY_ORDER(test_a_parent_is_cancelled_and_a_child_fails_in_one_turn),
      ANY_ORDER(test_a_body_that_swallows_the_groups_cancel),
      ANY_ORDER(test_a_child_of_each_of_two_nested_groups_fails_in_one_turn),
      ANY_ORDER(test_a_notified_waiter_is_cancelled_while_it_takes_the_lock_again),
      TEST(test_a_notification_of_a_cancelled_waiter_is_not_lost),
  });
}
