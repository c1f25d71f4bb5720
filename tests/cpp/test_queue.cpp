/* Queues. */
#include "check.hpp"

#include <memory>

static void test_items_pass_in_order_with_back_pressure() { /* Q-01 Q-02 Q-03 */
  check::world loop;
  asy::queue<std::string> queue(1, loop);
  std::vector<std::string> got;
  auto producer = asy::spawn(loop, [&]() -> asy::task<> {
    for (const char *item : {"a", "b", "c"}) {
      co_await queue.put(item);
      CHECK(queue.size() <= 1);
    }
    queue.shutdown();
  });
  loop.run([&]() -> asy::task<> {
    while (auto item = co_await queue.next()) got.push_back(*item);
  });
  CHECK((got == std::vector<std::string>{"a", "b", "c"}) && producer.is_done() && queue.max_size() == 1);
}

static void test_an_item_that_cannot_be_copied_passes_through() { /* */
  check::world loop;
  asy::queue<std::unique_ptr<int>> queue(0, loop);
  loop.run([&]() -> asy::task<> {
    co_await queue.put(std::make_unique<int>(5));
    CHECK(*co_await queue.get() == 5);
    CHECK(queue.try_put(std::make_unique<int>(6)));
    CHECK(**queue.try_get() == 6);
  });
}

static void test_tries_do_not_wait() { /* */
  check::world loop;
  asy::queue<int> queue(1, loop);
  CHECK(!queue.try_get());
  CHECK(queue.try_put(1));
  CHECK(!queue.try_put(2));
  CHECK(queue.try_get() == 1);
}

static void test_a_cancelled_getter_loses_no_item() { /* Q-05 Q-07 */
  check::world loop;
  asy::queue<int> queue(0, loop);
  int got = 0;
  auto task = asy::spawn(loop, [&]() -> asy::task<> {
    got = co_await queue.get();
    co_await asy::sleep(1s);
  });
  loop.settle();
  CHECK(queue.try_put(3));
  task.cancel();
  CHECK(THROWN(asy::cancelled, loop.run_until_complete(task)));
  CHECK(got + queue.try_get().value_or(0) == 3);  // taken, or still there
  loop.run([&]() -> asy::task<> {
    bool is_late = false;
    try {
      co_await asy::wait_for(queue.get(), 1s);
    } catch (const asy::timeout_error &) {
      is_late = true;
    }
    CHECK(is_late);
    CHECK(queue.try_put(4));
    CHECK(co_await queue.get() == 4);
  });
}

static void test_a_cancelled_putter_leaves_no_item() {
  check::world loop;
  int alive = 0;
  asy::queue<check::tracked> queue(1, loop);
  CHECK(queue.try_put(check::tracked(alive)));
  auto task = asy::spawn(loop, [&]() -> asy::task<> {
    auto waiting = queue.put(check::tracked(alive));
    co_await std::move(waiting);
  });
  loop.settle();
  CHECK(alive == 2);
  task.cancel();
  loop.settle();
  CHECK(task.is_cancelled() && queue.size() == 1 && alive == 1);
}

static void test_a_closed_queue_drains_and_then_fails() { /* Q-09 EXC-06 */
  check::world loop;
  asy::queue<int> queue(0, loop);
  CHECK(queue.try_put(1));
  queue.shutdown();
  CHECK(THROWN(asy::closed_error, queue.try_put(2)));
  loop.run([&]() -> asy::task<> {
    CHECK(co_await queue.get() == 1);
    CHECK(!co_await queue.next());
    bool is_closed = false;
    try {
      co_await queue.get();
    } catch (const asy::closed_error &) {
      is_closed = true;
    }
    CHECK(is_closed);
  });
}

static void test_items_left_in_a_queue_are_destroyed_with_it() { /* TASK-33 */
  check::world loop;
  int alive = 0;
  {
    asy::queue<check::tracked> queue(0, loop);
    CHECK(queue.try_put(check::tracked(alive)));
    CHECK(alive == 1);
  }
  CHECK(alive == 0);
}

static void test_the_newest_or_the_least_item_first() {
  check::world loop;
  auto newest = asy::queue<int>::lifo(0, loop);
  auto least = asy::queue<std::unique_ptr<int>>::priority(
      0, [](const auto &a, const auto &b) { return *a < *b; }, loop);
  for (int item : {2, 3, 1}) {
    CHECK(newest.try_put(item) && least.try_put(std::make_unique<int>(item)));
  }
  for (int item : {1, 3, 2}) CHECK(newest.try_get() == item);
  for (int item : {1, 2, 3}) CHECK(**least.try_get() == item);
}

static void test_a_comparison_that_throws_refuses_the_put() {
  check::world loop;
  auto queue = asy::queue<int>::priority(
      0, [](int, int) -> bool { throw std::runtime_error("not comparable"); }, loop);
  CHECK(queue.try_put(1));
  auto refused = THROWN(asy::error, loop.run_until_complete(queue.put(2)));
  CHECK(refused && refused->code() == ASY_E_INVALID && queue.size() == 1);
  CHECK(loop.take_reports().size() == 1);
}

static void test_join_waits_until_every_item_is_finished() { /* */
  check::world loop;
  asy::queue<int> queue(0, loop);
  CHECK(queue.join().is_done());
  CHECK(THROWN(asy::state_error, queue.task_done()));
  auto worker = asy::spawn(loop, [&]() -> asy::task<> {
    while (co_await queue.next()) {
      co_await asy::sleep(1s);
      queue.task_done();
    }
  });
  for (int i = 0; i < 3; ++i) queue.try_put(i);
  loop.run_until_complete(queue.join());
  CHECK(queue.unfinished() == 0 && queue.getters() == 1);
  queue.shutdown();
  loop.run_until_complete(worker);
}

static void test_an_immediate_shutdown_drops_what_is_left() { /* Q-09 Q-10 */
  check::world loop;
  int alive = 0;
  asy::queue<check::tracked> queue(0, loop);
  for (int i = 0; i < 3; ++i) queue.try_put(check::tracked(alive));
  (void)queue.try_get();  // in flight
  auto join = queue.join();
  queue.shutdown(true);
  loop.settle();
  CHECK(queue.is_shut_down() && queue.size() == 0 && alive == 0 && queue.unfinished() == 1 && !join.is_done());
  queue.task_done();
  loop.run_until_complete(join);
  CHECK(THROWN(asy::closed_error, loop.run_until_complete(queue.get())));
}

static void test_a_cancelled_putter_leaves_nothing_behind() { /* */
  check::world loop;
  int alive = 0;
  asy::queue<check::tracked> queue(1, loop);
  queue.try_put(check::tracked(alive));
  auto putter = queue.put(check::tracked(alive));
  CHECK(queue.putters() == 1 && alive == 2);
  putter.cancel();
  CHECK(THROWN(asy::cancelled, loop.run_until_complete(putter)));
  CHECK(queue.putters() == 0 && queue.size() == 1 && alive == 1);
  (void)queue.try_get();
  CHECK(alive == 0 && queue.size() == 0);
}

static void test_the_end_of_a_queue_swallows_no_cancel() { /* TASK-13 */
  check::world loop;
  asy::queue<int> queue(0, loop);
  const int last = 127;  // the await of the end is the one that yields
  for (int i = 1; i <= last; ++i) queue.try_put(i);
  queue.shutdown();
  bool has_ended = false;
  auto task = asy::spawn(loop, [&]() -> asy::task<> {
    while (auto item = co_await queue.next())
      if (*item == last) asy::current_task().cancel();
    has_ended = true;
    co_await asy::sleep(1s);
  });
  CHECK(THROWN(asy::cancelled, loop.run_until_complete(task)));
  CHECK(has_ended);
}

static void test_an_item_without_a_value_is_not_the_end() { /* */
  check::world loop;
  loop.run([]() -> asy::task<> {
    asy::queue<std::optional<int>> queue;
    for (std::optional<int> item : {std::optional(1), std::optional<int>(), std::optional(3)}) co_await queue.put(item);
    queue.shutdown();  // which all consumers see, unlike an item that says so
    int items = 0, values = 0;
    while (auto item = co_await queue.next()) {
      ++items;
      values += item->has_value();
    }
    CHECK(items == 3 && values == 2 && !co_await queue.next());
  });
}

int main() {
  return check::run({
      TEST(test_items_pass_in_order_with_back_pressure),
      TEST(test_an_item_that_cannot_be_copied_passes_through),
      TEST(test_tries_do_not_wait),
      TEST(test_a_cancelled_getter_loses_no_item),
      TEST(test_a_cancelled_putter_leaves_no_item),
      TEST(test_a_closed_queue_drains_and_then_fails),
      TEST(test_items_left_in_a_queue_are_destroyed_with_it),
      TEST(test_the_newest_or_the_least_item_first),
      TEST(test_a_comparison_that_throws_refuses_the_put),
      TEST(test_join_waits_until_every_item_is_finished),
      TEST(test_an_immediate_shutdown_drops_what_is_left),
      TEST(test_a_cancelled_putter_leaves_nothing_behind),
      TEST(test_the_end_of_a_queue_swallows_no_cancel),
      TEST(test_an_item_without_a_value_is_not_the_end),
  });
}
