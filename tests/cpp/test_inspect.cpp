/* Looking in: descriptions, the call graph, dumps, metrics. */
#include "check.hpp"

namespace {

asy::task<> inner(asy::event &event) { co_await event.wait(); }
asy::task<> outer(asy::event &event) { co_await inner(event); }

bool has(const std::string &text, std::initializer_list<const char *> parts) {
  for (const char *part : parts)
    if (text.find(part) == text.npos) return std::fprintf(stderr, "no '%s' in:\n%s\n", part, text.c_str()), false;
  return true;
}

}  // namespace

static void test_a_task_is_described_with_its_coroutines() { /* TASK-32 TASK-30 INTR-01 */
  check::world loop;
  asy::event event(loop);
  auto task = asy::spawn(loop, outer(event), "fetcher");
  auto waiting = asy::spawn(loop, {.name = "boss"}, [&]() -> asy::task<> { co_await task; });
  loop.settle();
  CHECK(has(asy::describe(task), {"fetcher", "waiting for event", "boss"}));
  auto graph = asy::call_graph(task);
  CHECK(has(graph, {"fetcher", "outer", "inner", "test_inspect.cpp:", "boss"}));
  auto shallow = asy::call_graph(task, 0);
  CHECK(has(shallow, {"fetcher", "boss"}) && shallow.find("inner") == shallow.npos);
  auto who = asy::awaiters(task);
  CHECK(who.size() == 1 && who[0].raw() == waiting.raw());
  event.set();
  loop.run_until_complete(waiting);
  CHECK(has(asy::describe(task), {"fetcher"}) && asy::awaiters(task).empty());
}

static void test_the_graph_of_the_running_task() { /* TASK-30 INTR-01 */
  CHECK(THROWN(asy::state_error, asy::call_graph()));
  check::world loop;
  loop.run([]() -> asy::task<> {
    asy::current_task().set_name("me");
    CHECK(has(asy::call_graph(), {"me"}));
    CHECK(asy::loop_ref().task_count("c++") == 1 && asy::loop_ref().task_count("python") == 0);
    co_return;
  });
}

static void test_awaiters_are_known_through_combinations() { /* FUT-17 TG-17 TASK-30 */
  check::world loop;
  loop.run([]() -> asy::task<> {
    auto self = asy::current_task();
    auto future = asy::future<int>::pending(asy_loop_current());
    auto all = asy::gather(future, asy::sleep(1ms));
    auto shield = asy::shield(future);
    CHECK(asy::awaiters(future).size() == 2);
    co_await asy::with_group([&](asy::task_group &group) -> asy::task<> {
      auto child = group.spawn([]() -> asy::task<> { co_await asy::sleep(1ms); });
      auto parents = asy::awaiters(child);
      CHECK(parents.size() == 1 && parents[0].raw() == self.raw());
      co_return;
    });
    future.set_value(1);
    co_await all;
    co_await shield;
    CHECK(asy::awaiters(future).empty());
  });
}

static void test_a_dump_says_where_a_hang_is() { /* INTR-06 SYNC-06 TEST-08 */
  check::world loop;
  asy::lock one(loop), two(loop);
  auto take = [](asy::lock &first, asy::lock &second) -> asy::task<> {
    auto guard = co_await first.scoped();
    co_await asy::yield();
    auto other = co_await second.scoped();
  };
  auto left = asy::spawn(loop, take(one, two), "left"), right = asy::spawn(loop, take(two, one), "right");
  loop.settle();
  CHECK(has(asy::dump(loop), {"left", "right", "lock", "test_inspect.cpp:"}));
  auto hang = THROWN(asy::timeout_error, loop.run(left, 1h));
  CHECK(hang && has(std::string(hang->message()), {"hangs", "left", "right"}));
  left.cancel();
  right.cancel();
  loop.settle();
}

static void test_descriptions_of_what_tasks_wait_for() { /* SYNC-26 Q-12 HND-11 FUT-18 */
  check::world loop;
  asy::lock lock(loop);
  CHECK(lock.try_acquire());
  auto waiting = lock.acquire();
  CHECK(has(asy::describe(lock), {"lock", "locked", "1"}));
  CHECK(has(asy::describe(asy::semaphore(3, loop)), {"3"}) && has(asy::describe(asy::event(loop)), {"event"}));
  CHECK(has(asy::describe(asy::barrier(2, loop)), {"2"}) && has(asy::describe(asy::condition(loop)), {"condition"}));
  CHECK(has(asy::describe(asy::limiter(1, 1, loop)), {"limiter"}));
  asy::queue<int> queue(4, loop);
  queue.try_put(1);
  CHECK(has(asy::describe(queue), {"queue", "4", "1"}));
  auto later = loop.call_later(1s, [] {});
  later.cancel();
  CHECK(has(asy::describe(later), {"cancelled"}));
  struct secret {};
  auto boxed = asy::future<secret>::done(loop.raw(), secret());
  CHECK(has(asy::describe(boxed), {"secret"}) && has(asy::describe(asy::future<int>::done(loop.raw(), 42)), {"42"}));
  lock.release();
  loop.settle();
}

static void test_metrics_count_steps_and_time() { /* INTR-05 */
  check::world loop(ASY_LOOP_VIRTUAL_CLOCK | ASY_LOOP_DEBUG);
  loop.run([]() -> asy::task<> {
    for (int i = 0; i < 3; ++i) co_await asy::sleep(1s);
  });
  auto all = asy::metrics(loop);
  CHECK(all.tasks == 0 && all.tasks_created == 1 && all.tasks_finished == 1);
  CHECK(all.timers >= 3 && all.steps >= 4 && all.entries >= 4 && all.ready_max >= 1);
}

int main() {
  return check::run({
      TEST(test_a_task_is_described_with_its_coroutines),
      TEST(test_the_graph_of_the_running_task),
      TEST(test_awaiters_are_known_through_combinations),
      TEST(test_a_dump_says_where_a_hang_is),
      TEST(test_descriptions_of_what_tasks_wait_for),
      TEST(test_metrics_count_steps_and_time),
  });
}
