#ifndef PATTERNS_MONITOR_HPP
#define PATTERNS_MONITOR_HPP
#include "background.hpp"

/* The next time is counted from the last one: what the function takes does not add up. */
template <class F>
asy::task<> every(std::chrono::nanoseconds period, F on_period) {
  for (auto when = asy::loop_ref().time() + period;; when += period) {
    co_await asy::sleep(when - asy::loop_ref().time());
    on_period();
  }
}

/* Something told at every period, as long as a body runs. */
template <class Tell, class F>
std::invoke_result_t<F &> with_monitor(std::chrono::nanoseconds period, Tell on_period, F body) {
  std::vector<asy::task<>> jobs;
  jobs.push_back(every(period, std::move(on_period)));
  return with_background(std::move(jobs), std::move(body));
}
#endif
