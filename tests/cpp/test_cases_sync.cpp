/* The hard cases of who gets what was handed over: 9 to 12 of ../cases/README.md. */
#include "cases.hpp"

#include <algorithm>

using namespace cases;

namespace {
/** Holds a lock or a slot for a moment. */
template <class Scoped>
asy::task<> hold(Scoped scoped, std::string &trail, char name) {
  auto guard = co_await scoped();
  trail += name;
  co_await asy::sleep(1ms);
}
}  // namespace

static void test_a_release_and_the_cancel_of_the_first_waiter_in_one_turn() { /* case 9, SYNC-02 SYNC-03, D1 */
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

static void test_a_release_and_the_cancel_of_a_waiter_in_one_turn() { /* case 10, SYNC-18 */
  for (bool cancel_first : {true, false}) {
    check::world loop;
    std::string trail;
    asy::semaphore slots(1, loop);
    auto scoped = [=] { return slots.hold(); };
    CHECK(slots.try_acquire());
    auto first = line_up(loop, hold(scoped, trail, 'a')), second = line_up(loop, hold(scoped, trail, 'b'));
    if (cancel_first) first.cancel();
    slots.release();
    if (!cancel_first) first.cancel();
    CHECK(finish(loop, first) == ASY_E_CANCELLED && finish(loop, second) == ASY_OK);
    CHECK(trail == (cancel_first ? "b" : "ab") && slots.value() == 1);
  }
}

static void test_several_releases_in_one_turn() { /* case 10, SYNC-17 SYNC-18 */
  check::world loop;
  std::string trail;
  asy::semaphore slots(1, loop);
  auto take = [&](char name) -> asy::task<> {
    co_await slots.acquire();
    trail += name;
  };
  CHECK(slots.try_acquire());
  for (char name : {'a', 'b', 'c'}) line_up(loop, take(name));
  for (int i = 0; i < 2; ++i) slots.release();
  CHECK(slots.value() == 0 && slots.is_locked());
  loop.settle();
  std::string woken = trail;
  std::sort(woken.begin(), woken.end());
  CHECK(woken == "ab" && slots.waiting() == 1);
  for (int i = 0; i < 3; ++i) slots.release();
  CHECK(slots.value() == 2);  // the surplus
  loop.settle();
  CHECK(trail.ends_with('c') && slots.value() == 2);
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

namespace {
/** Two unfinished items, one of them in hand; a put that waits for room, and two that join. */
struct half_done {
  explicit half_done(asy::loop_ref loop) : items(1, loop) {
    CHECK(items.try_put(check::tracked(alive)));
    in_hand.emplace(*items.try_get());
    CHECK(items.try_put(check::tracked(alive)));
    blocked = items.put(check::tracked(alive));
    for (auto &one : joined) one = items.join();
    CHECK(items.unfinished() == 2 && alive == 3);
  }
  bool has_joined() const { return joined[0].is_done() && joined[1].is_done(); }
  int alive = 0;
  asy::queue<check::tracked> items;
  std::optional<check::tracked> in_hand;
  asy::future<> blocked, joined[2];
};
}  // namespace

static void test_an_immediate_shutdown_waits_for_what_is_in_hand() { /* case 12, Q-08 Q-10 */
  check::world loop;
  half_done half(loop);
  half.items.shutdown(true);
  CHECK(half.items.unfinished() == 1 && half.alive == 1);  // the queued one and the blocked put's are dropped
  CHECK(finish(loop, half.blocked) == ASY_E_CLOSED && finish(loop, half.items.get()) == ASY_E_CLOSED);
  CHECK(THROWN(asy::closed_error, half.items.try_get()));
  CHECK(!half.joined[0].is_done() && !half.joined[1].is_done());
  half.items.task_done();
  loop.settle();
  CHECK(half.has_joined());
  CHECK(THROWN(asy::state_error, half.items.task_done()));
}

static void test_a_plain_shutdown_leaves_what_is_queued() { /* case 12, Q-09 */
  check::world loop;
  half_done half(loop);
  half.items.shutdown();
  CHECK(finish(loop, half.blocked) == ASY_E_CLOSED && half.alive == 2);
  CHECK(half.items.unfinished() == 2 && half.items.try_get());
  CHECK(finish(loop, half.items.get()) == ASY_E_CLOSED);
  for (int i = 0; i < 2; ++i) half.items.task_done();
  loop.settle();
  CHECK(half.has_joined() && half.alive == 1);
}

static void test_getters_that_wait_are_told_of_the_end() { /* case 12, Q-09 Q-10 */
  check::world loop;
  asy::queue<int> items(1, loop);
  auto over = [=]() -> asy::task<bool> { co_return !co_await items.next(); };
  auto next = asy::spawn(loop, over);
  auto plain = line_up(loop, read(items.get()));
  items.shutdown();
  items.shutdown(true);  // a second one may be hastier
  CHECK(finish(loop, plain) == ASY_E_CLOSED && finish(loop, next) == ASY_OK && next.result());
}

int main() {
  return check::run({
      ANY_ORDER(test_a_release_and_the_cancel_of_the_first_waiter_in_one_turn),
      ANY_ORDER(test_a_granted_slot_whose_task_is_cancelled_is_not_lost),
      ANY_ORDER(test_a_release_and_the_cancel_of_a_waiter_in_one_turn),
      ANY_ORDER(test_several_releases_in_one_turn),
      ANY_ORDER(test_what_was_put_for_a_getter_is_its_own),
      ANY_ORDER(test_a_put_whose_room_came_is_done),
      ANY_ORDER(test_an_immediate_shutdown_waits_for_what_is_in_hand),
      ANY_ORDER(test_a_plain_shutdown_leaves_what_is_queued),
      ANY_ORDER(test_getters_that_wait_are_told_of_the_end),
  });
}
