/* The two halves of Future: what it is (future.cpp), what it offers (future_methods.cpp). */
#pragma once
#include "runtime.hpp"

#include <structmember.h>

namespace asypy {

/* One done callback; owned by the core, listed by the wrapper it was added through. */
struct Callback {
  PyObject *function;
  PyObject *context;
  asy_loop *loop;  // borrowed from the future
  Future *owner;   // NULL once that wrapper is gone
  Callback *next;
};

extern PyMethodDef future_methods[];
PyObject *future_repr(PyObject *self);
void future_adopt_value(Future *future);

}  // namespace asypy
