#pragma once
#include <mutex>

#include "libasync/base/object.hpp"

namespace libasync {

/// What other threads post; embedded in what it belongs to, so that posting never allocates.
struct letter {
  letter *next = nullptr;
  /// Runs on the loop's stack; with `closed` on any thread, where it is posted, when the loop is gone.
  void (*deliver)(letter &self, bool closed) noexcept = nullptr;
};

/// The loop's entrance for other threads.
struct mailbox {
  std::recursive_mutex lock;  // a release after close may release more
  letter *first = nullptr, **last = &first;
  object *released = nullptr;  // linked by `object::link`
  bool woken = false;          // a wake-up is under way
  bool closed = false;         // letters are delivered where they are posted
};

/// From any thread. A letter posted to a closed loop is delivered at once, as closed, and
/// the answer is false.
bool mailbox_post(loop &l, letter &mail) noexcept;
/// From a thread that does not own the loop, or after close.
void mailbox_release(object &o) noexcept;
/// On the loop: takes everything in.
void mailbox_drain(loop &l) noexcept;
bool mailbox_empty(loop &l) noexcept;

}  // namespace libasync
