/* Values: what C++ types become for other languages, and back. */
#include "check.hpp"

#include <climits>
#include <cmath>
#include <cstring>
#include <memory>

namespace {

enum class colour : unsigned char { red = 1, blue = 200 };
struct point {
  int x, y;
};
template <class T>
T round_trip(T item) {
  return asy::value(std::move(item)).template as<T>();
}
template <class T>
std::uint32_t kind(T item) {
  return asy::value(std::move(item)).kind();
}

}  // namespace

static void test_plain_types_become_values_of_every_language() {
  CHECK(kind(true) == ASY_VALUE_BOOL && round_trip(true));
  CHECK(kind(5) == ASY_VALUE_INT && round_trip(-5) == -5);
  CHECK(round_trip(INT64_MIN) == INT64_MIN);
  CHECK(kind(colour::blue) == ASY_VALUE_INT && round_trip(colour::blue) == colour::blue);
  CHECK(kind(1.5f) == ASY_VALUE_DOUBLE && round_trip(1.5f) == 1.5f);
  CHECK(kind(std::string("a\0b", 3)) == ASY_VALUE_STRING && round_trip(std::string("a\0b", 3)).size() == 3);
  CHECK(asy::value("text").as<std::string>() == "text");
  char buffer[] = "text";
  CHECK(asy::value(buffer).as<std::string>() == "text");
  CHECK(kind(asy::bytes("xy")) == ASY_VALUE_BYTES && round_trip(asy::bytes("xy")) == "xy");
  CHECK(round_trip(asy::bytes()).empty());
  CHECK(round_trip(std::optional<int>()) == std::nullopt && round_trip(std::optional<int>(3)) == 3);
  CHECK(
      (kind(std::vector<int>{1, 2}) == ASY_VALUE_LIST && round_trip(std::vector<int>{1, 2}) == std::vector<int>{1, 2}));
  CHECK((round_trip(std::tuple<int, std::string>(1, "a")) == std::tuple<int, std::string>(1, "a")));
  CHECK(asy::value().is_nil());
}

static void test_bytes_are_shared_not_copied() {
  asy::bytes one("data");
  asy::bytes two = asy::value(one).as<asy::bytes>();
  CHECK(one.data() == two.data());
}

static void test_numbers_never_wrap_around() {
  CHECK(kind(std::uint64_t(UINT64_MAX)) == ASY_VALUE_OBJECT && round_trip(std::uint64_t(UINT64_MAX)) == UINT64_MAX);
  CHECK(THROWN(asy::error, asy::value(300).as<signed char>())->code() == ASY_E_INVALID);
  CHECK(THROWN(asy::error, asy::value(-1).as<unsigned>())->code() == ASY_E_INVALID);
  CHECK(asy::value(255).as<unsigned char>() == 255);
}

static void test_a_value_of_another_kind_is_refused_by_name() { /* CORO-03 */
  auto seen = THROWN(asy::error, asy::value("text").as<int>());
  CHECK(seen && seen->message() == "expected int, got string");
  auto other = THROWN(asy::error, asy::value(point{1, 2}).as<std::string>());
  CHECK(other && other->message().find("point") != std::string_view::npos);
}

static void test_other_types_travel_as_objects_with_their_name() {
  asy::value carried(point{3, 4});
  CHECK(carried.kind() == ASY_VALUE_OBJECT);
  CHECK(std::strstr(asy_value_type(carried.raw())->name, "point"));
  asy::value copy = carried;
  CHECK(copy.as<point>().y == 4 && carried.as<point>().x == 3);
}

static void test_objects_are_destroyed_with_the_last_value() { /* TASK-33 */
  int alive = 0;
  {
    asy::value one(check::tracked{alive});
    asy::value two = one;
    one = asy::value();
    CHECK(alive == 1);
  }
  CHECK(alive == 0);
}

static void test_what_cannot_be_copied_goes_to_the_first_reader() { /* FUT-02 */
  asy::value carried(std::make_unique<int>(5));
  CHECK(*carried.as<std::unique_ptr<int>>() == 5);
  CHECK(THROWN(asy::state_error, carried.as<std::unique_ptr<int>>()));
  check::world loop;
  auto task = asy::spawn(loop, []() -> asy::task<std::unique_ptr<int>> {
    co_await asy::yield();
    co_return std::make_unique<int>(6);
  });
  loop.run([&]() -> asy::task<> {
    std::unique_ptr<int> mine = co_await task;
    CHECK(*mine == 6);
    auto inline_task = []() -> asy::task<std::unique_ptr<int>> { co_return std::make_unique<int>(7); };
    CHECK(*co_await inline_task() == 7);
  });
  CHECK(THROWN(asy::state_error, task.result()));
}

static void test_futures_and_errors_are_values_too() { /* COMB-25 */
  check::world loop;
  auto future = asy::future<int>::pending(loop.raw());
  CHECK(asy::value(future).as<asy::future<int>>().raw() == future.raw());
  asy::error error(ASY_E_BUSY);
  CHECK(asy::value(error).as<asy::error>().raw() == error.raw());
  future.cancel();
}

static void test_durations_saturate() { /* HND-08 */
  CHECK(asy::to_ns(-1h) == 0);
  CHECK(asy::to_ns(1500us) == 1500000);
  CHECK(asy::to_ns(std::chrono::hours::max()) == ASY_FOREVER);
  CHECK(asy::to_ns(asy::forever) == ASY_FOREVER);
  CHECK(asy::to_ns(0.25s) == 250000000);
  CHECK(asy::to_ns(std::chrono::duration<double>(HUGE_VAL)) == ASY_FOREVER);
  CHECK(asy::to_ns(std::chrono::duration<int, std::pico>(1)) == 1);
  CHECK(THROWN(asy::error, asy::to_ns(std::chrono::duration<double>(NAN)))->code() == ASY_E_INVALID);
}

int main() {
  return check::run({
      TEST(test_plain_types_become_values_of_every_language),
      TEST(test_bytes_are_shared_not_copied),
      TEST(test_numbers_never_wrap_around),
      TEST(test_a_value_of_another_kind_is_refused_by_name),
      TEST(test_other_types_travel_as_objects_with_their_name),
      TEST(test_objects_are_destroyed_with_the_last_value),
      TEST(test_what_cannot_be_copied_goes_to_the_first_reader),
      TEST(test_futures_and_errors_are_values_too),
      TEST(test_durations_saturate),
  });
}
