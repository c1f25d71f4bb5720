/* A part of a program that hides its symbols: built twice, and loaded twice by ../test_parts.cpp. */
#include <libasync.hpp>

#include <stdexcept>

extern "C" [[gnu::visibility("default")]] asy_future *part_fail(asy_loop *loop) {
  return asy::spawn(loop, []() -> asy::task<std::string> { throw std::out_of_range("of another part"); }).release();
}
extern "C" [[gnu::visibility("default")]] asy_future *part_give(asy_loop *loop) {
  return asy::future<std::pair<int, int>>::done(loop, std::pair(3, 4)).release();
}

/** Whether this part reads what another part's functions gave. */
extern "C" [[gnu::visibility("default")]] bool part_reads(asy_future *failed, asy_future *pair) {
  try {
    asy::future<std::string>(asy::borrow, failed).result();
  } catch (const std::out_of_range &) {
    return asy::future<std::pair<int, int>>(asy::borrow, pair).result().second == 4;
  } catch (const asy::error &) {}
  return false;
}
