/* generator: coroutines that hand items over and await in between. */
#include "check.hpp"

namespace {

using text = std::string;

/** 1 to `count`, a millisecond before each; the trail tells how it ended. */
asy::generator<int> numbers(int count, text &trail) {
  trail += "(";
  bool is_closed = false;
  try {
    for (int i = 1; i <= count; ++i) {
      co_await asy::sleep(1ms);
      co_yield i;
    }
  } catch (const asy::generator_exit &) {
    is_closed = true;
  } catch (const asy::cancelled &) {
    trail += "cancelled)";
    throw;
  }
  co_await asy::sleep(1ms);
  trail += is_closed ? "closed)" : "done)";
}

asy::generator<int> bare(int count) {
  for (int i = 1; i <= count; ++i) co_yield i;
}

asy::generator<int> fails_after(int count) {
  for (int i = 1; i <= count; ++i) co_yield i;
  throw std::out_of_range("boom");
}

template <class G>
asy::task<int> sum(G items) {
  int total = 0;
  while (auto item = co_await items.next()) total += *item;
  co_return total;
}

}  // namespace

static void test_items_come_in_order_and_the_end_stays() { /* AGEN-01 AGEN-02 */
  check::world loop;
  loop.run([]() -> asy::task<> {
    text trail;
    auto items = numbers(3, trail);
    CHECK(trail.empty() && !items.is_open());
    for (int i = 1; i <= 3; ++i) CHECK(co_await items.next() == i);
    CHECK(items.is_open());
    for (int i = 0; i < 3; ++i) CHECK(!co_await items.next());
    CHECK(trail == "(done)");
    CHECK(co_await sum(bare(1000)) == 500500);
    asy::generator<int> empty;
    CHECK(!co_await empty.next());
  });
}

static void test_an_exception_propagates_and_ends_it() { /* AGEN-01 */
  check::world loop;
  loop.run([]() -> asy::task<> {
    auto items = fails_after(1);
    CHECK(co_await items.next() == 1);
    bool is_same = false;
    try {
      co_await items.next();
    } catch (const std::out_of_range &) {
      is_same = true;
    }
    CHECK(is_same);
    CHECK(!co_await items.next());
    co_await items.close();
  });
}

static void test_exceptions_are_thrown_in_at_the_yield() { /* AGEN-02 */
  check::world loop;
  loop.run([]() -> asy::task<> {
    auto patient = []() -> asy::generator<int> {
      for (int i = 0;; ++i) {
        bool is_hurt = false;
        try {
          co_yield i;
        } catch (const std::out_of_range &) {
          is_hurt = true;
        }
        if (is_hurt) co_yield -1;
      }
    };
    auto items = patient();
    CHECK(co_await items.next() == 0);
    CHECK(co_await items.throw_exception(std::make_exception_ptr(std::out_of_range("in"))) == -1);
    CHECK(co_await items.next() == 1);
    auto fresh = patient();
    bool is_thrown = false;
    try {
      co_await fresh.throw_exception(std::make_exception_ptr(std::out_of_range("in")));
    } catch (const std::out_of_range &) {
      is_thrown = true;
    }
    CHECK(is_thrown);
    CHECK(!co_await fresh.next());
  });
}

static void test_a_second_operation_meanwhile_is_refused() { /* AGEN-03 */
  check::world loop;
  loop.run([]() -> asy::task<> {
    text trail;
    auto items = numbers(2, trail);
    auto first = asy::spawn([&]() -> asy::task<int> { co_return (co_await items.next()).value(); });
    co_await asy::sleep(0ms);
    int refused = 0;
    try {
      co_await items.next();
    } catch (const asy::error &busy) {
      refused += busy.code() == ASY_E_BUSY;
    }
    try {
      co_await items.close();
    } catch (const asy::error &busy) {
      refused += busy.code() == ASY_E_BUSY;
    }
    CHECK(refused == 2);
    CHECK(co_await first == 1);
    CHECK(co_await items.next() == 2);
  });
}

static void test_close_ends_it_at_the_yield_and_awaits_its_cleaning() { /* AGEN-04 */
  check::world loop;
  loop.run([]() -> asy::task<> {
    text trail;
    auto items = numbers(3, trail);
    CHECK(co_await items.next() == 1);
    co_await items.close();
    CHECK(trail == "(closed)");
    co_await items.close();
    CHECK(!co_await items.next());
    auto unstarted = numbers(3, trail);
    co_await unstarted.close();
    CHECK(trail == "(closed)");
    CHECK(!co_await unstarted.next());
  });
}

static void test_an_item_after_the_close_is_an_error() { /* AGEN-04 */
  check::world loop;
  loop.run([]() -> asy::task<> {
    auto insists = [](bool hides) -> asy::generator<int> {
      try {
        co_yield 1;
      } catch (const asy::generator_exit &) {}
      try {
        co_yield 2;
      } catch (const asy::state_error &) {
        if (!hides) throw;
      }
    };
    int told = 0;
    for (bool hides : {false, true}) {
      auto items = insists(hides);
      CHECK(co_await items.next() == 1);
      try {
        co_await items.close();
      } catch (const asy::state_error &) {
        ++told;
      }
      CHECK(!co_await items.next());
    }
    CHECK(told == 2);
  });
}

static void test_one_that_is_dropped_is_destroyed_where_it_stands() { /* CORO-10 */
  for (bool in_debug : {false, true}) {
    check::world loop;
    asy::set_debug(in_debug, loop);
    asy::set_slow_step(1h, loop);
    loop.run([&]() -> asy::task<> {
      text trail;
      int alive = 0;
      {
        text refers_to = "alive";  // ends after the generator, and long before a turn of the loop
        auto holds = [&](check::tracked) -> asy::generator<int> {
          struct scope {
            text &seen, &to;
            ~scope() { to += seen; }
          } local{refers_to, trail};
          try {
            for (int i = 0;; ++i) co_yield i;
          } catch (...) {
            trail += "thrown";
          }
          co_await asy::yield();
        };
        auto items = holds(check::tracked(alive));
        CHECK(co_await items.next() == 0 && alive == 1);
      }
      CHECK(trail == "alive" && alive == 0);
      auto ended = numbers(1, trail), fresh = numbers(1, trail);  // no harm in dropping these
      while (co_await ended.next()) {}
    });
    auto reports = loop.take_reports();
    CHECK(reports.size() == in_debug && (!in_debug || reports[0].find("was open") != text::npos));
  }
}

static void test_closing_awaits_the_cleaning_on_every_path() { /* AGEN-06 */
  check::world loop;
  loop.run([]() -> asy::task<> {
    text trail;
    auto self = asy::current_task();
    int left = co_await asy::closing(numbers(9, trail), [&](auto &items) -> asy::task<int> {
      CHECK(asy::current_task().raw() == self.raw());
      while (auto item = co_await items.next())
        if (*item == 2) co_return 7;
      co_return 0;
    });
    CHECK(left == 7 && trail == "(closed)");
    bool is_thrown = false;
    try {
      co_await asy::for_each(numbers(9, trail), [](int item) {
        if (item == 2) throw std::out_of_range("boom");
      });
    } catch (const std::out_of_range &) {
      is_thrown = true;
    }
    CHECK(is_thrown && trail == "(closed)(closed)");
    auto cancelled = asy::spawn([&]() -> asy::task<> {
      co_await asy::for_each(numbers(9, trail), [](int) -> asy::task<> { co_await asy::sleep(1s); });
    });
    co_await asy::sleep(5ms);
    cancelled.cancel();
    bool is_cancelled = false;
    try {
      co_await cancelled;
    } catch (const asy::cancelled &) {
      is_cancelled = true;
    }
    CHECK(is_cancelled && trail == "(closed)(closed)(closed)");
  });
}

static void test_a_body_of_every_shape_is_called_with_each_item() { /* AGEN-01 */
  check::world loop;
  loop.run([]() -> asy::task<> {
    std::vector<int> seen;
    co_await asy::for_each(bare(3), [&](int item) { seen.push_back(item); });
    co_await asy::for_each(bare(3), [&](int item) { return seen.push_back(item), item < 2; });
    co_await asy::for_each(bare(3), [&](int item) -> asy::task<> { co_return seen.push_back(item); });
    co_await asy::for_each(bare(3), [&](int item) -> asy::task<bool> {
      seen.push_back(item);
      co_return item < 1;
    });
    CHECK((seen == std::vector<int>{1, 2, 3, 1, 2, 1, 2, 3, 1}));
  });
}

static void test_a_cancel_reaches_the_generators_own_await() { /* AGEN-09 */
  check::world loop;
  loop.run([]() -> asy::task<> {
    text trail;
    auto items = numbers(3, trail);
    auto consumer = asy::spawn([&]() -> asy::task<> { co_await items.next(); });
    co_await asy::sleep(0ms);
    consumer.cancel();
    bool is_cancelled = false;
    try {
      co_await consumer;
    } catch (const asy::cancelled &) {
      is_cancelled = true;
    }
    CHECK(is_cancelled && trail == "(cancelled)");
    CHECK(!co_await items.next());
  });
}

static void test_a_yield_inside_an_open_scope_is_refused() { /* AGEN-10 */
  check::world loop;
  loop.run([]() -> asy::task<> {
    auto careless = []() -> asy::generator<int> {
      asy::timeout limit(1s);
      co_yield 1;
    };
    auto careful = []() -> asy::generator<int> {
      for (int i = 0;; ++i) {
        asy::timeout limit(1s);
        co_await asy::sleep(1ms);
        limit.exit();
        co_yield i;
      }
    };
    auto items = careless();
    bool is_refused = false;
    try {
      co_await items.next();
    } catch (const asy::state_error &) {
      is_refused = true;
    }
    CHECK(is_refused);
    CHECK(asy_task_scope_depth(asy::current_task().raw()) == 0);
    // A scope of whoever iterates is no hindrance.
    auto good = careful();
    CHECK(co_await asy::with_timeout(10s, good.next()) == 0);
    CHECK(co_await good.next() == 1);
  });
}

static void test_a_deadline_for_one_item() { /* AGEN-11 */
  check::world loop;
  loop.run([]() -> asy::task<> {
    text trail;
    auto items = numbers(3, trail);
    CHECK(co_await asy::with_timeout(5ms, items.next()) == 1);
    auto slow = []() -> asy::generator<int> {
      co_await asy::sleep(1s);
      co_yield 1;
    }();
    bool is_late = false;
    try {
      co_await asy::with_timeout(5ms, slow.next());
    } catch (const asy::timeout_error &) {
      is_late = true;
    }
    CHECK(is_late && !co_await slow.next());
  });
}

static void test_generators_nest() { /* AGEN-01 */
  check::world loop;
  loop.run([]() -> asy::task<> {
    auto twice = [](asy::generator<int> from) -> asy::generator<int> {
      while (auto item = co_await from.next()) {
        co_yield *item;
        co_yield *item;
      }
    };
    text trail;
    CHECK(co_await sum(twice(twice(numbers(3, trail)))) == 24);
    CHECK(trail == "(done)");
  });
}

static void test_a_loop_that_closes_destroys_a_generator_in_a_step() { /* AGEN-05 */
  int alive = 0;
  asy::generator<int> outside;
  {
    check::world loop;
    outside = [](check::tracked) -> asy::generator<int> {
      co_await asy::sleep(1s);
      co_yield 1;
    }(check::tracked(alive));
    auto consumer = asy::spawn(loop, [&]() -> asy::task<> { co_await outside.next(); });
    loop.settle();
    CHECK(alive == 1);
    loop.close();
    loop.take_reports();  // that its task was pending
  }
  outside = {};
  CHECK(alive == 0);
}

int main() {
  return check::run({
      TEST(test_items_come_in_order_and_the_end_stays),
      TEST(test_an_exception_propagates_and_ends_it),
      TEST(test_exceptions_are_thrown_in_at_the_yield),
      TEST(test_a_second_operation_meanwhile_is_refused),
      TEST(test_close_ends_it_at_the_yield_and_awaits_its_cleaning),
      TEST(test_an_item_after_the_close_is_an_error),
      TEST(test_one_that_is_dropped_is_destroyed_where_it_stands),
      TEST(test_closing_awaits_the_cleaning_on_every_path),
      TEST(test_a_body_of_every_shape_is_called_with_each_item),
      TEST(test_a_cancel_reaches_the_generators_own_await),
      TEST(test_a_yield_inside_an_open_scope_is_refused),
      TEST(test_a_deadline_for_one_item),
      TEST(test_generators_nest),
      TEST(test_a_loop_that_closes_destroys_a_generator_in_a_step),
  });
}
