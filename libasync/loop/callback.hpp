#pragma once
#include <utility>

#include "libasync/base/abi.h"

namespace libasync {

/// Runs foreign code on a stack that is large enough for it: from a small one by
/// two switches, from any other directly. With the small stacks, in task/stack.cpp.
void run_outside(void (*run)(void *argument), void *argument) noexcept;

/// A user's callback with what it owns.
template <class Function>
struct callback {
  Function run = nullptr;
  void *user_data = nullptr;
  asy_free_cb on_free = nullptr;
  void free() noexcept {
    const callback was = *this;
    *this = {};  // what runs now may come back
    if (was.on_free) was.on_free(was.user_data);
  }
  /// From where a small stack may be in use.
  void free_outside() noexcept {
    const callback was = *this;
    *this = {};
    if (was.on_free) run_outside(was.on_free, was.user_data);
  }
};

/// A callback that may be replaced while it runs, also by itself: then what it owns goes when it has returned.
template <class Function>
class hook {
 public:
  explicit operator bool() const noexcept { return now_.run; }
  void set(const callback<Function> &consumed) noexcept {
    callback<Function> before = std::exchange(now_, consumed);
    frame *outermost = nullptr;
    for (frame *at = std::exchange(running_, nullptr); at; at = at->outer) {
      at->replaced = true;
      outermost = at;
    }
    if (outermost) outermost->frees = true;
    else before.free_outside();
  }
  /// It is there. Nothing of the hook is touched once it was replaced: its owner may be gone.
  template <class... Arguments>
  auto run(Arguments... arguments) noexcept {
    frame f(*this);
    return f.call.run(arguments..., f.call.user_data);
  }

 private:
  struct frame {
    explicit frame(hook &hook) noexcept : of(hook), call(hook.now_), outer(std::exchange(hook.running_, this)) {}
    ~frame() {
      if (!replaced) of.running_ = outer;
      if (frees) call.free_outside();
    }
    hook &of;
    callback<Function> call;
    frame *outer;
    bool replaced = false, frees = false;
  };
  callback<Function> now_;
  frame *running_ = nullptr;
};

}  // namespace libasync
