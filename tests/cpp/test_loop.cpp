/* A loop of one's own: running, its clock, reports, its end. */
#include "check.hpp"

#include <sys/wait.h>
#include <unistd.h>
#include <functional>
#include <latch>
#include <thread>

static void test_callbacks_run_once_each_in_their_order_and_starve_nobody() { /* LOOP-02 */
  check::world loop;
  std::string trail;
  int again = 0;
  std::function<void()> requeue = [&] {
    if (++again < 100) loop.call_soon(requeue);
  };
  loop.call_soon(requeue);
  for (char one : {'a', 'b', 'c'}) loop.call_soon([&trail, one] { trail += one; });
  loop.call_later(0ns, [&] { trail += again < 100 ? 't' : '!'; });
  loop.run(asy::sleep(loop, 1ms));
  CHECK(trail == "abct" && again == 100);
}

static void test_an_idle_loop_waits_for_another_thread() { /* LOOP-04 LOOP-05 */
  check::world loop(0);
  bool was_running = false;
  std::latch begun(1);
  std::thread other([&] {
    begun.wait();
    loop.call_soon_threadsafe([&] {
      was_running = loop.is_running();
      CHECK(THROWN(asy::state_error, loop.run_forever()));
      loop.stop();
    });
  });
  loop.call_soon([&] { begun.count_down(); });
  loop.run_forever();
  other.join();
  CHECK(was_running && !loop.is_running());
}

static void test_a_loop_is_current_where_it_runs_and_only_then() { /* LOOP-05 LOOP-11 */
  check::world loop, second;
  asy_loop *elsewhere = loop.raw();
  loop.call_soon([&] {
    CHECK(asy::loop_ref().raw() == loop.raw());
    CHECK(THROWN(asy::state_error, second.run_forever()));  // one at a time on a thread
    std::thread([&] { elsewhere = asy::loop_ref().raw(); }).join();
    throw std::runtime_error("out of the run");
  });
  loop.set_report_policy(ASY_REPORT_RAISE);
  CHECK(THROWN(std::runtime_error, loop.run_forever()));
  CHECK(!elsewhere && !asy::loop_ref().raw() && !loop.is_running() && loop.take_reports().size() == 1);
}

static void test_time_goes_on_within_a_callback() { /* LOOP-10 */
  check::world loop(0);
  loop.call_soon([&] {
    auto before = loop.time();
    while (loop.time() == before) {}
    CHECK(loop.time() > before);
  });
  loop.settle();
}

static void test_reports_go_to_the_hook_with_what_happened() { /* LOOP-18 */
  int alive = 0;
  {
    asy::loop loop;
    std::string told;
    std::exception_ptr seen;
    loop.set_report_hook([&, kept = check::tracked(alive)](const asy::error &what, const char *where) {
      told += where;
      seen = what.exception();
    });
    loop.report(asy::error(ASY_E_BUSY, "own"), "while testing");
    CHECK(told == "while testing");
    auto original = std::make_exception_ptr(std::out_of_range("own"));
    loop.call_soon([=] { std::rethrow_exception(original); });
    loop.step(0ns);
    CHECK(seen == original);
    loop.set_report_hook([&, kept = check::tracked(alive)](const asy::error &, const char *) { told = "second"; });
    CHECK(alive == 1);
    loop.report(asy::error(ASY_E_BUSY), "again");
    CHECK(told == "second");
  }
  CHECK(alive == 0);
}

static void test_a_forked_child_is_refused_and_runs_a_loop_of_its_own() { /* LOOP-22 */
  check::world loop;
  auto pending = asy::future<>::pending(loop.raw());
  pid_t child = 0;
  loop.call_soon([&] {
    child = fork();
    if (child) return;
    auto refused = THROWN(asy::error, loop.call_soon([] {}));
    bool is_right = refused && refused->code() == ASY_E_FORKED && !asy::loop_ref().raw();
    is_right = is_right && asy::run([]() -> asy::task<int> {
                             co_await asy::sleep(1ms);
                             co_return 5;
                           }) == 5;
    _exit(is_right ? 0 : 1);
  });
  loop.settle();
  int status = -1;
  CHECK(waitpid(child, &status, 0) == child && status == 0 && !pending.is_done());
}

static void test_the_end_of_a_loop_object_closes_it_and_says_what_was_open() { /* LOOP-23 */
  int alive = 0;
  auto reports = std::make_shared<std::vector<std::string>>();
  asy::future<int> task;
  asy::future<> pending;
  {
    asy::loop loop;
    loop.set_report_hook([=](const asy::error &, const char *what) { reports->emplace_back(what); });
    auto body = [](check::tracked) -> asy::task<int> {
      co_await asy::sleep(1h);
      co_return 1;
    };
    task = asy::spawn(loop, body(check::tracked(alive)), "left");
    pending = asy::future<>::pending(loop.raw());
    loop.call_later(1h, [kept = check::tracked(alive)] {});
    loop.step(0ns);
    CHECK(alive == 2);
  }
  CHECK(alive == 0 && task.is_done() && pending.is_done());
  CHECK(reports->size() == 1 && reports->front().find("left") != std::string::npos);
}

static void test_its_state_is_told_on_any_thread() { /* LOOP-27 */
  check::world loop(0);
  bool seen[3] = {};
  auto ask = [&](bool &running, bool &closed) {
    std::thread([&] {
      running = loop.is_running();
      closed = loop.is_closed();
    }).join();
  };
  bool open = true;
  loop.call_soon([&] { ask(seen[0], open); });
  loop.settle();
  CHECK(seen[0] && !open);
  loop.close();
  ask(seen[1], seen[2]);
  CHECK(!seen[1] && seen[2]);
  CHECK(THROWN(asy::closed_error, loop.fd()));
}

int main() {
  return check::run({
      TEST(test_callbacks_run_once_each_in_their_order_and_starve_nobody),
      TEST(test_an_idle_loop_waits_for_another_thread),
      TEST(test_a_loop_is_current_where_it_runs_and_only_then),
      TEST(test_time_goes_on_within_a_callback),
      TEST(test_reports_go_to_the_hook_with_what_happened),
      TEST(test_a_forked_child_is_refused_and_runs_a_loop_of_its_own),
      TEST(test_the_end_of_a_loop_object_closes_it_and_says_what_was_open),
      TEST(test_its_state_is_told_on_any_thread),
  });
}
