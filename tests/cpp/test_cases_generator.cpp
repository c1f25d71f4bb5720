/* The hard case of generators: 40 of ../cases/README.md. A bare one is dropped as any C++ object, at once; a handle is
 * closed by the loop. */
#include "cases.hpp"

using namespace cases;

namespace {
asy::generator<int> numbers(std::string &trail) {
  try {
    for (int i = 0;; ++i) {
      co_await asy::sleep(10ms);
      co_yield i;
    }
  } catch (const asy::generator_exit &) {
    trail += 'u';
  } catch (const asy::cancelled &) {
    trail += 'c';
    throw;
  }
}
asy::generator<int> yields_in_a_scope() {
  asy::timeout limit(1s);
  co_yield 1;
}
asy::task<int> step(asy::generator<int> &items) { co_return (co_await items.next()).value_or(-1); }
asy::task<> close(asy::generator<int> &items) { co_await items.close(); }
asy::generator<int> fails_to_clean_up() {
  try {
    co_yield 0;
  } catch (const asy::generator_exit &) {
    throw std::runtime_error("in the clean-up");
  }
}
}  // namespace

static void test_a_consumer_breaks_off_or_is_cancelled_in_a_step() { /* case 40, AGEN-04 AGEN-06 AGEN-09 */
  check::world loop;
  std::string trail;
  loop.run(asy::for_each(numbers(trail), [](int item) { return item < 1; }));
  CHECK(trail == "u");
  auto items = numbers(trail);
  auto consumer = line_up(loop, step(items));
  consumer.cancel();
  CHECK(finish(loop, consumer) == ASY_E_CANCELLED && trail == "uc");
}

static void test_a_step_and_a_close_during_a_step_are_refused() { /* case 40, AGEN-03 */
  check::world loop;
  std::string trail;
  auto items = numbers(trail);
  auto first = line_up(loop, step(items));
  CHECK(finish(loop, asy::spawn(loop, step(items))) == ASY_E_BUSY);
  CHECK(finish(loop, asy::spawn(loop, close(items))) == ASY_E_BUSY);
  CHECK(finish(loop, first) == ASY_OK && first.result() == 0);
  CHECK(finish(loop, asy::spawn(loop, close(items))) == ASY_OK && trail == "u");
}

static void test_a_yield_inside_a_scope_is_refused() { /* case 40, AGEN-10 */
  check::world loop;
  auto items = yields_in_a_scope();
  CHECK(finish(loop, asy::spawn(loop, step(items))) == ASY_E_STATE);
}

static void test_the_loop_closes_a_handle_that_nobody_holds() { /* case 40, AGEN-05 */
  check::world loop;
  std::string trail;
  loop.run([&]() -> asy::task<> {
    asy::generator_handle<int> items(numbers(trail));
    CHECK(co_await items.next() == 0);
    items = {};
    CHECK(trail.empty());  // later, by the loop
    co_await asy::sleep(1s);
  });
  CHECK(trail == "u");
}

static void test_a_failure_of_one_that_nobody_closes_is_told_once() { /* case 40, AGEN-05 AGEN-07 */
  for (bool survives : {true, false}) {
    check::world loop;
    loop.run([&]() -> asy::task<> {
      asy::generator_handle<int> items(fails_to_clean_up());
      CHECK(co_await items.next() == 0);
      if (survives) CHECK((co_await asy::close_generators()).size() == 1);
      items = {};
      co_await asy::sleep(1s);
    });
    auto reports = loop.take_reports();
    CHECK(reports.size() == 1 && reports[0].find("in the clean-up") != std::string::npos);
  }
}

int main() {
  return check::run({
      ANY_ORDER(test_a_consumer_breaks_off_or_is_cancelled_in_a_step),
      ANY_ORDER(test_a_step_and_a_close_during_a_step_are_refused),
      ANY_ORDER(test_a_yield_inside_a_scope_is_refused),
      ANY_ORDER(test_the_loop_closes_a_handle_that_nobody_holds),
      ANY_ORDER(test_a_failure_of_one_that_nobody_closes_is_told_once),
  });
}
