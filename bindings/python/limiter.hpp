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
    if (!bind()) return nullptr;
    return future_or_say(asy_limiter_acquire(handle_.get(), amount), ASY_E_INVALID, wrong_amount);
  }
  PyObject *try_acquire(double amount = 1) {
    if (!bind()) return nullptr;
    asy_status status = asy_limiter_try_acquire(handle_.get(), amount);
    if (status == ASY_OK || status == ASY_E_AGAIN) return PyBool_FromLong(status == ASY_OK);
    if (status != ASY_E_INVALID) return raise_status(status);
    PyErr_SetString(PyExc_ValueError, wrong_amount);
    return nullptr;
  }

  PyObject *__aenter__() { return acquire(); }
  PyObject *__aexit__(PyObject *, PyObject *, PyObject *) { return ready_new(Py_None); }
  PyObject *_describe() {
    return PyUnicode_FromFormat("[waiters:%zu]", handle_ ? asy_limiter_waiting(handle_.get()) : size_t{0});
  }

 private:
  static constexpr const char *wrong_amount = "an amount from 0 to the burst is needed";

  bool bind() {
    return handle_.bind(
        [this](asy_loop *loop, asy_limiter **out) { return asy_limiter_new(loop, rate_, burst_, out); });
  }

  Lazy<asy_limiter, asy_limiter_unref> handle_;
  double rate_, burst_;
};

}  // namespace asypy
