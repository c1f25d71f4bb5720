/* as_completed: results in the order in which they come. */
#include "check.hpp"

namespace {
asy::task<int> after(std::chrono::milliseconds delay, int result) {
  co_await asy::sleep(delay);
  co_return result;
}
}  // namespace

static void test_the_original_futures_come_as_they_finish() { /* COMB-25 */
  check::world loop;
  loop.run([]() -> asy::task<> {
    std::vector<asy::future<int>> futures{asy::spawn(after(3ms, 3)), asy::spawn(after(1ms, 1)),
                                          asy::spawn(after(2ms, 2))};
    auto all = asy::as_completed(futures);
    std::vector<int> order;
    while (auto done = co_await all.next()) {
      CHECK(done->is_done());
      order.push_back(co_await *done);
      CHECK(done->raw() == futures[order.back() == 3 ? 0 : static_cast<unsigned>(order.back())].raw());
    }
    CHECK((order == std::vector<int>{1, 2, 3}));
    CHECK(!co_await all.next());
  });
}

static void test_leaving_early_leaves_the_others_running() { /* COMB-26 */
  check::world loop;
  loop.run([]() -> asy::task<> {
    auto slow = asy::spawn(after(5ms, 5));
    {
      std::vector<asy::future<int>> futures{slow, asy::spawn(after(1ms, 1))};
      auto all = asy::as_completed(std::move(futures));
      CHECK(co_await (co_await all.next()).value() == 1);
    }
    CHECK(!slow.is_done());
    CHECK(co_await slow == 5);
  });
}

static void test_a_deadline_over_the_iteration_leaves_the_tasks() { /* COMB-26 */
  check::world loop;
  loop.run([]() -> asy::task<> {
    std::vector<asy::future<int>> futures{asy::spawn(after(1ms, 1)), asy::spawn(after(1s, 2))};
    auto all = asy::as_completed(futures);
    int count = 0;
    bool is_late = false;
    try {
      co_await asy::with_timeout(10ms, [&](asy::timeout &) -> asy::task<> {
        while (co_await all.next()) ++count;
      });
    } catch (const asy::timeout_error &) {
      is_late = true;
    }
    CHECK(count == 1 && is_late && !futures[1].is_done());
    CHECK(co_await (co_await all.next()).value() == 2);  // it can be resumed
  });
}

static void test_an_overall_deadline_leaves_the_late_ones_running() { /* COMB-25 */
  check::world loop;
  loop.run([]() -> asy::task<> {
    std::vector<asy::future<int>> futures{asy::spawn(after(1ms, 1)), asy::spawn(after(9ms, 9))};
    auto all = asy::as_completed(futures);
    all.set_timeout(5ms);
    CHECK(co_await (co_await all.next()).value() == 1);
    try {
      co_await all.next();
      CHECK(false);
    } catch (const asy::timeout_error &) {}
    CHECK(!futures[1].is_done());
    CHECK(co_await futures[1] == 9);
    CHECK(THROWN(asy::state_error, all.set_timeout(1ms)));
  });
}

int main() {
  return check::run({
      TEST(test_an_overall_deadline_leaves_the_late_ones_running),
      TEST(test_the_original_futures_come_as_they_finish),
      TEST(test_leaving_early_leaves_the_others_running),
      TEST(test_a_deadline_over_the_iteration_leaves_the_tasks),
  });
}
