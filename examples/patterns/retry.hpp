#ifndef PATTERNS_RETRY_HPP
#define PATTERNS_RETRY_HPP
#include <libasync.hpp>
#include <random>

struct retry_policy {
  unsigned attempts = 3;
  /* The pauses: base, 2 base, 4 base ... but not over the cap. */
  std::chrono::nanoseconds base, cap;
  /* No attempt begins that much later. */
  std::chrono::nanoseconds deadline = asy::forever;
  /* Empty: every failure is. */
  std::function<bool(const std::exception &)> is_retryable = {};
  /* The jitter's, or 0 for whole pauses. */
  unsigned seed = 0;
};

/* Again after a failure, each time after a longer pause, a random part of it. asy::cancelled is no failure. */
template <class F>
std::invoke_result_t<F &> retry(retry_policy policy, F attempt) {
  const auto start = asy::loop_ref().time();
  std::minstd_rand random(policy.seed);
  auto longest = std::min(policy.base, policy.cap);
  for (unsigned left = policy.attempts;; longest = std::min(longest * 2, policy.cap)) {
    auto pause = longest;
    if (policy.seed)
      pause = std::chrono::nanoseconds(std::uniform_int_distribution<std::int64_t>(0, pause.count())(random));
    try {
      co_return co_await attempt();
    } catch (const std::exception &e) {
      if (!--left || (policy.is_retryable && !policy.is_retryable(e))) throw;
      if (asy::loop_ref().time() - start + pause > policy.deadline) throw;
    }
    co_await asy::sleep(pause);
  }
}
#endif
