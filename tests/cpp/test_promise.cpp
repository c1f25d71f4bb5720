/* Promises: a callback API becomes a future, from any thread. */
#include "check.hpp"

#include <algorithm>
#include <thread>

static void test_another_thread_completes_a_promise() { /* CORO-11 FUT-14 LOOP-21 */
  check::world loop(0);
  asy::promise<std::string> promise(loop);
  auto future = promise.get_future();
  std::thread worker([promise = std::move(promise)] { promise.set_value("from afar"); });
  CHECK(loop.run([&]() -> asy::task<std::string> { co_return co_await future; }) == "from afar");
  worker.join();
}

static void test_an_exception_crosses_threads_as_the_same_object() { /* EXC-11 */
  check::world loop(0);
  auto original = std::make_exception_ptr(std::out_of_range("far"));
  asy::promise<> promise(loop);
  auto future = promise.get_future();
  std::thread worker([promise = std::move(promise), original] { promise.set_exception(original); });
  try {
    loop.run_until_complete(future);
    CHECK(false);
  } catch (const std::out_of_range &) {
    CHECK(std::current_exception() == original);
  }
  worker.join();
}

static void test_many_threads_complete_many_promises() { /* CORO-11 */
  check::world loop(0);
  std::vector<asy::future<int>> futures;
  std::vector<std::thread> workers;
  for (int i = 0; i < 8; ++i) {
    std::vector<asy::promise<int>> mine;
    for (int k = 0; k < 50; ++k) {
      mine.emplace_back(loop);
      futures.push_back(mine.back().get_future());
    }
    workers.emplace_back([mine = std::move(mine)] {
      for (const auto &promise : mine) promise.set_value(1);
    });
  }
  int sum = loop.run([&]() -> asy::task<int> {
    int total = 0;
    for (int one : co_await asy::gather(std::move(futures))) total += one;
    co_return total;
  });
  CHECK(sum == 400);
  for (auto &worker : workers) worker.join();
}

static void test_a_promise_completes_once() { /* FUT-01 CORO-11 */
  check::world loop;
  asy::promise<int> promise(loop);
  promise.set_value(1);
  CHECK(THROWN(asy::state_error, promise.set_value(2)));
  CHECK(loop.run_until_complete(promise.get_future()) == 1);
}

static void test_a_dropped_promise_is_broken() { /* CORO-11 */
  check::world loop;
  asy::future<int> future;
  {
    asy::promise<int> promise(loop);
    asy::promise<int> copy = promise;
    future = promise.get_future();
  }
  CHECK(THROWN(asy::broken_promise, loop.run_until_complete(future)));
}

static void test_completing_after_the_awaiter_cancelled_is_ignored() { /* CORO-11 FUT-15 */
  check::world loop;
  asy::promise<int> promise(loop);
  auto future = promise.get_future();
  auto task = asy::spawn(loop, [&]() -> asy::task<int> { co_return co_await future; });
  loop.settle();
  task.cancel();
  loop.settle();
  CHECK(task.is_cancelled() && future.is_cancelled());
  promise.set_value(1);
  loop.settle();
  CHECK(future.is_cancelled());
}

static void test_a_cancel_hook_asks_and_the_promise_answers() { /* TASK-12 */
  check::world loop;
  std::optional<asy::promise<int>> promise;
  bool is_asked = false;
  promise.emplace(loop, [&] { is_asked = true; });
  auto task = asy::spawn(loop, [&]() -> asy::task<int> { co_return co_await promise->get_future(); });
  loop.settle();
  task.cancel();
  loop.settle();
  CHECK(is_asked && !task.is_done());
  promise->set_value(9);  // answers with a value instead: the task goes on
  CHECK(loop.run_until_complete(task) == 9);
}

static void test_a_promise_outlives_its_loop() { /* LOOP-09 */
  std::optional<asy::promise<int>> promise;
  asy::future<int> future;
  {
    check::world loop;
    promise.emplace(loop);
    future = promise->get_future();
    loop.close();
  }
  std::thread([&] { CHECK(THROWN(asy::closed_error, promise->set_value(1))); }).join();
  CHECK(future.is_done());
}

static void test_calls_from_a_thread_keep_their_order() { /* LOOP-21 */
  check::world loop(0);
  std::vector<int> order;
  std::thread worker([&, ref = asy::loop_ref(loop)] {
    for (int i = 0; i < 100; ++i) ref.call_soon_threadsafe([&, i] { order.push_back(i); });
    ref.call_soon_threadsafe([ref] { ref.stop(); });
  });
  loop.run_forever();
  worker.join();
  CHECK(order.size() == 100 && std::is_sorted(order.begin(), order.end()));
}

int main() {
  return check::run({
      TEST(test_another_thread_completes_a_promise),
      TEST(test_an_exception_crosses_threads_as_the_same_object),
      TEST(test_many_threads_complete_many_promises),
      TEST(test_a_promise_completes_once),
      TEST(test_a_dropped_promise_is_broken),
      TEST(test_completing_after_the_awaiter_cancelled_is_ignored),
      TEST(test_a_cancel_hook_asks_and_the_promise_answers),
      TEST(test_a_promise_outlives_its_loop),
      TEST(test_calls_from_a_thread_keep_their_order),
  });
}
