/* What belongs to a loop's thread is refused on others, and what crosses threads arrives. */
#include "check.hpp"

#include <algorithm>
#include <thread>

namespace {

/** Does it on another thread and waits for that. */
template <class F>
void elsewhere(F function) {
  std::thread(std::move(function)).join();
}
/** Whether a call is refused because it comes from another thread. */
template <class F>
bool is_refused(F call) {
  try {
    call();
  } catch (const asy::error &e) {
    return e.code() == ASY_E_WRONG_THREAD;
  }
  return false;
}
/** Whether an operation made there fails so. */
template <class T>
bool has_failed(const asy::future<T> &operation) {
  return is_refused([&] { operation.result(); });
}

}  // namespace

static void test_tasks_are_refused_on_another_thread() { /* TASK-34 */
  check::world loop;
  int alive = 0;
  auto body = [](check::tracked) -> asy::task<> { co_await asy::sleep(1s); };
  auto task = asy::spawn(loop, body(check::tracked(alive)));
  loop.settle();
  elsewhere([&] {
    auto refused = asy::spawn(loop, body(check::tracked(alive)));
    CHECK(has_failed(refused) && alive == 1);  // its frame is destroyed
    CHECK(!task.cancel() && task.uncancel() == 0 && task.cancelling() == 0);
    CHECK(is_refused([&] { task.set_name("other"); }));
    CHECK(is_refused([&] { task.on_done([](const auto &) {}); }));
    CHECK(THROWN(asy::error, asy::run([&]() -> asy::task<> { co_await task; })));  // another loop's
  });
  CHECK(task.cancelling() == 0 && !task.is_done());
  loop.run_until_complete(task);
}

static void test_things_that_tasks_wait_for_are_refused_on_another_thread() { /* SYNC-25 Q-13 */
  check::world loop;
  int alive = 0;
  asy::lock lock(loop);
  asy::event event(loop);
  asy::condition condition(loop);
  asy::semaphore semaphore(1, loop);
  asy::barrier barrier(2, loop);
  asy::limiter limiter(1, 1, loop);
  asy::queue<check::tracked> queue(1, loop);
  elsewhere([&] {
    CHECK(has_failed(lock.acquire()) && is_refused([&] { lock.try_acquire(); }));
    CHECK(has_failed(event.wait()) && is_refused([&] { event.set(); }));
    CHECK(has_failed(condition.wait()) && is_refused([&] { condition.notify_all(); }));
    CHECK(has_failed(semaphore.acquire()) && is_refused([&] { semaphore.release(); }));
    CHECK(has_failed(barrier.wait()) && is_refused([&] { barrier.reset(); }));
    CHECK(has_failed(limiter.acquire()) && is_refused([&] { limiter.try_acquire(); }));
    CHECK(has_failed(queue.put(check::tracked(alive))) && has_failed(queue.get()));
    CHECK(is_refused([&] { queue.try_put(check::tracked(alive)); }));
    CHECK(is_refused([&] { asy::lock made(loop); }));
  });
  CHECK(alive == 0 && !event.is_set() && !lock.is_locked() && queue.size() == 0 && semaphore.value() == 1);
}

static void test_calls_arrive_in_the_order_of_each_thread() { /* THR-06 */
  check::world loop(0);
  std::vector<int> seen;
  auto sender = [&](int first) {
    for (int i = 0; i < 50; ++i) loop.call_soon_threadsafe([&seen, first, i] { seen.push_back(first + i); });
  };
  {
    std::thread one(sender, 0), two(sender, 1000);
    one.join();
    two.join();
  }
  loop.settle();
  CHECK(seen.size() == 100);
  std::stable_partition(seen.begin(), seen.end(), [](int one) { return one < 1000; });
  CHECK(std::is_sorted(seen.begin(), seen.end()));
  loop.close();
  int alive = 0;
  elsewhere([&] { CHECK(THROWN(asy::closed_error, loop.call_soon_threadsafe([kept = check::tracked(alive)] {}))); });
  CHECK(alive == 0);
}

static void test_loops_of_several_threads_share_nothing() { /* THR-10 */
  auto count_to = [](int most) -> asy::task<int> {
    int sum = 0;
    auto one = []() -> asy::task<int> {
      co_await asy::yield();
      co_return 1;
    };
    for (int i = 0; i < most; ++i) sum += co_await asy::spawn(one);
    CHECK(asy::loop_ref().task_count() == 1);  // its own tasks only
    co_return sum;
  };
  int sums[3] = {};
  {
    std::vector<std::thread> threads;
    for (int &sum : sums) threads.emplace_back([&] { sum = asy::run(count_to(300)); });
    for (auto &one : threads) one.join();
  }
  CHECK(sums[0] == 300 && sums[1] == 300 && sums[2] == 300);
}

static void test_a_coroutine_made_on_one_thread_ends_on_another() { /* THR-07 CORO-06 */
  check::world loop(0);
  int alive = 0;
  auto body = [](check::tracked) -> asy::task<> { co_return; };
  for (int i = 0; i < 100; ++i) {
    asy::thread_future<> done;
    elsewhere([&] { done = asy::spawn_threadsafe(loop, body(check::tracked(alive))); });
    while (!done.is_done()) loop.step(0ns);
  }
  loop.settle();
  CHECK(alive == 0);
}

int main() {
  return check::run({
      TEST(test_tasks_are_refused_on_another_thread),
      TEST(test_things_that_tasks_wait_for_are_refused_on_another_thread),
      TEST(test_calls_arrive_in_the_order_of_each_thread),
      TEST(test_loops_of_several_threads_share_nothing),
      TEST(test_a_coroutine_made_on_one_thread_ends_on_another),
  });
}
