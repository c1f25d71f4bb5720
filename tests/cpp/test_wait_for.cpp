/* wait_for: an await with a limit. */
#include "check.hpp"

#include <cmath>

static void test_a_result_in_time_passes() { /* COMB-11 */
  check::world loop;
  loop.run([]() -> asy::task<> {
    auto give = []() -> asy::task<std::string> {
      co_await asy::sleep(1s);
      co_return "in time";
    };
    CHECK(co_await asy::wait_for(give(), 2s) == "in time");
    CHECK(co_await asy::wait_for(give(), asy::forever) == "in time");
  });
}

static void test_a_late_one_is_cancelled_and_its_clean_up_awaited() { /* COMB-12 */
  check::world loop;
  bool is_clean = false;
  auto start = loop.time();
  loop.run([&]() -> asy::task<> {
    auto body = [&]() -> asy::task<> {
      try {
        co_await asy::sleep(1h);
      } catch (const asy::cancelled &) {}
      co_await asy::sleep(1s);
      is_clean = true;
      throw asy::cancelled("cleaned up");
    };
    bool is_late = false;
    try {
      co_await asy::wait_for(body(), 2s);
    } catch (const asy::timeout_error &e) {
      is_late = e.cause() && e.cause()->code() == ASY_E_CANCELLED;
    }
    CHECK(is_late && is_clean);
  });
  CHECK(loop.time() - start == 3s);
}

static void test_an_error_in_the_clean_up_wins() { /* COMB-12 */
  check::world loop;
  loop.run([]() -> asy::task<> {
    auto body = []() -> asy::task<> {
      try {
        co_await asy::sleep(1h);
      } catch (const asy::cancelled &) {
        throw std::logic_error("clean-up");
      }
    };
    bool is_error = false;
    try {
      co_await asy::wait_for(body(), 1s);
    } catch (const std::logic_error &) {
      is_error = true;
    }
    CHECK(is_error);
  });
}

static void test_without_time_a_fresh_coroutine_never_starts() { /* COMB-13 */
  check::world loop;
  bool has_run = false;
  loop.run([&]() -> asy::task<> {
    auto body = [&]() -> asy::task<> {
      has_run = true;
      co_return;
    };
    bool is_late = false;
    try {
      co_await asy::wait_for(body(), 0s);
    } catch (const asy::timeout_error &) {
      is_late = true;
    }
    CHECK(is_late);
    auto done = asy::future<int>::pending(asy_loop_current());
    done.set_value(4);
    CHECK(co_await asy::wait_for(done, 0s) == 4);
  });
  CHECK(!has_run);
}

static void test_cancelling_the_outer_cancels_the_inner() { /* COMB-14 */
  check::world loop;
  bool was_cancelled = false;
  auto task = asy::spawn(loop, [&]() -> asy::task<> {
    auto body = [&]() -> asy::task<> {
      try {
        co_await asy::sleep(1h);
      } catch (const asy::cancelled &) {
        was_cancelled = true;
        throw;
      }
    };
    co_await asy::wait_for(body(), 2h);
  });
  loop.settle();
  task.cancel();
  CHECK(THROWN(asy::cancelled, loop.run_until_complete(task)));
  CHECK(was_cancelled);
}

static void test_a_refused_duration_only_throws() { /* COMB-11 HND-08 */
  check::world loop;
  int alive = 0;
  loop.run([&]() -> asy::task<> {
    auto held = [](check::tracked) -> asy::task<> { co_await asy::sleep(1h); };
    std::chrono::duration<double> unknown(NAN);
    CHECK(THROWN(asy::error, (void)asy::wait_for(held(check::tracked(alive)), unknown))->code() == ASY_E_INVALID);
    CHECK(alive == 0);
    auto kept = asy::future<int>::pending(asy_loop_current());
    CHECK(THROWN(asy::error, (void)asy::wait_for(kept, unknown)) && !kept.is_done());
    co_return;
  });
}

int main() {
  return check::run({
      TEST(test_a_result_in_time_passes),
      TEST(test_a_late_one_is_cancelled_and_its_clean_up_awaited),
      TEST(test_an_error_in_the_clean_up_wins),
      TEST(test_without_time_a_fresh_coroutine_never_starts),
      TEST(test_cancelling_the_outer_cancels_the_inner),
      TEST(test_a_refused_duration_only_throws),
  });
}
