#ifndef PATTERNS_TOY_LOOP_HPP
#define PATTERNS_TOY_LOOP_HPP
#include <functional>
#include <libasync.hpp>
#include <map>

/* What an event loop is, in thirty lines, with libasync's inside it. */
class toy_loop {
 public:
  /* At a time of libasync's clock; 0: as soon as possible. */
  void call_at(std::chrono::nanoseconds when, std::function<void()> job) { jobs_.emplace(when, std::move(job)); }

  /* Run what is due; then let libasync wait, for its own work or until ours is due. */
  void run(asy::loop &loop) {
    while (!jobs_.empty() || loop.task_count()) {
      while (!jobs_.empty() && jobs_.begin()->first <= loop.time()) jobs_.extract(jobs_.begin()).mapped()();
      if (jobs_.empty()) {
        if (loop.task_count()) loop.step(asy::forever);
      } else {
        loop.step(jobs_.begin()->first - loop.time());
      }
    }
  }

 private:
  std::multimap<std::chrono::nanoseconds, std::function<void()>> jobs_; /* equal times in their order */
};
#endif
