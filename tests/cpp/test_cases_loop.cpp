/* The hard cases of a loop, its callbacks and its end: 21 to 26 of ../cases/README.md.
 *
 * Not here: the second SIGINT (22) ends the process and needs one of its own: test_run.cpp. A done callback (26) is a
 * function object, which is not compared, so none can be removed.
 */
#include "cases.hpp"

#include <unistd.h>
#include <csignal>
#include <latch>

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

static void test_another_cancel_beside_the_interrupt_makes_it_a_cancel() { /* case 22, RUN-10 */
  auto main = []() -> asy::task<> {
    asy::current_task().cancel("another");
    std::raise(SIGINT);
    CHECK(co_await stubborn(0ms) == 77);  // the loop hears of the signal
    co_await asy::sleep(10s);
  };
  CHECK(THROWN(asy::cancelled, asy::run(main(), {.interrupt = true})));
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
  std::string trail;
  auto mule = asy::spawn(loop, never_ends(), "mule");
  auto other = asy::spawn(loop, cleans_up(trail));
  loop.settle();
  auto start = loop.time();
  CHECK(loop.run(loop.shutdown(100ms)) == 1);
  CHECK(loop.time() - start == 100ms && !mule.is_done() && trail == "u" && other.is_cancelled());
  auto reports = loop.take_reports();
  CHECK(reports.size() == 1 && reports[0].find("mule") != std::string::npos);
  loop.close();
}

static void test_generators_and_busy_threads_end_after_the_tasks() { /* case 23, RUN-02 RUN-03 */
  check::world loop(0);                                              // a virtual clock would not wait for the thread
  std::string trail;
  std::latch begun(1), open(1);
  auto cleans = [](std::string &to) -> asy::generator<int> {
    try {
      co_yield 1;
    } catch (const asy::generator_exit &) {}
    co_await asy::yield();
    to += 'g';
  };
  asy::generator_handle<int> items(cleans(trail), loop);
  CHECK(loop.run([&]() -> asy::task<int> { co_return *co_await items.next(); }) == 1);
  auto job = asy::executor().run(
      [&] {
        begun.count_down();
        open.wait();
      },
      loop);
  begun.wait();
  auto task = asy::spawn(loop, cleans_up(trail));
  loop.settle();
  auto end = loop.shutdown();
  while (trail != "ug") loop.step(1ms);
  loop.settle();
  CHECK(task.is_cancelled() && !end.is_done());  // the thread is busy
  open.count_down();
  CHECK(loop.run(end) == 0);
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

namespace {
/** The trail of a turn in which two descriptors are readable and a timer is due while something is queued. */
std::string full_turn(std::uint32_t flags) {
  check::world loop(ASY_LOOP_VIRTUAL_CLOCK | flags);
  std::string trail;
  auto letter = [&](char one) { return [&trail, one] { trail += one; }; };
  std::vector<asy::watch> watches;
  int ends[2][2];
  for (int i : {0, 1}) {
    CHECK(pipe(ends[i]) == 0 && write(ends[i][1], i ? "j" : "i", 1) == 1);
    watches.emplace_back(
        ends[i][0], ASY_WATCH_READABLE,
        [&, fd = ends[i][0]](std::uint32_t) {
          char one = 0;
          if (read(fd, &one, 1) == 1) trail += one;
          loop.call_soon(letter(one == 'i' ? '1' : '2'));
        },
        loop);
  }
  loop.call_later(1ns, letter('t'));
  loop.advance(2ns);
  loop.call_soon(letter('q'));
  loop.settle();
  watches.clear();
  for (auto &both : ends)
    for (int end : both) close(end);
  return trail;
}
}  // namespace

static void test_what_io_made_ready_runs_before_the_next_descriptors() { /* case 24, LOOP-01, D12 */
  std::string trail = full_turn(0);
  CHECK(trail == "iq1j2t" || trail == "jq2i1t");
}

static void test_without_draining_a_turn_is_queued_then_io_then_timers() { /* case 24, LOOP-01 */
  std::string trail = full_turn(ASY_LOOP_NO_DRAIN);
  CHECK(trail == "ijq12t" || trail == "ijqt12" || trail == "jiqt21");
}

static void test_a_late_loop_with_many_cancelled_timers() { /* case 25, HND-06 HND-07 */
  check::world loop;
  int kept = 0, alive = 0;
  std::vector<asy::handle> handles;
  for (int i = 0; i < 1000; ++i)
    handles.push_back(
        loop.call_later(std::chrono::nanoseconds(1000 - i), [&, held = check::tracked(alive)] { ++kept; }));
  for (std::size_t i = 0; i < handles.size(); ++i)
    if (i % 100) handles[i].cancel();
  CHECK(alive == 10);  // what they held went at once
  loop.advance(1s);
  loop.settle();
  CHECK(kept == 10 && alive == 0 && loop.next_deadline() == asy::forever);
}

static void test_a_deadline_is_never_early_and_none_is_behind_what_is_ready() { /* case 25, HND-04 HND-05 */
  check::world loop;
  std::string trail;
  std::chrono::nanoseconds start = loop.time(), ran{};
  loop.call_soon([&] { trail += 's'; });
  loop.call_later(-1h, [&] { trail += 'z'; });
  loop.call_later(1500ns, [&] { ran = loop.time(); });
  loop.call_at(start + 1499ns, [&] { trail += 'a'; });
  loop.settle();
  CHECK(trail == "sz");
  loop.run(asy::sleep(loop, 1ms));
  CHECK(trail == "sza" && ran - start == 1500ns);  // nanoseconds, not libuv's milliseconds
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
  future.on_done(letter('l'));  // late
  CHECK(trail == "Axx+o");
  loop.settle();
  CHECK(trail == "Axx+ol");
}

int main() {
  return check::run({
      TEST(test_the_first_fatal_error_ends_the_run_bare),
      TEST(test_an_interrupt_that_main_swallows_or_not),
      TEST(test_another_cancel_beside_the_interrupt_makes_it_a_cancel),
      ANY_ORDER(test_everything_ends_in_stages),
      ANY_ORDER(test_what_does_not_end_is_named_after_the_grace),
      TEST(test_generators_and_busy_threads_end_after_the_tasks),
      TEST(test_a_batch_that_queues_cancels_fails_and_stops),
      TEST(test_what_io_made_ready_runs_before_the_next_descriptors),
      TEST(test_without_draining_a_turn_is_queued_then_io_then_timers),
      TEST(test_a_late_loop_with_many_cancelled_timers),
      TEST(test_a_deadline_is_never_early_and_none_is_behind_what_is_ready),
      TEST(test_timers_of_one_turn_run_in_deadline_order),
      TEST(test_done_callbacks_that_add_fail_and_complete),
  });
}
