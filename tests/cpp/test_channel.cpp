/* Channels: items from any thread into a loop. */
#include "check.hpp"

#include <memory>
#include <thread>

static void test_a_thread_sends_until_it_shuts_down() { /* */
  check::world loop(0);
  asy::channel<std::string> channel(0, loop);
  std::vector<std::string> got;
  std::thread worker([channel] {
    for (const char *item : {"a", "b", "c"}) channel.send(item);
    channel.shutdown();
  });
  loop.run([&]() -> asy::task<> {
    while (auto item = co_await channel.next()) got.push_back(*item);
  });
  worker.join();
  CHECK((got == std::vector<std::string>{"a", "b", "c"}));
  CHECK(THROWN(asy::closed_error, channel.send("late")));
  CHECK(THROWN(asy::closed_error, channel.try_receive()));
}

static void test_a_full_channel_says_so() { /* */
  check::world loop;
  asy::channel<std::unique_ptr<int>> channel(1, loop);
  CHECK(channel.send(std::make_unique<int>(5)));
  CHECK(!channel.send(std::make_unique<int>(6)));
  CHECK(channel.size() == 1);
  CHECK(**channel.try_receive() == 5);
  CHECK(!channel.try_receive());
}

static void test_many_threads_send() { /* */
  check::world loop(0);
  asy::channel<int> channel(8, loop);
  std::vector<std::thread> workers;
  for (int w = 0; w < 4; ++w)
    workers.emplace_back([channel] {
      for (int i = 1; i <= 100; ++i)
        while (!channel.send(i)) std::this_thread::yield();
    });
  int sum = 0;
  loop.run([&]() -> asy::task<> {
    for (int i = 0; i < 400; ++i) sum += co_await channel.receive();
  });
  for (auto &worker : workers) worker.join();
  CHECK(sum == 4 * 5050);
}

static void test_a_cancelled_receiver_loses_no_item() { /* Q-13 Q-05 */
  check::world loop;
  asy::channel<int> channel(0, loop);
  auto task = asy::spawn(loop, [&]() -> asy::task<int> { co_return co_await channel.receive(); });
  loop.settle();
  std::thread([channel] { channel.send(3); }).join();
  task.cancel();
  CHECK(THROWN(asy::cancelled, loop.run_until_complete(task)));
  CHECK(channel.try_receive() == 3);
}

static void test_what_is_inside_goes_with_the_loop() { /* */
  int living = 0;
  check::world loop;
  asy::channel<check::tracked> channel(0, loop);
  channel.send(check::tracked(living));
  CHECK(living == 1);
  loop.close();
  CHECK(living == 0);
  CHECK(THROWN(asy::closed_error, channel.send(check::tracked(living))));
  CHECK(living == 0);
}

static void test_only_the_loop_receives() { /* Q-13 SYNC-25 */
  check::world loop;
  asy::channel<int> channel(0, loop);
  std::thread([channel] {
    auto refused = THROWN(asy::error, channel.try_receive());
    CHECK(refused && refused->code() == ASY_E_WRONG_THREAD);
  }).join();
}

int main() {
  return check::run({
      TEST(test_a_thread_sends_until_it_shuts_down),
      TEST(test_a_full_channel_says_so),
      TEST(test_many_threads_send),
      TEST(test_a_cancelled_receiver_loses_no_item),
      TEST(test_what_is_inside_goes_with_the_loop),
      TEST(test_only_the_loop_receives),
  });
}
