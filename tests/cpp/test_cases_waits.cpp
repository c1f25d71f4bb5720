/* The hard cases of waits that are limited, gathered or shielded: 2, 3, 13, 14, 18, 19 of ../cases/README.md.
 *
 * Not here: the timeout behind a body's own exception as its cause (19). An asy::error gets it; any other exception
 * passes as the same object, which has no room for it. */
#include "cases.hpp"

using namespace cases;

namespace {
/** What meets in one turn: the future completes (C), the limit passes (T), somebody cancels the waiting task (X). */
struct meeting {
  asy::future<int> awaited, task;
  int refused = 0;
  void happen(char what) {
    if (what == 'X') task.cancel();
    if (what != 'C') return;
    try {
      awaited.set_value(9);
    } catch (const asy::state_error &) {
      ++refused;
    }
  }
};
struct outcome {
  asy_status status;
  int refused;
  std::size_t reports;
  bool operator==(const outcome &) const = default;
};
outcome meet(const std::string &order) {
  check::world loop;
  meeting all;
  all.awaited = asy::future<int>::pending(loop.raw());
  const std::size_t limit = order.find('T');
  loop.call_later(10ms, [&] {  // due with the limit, which passes first
    for (char what : order.substr(limit)) all.happen(what);
  });
  all.task = asy::spawn(loop, [&]() -> asy::task<int> { co_return co_await asy::wait_for(all.awaited, 10ms); });
  loop.settle();
  loop.advance(10ms);
  for (char what : order.substr(0, limit)) all.happen(what);
  asy_status status = finish(loop, all.task);
  return {status, all.refused, loop.take_reports().size()};
}
}  // namespace

static void test_completion_limit_and_cancel_in_one_turn() { /* case 2, COMB-12 COMB-14 COMB-15, D1 */
  CHECK((meet("CT") == outcome{ASY_OK, 0, 0}));
  CHECK((meet("CXT") == outcome{ASY_OK, 0, 1}));
  CHECK((meet("CTX") == outcome{ASY_OK, 0, 1}));
  CHECK((meet("TC") == outcome{ASY_E_TIMEOUT, 1, 0}));
  for (const char *order : {"XT", "TX"}) CHECK((meet(order) == outcome{ASY_E_CANCELLED, 0, 0}));
  for (const char *order : {"XCT", "XTC", "TCX", "TXC"}) CHECK((meet(order) == outcome{ASY_E_CANCELLED, 1, 0}));
}

static void test_a_scope_expires_and_its_task_is_cancelled_in_one_turn() { /* case 3, COMB-18 */
  for (bool cancel_first : {true, false}) {
    check::world loop;
    bool has_expired = false;
    auto task = asy::spawn(loop, [&]() -> asy::task<> {
      co_await asy::with_timeout(10ms, [&](asy::timeout &limit) -> asy::task<> {
        try {
          co_await asy::sleep(1s);
        } catch (const asy::cancelled &) {
          has_expired = limit.is_expired();
          throw;
        }
      });
    });
    if (!cancel_first) loop.call_later(10ms, [&] { task.cancel(); });
    loop.settle();
    loop.advance(10ms);
    if (cancel_first) task.cancel();
    CHECK(finish(loop, task) == ASY_E_CANCELLED);
    CHECK(has_expired && task.cancelling() == 1);
  }
}

namespace {
/** Scopes in each other; the trail tells from the innermost on how each was left. */
asy::task<> nested(std::vector<std::chrono::milliseconds> limits, std::size_t depth, std::string &trail) {
  if (depth == limits.size()) co_await asy::sleep(1s);
  if (depth == limits.size()) co_return;
  try {
    co_await asy::with_timeout(limits[depth], nested(limits, depth + 1, trail));
  } catch (const asy::cancelled &) {
    trail += 'c';
    throw;
  } catch (const asy::timeout_error &) {
    trail += 't';
    throw;
  }
}
}  // namespace

static void test_scopes_that_are_all_past_due() { /* case 18, COMB-19 */
  using limits = std::vector<std::chrono::milliseconds>;
  for (const limits &each : {limits{10ms, 10ms, 10ms}, limits{30ms, 20ms, 10ms}, limits{10ms, 20ms, 30ms}}) {
    check::world loop;
    std::string trail;
    auto task = line_up(loop, nested(each, 0, trail));
    loop.advance(50ms);
    CHECK(finish(loop, task) == ASY_E_TIMEOUT);
    CHECK(trail == "cct" && task.cancelling() == 0);
  }
}

static void test_a_scope_that_is_not_due_lets_the_inner_timeout_pass() { /* case 18, COMB-19 */
  check::world loop;
  std::string trail;
  auto start = loop.time();
  auto task = asy::spawn(loop, nested({100ms, 10ms, 10ms}, 0, trail));
  CHECK(finish(loop, task) == ASY_E_TIMEOUT && loop.time() - start == 10ms);
  CHECK(trail == "ctt" && task.cancelling() == 0);
}

static void test_what_leaves_a_body_after_its_deadline() { /* case 19, COMB-20, W3 */
  check::world loop;
  std::exception_ptr original = boom(), leaves = original;
  auto body = [&]() -> asy::task<> {
    co_await asy::with_timeout(10ms, [&](asy::timeout &limit) -> asy::task<> {
      co_await stubborn(1000ms);
      CHECK(limit.is_expired());
      if (leaves) std::rethrow_exception(leaves);
    });
    CHECK(asy::current_task().cancelling() == 0);
  };
  auto failed = asy::spawn(loop, body());
  CHECK(finish(loop, failed) != ASY_E_TIMEOUT && failed.failure()->exception() == original);
  leaves = std::make_exception_ptr(asy::error(ASY_E_INVALID, "own"));
  auto caused = asy::spawn(loop, body());
  CHECK(finish(loop, caused) == ASY_E_INVALID && caused.failure()->cause()->code() == ASY_E_TIMEOUT);
  leaves = std::make_exception_ptr(asy::group_error::of("both", {asy::error(ASY_E_INVALID, "own")}));
  auto both = asy::spawn(loop, body());
  CHECK(finish(loop, both) == ASY_E_GROUP && both.failure()->children().size() == 1);
  CHECK(loop.take_reports().empty());
  leaves = nullptr;
  CHECK(finish(loop, asy::spawn(loop, body())) == ASY_OK);
  CHECK(loop.take_reports().size() == 1);  // a deadline that was swallowed
}

namespace {
template <class T>
asy::task<T> shielded(asy::future<T> inner) {
  co_return co_await asy::shield(inner);
}
}  // namespace

static void test_a_member_of_a_gather_is_cancelled() { /* case 13, COMB-05 COMB-06 */
  for (bool is_task : {true, false}) {
    check::world loop;
    auto member = is_task ? asy::spawn(loop, after(100ms, 1)) : asy::future<int>::pending(loop.raw());
    auto sibling = asy::spawn(loop, after(9ms, 9));
    auto awaiter = asy::spawn(loop, [&]() -> asy::task<> { co_await asy::gather(member, sibling); });
    auto values = asy::spawn(loop, [&]() -> asy::task<> {
      auto [one, two] = co_await asy::gather(asy::return_errors, member, sibling);
      CHECK(one.failure()->code() == ASY_E_CANCELLED && two.get() == 9);
    });
    loop.settle();
    member.cancel();
    CHECK(finish(loop, awaiter) == ASY_E_CANCELLED && awaiter.cancelling() == 0);
    CHECK(!sibling.is_done() && finish(loop, sibling) == ASY_OK && finish(loop, values) == ASY_OK);
  }
}

static void test_a_gather_is_cancelled_and_its_members_swallow_it() { /* case 13, COMB-07 TASK-12 */
  for (bool are_values : {true, false}) {
    check::world loop;
    auto one = asy::spawn(loop, stubborn(50ms)), two = asy::spawn(loop, stubborn(60ms));
    auto awaiter = asy::spawn(loop, [&]() -> asy::task<> {
      if (are_values) co_await asy::gather(asy::return_errors, one, two);
      else co_await asy::gather(one, two);
    });
    loop.settle();
    awaiter.cancel();
    CHECK(finish(loop, awaiter) == ASY_E_CANCELLED && awaiter.cancelling() == 1);
    CHECK(one.is_done() && one.result() == 77 && two.is_done() && two.result() == 77);
  }
}

static void test_a_gather_is_cancelled_after_a_member_finished() { /* case 13, COMB-07 */
  check::world loop;
  auto early = asy::spawn(loop, after(1ms, 1)), late = asy::spawn(loop, after(100ms, 2));
  auto all = asy::gather(early, late);
  finish(loop, asy::sleep(loop, 5ms));
  CHECK(all.cancel() && finish(loop, all) == ASY_E_CANCELLED && all.is_cancelled());
  CHECK(!all.cancel() && early.result() == 1 && late.is_cancelled());
}

static void test_what_is_shielded_runs_on() { /* case 14, COMB-22 COMB-24 */
  check::world loop;
  auto inner = asy::spawn(loop, after(50ms, 1));
  auto awaiter = line_up(loop, shielded(inner));
  awaiter.cancel();
  CHECK(finish(loop, awaiter) == ASY_E_CANCELLED);
  CHECK(!inner.is_done() && inner.cancelling() == 0 && finish(loop, inner) == ASY_OK);
}

static void test_a_late_error_behind_a_shield_is_told_once() { /* case 14, COMB-23 */
  for (bool is_kept : {true, false}) {
    check::world loop;
    auto failing = asy::spawn(loop, fail_after(10ms));
    auto awaiter = line_up(loop, shielded(failing));
    awaiter.cancel();
    if (!is_kept) failing = {};
    CHECK(finish(loop, awaiter) == ASY_E_CANCELLED);
    finish(loop, asy::sleep(loop, 50ms));
    CHECK(loop.take_reports().size() == 1);
    if (is_kept) CHECK(failing.failure());
    failing = {};
    CHECK(loop.take_reports().empty());
  }
}

static void test_a_limit_around_a_shield_leaves_what_is_inside() { /* case 14, COMB-24 */
  check::world loop;
  auto inner = asy::spawn(loop, after(50ms, 1));
  auto limited =
      asy::spawn(loop, [=]() -> asy::task<int> { co_return co_await asy::with_timeout(10ms, asy::shield(inner)); });
  CHECK(finish(loop, limited) == ASY_E_TIMEOUT && !inner.is_done());
  CHECK(finish(loop, inner) == ASY_OK && inner.result() == 1);
}

static void test_what_is_shielded_is_cancelled_or_done() { /* case 14, COMB-22 */
  check::world loop;
  auto inner = asy::spawn(loop, after(50ms, 1));
  auto awaiter = line_up(loop, shielded(inner));
  inner.cancel();
  CHECK(finish(loop, awaiter) == ASY_E_CANCELLED && awaiter.cancelling() == 0);
  auto done = asy::future<int>::done(loop.raw(), 1);
  CHECK(asy::shield(done).raw() == done.raw());
}

int main() {
  return check::run({
      TEST(test_completion_limit_and_cancel_in_one_turn),
      TEST(test_a_scope_expires_and_its_task_is_cancelled_in_one_turn),
      ANY_ORDER(test_scopes_that_are_all_past_due),
      ANY_ORDER(test_a_scope_that_is_not_due_lets_the_inner_timeout_pass),
      ANY_ORDER(test_what_leaves_a_body_after_its_deadline),
      ANY_ORDER(test_a_member_of_a_gather_is_cancelled),
      ANY_ORDER(test_a_gather_is_cancelled_and_its_members_swallow_it),
      ANY_ORDER(test_a_gather_is_cancelled_after_a_member_finished),
      ANY_ORDER(test_what_is_shielded_runs_on),
      ANY_ORDER(test_a_late_error_behind_a_shield_is_told_once),
      ANY_ORDER(test_a_limit_around_a_shield_leaves_what_is_inside),
      ANY_ORDER(test_what_is_shielded_is_cancelled_or_done),
  });
}
