#pragma once
#include "lazy.hpp"

namespace asypy {

class Semaphore {
 public:
  explicit Semaphore(int64_t value = 1) : Semaphore(value, asy_semaphore_new, UINT64_MAX) {}
  Semaphore(const Semaphore &) = delete;
  Semaphore &operator=(const Semaphore &) = delete;

  PyObject *acquire() {
    return bind() ? future_wrap(asy_semaphore_acquire(handle_.get()), Kind::result, Py_True) : nullptr;
  }
  PyObject *try_acquire() {
    if (!bind()) return nullptr;
    asy_status status = asy_semaphore_try_acquire(handle_.get());
    if (status == ASY_OK || status == ASY_E_AGAIN) return PyBool_FromLong(status == ASY_OK);
    return raise_status(status);
  }
  PyObject *release() {
    asy_status status = ASY_OK;
    if (handle_) status = asy_semaphore_release(handle_.get());
    else if (value_ < most_) value_++;
    else status = ASY_E_STATE;
    return none_or_say(status, PyExc_ValueError, "a bounded semaphore was released too many times");
  }
  bool locked() const { return handle_ ? asy_semaphore_is_locked(handle_.get()) != 0 : value_ == 0; }
  uint64_t value() const { return handle_ ? asy_semaphore_value(handle_.get()) : value_; }

  PyObject *__aenter__() { return bind() ? future_wrap(asy_semaphore_acquire(handle_.get())) : nullptr; }
  PyObject *__aexit__(PyObject *, PyObject *, PyObject *) { return left_after(release()); }
  PyObject *_describe() {
    std::string text = locked() ? "locked" : "unlocked, value:" + std::to_string(value());
    append_waiters(text, handle_ ? asy_semaphore_waiting(handle_.get()) : 0);
    return bracketed(text);
  }

 protected:
  using Make = asy_status (*)(asy_loop *, uint64_t, asy_semaphore **);
  Semaphore(int64_t value, Make make, uint64_t most) : make_(make), value_(static_cast<uint64_t>(value)), most_(most) {
    if (value < 0) PyErr_SetString(PyExc_ValueError, "a semaphore begins with 0 or more");
  }

 private:
  bool bind() {
    return handle_.bind([this](asy_loop *loop, asy_semaphore **out) { return make_(loop, value_, out); });
  }

  Lazy<asy_semaphore, asy_semaphore_unref> handle_;
  Make make_;
  uint64_t value_, most_;
};

class BoundedSemaphore : public Semaphore {
 public:
  explicit BoundedSemaphore(int64_t value = 1)
      : Semaphore(value, asy_semaphore_new_bounded, static_cast<uint64_t>(value)) {}
};

}  // namespace asypy
