/** @file
 * @brief What every handle is made of. */
#ifndef LIBASYNC_CPP_COUNTED_HPP
#define LIBASYNC_CPP_COUNTED_HPP
#include <libasync.h>

#include <utility>

namespace asy {

/** Marks a constructor that takes over the caller's reference. */
struct adopt_t {
  explicit adopt_t() = default;
};
/** Marks a constructor that adds a reference of its own. */
struct borrow_t {
  explicit borrow_t() = default;
};
inline constexpr adopt_t adopt{};
inline constexpr borrow_t borrow{};

namespace detail {

/** A counted handle: copies share the object, an empty one holds nullptr. */
template <class T, T *(*Ref)(T *), void (*Unref)(T *)>
class counted {
 public:
  counted() noexcept = default;
  counted(adopt_t, T *raw) noexcept : raw_(raw) {}
  counted(borrow_t, T *raw) noexcept : raw_(raw ? Ref(raw) : nullptr) {}
  counted(const counted &other) noexcept : counted(borrow, other.raw_) {}
  counted(counted &&other) noexcept : raw_(std::exchange(other.raw_, nullptr)) {}
  counted &operator=(counted other) noexcept {
    std::swap(raw_, other.raw_);
    return *this;
  }
  ~counted() {
    if (raw_) Unref(raw_);
  }

  /** @return the C handle, borrowed; nullptr when empty */
  T *raw() const noexcept { return raw_; }
  /** @return the C handle with its reference, the caller's from now on; leaves this one empty */
  T *release() noexcept { return std::exchange(raw_, nullptr); }
  explicit operator bool() const noexcept { return raw_ != nullptr; }
  /** @return whether both are the same object */
  friend bool operator==(const counted &left, const counted &right) noexcept { return left.raw_ == right.raw_; }

 private:
  T *raw_ = nullptr;
};

}  // namespace detail
}  // namespace asy
#endif
