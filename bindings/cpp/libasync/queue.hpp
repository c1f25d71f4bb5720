/** @file
 * @brief A bounded first-in first-out queue. */
#ifndef LIBASYNC_CPP_QUEUE_HPP
#define LIBASYNC_CPP_QUEUE_HPP
#include "as_completed.hpp"

namespace asy {

/** A bounded queue of `T` between tasks of one loop; copies share it. Other languages see asy::convert's values. */
template <class T = value>
class queue : public detail::counted<asy_queue, asy_queue_ref, asy_queue_unref> {
 public:
  using counted::counted;
  /** @param max_size items at which put() waits; 0 for no bound */
  explicit queue(std::size_t max_size = 0, loop_ref loop = {}) {
    asy_queue *made = nullptr;
    check(asy_queue_new(loop.raw(), max_size, &made));
    static_cast<counted &>(*this) = counted(adopt, made);
  }

  /** Add an item, waiting for room; fails with closed_error. */
  [[nodiscard]] future<void> put(T item) const {
    value carried(std::move(item));
    return future<void>(adopt, asy_queue_put(raw(), carried.raw()));
  }
  /** Take the oldest item, waiting for one; fails with closed_error once the queue is closed and empty. */
  [[nodiscard]] future<T> get() const noexcept { return future<T>(adopt, asy_queue_get(raw())); }
  /** `while (auto item = co_await q.next())`; @return std::optional, empty once the queue is closed and empty */
  [[nodiscard]] detail::next_operation<T> next() const noexcept { return {asy_queue_get(raw()), ASY_E_CLOSED}; }
  /** @return whether there was room; throws closed_error */
  bool try_put(T item) const {
    value carried(std::move(item));
    asy_status status = asy_queue_try_put(raw(), carried.raw());
    if (status != ASY_E_AGAIN) check(status);
    return status == ASY_OK;
  }
  /** @return the oldest item if there is one; throws closed_error */
  std::optional<T> try_get() const {
    value carried;
    asy_status status = asy_queue_try_get(raw(), carried.raw());
    if (status == ASY_E_AGAIN) return std::nullopt;
    check(status);
    return carried.template as<T>();
  }
  std::size_t size() const noexcept { return asy_queue_size(raw()); }
  std::size_t max_size() const noexcept { return asy_queue_max_size(raw()); }
  /** Refuse further items; what is in it can still be taken. */
  void close() const { check(asy_queue_shutdown(raw(), 0)); }
};

}  // namespace asy
#endif
