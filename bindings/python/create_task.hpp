#pragma once
#include "runtime.hpp"

namespace asypy {

struct TaskArguments {  // borrowed
  PyObject *coroutine = nullptr, *name = nullptr, *context = nullptr, *loop = nullptr;
  bool eager = false;
  bool parse(PyObject *const *args, Py_ssize_t count, PyObject *names);
};

/* Arguments of METH_FASTCALL; `loop` NULL: the running one. */
PyObject *create_task(asy_loop *loop, PyObject *const *args, Py_ssize_t count, PyObject *names);
int task_init(PyObject *self, PyObject *args, PyObject *kwargs);

}  // namespace asypy
