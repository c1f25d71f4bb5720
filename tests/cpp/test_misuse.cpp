/* Calls that do not fit the state of things: state_error, with a sentence that says why or what to do. */
#include "check.hpp"

namespace {

/** Whether a call is refused with a text of its own, and not with what #ASY_E_STATE means in general. */
template <class F>
bool is_explained(F call) {
  try {
    call();
  } catch (const asy::state_error &e) {
    return e.message() != asy_status_text(ASY_E_STATE);
  } catch (const asy::error &) {}
  return false;
}

asy::task<int> one() { co_return 1; }

}  // namespace

static void test_a_coroutine_that_is_gone_is_not_spawned() { /* CORO-04 */
  check::world loop;
  auto gone = [] { return asy::task<int>(); };
  CHECK(is_explained([&] { asy::spawn(loop, gone()).result(); }));
  CHECK(is_explained([&] { asy::spawn(loop, gone(), {.name = "nobody"}).result(); }));
  CHECK(is_explained([&] { asy::spawn_threadsafe(loop, gone()); }));
  CHECK(is_explained([&] { asy::run(gone()); }));
  CHECK(is_explained([&] { loop.run([&]() -> asy::task<> { co_await asy::gather(gone(), one()); }); }));
  CHECK(is_explained([&] { loop.run([&]() -> asy::task<> { co_await asy::wait_for(gone(), 1s); }); }));
  CHECK(is_explained([&] { loop.run([&]() -> asy::task<> { co_await asy::with_timeout(1s, gone()); }); }));
}

static void test_scopes_are_entered_in_a_task_and_left_once() { /* COMB-16 TG-01 */
  CHECK(is_explained([] { asy::timeout outside(1s); }));
  CHECK(is_explained([] { asy::task_group outside; }));
  check::world loop;
  loop.run([]() -> asy::task<> {
    asy::timeout limit(1s);
    limit.exit();
    CHECK(is_explained([&] { limit.exit(); }));
    CHECK(is_explained([&] { limit.reschedule(1s); }));
    CHECK(is_explained([&] { limit.reschedule_at(1s); }));
    asy::task_group group;
    co_await group.exit();
    CHECK(is_explained([&] { group.spawn(one()); }));
  });
}

static void test_outcomes_are_given_once() { /* FUT-01 */
  check::world loop;
  auto future = asy::future<int>::done(loop.raw(), 1);
  CHECK(is_explained([&] { future.set_value(2); }));
  CHECK(is_explained([&] { future.set_error(asy::error(ASY_E_INVALID)); }));
  CHECK(is_explained([&] { future.set_cancelled(); }));
  asy::promise<int> promise(loop);
  promise.set_value(1);
  CHECK(is_explained([&] { promise.set_value(2); }));
  CHECK(is_explained([&] { promise.set_exception(std::make_exception_ptr(3)); }));
}

static void test_what_was_not_taken_is_not_given_back() { /* SYNC-01 SYNC-10 SYNC-19 Q-08 */
  check::world loop;
  loop.run([]() -> asy::task<> {
    asy::lock lock, owned({}, ASY_LOCK_OWNED);
    CHECK(is_explained([&] { lock.release(); }));
    auto guard = co_await owned.scoped();
    CHECK(is_explained([&] { owned.try_acquire(); }));
    asy::condition changed;
    CHECK(is_explained([&] { changed.notify(); }));
    CHECK(is_explained([&] { changed.notify_all(); }));
    CHECK(is_explained([&] { asy::semaphore::bounded(1).release(); }));
    CHECK(is_explained([&] { asy::queue<int>().task_done(); }));
  });
}

static void test_contexts_are_entered_and_tokens_reset_once() { /* CTX-02 */
  asy::context_var<int> number("number");
  asy::context context = asy::context::empty();
  context.run([&] {
    CHECK(is_explained([&] { context.run([] {}); }));
    auto token = number.set(1);
    token.reset();
    CHECK(is_explained([&] { token.reset(); }));
  });
}

static void test_a_loop_that_runs_is_neither_run_nor_closed_nor_given_away() { /* LOOP-05 LOOP-08 LOOP-14 */
  check::world loop;
  loop.run([&]() -> asy::task<> {
    CHECK(is_explained([&] { loop.run_forever(); }));
    CHECK(is_explained([&] { loop.step(0ns); }));
    CHECK(is_explained([&] { loop.close(); }));
    CHECK(is_explained([&] { loop.release(); }));
    co_return;
  });
  auto never = asy::future<>::pending(loop.raw());
  loop.stop();
  CHECK(is_explained([&] { loop.run_until_complete(never); }));
  CHECK(is_explained([] { check::world(0).advance(1s); }));
}

int main() {
  return check::run({
      TEST(test_a_coroutine_that_is_gone_is_not_spawned),
      TEST(test_scopes_are_entered_in_a_task_and_left_once),
      TEST(test_outcomes_are_given_once),
      TEST(test_what_was_not_taken_is_not_given_back),
      TEST(test_contexts_are_entered_and_tokens_reset_once),
      TEST(test_a_loop_that_runs_is_neither_run_nor_closed_nor_given_away),
  });
}
