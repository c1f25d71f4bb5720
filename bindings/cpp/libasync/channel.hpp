/** @file
 * @brief Values from any thread into a loop. */
#ifndef LIBASYNC_CPP_CHANNEL_HPP
#define LIBASYNC_CPP_CHANNEL_HPP
#include "as_completed.hpp"
#include "held.hpp"

namespace asy {

/**
 * A bounded queue of `T` into a loop; copies share it. Any thread may hold it, send and shut it down; the loop's
 * thread makes it and receives. When the last copy goes, those who wait end with closed_error.
 */
template <class T = value>
class channel : public detail::counted<asy_channel, asy_channel_ref, asy_channel_unref> {
 public:
  using counted::counted;
  /** @param max_size items at which send() is refused; 0 for no bound */
  explicit channel(std::size_t max_size = 0, loop_ref loop = {}) {
    asy_channel *made = nullptr;
    check(asy_channel_new(loop.raw(), max_size, &made));
    static_cast<counted &>(*this) = counted(adopt, made);
  }

  /** From any thread; never blocks. @return whether there was room; throws closed_error */
  bool send(T item) const {
    value carried(std::move(item));
    return detail::tried(asy_channel_send(raw(), carried.raw()));
  }
  /** Take the next item, waiting for one; fails with closed_error once the channel is shut down and empty. */
  [[nodiscard]] future<T> receive() const noexcept { return future<T>(adopt, asy_channel_receive(raw())); }
  /** `while (auto item = co_await c.next())`; @return std::optional, empty once the channel is shut down and empty */
  [[nodiscard]] detail::next_operation<T> next() const noexcept { return {asy_channel_receive(raw()), ASY_E_CLOSED}; }
  /** @return the next item if there is one; throws closed_error */
  std::optional<T> try_receive() const {
    value carried;
    if (!detail::tried(asy_channel_try_receive(raw(), carried.raw()))) return std::nullopt;
    return carried.template as<T>();
  }
  std::size_t size() const noexcept { return asy_channel_size(raw()); }
  /** From any thread: refuse further items; what is in it is still received. */
  void shutdown() const { check(asy_channel_shutdown(raw())); }
};

}  // namespace asy
#endif
