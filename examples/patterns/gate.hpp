#ifndef PATTERNS_GATE_HPP
#define PATTERNS_GATE_HPP
#include <libasync.hpp>

/* Workers wait until what they need is there, or learn that it will not be. A shared future says it all: for those who
 * come before and after, and no waiter's cancel ends it. */
class gate {
 public:
  gate() { opened_.set_shared(); }
  void open() { opened_.set_value(); }
  void fail(const asy::error &why) { opened_.set_error(why); }
  asy::future<void> wait() const { return opened_; }

 private:
  asy::future<void> opened_ = asy::future<void>::pending(asy::loop_ref().raw());
};
#endif
