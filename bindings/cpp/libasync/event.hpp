/** @file
 * @brief A flag that tasks wait for. */
#ifndef LIBASYNC_CPP_EVENT_HPP
#define LIBASYNC_CPP_EVENT_HPP
#include "loop.hpp"

namespace asy {

/** A flag that tasks wait for; copies share it. The loop's thread. */
class event : public detail::counted<asy_event, asy_event_ref, asy_event_unref> {
 public:
  using counted::counted;
  explicit event(loop_ref loop) {
    asy_event *made = nullptr;
    check(asy_event_new(loop.raw(), &made));
    static_cast<counted &>(*this) = counted(adopt, made);
  }
  /** On the loop that runs on this thread. */
  event() : event(loop_ref()) {}

  /** Wake all that wait now, even if clear() follows at once. */
  void set() const { check(asy_event_set(raw())); }
  void clear() const { check(asy_event_clear(raw())); }
  bool is_set() const noexcept { return asy_event_is_set(raw()); }
  /** @return how many wait */
  std::size_t waiting() const noexcept { return asy_event_waiting(raw()); }
  /** Wait until it is set; at once when it is. */
  [[nodiscard]] future<void> wait() const noexcept { return future<void>(adopt, asy_event_wait(raw())); }
};

}  // namespace asy
#endif
