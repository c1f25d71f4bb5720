/* What every C++ test uses: CHECK, which may stand in a coroutine, and a fresh loop that must end clean. */
#ifndef TESTS_CPP_CHECK_HPP
#define TESTS_CPP_CHECK_HPP
#include <libasync.hpp>
#include <libasync/testing.hpp>

#include <cstdio>
#include <cstdlib>
#include <initializer_list>
#include <string>
#include <vector>

using namespace std::chrono_literals;

namespace check {

inline int failures = 0;
inline void that(bool holds, const char *text, const char *file, int line) {
  if (holds) return;
  ++failures;
  std::fprintf(stderr, "%s:%d: not true: %s\n", file, line, text);
}
#define CHECK(condition) check::that(static_cast<bool>(condition), #condition, __FILE__, __LINE__)

/** The exception of type `E` that a call throws; nothing, and a failure, when it throws something else. */
template <class E, class F>
std::optional<E> thrown(F call, const char *text, const char *file, int line) {
  try {
    call();
  } catch (const E &e) {
    return e;
  } catch (...) {}
  that(false, text, file, line);
  return std::nullopt;
}
#define THROWN(type, ...) \
  check::thrown<type>([&] { __VA_ARGS__; }, "throws " #type ": " #__VA_ARGS__, __FILE__, __LINE__)

/** Not 0: what is ready runs in an order that this number gives. */
inline std::uint64_t seed = 0;

/** Whether every loop is in debug mode, as in the test cpp.debug_mode. */
inline const bool is_debug_run = std::getenv("LIBASYNC_DEBUG") != nullptr;
/** Reports that debug mode adds, also where a test does right. */
inline bool is_of_debug_mode(std::string_view report) {
  for (std::string_view text : {"dropping a generator: ", " made a call that was refused: "})
    if (report.find(text) != report.npos) return true;
  return false;
}

/** A loop on a virtual clock. At its end no task may be left, and every report must have been taken. */
class world : public asy::testing::test_loop {
 public:
  explicit world(std::uint32_t flags = ASY_LOOP_VIRTUAL_CLOCK) : test_loop(seed, flags) {
    if (is_debug_run) asy::set_slow_step(1h, *this);
  }
  ~world() {
    CHECK(is_closed() || task_count() == 0);
    close();
    for (const std::string &report : take_reports())
      that(is_debug_run && is_of_debug_mode(report), report.c_str(), "unexpected report", 0);
  }
  void run_forever() { asy::loop::run(); }
};

/** Counts its living copies. */
struct tracked {
  explicit tracked(int &count) : count_(&count) { ++count; }
  tracked(const tracked &other) : count_(other.count_) { ++*count_; }
  tracked &operator=(const tracked &) = delete;
  ~tracked() { --*count_; }

 private:
  int *count_;
};

struct test {
  const char *name;
  void (*run)();
};
#define TEST(function) \
  check::test { #function, function }

inline int run(std::initializer_list<test> tests) {
  for (const test &one : tests) {
    int before = failures;
    try {
      one.run();
    } catch (const std::exception &e) {
      that(false, e.what(), one.name, 0);
    } catch (const asy::cancelled &e) {
      that(false, std::string("cancelled: ").append(e.message()).c_str(), one.name, 0);
    }
    std::printf("%s %s\n", failures == before ? "ok  " : "FAIL", one.name);
  }
  return failures != 0;
}

}  // namespace check
#endif
