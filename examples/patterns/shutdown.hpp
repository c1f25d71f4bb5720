#ifndef PATTERNS_SHUTDOWN_HPP
#define PATTERNS_SHUTDOWN_HPP
#include <functional>
#include <libasync.hpp>

/* A service that ends in two phases: no new jobs, then a grace for what is queued and under way. */
template <class Job>
class service {
 public:
  service(unsigned workers, std::chrono::nanoseconds grace, std::function<asy::task<>(Job)> work)
      : workers_(workers), grace_(grace), work_(std::move(work)) {}

  /* Whether the job was taken. */
  bool submit(Job job) { return !stopping_.is_set() && jobs_.try_put(std::move(job)); }
  /* For a signal's handler: the first begins the end, the second ends the grace. */
  void stop() { stopping_.is_set() ? aborted_.set() : stopping_.set(); }
  /* Works until stop() and the end of what was queued, or of the grace. */
  asy::task<> run() {
    auto body = [this](asy::task_group &group) -> asy::task<> {
      std::vector<asy::future<void>> tasks;
      for (unsigned i = 0; i < workers_; ++i) tasks.push_back(group.spawn(worker()));
      co_await stopping_.wait();
      jobs_.shutdown();
      co_await give_grace(tasks);
      for (const auto &task : tasks) cancelled_ += task.cancel("the grace is over");
    };
    co_await asy::with_group(body);
  }
  /* Workers that the grace did not suffice for. */
  unsigned cancelled() const { return cancelled_; }

 private:
  asy::task<> worker() {
    while (auto job = co_await jobs_.next()) co_await work_(std::move(*job));
  }
  asy::task<> abort() { co_await aborted_.wait(); }
  static asy::task<> end(std::vector<asy::future<void>> tasks) { co_await asy::wait(std::move(tasks)); }
  asy::task<> give_grace(const std::vector<asy::future<void>> &tasks) {
    auto either = [&](std::size_t index) { return index ? abort() : end(tasks); };
    try {
      co_await asy::wait_for(asy::race(2, std::chrono::nanoseconds(0), either), grace_);
    } catch (const asy::timeout_error &) {}
  }

  const unsigned workers_;
  const std::chrono::nanoseconds grace_;
  const std::function<asy::task<>(Job)> work_;
  asy::queue<Job> jobs_;
  asy::event stopping_, aborted_;
  unsigned cancelled_ = 0;
};
#endif
