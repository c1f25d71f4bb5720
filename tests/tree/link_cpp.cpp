#include "tree.h"

#include <libasync.hpp>

namespace {

struct boom : std::runtime_error {
  using runtime_error::runtime_error;
};
const boom *thrown;  // the exception object itself

asy::task<std::string> text_of(asy::future<std::string> inner) { co_return co_await inner + "x"; }

asy::task<std::string> awaiting(asy::future<std::string> inner, bool limited) {
  char saw = 'v';
  try {
    if (limited)
      co_return co_await asy::with_timeout(std::chrono::nanoseconds(TREE_TIMEOUT), text_of(std::move(inner)));
    std::string text = co_await inner;
    tree_note('x', saw);
    co_return text + "x";
  } catch (const asy::cancelled &) {
    saw = 'c';
    tree_note('x', saw);
    throw;
  } catch (const asy::timeout_error &) {
    tree_note('x', 't');
    throw;
  } catch (const boom &error) {
    tree_note('x', &error == thrown ? 'E' : 'e');
    throw;
  } catch (const asy::error &) {
    tree_note('x', 'e');
    throw;
  }
}

asy::task<std::string> raising() {
  try {
    throw boom("boom");
  } catch (const boom &error) {
    thrown = &error;
    throw;
  }
  co_return "";
}

asy::generator<std::string> hand_on(asy::generator_handle<std::string> inner) {
  struct end {
    char what = 'x';
    ~end() { tree_note('x', what); }
  } noted;
  std::exception_ptr left;
  try {
    while (auto item = co_await inner.next()) co_yield *item + "x";
    noted.what = 'v';
  } catch (...) {
    left = std::current_exception();
  }
  co_await inner.close();
  if (left) std::rethrow_exception(left);
}

}  // namespace

extern "C" asy_generator *items_cpp(asy_loop *loop, asy_generator *inner) {
  return asy::generator_handle<std::string>(hand_on(asy::generator_handle<std::string>(asy::adopt, inner)), loop)
      .release();
}

extern "C" asy_future *link_cpp(asy_loop *loop, asy_future *inner, int32_t timeout) {
  return asy::spawn(loop, awaiting(asy::future<std::string>(asy::adopt, inner), timeout != 0)).release();
}

extern "C" asy_future *raise_cpp(asy_loop *loop) { return asy::spawn(loop, raising()).release(); }
