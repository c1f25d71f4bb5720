/** @file
 * @brief What is acquired and given back with a scope. */
#ifndef LIBASYNC_CPP_HELD_HPP
#define LIBASYNC_CPP_HELD_HPP
#include "loop.hpp"

namespace asy::detail {

/** Holds what was acquired, and gives it back when it goes. */
template <class T, T *(*Ref)(T *), void (*Unref)(T *), asy_status (*Release)(T *)>
class held {
 public:
  held(adopt_t, T *owner) noexcept : owner_(borrow, owner) {}
  held(held &&) noexcept = default;
  held &operator=(held &&other) noexcept {
    std::swap(owner_, other.owner_);
    return *this;
  }
  ~held() {
    if (owner_) Release(owner_.raw());
  }

 private:
  counted<T, Ref, Unref> owner_;
};

/** Await `acquire` (consumed), and hold what `owner` gave. */
template <class Held, class T>
auto hold(asy_future *acquire, T *owner) noexcept {
  auto read = [owner](const asy_value &) noexcept { return Held(adopt, owner); };
  return operation<decltype(read)>(acquire, read);
}

/** @return whether a try came through; throws for what is no "not now" */
inline bool tried(asy_status status) {
  if (status == ASY_E_AGAIN) return false;
  check(status);
  return true;
}

}  // namespace asy::detail
#endif
