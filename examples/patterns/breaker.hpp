#ifndef PATTERNS_BREAKER_HPP
#define PATTERNS_BREAKER_HPP
#include <libasync.hpp>
#include <stdexcept>

struct circuit_open : std::runtime_error {
  circuit_open() : runtime_error("the circuit is open") {}
};

/* After so many failures in a row, nothing is tried for a while; then so many calls at a time may try it out. */
class breaker {
 public:
  breaker(unsigned threshold, std::chrono::nanoseconds pause, unsigned trials = 1)
      : threshold_(threshold), pause_(pause), trials_(trials) {}

  /* Throws circuit_open at once while it is open. A cancelled call counts neither way. */
  template <class F>
  std::invoke_result_t<F &> call(F attempt) {
    if (!admits()) throw circuit_open();
    trial here(*this);
    try {
      if constexpr (std::is_void_v<typename std::invoke_result_t<F &>::value_type>) {
        co_await attempt();
        if (here.decides()) succeeded();
      } else {
        auto result = co_await attempt();
        if (here.decides()) succeeded();
        co_return result;
      }
    } catch (const std::exception &) {
      if (here.decides()) failed();
      throw;
    }
  }

 private:
  /* Counts a call that tries it out, as long as it lives. */
  struct trial {
    explicit trial(breaker &owner) : of(owner), counts(owner.is_open_), openings(owner.openings_) {
      of.trying_ += counts;
    }
    ~trial() { of.trying_ -= counts; }
    /* What began before it opened decides nothing. */
    bool decides() const { return openings == of.openings_; }
    breaker &of;
    const bool counts;
    const unsigned openings;
  };
  bool admits() const {
    if (!is_open_) return true;
    return asy::loop_ref().time() >= open_until_ && trying_ < trials_; /* half open */
  }
  void succeeded() {
    failures_ = 0;
    is_open_ = false;
  }
  void failed() {
    if (++failures_ < threshold_ && !is_open_) return;
    is_open_ = true;
    ++openings_;
    open_until_ = asy::loop_ref().time() + pause_;
  }

  const unsigned threshold_;
  const std::chrono::nanoseconds pause_;
  const unsigned trials_;
  unsigned failures_ = 0, trying_ = 0, openings_ = 0;
  bool is_open_ = false;
  std::chrono::nanoseconds open_until_{};
};
#endif
