#pragma once
#include "lazy.hpp"

#include <memory>

namespace asypy {

/* Shared by a Lock and the Conditions made with it. */
class LazyLock : public Lazy<asy_lock, asy_lock_unref> {
 public:
  explicit LazyLock(bool owned) : flags_(owned ? uint32_t{ASY_LOCK_OWNED} : 0) {}
  bool bind() {
    return Lazy::bind([this](asy_loop *loop, asy_lock **out) { return asy_lock_new(loop, flags_, out); });
  }

 private:
  uint32_t flags_;
};

class Lock {
 public:
  explicit Lock(bool owned = false) : handle_(std::make_shared<LazyLock>(owned)) {}
  explicit Lock(std::shared_ptr<LazyLock> handle) : handle_(std::move(handle)) {}
  Lock(const Lock &) = delete;
  Lock &operator=(const Lock &) = delete;

  PyObject *acquire() { return begin(Py_True); }
  PyObject *try_acquire() {
    if (!handle_->bind()) return nullptr;
    asy_status status = asy_lock_try_acquire(handle_->get());
    if (status == ASY_OK || status == ASY_E_AGAIN) return PyBool_FromLong(status == ASY_OK);
    return none_or_say(status, PyExc_RuntimeError, held_already);
  }
  PyObject *release() {
    asy_status status = *handle_ ? asy_lock_release(handle_->get()) : ASY_E_STATE;
    return none_or_say(status, PyExc_RuntimeError, "the lock is not held, or not by this task");
  }
  bool locked() const { return *handle_ && asy_lock_is_locked(handle_->get()); }

  PyObject *__aenter__() { return begin(nullptr); }
  PyObject *__aexit__(PyObject *, PyObject *, PyObject *) { return left_after(release()); }
  PyObject *_describe() {
    std::string text = locked() ? "locked" : "unlocked";
    append_waiters(text, *handle_ ? asy_lock_waiting(handle_->get()) : 0);
    return bracketed(text);
  }

  const std::shared_ptr<LazyLock> &shared() const { return handle_; }

 private:
  static constexpr const char *held_already = "this task holds the lock already";

  PyObject *begin(PyObject *result) {
    if (!handle_->bind()) return nullptr;
    return future_or_say(asy_lock_acquire(handle_->get()), ASY_E_STATE, held_already, result);
  }

  std::shared_ptr<LazyLock> handle_;
};

}  // namespace asypy
