/** @file
 * @brief Watching file descriptors. */
#ifndef LIBASYNC_CPP_WATCH_HPP
#define LIBASYNC_CPP_WATCH_HPP
#include "loop.hpp"

namespace asy {

/** Watches a file descriptor that belongs to somebody else; close() or the end of the object stops it. */
class watch {
 public:
  /**
   * @param fd the descriptor; it must stay open until close()
   * @param events bits of #asy_watch_events
   * @param function called on the loop with the events that were seen
   */
  template <class F>
  watch(int fd, std::uint32_t events, F function, loop_ref loop = {}) {
    using call = detail::callback<F>;
    asy_watch_cb seen = [](asy_watch *, std::uint32_t what, void *self) {
      try {
        call::get(self)(what);
      } catch (...) {
        detail::report_exception(nullptr, "in a watch callback");
      }
    };
    asy_watch *made = nullptr;
    check(asy_watch_new(loop.raw(), fd, events, seen, call::make(std::move(function)), call::free, &made));
    handle_ = watch_handle(adopt, made);
  }
  watch(watch &&) noexcept = default;
  /** Closes the one it was before. */
  watch &operator=(watch other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~watch() {
    if (handle_) asy_watch_close(handle_.raw());
  }

  void set_events(std::uint32_t events) { check(asy_watch_set_events(handle_.raw(), events)); }
  void close() { check(asy_watch_close(handle_.raw())); }
  /** @return the C handle, borrowed */
  asy_watch *raw() const noexcept { return handle_.raw(); }

 private:
  using watch_handle = detail::counted<asy_watch, asy_watch_ref, asy_watch_unref>;
  watch_handle handle_;
};

}  // namespace asy
#endif
