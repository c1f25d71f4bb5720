/* The hard case of threads: 39 of ../cases/README.md. */
#include "cases.hpp"

#include <atomic>
#include <latch>
#include <thread>

using namespace cases;

static void test_a_cancelled_job_is_let_go_and_a_queued_one_never_runs() { /* case 39, THR-02 */
  check::world loop(0);  // a virtual clock would not wait for the thread
  std::latch begun(1), open(1);
  bool has_run = false;
  asy::executor pool({.max_threads = 1});
  auto running = pool.run(
      [&] {
        begun.count_down();
        open.wait();
      },
      loop);
  begun.wait();
  auto queued = pool.run([&] { has_run = true; }, loop);
  CHECK(queued.cancel() && running.cancel());
  CHECK(finish(loop, queued) == ASY_E_CANCELLED && finish(loop, running) == ASY_E_CANCELLED);
  open.count_down();
  loop.run(pool.shutdown(asy::forever, loop));
  CHECK(!has_run);
}

static void test_closing_the_loop_waits_for_no_job() { /* case 39, THR-02 */
  std::atomic<int> alive = 0;
  struct counted {
    explicit counted(std::atomic<int> &of) : count(&of) { ++*count; }
    counted(const counted &other) : counted(*other.count) {}
    ~counted() { --*count; }
    std::atomic<int> *count;
  };
  std::latch begun(1), open(1);
  asy::executor pool({.max_threads = 1});
  {
    check::world loop(0);
    auto late = pool.run(
        [&] {
          begun.count_down();
          open.wait();
          return counted(alive);
        },
        loop);
    auto queued = pool.run([kept = counted(alive)] {}, loop);
    begun.wait();
    loop.close();
    CHECK(late.failure()->code() == ASY_E_CLOSED && queued.failure()->code() == ASY_E_CLOSED);
  }
  open.count_down();
  check::world other(0);
  other.run(pool.shutdown(asy::forever, other));
  CHECK(alive == 0);  // the late result went quietly
}

static void test_both_ends_of_a_task_of_another_thread() { /* case 39, THR-07 */
  check::world loop(0);
  std::string trail;
  asy::executor pool({.max_threads = 1});
  auto body = []() -> asy::task<int> { co_return co_await stubborn(10000ms); };
  auto slow = asy::spawn_threadsafe(loop, [&]() -> asy::task<> { co_await cleans_up(trail); });
  auto answers = asy::spawn_threadsafe(loop, body);
  auto waits = pool.run(
      [&] {
        CHECK(THROWN(asy::timeout_error, slow.wait(1ms)));  // which cancels nothing
        CHECK(!slow.is_done() && slow.cancel());
        CHECK(THROWN(asy::cancelled, slow.wait()) && trail == "u");
        CHECK(answers.cancel() && answers.wait() == 77);  // a task may answer a cancel with a value
      },
      loop);
  loop.run(waits);
  CHECK(!slow.cancel());
}

static void test_a_call_is_taken_back_by_a_thread_or_ran() { /* case 39, HND-09 */
  check::world loop;
  std::string trail;
  auto ran = loop.cancellable_call_soon_threadsafe([&] { trail += 'r'; });
  loop.settle();
  auto taken = loop.cancellable_call_soon_threadsafe([&] { trail += 't'; });
  std::thread([&] { CHECK(taken.cancel() && !ran.cancel()); }).join();
  loop.settle();
  CHECK(trail == "r");
}

static void test_a_cancel_waits_for_a_call_that_runs() { /* case 39, HND-09 */
  check::world loop;
  std::latch inside(1);
  std::atomic<bool> asks = false, has_ended = false;
  auto call = loop.cancellable_call_soon_threadsafe([&] {
    inside.count_down();
    while (!asks) std::this_thread::yield();
    for (int i = 0; i < 100; ++i) std::this_thread::yield();
    has_ended = true;
  });
  std::thread other([&] {
    inside.wait();
    asks = true;
    CHECK(!call.cancel() && has_ended);
  });
  loop.settle();
  other.join();
  asy::call_handle itself;
  itself = loop.cancellable_call_soon_threadsafe([&] { CHECK(!itself.cancel()); });  // which does not wait
  loop.settle();
}

int main() {
  return check::run({
      TEST(test_a_cancelled_job_is_let_go_and_a_queued_one_never_runs),
      TEST(test_closing_the_loop_waits_for_no_job),
      TEST(test_both_ends_of_a_task_of_another_thread),
      TEST(test_a_call_is_taken_back_by_a_thread_or_ran),
      TEST(test_a_cancel_waits_for_a_call_that_runs),
  });
}
