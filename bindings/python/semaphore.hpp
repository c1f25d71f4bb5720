#pragma once
#include "runtime.hpp"

namespace asypy {

/* Bound to the loop that first waits for it, so it may be made before any loop exists (LOOP-15). */
class Semaphore {
 public:
  explicit Semaphore(int64_t value = 1) : value_(static_cast<uint64_t>(value)) {
    if (value < 0) PyErr_SetString(PyExc_ValueError, "a semaphore begins with 0 or more");
  }
  Semaphore(const Semaphore &) = delete;
  Semaphore &operator=(const Semaphore &) = delete;
  ~Semaphore() { asy_semaphore_unref(handle_); }

  PyObject *acquire() { return bind() ? future_wrap(asy_semaphore_acquire(handle_), Kind::result, Py_True) : nullptr; }

  bool try_acquire() { return bind() && asy_semaphore_try_acquire(handle_) == ASY_OK; }

  PyObject *release() {
    asy_status status = ASY_OK;
    if (handle_) {
      status = asy_semaphore_release(handle_);
    } else {
      value_++;
    }
    if (status < 0) return raise_status(status);
    Py_RETURN_NONE;
  }

  bool locked() const { return handle_ ? asy_semaphore_is_locked(handle_) != 0 : value_ == 0; }
  uint64_t value() const { return handle_ ? asy_semaphore_value(handle_) : value_; }

  PyObject *__aenter__() { return acquire(); }
  PyObject *__aexit__(PyObject *, PyObject *, PyObject *) {
    PyObject *released = release();
    if (!released) return nullptr;
    Py_DECREF(released);
    return ready_new(Py_None);
  }

 private:
  bool bind() {
    if (handle_) return true;
    asy_loop *loop = current_loop();
    if (!loop) return false;
    asy_status status = asy_semaphore_new(loop, value_, &handle_);
    if (status < 0) raise_status(status);
    return status >= 0;
  }

  asy_semaphore *handle_ = nullptr;
  uint64_t value_;
};

}  // namespace asypy
