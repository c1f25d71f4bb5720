#include "asy_python.h"

#include "runtime.hpp"

namespace asypy {
namespace {

PyObject *future(asy_future *handle) { return asy_future_is_task(handle) ? task_wrap(handle) : future_wrap(handle); }
int value_of(PyObject *object, asy_value *out_value) { return to_value(object, out_value) ? 0 : -1; }

asy_task *spawn(asy_loop *loop, PyObject *coroutine) {
  PyObject *host = loop_object(loop);  // what Python keeps with the loop stays there
  PyObject *task = host ? task_new(loop, coroutine, nullptr, nullptr) : nullptr;
  asy_task *handle = task ? asy_future_ref(as_future(task)->handle) : nullptr;
  Py_XDECREF(task);
  Py_XDECREF(host);
  return handle;
}

const asy_python_api api = {
    sizeof(asy_python_api), loop_arg_or_current, future, raise_status, value_of, to_python, spawn};

}  // namespace

bool init_plugin(PyObject *module) {
  PyObject *capsule = PyCapsule_New(const_cast<asy_python_api *>(&api), ASY_PYTHON_API, nullptr);
  int added = capsule ? PyModule_AddObjectRef(module, "_C_API", capsule) : -1;
  Py_XDECREF(capsule);
  return added == 0;
}

}  // namespace asypy
