#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "libasync/base/abi.h"
#include "libasync/base/pool.hpp"

namespace libasync {

struct loop;
struct object;
struct future;
struct error;
struct text;

/// What all objects of a kind share.
struct kind {
  const char *name;
  block_size size;
  /// Ready-queue and timer entries an object may need at once; reserved when it is made.
  uint16_t ready_entries;
  uint16_t timer_entries;
  bool is_future;
  bool is_task;
  /// Releases what the object holds; the last reference is gone. Runs on the loop's stack.
  void (*dispose)(object &self) noexcept;
  /// Futures: asked to cancel; NULL completes it as cancelled. `reason` is borrowed.
  void (*cancel)(future &self, error *reason) noexcept;
  /// The loop closes: end whatever is under way; NULL when there is nothing to do.
  void (*close)(object &self) noexcept;
  /// Adds what else there is to say, after a comma, or NULL. Runs no foreign code.
  void (*describe)(object &self, text &out) noexcept = nullptr;
  /// Futures: when it is done, nothing but its value is left to release; of tasks see task_is_bare().
  bool ends_bare = false;
};

/// The head of everything that belongs to a loop and has handles.
///
/// The count is plain: only the owner of the loop touches it. Other threads'
/// releases are counted in `remote` and the object is linked into the loop's
/// mailbox.
struct object {
  static constexpr uint8_t immortal = 1;  // static storage, no loop, never counted
  uint32_t refs;
  std::atomic<uint32_t> remote;
  loop *owner;
  const kind *what;
  object *link;
  uint8_t state;
  uint8_t flags;
};

inline void object_ref(object *o) noexcept {
  if (!(o->flags & object::immortal)) ++o->refs;
}
template <class T>
T *ref(T *o) noexcept {
  object_ref(o);
  return o;
}
/// From any thread; NULL is allowed.
void object_unref(object *o) noexcept;
/// On the owning thread, for an object that is known to be counted.
void object_dispose(object *o) noexcept;
/// The same after close, with the mailbox's lock.
void object_dispose_closed(object *o) noexcept;
/// Disposes of what had to wait for the loop's stack.
void objects_bury(loop &l) noexcept;
inline void unref_local(object *o) noexcept {
  if (!(o->flags & object::immortal) && --o->refs == 0) object_dispose(o);
}

/// The same for an object that is known to be counted, such as one in the ready queue.
template <class T>
T *ref_counted(T *o) noexcept {
  ++o->refs;
  return o;
}
inline void unref_counted(object *o) noexcept {
  if (--o->refs == 0) object_dispose(o);
}

/// Owns one reference on the owning thread.
template <class T>
class owned {
 public:
  owned() = default;
  explicit owned(T *consumed) noexcept : it_(consumed) {}
  owned(owned &&other) noexcept : it_(other.release()) {}
  owned &operator=(owned &&other) noexcept {
    if (this != &other) {
      reset();
      it_ = other.release();
    }
    return *this;
  }
  ~owned() { reset(); }
  T *get() const noexcept { return it_; }
  T *operator->() const noexcept { return it_; }
  T &operator*() const noexcept { return *it_; }
  explicit operator bool() const noexcept { return it_; }
  T *release() noexcept {
    T *it = it_;
    it_ = nullptr;
    return it;
  }
  void reset() noexcept {
    if (it_) unref_local(release());
  }

 private:
  T *it_ = nullptr;
};

}  // namespace libasync
