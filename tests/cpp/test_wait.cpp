/* wait: some of several futures, none of them touched. */
#include "check.hpp"

namespace {

asy::task<int> after(std::chrono::milliseconds delay, int result) {
  co_await asy::sleep(delay);
  if (result < 0) throw std::runtime_error("negative");
  co_return result;
}

/** GCC 12 has no braced list in a co_await. */
template <class... Future>
std::vector<asy::future<int>> list(const Future &...future) {
  return {future...};
}

}  // namespace

static void test_outcomes_stay_with_the_futures() { /* COMB-09 */
  check::world loop;
  loop.run([]() -> asy::task<> {
    std::vector<asy::future<int>> futures{asy::spawn(after(2ms, 2)), asy::spawn(after(1ms, -1)),
                                          asy::spawn(after(9ms, 9))};
    auto polled = co_await asy::wait(futures, asy::wait_mode::all, 0ms);
    CHECK(polled.done.empty() && polled.pending.size() == 3);
    auto early = co_await asy::wait(futures, asy::wait_mode::all, 5ms);
    CHECK(early.done.size() == 2 && early.pending.size() == 1 && !futures[2].is_done());
    CHECK(early.done[0].result() == 2 && THROWN(std::runtime_error, early.done[1].result()));
    auto late = co_await asy::wait(early.pending);
    CHECK(late.done.size() == 1 && late.done[0].result() == 9 && late.pending.empty());
    try {
      co_await asy::wait(std::vector<asy::future<int>>());
      CHECK(false);
    } catch (const asy::error &e) {
      CHECK(e.code() == ASY_E_INVALID);
    }
  });
}

static void test_a_cancelled_wait_cancels_nothing() { /* COMB-09 */
  check::world loop;
  auto slow = asy::spawn(loop, after(5ms, 5));
  auto waiting = asy::spawn(loop, asy::wait(list(slow)));
  loop.settle();
  waiting.cancel();
  CHECK(THROWN(asy::cancelled, loop.run_until_complete(waiting)));
  CHECK(!slow.is_done() && loop.run_until_complete(slow) == 5);
}

static void test_it_ends_with_the_first_or_the_first_error() { /* COMB-10 */
  check::world loop;
  loop.run([]() -> asy::task<> {
    std::vector<asy::future<int>> futures{asy::spawn(after(2ms, 2)), asy::spawn(after(4ms, -4)),
                                          asy::spawn(after(9ms, 9)), asy::spawn(after(9ms, 8))};
    futures[3].cancel();
    auto first_error = asy::spawn(asy::wait(futures, asy::wait_mode::first_error));
    auto first = co_await asy::wait(list(futures[0], futures[2]), asy::wait_mode::first);
    CHECK(first.done.size() == 1 && first.done[0].raw() == futures[0].raw());
    CHECK(futures[3].is_cancelled() && !first_error.is_done());  // a cancelled one has not failed
    auto failed = co_await first_error;
    CHECK(failed.done.size() == 3 && failed.pending.size() == 1 && futures[1].failure());
    co_await futures[2];
  });
}

int main() {
  return check::run({
      TEST(test_outcomes_stay_with_the_futures),
      TEST(test_a_cancelled_wait_cancels_nothing),
      TEST(test_it_ends_with_the_first_or_the_first_error),
  });
}
