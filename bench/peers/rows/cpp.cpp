// libasync from C++20.
#include "rows.h"

#include <libasync.hpp>
#include <thread>

namespace {

asy::loop *loop;

template <class Task>
void finish(Task last) {
  loop->run_until_complete(std::move(last));
}

asy::task<> end_at_once() { co_return; }

void spawn(long count) {
  for (long made = 0; made < count; made += row_wave) {
    for (int i = 1; i < row_wave; ++i) asy::spawn(*loop, end_at_once());
    finish(end_at_once());
  }
}

asy::task<> give_way(long left) {
  for (; left > 0; --left) co_await asy::yield();
}

void switches(long count) {
  for (int i = 1; i < row_tasks; ++i) asy::spawn(*loop, give_way(count / row_tasks));
  finish(give_way(count / row_tasks));
}

asy::task<> pass_on(asy::semaphore semaphore, long left) {
  for (; left > 0; --left) {
    co_await semaphore.acquire();
    co_await asy::yield();
    semaphore.release();
  }
}

void lock(long count) {
  asy::semaphore semaphore(1, *loop);
  asy::spawn(*loop, pass_on(semaphore, count / 2));
  finish(pass_on(semaphore, count / 2));
}

asy::task<> produce(asy::queue<long> queue, long left) {
  for (; left > 0; --left) co_await queue.put(left);
}
asy::task<> consume(asy::queue<long> queue, long left) {
  for (; left > 0; --left) co_await queue.get();
}

void queue(long count) {
  asy::queue<long> queue(1, *loop);
  asy::spawn(*loop, produce(queue, count));
  finish(consume(queue, count));
}

std::chrono::nanoseconds delay(long i, unsigned long long least, unsigned long long spread) {
  return std::chrono::nanoseconds(row_delay(static_cast<unsigned long>(i), least, spread));
}

asy::task<> doze(long i) { co_await asy::sleep(delay(i, 2 * ROW_SECOND, ROW_SECOND)); }

void sleeping(long count) {
  for (long i = 0; i < count; ++i) asy::spawn(*loop, doze(i));
  while (loop->task_count()) loop->step(asy::forever);
}

void timer_cancel(long count) {
  std::vector<asy::handle> armed;
  for (long i = 0; i < row_armed; ++i) armed.push_back(loop->call_later(delay(i, ROW_HOUR, ROW_HOUR), [] {}));
  for (long i = 0; i < count; ++i) loop->call_later(delay(i, ROW_HOUR, ROW_HOUR), [] {}).cancel();
  for (asy::handle &timer : armed) timer.cancel();
}

void timer_fire(long count) {
  long left = count;
  for (long i = 0; i < count; ++i)
    loop->call_later(delay(i, 1, ROW_MILLISECOND), [&left] {
      if (--left == 0) loop->stop();
    });
  loop->run();
}

void post(long count) {
  long left = count;
  std::thread poster([&] {
    for (long i = 0; i < count; ++i)
      loop->call_soon_threadsafe([&left] {
        if (--left == 0) loop->stop();
      });
  });
  loop->run();
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
                      {"post", post},
                      {nullptr, nullptr}};
  asy::loop mine;
  loop = &mine;
  int status = row_main(argc, argv, rows);
  mine.close();
  return status;
}
