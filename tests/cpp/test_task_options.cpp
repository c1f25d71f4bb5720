/* How tasks are made: names, eager ones, hooks. */
#include "check.hpp"

namespace {

asy::task<int> step(std::vector<int> &order, int who) {
  order.push_back(who);
  co_await asy::sleep(1ms);
  order.push_back(-who);
  co_return who;
}

asy::task<int> fail() {
  throw std::runtime_error("at once");
  co_return 0;
}

}  // namespace

static void test_an_eager_task_runs_to_its_first_wait_inside_spawn() { /* TASK-07 */
  check::world loop;
  std::vector<int> order;
  loop.run([&]() -> asy::task<> {
    asy_task *self = asy::current_task().raw();
    auto eager = asy::spawn(step(order, 1), {.name = "first", .eager = true});
    order.push_back(0);
    CHECK(asy::current_task().raw() == self && std::string(eager.name()) == "first");
    CHECK(co_await eager == 1);
    auto failed = asy::spawn(fail(), {.eager = true});
    CHECK(failed.is_done() && THROWN(std::runtime_error, failed.result()));  // never thrown at the creator
  });
  CHECK((order == std::vector<int>{1, 0, -1}));
  auto lazy = asy::spawn(loop, step(order, 2), {.eager = true});  // the loop does not run here
  CHECK(order.size() == 3);
  CHECK(loop.run_until_complete(lazy) == 2);
}

static void test_an_eager_task_does_not_see_its_creators_cancel() { /* TASK-08 */
  check::world loop;
  std::vector<int> order;
  auto outer = asy::spawn(loop, [&]() -> asy::task<> {
    asy::current_task().cancel();
    auto child = asy::spawn(step(order, 1), {.eager = true});
    CHECK(!child.is_done() && child.cancelling() == 0);
    child.cancel();
    auto done = asy::spawn([]() -> asy::task<int> { co_return 5; }(), {.eager = true});
    CHECK(!done.cancel() && done.result() == 5);
    co_await asy::sleep(1s);
  });
  CHECK(THROWN(asy::cancelled, loop.run_until_complete(outer)));
  CHECK((order == std::vector<int>{1}));
}

static void test_options_pass_through_a_group() { /* TG-13 TG-12 TASK-06 */
  check::world loop;
  std::vector<int> order;
  auto body = [&]() -> asy::task<> {
    co_await asy::with_group([&](asy::task_group &group) -> asy::task<> {
      auto named = group.spawn(step(order, 1), {.name = "in the group", .eager = true});
      CHECK(std::string(named.name()) == "in the group" && order.size() == 1);
      group.spawn(fail(), {.eager = true});  // acts at the next wait, not inside spawn
      order.push_back(0);
      co_await asy::sleep(1h);
      CHECK(false);
    });
  };
  CHECK(THROWN(asy::group_error, loop.run_until_complete(body())));
  CHECK((order == std::vector<int>{1, 0}));
}

namespace {

struct recorder {
  std::vector<std::string> *seen;
  void on_options(asy_task_options &options) {
    if (!(options.flags & ASY_TASK_LAZY)) options.flags |= ASY_TASK_EAGER;
  }
  void on_created(const asy::future<asy::value> &task) { seen->push_back(std::string("made ") + task.name()); }
  void on_switched(const asy::future<asy::value> &task, bool entered) {
    seen->push_back(std::string(entered ? "in " : "out ") + task.name());
  }
  void on_finished(const asy::future<asy::value> &task) {
    seen->push_back(std::string(task.failure() ? "failed " : "ended ") + task.name());
    throw std::runtime_error("a hook that fails");
  }
};

}  // namespace

static void test_hooks_hear_of_every_task_and_change_how_it_is_made() { /* TASK-09 EXT-02 */
  check::world loop;
  std::vector<std::string> seen;
  loop.run([&]() -> asy::task<> {
    asy::set_task_hooks(loop, recorder{&seen});
    auto nothing = []() -> asy::task<> { co_return; };
    auto eager = asy::spawn(nothing(), "a");
    CHECK(eager.is_done());
    auto lazy = asy::spawn(nothing(), {.name = "b", .lazy = true});
    CHECK(!lazy.is_done());
    co_await lazy;
    asy::clear_task_hooks(loop);
    auto plain = asy::spawn(nothing(), "c");
    CHECK(!plain.is_done());
    co_await plain;
  });
  std::erase_if(seen, [](const std::string &line) { return line.find("Task-") != line.npos; });
  CHECK((seen == std::vector<std::string>{"made a", "in a", "out a", "ended a", "made b", "in b", "out b", "ended b"}));
  CHECK(loop.take_reports().size() == 2);
}

static void test_hooks_are_freed_with_the_loop() { /* EXT-02 */
  int alive = 0;
  {
    check::world loop;
    struct empty {
      check::tracked kept;
    };
    asy::set_task_hooks(loop, empty{check::tracked(alive)});
    CHECK(alive == 1);
  }
  CHECK(alive == 0);
}

namespace {
struct counter {
  int *count;
  asy::task<int> add(std::unique_ptr<int> amount) {
    co_await asy::yield();
    co_return *count += *amount;
  }
};
}  // namespace

static void test_a_spawned_function_gets_its_arguments_moved_or_as_they_are_kept() {
  check::world loop;
  int count = 1;
  loop.run([&]() -> asy::task<> {
    CHECK(co_await asy::spawn(&counter::add, counter{&count}, std::make_unique<int>(4)) == 5);
    auto change = [](std::string &text) -> asy::task<std::string> {
      co_await asy::yield();
      co_return text += "!";
    };
    CHECK(co_await asy::spawn(change, std::string("kept")) == "kept!");
    CHECK(co_await asy::spawn({.name = "named"}, change, std::string("kept")) == "kept!");
    auto read = [](const std::string &text, std::reference_wrapper<int> number) -> asy::task<std::size_t> {
      co_await asy::yield();
      number.get() = 9;
      co_return text.size();
    };
    co_await asy::with_group([&](asy::task_group &group) -> asy::task<> {
      CHECK(co_await group.spawn(read, std::string(40, 'x'), std::ref(count)) == 40);
    });
  });
  CHECK(count == 9);
}

int main() {
  return check::run({
      TEST(test_an_eager_task_runs_to_its_first_wait_inside_spawn),
      TEST(test_an_eager_task_does_not_see_its_creators_cancel),
      TEST(test_options_pass_through_a_group),
      TEST(test_hooks_hear_of_every_task_and_change_how_it_is_made),
      TEST(test_hooks_are_freed_with_the_loop),
      TEST(test_a_spawned_function_gets_its_arguments_moved_or_as_they_are_kept),
  });
}
