/* The hard cases of one task and its cancels: 1, 6, 15, 16, 17, 27 of ../cases/README.md. */
#include "cases.hpp"

using namespace cases;

/* case 1, TASK-13, D1 */
static void test_what_completed_a_future_before_the_cancel_is_delivered() {
  for (int variant = 0; variant < 4; ++variant) {
    const bool fails = variant & 1, goes_on = variant & 2;
    check::world loop;
    std::string trail;
    auto awaited = asy::future<int>::pending(loop.raw());
    auto task = asy::spawn(loop, [&]() -> asy::task<> {
      try {
        if (co_await awaited == 9) trail += 'v';
      } catch (const std::runtime_error &) {
        trail += 'e';
      }
      if (goes_on) co_await asy::sleep(1ms);
    });
    loop.settle();
    if (fails) awaited.set_exception(boom());
    else awaited.set_value(9);
    CHECK(task.cancel("late"));
    CHECK(finish(loop, task) == (goes_on ? ASY_E_CANCELLED : ASY_OK));
    CHECK(trail == (fails ? "e" : "v"));
    CHECK(loop.take_reports().size() == !goes_on);  // the request that met no further wait
  }
}

namespace {
/** c cancels itself, u uncancels, w waits (and notes x when that threw), a digit is the count it has. */
asy::task<> follow(std::string script, std::string &trail) {
  auto self = asy::current_task();
  for (char what : script) {
    if (what == 'c') self.cancel();
    else if (what == 'u') self.uncancel();
    else if (what != 'w') CHECK(self.cancelling() == what - '0');
    if (what != 'w') continue;
    char outcome = '.';
    try {
      co_await asy::sleep(1ms);
    } catch (const asy::cancelled &) {
      outcome = 'x';
    }
    trail += outcome;
  }
}
}  // namespace

static void test_counts_of_requests_that_are_made_and_withdrawn() { /* case 6, TASK-18 */
  const std::pair<const char *, const char *> table[] = {{"uu0cu", ""},          {"cu0ww", ".."},     {"ccuu0w", "."},
                                                         {"ccu1ww1u0w", "x.."},  {"cw1u0w", "x."},    {"cucw1", "x"},
                                                         {"cw1c2w2uu0w", "xx."}, {"cw1cu1w1u0", "xx"}};
  for (auto [script, wanted] : table) {
    check::world loop;
    std::string trail;
    finish(loop, asy::spawn(loop, follow(script, trail)));
    CHECK(trail == wanted);
  }
}

static void test_a_scope_restores_the_count_it_found() { /* case 6, COMB-18 */
  check::world loop;
  std::string trail;
  loop.run([&]() -> asy::task<> {
    co_await follow("cw1", trail);
    try {
      co_await asy::with_timeout(5ms, after(1s, 0));
    } catch (const asy::timeout_error &) {
      trail += 't';
    }
    CHECK(asy::current_task().cancelling() == 1);
  });
  CHECK(trail == "xt");
}

static void test_one_of_several_awaiters_is_cancelled() { /* case 15, FUT-08, D5 */
  check::world loop;
  auto shared = asy::future<int>::pending(loop.raw());
  auto one = line_up(loop, read(shared)), two = line_up(loop, read(shared)), last = line_up(loop, read(shared));
  two.cancel();
  loop.settle();
  CHECK(two.is_cancelled() && !shared.is_done() && !one.is_done() && !last.is_done());
  one.cancel();
  loop.settle();
  CHECK(one.is_cancelled() && !shared.is_done() && last.cancelling() == 0);
  last.cancel();
  CHECK(finish(loop, last) == ASY_E_CANCELLED && shared.is_cancelled());
}

static void test_the_future_of_several_awaiters_is_cancelled() { /* case 15, TASK-20 */
  check::world loop;
  auto shared = asy::future<int>::pending(loop.raw());
  auto one = line_up(loop, read(shared)), two = line_up(loop, read(shared));
  CHECK(shared.cancel("everybody"));
  CHECK(finish(loop, one) == ASY_E_CANCELLED && finish(loop, two) == ASY_E_CANCELLED);
  CHECK(one.cancelling() == 0 && two.cancelling() == 0);
}

static void test_a_cancel_that_the_inner_task_swallowed() { /* case 16, TASK-12 TASK-16 COMB-18 */
  check::world loop;
  auto outer = asy::spawn(loop, [&]() -> asy::task<> {
    auto inner = asy::spawn(stubborn(5ms));
    CHECK(co_await inner == 77);
    CHECK(asy::current_task().cancelling() == 1);
    co_await asy::with_timeout(5ms, after(1s, 0));
  });
  loop.settle();
  outer.cancel();
  CHECK(finish(loop, outer) == ASY_E_TIMEOUT);
  CHECK(outer.cancelling() == 1);
}

static void test_cancels_at_the_two_ends_of_a_task() { /* case 17, TASK-11 TASK-14 TASK-15 */
  check::world loop;
  int alive = 0;
  bool has_begun = false;
  auto body = [&](check::tracked) -> asy::task<> {
    has_begun = true;
    co_return;
  };
  auto early = asy::spawn(loop, body(check::tracked(alive)));
  CHECK(early.cancel() && finish(loop, early) == ASY_E_CANCELLED);
  CHECK(!has_begun && alive == 0);
  auto itself = asy::spawn(loop, []() -> asy::task<int> {
    asy::current_task().cancel();
    co_return 3;
  });
  CHECK(finish(loop, itself) == ASY_E_CANCELLED);
  auto done = asy::spawn(loop, after(1ms, 1));
  CHECK(finish(loop, done) == ASY_OK);
  CHECK(!done.cancel() && done.cancelling() == 0 && !done.is_cancelled());
}

static void test_eager_children_end_like_lazy_ones() { /* case 27, TASK-07 TASK-08 TASK-22 */
  for (bool eager : {true, false}) {
    check::world loop;
    const asy::task_options options{.eager = eager};
    loop.run([&]() -> asy::task<> {
      auto self = asy::current_task();
      auto failing = asy::spawn(options, []() -> asy::task<> { throw std::runtime_error("at once"); });
      auto ending = asy::spawn(options, []() -> asy::task<int> { co_return 7; });
      auto blocking = asy::spawn(after(5ms, 5), options);
      CHECK(asy::current_task().raw() == self.raw());
      CHECK(failing.is_done() == eager && ending.is_done() == eager && !blocking.is_done());
      self.cancel();
      auto child = asy::spawn(after(5ms, 6), options);
      CHECK(child.cancelling() == 0);
      CHECK(co_await stubborn(1ms) == 77);  // the creator's own request comes here
      CHECK(co_await child == 6 && co_await ending == 7 && co_await blocking == 5);
      CHECK(THROWN(std::runtime_error, failing.result()));
    });
  }
}

static void test_an_eager_failure_cancels_the_groups_parent_at_its_next_wait() { /* case 27, TG-12 */
  for (bool eager : {true, false}) {
    check::world loop;
    std::string trail;
    auto parent = asy::spawn(loop, [&]() -> asy::task<> {
      co_await asy::with_group([&](asy::task_group &group) -> asy::task<> {
        const asy::task_options options{.eager = eager};
        group.spawn(options, [&]() -> asy::task<> {
          trail += 'f';
          throw std::runtime_error("at once");
        });
        trail += 'b';
        co_await follow("w", trail);
      });
    });
    CHECK(finish(loop, parent) == ASY_E_GROUP);
    CHECK(trail == (eager ? "fbx" : "bfx") && parent.cancelling() == 0);
  }
}

int main() {
  return check::run({
      ANY_ORDER(test_what_completed_a_future_before_the_cancel_is_delivered),
      ANY_ORDER(test_counts_of_requests_that_are_made_and_withdrawn),
      ANY_ORDER(test_a_scope_restores_the_count_it_found),
      ANY_ORDER(test_one_of_several_awaiters_is_cancelled),
      ANY_ORDER(test_the_future_of_several_awaiters_is_cancelled),
      ANY_ORDER(test_a_cancel_that_the_inner_task_swallowed),
      ANY_ORDER(test_cancels_at_the_two_ends_of_a_task),
      ANY_ORDER(test_eager_children_end_like_lazy_ones),
      TEST(test_an_eager_failure_cancels_the_groups_parent_at_its_next_wait),
  });
}
