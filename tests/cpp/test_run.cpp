/* asy::run: a program from its first task to the closed loop. */
#include "check.hpp"

#include <sys/wait.h>
#include <unistd.h>
#include <csignal>

static void test_run_gives_the_result_or_throws_the_error() { /* RUN-01 */
  auto give = []() -> asy::task<std::unique_ptr<int>> { co_return std::make_unique<int>(3); };
  CHECK(*asy::run(give()) == 3);
  auto fail = []() -> asy::task<> {
    co_await asy::yield();
    throw std::runtime_error("main");
  };
  CHECK(THROWN(std::runtime_error, asy::run(fail())));
}

static void test_run_inside_a_running_loop_is_refused() { /* RUN-01 LOOP-14 */
  auto inner = []() -> asy::task<> { co_return; };
  auto outer = [&]() -> asy::task<> {
    CHECK(THROWN(asy::state_error, asy::run(inner())));
    co_return;
  };
  asy::run(outer());
}

static void test_options_that_are_refused_only_throw() { /* RUN-01 */
  check::world loop;
  loop.run([]() -> asy::task<> {  // the loop that would hear of it
    auto body = []() -> asy::task<> { co_return; };
    CHECK(THROWN(asy::error, asy::run(body(), {.flags = 1u << 31})));
    co_return;
  });
}

static void test_tasks_left_over_are_cancelled_and_awaited() { /* RUN-02 RUN-03 */
  std::vector<int> order;
  auto main = [&]() -> asy::task<> {
    (void)asy::spawn([&]() -> asy::task<> {
      try {
        co_await asy::sleep(1h);
      } catch (const asy::cancelled &) {
        order.push_back(1);
      }
      co_await asy::sleep(1s);  // clean-up that awaits
      order.push_back(2);
    });
    co_await asy::yield();
  };
  asy::run(main(), {.flags = ASY_LOOP_VIRTUAL_CLOCK});
  CHECK((order == std::vector<int>{1, 2}));
}

static void test_the_result_survives_leftovers_that_fail() { /* RUN-04 */
  bool has_failed = false;
  auto main = [&]() -> asy::task<int> {
    asy_loop_set_report_hook(
        asy_loop_current(),
        [](asy_loop *, asy_error *, const char *, void *seen) { *static_cast<bool *>(seen) = true; }, &has_failed,
        nullptr);
    (void)asy::spawn([]() -> asy::task<> {
      try {
        co_await asy::sleep(1h);
      } catch (const asy::cancelled &) {
        throw std::runtime_error("dying");
      }
    });
    co_await asy::yield();
    co_return 4;
  };
  CHECK(asy::run(main()) == 4);
  CHECK(has_failed);
}

static void test_tasks_spawned_by_the_dying_are_ended_too() { /* RUN-06 */
  int ended = 0;
  struct spawner {
    static asy::task<> live(int depth, int &count) {
      try {
        co_await asy::sleep(1h);
      } catch (const asy::cancelled &) {
        ++count;
        if (depth) (void)asy::spawn(live(depth - 1, count));
      }
    }
  };
  auto main = [&]() -> asy::task<> {
    (void)asy::spawn(spawner::live(3, ended));
    co_await asy::yield();
  };
  asy::run(main());
  CHECK(ended == 4);
}

static void test_run_until_complete_reports_an_early_stop() { /* LOOP-06 LOOP-07 */
  check::world loop;
  auto task = asy::spawn(loop, []() -> asy::task<> { co_await asy::sleep(1s); });
  loop.call_soon([] { asy::loop_ref().stop(); });
  CHECK(THROWN(asy::state_error, loop.run_until_complete(task)));
  loop.run_until_complete(task);  // a stale stop does not leak into this one
}

static void test_close_is_idempotent_and_refuses_later_use() { /* LOOP-08 LOOP-09 */
  check::world loop;
  loop.run([&]() -> asy::task<> {
    CHECK(THROWN(asy::state_error, loop.close()));
    co_return;
  });
  loop.close();
  loop.close();
  CHECK(loop.is_closed());
  CHECK(THROWN(asy::closed_error, loop.call_soon([] {})));
  CHECK(THROWN(asy::closed_error, loop.call_soon_threadsafe([] {})));
  CHECK(THROWN(asy::closed_error, loop.run_until_complete(asy::sleep(loop, 1s))));
}

static void test_callbacks_are_cancelled_and_freed_by_their_handle() { /* HND-01 HND-03 HND-05 */
  check::world loop;
  int alive = 0;
  std::vector<int> order;
  asy::handle later = loop.call_later(1s, [kept = check::tracked(alive)] {});
  CHECK(later.when() == loop.time() + 1s);
  later.cancel();
  later.cancel();
  CHECK(alive == 0 && later.is_cancelled());
  for (int i = 0; i < 3; ++i) loop.call_later(1s, [&, i] { order.push_back(i); });
  loop.call_at(loop.time() + 500ms, [&] { order.push_back(9); });
  loop.run_until_complete(asy::sleep(loop, 2s));
  CHECK((order == std::vector<int>{9, 0, 1, 2}));
}

static void test_a_step_at_a_time_for_a_host_with_its_own_loop() { /* LOOP-24 */
  check::world loop;
  auto task = asy::spawn(loop, []() -> asy::task<int> {
    co_await asy::sleep(1s);
    co_return 6;
  });
  CHECK(loop.next_deadline() <= loop.time());
  loop.settle();
  for (int i = 0; i < 100 && !task.is_done(); ++i) loop.step(2s);
  CHECK(task.result() == 6);
}

static void test_a_task_that_ignores_its_cancel_is_waited_for_or_named() { /* RUN-05 */
  bool has_ended = false;
  auto stubborn = [](bool &ended) -> asy::task<> {
    for (int i = 0; i < 3; ++i) {
      try {
        co_await asy::sleep(1h);
      } catch (const asy::cancelled &) {}
    }
    ended = true;
  };
  auto main = [&](bool wait) -> asy::task<std::size_t> {
    (void)asy::spawn(stubborn(has_ended), "stubborn");
    co_await asy::yield();
    if (wait) co_return 0;
    co_return co_await asy::loop_ref().shutdown(1s);
  };
  asy::run(main(true), {.flags = ASY_LOOP_VIRTUAL_CLOCK});
  CHECK(has_ended);  // two virtual hours later
  check::world loop;
  CHECK(loop.run_until_complete(main(false)) == 1);
  auto reports = loop.take_reports();
  CHECK(reports.size() == 1 && reports[0].find("stubborn") != std::string::npos);
  loop.run_until_complete(asy::sleep(loop, 3h));
}

static void test_a_runner_runs_several_mains_in_one_context() { /* RUN-07 RUN-08 CTX-03 EXT-03 */
  const asy::context_var<int> state("state", 0);
  asy::runner runner({.flags = ASY_LOOP_VIRTUAL_CLOCK});
  auto set = [&]() -> asy::task<> {
    state.set(state.get() + 1);
    co_await asy::sleep(1h);
  };
  auto get = [&]() -> asy::task<int> { co_return state.get(); };
  asy_loop *first = runner.loop().raw();
  runner.run(set());
  runner.run(set());
  CHECK(runner.run(get()) == 2 && state.get() == 0 && runner.loop().raw() == first);
  runner.close();
  runner.close();
  CHECK(THROWN(asy::closed_error, runner.run(get())) && THROWN(asy::closed_error, runner.loop()));
}

static void test_the_end_closes_generators_and_executors() { /* RUN-02 */
  bool is_closed = false;
  auto numbers = [](bool &closed) -> asy::generator<int> {
    try {
      for (int i = 0;; ++i) co_yield i;
    } catch (const asy::generator_exit &) {
      closed = true;
    }
  };
  auto main = [&]() -> asy::task<> {
    asy::generator_handle<int> left(numbers(is_closed));
    CHECK(co_await left.next() == 0);
    co_await asy::to_thread([] {});
  };
  asy::run(main());
  CHECK(is_closed);
}

static void test_the_first_interrupt_cancels_main() { /* RUN-09 */
  auto main = [](bool swallow) -> asy::task<int> {
    std::raise(SIGINT);
    try {
      co_await asy::sleep(10s);
    } catch (const asy::cancelled &) {
      if (!swallow) throw;
    }
    co_return 3;
  };
  CHECK(THROWN(asy::interrupted_error, asy::run(main(false), {.interrupt = true})));
  CHECK(asy::run(main(true), {.interrupt = true}) == 3);
}

static void test_the_second_interrupt_does_what_the_process_does() { /* RUN-10 */
  pid_t child = fork();
  if (!child) {
    auto main = []() -> asy::task<> {
      std::raise(SIGINT);
      try {
        co_await asy::sleep(10s);
      } catch (const asy::cancelled &) {}
      std::raise(SIGINT);
    };
    asy::run(main(), {.interrupt = true});
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGINT);
}

static void test_a_fatal_error_leaves_the_loop_at_once() { /* TASK-21 LOOP-17 */
  check::world loop;
  auto fatal = []() -> asy::task<> {
    co_await asy::sleep(1s);
    throw asy::error::fatal(ASY_E_INTERRUPTED, "the end");
  };
  auto task = asy::spawn(loop, fatal());
  auto seen = THROWN(asy::error, loop.run_until_complete(asy::sleep(loop, 1h)));
  CHECK(seen && seen->is_fatal() && seen->message() == "the end" && task.is_done() && task.failure()->is_fatal());
  loop.run_until_complete(asy::sleep(loop, 1s));  // once: it can clean up
}

static void test_a_group_gives_a_fatal_error_bare() { /* TG-09 */
  check::world loop;
  bool has_cleaned_up = false;
  auto body = [&]() -> asy::task<> {
    co_await asy::with_group([&](asy::task_group &group) -> asy::task<> {
      group.spawn([&]() -> asy::task<> {
        try {
          co_await asy::sleep(1h);
        } catch (const asy::cancelled &) {
          has_cleaned_up = true;
          throw;
        }
      });
      co_await asy::yield();
      throw asy::error::fatal(ASY_E_INTERRUPTED, "the end");
    });
  };
  auto task = asy::spawn(loop, body());
  CHECK(THROWN(asy::interrupted_error, loop.run_until_complete(task)));
  CHECK(has_cleaned_up && THROWN(asy::interrupted_error, task.result()));
}

static void test_the_current_loop_is_the_one_that_runs() { /* LOOP-12 */
  CHECK(!asy::loop_ref().raw());
  check::world loop;
  asy_loop *seen = nullptr;
  loop.call_soon([&] { seen = asy::loop_ref().raw(); });
  loop.settle();
  CHECK(seen == loop.raw() && !asy::loop_ref().raw());
  auto made = THROWN(asy::error, asy::event());  // none is made out of nothing
  CHECK(made && made->code() == ASY_E_INVALID);
}

static void test_a_main_with_captures_is_kept_alive() { /* RUN-01 */
  int seen = 0;
  CHECK(asy::run([&, kept = std::make_unique<int>(4)]() -> asy::task<int> {
          co_await asy::yield();
          seen = *kept;
          co_return 5;
        }) == 5);
  asy::runner runner;
  runner.run([&]() -> asy::task<> {
    ++seen;
    co_return;
  });
  CHECK(seen == 5);
}

int main() {
  return check::run({
      TEST(test_run_gives_the_result_or_throws_the_error),
      TEST(test_run_inside_a_running_loop_is_refused),
      TEST(test_options_that_are_refused_only_throw),
      TEST(test_tasks_left_over_are_cancelled_and_awaited),
      TEST(test_the_result_survives_leftovers_that_fail),
      TEST(test_tasks_spawned_by_the_dying_are_ended_too),
      TEST(test_run_until_complete_reports_an_early_stop),
      TEST(test_close_is_idempotent_and_refuses_later_use),
      TEST(test_callbacks_are_cancelled_and_freed_by_their_handle),
      TEST(test_a_step_at_a_time_for_a_host_with_its_own_loop),
      TEST(test_a_task_that_ignores_its_cancel_is_waited_for_or_named),
      TEST(test_a_runner_runs_several_mains_in_one_context),
      TEST(test_the_end_closes_generators_and_executors),
      TEST(test_the_first_interrupt_cancels_main),
      TEST(test_the_second_interrupt_does_what_the_process_does),
      TEST(test_a_fatal_error_leaves_the_loop_at_once),
      TEST(test_a_group_gives_a_fatal_error_bare),
      TEST(test_the_current_loop_is_the_one_that_runs),
      TEST(test_a_main_with_captures_is_kept_alive),
  });
}
