/* The two halves of Future: what it is (future.cpp), what it offers (future_methods.cpp). */
#pragma once
#include "runtime.hpp"

#include <structmember.h>

#include <string>

namespace asypy {

/* One done callback; owned by the core, listed by the wrapper it was added through. */
struct Callback {
  PyObject *function;
  PyObject *context;
  asy_loop *loop;  // borrowed from the future
  Future *owner;   // NULL once that wrapper is gone
  Callback *next;
};

/* What asy_future_place() or asy_future_describe() tells, as long as it is. */
inline std::string text_of(size_t (*tell)(asy_future *, char *, size_t), asy_future *handle) {
  std::string text(255, '\0');
  const size_t length = tell(handle, text.data(), text.size() + 1);
  const bool cut = length > text.size();
  text.resize(length);
  if (cut) tell(handle, text.data(), length + 1);
  return text;
}

extern PyMethodDef future_methods[];
PyObject *future_repr(PyObject *self);
void future_adopt_value(Future *future);

}  // namespace asypy
