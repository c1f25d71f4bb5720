#pragma once
#include <uv.h>

#include <cstdint>

namespace libasync {

/// The one place that time comes from.
class clock {
 public:
  uint64_t now() const noexcept { return virtual_ ? now_ : machine(); }
  /// What really passes, also while a virtual clock stands still.
  static uint64_t machine() noexcept { return uv_hrtime(); }
  bool is_virtual() const noexcept { return virtual_; }
  void make_virtual(uint64_t start) noexcept {
    virtual_ = true;
    now_ = start;
  }
  /// A virtual clock only, and only forwards; the end of time never comes.
  void advance_to(uint64_t when) noexcept {
    if (when == UINT64_MAX) --when;
    if (when > now_) now_ = when;
  }

 private:
  bool virtual_ = false;
  uint64_t now_ = 0;
};

}  // namespace libasync
