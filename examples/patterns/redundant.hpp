#ifndef PATTERNS_REDUNDANT_HPP
#define PATTERNS_REDUNDANT_HPP
#include <libasync.hpp>

/* The first answer of several servers; the others are cancelled and have cleaned up. */
template <class T>
asy::task<T> first_answer(std::vector<asy::task<T>> servers) {
  using namespace std::chrono_literals;
  auto begin = [&](std::size_t index) { return std::move(servers[index]); };
  auto won = co_await asy::race(servers.size(), 0ms, begin);
  co_return std::move(won.item);
}
#endif
