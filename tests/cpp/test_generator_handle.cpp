/* generator_handle: generators of every language, and C++ ones for every language. */
#include "check.hpp"

namespace {

using text = std::string;

asy::generator<int> numbers(int count, text &trail) {
  trail += "(";
  try {
    for (int i = 1; i <= count; ++i) {
      co_await asy::sleep(1ms);
      co_yield i;
    }
  } catch (const asy::generator_exit &) {
    trail += "closed";
  } catch (const std::exception &) {
    trail += "failed";
  }
  co_await asy::sleep(1ms);
  trail += ")";
}

/** A C function as another language would write it: doubles what it is sent, until `data` times. */
asy_status doubles(asy_value *, asy_error **out_error, void *data) {
  asy_value item, sent;
  asy_value_set_int(&item, 0);
  for (std::intptr_t left = reinterpret_cast<std::intptr_t>(data); left; --left) {
    asy_status status = asy_yield(&item, &sent, out_error);
    if (status < 0) return status;
    asy_value_set_int(&item, 2 * asy_value_int(&sent));
  }
  return ASY_OK;
}

asy::generator_handle<int> foreign(asy::loop_ref loop, std::intptr_t count) {
  asy_generator *made = nullptr;
  asy::check(asy_generator_spawn(loop.raw(), doubles, reinterpret_cast<void *>(count), nullptr, nullptr, &made));
  return asy::generator_handle<int>(asy::adopt, made);
}

/** Iterates as another language would, through the C ABI alone. */
asy_status adds_up(asy_value *out_value, asy_error **out_error, void *items) {
  std::int64_t sum = 0;
  asy_value item;
  asy_status status;
  while (!(status = asy_await(asy_generator_next(static_cast<asy_generator *>(items)), &item, out_error)))
    sum += asy_value_int(&item);
  if (status != ASY_E_END) return status;
  asy_error_unref(std::exchange(*out_error, nullptr));
  asy_value_set_int(out_value, sum);
  return ASY_OK;
}

}  // namespace

static void test_c_iterates_over_a_cpp_generator() { /* AGEN-01 */
  check::world loop;
  text trail;
  asy::generator_handle<int> items(numbers(4, trail), loop);
  asy::future<int> sum(asy::adopt, asy_spawn(loop.raw(), adds_up, items.raw(), nullptr, nullptr));
  CHECK(loop.run_until_complete(sum) == 10);
  CHECK(trail == "()");
}

static void test_cpp_iterates_over_another_languages_generator() { /* AGEN-01 AGEN-02 */
  check::world loop;
  loop.run([&]() -> asy::task<> {
    auto items = foreign(loop, 3);
    CHECK(co_await items.send(asy::value()) == 0);
    CHECK(co_await items.send(21) == 42);
    CHECK(co_await items.send(4) == 8);
    CHECK(!co_await items.next());
    auto hurt = foreign(loop, 3);
    co_await hurt.next();
    bool is_same = false;
    try {
      co_await hurt.throw_exception(std::make_exception_ptr(std::out_of_range("boom")));
    } catch (const std::out_of_range &) {
      is_same = true;
    }
    CHECK(is_same && !co_await hurt.next());
  });
}

static void test_a_handle_is_used_like_a_generator() { /* AGEN-06 AGEN-11 */
  check::world loop;
  loop.run([&]() -> asy::task<> {
    text trail;
    std::vector<int> seen;
    asy::generator_handle<int> items(numbers(9, trail));
    co_await asy::for_each(items, [&](int item) { return seen.push_back(item), item < 2; });
    CHECK((seen == std::vector<int>{1, 2}) && trail == "(closed)");
    CHECK(!co_await items.next());
    auto more = foreign(loop, 2);
    CHECK((co_await asy::with_timeout(1s, more.next())) == 0);
    co_await more.close();
    co_await more.close();
  });
}

static void test_one_operation_at_a_time_and_the_close_of_a_handle() { /* AGEN-03 AGEN-04 */
  check::world loop;
  loop.run([]() -> asy::task<> {
    text trail;
    asy::generator_handle<int> items(numbers(9, trail));
    auto first = asy::spawn([&]() -> asy::task<int> { co_return (co_await items.next()).value(); });
    co_await asy::sleep(0ms);
    bool is_busy = false;
    try {
      co_await items.close();
    } catch (const asy::error &e) {
      is_busy = e.code() == ASY_E_BUSY;
    }
    CHECK(is_busy && co_await first == 1);
    co_await items.close();
    CHECK(trail == "(closed)");
  });
}

static void test_a_dropped_handle_leaves_the_cleaning_to_the_loop() { /* AGEN-05 */
  check::world loop;
  text trail;
  loop.run([&]() -> asy::task<> {
    asy::generator_handle<int> items(numbers(9, trail));
    CHECK(co_await items.next() == 1);
    items = {};
    CHECK(trail == "(");
    co_await asy::sleep(5ms);
    CHECK(trail == "(closed)");
    { asy::generator_handle<int> unstarted(numbers(9, trail)); }
    co_await asy::sleep(5ms);
    CHECK(trail == "(closed)");
  });
}

static void test_all_handles_are_closed_together_and_failures_told() { /* AGEN-07 AGEN-08 */
  check::world loop;
  loop.run([&]() -> asy::task<> {
    text trail;
    auto bad = []() -> asy::generator<int> {
      try {
        co_yield 1;
      } catch (const asy::generator_exit &) {}
      throw std::out_of_range("boom");
    };
    asy::generator_handle<int> one(numbers(9, trail)), two(bad()), unstarted(numbers(9, trail));
    co_await one.next();
    co_await two.next();
    auto errors = co_await asy::close_generators();
    CHECK(errors.size() == 2 && !errors[0] && errors[1]);
    CHECK(THROWN(std::out_of_range, errors[1]->rethrow()));
    CHECK(trail == "(closed)");
    auto reports = loop.take_reports();
    CHECK(reports.size() == 1 && reports[0].find("c++ Generator-") != text::npos);
    CHECK(co_await unstarted.next() == 1);
    CHECK(loop.take_reports().size() == 1);
    co_await unstarted.close();
  });
}

static void test_a_cancelled_step_reaches_the_coroutine() { /* AGEN-09 */
  check::world loop;
  loop.run([]() -> asy::task<> {
    bool is_told = false;
    auto waits = [&]() -> asy::generator<int> {
      try {
        co_await asy::sleep(1s);
      } catch (const asy::cancelled &) {
        is_told = true;
        throw;
      }
      co_yield 1;
    };
    asy::generator_handle<int> items(waits());
    auto consumer = asy::spawn([&]() -> asy::task<> { co_await items.next(); });
    co_await asy::sleep(1ms);
    consumer.cancel();
    bool is_cancelled = false;
    try {
      co_await consumer;
    } catch (const asy::cancelled &) {
      is_cancelled = true;
    }
    CHECK(is_cancelled && is_told && !co_await items.next());
  });
}

static void test_the_coroutine_works_in_the_iterating_tasks_context() { /* CTX-05 */
  check::world loop;
  asy_context_var *var = nullptr;
  asy::check(asy_context_var_new("request", nullptr, &var));
  auto set = [var](std::int64_t number) {
    asy::value item(number);
    asy::check(asy_context_set(nullptr, var, item.raw(), nullptr));
  };
  auto get = [var] {
    asy::value item;
    asy::check(asy_context_get(nullptr, var, item.raw()));
    return item.as<int>();
  };
  auto adds = [&]() -> asy::generator<int> {
    for (;;) {
      co_await asy::sleep(1ms);
      set(get() + 100);
      co_yield get();
    }
  };
  loop.run([&]() -> asy::task<> {
    set(1);
    auto items = adds();
    CHECK(co_await items.next() == 101);
    CHECK(get() == 101);
    CHECK(THROWN(asy::state_error, asy::generator_handle<int>(std::move(items))));
    asy::generator_handle<int> shared(adds());
    CHECK(co_await shared.next() == 201);
    CHECK(get() == 201);
    co_await asy::spawn([&]() -> asy::task<> {
      set(5);
      CHECK(co_await shared.next() == 105);
      CHECK(get() == 105);
    });
    CHECK(get() == 201);
    co_await shared.close();
  });
  asy_context_var_unref(var);
}

static void test_a_generator_travels_as_a_value() { /* AGEN-01 */
  check::world loop;
  loop.run([]() -> asy::task<> {
    text trail;
    asy::value carried(asy::generator_handle<int>(numbers(2, trail)));
    auto items = carried.as<asy::generator_handle<int>>();
    CHECK(co_await items.next() == 1);
    CHECK(THROWN(asy::error, asy::value(1).as<asy::generator_handle<int>>()));
    CHECK(THROWN(asy::state_error, asy::generator_handle<int>(asy::generator<int>())));
    co_await items.close();
  });
}

static void test_a_generator_says_where_it_stands() {
  check::world loop;
  text trail, told;
  asy::generator_handle<int> items(numbers(2, trail), loop);
  asy_line_cb add = [](const char *line, void *to) { static_cast<text *>(to)->append(line).append("\n"); };
  asy::check(asy_generator_describe(items.raw(), add, &told, nullptr));
  CHECK(told.starts_with("c++ Generator-") && told.find("numbers") != text::npos);
}

int main() {
  return check::run({
      TEST(test_c_iterates_over_a_cpp_generator),
      TEST(test_cpp_iterates_over_another_languages_generator),
      TEST(test_a_handle_is_used_like_a_generator),
      TEST(test_one_operation_at_a_time_and_the_close_of_a_handle),
      TEST(test_a_dropped_handle_leaves_the_cleaning_to_the_loop),
      TEST(test_all_handles_are_closed_together_and_failures_told),
      TEST(test_a_cancelled_step_reaches_the_coroutine),
      TEST(test_the_coroutine_works_in_the_iterating_tasks_context),
      TEST(test_a_generator_travels_as_a_value),
      TEST(test_a_generator_says_where_it_stands),
  });
}
