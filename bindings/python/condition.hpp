#pragma once
#include "lock.hpp"

namespace asypy {

/* What condition.py adds wait_for() to. */
class Condition {
 public:
  explicit Condition(Lock *lock = nullptr) : lock_(lock ? lock->shared() : std::make_shared<LazyLock>(false)) {}
  Condition(const Condition &) = delete;
  Condition &operator=(const Condition &) = delete;

  PyObject *wait() {
    if (!bind()) return nullptr;
    return future_or_say(asy_condition_wait(handle_.get()), ASY_E_STATE, "wait() needs the lock held", Py_True);
  }
  PyObject *notify(size_t n = 1) {
    if (!bind()) return nullptr;
    return none_or_say(asy_condition_notify(handle_.get(), n), PyExc_RuntimeError, "notify() needs the lock held");
  }
  PyObject *notify_all() { return notify(SIZE_MAX); }

  PyObject *acquire() { return lock_.acquire(); }
  PyObject *release() { return lock_.release(); }
  bool locked() const { return lock_.locked(); }
  PyObject *__aenter__() { return lock_.__aenter__(); }
  PyObject *__aexit__(PyObject *, PyObject *, PyObject *) { return left_after(release()); }
  PyObject *_describe() {
    std::string text = locked() ? "locked" : "unlocked";
    append_waiters(text, handle_ ? asy_condition_waiting(handle_.get()) : 0);
    return bracketed(text);
  }

 private:
  bool bind() {
    return lock_.shared()->bind() && handle_.bind([this](asy_loop *loop, asy_condition **out) {
      return asy_condition_new(loop, lock_.shared()->get(), out);
    });
  }

  Lock lock_;
  Lazy<asy_condition, asy_condition_unref> handle_;
};

}  // namespace asypy
