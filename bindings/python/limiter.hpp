#pragma once
#include "lazy.hpp"

namespace asypy {

class Limiter {
 public:
  explicit Limiter(double rate, double burst = 1) : rate_(rate), burst_(burst) {
    if (!(rate > 0) || !(burst > 0)) PyErr_SetString(PyExc_ValueError, "rate and burst are above zero");
  }
  Limiter(const Limiter &) = delete;
  Limiter &operator=(const Limiter &) = delete;

  PyObject *acquire(double amount = 1) {
    return bind() ? future_wrap(asy_limiter_acquire(handle_.get(), amount)) : nullptr;
  }
  PyObject *try_acquire(double amount = 1) {
    if (!bind()) return nullptr;
    asy_status status = asy_limiter_try_acquire(handle_.get(), amount);
    if (status == ASY_OK || status == ASY_E_AGAIN) return PyBool_FromLong(status == ASY_OK);
    return raise_status(status);
  }

  PyObject *__aenter__() { return acquire(); }
  PyObject *__aexit__(PyObject *, PyObject *, PyObject *) { return ready_new(Py_None); }
  PyObject *_describe() {
    return PyUnicode_FromFormat("[waiters:%zu]", handle_ ? asy_limiter_waiting(handle_.get()) : size_t{0});
  }

 private:
  bool bind() {
    return handle_.bind(
        [this](asy_loop *loop, asy_limiter **out) { return asy_limiter_new(loop, rate_, burst_, out); });
  }

  Lazy<asy_limiter, asy_limiter_unref> handle_;
  double rate_, burst_;
};

}  // namespace asypy
