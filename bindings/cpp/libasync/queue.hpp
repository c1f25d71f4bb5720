/** @file
 * @brief Bounded queues: first in, first out; last in, first out; the least first. */
#ifndef LIBASYNC_CPP_QUEUE_HPP
#define LIBASYNC_CPP_QUEUE_HPP
#include "as_completed.hpp"
#include "held.hpp"

#include <functional>

namespace asy {

namespace detail {

/** A value as a `T`, without taking from a box what cannot be copied. */
template <class T>
class peeked {
 public:
  explicit peeked(const asy_value &in) : found_(static_cast<box<T> *>(asy_value_object(&in, &box_type<T>))) {
    if (!found_) made_.emplace(convert<T>::get(in));
  }
  const T &item() const noexcept { return found_ ? found_->item : *made_; }

 private:
  box<T> *found_;
  std::optional<T> made_;
};

/** A `less` for the C ABI. */
template <class T, class Less>
struct comparison {
  Less less;
  asy_loop *loop;  // its queue keeps it

  static asy_status call(const asy_value *a, const asy_value *b, std::int32_t *out_order, void *self) noexcept {
    auto &[less, loop] = callback<comparison>::get(self);
    try {
      const peeked<T> left(*a), right(*b);
      *out_order = less(left.item(), right.item()) ? -1 : less(right.item(), left.item()) ? 1 : 0;
      return ASY_OK;
    } catch (...) {
      report_exception(loop, "comparing two items of a queue");
      return ASY_E_INVALID;
    }
  }
};

}  // namespace detail

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

  /** One that gives the newest item first. */
  static queue lifo(std::size_t max_size = 0, loop_ref loop = {}) {
    asy_queue *made = nullptr;
    check(asy_queue_new_lifo(loop.raw(), max_size, &made));
    return queue(adopt, made);
  }
  /**
   * One that gives the least item first, equal ones in the order in which they came.
   * @param less tells whether its first argument comes before its second; a put for which it throws is refused with
   *   #ASY_E_INVALID, and what it threw is reported
   */
  template <class Less = std::less<T>>
  static queue priority(std::size_t max_size = 0, Less less = {}, loop_ref loop = {}) {
    using compare = detail::comparison<T, Less>;
    using call = detail::callback<compare>;
    asy_queue *made = nullptr;
    check(asy_queue_new_priority(loop.raw(), max_size, compare::call, call::make({std::move(less), loop.raw()}),
                                 call::free, &made));
    return queue(adopt, made);
  }

  /** Add an item, waiting for room; fails with closed_error after shutdown(). */
  [[nodiscard]] future<void> put(T item) const {
    value carried(std::move(item));
    return future<void>(adopt, asy_queue_put(raw(), carried.raw()));
  }
  /** Take the next item, waiting for one; fails with closed_error once the queue is shut down and empty. */
  [[nodiscard]] future<T> get() const noexcept { return future<T>(adopt, asy_queue_get(raw())); }
  /** `while (auto item = co_await q.next())`; @return std::optional, empty once the queue is shut down and empty */
  [[nodiscard]] detail::next_operation<T> next() const noexcept { return {asy_queue_get(raw()), ASY_E_CLOSED}; }
  /** @return whether there was room; throws closed_error */
  bool try_put(T item) const {
    value carried(std::move(item));
    return detail::tried(asy_queue_try_put(raw(), carried.raw()));
  }
  /** @return the next item if there is one; throws closed_error */
  std::optional<T> try_get() const {
    value carried;
    if (!detail::tried(asy_queue_try_get(raw(), carried.raw()))) return std::nullopt;
    return carried.template as<T>();
  }
  std::size_t size() const noexcept { return asy_queue_size(raw()); }
  std::size_t max_size() const noexcept { return asy_queue_max_size(raw()); }
  /** @return how many wait for an item */
  std::size_t getters() const noexcept { return asy_queue_getters(raw()); }
  /** @return how many wait for room */
  std::size_t putters() const noexcept { return asy_queue_putters(raw()); }

  /** Wait until task_done() was called for every item that was put in. */
  [[nodiscard]] future<void> join() const noexcept { return future<void>(adopt, asy_queue_join(raw())); }
  /** Say that an item that was taken out is finished; throws state_error when none is unfinished. */
  void task_done() const {
    check(asy_queue_task_done(raw()), "no item is unfinished: task_done() is called once for each that was taken");
  }
  std::uint64_t unfinished() const noexcept { return asy_queue_unfinished(raw()); }
  /** Refuse further items; what is in it can still be taken. `immediate` drops that as well. */
  void shutdown(bool immediate = false) const { check(asy_queue_shutdown(raw(), immediate)); }
  bool is_shut_down() const noexcept { return asy_queue_is_shut_down(raw()); }
};

}  // namespace asy
#endif
