/* Task groups. */
#include "check.hpp"

namespace {

asy::task<int> after(std::chrono::milliseconds delay, int result) {
  co_await asy::sleep(delay);
  co_return result;
}
asy::task<> fail_after(std::chrono::milliseconds delay, const char *text = "child") {
  co_await asy::sleep(delay);
  throw std::runtime_error(text);
}
/** Runs a group in a task of its own and gives its group_error, if it ended in one. */
template <class F>
std::optional<asy::group_error> group_error_of(check::world &loop, F body) {
  try {
    loop.run([&]() -> asy::task<> { co_await asy::with_group(body); });
  } catch (const asy::group_error &e) {
    return e;
  }
  return std::nullopt;
}

}  // namespace

static void test_the_scope_waits_for_every_child_and_gives_the_result() { /* TG-01 TG-14 */
  check::world loop;
  loop.run([]() -> asy::task<> {
    asy::future<int> one, two;
    int body = co_await asy::with_group([&](asy::task_group &group) -> asy::task<int> {
      one = group.spawn(after(5ms, 1), "first");
      two = group.spawn([&group]() -> asy::task<int> {
        co_await asy::sleep(8ms);
        group.spawn(after(5ms, 3));  // while the scope drains
        co_return 2;
      });
      co_return 7;
    });
    CHECK(body == 7 && one.result() == 1 && two.result() == 2);
    CHECK(asy::loop_ref().task_count() == 1);
    CHECK(std::string(one.name()) == "first");
  });
}

static void test_a_group_needs_a_task_and_refuses_when_over() { /* TG-01 CORO-06 */
  check::world loop;
  CHECK(THROWN(asy::error, asy::task_group()));
  int alive = 0;
  loop.run([&]() -> asy::task<> {
    asy::task_group group;
    co_await group.exit();
    auto child = [](check::tracked) -> asy::task<> { co_return; };
    CHECK(THROWN(asy::state_error, group.spawn(child(check::tracked(alive)))));
    co_await asy::yield();
    CHECK(alive == 0);
    bool is_refused = false;
    try {
      co_await group.exit();
    } catch (const asy::state_error &) {
      is_refused = true;
    }
    CHECK(is_refused);
  });
}

static void test_a_failing_child_cancels_the_others_and_the_body() { /* TG-02 TG-07 TEST-05 */
  check::world loop;
  asy::future<int> sibling;
  bool body_cancelled = false;
  auto seen = group_error_of(loop, [&](asy::task_group &group) -> asy::task<> {
    sibling = group.spawn(after(1h, 1));
    group.spawn(fail_after(1ms));
    try {
      co_await asy::sleep(1h);
    } catch (const asy::cancelled &) {
      body_cancelled = true;
      throw;
    }
  });
  CHECK(seen && seen->children().size() == 1 && seen->contains<std::runtime_error>() && !seen->cause());
  CHECK(body_cancelled && sibling.is_cancelled());
}

static void test_the_count_of_cancels_is_as_before_even_if_the_body_swallowed_it() { /* TG-07 */
  check::world loop;
  loop.run([]() -> asy::task<> {
    bool is_group = false;
    try {
      co_await asy::with_group([](asy::task_group &group) -> asy::task<> {
        group.spawn(fail_after(1ms));
        try {
          co_await asy::sleep(1h);
        } catch (const asy::cancelled &) {}
        co_await asy::sleep(1ms);
      });
    } catch (const asy::group_error &) {
      is_group = true;
    }
    CHECK(is_group && asy::current_task().cancelling() == 0);
    co_await asy::sleep(1ms);
  });
}

static void test_a_failing_body_joins_the_group_as_the_same_object() { /* TG-03 EXC-11 */
  check::world loop;
  asy::future<int> child;
  auto original = std::make_exception_ptr(std::domain_error("body"));
  auto seen = group_error_of(loop, [&](asy::task_group &group) -> asy::task<> {
    child = group.spawn(after(1h, 1));
    co_await asy::yield();
    std::rethrow_exception(original);
  });
  CHECK(seen && seen->children().size() == 1 && seen->children()[0].exception() == original);
  CHECK(child.is_cancelled());
}

static void test_a_child_cancelled_alone_is_no_error() { /* TG-04 */
  check::world loop;
  loop.run([]() -> asy::task<> {
    co_await asy::with_group([](asy::task_group &group) -> asy::task<> {
      auto one = group.spawn(after(1h, 1));
      auto two = group.spawn(after(5ms, 2));
      co_await asy::yield();
      one.cancel();
      CHECK(co_await two == 2);
      CHECK(one.is_cancelled());
    });
  });
}

static void test_a_cancel_from_outside_reaches_the_children_and_leaves() { /* TG-05 */
  check::world loop;
  asy::future<int> child;
  bool child_cleaned = false;
  auto task = asy::spawn(loop, [&]() -> asy::task<> {
    co_await asy::with_group([&](asy::task_group &group) -> asy::task<> {
      child = group.spawn([&]() -> asy::task<int> {
        try {
          co_await asy::sleep(1h);
        } catch (const asy::cancelled &) {}
        co_await asy::sleep(1s);
        child_cleaned = true;
        co_return 1;
      });
      co_await asy::sleep(1h);
    });
  });
  loop.settle();
  task.cancel();
  CHECK(THROWN(asy::cancelled, loop.run_until_complete(task)));
  CHECK(child_cleaned && task.is_cancelled());
}

static void test_an_error_wins_over_a_cancel_which_is_asked_again() { /* TG-06 */
  check::world loop;
  bool is_group = false, was_cancelled = false;
  auto task = asy::spawn(loop, [&]() -> asy::task<> {
    try {
      co_await asy::with_group([](asy::task_group &group) -> asy::task<> {
        group.spawn([]() -> asy::task<> {
          try {
            co_await asy::sleep(1h);
          } catch (const asy::cancelled &) {
            throw std::runtime_error("in clean-up");
          }
        });
        co_await asy::sleep(1h);
      });
    } catch (const asy::group_error &) {
      is_group = true;
    }
    try {
      co_await asy::sleep(1s);
    } catch (const asy::cancelled &) {
      was_cancelled = true;
      throw;
    }
  });
  loop.settle();
  task.cancel();
  CHECK(THROWN(asy::cancelled, loop.run_until_complete(task)));
  CHECK(is_group && was_cancelled);
}

static void test_groups_nest() { /* TG-08 */
  check::world loop;
  auto seen = group_error_of(loop, [](asy::task_group &outer) -> asy::task<> {
    outer.spawn([]() -> asy::task<> {
      co_await asy::with_group([](asy::task_group &inner) -> asy::task<> {
        inner.spawn(fail_after(1ms, "inner"));
        co_return;
      });
    });
    co_return;
  });
  CHECK(seen && seen->children().size() == 1 && seen->children()[0].code() == ASY_E_GROUP);
  CHECK(seen && seen->contains<std::runtime_error>());
}

static void test_errors_of_the_clean_up_join_the_group() { /* TG-10 */
  check::world loop;
  auto seen = group_error_of(loop, [](asy::task_group &group) -> asy::task<> {
    group.spawn([]() -> asy::task<> {
      try {
        co_await asy::sleep(1h);
      } catch (const asy::cancelled &) {
        throw std::logic_error("second");
      }
    });
    group.spawn(fail_after(1ms, "first"));
    co_return;
  });
  CHECK(seen && seen->children().size() == 2);
  CHECK(seen && seen->contains<std::logic_error>() && seen->contains<std::runtime_error>());
}

static void test_cancelling_a_group_ends_it_without_an_error() { /* TG-18 */
  check::world loop;
  loop.run([]() -> asy::task<> {
    asy::future<int> child;
    co_await asy::with_group([&](asy::task_group &group) -> asy::task<> {
      child = group.spawn(after(1h, 1));
      co_await asy::yield();
      group.cancel();
    });
    CHECK(child.is_cancelled() && asy::current_task().cancelling() == 0);
    co_await asy::with_group([&](asy::task_group &group) -> asy::task<> {
      asy::loop_ref().call_soon([&] { group.cancel(); });
      co_await asy::sleep(1h);  // the body is cancelled too
    });
    CHECK(asy::current_task().cancelling() == 0);
    co_await asy::sleep(1ms);
  });
}

static void test_a_group_whose_frame_is_destroyed_lets_go_of_its_children() { /* TG-01 TASK-26 */
  int alive = 0;
  {
    check::world loop;
    (void)asy::spawn(loop, [&]() -> asy::task<> {
      co_await asy::with_group([&](asy::task_group &group) -> asy::task<> {
        group.spawn([kept = check::tracked(alive)]() -> asy::task<> { co_await asy::sleep(1h); });
        co_await asy::sleep(1h);
      });
    });
    loop.settle();
    CHECK(alive == 1);
    loop.close();
    CHECK(alive == 0);
    CHECK(loop.take_reports().size() == 2);
  }
}

static void test_a_child_that_fails_after_its_parent_is_reported() { /* TG-11 */
  check::world loop;
  auto parent = asy::spawn(loop, []() -> asy::task<> {
    asy::task_group escaped;  // nobody awaits its exit
    escaped.spawn([]() -> asy::task<> {
      try {
        co_await asy::sleep(1h);
      } catch (const asy::cancelled &) {}
      throw std::runtime_error("too late");
    });
    co_await asy::yield();
  });
  CHECK(THROWN(asy::cancelled, loop.run_until_complete(parent)));  // the scope was open
  loop.settle();
  auto reports = loop.take_reports();
  CHECK(reports.size() == 1 && reports[0].find("too late") != std::string::npos);
}

static void test_nothing_is_left_of_a_group_once_its_error_is_handled() { /* TG-15 */
  struct failure : std::runtime_error {
    explicit failure(int &count) : std::runtime_error("holds"), held(count) {}
    check::tracked held;
  };
  check::world loop;
  int alive = 0;
  loop.run([&]() -> asy::task<> {
    try {
      co_await asy::with_group([&](asy::task_group &group) -> asy::task<> {
        group.spawn([&, kept = check::tracked(alive)]() -> asy::task<> {
          co_await asy::yield();
          throw failure(alive);
        });
        group.spawn([&, kept = check::tracked(alive)]() -> asy::task<check::tracked> { co_return kept; });
        check::tracked local(alive);
        co_await asy::sleep(1h);
      });
    } catch (const asy::group_error &e) {
      CHECK(e.contains<failure>() && alive == 1);  // what the error holds, no task and no frame
    }
    co_await asy::yield();
    CHECK(alive == 0 && asy::loop_ref().task_count() == 1);
  });
}

int main() {
  return check::run({
      TEST(test_the_scope_waits_for_every_child_and_gives_the_result),
      TEST(test_a_group_needs_a_task_and_refuses_when_over),
      TEST(test_a_failing_child_cancels_the_others_and_the_body),
      TEST(test_the_count_of_cancels_is_as_before_even_if_the_body_swallowed_it),
      TEST(test_a_failing_body_joins_the_group_as_the_same_object),
      TEST(test_a_child_cancelled_alone_is_no_error),
      TEST(test_a_cancel_from_outside_reaches_the_children_and_leaves),
      TEST(test_an_error_wins_over_a_cancel_which_is_asked_again),
      TEST(test_groups_nest),
      TEST(test_errors_of_the_clean_up_join_the_group),
      TEST(test_cancelling_a_group_ends_it_without_an_error),
      TEST(test_a_group_whose_frame_is_destroyed_lets_go_of_its_children),
      TEST(test_a_child_that_fails_after_its_parent_is_reported),
      TEST(test_nothing_is_left_of_a_group_once_its_error_is_handled),
  });
}
