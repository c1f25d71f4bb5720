/** @file
 * @brief For tests of programs: a virtual clock, hangs that say where, cancels and failing memory everywhere, leaks.
 *
 * Not part of libasync.hpp. */
#ifndef LIBASYNC_CPP_TESTING_HPP
#define LIBASYNC_CPP_TESTING_HPP
#include "inspect.hpp"
#include "task.hpp"

#include <map>

namespace asy::testing {

/** @return what is alive of a loop, by kind; after close() that is what the test still holds */
inline std::map<std::string, std::size_t> live(loop_ref loop) {
  std::map<std::string, std::size_t> all;
  asy_live_cb note = [](const char *kind, std::size_t count, void *self) {
    try {
      static_cast<std::map<std::string, std::size_t> *>(self)->emplace(kind, count);
    } catch (...) {  // no memory: one is missing
    }
  };
  check(asy_loop_visit_live(loop.raw(), note, &all, nullptr));
  return all;
}

/** A loop on a virtual clock that keeps the reports. */
class test_loop : public asy::loop {
 public:
  /**
   * @param seed not 0: what is ready runs in an order that this number gives, the same each time
   * @param flags bits of #asy_loop_flag
   */
  explicit test_loop(std::uint64_t seed = 0, std::uint32_t flags = ASY_LOOP_VIRTUAL_CLOCK)
      : loop(asy_loop_options{sizeof(asy_loop_options), flags, 0, seed}) {
    set_report_hook([all = reports_](const error &what_happened, const char *circumstances) {
      all->push_back(std::string(circumstances) + ": " + std::string(what_happened.message()));
    });
  }

  /**
   * Run a coroutine to its end.
   * @param limit of the loop's time; then it throws timeout_error, with where every task stands
   */
  template <class T>
  T run(task<T> body, std::chrono::nanoseconds limit = std::chrono::hours(1000)) {
    return run(asy::spawn(*this, std::move(body)), limit);
  }
  template <class T>
  T run(const future<T> &awaited, std::chrono::nanoseconds limit = std::chrono::hours(1000)) {
    run_limited(awaited, limit);
    return awaited.result();
  }
  /** The same for a function that returns a coroutine; both are kept alive. */
  template <class F>
  requires detail::is_task<std::invoke_result_t<F &>>
  auto run(F body, std::chrono::nanoseconds limit = std::chrono::hours(1000)) {
    return run(asy::spawn(*this, std::move(body)), limit);
  }
  /** The same without reading the outcome. */
  template <class T>
  void run_limited(const future<T> &awaited, std::chrono::nanoseconds limit) {
    bool hangs = false;
    handle alarm = call_later(limit, [&hangs, self = loop_ref(raw())] {
      hangs = true;
      self.stop();
    });
    struct silence {
      handle &rings;
      ~silence() { asy_handle_cancel(rings.raw()); }
    } scope{alarm};
    try {
      run_until_done(awaited);
    } catch (const state_error &) {
      if (!hangs) throw;
      throw timeout_error(ASY_E_TIMEOUT, "this test hangs:\n" + dump(*this));
    }
  }
  /** Let everything run that is ready. */
  void settle() {
    for (int i = 0; i < 20; ++i) step(std::chrono::nanoseconds(0));
  }
  /** @return the reports so far, which are forgotten */
  std::vector<std::string> take_reports() { return std::exchange(*reports_, {}); }

 private:
  std::shared_ptr<std::vector<std::string>> reports_ = std::make_shared<std::vector<std::string>>();
};

/**
 * Run the coroutine of `body()` again and again, each time on a fresh test_loop and cancelled at its next suspension,
 * until it has fewer. What it throws but asy::cancelled comes out.
 * @param check called with each loop after the body's end
 * @return how many suspensions there are
 */
template <class F, class Check>
std::uint64_t cancel_everywhere(F body, Check check_after) {
  for (std::uint64_t nth = 1;; ++nth) {
    test_loop loop;
    auto task = asy::spawn(loop, body);
    asy::check(asy_test_cancel_at(loop.raw(), task.raw(), nth));
    try {
      loop.run(task);
    } catch (const cancelled &) {}
    std::uint64_t count = asy_test_suspensions(loop.raw());
    check_after(loop);
    if (count < nth) return count;
  }
}

/**
 * Call `body()` again and again, each time with the next allocation of the library failing, until it makes fewer.
 * What it throws but asy::error #ASY_E_NOMEM comes out.
 * @return how many allocations there are
 */
template <class F>
std::uint64_t fail_allocations(F body) {
  struct end {
    ~end() { asy_test_fail_allocation(0, 0); }
  } scope;
  for (std::uint64_t nth = 1;; ++nth) {
    asy_test_fail_allocation(nth, 1);
    try {
      body();
    } catch (const error &e) {
      if (e.code() != ASY_E_NOMEM) throw;
    }
    if (asy_test_allocations() < nth) return nth - 1;
  }
}

}  // namespace asy::testing
#endif
