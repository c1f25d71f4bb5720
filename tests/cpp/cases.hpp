/* What the hard cases of ../cases/README.md share in C++. A trail has one letter for each thing that happened. */
#ifndef TESTS_CPP_CASES_HPP
#define TESTS_CPP_CASES_HPP
#include "check.hpp"

#include <stdexcept>

namespace cases {

inline std::exception_ptr boom() { return std::make_exception_ptr(std::runtime_error("boom")); }

inline asy::task<int> after(std::chrono::milliseconds delay, int result) {
  co_await asy::sleep(delay);
  co_return result;
}
inline asy::task<> fail_after(std::chrono::milliseconds delay, std::string text = "boom") {
  co_await asy::sleep(delay);
  throw std::runtime_error(text);
}
inline asy::task<int> read(asy::future<int> awaited) { co_return co_await awaited; }

/** Swallows a cancel. */
inline asy::task<int> stubborn(std::chrono::milliseconds delay) {
  try {
    co_await asy::sleep(delay);
  } catch (const asy::cancelled &) {}
  co_return 77;
}
/** Cleans up for some time when it is cancelled. */
inline asy::task<> cleans_up(std::string &trail) {
  bool is_cancelled = false;
  try {
    co_await asy::sleep(asy::forever);
  } catch (const asy::cancelled &) {
    is_cancelled = true;
  }
  co_await asy::sleep(3ms);
  trail += 'u';
  if (is_cancelled) throw asy::cancelled();
}

/** Runs until a future is done, and tells how it ended. */
template <class T>
asy_status finish(check::world &loop, const asy::future<T> &awaited) {
  loop.run_until_done(awaited);
  auto failure = awaited.failure();
  return failure ? failure->code() : ASY_OK;
}

/** Starts a task that stands in a line behind those of before. */
template <class T>
asy::future<T> line_up(check::world &loop, asy::task<T> body) {
  auto task = asy::spawn(loop, std::move(body));
  loop.settle();
  return task;
}

/** Runs a case several times, each time with what is ready in another order. */
template <void (*Case)()>
void in_any_order() {
  struct scope {
    ~scope() { check::seed = 0; }
  } end;
  for (check::seed = 0; check::seed < 6; ++check::seed) Case();
}
/** A case whose order is not promised. */
#define ANY_ORDER(function) \
  check::test { #function, cases::in_any_order < function> }

}  // namespace cases
#endif
