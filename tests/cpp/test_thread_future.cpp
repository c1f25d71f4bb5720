/* Tasks and calls from other threads. */
#include "check.hpp"

#include <future>
#include <thread>

namespace {

/** A loop that runs on a thread of its own until the end of the scope. */
class elsewhere {
 public:
  elsewhere()
      : thread_([this] {
          asy::loop here;
          ref_.set_value(here);
          here.run();
        }) {
    loop = ref_.get_future().get();
  }
  ~elsewhere() {
    loop.call_soon_threadsafe([] { asy::loop_ref().stop(); });
    thread_.join();
  }
  asy::loop_ref loop{nullptr};

 private:
  std::promise<asy::loop_ref> ref_{};
  std::thread thread_;
};

}  // namespace

static void test_a_task_is_started_and_awaited_from_another_thread() { /* THR-07 THR-11 */
  elsewhere other;
  auto give = [](int n) -> asy::task<std::unique_ptr<int>> {
    co_await asy::yield();
    if (!n) throw std::out_of_range("zero");
    co_return std::make_unique<int>(n);
  };
  CHECK(*asy::spawn_threadsafe(other.loop, give, 6).wait() == 6);
  auto failed = asy::spawn_threadsafe(other.loop, give, 0);
  CHECK(THROWN(std::out_of_range, failed.wait()) && failed.is_done() && !failed.cancel());
}

static void test_a_wait_has_a_limit_and_a_cancel_reaches_the_task() { /* THR-07 */
  elsewhere other;
  std::promise<bool> told;
  auto slow = asy::spawn_threadsafe(other.loop, []() -> asy::task<> { co_await asy::sleep(1h); });
  slow.on_done([&](const asy::thread_future<void> &self) { told.set_value(self.is_done()); });
  CHECK(THROWN(asy::timeout_error, slow.wait(0ms)) && !slow.is_done());
  CHECK(slow.cancel());
  CHECK(THROWN(asy::cancelled, slow.wait()) && told.get_future().get());
}

static void test_waiting_on_the_loops_own_thread_is_refused() { /* THR-08 THR-11 */
  check::world loop;
  loop.run([&]() -> asy::task<> {
    auto mine = asy::spawn_threadsafe(loop, []() -> asy::task<int> { co_return 2; });
    CHECK(THROWN(asy::state_error, mine.wait()));
    while (!mine.is_done()) co_await asy::yield();
    CHECK(mine.wait() == 2);
  });
  loop.close();
  int alive = 0;
  CHECK(THROWN(asy::closed_error,
               asy::spawn_threadsafe(loop, [kept = check::tracked(alive)]() -> asy::task<> { co_return; })));
  CHECK(alive == 0);
}

static void test_calls_from_another_thread_are_refused() { /* THR-09 DBG-05 */
  check::world loop;
  int alive = 0, refused = 0;
  auto call = [&](auto schedule) {
    auto seen = THROWN(asy::error, schedule([kept = check::tracked(alive)] {}));
    refused += seen && seen->code() == ASY_E_WRONG_THREAD && !alive;
  };
  std::thread([&] {
    call([&](auto f) { loop.call_soon(std::move(f)); });
    call([&](auto f) { loop.call_later(1ms, std::move(f)); });
    call([&](auto f) { loop.call_at(loop.time(), std::move(f)); });
  }).join();
  CHECK(refused == 3);
}

static void test_a_queued_call_can_be_taken_back_from_any_thread() { /* HND-09 */
  check::world loop;
  int alive = 0, calls = 0;
  auto taken = loop.cancellable_call_soon_threadsafe([&, kept = check::tracked(alive)] { ++calls; });
  std::thread([&] { CHECK(taken.cancel() && taken.is_cancelled() && alive == 0); }).join();
  asy::call_handle self;
  self = loop.cancellable_call_soon_threadsafe([&] {
    ++calls;
    CHECK(!self.cancel());  // inside itself it does not wait
  });
  loop.settle();
  CHECK(calls == 1 && !self.cancel() && !self.is_cancelled());
}

int main() {
  return check::run({
      TEST(test_a_task_is_started_and_awaited_from_another_thread),
      TEST(test_a_wait_has_a_limit_and_a_cancel_reaches_the_task),
      TEST(test_waiting_on_the_loops_own_thread_is_refused),
      TEST(test_calls_from_another_thread_are_refused),
      TEST(test_a_queued_call_can_be_taken_back_from_any_thread),
  });
}
