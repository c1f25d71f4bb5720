/* gather: several awaited at once. */
#include "check.hpp"

#include <memory>
#include <ranges>
#include <span>

namespace {

template <class T>
asy::task<T> after(std::chrono::milliseconds delay, T result) {
  co_await asy::sleep(delay);
  co_return result;
}
asy::task<int> fail_after(std::chrono::milliseconds delay, const char *text) {
  co_await asy::sleep(delay);
  throw std::runtime_error(text);
}

}  // namespace

static void test_results_come_in_argument_order_with_their_types() { /* COMB-03 */
  check::world loop;
  loop.run([]() -> asy::task<> {
    auto [number, text, nothing] = co_await asy::gather(after(3ms, 1), after(1ms, std::string("two")), asy::sleep(2ms));
    static_assert(std::is_same_v<decltype(nothing), std::monostate>);
    CHECK(number == 1 && text == "two");
  });
}

static void test_a_range_gives_a_vector_and_an_empty_one_nothing() { /* COMB-03 */
  check::world loop;
  loop.run([]() -> asy::task<> {
    std::vector<asy::task<int>> tasks;
    for (int i = 0; i < 5; ++i) tasks.push_back(after(std::chrono::milliseconds(5 - i), i));
    std::vector<int> results = co_await asy::gather(std::move(tasks));
    CHECK((results == std::vector<int>{0, 1, 2, 3, 4}));
    std::vector<asy::task<int>> none;
    CHECK((co_await asy::gather(std::move(none))).empty());
    auto one = asy::spawn(after(1ms, 7));
    std::vector<asy::future<int>> twice{one, one};
    results = co_await asy::gather(twice);
    CHECK((results == std::vector<int>{7, 7}));
    std::vector<asy::task<>> voids;
    co_await asy::gather(std::move(voids));
  });
}

static void test_results_that_cannot_be_copied_are_moved_out() { /* COMB-03 */
  check::world loop;
  loop.run([]() -> asy::task<> {
    auto make = [](int number) -> asy::task<std::unique_ptr<int>> { co_return std::make_unique<int>(number); };
    auto [one, two] = co_await asy::gather(make(1), make(2));
    CHECK(*one == 1 && *two == 2);
  });
}

static void test_a_view_of_futures_leaves_them_where_they_are() { /* COMB-03 COMB-25 */
  check::world loop;
  loop.run([]() -> asy::task<> {
    std::vector<asy::future<int>> all;
    for (int i = 0; i < 3; ++i) all.push_back(asy::spawn(after(1ms, i)));
    auto whole = co_await asy::gather(std::span(all));
    auto rest = co_await asy::gather(all | std::views::drop(1));
    auto odd = co_await asy::gather(all | std::views::filter([](auto &one) { return one.result() % 2; }));
    CHECK(whole.size() == 3 && rest.size() == 2 && odd.size() == 1 && odd[0] == 1);
    auto arriving = asy::as_completed(std::span(all));
    while (auto done = co_await arriving.next()) CHECK(done->is_done());
    for (const asy::future<int> &one : all) CHECK(one && one.is_done());
    auto made = std::views::iota(0, 3) | std::views::transform([](int i) { return after(1ms, i * i); });
    auto squares = co_await asy::gather(made);
    CHECK(squares.size() == 3 && squares[2] == 4);
  });
}

static void test_the_first_error_to_happen_fails_it_and_the_others_go_on() { /* COMB-04 */
  check::world loop;
  loop.run([]() -> asy::task<> {
    auto slow = asy::spawn(after(10ms, 3));
    auto late = asy::spawn(fail_after(5ms, "second")), early = asy::spawn(fail_after(1ms, "first"));
    std::string seen;
    try {
      co_await asy::gather(late, early, slow);
    } catch (const std::runtime_error &e) {
      seen = e.what();
    }
    CHECK(seen == "first");
    CHECK(!slow.is_done());
    CHECK(co_await slow == 3);
  });
}

static void test_errors_can_be_collected_instead() { /* COMB-05 */
  check::world loop;
  loop.run([]() -> asy::task<> {
    auto stopped = asy::spawn(after(1h, 1));
    asy::loop_ref().call_soon([=] { stopped.cancel("stop"); });
    auto all = co_await asy::gather(asy::return_errors, after(2ms, 1), fail_after(1ms, "bad"), stopped);
    const auto &[good, bad, gone] = all;
    CHECK(good && good.get() == 1);
    CHECK(!bad && THROWN(std::runtime_error, std::get<1>(all).get()));
    CHECK(!gone && gone.failure()->code() == ASY_E_CANCELLED && gone.failure()->message() == "stop");
  });
}

static void test_a_cancelled_member_fails_it_without_cancelling_it() { /* COMB-06 */
  check::world loop;
  loop.run([]() -> asy::task<> {
    auto one = asy::spawn(after(1h, 1)), two = asy::spawn(after(5ms, 2));
    asy::loop_ref().call_later(1ms, [=] { one.cancel(); });
    auto both = asy::gather(one, two);
    bool was_cancelled = false;
    try {
      co_await both;
    } catch (const asy::cancelled &) {
      was_cancelled = true;
    }
    CHECK(was_cancelled && asy::current_task().cancelling() == 0);
    CHECK(co_await two == 2);
  });
}

static void test_cancelling_it_cancels_all_and_waits_for_them() { /* COMB-07 */
  check::world loop;
  int cleaned = 0;
  auto body = [&](int seconds) -> asy::task<> {
    try {
      co_await asy::sleep(1h);
    } catch (const asy::cancelled &) {}
    co_await asy::sleep(std::chrono::seconds(seconds));
    ++cleaned;
  };
  auto task = asy::spawn(loop, [&]() -> asy::task<> { co_await asy::gather(body(1), body(2)); });
  loop.settle();
  task.cancel();
  CHECK(THROWN(asy::cancelled, loop.run_until_complete(task)));
  CHECK(cleaned == 2);
}

static void test_members_of_two_loops_or_of_none_are_refused() { /* COMB-08 */
  check::world loop, other;
  auto here = asy::future<int>::pending(loop.raw()), there = asy::future<int>::pending(other.raw());
  loop.run([&]() -> asy::task<> {
    auto mixed = asy::gather(here, there);
    CHECK(THROWN(asy::error, mixed.result())->code() == ASY_E_WRONG_LOOP);
    co_return;
  });
  CHECK(!here.is_done() && !there.is_done());
  int alive = 0;
  auto body = [](check::tracked) -> asy::task<int> { co_return 1; };
  auto lost = asy::gather(body(check::tracked(alive)), body(check::tracked(alive)));
  CHECK(lost.is_done() && THROWN(asy::error, lost.result()) && alive == 0);
  auto outside = asy::gather(here, asy::future<int>::done(loop.raw(), 2));  // the futures know their loop
  here.set_value(1);
  CHECK((loop.run_until_complete(outside) == std::tuple(1, 2)));
}

int main() {
  return check::run({
      TEST(test_results_come_in_argument_order_with_their_types),
      TEST(test_a_range_gives_a_vector_and_an_empty_one_nothing),
      TEST(test_results_that_cannot_be_copied_are_moved_out),
      TEST(test_a_view_of_futures_leaves_them_where_they_are),
      TEST(test_the_first_error_to_happen_fails_it_and_the_others_go_on),
      TEST(test_errors_can_be_collected_instead),
      TEST(test_a_cancelled_member_fails_it_without_cancelling_it),
      TEST(test_cancelling_it_cancels_all_and_waits_for_them),
      TEST(test_members_of_two_loops_or_of_none_are_refused),
  });
}
