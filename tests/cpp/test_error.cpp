/* Errors as exceptions: which class, whose object, what they carry. */
#include "check.hpp"

#include <cerrno>
#include <thread>

namespace {

struct own_error : std::runtime_error {
  explicit own_error(int which) : std::runtime_error("own"), number(which) {}
  int number;
};
struct derived_error : asy::error {
  derived_error() : error(ASY_E_INVALID, "derived"), number(5) {}
  int number;
};

/** What an await of an error of this code throws. */
template <class E>
std::optional<E> of_code(asy_status code) {
  asy::error made(code, "text");
  return THROWN(E, made.rethrow());
}

asy::task<int> raise(std::exception_ptr what) {
  co_await asy::yield();
  std::rethrow_exception(what);
}

}  // namespace

static void test_cancelled_is_no_error_and_no_std_exception() { /* EXC-01 */
  static_assert(!std::is_base_of_v<asy::error, asy::cancelled>);
  static_assert(!std::is_base_of_v<std::exception, asy::cancelled>);
  check::world loop;
  bool was_missed = false;
  auto task = asy::spawn(loop, [&]() -> asy::task<> {
    try {
      co_await asy::sleep(1h);
    } catch (const asy::error &) {
      CHECK(false);
    } catch (const std::exception &) {
      CHECK(false);
    } catch (...) {
      was_missed = true;
      throw;
    }
  });
  loop.settle();
  task.cancel("enough");
  auto seen = THROWN(asy::cancelled, loop.run_until_complete(task));
  CHECK(was_missed);
  CHECK(seen && seen->message() == "enough");
  CHECK(task.is_cancelled());
}

static void test_every_code_has_its_class() { /* EXC-02 EXC-03 EXC-04 EXC-05 */
  CHECK(of_code<asy::cancelled>(ASY_E_CANCELLED));
  CHECK(of_code<asy::timeout_error>(ASY_E_TIMEOUT)->code() == ASY_E_TIMEOUT);
  CHECK(of_code<asy::closed_error>(ASY_E_CLOSED)->message() == "text");
  CHECK(of_code<asy::state_error>(ASY_E_STATE));
  CHECK(of_code<asy::broken_promise>(ASY_E_BROKEN_PROMISE));
  CHECK(of_code<asy::limit_error>(ASY_E_LIMIT));
  CHECK(of_code<asy::not_found_error>(ASY_E_NOT_FOUND));
  CHECK(of_code<asy::eof_error>(ASY_E_EOF)->partial().empty());
  CHECK(of_code<asy::error>(ASY_E_INVALID)->code() == ASY_E_INVALID);
  CHECK(of_code<asy::error>(-9999)->code() == -9999);  // of a newer library
}

static void test_an_os_error_compares_with_errc() { /* EXC-09 */
  asy::error made(asy::adopt, asy_error_new_os(ECONNREFUSED, "connect"));
  auto seen = THROWN(asy::os_error, made.rethrow());
  CHECK(seen && seen->os_code() == std::errc::connection_refused);
}

static void test_an_exception_comes_back_as_the_same_object() { /* EXC-11 FUT-02 */
  check::world loop;
  std::exception_ptr original = std::make_exception_ptr(own_error(3));
  auto task = asy::spawn(loop, raise(original));
  loop.run([&]() -> asy::task<> {
    for (int i = 0; i < 2; ++i) {
      try {
        co_await task;
        CHECK(false);
      } catch (const own_error &e) {
        CHECK(e.number == 3);
        CHECK(std::current_exception() == original);
      }
    }
  });
  auto failure = task.failure();
  CHECK(failure && failure->code() == ASY_E_FOREIGN);
  CHECK(failure->exception() == original);
  CHECK(failure->message().find("own_error: own") != std::string_view::npos);
}

static void test_an_exception_keeps_its_identity_through_a_c_future_and_other_tasks() { /* EXC-11 */
  check::world loop;
  std::exception_ptr original = std::make_exception_ptr(own_error(4));
  auto bridge = asy::future<int>::pending(loop.raw());
  auto middle = asy::spawn(loop, [&]() -> asy::task<int> { co_return co_await bridge; });
  auto outer = asy::spawn(loop, [&]() -> asy::task<int> { co_return co_await middle; });
  loop.settle();
  bridge.set_exception(original);
  try {
    loop.run_until_complete(outer);
    CHECK(false);
  } catch (const own_error &) {
    CHECK(std::current_exception() == original);
  }
  CHECK(outer.failure()->raw() == bridge.failure()->raw());  // not wrapped again on the way
  CHECK(middle.failure()->raw() == bridge.failure()->raw());
}

static void test_a_foreign_error_passes_through_as_itself() { /* EXC-11 */
  check::world loop;
  asy::error foreign(ASY_E_FOREIGN, "ValueError: from elsewhere");
  auto source = asy::future<>::pending(loop.raw());
  source.set_error(foreign);
  auto task = asy::spawn(loop, [&]() -> asy::task<> { co_await source; });
  auto seen = THROWN(asy::error, loop.run_until_complete(task));
  CHECK(seen && seen->raw() == foreign.raw());
  CHECK(task.failure()->raw() == foreign.raw());
}

static void test_a_class_derived_by_the_user_is_not_sliced() { /* EXC-11 */
  check::world loop;
  auto task = asy::spawn(loop, raise(std::make_exception_ptr(derived_error())));
  auto seen = THROWN(derived_error, loop.run_until_complete(task));
  CHECK(seen && seen->number == 5 && seen->code() == ASY_E_INVALID);
}

static void test_anything_can_be_thrown() { /* EXC-11 */
  check::world loop;
  auto task = asy::spawn(loop, raise(std::make_exception_ptr(17)));
  CHECK(THROWN(int, loop.run_until_complete(task)) == 17);
  CHECK(task.failure()->message() == "int");
}

static void test_errors_outlive_their_loop_and_thread() { /* EXC-11 */
  std::optional<asy::error> kept;
  {
    check::world loop;
    auto task = asy::spawn(loop, raise(std::make_exception_ptr(own_error(6))));
    CHECK(THROWN(own_error, loop.run_until_complete(task)));
    kept = task.failure();
  }
  std::thread([failure = std::move(*kept)] { CHECK(THROWN(own_error, failure.rethrow())->number == 6); }).join();
}

static void test_causes_are_kept() { /* EXC-10 COMB-12 */
  check::world loop;
  auto failed = asy::wait_for(asy::sleep(loop, 1h), 1s);
  auto seen = THROWN(asy::timeout_error, loop.run_until_complete(failed));
  CHECK(seen && seen->cause() && seen->cause()->code() == ASY_E_CANCELLED);
}

static void test_a_group_is_taken_apart_by_predicate_and_by_class() { /* TG-16 EXC-08 */
  check::world loop;
  auto failing = [](asy::task_group &group) -> asy::task<> {
    group.spawn(raise(std::make_exception_ptr(own_error(1))));
    group.spawn(raise(std::make_exception_ptr(asy::os_error(ASY_E_OS, "disk"))));
    co_return;
  };
  auto nested = [&](asy::task_group &group) -> asy::task<> {
    co_await asy::yield();
    co_await asy::yield();
    (void)group;
    co_await asy::with_group(failing);
  };
  auto seen = THROWN(asy::group_error, loop.run([&]() -> asy::task<> { co_await asy::with_group(nested); }));
  CHECK(seen && seen->children().size() == 1);
  CHECK(seen->contains<own_error>());
  CHECK(seen->contains<asy::os_error>());
  CHECK(!seen->contains<std::bad_alloc>());
  auto halves = seen->split([](const asy::error &e) { return e.code() == ASY_E_OS; });
  CHECK(halves.matching && halves.matching->contains<asy::os_error>() && !halves.matching->contains<own_error>());
  CHECK(halves.rest && halves.rest->contains<own_error>() && !halves.rest->contains<asy::os_error>());
  CHECK(!seen->split([](const asy::error &) { return true; }).rest);
  CHECK(THROWN(std::bad_alloc, (void)seen->split([](const asy::error &) -> bool { throw std::bad_alloc(); })));
  auto outer = asy::group_error::of("outer", {*halves.matching, asy::timeout_error(ASY_E_TIMEOUT, "late")});
  auto late = outer.split([](const asy::error &e) { return e.code() == ASY_E_TIMEOUT; });
  CHECK(late.matching && late.matching->message() == "outer" && late.matching->children().size() == 1);
  CHECK(late.rest && late.rest->children()[0].raw() == halves.matching->raw());  // the same objects, the same nesting
}

static void test_an_error_in_a_callback_is_reported_and_the_loop_goes_on() { /* LOOP-16 FUT-06 */
  check::world loop;
  int later = 0;
  auto done = asy::future<>::pending(loop.raw());
  loop.call_soon([] { throw own_error(1); });
  loop.call_soon([&] { ++later; });
  done.on_done([](const asy::future<> &) { throw own_error(2); });
  done.on_done([&](const asy::future<> &) { ++later; });
  done.set_value();
  loop.settle();
  CHECK(later == 2);
  CHECK(loop.take_reports().size() == 2);
}

static void test_a_report_can_end_the_run_with_the_same_object() { /* LOOP-16 EXC-11 */
  check::world loop;
  loop.set_report_policy(ASY_REPORT_RAISE);
  auto original = std::make_exception_ptr(own_error(12));
  loop.call_soon([=] { std::rethrow_exception(original); });
  bool is_same = false;
  try {
    loop.run_forever();
  } catch (const own_error &) {
    is_same = std::current_exception() == original;
  }
  CHECK(is_same && loop.take_reports().size() == 1);
}

static void test_a_failing_report_hook_is_survived() { /* LOOP-19 */
  check::world loop;
  int calls = 0;
  loop.set_report_hook([&](const asy::error &, const char *) {
    ++calls;
    throw std::runtime_error("the hook");
  });
  loop.call_soon([] { throw own_error(1); });
  loop.call_soon([] { throw own_error(2); });
  loop.settle();
  CHECK(calls == 2);
}

static void test_what_a_destructor_throws_after_co_return_is_the_outcome() { /* EXC-11 */
  struct bomb {
    ~bomb() noexcept(false) { throw own_error(8); }
  };
  check::world loop;
  auto task = asy::spawn(loop, []() -> asy::task<std::string> {
    bomb armed;
    co_return "lost";
  });
  CHECK(THROWN(own_error, loop.run_until_complete(task))->number == 8);
}

static void test_no_exception_is_an_error_of_its_own() { /* EXC-11 */
  check::world loop;
  auto future = asy::future<>::pending(loop.raw());
  future.set_exception(nullptr);
  CHECK(THROWN(asy::error, future.result())->code() == ASY_E_INVALID);
}

int main() {
  return check::run({
      TEST(test_cancelled_is_no_error_and_no_std_exception),
      TEST(test_every_code_has_its_class),
      TEST(test_an_os_error_compares_with_errc),
      TEST(test_an_exception_comes_back_as_the_same_object),
      TEST(test_an_exception_keeps_its_identity_through_a_c_future_and_other_tasks),
      TEST(test_a_foreign_error_passes_through_as_itself),
      TEST(test_a_class_derived_by_the_user_is_not_sliced),
      TEST(test_anything_can_be_thrown),
      TEST(test_errors_outlive_their_loop_and_thread),
      TEST(test_causes_are_kept),
      TEST(test_a_group_is_taken_apart_by_predicate_and_by_class),
      TEST(test_an_error_in_a_callback_is_reported_and_the_loop_goes_on),
      TEST(test_a_report_can_end_the_run_with_the_same_object),
      TEST(test_a_failing_report_hook_is_survived),
      TEST(test_what_a_destructor_throws_after_co_return_is_the_outcome),
      TEST(test_no_exception_is_an_error_of_its_own),
  });
}
