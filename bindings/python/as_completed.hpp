#pragma once
#include "members.hpp"

namespace asypy {

/* Iterated plainly it gives awaitables of the next result, by `async for` the futures themselves. */
class AsCompleted {
 public:
  AsCompleted(PyObject *awaitables, PyObject *timeout = nullptr);
  AsCompleted(const AsCompleted &) = delete;
  AsCompleted &operator=(const AsCompleted &) = delete;
  ~AsCompleted() { asy_completions_unref(handle_); }

  PyObject *__iter__(PyObject *SELF) { return Py_NewRef(SELF); }
  PyObject *__next__();
  PyObject *__aiter__(PyObject *SELF) { return Py_NewRef(SELF); }
  PyObject *__anext__();

 private:
  Members members_;
  asy_completions *handle_ = nullptr;
  asy_loop *loop_ = nullptr;  // borrowed
  size_t given_ = 0;
};

}  // namespace asypy
