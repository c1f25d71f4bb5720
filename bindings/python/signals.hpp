#pragma once
#include "lazy.hpp"

#include <vector>

namespace asypy {

/* Signals as a stream: `async for`. */
class Signals {
 public:
  explicit Signals(PyObject *numbers) {
    asy_loop *loop = current_loop();
    PyObject *list = loop ? PySequence_Fast(numbers, "signal numbers are needed") : nullptr;
    std::vector<int32_t> signums;
    for (Py_ssize_t i = 0; list && i < PySequence_Fast_GET_SIZE(list); i++)
      signums.push_back(static_cast<int32_t>(PyLong_AsLong(PySequence_Fast_GET_ITEM(list, i))));
    Py_XDECREF(list);
    if (PyErr_Occurred()) return;
    asy_status status = asy_signals_new(loop, signums.data(), signums.size(), &handle_);
    if (status < 0) raise_status(status);
  }
  Signals(const Signals &) = delete;
  Signals &operator=(const Signals &) = delete;
  ~Signals() { asy_signals_unref(handle_); }

  PyObject *get() { return future_wrap(asy_signals_next(handle_)); }
  PyObject *close() { return none_or_raise(asy_signals_close(handle_)); }

  PyObject *__aiter__(PyObject *SELF) { return Py_NewRef(SELF); }
  PyObject *__anext__() { return future_wrap(asy_signals_next(handle_), Kind::queue_item); }
  PyObject *__aenter__(PyObject *SELF) { return ready_new(SELF); }
  PyObject *__aexit__(PyObject *, PyObject *, PyObject *) { return left_after(close()); }

 private:
  asy_signals *handle_ = nullptr;
};

}  // namespace asypy
