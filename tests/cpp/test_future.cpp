/* Futures as handles: states, callbacks, several awaiters, errors nobody reads. */
#include <cerrno>

#include "check.hpp"

static void test_a_future_completes_once() { /* FUT-01 */
  check::world loop;
  auto future = asy::future<int>::pending(loop.raw());
  CHECK(!future.is_done());
  future.set_value(1);
  CHECK(THROWN(asy::state_error, future.set_value(2)));
  CHECK(THROWN(asy::state_error, future.set_error(asy::error(ASY_E_BUSY))));
  CHECK(future.result() == 1 && !future.is_cancelled());
}

static void test_reading_a_pending_future_is_refused() { /* FUT-02 */
  check::world loop;
  auto future = asy::future<int>::pending(loop.raw());
  CHECK(THROWN(asy::state_error, future.result()));
  future.cancel("why");
  CHECK(THROWN(asy::cancelled, future.result())->message() == "why");
}

static void test_futures_that_are_done_from_the_start() { /* FUT-01 CORO-02 */
  check::world loop;
  auto good = asy::future<std::string>::done(loop.raw(), "here");
  auto bad = asy::future<int>::failed(loop.raw(), asy::os_error::of(EPIPE, "write"));
  CHECK(good.is_done() && bad.is_done());
  CHECK(loop.run_until_complete(good) == "here");
  auto seen = THROWN(asy::os_error, loop.run_until_complete(bad));
  CHECK(seen && seen->os_code() == std::errc::broken_pipe);
}

static void test_a_cancel_hook_is_asked_and_the_completer_answers() { /* FUT-03 TASK-12 */
  check::world loop;
  int asked = 0;
  auto future = asy::future<int>::pending(loop.raw(), [&] { ++asked; });
  auto task = asy::spawn(loop, [&]() -> asy::task<int> { co_return co_await future; });
  loop.settle();
  task.cancel();
  loop.settle();
  CHECK(asked == 1 && !task.is_done() && !future.is_done());
  future.set_cancelled("now");
  CHECK(THROWN(asy::cancelled, loop.run_until_complete(task))->message() == "now");
}

static void test_cancel_answers_only_once() { /* FUT-03 */
  check::world loop;
  auto future = asy::future<>::pending(loop.raw());
  CHECK(future.cancel());
  CHECK(!future.cancel());
  CHECK(future.is_cancelled());
}

static void test_callbacks_run_later_in_order_with_the_future() { /* FUT-04 */
  check::world loop;
  std::vector<int> order;
  auto future = asy::future<int>::pending(loop.raw());
  future.on_done([&](const asy::future<int> &done) { order.push_back(done.result()); });
  future.on_done([&](const asy::future<int> &) { order.push_back(2); });
  future.set_value(1);
  future.on_done([&](const asy::future<int> &) { order.push_back(3); });
  CHECK(order.empty());
  loop.settle();
  CHECK((order == std::vector<int>{1, 2, 3}));
}

static void test_a_callback_that_never_runs_is_freed() { /* HND-01 */
  int alive = 0;
  {
    check::world loop;
    auto future = asy::future<>::pending(loop.raw());
    future.on_done([kept = check::tracked(alive)](const asy::future<> &) {});
    CHECK(alive == 1);
    loop.close();
  }
  CHECK(alive == 0);
}

static void test_awaiters_wake_in_the_order_they_came() { /* FUT-07 */
  check::world loop;
  std::vector<int> order;
  auto future = asy::future<int>::pending(loop.raw());
  auto wait = [&](int who) -> asy::task<> { order.push_back(who * 10 + co_await future); };
  auto one = asy::spawn(loop, wait, 1), two = asy::spawn(loop, wait, 2);
  loop.settle();
  future.set_value(5);
  loop.settle();
  CHECK((order == std::vector<int>{15, 25}));
}

static void test_a_cancelled_awaiter_leaves_the_others_alone() { /* FUT-08 */
  check::world loop;
  auto future = asy::future<int>::pending(loop.raw());
  auto wait = [&]() -> asy::task<int> { co_return co_await future; };
  auto one = asy::spawn(loop, wait), two = asy::spawn(loop, wait);
  loop.settle();
  one.cancel();
  loop.settle();
  CHECK(one.is_cancelled() && !future.is_done());
  two.cancel();  // the last one's interest ends the operation
  loop.settle();
  CHECK(two.is_cancelled() && future.is_cancelled());
}

static void test_a_shared_future_outlives_its_awaiters() { /* FUT-08 */
  check::world loop;
  auto future = asy::future<int>::pending(loop.raw());
  future.set_shared();
  auto one = asy::spawn(loop, [&]() -> asy::task<int> { co_return co_await future; });
  loop.settle();
  one.cancel();
  loop.settle();
  CHECK(one.is_cancelled() && !future.is_done());
  future.cancel();
}

static void test_an_error_nobody_reads_is_reported_with_the_last_handle() { /* FUT-09 DBG-09 */
  check::world loop;
  {
    auto future = asy::future<>::pending(loop.raw());
    future.set_error(asy::error(ASY_E_BUSY, "unread"));
  }
  loop.settle();
  auto reports = loop.take_reports();
  CHECK(reports.size() == 1 && reports[0].find("unread") != std::string::npos);
  {
    auto future = asy::future<>::pending(loop.raw());
    future.set_error(asy::error(ASY_E_BUSY, "read"));
    CHECK(future.failure());
  }
  loop.settle();
}

static void test_a_future_knows_its_loop() { /* FUT-19 */
  check::world loop;
  auto future = asy::future<>::pending(loop.raw());
  CHECK(future.loop() == loop.raw());
  future.cancel();
}

static void test_an_empty_handle_is_refused_at_the_await() { /* FUT-11 */
  check::world loop;
  loop.run([]() -> asy::task<> {
    asy::future<int> nothing;
    bool was_refused = false;
    try {
      co_await nothing;
    } catch (const asy::state_error &) {
      was_refused = true;
    }
    CHECK(was_refused);
  });
}

static void test_an_operation_without_a_loop_fails_at_the_await() { /* FUT-11 */
  auto future = asy::sleep(asy::loop_ref(), 1s);
  CHECK(future.is_done());
  CHECK(THROWN(asy::error, future.result()));
}

static void test_anything_with_to_future_is_awaitable() { /* CORO-03 FUT-12 */
  struct legacy {
    asy::future<int> to_future(asy_loop *loop) const {
      auto future = asy::future<int>::pending(loop);
      asy::loop_ref(loop).call_later(1s, [future] { future.set_value(11); });
      return future;
    }
  };
  check::world loop;
  loop.run([]() -> asy::task<> {
    CHECK(co_await legacy() == 11);
    auto [one, two] = co_await asy::gather(legacy(), legacy());
    CHECK(one + two == 22);
  });
}

static void test_a_result_may_be_read_as_another_type() {
  check::world loop;
  auto task = asy::spawn(loop, []() -> asy::task<int> { co_return 4; });
  auto any = asy::future<asy::value>(asy::borrow, task.raw());
  CHECK(loop.run_until_complete(any).as<double>() == 4.0);
  CHECK(THROWN(asy::error, std::move(any).as<std::string>().result())->code() == ASY_E_INVALID);
}

static void test_what_settles_a_future_becomes_its_type() { /* FUT-02 */
  struct base {
    virtual ~base() = default;
  };
  struct derived : base {};
  check::world loop;
  auto future = asy::future<std::shared_ptr<base>>::pending(loop.raw());
  future.set_value(std::make_shared<derived>());
  CHECK(future.result());
  asy::promise<std::shared_ptr<base>> promise(loop);
  auto promised = promise.get_future();
  promise.set_value(std::make_shared<derived>());
  CHECK(loop.run_until_complete(promised));
  CHECK(asy::future<double>::done(loop.raw(), 3).result() == 3.0);
  using text = asy::future<std::string>;
  static_assert(!asy::detail::settles<text::value_type, int> && !asy::detail::settles<text::value_type>);
}

static void test_handles_of_one_future_are_equal() {
  check::world loop;
  auto one = asy::future<>::pending(loop.raw()), other = asy::future<>::pending(loop.raw());
  asy::future<> same = one;
  CHECK(one == same && one != other && asy::future<>() == asy::future<>());
}

int main() {
  return check::run({
      TEST(test_a_future_completes_once),
      TEST(test_reading_a_pending_future_is_refused),
      TEST(test_futures_that_are_done_from_the_start),
      TEST(test_a_cancel_hook_is_asked_and_the_completer_answers),
      TEST(test_cancel_answers_only_once),
      TEST(test_callbacks_run_later_in_order_with_the_future),
      TEST(test_a_callback_that_never_runs_is_freed),
      TEST(test_awaiters_wake_in_the_order_they_came),
      TEST(test_a_cancelled_awaiter_leaves_the_others_alone),
      TEST(test_a_shared_future_outlives_its_awaiters),
      TEST(test_an_error_nobody_reads_is_reported_with_the_last_handle),
      TEST(test_a_future_knows_its_loop),
      TEST(test_an_empty_handle_is_refused_at_the_await),
      TEST(test_an_operation_without_a_loop_fails_at_the_await),
      TEST(test_anything_with_to_future_is_awaitable),
      TEST(test_a_result_may_be_read_as_another_type),
      TEST(test_what_settles_a_future_becomes_its_type),
      TEST(test_handles_of_one_future_are_equal),
  });
}
