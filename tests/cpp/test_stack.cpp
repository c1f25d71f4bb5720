/* Plain functions that await on their own stack, beside coroutines. */
#include "check.hpp"

#include <memory>

static void test_a_plain_function_awaits_and_gives_its_result() { /* CORO-13 */
  check::world loop;
  auto task = asy::spawn_function(loop, [&] {
    asy::await(asy::sleep(loop, 1s));
    int number = asy::await(asy::spawn(loop, []() -> asy::task<int> {
      co_await asy::sleep(1s);
      co_return 4;
    }));
    return std::make_unique<int>(number);
  });
  auto start = loop.time();
  loop.run([&]() -> asy::task<> { CHECK(*co_await task == 4); });
  CHECK(loop.time() - start == 2s);
}

static void test_exceptions_pass_between_the_two_kinds_as_the_same_object() { /* EXC-11 CORO-07 */
  check::world loop;
  auto original = std::make_exception_ptr(std::range_error("stack"));
  auto task = asy::spawn_function(loop, [&] {
    auto inner = asy::spawn(loop, [&]() -> asy::task<> {
      co_await asy::yield();
      std::rethrow_exception(original);
    });
    asy::await(inner);
  });
  bool is_same = false;
  loop.run([&]() -> asy::task<> {
    try {
      co_await task;
    } catch (const std::range_error &) {
      is_same = std::current_exception() == original;
    }
  });
  CHECK(is_same);
}

static void test_cancel_unwinds_a_plain_function() { /* TASK-12 CORO-13 */
  check::world loop;
  int alive = 0;
  bool was_cancelled = false;
  auto task = asy::spawn_function(loop, [&] {
    check::tracked scope(alive);
    try {
      asy::await(asy::sleep(loop, 1h));
    } catch (const asy::cancelled &) {
      was_cancelled = true;
      throw;
    }
  });
  loop.settle();
  CHECK(alive == 1);
  task.cancel();
  CHECK(THROWN(asy::cancelled, loop.run_until_complete(task)));
  CHECK(was_cancelled && alive == 0);
}

static void test_closing_the_loop_unwinds_a_plain_function() { /* TASK-26 */
  int alive = 0;
  {
    check::world loop;
    (void)asy::spawn_function(loop, [&, kept = check::tracked(alive)] {
      check::tracked scope(alive);
      asy::await(asy::sleep(loop, 1h));
    });
    loop.settle();
    CHECK(alive == 2);
    loop.close();
    CHECK(alive == 0);
    (void)loop.take_reports();
  }
}

static void test_awaiting_outside_a_task_is_refused() { /* CORO-08 */
  check::world loop;
  CHECK(THROWN(asy::error, asy::await(asy::sleep(loop, 1s))));
}

static void test_a_plain_function_awaits_whatever_can_be_a_future() { /* CORO-03 */
  check::world loop;
  auto task = asy::spawn_function(loop, [] {
    asy::await(asy::sleep(1s));
    auto body = [](int n) -> asy::task<int> { co_return n; };
    auto kept = asy::spawn(body(2));
    return asy::await(body(1)) + asy::await(kept) + asy::await(kept);
  });
  CHECK(loop.run_until_complete(task) == 5);
}

int main() {
  return check::run({
      TEST(test_a_plain_function_awaits_and_gives_its_result),
      TEST(test_exceptions_pass_between_the_two_kinds_as_the_same_object),
      TEST(test_cancel_unwinds_a_plain_function),
      TEST(test_closing_the_loop_unwinds_a_plain_function),
      TEST(test_awaiting_outside_a_task_is_refused),
      TEST(test_a_plain_function_awaits_whatever_can_be_a_future),
  });
}
