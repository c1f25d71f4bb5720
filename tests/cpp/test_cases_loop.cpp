/* The hard cases of a loop, its callbacks and its end: 21 to 26, 39, 40 of ../cases/README.md.
 *
 * Not here: the second SIGINT (22) ends the process and needs one of its own: test_run.cpp. A done callback (26) is a
 * function object, which is not compared, so none can be removed. A bare generator that is dropped (40) is
 * destroyed where it stands; that a loop closes what a generator_handle began is in test_run.cpp. A busy thread at the
 * end (23, 39) is in ../test_executor_end.c.
 */
#include "cases.hpp"

#include <csignal>
#include <latch>
#include <thread>

using namespace cases;

static void test_the_first_fatal_error_ends_the_run_bare() { /* case 21, TASK-21 LOOP-17 TG-09 */
  check::world loop;
  std::string trail;
  auto fatal = [](const char *text) -> asy::task<> {
    co_await asy::sleep(1ms);
    throw asy::error::fatal(ASY_E_INTERNAL, text);
  };
  auto parent = asy::spawn(loop, [&]() -> asy::task<> {
    co_await asy::with_group([&](asy::task_group &group) -> asy::task<> {
      group.spawn(fatal("first"));
      group.spawn(fatal("second"));
      group.spawn(cleans_up(trail));
      co_return;
    });
  });
  auto seen = THROWN(asy::error, loop.run_until_complete(asy::sleep(loop, 1h)));
  CHECK(seen && seen->is_fatal() && seen->message() == "first" && trail.empty());
  auto end = loop.shutdown();
  for (int runs = 0; runs < 3 && !end.is_done(); ++runs) {
    try {
      loop.run_until_done(end);
    } catch (const asy::error &e) {
      CHECK(e.is_fatal());  // the second one, and the group's
    }
  }
  CHECK(trail == "u" && end.is_done() && parent.failure()->message() == "first");
}

static void test_an_interrupt_that_main_swallows_or_not() { /* case 22, RUN-09 */
  auto main = [](bool swallows) -> asy::task<int> {
    std::raise(SIGINT);
    if (swallows) co_return co_await stubborn(10000ms);
    co_return co_await after(10000ms, 3);
  };
  CHECK(asy::run(main(true), {.interrupt = true}) == 77);
  CHECK(THROWN(asy::interrupted_error, asy::run(main(false), {.interrupt = true})));
}

namespace {
asy::task<> spawns_while_dying(int more, int &ended) {
  try {
    co_await asy::sleep(asy::forever);
  } catch (const asy::cancelled &) {
    ++ended;
    if (more) (void)asy::spawn(spawns_while_dying(more - 1, ended), {.eager = true});
    throw;
  }
}
asy::task<> fails_while_dying() {
  try {
    co_await asy::sleep(asy::forever);
  } catch (const asy::cancelled &) {
    throw std::runtime_error("while dying");
  }
}
asy::task<> never_ends() {
  for (;;) co_await stubborn(1000000ms);
}
}  // namespace

static void test_everything_ends_in_stages() { /* case 23, RUN-02 RUN-04 RUN-06 */
  check::world loop;
  std::string trail;
  int ended = 0;
  auto one = asy::spawn(loop, cleans_up(trail));
  (void)asy::spawn(loop, fails_while_dying());
  (void)asy::spawn(loop, spawns_while_dying(2, ended));
  loop.settle();
  CHECK(loop.run(loop.shutdown()) == 0);
  CHECK(one.is_cancelled() && trail == "u" && ended == 3);
  CHECK(loop.take_reports().size() == 1);
}

static void test_what_does_not_end_is_named_after_the_grace() { /* case 23, RUN-05, W18 */
  check::world loop;
  auto mule = asy::spawn(loop, never_ends(), "mule");
  loop.settle();
  auto start = loop.time();
  CHECK(loop.run(loop.shutdown(100ms)) == 1);
  CHECK(loop.time() - start == 100ms && !mule.is_done());
  auto reports = loop.take_reports();
  CHECK(reports.size() == 1 && reports[0].find("mule") != std::string::npos);
  loop.close();
}

static void test_a_batch_that_queues_cancels_fails_and_stops() { /* case 24, LOOP-07 LOOP-16 HND-01 */
  check::world loop;
  std::string trail;
  int alive = 0;
  asy::handle later;
  auto queue_more = [&] {
    trail += 'q';
    loop.call_soon([&] { trail += '+'; });
  };
  loop.call_soon(queue_more);
  loop.call_soon([&] { later.cancel(); });
  loop.call_soon([] { throw std::runtime_error("a callback"); });
  loop.call_soon([&] { loop.stop(); });
  later = loop.call_soon([&, kept = check::tracked(alive)] { trail += '!'; });
  loop.call_soon(queue_more);
  loop.run_forever();
  CHECK(trail == "qq" && alive == 0 && loop.take_reports().size() == 1);
  loop.settle();
  CHECK(trail == "qq++");
}

static void test_timers_of_one_turn_run_in_deadline_order() { /* case 25, HND-05, D4 */
  check::world loop;
  std::string trail;
  auto letter = [&](char one) { return [&trail, one] { trail += one; }; };
  asy::handle pair[2];
  loop.call_later(5ns, letter('d'));
  for (char one : {'a', 'b', 'c'}) loop.call_later(3ns, letter(one));
  loop.call_later(asy::forever, letter('!'));
  for (int i : {0, 1})
    pair[i] = loop.call_later(7ns, [&, i] {
      trail += i ? '1' : '0';
      pair[!i].cancel();
    });
  loop.advance(2ns);
  loop.settle();
  CHECK(trail.empty());
  loop.advance(1ns);
  loop.settle();
  CHECK(trail == "abc");
  loop.advance(1s);  // late
  loop.settle();
  CHECK(trail == "abcd0" && pair[1].is_cancelled() && loop.next_deadline() >= asy::forever);
}

static void test_done_callbacks_that_add_fail_and_complete() { /* case 26, FUT-04 FUT-06 */
  check::world loop;
  std::string trail;
  auto future = asy::future<>::pending(loop.raw()), other = asy::future<>::pending(loop.raw());
  auto letter = [&](char one) { return [&trail, one](const auto &) { trail += one; }; };
  other.on_done(letter('o'));
  future.on_done([&](const asy::future<> &done) {
    trail += 'A';
    done.on_done(letter('+'));
  });
  future.on_done([](const auto &) { throw std::runtime_error("a callback"); });
  future.on_done([&](const auto &) { other.set_value(); });
  for (int i = 0; i < 2; ++i) future.on_done(letter('x'));
  future.set_value();
  CHECK(trail.empty());
  loop.settle();
  CHECK(trail == "Axx+o" && loop.take_reports().size() == 1);
}

static void test_a_cancelled_job_is_let_go_and_a_queued_one_never_runs() { /* case 39, THR-02 */
  check::world loop(0);  // a virtual clock would not wait for the thread
  std::latch begun(1), open(1);
  bool has_run = false;
  asy::executor pool({.max_threads = 1});
  auto running = pool.run(
      [&] {
        begun.count_down();
        open.wait();
      },
      loop);
  begun.wait();
  auto queued = pool.run([&] { has_run = true; }, loop);
  CHECK(queued.cancel() && running.cancel());
  CHECK(finish(loop, queued) == ASY_E_CANCELLED && finish(loop, running) == ASY_E_CANCELLED);
  open.count_down();
  loop.run(pool.shutdown(asy::forever, loop));
  CHECK(!has_run);
}

static void test_a_call_is_taken_back_by_a_thread_or_ran() { /* case 39, HND-09 */
  check::world loop;
  std::string trail;
  auto ran = loop.cancellable_call_soon_threadsafe([&] { trail += 'r'; });
  loop.settle();
  auto taken = loop.cancellable_call_soon_threadsafe([&] { trail += 't'; });
  std::thread([&] { CHECK(taken.cancel() && !ran.cancel()); }).join();
  loop.settle();
  CHECK(trail == "r");
}

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

int main() {
  return check::run({
      TEST(test_the_first_fatal_error_ends_the_run_bare),
      TEST(test_an_interrupt_that_main_swallows_or_not),
      TEST(test_everything_ends_in_stages),
      TEST(test_what_does_not_end_is_named_after_the_grace),
      TEST(test_a_batch_that_queues_cancels_fails_and_stops),
      TEST(test_timers_of_one_turn_run_in_deadline_order),
      TEST(test_done_callbacks_that_add_fail_and_complete),
      TEST(test_a_cancelled_job_is_let_go_and_a_queued_one_never_runs),
      TEST(test_a_call_is_taken_back_by_a_thread_or_ran),
      TEST(test_a_consumer_breaks_off_or_is_cancelled_in_a_step),
      TEST(test_a_step_and_a_close_during_a_step_are_refused),
      TEST(test_a_yield_inside_a_scope_is_refused),
  });
}
