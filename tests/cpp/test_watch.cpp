/* Watching descriptors, waiting for signals, resolving names. */
#include "check.hpp"

#include <unistd.h>
#include <csignal>

static void test_a_readable_descriptor_calls_back_until_the_watch_ends() { /* SOCK-01 */
  int alive = 0;
  {
    check::world loop(0);
    int ends[2];
    CHECK(pipe(ends) == 0);
    loop.run([&]() -> asy::task<> {
      asy::event seen;
      {
        asy::watch watch(ends[0], ASY_WATCH_READABLE, [&, kept = check::tracked(alive)](std::uint32_t events) {
          char byte;
          CHECK(events & ASY_WATCH_READABLE);
          CHECK(read(ends[0], &byte, 1) == 1);
          seen.set();
        });
        CHECK(write(ends[1], "x", 1) == 1);
        co_await seen.wait();
      }
      co_await asy::yield();
    });
    close(ends[0]);
    close(ends[1]);
  }
  CHECK(alive == 0);
}

static void test_a_signal_is_awaited() { /* SIG-01 */
  check::world loop(0);
  int number = loop.run([]() -> asy::task<int> {
    auto waiting = asy::signal_wait(SIGUSR1);
    std::raise(SIGUSR1);
    co_return co_await waiting;
  });
  CHECK(number == SIGUSR1);
}

static void test_a_numeric_host_resolves_to_itself() { /* DNS-02 */
  check::world loop(0);
  auto all =
      loop.run([]() -> asy::task<std::vector<std::string>> { co_return co_await asy::resolve("127.0.0.1", 80); });
  CHECK(all == std::vector<std::string>{"127.0.0.1"});
}

int main() {
  return check::run({
      TEST(test_a_readable_descriptor_calls_back_until_the_watch_ends),
      TEST(test_a_signal_is_awaited),
      TEST(test_a_numeric_host_resolves_to_itself),
  });
}
