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
  asy_completions *handle_ = nullptr;  // has the futures: their wrappers in here would be unseen by the collector
  size_t given_ = 0, count_ = 0;
};

}  // namespace asypy
