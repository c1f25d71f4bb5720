#pragma once
#include "runtime.hpp"

namespace asypy {

/* An asynchronous iteration that every language can go through: another's, or with iterate() one of Python. */
class Generator {
 public:
  explicit Generator(PyObject *iterable);
  explicit Generator(asy_generator *handle) : handle_(handle) {}  // takes the reference
  Generator(const Generator &) = delete;
  Generator &operator=(const Generator &) = delete;
  ~Generator() { asy_generator_unref(handle_); }

  PyObject *asend(PyObject *value);
  PyObject *athrow(PyObject *exception);
  PyObject *aclose() { return future_wrap(asy_generator_close(handle_)); }
  PyObject *__aiter__(PyObject *SELF) { return Py_NewRef(SELF); }
  PyObject *__anext__() { return future_wrap(asy_generator_next(handle_), Kind::item); }

  asy_generator *handle() const { return handle_; }

 private:
  asy_generator *handle_ = nullptr;
};

size_t open_scopes();  // of the current task

}  // namespace asypy
