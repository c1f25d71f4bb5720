/* Limiters. */
#include "check.hpp"

#include <algorithm>

static void test_tokens_come_at_the_rate_in_order() {
  check::world loop;
  asy::limiter limit(10, 2, loop);
  std::vector<std::chrono::nanoseconds> times;
  auto start = loop.time();
  loop.run([&]() -> asy::task<> {
    for (int i = 0; i < 4; ++i) {
      co_await limit.acquire();
      times.push_back(loop.time() - start);
    }
  });
  CHECK((times == std::vector<std::chrono::nanoseconds>{0ms, 0ms, 100ms, 200ms}));
}

static void test_nobody_overtakes_and_a_cancel_takes_nothing() {
  check::world loop;
  asy::limiter limit(1, 2, loop);
  CHECK(limit.try_acquire(2) && !limit.try_acquire());
  auto large = limit.acquire(2);
  CHECK(limit.waiting() == 1);
  large.cancel();
  CHECK(THROWN(asy::cancelled, loop.run_until_complete(large)));
  loop.advance(2s);
  loop.settle();
  CHECK(limit.waiting() == 0 && limit.try_acquire(2));
  auto refused = THROWN(asy::error, loop.run_until_complete(limit.acquire(3)));
  CHECK(refused && refused->code() == ASY_E_INVALID);
  CHECK(THROWN(asy::error, asy::limiter(0, 1, loop)));
}

static void test_a_client_is_limited_in_number_and_in_rate() { /* ECO-03 */
  check::world loop;
  asy::limiter rate(100, 1, loop);
  asy::semaphore slots(2, loop);
  int running = 0, most = 0;
  std::vector<std::chrono::nanoseconds> begun;
  auto start = loop.time();
  auto request = [&]() -> asy::task<> {
    auto slot = co_await slots.hold();
    co_await rate.acquire();
    begun.push_back(loop.time() - start);
    most = std::max(most, ++running);
    co_await asy::sleep(25ms);
    --running;
  };
  loop.run([&]() -> asy::task<> { co_await asy::gather(request(), request(), request(), request()); });
  CHECK(most == 2 && (begun == std::vector<std::chrono::nanoseconds>{0ms, 10ms, 25ms, 35ms}));
}

int main() {
  return check::run({
      TEST(test_tokens_come_at_the_rate_in_order),
      TEST(test_nobody_overtakes_and_a_cancel_takes_nothing),
      TEST(test_a_client_is_limited_in_number_and_in_rate),
  });
}
