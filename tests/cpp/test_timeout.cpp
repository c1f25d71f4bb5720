/* Timeout scopes. */
#include "check.hpp"

#include <cmath>

namespace {
asy::task<int> slow() {
  co_await asy::sleep(1h);
  co_return 1;
}
asy::task<int> quick() {
  co_await asy::sleep(1ms);
  co_return 2;
}
}  // namespace

static void test_a_scope_turns_its_own_cancel_into_a_timeout() { /* COMB-16 */
  check::world loop;
  auto start = loop.time();
  loop.run([]() -> asy::task<> {
    bool is_late = false;
    try {
      co_await asy::with_timeout(2s, slow());
    } catch (const asy::timeout_error &) {
      is_late = true;
    }
    CHECK(is_late && asy::current_task().cancelling() == 0);
    CHECK(co_await asy::with_timeout(2s, quick()) == 2);
    CHECK(co_await asy::with_timeout(asy::forever, quick()) == 2);
  });
  CHECK(loop.time() - start == 2s + 2ms);
}

static void test_it_runs_in_the_same_task() { /* COMB-16 */
  check::world loop;
  loop.run([]() -> asy::task<> {
    asy_future *outer = asy::current_task().raw();
    co_await asy::with_timeout(1s, [=](asy::timeout &) -> asy::task<> {
      CHECK(asy::current_task().raw() == outer);
      co_return;
    });
  });
}

static void test_outside_a_task_there_is_no_scope() { /* COMB-16 */
  check::world loop;
  CHECK(THROWN(asy::error, asy::timeout(1s)));
  loop.call_soon([] { CHECK(THROWN(asy::state_error, asy::timeout(1s))); });
  loop.settle();
}

static void test_a_past_deadline_acts_at_the_first_suspension() { /* COMB-17 */
  check::world loop;
  bool has_begun = false;
  loop.run([&]() -> asy::task<> {
    bool is_late = false;
    try {
      co_await asy::with_timeout(-1s, [&](asy::timeout &) -> asy::task<> {
        has_begun = true;
        co_await asy::sleep(0ms);
      });
    } catch (const asy::timeout_error &) {
      is_late = true;
    }
    CHECK(has_begun && is_late);
    co_await asy::with_timeout(-1s, [&](asy::timeout &) -> asy::task<> { co_return; });
  });
}

static void test_a_cancel_from_outside_stays_a_cancel() { /* COMB-18 */
  check::world loop;
  bool is_expired = false;
  auto task = asy::spawn(loop, [&]() -> asy::task<> {
    asy::timeout limit(1s);
    try {
      co_await asy::sleep(1h);
    } catch (...) {
      auto failure = std::current_exception();
      try {
        limit.exit(failure);
      } catch (const asy::cancelled &) {
        is_expired = limit.is_expired();
        throw;
      }
    }
  });
  loop.call_later(1s, [=] { task.cancel("outside"); });  // in the same tick as the deadline, before the task resumes
  CHECK(THROWN(asy::cancelled, loop.run_until_complete(task)));
  CHECK(is_expired && task.cancelling() == 1);
}

static void test_of_nested_scopes_with_one_deadline_the_outermost_times_out() { /* COMB-19 */
  check::world loop;
  loop.run([]() -> asy::task<> {
    bool inner_saw_cancel = false, outer_is_late = false;
    try {
      co_await asy::with_timeout(1s, [&](asy::timeout &) -> asy::task<> {
        try {
          co_await asy::with_timeout(1s, slow());
        } catch (const asy::cancelled &) {
          inner_saw_cancel = true;
          throw;
        }
      });
    } catch (const asy::timeout_error &) {
      outer_is_late = true;
    }
    CHECK(inner_saw_cancel && outer_is_late && asy::current_task().cancelling() == 0);
  });
}

static void test_another_error_passes_unchanged() { /* COMB-20 EXC-11 */
  check::world loop;
  auto original = std::make_exception_ptr(std::domain_error("body"));
  loop.run([&]() -> asy::task<> {
    bool is_same = false;
    try {
      co_await asy::with_timeout(1s, [&](asy::timeout &) -> asy::task<> {
        co_await asy::sleep(1ms);
        std::rethrow_exception(original);
      });
    } catch (const std::domain_error &) {
      is_same = std::current_exception() == original;
    }
    CHECK(is_same);
  });
}

static void test_a_deadline_can_be_moved_until_it_passed() { /* COMB-21 */
  check::world loop;
  loop.run([]() -> asy::task<> {
    bool is_late = false;
    try {
      co_await asy::with_timeout(1s, [&](asy::timeout &limit) -> asy::task<> {
        limit.reschedule(10s);
        co_await asy::sleep(5s);
        CHECK(limit.when() == asy::loop_ref().time() + 5s && !limit.is_expired());
        limit.reschedule(asy::forever);
        CHECK(limit.when() == asy::forever);
        co_await asy::sleep(20s);
        limit.reschedule(1s);
        try {
          co_await asy::sleep(1h);
        } catch (const asy::cancelled &) {
          CHECK(limit.is_expired());
          CHECK(THROWN(asy::state_error, limit.reschedule(1s)));
          throw;
        }
      });
    } catch (const asy::timeout_error &) {
      is_late = true;
    }
    CHECK(is_late);
  });
}

static void test_a_scope_in_a_destroyed_frame_leaves_quietly() { /* COMB-16 TASK-26 */
  check::world loop;
  (void)asy::spawn(loop, []() -> asy::task<> { co_await asy::with_timeout(1h, slow()); });
  loop.settle();
  loop.close();
  CHECK(loop.take_reports().size() == 1);  // the task, still pending
}

static void test_a_scope_is_left_once() { /* COMB-16 */
  check::world loop;
  loop.run([]() -> asy::task<> {
    asy::timeout limit(1s);
    limit.exit();
    CHECK(THROWN(asy::state_error, limit.exit()));
    co_return;
  });
}

static void test_a_deadline_may_be_a_time_of_the_loops_clock() { /* COMB-16 */
  check::world loop;
  auto start = loop.time();
  loop.run([&]() -> asy::task<> {
    try {
      co_await asy::with_timeout_at(start + 3s, asy::sleep(loop, 1h));
      CHECK(false);
    } catch (const asy::timeout_error &) {}
    CHECK(loop.time() == start + 3s);
    co_await asy::with_timeout(asy::forever, [&](asy::timeout &limit) -> asy::task<> {
      limit.reschedule_at(start + 9s);
      CHECK(limit.when() == start + 9s);
      co_return;
    });
  });
}

static void test_whatever_is_awaited_can_be_limited() { /* COMB-16 */
  check::world loop;
  asy::lock lock(loop);
  auto is_late = [](auto limited) -> asy::task<bool> {
    try {
      co_await std::move(limited);
    } catch (const asy::timeout_error &) {
      co_return true;
    }
    co_return false;
  };
  loop.run([&]() -> asy::task<> {
    CHECK(co_await is_late(asy::with_timeout(1s, asy::sleep(1h))));
    {
      auto guard = co_await asy::with_timeout(1s, lock.scoped());
      CHECK(lock.is_locked());
      CHECK(co_await is_late(asy::with_timeout(1s, lock.scoped())));
    }
    asy::queue<int> items;
    CHECK(co_await is_late(asy::with_timeout(1s, items.next())));
    items.try_put(4);
    CHECK(co_await asy::with_timeout(1s, items.next()) == 4);
  });
  CHECK(!lock.is_locked());
}

static void test_a_refused_duration_only_throws() { /* COMB-16 HND-08 */
  check::world loop;
  int alive = 0;
  loop.run([&]() -> asy::task<> {
    bool is_refused = false;
    auto held = [](check::tracked) -> asy::task<> { co_await asy::sleep(1h); };
    try {
      co_await asy::with_timeout(std::chrono::duration<double>(NAN), held(check::tracked(alive)));
    } catch (const asy::error &e) {
      is_refused = e.code() == ASY_E_INVALID;
    }
    CHECK(is_refused && alive == 0);
  });
}

int main() {
  return check::run({
      TEST(test_a_deadline_may_be_a_time_of_the_loops_clock),
      TEST(test_a_scope_turns_its_own_cancel_into_a_timeout),
      TEST(test_it_runs_in_the_same_task),
      TEST(test_outside_a_task_there_is_no_scope),
      TEST(test_a_past_deadline_acts_at_the_first_suspension),
      TEST(test_a_cancel_from_outside_stays_a_cancel),
      TEST(test_of_nested_scopes_with_one_deadline_the_outermost_times_out),
      TEST(test_another_error_passes_unchanged),
      TEST(test_a_deadline_can_be_moved_until_it_passed),
      TEST(test_a_scope_in_a_destroyed_frame_leaves_quietly),
      TEST(test_a_scope_is_left_once),
      TEST(test_whatever_is_awaited_can_be_limited),
      TEST(test_a_refused_duration_only_throws),
  });
}
