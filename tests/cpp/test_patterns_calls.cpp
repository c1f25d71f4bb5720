/* The edges of the patterns about single calls: examples/patterns. */
#include "check.hpp"

#include "breaker.hpp"
#include "chunks.hpp"
#include "gate.hpp"
#include "redundant.hpp"
#include "retry.hpp"
#include "token.hpp"
#include "toy_loop.hpp"

namespace {

struct busy : std::runtime_error {
  busy() : runtime_error("busy") {}
};

/** A server that fails so many times at first. */
struct server {
  int calls = 0, fail_first = 0;
  std::vector<std::chrono::nanoseconds> at{};
  asy::task<int> call() {
    at.push_back(asy::loop_ref().time());
    if (calls++ < fail_first) throw busy();
    co_return calls;
  }
};

asy::task<int> after(std::chrono::milliseconds delay, int result) {
  co_await asy::sleep(delay);
  if (result < 0) throw busy();
  co_return result;
}

}  // namespace

static void test_pauses_double_up_to_the_cap_and_end_with_a_success() { /* ECO-01 */
  check::world loop;
  server s{.fail_first = 5};
  loop.run(
      [&]() -> asy::task<> { co_await retry({.attempts = 10, .base = 10ns, .cap = 50ns}, [&] { return s.call(); }); });
  std::vector<std::chrono::nanoseconds> pauses;
  for (std::size_t i = 1; i < s.at.size(); ++i) pauses.push_back(s.at[i] - s.at[i - 1]);
  CHECK((pauses == std::vector<std::chrono::nanoseconds>{10ns, 20ns, 40ns, 50ns, 50ns}));
}

static void test_attempts_a_predicate_and_a_deadline_end_it() { /* ECO-01 */
  check::world loop;
  auto calls = [&](retry_policy policy) {
    server s{.fail_first = 99};
    auto body = [&]() -> asy::task<> { co_await retry(policy, [&] { return s.call(); }); };
    CHECK(THROWN(busy, loop.run_until_complete(body())));
    return s.calls;
  };
  auto refuse = [](const std::exception &e) { return !dynamic_cast<const busy *>(&e); };
  CHECK(calls({.attempts = 3, .base = 10ns, .cap = 50ns}) == 3);
  CHECK(calls({.attempts = 3, .base = 10ns, .cap = 50ns, .is_retryable = refuse}) == 1);
  CHECK(calls({.attempts = 9, .base = 10ns, .cap = 50ns, .deadline = 35ns}) == 3);
  auto start = loop.time();
  calls({.attempts = 6, .base = 10ns, .cap = 50ns, .seed = 42});
  CHECK(loop.time() - start < 170ns);  // a part of each pause
}

static void test_a_cancel_is_not_tried_again_and_ends_a_pause() { /* ECO-01 COMB-01 */
  check::world loop;
  server s{.fail_first = 99};
  auto pausing = asy::spawn(
      loop, [&]() -> asy::task<> { co_await retry({.attempts = 9, .base = 1h, .cap = 1h}, [&] { return s.call(); }); });
  loop.settle();
  pausing.cancel();
  CHECK(THROWN(asy::cancelled, loop.run_until_complete(pausing)) && s.calls == 1);
}

static void test_failures_in_a_row_open_the_circuit() { /* ECO-02 */
  check::world loop;
  loop.run([&]() -> asy::task<> {
    breaker circuit(2, 1s);
    server s{.fail_first = 3};
    auto use = [&]() -> asy::task<std::string> {
      try {
        co_await circuit.call([&] { return s.call(); });
        co_return "ok";
      } catch (const busy &) {
        co_return "busy";
      } catch (const circuit_open &) {
        co_return "open";
      }
    };
    auto expect = [&](std::string wanted) -> asy::task<> {
      auto got = co_await use();
      CHECK(got == wanted);
    };
    for (auto wanted : {"busy", "busy", "open", "open"}) co_await expect(wanted);
    CHECK(s.calls == 2);
    co_await asy::sleep(1s);
    for (auto wanted : {"busy", "open"}) co_await expect(wanted);  // the trial opens it again
    co_await asy::sleep(1s);
    for (auto wanted : {"ok", "ok"}) co_await expect(wanted);
  });
}

static void test_trials_are_limited_and_a_cancel_counts_neither_way() { /* ECO-02 */
  check::world loop;
  loop.run([&]() -> asy::task<> {
    breaker circuit(1, 1s);
    auto slow = [&](std::chrono::milliseconds delay, int result) {
      return asy::spawn(
          [&circuit, delay, result]() -> asy::task<> { co_await circuit.call([&] { return after(delay, result); }); });
    };
    auto first = slow(0ms, -1);
    co_await asy::sleep(1s);
    CHECK(THROWN(busy, first.result()));
    auto trial = slow(100ms, 1), second = slow(0ms, 1);
    co_await asy::sleep(1ms);
    CHECK(THROWN(circuit_open, second.result()));
    trial.cancel();
    co_await asy::sleep(1ms);
    CHECK(trial.is_cancelled());
    auto next = slow(0ms, 1);  // still half open, and free again
    co_await asy::sleep(1ms);
    next.result();
  });
}

static void test_what_began_before_it_opened_decides_nothing() { /* ECO-02 */
  check::world loop;
  loop.run([&]() -> asy::task<> {
    breaker circuit(1, 1s);
    auto call = [&](std::chrono::milliseconds delay, int result) {
      return asy::spawn(
          [&circuit, delay, result]() -> asy::task<> { co_await circuit.call([&] { return after(delay, result); }); });
    };
    auto good = call(10ms, 1), bad = call(600ms, -1), opens = call(0ms, -1);
    co_await asy::sleep(500ms);
    CHECK(THROWN(busy, opens.result()));
    good.result();
    auto refused = call(0ms, 1);
    co_await asy::sleep(500ms);
    CHECK(THROWN(circuit_open, refused.result()));
    CHECK(THROWN(busy, bad.result()));
    auto trial = call(0ms, 1);  // the pause is over, and was not prolonged
    co_await asy::sleep(1ms);
    trial.result();
  });
}

static void test_the_first_answer_wins_and_the_losers_have_ended() { /* ECO-16 */
  check::world loop;
  auto start = loop.time();
  loop.run([&]() -> asy::task<> {
    std::vector<asy::task<int>> servers;
    servers.push_back(after(1ms, -1));
    servers.push_back(after(50ms, 50));
    servers.push_back(after(10ms, 10));
    CHECK(co_await first_answer(std::move(servers)) == 10);
    CHECK(asy::loop_ref().task_count() == 1);
  });
  CHECK(loop.time() - start == 10ms);
  loop.run([&]() -> asy::task<> {
    std::vector<asy::task<int>> servers;
    servers.push_back(after(1ms, -1));
    try {
      co_await first_answer(std::move(servers));
      CHECK(false);
    } catch (const asy::group_error &e) {
      CHECK(e.contains<busy>());
    }
  });
}

static void test_many_that_find_the_token_too_old_refresh_it_once() { /* ECO-17 SYNC-07 */
  check::world loop;
  int refreshed = 0;
  auto refresh = [&]() -> asy::task<int> {
    co_await asy::sleep(5ms);
    if (++refreshed == 2) throw busy();
    co_return refreshed;
  };
  loop.run([&]() -> asy::task<> {
    token tokens(100ms, refresh);
    auto [one, two, three] = co_await asy::gather(tokens.get(), tokens.get(), tokens.get());
    CHECK(one == 1 && two == 1 && three == 1 && refreshed == 1);
    co_await asy::sleep(100ms);
    auto [failed, next] = co_await asy::gather(asy::return_errors, tokens.get(), tokens.get());
    CHECK(failed.failure() && next.get() == 3);  // the next one tries again
  });
}

static void test_a_gate_holds_all_until_it_opens_or_fails() { /* ECO-18 */
  check::world loop;
  loop.run([]() -> asy::task<> {
    gate start, failing;
    auto worker = asy::spawn([&]() -> asy::task<> { co_await start.wait(); });
    auto leaving = asy::spawn([&]() -> asy::task<> { co_await start.wait(); });
    co_await asy::sleep(1ms);
    leaving.cancel();
    co_await asy::sleep(1ms);
    CHECK(leaving.is_cancelled() && !worker.is_done());
    start.open();
    co_await worker;
    co_await start.wait();  // nobody after
    failing.fail(asy::timeout_error(ASY_E_TIMEOUT, "no database"));
    CHECK(THROWN(asy::timeout_error, failing.wait().result()));
  });
}

static void test_others_have_a_turn_after_each_chunk() { /* ECO-19 */
  check::world loop;
  std::string order;
  loop.run([&]() -> asy::task<> {
    auto computing = asy::spawn(in_chunks(6, 2, [&](std::size_t) { order += 'c'; }));
    auto other = asy::spawn([&]() -> asy::task<> {
      for (int i = 0; i < 3; ++i) {
        order += 'o';
        co_await asy::yield();
      }
    });
    co_await computing;
    co_await other;
    auto cut = asy::spawn(in_chunks(1000, 2, [&](std::size_t) {}));
    co_await asy::yield();
    cut.cancel();  // between two chunks
    co_await asy::sleep(1ms);
    CHECK(cut.is_cancelled());
  });
  CHECK(order == "ccoccocco");
}

static void test_a_toy_loop_runs_jobs_beside_libasyncs() { /* ECO-20 */
  check::world loop;
  toy_loop toy;
  std::string order;
  auto start = loop.time();
  toy.call_at(start + 3ms, [&] { order += 'c'; });
  toy.call_at(start + 1ms, [&] {
    order += 'a';
    toy.call_at(0ns, [&] { order += 'A'; });  // a job may queue jobs
  });
  auto task = asy::spawn(loop, [&]() -> asy::task<> {
    co_await asy::sleep(2ms);
    order += 'b';
  });
  toy.run(loop);
  CHECK(order == "aAbc" && task.is_done() && loop.time() - start == 3ms);
}

int main() {
  return check::run({
      TEST(test_pauses_double_up_to_the_cap_and_end_with_a_success),
      TEST(test_attempts_a_predicate_and_a_deadline_end_it),
      TEST(test_a_cancel_is_not_tried_again_and_ends_a_pause),
      TEST(test_failures_in_a_row_open_the_circuit),
      TEST(test_trials_are_limited_and_a_cancel_counts_neither_way),
      TEST(test_what_began_before_it_opened_decides_nothing),
      TEST(test_the_first_answer_wins_and_the_losers_have_ended),
      TEST(test_many_that_find_the_token_too_old_refresh_it_once),
      TEST(test_a_gate_holds_all_until_it_opens_or_fails),
      TEST(test_others_have_a_turn_after_each_chunk),
      TEST(test_a_toy_loop_runs_jobs_beside_libasyncs),
  });
}
