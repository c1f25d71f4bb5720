/* Coroutines: what runs when, inline awaits, frames and their ends. */
#include "check.hpp"

namespace {

asy::task<int> add(int left, int right) { co_return left + right; }
asy::task<> note(std::vector<int> &order, int what) {
  order.push_back(what);
  co_return;
}
asy::task<int> fail_deep(int depth) {
  if (depth == 0) throw std::runtime_error("deep");
  co_await asy::sleep(1ms);
  co_return co_await fail_deep(depth - 1);
}
asy::task<> hold(check::tracked, asy::future<> blocker) { co_await blocker; }

}  // namespace

static void test_calling_a_coroutine_runs_nothing() { /* CORO-01 */
  check::world loop;
  std::vector<int> order;
  asy::task<> made = note(order, 1);
  CHECK(order.empty());
  loop.run_until_complete(std::move(made));
  CHECK(order.size() == 1);
}

static void test_an_inline_await_makes_no_trip_through_the_loop() { /* CORO-02 */
  check::world loop;
  std::vector<int> order;
  loop.run([&]() -> asy::task<> {
    asy::loop_ref().call_soon([&] { order.push_back(9); });
    co_await note(order, 1);
    CHECK(co_await add(1, 2) == 3);
    co_await note(order, 2);
    CHECK((order == std::vector<int>{1, 2}));
    co_await asy::yield();
    CHECK((order == std::vector<int>{1, 2, 9}));
  });
}

static void test_awaiting_a_done_future_does_not_yield() { /* CORO-02 */
  check::world loop;
  bool has_yielded = false;
  loop.run([&]() -> asy::task<> {
    auto done = asy::future<int>::pending(asy_loop_current());
    done.set_value(7);
    asy::loop_ref().call_soon([&] { has_yielded = true; });
    for (int i = 0; i < 100; ++i) CHECK(co_await done == 7);
    CHECK(!has_yielded);
  });
}

static void test_128_done_futures_in_a_row_yield_once() {
  check::world loop;
  int turns = 0;
  loop.run([&]() -> asy::task<> {
    auto done = asy::future<int>::pending(asy_loop_current());
    done.set_value(7);
    asy::loop_ref().call_soon([&] { ++turns; });
    for (int i = 0; i < 127; ++i) co_await done;
    CHECK(turns == 0);
    CHECK(co_await done == 7);
    CHECK(turns == 1);
  });
}

static void test_a_cancel_at_the_yield_of_a_done_await_loses_no_value() { /* TASK-13 */
  check::world loop;
  bool was_cancelled = false;
  int last = 0;
  auto task = asy::spawn(loop, [&]() -> asy::task<> {
    auto done = asy::future<int>::pending(asy_loop_current());
    done.set_value(7);
    for (int i = 0; i < 126; ++i) co_await done;
    asy::current_task().cancel();  // itself: due at the next suspension
    co_await done;
    last = co_await done;  // this one yields
    try {
      co_await asy::sleep(1s);
    } catch (const asy::cancelled &) {
      was_cancelled = true;
    }
  });
  loop.run_until_complete(task);
  CHECK(last == 7);
  CHECK(was_cancelled);
}

static void test_a_coroutine_is_awaited_once() { /* CORO-04 */
  check::world loop;
  loop.run([]() -> asy::task<> {
    asy::task<int> once = add(1, 1);
    CHECK(co_await std::move(once) == 2);
    bool refused = false;
    try {
      co_await std::move(once);
    } catch (const asy::state_error &) {
      refused = true;
    }
    CHECK(refused);
    CHECK(THROWN(asy::state_error, asy::spawn(std::move(once)).result()));
  });
}

static void test_dropping_an_unstarted_coroutine_is_reported() { /* CORO-05 DBG-09 */
  check::world loop;
  int alive = 0;
  loop.run([&]() -> asy::task<> {
    auto never = hold(check::tracked(alive), {});
    CHECK(alive == 1);
    co_return;
  });
  CHECK(alive == 0);
  auto reports = loop.take_reports();
  CHECK(reports.size() == 1 && reports[0].find("never awaited") != std::string::npos);
}

static void test_a_refused_coroutine_is_destroyed_without_a_report() { /* CORO-06 */
  check::world loop;
  int alive = 0;
  loop.close();
  auto refused = asy::spawn(loop, hold(check::tracked(alive), {}));
  CHECK(alive == 0);
  CHECK(THROWN(asy::closed_error, refused.result()));
}

static void test_an_error_climbs_through_inline_awaits() { /* CORO-07 */
  check::world loop;
  auto task = asy::spawn(loop, fail_deep(3));
  loop.settle();
  loop.advance(10ms);
  CHECK(THROWN(std::runtime_error, loop.run_until_complete(task)));
}

#ifdef __cpp_lib_source_location
static void test_a_trace_names_the_frames_innermost_first() { /* CORO-07 */
  check::world loop;
  auto task = asy::spawn(loop, fail_deep(1));
  CHECK(THROWN(std::runtime_error, loop.run_until_complete(task)));
  std::string text(task.failure()->traceback());
  std::size_t first = text.find("fail_deep"), second = text.find("fail_deep", first + 1);
  CHECK(first != std::string::npos && second != std::string::npos);
  CHECK(text.find("test_coroutine.cpp:") != std::string::npos);
}
#endif

#ifdef __cpp_lib_source_location
static void test_a_suspended_task_describes_its_frames_outermost_first() { /* TASK-28 */
  check::world loop;
  asy::task<int> made = fail_deep(2);
  void *frame = made.release().address();
  asy::future<int> task(asy::adopt, asy_task_new(loop.raw(), &asy::detail::coroutine_table, frame, nullptr));
  auto describe = [&] {
    std::vector<std::string> lines;
    asy_line_cb note = [](const char *text, void *all) {
      static_cast<std::vector<std::string> *>(all)->push_back(text);
    };
    asy::detail::coroutine_table.describe(frame, note, &lines);
    return lines;
  };
  CHECK(describe().size() == 1);
  loop.settle();
  loop.step(1ms);
  loop.settle();
  auto lines = describe();
  CHECK(lines.size() == 2 && lines[0].find("fail_deep") != std::string::npos);
  CHECK(THROWN(std::runtime_error, loop.run_until_complete(task)));
}
#endif

static void test_cancel_reaches_the_innermost_frame_and_unwinds_outwards() { /* CORO-07 TASK-12 */
  check::world loop;
  std::vector<int> order;
  struct leave {
    std::vector<int> &order;
    int what;
    ~leave() { order.push_back(what); }
  };
  auto inner = [&]() -> asy::task<> {
    leave mark{order, 1};
    try {
      co_await asy::sleep(1h);
    } catch (const asy::cancelled &) {
      order.push_back(0);
      throw;
    }
  };
  auto task = asy::spawn(loop, [&]() -> asy::task<> {
    leave mark{order, 2};
    co_await inner();
  });
  loop.settle();
  CHECK(task.cancel());
  CHECK(THROWN(asy::cancelled, loop.run_until_complete(task)));
  CHECK((order == std::vector<int>{0, 1, 2}));
}

static void test_awaiting_oneself_or_another_loops_future_fails_at_the_await() { /* CORO-08 LOOP-15 */
  check::world loop, other;
  auto foreign = asy::future<>::pending(other.raw());
  loop.run([&]() -> asy::task<> {
    asy_status seen = ASY_OK;
    try {
      co_await asy::current_task();
    } catch (const asy::error &e) {
      seen = e.code();
    }
    CHECK(seen == ASY_E_STATE);
    try {
      co_await foreign;
    } catch (const asy::error &e) {
      seen = e.code();
    }
    CHECK(seen == ASY_E_WRONG_LOOP);
  });
  foreign.cancel();
}

static void test_a_bare_suspend_is_one_trip_through_the_queue() { /* CORO-08 COMB-02 */
  check::world loop;
  std::vector<int> order;
  loop.run([&]() -> asy::task<> {
    asy::loop_ref().call_soon([&] { order.push_back(1); });
    co_await asy::yield();
    order.push_back(2);
    asy::loop_ref().call_soon([&] { order.push_back(3); });
    co_await asy::sleep(0ms);
    order.push_back(4);
    co_await asy::sleep(-5s);
  });
  CHECK((order == std::vector<int>{1, 2, 3, 4}));
}

static void test_a_scope_ends_on_every_way_out() { /* CORO-10 */
  check::world loop;
  int alive = 0;
  auto body = [&](int way) -> asy::task<> {
    check::tracked scope(alive);
    if (way == 0) co_return;
    co_await asy::yield();
    if (way == 1) throw std::logic_error("out");
    co_await asy::sleep(1h);
  };
  loop.run_until_complete(body(0));
  CHECK(alive == 0);
  CHECK(THROWN(std::logic_error, loop.run_until_complete(body(1))));
  CHECK(alive == 0);
  auto task = asy::spawn(loop, body(2));
  loop.settle();
  CHECK(alive == 1);
  task.cancel();
  CHECK(THROWN(asy::cancelled, loop.run_until_complete(task)));
  CHECK(alive == 0);
}

static void test_one_after_the_other_takes_the_sum_and_tasks_the_maximum() { /* CORO-12 */
  check::world loop;
  auto wait = [](std::chrono::milliseconds length) -> asy::task<> { co_await asy::sleep(length); };
  auto start = loop.time();
  loop.run([&]() -> asy::task<> {
    co_await wait(30ms);
    co_await wait(20ms);
  });
  CHECK(loop.time() - start == 50ms);
  start = loop.time();
  loop.run([&]() -> asy::task<> {
    auto one = asy::spawn(wait(30ms)), two = asy::spawn(wait(20ms));
    co_await one;
    co_await two;
  });
  CHECK(loop.time() - start == 30ms);
}

static void test_closing_the_loop_destroys_suspended_frames_once() { /* TASK-26 LOOP-08 */
  int alive = 0;
  {
    check::world loop;
    auto blocker = asy::future<>::pending(loop.raw());
    auto outer = [&]() -> asy::task<> {
      check::tracked mine(alive);
      co_await hold(check::tracked(alive), blocker);
    };
    (void)asy::spawn(loop, outer);
    loop.settle();
    (void)asy::spawn(loop, hold(check::tracked(alive), blocker));  // never started
    CHECK(alive >= 3);
    loop.close();
    CHECK(alive == 0);
    CHECK(loop.take_reports().size() == 2);
  }
  CHECK(alive == 0);
}

static void test_deep_inline_awaits_do_not_grow_the_stack() { /* CORO-02 */
  check::world loop;
  auto leaf = []() -> asy::task<int> { co_return 1; };
  int sum = loop.run([&]() -> asy::task<int> {
    int total = 0;
    for (int i = 0; i < 100000; ++i) total += co_await leaf();
    co_return total;
  });
  CHECK(sum == 100000);
}

static void test_a_deep_chain_of_awaits_ends_without_a_deep_stack() { /* CORO-02 LOOP-08 */
  int alive = 0;
  struct chain {
    static asy::task<> down(check::tracked kept, int depth) {
      if (depth) co_await down(kept, depth - 1);
      else co_await asy::sleep(1h);
    }
  };
  check::world cancelled, closed;
  auto first = asy::spawn(cancelled, chain::down(check::tracked(alive), 200000));
  auto second = asy::spawn(closed, chain::down(check::tracked(alive), 200000));
  cancelled.settle();
  closed.settle();
  CHECK(alive > 400000);
  first.cancel();
  CHECK(THROWN(asy::cancelled, cancelled.run_until_complete(first)));
  closed.close();
  CHECK(closed.take_reports().size() == 1 && alive == 0);
}

static void test_a_lambda_with_captures_lives_as_long_as_its_task() { /* CORO-01 */
  check::world loop;
  int alive = 0;
  asy::future<int> task;
  {
    auto lambda = [kept = check::tracked(alive), number = 42]() -> asy::task<int> {
      co_await asy::sleep(1s);
      co_return number;
    };
    task = asy::spawn(loop, std::move(lambda));
  }
  CHECK(loop.run_until_complete(task) == 42);
  CHECK(alive == 0);
}

int main() {
  return check::run({
      TEST(test_calling_a_coroutine_runs_nothing),
      TEST(test_an_inline_await_makes_no_trip_through_the_loop),
      TEST(test_awaiting_a_done_future_does_not_yield),
      TEST(test_128_done_futures_in_a_row_yield_once),
      TEST(test_a_cancel_at_the_yield_of_a_done_await_loses_no_value),
      TEST(test_a_coroutine_is_awaited_once),
      TEST(test_dropping_an_unstarted_coroutine_is_reported),
      TEST(test_a_refused_coroutine_is_destroyed_without_a_report),
      TEST(test_an_error_climbs_through_inline_awaits),
#ifdef __cpp_lib_source_location
      TEST(test_a_trace_names_the_frames_innermost_first),
      TEST(test_a_suspended_task_describes_its_frames_outermost_first),
#endif
      TEST(test_cancel_reaches_the_innermost_frame_and_unwinds_outwards),
      TEST(test_awaiting_oneself_or_another_loops_future_fails_at_the_await),
      TEST(test_a_bare_suspend_is_one_trip_through_the_queue),
      TEST(test_a_scope_ends_on_every_way_out),
      TEST(test_one_after_the_other_takes_the_sum_and_tasks_the_maximum),
      TEST(test_closing_the_loop_destroys_suspended_frames_once),
      TEST(test_deep_inline_awaits_do_not_grow_the_stack),
      TEST(test_a_deep_chain_of_awaits_ends_without_a_deep_stack),
      TEST(test_a_lambda_with_captures_lives_as_long_as_its_task),
  });
}
