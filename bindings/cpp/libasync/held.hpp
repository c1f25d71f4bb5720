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
  using handle = counted<T, Ref, Unref>;
  explicit held(handle owner) noexcept : owner_(std::move(owner)) {}
  held(held &&) noexcept = default;
  /** Gives back at once what it held before. */
  held &operator=(held other) noexcept {
    std::swap(owner_, other.owner_);
    return *this;
  }
  ~held() {
    if (owner_ && Release(owner_.raw()) == ASY_E_STATE) [[unlikely]]
      report_misuse("it was released before, or by a task that does not hold it", "the end of a guard");
  }

 private:
  handle owner_;
};

/** Await `acquire` (consumed), and hold what `owner` gave, which may lose its last handle meanwhile. */
template <class Held>
auto hold(asy_future *acquire, typename Held::handle owner) noexcept {
  auto read = [owner = std::move(owner)](const asy_value &) mutable noexcept { return Held(std::move(owner)); };
  return operation<decltype(read)>(acquire, std::move(read));
}

/** @return whether a try came through; throws for what is no "not now" */
inline bool tried(asy_status status, const char *advice = nullptr) {
  if (status == ASY_E_AGAIN) return false;
  check(status, advice);
  return true;
}

}  // namespace asy::detail
#endif
