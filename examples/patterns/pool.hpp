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
  /* A borrowed connection, which goes back at the end of the scope. */
  class lease {
   public:
    lease(pool &owner, Connection connection, asy::permit slot)
        : owner_(&owner), connection_(std::move(connection)), slot_(std::move(slot)) {
      ++owner.borrowed_;
    }
    lease(lease &&other) noexcept
        : owner_(std::exchange(other.owner_, nullptr)),
          connection_(std::move(other.connection_)),
          slot_(std::move(other.slot_)) {}
    ~lease() {
      if (owner_) owner_->take_back(std::move(connection_), is_broken_);
    }
    Connection &operator*() { return connection_; }
    void set_broken() { is_broken_ = true; }

   private:
    pool *owner_;
    Connection connection_;
    asy::permit slot_;
    bool is_broken_ = false;
  };

  explicit pool(options how) : how_(std::move(how)), slots_(how_.size) {}

  /* Throws timeout_error; closed_error once it closes. */
  asy::task<lease> acquire(std::chrono::nanoseconds limit = asy::forever) {
    return asy::with_timeout(limit, [this](asy::timeout &) { return borrow(); });
  }
  /* Waits for the borrowed ones. */
  asy::task<> close() {
    is_closing_ = true;
    idle_.clear();
    while (borrowed_) {
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
    auto slot = co_await slots_.hold();
    if (is_closing_) throw asy::closed_error(ASY_E_CLOSED, "the pool is closed");
    std::optional<Connection> found = take_idle();
    if (!found) found.emplace(co_await how_.open());
    co_return lease(*this, std::move(*found), std::move(slot));
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
    if (!--borrowed_) returned_.set();
  }

  const options how_;
  asy::semaphore slots_; /* who waits for one stands in its line */
  asy::event returned_;
  std::vector<unused> idle_;
  std::size_t borrowed_ = 0;
  bool is_closing_ = false;
};
#endif
