#ifndef PATTERNS_SOURCES_HPP
#define PATTERNS_SOURCES_HPP
#include <functional>
#include <libasync.hpp>

/* Several sources that one connection is made of: when one ends or fails, all do. */
inline asy::task<> run_sources(std::vector<std::function<asy::task<>()>> sources) {
  auto until_end = [](asy::task_group &group, const std::function<asy::task<>()> &source) -> asy::task<> {
    co_await source();
    group.cancel("another source ended");
  };
  auto run = [&](asy::task_group &group) -> asy::task<> {
    for (const auto &source : sources) group.spawn([&]() -> asy::task<> { return until_end(group, source); });
    co_return;
  };
  co_await asy::with_group(run);
}
#endif
