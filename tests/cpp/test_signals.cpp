/* Signals as a stream, and handlers. */
#include "check.hpp"

#include <csignal>
#include <thread>

static void test_arrivals_come_in_order_until_it_is_closed() { /* SIG-05 */
  check::world loop(0);
  loop.run([&]() -> asy::task<> {
    asy::signals arriving({SIGUSR1, SIGUSR2});
    std::raise(SIGUSR1);
    std::raise(SIGUSR2);
    CHECK(co_await arriving.next() == SIGUSR1);
    CHECK(co_await arriving.next() == SIGUSR2);
    for (int i = 0; i < 2; ++i) std::raise(SIGUSR1);
    CHECK(co_await arriving.next() == SIGUSR1);  // of two at once, one at least
    arriving.close();
    CHECK(!co_await arriving.next());
    CHECK(THROWN(asy::error, asy::signals({SIGKILL})));
  });
}

static void test_a_handler_runs_on_the_loop_until_it_is_removed() { /* SIG-01 SIG-03 */
  check::world loop(0);
  int alive = 0, calls = 0;
  asy::add_signal_handler(
      SIGUSR1, [&, kept = check::tracked(alive)] { ++calls; }, loop);
  std::raise(SIGUSR1);
  CHECK(calls == 0);  // not in the handler's own context
  for (int i = 0; i < 1000 && !calls; ++i) loop.step(1ms);
  CHECK(calls == 1);
  asy::add_signal_handler(
      SIGUSR1, [] { throw std::runtime_error("in a handler"); }, loop);
  CHECK(alive == 0);
  std::raise(SIGUSR1);
  std::vector<std::string> reports;
  for (int i = 0; i < 1000 && reports.empty(); ++i) {
    loop.step(1ms);
    reports = loop.take_reports();
  }
  CHECK(reports.size() == 1);
  CHECK(asy::remove_signal_handler(SIGUSR1, loop) && !asy::remove_signal_handler(SIGUSR1, loop));
}

static void test_what_cannot_be_caught_is_refused() { /* SIG-02 */
  check::world loop(0);
  int alive = 0, refused = 0;
  auto add = [&](int number, asy_status wanted) {
    auto seen = THROWN(asy::error, asy::add_signal_handler(
                                       number, [kept = check::tracked(alive)] {}, loop));
    refused += seen && seen->code() == wanted && !alive;
  };
  for (int number : {0, -1, 4096, SIGKILL}) add(number, ASY_E_INVALID);
  std::thread([&] { add(SIGUSR1, ASY_E_WRONG_THREAD); }).join();
  CHECK(refused == 5);
}

static void test_the_end_of_a_loop_ends_what_listens() { /* SIG-04 */
  int alive = 0;
  asy::signals arriving(asy::adopt, nullptr);
  asy::future<int> waits;
  {
    check::world loop(0);
    arriving = asy::signals({SIGUSR1}, loop);
    asy::add_signal_handler(
        SIGUSR2, [kept = check::tracked(alive)] {}, loop);
    waits = asy::signal_wait(SIGUSR1, loop);
    loop.settle();
    CHECK(alive == 1 && !waits.is_done());
  }
  CHECK(alive == 0 && waits.is_done() && THROWN(asy::closed_error, arriving.close()));
  struct sigaction now = {};
  CHECK(sigaction(SIGUSR2, nullptr, &now) == 0 && now.sa_handler == SIG_DFL);
}

int main() {
  return check::run({
      TEST(test_arrivals_come_in_order_until_it_is_closed),
      TEST(test_what_cannot_be_caught_is_refused),
      TEST(test_a_handler_runs_on_the_loop_until_it_is_removed),
      TEST(test_the_end_of_a_loop_ends_what_listens),
  });
}
