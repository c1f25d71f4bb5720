/* race: several ways, staggered, and the first that succeeds. */
#include "check.hpp"

namespace {

/** An attempt that notes its clean-up. */
asy::task<std::string> attempt(std::chrono::milliseconds delay, std::string result, std::vector<std::string> &ended) {
  struct note {
    std::vector<std::string> &ended;
    std::string &result;
    bool is_cancelled = true;
    ~note() {
      if (is_cancelled) ended.push_back(result);
    }
  } cleaning{ended, result};
  co_await asy::sleep(delay);
  cleaning.is_cancelled = false;
  if (result.empty()) throw std::runtime_error("no answer");
  co_return result;
}

}  // namespace

static void test_the_first_success_wins_and_losers_have_cleaned_up() { /* COMB-27 COMB-28 */
  check::world loop;
  std::vector<std::string> ended;
  auto race = [&]() -> asy::task<> {
    auto result = co_await asy::race(3, 10ms, [&](std::size_t index) {
      return index == 0   ? attempt(5ms, "", ended)  // fails: the next begins at once
             : index == 1 ? attempt(100ms, "slow", ended)
                          : attempt(20ms, "fast", ended);
    });
    CHECK(result.winner == 2 && result.item == "fast" && result.errors.size() == 3);
    CHECK(result.errors[0] && result.errors[0]->what() == std::string("std::runtime_error: no answer"));
    CHECK(!result.errors[2] && (ended == std::vector<std::string>{"slow"}));
  };
  auto start = loop.time();
  loop.run_until_complete(race());
  CHECK(loop.time() - start == 35ms);
}

static void test_where_all_fail_the_errors_come_in_order() { /* COMB-28 */
  check::world loop;
  auto race = [](std::size_t index) -> asy::task<int> {
    if (index == 1) throw std::out_of_range("second");
    co_await asy::yield();
    throw std::runtime_error("first");
  };
  auto failed = THROWN(asy::group_error, loop.run([&]() -> asy::task<> { co_await asy::race(2, asy::forever, race); }));
  CHECK(failed && failed->children().size() == 2 && failed->contains<std::out_of_range>());
  CHECK(failed && failed->children()[0].message().find("first") != std::string_view::npos);
}

static void test_a_start_that_throws_is_a_failed_attempt_and_a_cancel_reaches_all() { /* COMB-28 */
  check::world loop;
  int alive = 0, cancelled = 0;
  auto wait = [](int &count) -> asy::task<int> {
    try {
      co_await asy::sleep(1h);
    } catch (const asy::cancelled &) {
      ++count;
      throw;
    }
    co_return 0;
  };
  auto begin = [&, kept = check::tracked(alive)](std::size_t index) -> asy::future<int> {
    if (index == 0) throw std::runtime_error("cannot begin");
    return asy::spawn(wait(cancelled));
  };
  auto racing = asy::race(2, 0ms, std::move(begin), loop);
  loop.settle();
  CHECK(alive == 2);
  racing.cancel();
  CHECK(THROWN(asy::cancelled, loop.run_until_complete(racing)));
  CHECK(cancelled == 1 && alive == 1);
}

int main() {
  return check::run({
      TEST(test_the_first_success_wins_and_losers_have_cleaned_up),
      TEST(test_where_all_fail_the_errors_come_in_order),
      TEST(test_a_start_that_throws_is_a_failed_attempt_and_a_cancel_reaches_all),
  });
}
