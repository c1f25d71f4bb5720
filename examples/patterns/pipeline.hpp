#ifndef PATTERNS_PIPELINE_HPP
#define PATTERNS_PIPELINE_HPP
#include <libasync.hpp>

/* Producers and consumers over a bounded queue: every item is consumed, or the first failure ends them all.
 * `produce(index)` gives an asy::generator<T>, `consume(T)` an asy::task<>. */
template <class T, class Produce, class Consume>
asy::task<> pipeline(unsigned producers, unsigned consumers, std::size_t room, Produce produce, Consume consume) {
  asy::queue<T> queue(room);
  auto producer = [&](unsigned index) -> asy::task<> {
    co_await asy::for_each(produce(index), [&](T item) -> asy::task<> { co_await queue.put(std::move(item)); });
  };
  auto consumer = [&]() -> asy::task<> {
    while (auto item = co_await queue.next()) co_await consume(std::move(*item));
  };
  auto produce_all = [&](asy::task_group &group) -> asy::task<> {
    for (unsigned i = 0; i < producers; ++i) group.spawn(producer, i);
    co_return;
  };
  auto run = [&](asy::task_group &group) -> asy::task<> {
    for (unsigned i = 0; i < consumers; ++i) group.spawn(consumer);
    co_await asy::with_group(produce_all);
    queue.shutdown(); /* nothing more will come */
  };
  co_await asy::with_group(run);
}
#endif
