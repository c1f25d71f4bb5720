// Boost.Asio's awaitables. It has neither locks nor queues for them: timers that never expire are its usual
// condition variables.
#include "rows.h"

#include <utility>  // Boost 1.74 forgets it

#include <boost/asio.hpp>
#include <deque>
#include <thread>

namespace {

namespace asio = boost::asio;
using asio::awaitable;
using asio::detached;
using asio::use_awaitable;
using clock_type = std::chrono::steady_clock;

asio::io_context context(1);

void run() {
  context.run();
  context.restart();
}

awaitable<void> end_at_once() { co_return; }

void spawn(long count) {
  for (long made = 0; made < count; made += row_wave) {
    for (int i = 0; i < row_wave; ++i) co_spawn(context, end_at_once(), detached);
    run();
  }
}

awaitable<void> give_way(long left) {
  for (; left > 0; --left) co_await post(context, use_awaitable);
}

void switches(long count) {
  for (int i = 0; i < row_tasks; ++i) co_spawn(context, give_way(count / row_tasks), detached);
  run();
}

class condition {
 public:
  awaitable<void> wait() {
    boost::system::error_code ignored;
    co_await never_.async_wait(redirect_error(use_awaitable, ignored));
  }
  void notify_one() { never_.cancel_one(); }

 private:
  asio::steady_timer never_{context, clock_type::time_point::max()};
};

struct mutex {
  condition free;
  bool held = false;
};

awaitable<void> pass_on(mutex &mutex, long left) {
  for (; left > 0; --left) {
    while (mutex.held) co_await mutex.free.wait();
    mutex.held = true;
    co_await post(context, use_awaitable);
    mutex.held = false;
    mutex.free.notify_one();
  }
}

void lock(long count) {
  mutex mutex;
  for (int i = 0; i < 2; ++i) co_spawn(context, pass_on(mutex, count / 2), detached);
  run();
}

struct channel {
  condition full, empty;
  std::deque<long> items;
};

awaitable<void> produce(channel &channel, long left) {
  for (; left > 0; --left) {
    while (channel.items.size() == 1) co_await channel.full.wait();
    channel.items.push_back(left);
    channel.empty.notify_one();
  }
}
awaitable<void> consume(channel &channel, long left) {
  for (; left > 0; --left) {
    while (channel.items.empty()) co_await channel.empty.wait();
    channel.items.pop_front();
    channel.full.notify_one();
  }
}

void queue(long count) {
  channel channel;
  co_spawn(context, produce(channel, count), detached);
  co_spawn(context, consume(channel, count), detached);
  run();
}

std::chrono::nanoseconds delay(long i, unsigned long long least, unsigned long long spread) {
  return std::chrono::nanoseconds(row_delay(static_cast<unsigned long>(i), least, spread));
}

void timer_cancel(long count) {
  std::deque<asio::steady_timer> armed;
  auto nothing = [](boost::system::error_code) {};
  for (long i = 0; i < row_armed; ++i) armed.emplace_back(context, delay(i, ROW_HOUR, ROW_HOUR)).async_wait(nothing);
  for (long i = 0; i < count; ++i) {
    asio::steady_timer timer(context, delay(i, ROW_HOUR, ROW_HOUR));
    timer.async_wait(nothing);
    timer.cancel();
    if (i % row_wave == 0) context.poll();
  }
  armed.clear();
  run();
}

void timer_fire(long count) {
  std::deque<asio::steady_timer> armed;
  for (long i = 0; i < count; ++i)
    armed.emplace_back(context, delay(i, 1, ROW_MILLISECOND)).async_wait([](boost::system::error_code) {});
  run();
}

awaitable<void> doze(long i) {
  asio::steady_timer timer(context, delay(i, 2 * ROW_SECOND, ROW_SECOND));
  co_await timer.async_wait(use_awaitable);
}

void sleeping(long count) {
  for (long i = 0; i < count; ++i) co_spawn(context, doze(i), detached);
  run();
}

void post_all(long count) {
  long left = count;
  auto work = asio::make_work_guard(context);
  std::thread poster([&] {
    for (long i = 0; i < count; ++i)
      post(context, [&] {
        if (--left == 0) work.reset();
      });
  });
  run();
  poster.join();
}

}  // namespace

int main(int argc, char **argv) {
  const row rows[] = {{"spawn", spawn},
                      {"switch", switches},
                      {"lock", lock},
                      {"queue", queue},
                      {"timer_cancel", timer_cancel},
                      {"timer_fire", timer_fire},
                      {"sleeping", sleeping},
                      {"post", post_all},
                      {nullptr, nullptr}};
  return row_main(argc, argv, rows);
}
