#ifndef PATTERNS_TOKEN_HPP
#define PATTERNS_TOKEN_HPP
#include <libasync.hpp>

/* A token that is refreshed once, however many find it too old. */
template <class Refresh>
class token {
 public:
  using value_type = typename std::invoke_result_t<Refresh &>::value_type;
  token(std::chrono::nanoseconds lifetime, Refresh refresh) : lifetime_(lifetime), refresh_(std::move(refresh)) {}

  asy::task<value_type> get() {
    if (!is_valid()) {
      auto guard = co_await lock_.scoped();
      if (!is_valid()) { /* who waited finds that another has done it */
        value_ = co_await refresh_();
        valid_until_ = asy::loop_ref().time() + lifetime_;
      }
    }
    co_return value_;
  }

 private:
  bool is_valid() const { return asy::loop_ref().time() < valid_until_; }

  const std::chrono::nanoseconds lifetime_;
  Refresh refresh_;
  asy::lock lock_;
  value_type value_{};
  std::chrono::nanoseconds valid_until_{};
};
#endif
