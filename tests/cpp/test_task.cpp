/* Tasks: starting, cancelling, ending. */
#include "check.hpp"

namespace {

asy::task<int> after(std::chrono::milliseconds delay, int result) {
  co_await asy::sleep(delay);
  co_return result;
}

}  // namespace

static void test_a_task_starts_later_and_in_order() { /* TASK-01 TASK-10 */
  check::world loop;
  std::vector<int> order;
  auto body = [&](int who) -> asy::task<> {
    order.push_back(who);
    co_return;
  };
  loop.run([&]() -> asy::task<> {
    auto one = asy::spawn(body, 1), two = asy::spawn(body, 2);
    order.push_back(0);
    co_await one;
    co_await two;
  });
  CHECK((order == std::vector<int>{0, 1, 2}));
}

static void test_a_task_is_a_future_that_only_its_body_completes() { /* TASK-02 */
  check::world loop;
  auto task = asy::spawn(loop, after(1s, 3));
  CHECK(task.is_task());
  CHECK(THROWN(asy::error, task.set_value(4))->code() == ASY_E_INVALID);
  CHECK(loop.run_until_complete(task) == 3);
}

static void test_names() { /* TASK-04 */
  check::world loop;
  auto named = asy::spawn(loop, after(0s, 1), "probe");
  auto unnamed = asy::spawn(loop, after(0s, 1));
  CHECK(std::string(named.name()) == "probe");
  CHECK(std::string(unnamed.name()).starts_with("Task-"));
  unnamed.set_name("other");
  CHECK(std::string(unnamed.name()) == "other");
  loop.settle();
}

static void test_cancel_counts_and_answers() { /* TASK-11 TASK-18 */
  check::world loop;
  auto task = asy::spawn(loop, after(1h, 1));
  loop.settle();
  CHECK(task.cancel() && task.cancelling() == 1);
  CHECK(THROWN(asy::cancelled, loop.run_until_complete(task)));
  CHECK(!task.cancel() && task.cancelling() == 1);
}

static void test_a_swallowed_cancel_of_the_inner_task_resumes_the_outer() { /* TASK-12 TASK-16 */
  check::world loop;
  auto inner = asy::spawn(loop, []() -> asy::task<int> {
    try {
      co_await asy::sleep(1h);
    } catch (const asy::cancelled &) {}
    co_return 5;
  });
  auto outer = asy::spawn(loop, [&]() -> asy::task<int> { co_return co_await inner; });
  loop.settle();
  outer.cancel();
  CHECK(loop.run_until_complete(outer) == 5);
  CHECK(!outer.is_cancelled() && outer.cancelling() == 1);
}

static void test_a_value_that_arrived_is_delivered_and_the_cancel_waits() { /* TASK-13 */
  check::world loop;
  auto future = asy::future<int>::pending(loop.raw());
  int got = 0;
  bool was_cancelled = false;
  auto task = asy::spawn(loop, [&]() -> asy::task<> {
    got = co_await future;
    try {
      co_await asy::sleep(1s);
    } catch (const asy::cancelled &) {
      was_cancelled = true;
      throw;
    }
  });
  loop.settle();
  future.set_value(8);
  task.cancel();
  CHECK(THROWN(asy::cancelled, loop.run_until_complete(task)));
  CHECK(got == 8 && was_cancelled);
}

static void test_an_outcome_stands_when_the_late_cancel_met_no_await() { /* TASK-15 */
  check::world loop;
  auto future = asy::future<int>::pending(loop.raw());
  auto task = asy::spawn(loop, [&]() -> asy::task<int> { co_return co_await future; });
  loop.settle();
  future.set_value(8);
  task.cancel();
  CHECK(loop.run_until_complete(task) == 8);
  CHECK(loop.take_reports().size() == 1);  // the request was not honoured
}

static void test_cancelled_before_its_start_the_body_never_runs() { /* TASK-14 */
  check::world loop;
  bool has_run = false;
  int alive = 0;
  auto body = [&](check::tracked) -> asy::task<> {
    has_run = true;
    co_return;
  };
  auto task = asy::spawn(loop, body(check::tracked(alive)));
  CHECK(alive == 1);
  task.cancel("too early");
  CHECK(THROWN(asy::cancelled, loop.run_until_complete(task))->message() == "too early");
  CHECK(!has_run && alive == 0);
}

static void test_a_task_that_cancels_itself_and_returns_ends_cancelled() { /* TASK-15 */
  check::world loop;
  auto task = asy::spawn(loop, []() -> asy::task<int> {
    asy::current_task().cancel();
    co_return 1;
  });
  CHECK(THROWN(asy::cancelled, loop.run_until_complete(task)));
  CHECK(task.is_cancelled());
}

static void test_after_swallowing_a_cancel_awaits_are_undisturbed() { /* TASK-16 */
  check::world loop;
  auto task = asy::spawn(loop, []() -> asy::task<int> {
    try {
      co_await asy::sleep(1h);
    } catch (const asy::cancelled &) {}
    co_await asy::sleep(1s);
    co_return 2;
  });
  loop.settle();
  task.cancel();
  CHECK(loop.run_until_complete(task) == 2 && !task.is_cancelled());
}

static void test_a_cancelled_that_leaves_the_body_cancels_the_task() { /* TASK-17 */
  check::world loop;
  auto task = asy::spawn(loop, []() -> asy::task<> {
    throw asy::cancelled("of my own");
    co_return;
  });
  CHECK(THROWN(asy::cancelled, loop.run_until_complete(task))->message() == "of my own");
  CHECK(task.is_cancelled() && task.cancelling() == 0);
}

static void test_another_error_during_a_cancel_fails_the_task() { /* TASK-17 */
  check::world loop;
  auto task = asy::spawn(loop, []() -> asy::task<> {
    try {
      co_await asy::sleep(1h);
    } catch (const asy::cancelled &) {
      throw std::logic_error("in clean-up");
    }
  });
  loop.settle();
  task.cancel();
  CHECK(THROWN(std::logic_error, loop.run_until_complete(task)));
  CHECK(!task.is_cancelled());
}

static void test_uncancel_clears_an_undelivered_request() { /* TASK-18 */
  check::world loop;
  auto task = asy::spawn(loop, []() -> asy::task<int> {
    auto self = asy::current_task();
    self.cancel();
    CHECK(self.cancelling() == 1);
    CHECK(self.uncancel() == 0);
    CHECK(self.uncancel() == 0);
    co_await asy::sleep(1s);
    self.cancel();
    self.cancel();
    CHECK(self.uncancel() == 1);
    bool was_cancelled = false;
    try {
      co_await asy::sleep(1s);
    } catch (const asy::cancelled &) {
      was_cancelled = true;
    }
    CHECK(was_cancelled);
    co_return 1;
  });
  CHECK(loop.run_until_complete(task) == 1);
}

static void test_the_message_of_a_cancel_arrives() { /* TASK-19 */
  check::world loop;
  auto inner = [](auto delay) -> asy::task<> { co_await asy::sleep(delay); };
  auto task = asy::spawn(loop, [&]() -> asy::task<> { co_await asy::gather(inner(1h), inner(2h)); });
  loop.settle();
  task.cancel("closing time");
  CHECK(THROWN(asy::cancelled, loop.run_until_complete(task))->message() == "closing time");
}

static void test_a_cancelled_future_is_told_from_a_cancelled_task_by_its_count() { /* TASK-20 */
  check::world loop;
  auto future = asy::future<>::pending(loop.raw());
  auto task = asy::spawn(loop, [&]() -> asy::task<int> {
    try {
      co_await future;
    } catch (const asy::cancelled &) {
      co_return asy::current_task().cancelling();
    }
    co_return -1;
  });
  loop.settle();
  future.cancel();
  CHECK(loop.run_until_complete(task) == 0);
}

static void test_the_current_task() { /* TASK-22 */
  check::world loop;
  CHECK(!asy::current_task());
  asy::future<> one, two;
  auto body = [](asy::future<> *self) -> asy::task<> {
    CHECK(asy::current_task().raw() == self->raw());
    co_await asy::yield();
    CHECK(asy::current_task().raw() == self->raw());
  };
  loop.call_soon([] { CHECK(!asy::current_task()); });
  auto first = asy::spawn(loop, body, &one), second = asy::spawn(loop, body, &two);
  one = asy::future<>(asy::borrow, first.raw());
  two = asy::future<>(asy::borrow, second.raw());
  loop.settle();
  CHECK(first.is_done() && second.is_done());
}

static void test_the_unfinished_tasks_of_a_loop() { /* TASK-23 */
  check::world loop;
  auto one = asy::spawn(loop, after(1s, 1)), two = asy::spawn(loop, after(2s, 2));
  CHECK(loop.task_count() == 2 && loop.tasks().size() == 2);
  loop.run_until_complete(one);
  auto left = loop.tasks();
  CHECK(left.size() == 1 && left[0].raw() == two.raw());
  loop.run_until_complete(two);
}

static void test_dropping_every_handle_does_not_stop_a_task() { /* TASK-24 TASK-25 */
  check::world loop;
  bool has_ended = false;
  (void)asy::spawn(loop, [&]() -> asy::task<> {
    co_await asy::sleep(1s);
    has_ended = true;
  });
  loop.run_until_complete(asy::sleep(loop, 2s));
  CHECK(has_ended);
}

static void test_an_error_nobody_reads_is_reported() { /* TASK-27 */
  check::world loop;
  (void)asy::spawn(loop, []() -> asy::task<> {
    throw std::runtime_error("nobody looks");
    co_return;
  });
  loop.settle();
  auto reports = loop.take_reports();
  CHECK(reports.size() == 1 && reports[0].find("nobody looks") != std::string::npos);
}

static void test_a_done_task_holds_nothing() { /* TASK-33 */
  check::world loop;
  int alive = 0;
  auto body = [](check::tracked) -> asy::task<int> {
    co_await asy::yield();
    co_return 1;
  };
  auto task = asy::spawn(loop, body(check::tracked(alive)));
  loop.run_until_complete(task);
  CHECK(alive == 0);
}

static void test_a_cancel_is_one_error_however_often_it_is_read() { /* FUT-16 */
  check::world loop;
  asy_error *thrown = nullptr;
  auto task = asy::spawn(loop, [&]() -> asy::task<> {
    try {
      co_await asy::sleep(1h);
    } catch (const asy::cancelled &e) {
      thrown = e.raw();
      throw;
    }
  });
  auto outer = asy::spawn(loop, [&]() -> asy::task<> { co_await task; });
  loop.settle();
  task.cancel("enough");
  auto first = THROWN(asy::cancelled, loop.run_until_complete(outer));
  auto again = THROWN(asy::cancelled, task.result());
  CHECK(first && again && first->message() == "enough");
  CHECK(first && again && first->raw() == thrown && again->raw() == thrown);
}

int main() {
  return check::run({
      TEST(test_a_task_starts_later_and_in_order),
      TEST(test_a_task_is_a_future_that_only_its_body_completes),
      TEST(test_names),
      TEST(test_cancel_counts_and_answers),
      TEST(test_a_swallowed_cancel_of_the_inner_task_resumes_the_outer),
      TEST(test_a_value_that_arrived_is_delivered_and_the_cancel_waits),
      TEST(test_an_outcome_stands_when_the_late_cancel_met_no_await),
      TEST(test_cancelled_before_its_start_the_body_never_runs),
      TEST(test_a_task_that_cancels_itself_and_returns_ends_cancelled),
      TEST(test_after_swallowing_a_cancel_awaits_are_undisturbed),
      TEST(test_a_cancelled_that_leaves_the_body_cancels_the_task),
      TEST(test_another_error_during_a_cancel_fails_the_task),
      TEST(test_uncancel_clears_an_undelivered_request),
      TEST(test_the_message_of_a_cancel_arrives),
      TEST(test_a_cancelled_future_is_told_from_a_cancelled_task_by_its_count),
      TEST(test_the_current_task),
      TEST(test_the_unfinished_tasks_of_a_loop),
      TEST(test_dropping_every_handle_does_not_stop_a_task),
      TEST(test_an_error_nobody_reads_is_reported),
      TEST(test_a_done_task_holds_nothing),
      TEST(test_a_cancel_is_one_error_however_often_it_is_read),
  });
}
