#pragma once
#include "runtime.hpp"

namespace asypy {

/* Completes its future once, from any thread. Dropped unset, the future fails with BrokenPromiseError. */
class Promise {
 public:
  explicit Promise(PyObject *on_cancel = nullptr, PyObject *loop = nullptr);
  Promise(const Promise &) = delete;
  Promise &operator=(const Promise &) = delete;
  ~Promise() {
    asy_promise_unref(handle_);
    Py_XDECREF(future_);
  }

  PyObject *set_result(PyObject *result);
  PyObject *set_exception(PyObject *exception);
  PyObject *set_cancelled(const char *msg = nullptr);
  PyObject *future() const { return Py_NewRef(future_); }

 private:
  asy_promise *handle_ = nullptr;
  PyObject *future_ = nullptr;
};

}  // namespace asypy
