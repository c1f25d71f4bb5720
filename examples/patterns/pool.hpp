#ifndef PATTERNS_POOL_HPP
#define PATTERNS_POOL_HPP
#include <functional>
#include <libasync.hpp>

/* At most so many connections, opened when needed, used again while they are healthy; dropping one closes it. */
template <class Connection>
class pool {
 public:
  struct options {
    std::size_t size;
    std::chrono::nanoseconds idle; /* closed when it lay unused for as long */
    std::function<asy::task<Connection>()> open;
    std::function<bool(Connection &)> is_healthy;
  };
  /* Counts who has a connection, opens one or waits for one. */
  struct leave {
    void operator()(pool *used) const {
      if (!--used->users_) used->returned_.set();
    }
  };
  using user = std::unique_ptr<pool, leave>;
  /* A borrowed connection, which goes back at the end of the scope. */
  class lease {
   public:
    lease(user self, Connection connection, asy::permit slot)
        : self_(std::move(self)), slot_(std::move(slot)), connection_(std::move(connection)) {}
    lease(lease &&) noexcept = default;
    ~lease() {
      if (self_) self_->take_back(std::move(connection_), is_broken_);
    }
    Connection &operator*() { return connection_; }
    void set_broken() { is_broken_ = true; }

   private:
    user self_; /* the last to go */
    asy::permit slot_;
    Connection connection_;
    bool is_broken_ = false;
  };

  explicit pool(options how) : how_(std::move(how)), slots_(how_.size) {}

  /* Throws timeout_error; closed_error once it closes. */
  asy::task<lease> acquire(std::chrono::nanoseconds limit = asy::forever) {
    return asy::with_timeout(limit, [this](asy::timeout &) { return borrow(); });
  }
  /* Lets nobody in, and waits for all who use it. */
  asy::task<> close() {
    is_closing_ = true;
    idle_.clear();
    while (users_) {
      returned_.clear();
      co_await returned_.wait();
    }
  }

 private:
  struct unused {
    Connection connection;
    std::chrono::nanoseconds since;
  };
  asy::task<lease> borrow() {
    ++users_;
    user self(this);
    auto slot = co_await slots_.hold();
    if (is_closing_) throw asy::closed_error(ASY_E_CLOSED, "the pool is closed");
    std::optional<Connection> found = take_idle();
    if (!found) found.emplace(co_await how_.open());
    co_return lease(std::move(self), std::move(*found), std::move(slot));
  }
  /* The last one returned is the first to go out again. */
  std::optional<Connection> take_idle() {
    while (!idle_.empty()) {
      unused last = std::move(idle_.back());
      idle_.pop_back();
      bool is_fresh = asy::loop_ref().time() - last.since < how_.idle;
      if (is_fresh && (!how_.is_healthy || how_.is_healthy(last.connection))) return std::move(last.connection);
    }
    return std::nullopt;
  }
  void take_back(Connection connection, bool is_broken) {
    if (!is_broken && !is_closing_) idle_.push_back({std::move(connection), asy::loop_ref().time()});
  }

  const options how_;
  asy::semaphore slots_; /* who waits for one stands in its line */
  asy::event returned_;
  std::vector<unused> idle_;
  std::size_t users_ = 0;
  bool is_closing_ = false;
};
#endif
