// Locks, semaphores and queues: uncontended, and handed from task to task.
#include <libasync.hpp>

#include "frames.hpp"

namespace {

constexpr std::int64_t batch = 1000;

/// The limit of a hand-off: two frames that take turns.
compare::frame turns(compare::ring &ring) {
  for (int i = 0; i < batch; ++i) co_await compare::turn{ring};
}
void limit(compare::ring &ring) {
  compare::queue(ring, turns(ring).handle);
  compare::queue(ring, turns(ring).handle);
  ring.drain();
}

void semaphore_uncontended(benchmark::State &state) {
  compare::loop loop;
  asy_semaphore *semaphore = nullptr;
  asy_semaphore_new(loop, 1, &semaphore);
  std::int64_t slots = 1;
  compare::run(
      state, batch,
      [&] {
        for (int i = 0; i < batch; ++i) {
          asy_semaphore_try_acquire(semaphore);
          asy_semaphore_release(semaphore);
        }
      },
      [&] {
        for (int i = 0; i < batch; ++i) {
          benchmark::DoNotOptimize(--slots);
          benchmark::DoNotOptimize(++slots);
        }
      });
  asy_semaphore_unref(semaphore);
}
BENCHMARK(semaphore_uncontended)->UseManualTime();

void lock_uncontended(benchmark::State &state) {
  compare::loop loop;
  asy_lock *lock = nullptr;
  asy_lock_new(loop, 0, &lock);
  bool locked = false;
  compare::run(
      state, batch,
      [&] {
        for (int i = 0; i < batch; ++i) {
          asy_lock_try_acquire(lock);
          asy_lock_release(lock);
        }
      },
      [&] {
        for (int i = 0; i < batch; ++i) {
          benchmark::DoNotOptimize(locked = true);
          benchmark::DoNotOptimize(locked = false);
        }
      });
  asy_lock_unref(lock);
}
BENCHMARK(lock_uncontended)->UseManualTime();

/// The limit of handing something over without a task: an entry of a ring.
void limit_of_handing_over(compare::ring &ring, std::int64_t &times) {
  for (int i = 0; i < batch; ++i) {
    ring.push([](void *counter) { ++*static_cast<std::int64_t *>(counter); }, &times);
    ring.drain();
  }
}

/// The holder gives it to one who waits, who is the next holder.
void lock_handed_over(benchmark::State &state) {
  compare::loop loop;
  static compare::ring ring;
  static std::int64_t times = 0;
  asy_lock *lock = nullptr;
  asy_lock_new(loop, 0, &lock);
  asy_lock_try_acquire(lock);
  compare::run(
      state, batch,
      [&] {
        for (int i = 0; i < batch; ++i) {
          asy_future *waits = asy_lock_acquire(lock);
          asy_lock_release(lock);
          asy_future_unref(waits);
        }
      },
      [&] { limit_of_handing_over(ring, times); });
  asy_lock_release(lock);
  asy_lock_unref(lock);
}
BENCHMARK(lock_handed_over)->UseManualTime();

/// A getter waits, and a put gives it the value.
void queue_handed_over(benchmark::State &state) {
  compare::loop loop;
  static compare::ring ring;
  static std::int64_t times = 0;
  asy_queue *queue = nullptr;
  asy_queue_new(loop, 1, &queue);
  compare::run(
      state, batch,
      [&] {
        for (int i = 0; i < batch; ++i) {
          asy_future *waits = asy_queue_get(queue);
          asy_value value;
          asy_value_set_int(&value, i);
          asy_queue_try_put(queue, &value);
          asy_future_unref(waits);
        }
      },
      [&] { limit_of_handing_over(ring, times); });
  asy_queue_unref(queue);
}
BENCHMARK(queue_handed_over)->UseManualTime();

asy::task<> pass_on(asy::semaphore semaphore) {
  for (int i = 0; i < batch; ++i) {
    co_await semaphore.acquire();
    co_await asy::yield();
    semaphore.release();
  }
}

/// Two tasks that want the only slot.
void semaphore_cpp(benchmark::State &state) {
  asy::loop loop;
  static compare::ring ring;
  {
    asy::semaphore semaphore(1, loop);
    compare::run(
        state, 2 * batch,
        [&] {
          auto first = asy::spawn(loop, pass_on(semaphore)), second = asy::spawn(loop, pass_on(semaphore));
          loop.run_until_complete(std::move(first));
          loop.run_until_complete(std::move(second));
        },
        [&] { limit(ring); });
  }
  loop.close();
}
BENCHMARK(semaphore_cpp)->UseManualTime();

asy::task<> produce(asy::queue<int> queue) {
  for (int i = 0; i < batch; ++i) co_await queue.put(i);
}
asy::task<> consume(asy::queue<int> queue) {
  for (int i = 0; i < batch; ++i) benchmark::DoNotOptimize(co_await queue.get());
}

/// A queue with room for one.
void queue_cpp(benchmark::State &state) {
  asy::loop loop;
  static compare::ring ring;
  {
    asy::queue<int> queue(1, loop);
    compare::run(
        state, batch,
        [&] {
          auto producer = asy::spawn(loop, produce(queue)), consumer = asy::spawn(loop, consume(queue));
          loop.run_until_complete(std::move(producer));
          loop.run_until_complete(std::move(consumer));
        },
        [&] { limit(ring); });
  }
  loop.close();
}
BENCHMARK(queue_cpp)->UseManualTime();

asy_status produce_stackful(asy_value *, asy_error **, void *queue) {
  for (int i = 0; i < batch; ++i) {
    asy_value value;
    asy_value_set_int(&value, i);
    asy_await(asy_queue_put(static_cast<asy_queue *>(queue), &value), nullptr, nullptr);
  }
  return ASY_OK;
}
asy_status consume_stackful(asy_value *, asy_error **, void *queue) {
  for (int i = 0; i < batch; ++i) {
    asy_value value;
    asy_await(asy_queue_get(static_cast<asy_queue *>(queue)), &value, nullptr);
    benchmark::DoNotOptimize(value);
  }
  return ASY_OK;
}

void queue_stackful(benchmark::State &state) {
  compare::loop loop;
  static compare::ring ring;
  asy_queue *queue = nullptr;
  asy_queue_new(loop, 1, &queue);
  compare::run(
      state, batch,
      [&] {
        asy_task *producer = asy_spawn(loop, produce_stackful, queue, nullptr, nullptr);
        asy_task *consumer = asy_spawn(loop, consume_stackful, queue, nullptr, nullptr);
        loop.finish(producer);
        loop.finish(consumer);
      },
      [&] { limit(ring); });
  asy_queue_unref(queue);
}
BENCHMARK(queue_stackful)->UseManualTime();

}  // namespace

BENCHMARK_MAIN();
